#include "caravel/inference/quasi_newton.hpp"

#include "test_problems.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace caravel::inference {
namespace {

// Sum of squares with the gradient 2 J^T r.
Objective objective_of(const test::Problem& p, const Box& box) {
    return [&p, &box](std::span<const double> x, std::span<double> gradient) {
        std::vector<double> r(p.residuals);
        p.f(x, r);
        if (!gradient.empty()) {
            const Matrix j = difference_jacobian(p.f, p.residuals, x, box.lower, box.upper);
            const std::vector<double> g = multiply_transposed(j, r);
            for (std::size_t i = 0; i < g.size(); ++i) gradient[i] = 2.0 * g[i];
        }
        return dot(r, r);
    };
}

class QuasiNewtonMinimum : public ::testing::TestWithParam<test::Problem> {};

TEST_P(QuasiNewtonMinimum, IsReached) {
    const test::Problem& p = GetParam();
    const Box box = unbounded(p.start.size());
    QuasiNewtonOptions options;
    options.most_iterations = 5000;
    const QuasiNewtonState state = minimise(objective_of(p, box), box, p.start, options);
    if (p.least == 0.0) {
        EXPECT_LT(state.value, 1e-9) << p.name;
    } else {
        EXPECT_NEAR(state.value / p.least, 1.0, 2e-6) << p.name;
    }
}

INSTANTIATE_TEST_SUITE_P(All, QuasiNewtonMinimum, ::testing::ValuesIn(test::all_problems()));

TEST(QuasiNewton, EndsOnBoundsThatHold) {
    const Box box{{0.0, 0.0}, {1.0, 1.0}};
    const Objective f = [](std::span<const double> x, std::span<double> g) {
        if (!g.empty()) {
            g[0] = 2.0 * (x[0] - 3.0);
            g[1] = 2.0 * (x[1] - 0.25);
        }
        return (x[0] - 3.0) * (x[0] - 3.0) + (x[1] - 0.25) * (x[1] - 0.25);
    };
    const QuasiNewtonState state = minimise(f, box, std::vector<double>{0.0, 1.0});
    EXPECT_EQ(state.theta[0], 1.0);
    EXPECT_NEAR(state.theta[1], 0.25, 1e-8);
    EXPECT_EQ(state.stop, Stop::gradient);
    const test::Problem p = test::rosenbrock();
    const Box half{{-2.0, -2.0}, {0.5, 2.0}};
    const QuasiNewtonState valley = minimise(objective_of(p, half), half, p.start);
    EXPECT_EQ(valley.theta[0], 0.5);
    EXPECT_NEAR(valley.theta[1], 0.25, 1e-6);
    EXPECT_NEAR(valley.value, 0.25, 1e-11);
}

TEST(QuasiNewton, ContinuesWithTheSameBits) {
    const test::Problem p = test::wood();
    const Box box = unbounded(4);
    const Objective f = objective_of(p, box);
    const QuasiNewtonState whole = minimise(f, box, p.start);
    QuasiNewtonState parts = start_quasi_newton(f, box, p.start);
    QuasiNewtonOptions options;
    do {
        options.most_iterations = parts.iteration + 1;
        const QuasiNewtonState stored = parts;
        parts = stored;
        continue_quasi_newton(f, box, parts, options);
    } while (parts.stop == Stop::iterations);
    EXPECT_EQ(parts.theta, whole.theta);
    EXPECT_EQ(parts.iteration, whole.iteration);
}

TEST(QuasiNewton, CancelsReportsProgressAndRefusesNaN) {
    const test::Problem p = test::wood();
    const Box box = unbounded(4);
    std::atomic<bool> cancel{false};
    QuasiNewtonOptions options;
    options.cancel = &cancel;
    options.progress = [&](int iteration, double value, std::span<const double> theta) {
        EXPECT_TRUE(std::isfinite(value));
        EXPECT_EQ(theta.size(), 4U);
        if (iteration == 3) cancel = true;
    };
    const QuasiNewtonState state = minimise(objective_of(p, box), box, p.start, options);
    EXPECT_EQ(state.stop, Stop::cancelled);
    EXPECT_EQ(state.iteration, 3);
    const Objective nan = [](std::span<const double>, std::span<double>) { return std::nan(""); };
    EXPECT_THROW(minimise(nan, unbounded(1), std::vector<double>{0.0}), NumericalError);
}

}  // namespace
}  // namespace caravel::inference
