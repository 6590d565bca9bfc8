#include "caravel/inference/least_squares.hpp"

#include "test_problems.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace caravel::inference {
namespace {

LeastSquaresProblem problem_of(const test::Problem& p) {
    return with_difference_jacobian(p.residuals, unbounded(p.start.size()), p.f);
}

class LeastSquaresMinimum : public ::testing::TestWithParam<test::Problem> {};

TEST_P(LeastSquaresMinimum, IsReached) {
    const test::Problem& p = GetParam();
    LeastSquaresOptions options;
    options.most_iterations = 500;
    const LeastSquaresState state = minimise_squares(problem_of(p), p.start, options);
    const double sum = 2.0 * state.cost;
    if (p.least == 0.0) {
        EXPECT_LT(sum, 1e-15) << p.name;
    } else {
        EXPECT_NEAR(sum / p.least, 1.0, 2e-6) << p.name;  // published with six digits
        EXPECT_TRUE(has_converged(state.stop)) << p.name << ' ' << name_of(state.stop);
    }
}

INSTANTIATE_TEST_SUITE_P(All, LeastSquaresMinimum, ::testing::ValuesIn(test::all_problems()));

TEST(LeastSquares, EndsOnABoundThatHolds) {
    // With x <= 0.5 the valley of Rosenbrock's function ends at (0.5, 0.25), half the sum 0.125.
    const test::Problem p = test::rosenbrock();
    const Box box{{-2.0, -2.0}, {0.5, 2.0}};
    const LeastSquaresState state =
        minimise_squares(with_difference_jacobian(2, box, p.f), p.start);
    EXPECT_EQ(state.theta[0], 0.5);
    EXPECT_NEAR(state.theta[1], 0.25, 1e-7);
    EXPECT_NEAR(state.cost, 0.125, 1e-12);
    EXPECT_TRUE(has_converged(state.stop));
}

TEST(LeastSquares, LeavesABoundThatDoesNotHold) {
    const test::Problem p = test::rosenbrock();
    const Box box{{-2.0, -2.0}, {2.0, 2.0}};
    const LeastSquaresState state =
        minimise_squares(with_difference_jacobian(2, box, p.f), std::vector<double>{-2.0, 2.0});
    EXPECT_NEAR(state.theta[0], 1.0, 1e-7);
    EXPECT_NEAR(state.theta[1], 1.0, 1e-7);
}

TEST(LeastSquares, ContinuesWithTheSameBits) {
    const test::Problem p = test::kowalik_osborne();
    const LeastSquaresState whole = minimise_squares(problem_of(p), p.start);
    LeastSquaresState parts = start_least_squares(problem_of(p), p.start);
    LeastSquaresOptions options;
    while (true) {
        options.most_iterations = parts.iteration + 1;
        const LeastSquaresState stored = parts;
        parts = stored;
        continue_least_squares(problem_of(p), parts, options);
        if (parts.stop != Stop::iterations) break;
    }
    EXPECT_EQ(parts.theta, whole.theta);
    EXPECT_EQ(parts.cost, whole.cost);
    EXPECT_EQ(parts.iteration, whole.iteration);
}

TEST(LeastSquares, IsCancelledBetweenEvaluationsAndCanGoOn) {
    const test::Problem p = test::kowalik_osborne();
    const LeastSquaresState whole = minimise_squares(problem_of(p), p.start);
    std::atomic<bool> cancel{false};
    int calls = 0;
    LeastSquaresOptions options;
    options.cancel = &cancel;
    const auto counted = with_difference_jacobian(
        p.residuals, unbounded(4), [&](std::span<const double> x, std::span<double> r) {
            if (++calls == 30) cancel = true;
            p.f(x, r);
        });
    LeastSquaresState state = start_least_squares(counted, p.start, options);
    continue_least_squares(counted, state, options);
    EXPECT_EQ(state.stop, Stop::cancelled);
    EXPECT_LT(calls, 45);
    cancel = false;
    continue_least_squares(counted, state, options);
    EXPECT_EQ(state.theta, whole.theta);
}

TEST(LeastSquares, WalksAroundPointsWhereTheModelFails) {
    // log x fails below 0, where the first Gauss-Newton step from 3 leads.
    const auto problem = with_difference_jacobian(
        1, unbounded(1), [](std::span<const double> x, std::span<double> r) {
            if (x[0] <= 0.0) throw NumericalError({"model", "x", "", 0, 0, "is negative", ""});
            r[0] = std::log(x[0]) + 2.0;
        });
    const LeastSquaresState state = minimise_squares(problem, std::vector<double>{3.0});
    EXPECT_NEAR(state.theta[0], std::exp(-2.0), 1e-9);
    EXPECT_GE(state.failed_evaluations, 1);
}

TEST(LeastSquares, RefusesAStartThatIsNoNumberOrOutside) {
    const test::Problem p = test::rosenbrock();
    const Box box{{-2.0, -2.0}, {0.5, 2.0}};
    const auto problem = with_difference_jacobian(2, box, p.f);
    EXPECT_THROW(minimise_squares(problem, std::vector<double>{1.0, 1.0}), InputError);
    EXPECT_THROW(minimise_squares(problem, std::vector<double>{std::nan(""), 1.0}), InputError);
    EXPECT_THROW(minimise_squares(problem, std::vector<double>{0.0}), InputError);
}

TEST(LeastSquares, NamesTheResidualThatIsNaN) {
    const auto problem = with_difference_jacobian(
        3, unbounded(1), [](std::span<const double> x, std::span<double> r) {
            r[0] = x[0];
            r[1] = std::sqrt(x[0]);
            r[2] = 0.0;
        });
    try {
        minimise_squares(problem, std::vector<double>{-4.0});
        ADD_FAILURE();
    } catch (const NumericalError& error) {
        EXPECT_EQ(error.failure().quantity, "residual 1");
        EXPECT_EQ(error.failure().place, "(-4)");
    }
}

}  // namespace
}  // namespace caravel::inference
