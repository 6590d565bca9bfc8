#include "caravel/inference/fit/petab_experiment.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <thread>
#include <vector>

namespace caravel::inference::fit {
namespace {

using kinetics::Expression;

// y decays by k y / (K + y) from y0 and drops to `rest` where it falls below `level`.
kinetics::SbmlModel drop(double level) {
    kinetics::SbmlDescription d;
    d.id = "drop";
    d.compartments = {{"V", 1.0}};
    d.species = {{"y", "V", 2.0, {}}};
    d.parameters = {{"k", 0.9}, {"K", 0.4}, {"level", level}, {"rest", 0.01}, {"y0", 2.0}};
    d.reactions = {{"loss", Expression::parse("V * k * y / (K + y)"), {{"y", -1.0}}}};
    d.initial_assignments = {{"y", Expression::parse("y0")}};
    d.events = {{"drop", Expression::parse("y < level"), true, {{"y", Expression::parse("rest")}}}};
    return kinetics::SbmlModel(d);
}

const std::vector<Parameter> names{{.name = "k", .lower = 0.0, .upper = 10.0},
                                   {.name = "K", .lower = 0.01, .upper = 10.0},
                                   {.name = "y0", .lower = 0.0, .upper = 10.0},
                                   {.name = "sigma", .lower = 0.01, .upper = 1.0}};
const std::vector<double> values{0.9, 0.4, 2.0, 0.1};

PetabTrajectory slopes(const kinetics::SbmlModel& model, const std::vector<double>& times) {
    return PetabExperiment(model, {"c", {}, {}}, names, times).run(values, true);
}

// K ln(y0/y) + y0 - y = k t
double exact(double t) {
    double y = 2.0;
    for (int i = 0; i < 60; ++i) {
        y -= (0.4 * std::log(y / 2.0) + y - 2.0 + 0.9 * t) * y / (0.4 + y);
    }
    return y;
}

TEST(PetabExperiment, HasExactSlopesWhereNoEventFires) {
    const kinetics::SbmlModel model = drop(1e-3);
    const PetabTrajectory run = slopes(model, {0.0, 1.0, 2.0});
    const double y = exact(2.0);
    const double share = y / (0.4 + y);
    EXPECT_NEAR(run.row(2)[0], y, 2e-7);  // 20 times the tolerance of a step, like the slopes
    const auto by = run.derivative(2);
    EXPECT_NEAR(by[0], -2.0 * share, 2e-7);
    EXPECT_NEAR(by[1], std::log(2.0 / y) * share, 2e-7);
    EXPECT_NEAR(by[2], (0.4 / 2.0 + 1.0) * share, 2e-7);
    EXPECT_EQ(by[3], 0.0);
    EXPECT_EQ(run.derivative(0)[2], 1.0);
}

TEST(PetabExperiment, HasDifferencesWhereAnEventFires) {
    const kinetics::SbmlModel model = drop(0.5);
    const PetabTrajectory run = slopes(model, {1.0, 3.0});
    EXPECT_NEAR(run.row(0)[0], exact(1.0), 1e-7);
    EXPECT_LT(run.row(1)[0], 0.011);  // dropped: exact(3) would be above 0.1
    const double share = exact(1.0) / (0.4 + exact(1.0));
    EXPECT_NEAR(run.derivative(0)[0], -share, 1e-4);
    EXPECT_LT(std::abs(run.derivative(1)[2]), 0.05);
}

// y falls to the level at t1, K ln(y0/level) + y0 - level = k t1, and drops to nothing; what is
// left of a small rest decays by exp(-k/K (t - t1)).
TEST(PetabExperiment, HasDifferencesOnABoundAtZero) {
    const kinetics::SbmlModel model = drop(0.5);
    const PetabExperiment experiment(
        model, {"c", {}, {}},
        {{.name = "k", .lower = 0.0, .upper = 10.0}, {.name = "rest", .lower = 0.0, .upper = 10.0}},
        {3.0});
    const PetabTrajectory run = experiment.run(std::vector<double>{0.9, 0.0}, true);
    const double t1 = (0.4 * std::log(4.0) + 1.5) / 0.9;
    EXPECT_NEAR(run.row(0)[0], 0.0, 1e-12);
    EXPECT_NEAR(run.derivative(0)[1], std::exp(-0.9 / 0.4 * (3.0 - t1)), 1e-5);
}

TEST(SbmlRun, CountsTheEventsThatFired) {
    const std::vector<double> times{3.0};
    EXPECT_EQ(simulate(drop(1e-3), {}, times).events, 0);
    EXPECT_EQ(simulate(drop(0.5), {}, times).events, 1);
}

TEST(PetabExperiment, HasTheSameBitsAgainAndOnOtherThreads) {
    const kinetics::SbmlModel model = drop(1e-3);
    const PetabExperiment experiment(model, {"c", {}, {}}, names, {1.0, 2.0});
    const PetabTrajectory first = experiment.run(values, true);
    std::vector<double> others = values;
    others[0] = 0.5;
    experiment.run(others, true);  // leaves its numbers in the solver
    std::vector<PetabTrajectory> runs(3);
    std::vector<std::thread> threads;
    for (PetabTrajectory& run : runs) {
        threads.emplace_back([&] { run = experiment.run(values, true); });
    }
    for (std::thread& thread : threads) thread.join();
    for (const PetabTrajectory& run : runs) {
        EXPECT_EQ(run.values, first.values);
        EXPECT_EQ(run.derivatives, first.derivatives);
    }
}

}  // namespace
}  // namespace caravel::inference::fit
