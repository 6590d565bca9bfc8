#include "caravel/inference/multi_start.hpp"

#include "caravel/inference/quasi_newton.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

namespace caravel::inference {
namespace {

// Two wells at -1 (value 0) and at 1 (value 0.5); fails in the middle.
double wells(std::span<const double> x) {
    if (std::abs(x[0]) < 0.05) throw NumericalError({"model", "x", "", 0, 0, "explodes", ""});
    return x[0] < 0.0 ? (x[0] + 1.0) * (x[0] + 1.0) : 0.5 + (x[0] - 1.0) * (x[0] - 1.0);
}

LocalFit solve(const std::vector<double>& start) {
    const Box box{{-2.0}, {2.0}};
    const QuasiNewtonState state =
        minimise(with_differences(wells, box.lower, box.upper), box, start);
    LocalFit fit;
    fit.theta = state.theta;
    fit.value = state.value;
    fit.stop = state.stop;
    fit.evaluations = state.evaluations;
    return fit;
}

std::vector<std::vector<double>> starts(std::uint64_t count) {
    std::vector<std::vector<double>> result;
    for (std::uint64_t i = 0; i < count; ++i) {
        const double u = start_in_cube({1, count, 4}, i)[0];
        result.push_back({-2.0 + 4.0 * u});
    }
    result.push_back({0.0});  // here the model fails
    return result;
}

TEST(MultiStart, RanksFitsAndKeepsFailuresApart) {
    exec::ThreadTeam team(2);
    MultiStart result;
    run_multi_start(starts(20), solve, team, result);
    EXPECT_TRUE(result.is_complete());
    EXPECT_EQ(result.failures(), 1U);
    EXPECT_NE(result.fits[20]->failure.find("explodes"), std::string::npos);
    EXPECT_EQ(result.ranking().size(), 20U);
    EXPECT_NEAR(result.best().theta[0], -1.0, 1e-6);
    EXPECT_EQ(result.hits(1e-6), 10U);  // a balanced sequence: half the starts in each well
}

TEST(MultiStart, DoesNotDependOnThreadsOrInterruption) {
    std::vector<MultiStart> results;
    for (const int threads : {1, 2, 4}) {
        exec::ThreadTeam team(threads);
        results.emplace_back();
        std::atomic<bool> cancel{false};
        MultiStartOptions options;
        options.cancel = &cancel;
        options.progress = [&](const Progress& p) {
            EXPECT_EQ(p.total, 21);
            if (p.done == 5) cancel = true;
        };
        run_multi_start(starts(20), solve, team, results.back(), options);
        EXPECT_FALSE(results.back().is_complete());
        cancel = false;
        run_multi_start(starts(20), solve, team, results.back());
    }
    for (const MultiStart& r : results) {
        EXPECT_EQ(r.ranking(), results[0].ranking());
        for (std::size_t i = 0; i < r.fits.size(); ++i) {
            EXPECT_EQ(r.fits[i]->theta, results[0].fits[i]->theta);
        }
    }
}

TEST(MultiStart, ExplainsWhenEveryStartFails) {
    exec::ThreadTeam team(1);
    MultiStart result;
    run_multi_start({{0.0}, {0.01}}, solve, team, result);
    try {
        result.best();
        ADD_FAILURE();
    } catch (const NumericalError& error) {
        EXPECT_NE(std::string(error.what()).find("explodes"), std::string::npos);
    }
}

TEST(MultiStart, OtherExceptionsStopTheRun) {
    exec::ThreadTeam team(2);
    MultiStart result;
    const LocalSolver broken = [](const std::vector<double>&) -> LocalFit {
        throw std::logic_error("a mistake");
    };
    EXPECT_THROW(run_multi_start(starts(20), broken, team, result), std::logic_error);
}

TEST(StartPlan, UsesALatinHypercubeBeyondTheSobolTable) {
    EXPECT_EQ(start_in_cube({200, 10, 1}, 9).size(), 200U);
    EXPECT_THROW(start_in_cube({0, 10, 1}, 0), InputError);
    EXPECT_THROW(start_in_cube({2, 0, 1}, 0), InputError);
}

}  // namespace
}  // namespace caravel::inference
