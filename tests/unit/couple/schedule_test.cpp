#include "example_process.hpp"

#include <gtest/gtest.h>

namespace caravel::couple {
namespace {

using test::ExampleProcess;
using test::message_of;
using Names = std::vector<std::string>;

/// Collects processes in the order in which a study would list them.
class ScheduleTest : public testing::Test {
  protected:
    void add(const std::string& name, const std::vector<test::Port>& reads,
             const std::vector<test::Port>& writes, double longest_step = 1.0) {
        processes_.push_back(
            std::make_unique<ExampleProcess>(wiring_, name, reads, writes, &log_, longest_step));
    }
    Schedule schedule() { return Schedule(std::move(wiring_), std::move(processes_)); }

    Wiring wiring_;
    std::vector<std::unique_ptr<Process>> processes_;
    Names log_;
};

TEST_F(ScheduleTest, OrderFollowsFromWhoReadsWhatWhoWrites) {
    add("growth", {{"drug"}}, {{"volume"}});
    add("kinetics", {{"temperature", "K"}}, {{"drug"}});
    add("heating", {}, {{"temperature", "K"}});
    const Schedule s = schedule();
    EXPECT_EQ(s.order(), (Names{"heating", "kinetics", "growth"}));
    EXPECT_FALSE(s.has_cycle());
}

TEST_F(ScheduleTest, IndependentProcessesKeepTheGivenOrder) {
    add("b", {}, {{"x"}});
    add("a", {}, {{"y"}});
    EXPECT_EQ(schedule().order(), (Names{"b", "a"}));
}

TEST_F(ScheduleTest, ReadingTheOwnSlotIsNoCycle) {
    add("memory", {{"x"}}, {{"x"}});
    EXPECT_FALSE(schedule().has_cycle());
}

TEST_F(ScheduleTest, AChainRunsOncePerWindow) {
    add("second", {{"x"}}, {{"y"}});
    add("first", {}, {{"x"}});
    const Schedule chain = schedule();
    State state(chain.wiring().slots());
    chain.advance(state, {0.0, 1.0});
    EXPECT_EQ(log_, (Names{"first", "second"}));
}

TEST_F(ScheduleTest, ACycleIsSweptTwice) {
    add("first", {{"y"}}, {{"x"}});
    add("second", {{"x"}}, {{"y"}});
    const Schedule cycle = schedule();
    EXPECT_TRUE(cycle.has_cycle());
    State state(cycle.wiring().slots());
    cycle.advance(state, {0.0, 1.0});
    EXPECT_EQ(log_, (Names{"first", "second", "first again", "second again"}));
}

TEST_F(ScheduleTest, WhatOnlyReadsFromACycleComesAfterWhatItReads) {
    add("report", {{"x"}}, {{"z"}});
    add("predator", {{"y"}}, {{"x"}});
    add("prey", {{"x"}, {"food"}}, {{"y"}});
    add("sun", {}, {{"food"}});
    const Schedule s = schedule();
    EXPECT_TRUE(s.has_cycle());
    EXPECT_EQ(s.order(), (Names{"sun", "predator", "report", "prey"}));
}

TEST_F(ScheduleTest, InsideACycleSlotOrderIsKeptAsFarAsItGoes) {
    add("a", {{"b"}}, {{"a"}});
    add("b", {{"c"}}, {{"b"}});
    add("c", {{"a"}}, {{"c"}});
    EXPECT_EQ(schedule().order(), (Names{"a", "c", "b"}));
}

TEST_F(ScheduleTest, LongestStepIsTheSmallestOfAllProcesses) {
    add("slow", {}, {{"x"}}, 30.0);
    add("fast", {}, {{"y"}}, 0.25);
    const Schedule s = schedule();
    EXPECT_EQ(s.longest_step(State(s.wiring().slots())), 0.25);
}

TEST_F(ScheduleTest, RefusesAWiringThatDoesNotClose) {
    add("reader", {{"x"}}, {{"y"}});
    EXPECT_EQ(message_of([&] { schedule(); }),
              "nothing writes slot 'x' that 'reader' reads, expected one writer");
}

TEST_F(ScheduleTest, GraphShowsOrderWritersUnitsAndReaders) {
    add("kinetics", {{"tumour.temperature", "K"}}, {{"amounts", "mol"}});
    add("heating", {}, {{"tumour.temperature", "K"}});
    EXPECT_EQ(schedule().graph(),
              "processes in order: heating kinetics\n"
              "  heating -> tumour.temperature [K] -> kinetics\n"
              "  kinetics -> amounts [mol]\n");
}

TEST_F(ScheduleTest, GraphSaysThatSlotsFormACycle) {
    add("a", {{"y"}}, {{"x"}});
    add("b", {{"x"}}, {{"y"}});
    EXPECT_EQ(schedule().graph(),
              "processes in order: a b  (slots form a cycle: two sweeps per window)\n"
              "  b -> y [1] -> a\n"
              "  a -> x [1] -> b\n");
}

}  // namespace
}  // namespace caravel::couple
