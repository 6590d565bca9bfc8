#include "caravel/couple/state.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

namespace caravel::couple {
namespace {

class StateTest : public testing::Test {
  protected:
    Wiring wiring_;
    WriteHandle temperature_ = Ports(wiring_, "heating").write("temperature", "K");
    WriteHandle amounts_ = Ports(wiring_, "kinetics").write_block("amounts", "mol", 3);
    WriteHandle step_ = Ports(wiring_, "kinetics").write("step", "s");
    ReadHandle seen_ = Ports(wiring_, "release").read("temperature", "K");
    State state_{wiring_.slots()};
};

TEST_F(StateTest, NewSlotsAreNanUntilWritten) {
    EXPECT_TRUE(std::isnan(state_.start(temperature_)));
    EXPECT_TRUE(std::isnan(state_.ramp(seen_, {0.0, 1.0}, 0.5)));
    for (const double amount : state_.start_block(amounts_)) EXPECT_TRUE(std::isnan(amount));
    state_.set_end(temperature_, 310.0);
    EXPECT_TRUE(std::isnan(state_.start(temperature_)));
    EXPECT_TRUE(std::isnan(state_.ramp(seen_, {0.0, 1.0}, 0.5)));
    state_.set(temperature_, 310.0);
    EXPECT_EQ(state_.ramp(seen_, {0.0, 1.0}, 0.5), 310.0);
    EXPECT_TRUE(std::isnan(state_.start(step_)));
}

TEST_F(StateTest, AReaderSeesTheStraightLineBetweenStartAndEnd) {
    state_.set(temperature_, 310.0);
    state_.begin();
    state_.set_end(temperature_, 316.0);
    const Window window{100.0, 160.0};
    EXPECT_DOUBLE_EQ(state_.ramp(seen_, window, 100.0), 310.0);
    EXPECT_DOUBLE_EQ(state_.ramp(seen_, window, 110.0), 311.0);
    EXPECT_DOUBLE_EQ(state_.ramp(seen_, window, 145.0), 314.5);
    EXPECT_DOUBLE_EQ(state_.ramp(seen_, window, 160.0), 316.0);
}

TEST_F(StateTest, BeforeTheWriterHasRunTheRampIsFlat) {
    state_.set(temperature_, 310.0);
    state_.set_end(temperature_, 320.0);
    state_.begin();
    EXPECT_EQ(state_.ramp(seen_, {0.0, 60.0}, 45.0), 310.0);
}

TEST_F(StateTest, AcceptMakesTheEndTheNextStart) {
    state_.set(temperature_, 310.0);
    state_.begin();
    state_.set_end(temperature_, 312.0);
    EXPECT_EQ(state_.start(temperature_), 310.0);
    state_.accept();
    EXPECT_EQ(state_.start(temperature_), 312.0);
    EXPECT_EQ(state_.start(seen_), 312.0);
}

TEST_F(StateTest, BlocksLieApartFromTheirNeighbours) {
    state_.set(temperature_, 310.0);
    state_.set(step_, 2.5);
    const auto block = state_.jump_block(amounts_);
    ASSERT_EQ(block.size(), 3U);
    block[0] = 1.0;
    block[1] = 2.0;
    block[2] = 3.0;
    state_.begin();
    state_.end_block(amounts_)[2] = 30.0;
    EXPECT_EQ(state_.start_block(amounts_)[2], 3.0);
    state_.accept();
    EXPECT_EQ(state_.start(temperature_), 310.0);
    EXPECT_EQ(state_.start_block(amounts_)[0], 1.0);
    EXPECT_EQ(state_.start_block(amounts_)[2], 30.0);
    EXPECT_EQ(state_.start(step_), 2.5);
}

TEST_F(StateTest, RestoreGivesBackEveryValueBitForBit) {
    state_.set(temperature_, 310.1);
    for (double& amount : state_.jump_block(amounts_)) amount = 1.0 / 3.0;
    state_.set(step_, 1e-300);
    ASSERT_EQ(state_.values().size(), 5U);
    const std::vector<double> saved(state_.values().begin(), state_.values().end());
    State fresh(wiring_.slots());
    fresh.restore(saved);
    EXPECT_EQ(std::vector<double>(fresh.values().begin(), fresh.values().end()), saved);
    // The end is the start again: what ran before the checkpoint leaves no trace.
    EXPECT_EQ(fresh.ramp(seen_, {0.0, 1.0}, 0.7), 310.1);
}

TEST_F(StateTest, RefusesACheckpointOfAnotherSize) {
    const std::vector<double> values(4, 1.0);
    try {
        state_.restore(values);
        FAIL() << "accepted";
    } catch (const std::invalid_argument& error) {
        EXPECT_STREQ(error.what(), "a checkpoint of 4 numbers does not fit a state of 5");
    }
}

}  // namespace
}  // namespace caravel::couple
