#include "caravel/inference/correlated.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/quadrature.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <string>

namespace caravel::inference {
namespace {

Matrix correlation(double rho) {
    Matrix m = identity(2);
    m(0, 1) = m(1, 0) = rho;
    return m;
}

TEST(CorrelatedNormal, HasTheCovarianceExactlyUnderQuadrature) {
    const std::array<double, 2> sd{2.0, 0.5};
    const CorrelatedNormal pair({1.0, -3.0}, covariance_of(sd, correlation(0.6)));
    const QuadratureRule rule = gauss_normal(5);
    std::array<double, 5> sum{};
    for (std::size_t i = 0; i < rule.size(); ++i) {
        for (std::size_t j = 0; j < rule.size(); ++j) {
            const std::array<double, 2> z{rule.node[i], rule.node[j]};
            std::array<double, 2> x{};
            pair.from_normal(z, x);
            const double w = rule.weight[i] * rule.weight[j];
            sum[0] += w * x[0];
            sum[1] += w * x[1];
            sum[2] += w * (x[0] - 1.0) * (x[0] - 1.0);
            sum[3] += w * (x[1] + 3.0) * (x[1] + 3.0);
            sum[4] += w * (x[0] - 1.0) * (x[1] + 3.0);
        }
    }
    EXPECT_NEAR(sum[0], 1.0, 1e-13);
    EXPECT_NEAR(sum[1], -3.0, 1e-13);
    EXPECT_NEAR(sum[2], 4.0, 1e-13);
    EXPECT_NEAR(sum[3], 0.25, 1e-13);
    EXPECT_NEAR(sum[4], 0.6, 1e-13);
}

TEST(CorrelatedLogNormal, HasTheCorrelationOfValuesAskedFor) {
    const double s1 = 0.4;
    const double s2 = 0.7;
    const double rho = correlation_of_logs(0.5, s1, s2);
    const std::array<double, 2> median{70.0, 1.8};
    const std::array<double, 2> sigma{s1, s2};
    const CorrelatedLogNormal pair(median, sigma, correlation(rho));
    const QuadratureRule rule = gauss_normal(40);
    double x1 = 0.0, x2 = 0.0, x11 = 0.0, x22 = 0.0, x12 = 0.0;
    for (std::size_t i = 0; i < rule.size(); ++i) {
        for (std::size_t j = 0; j < rule.size(); ++j) {
            const std::array<double, 2> z{rule.node[i], rule.node[j]};
            std::array<double, 2> x{};
            pair.from_normal(z, x);
            const double w = rule.weight[i] * rule.weight[j];
            x1 += w * x[0];
            x2 += w * x[1];
            x11 += w * x[0] * x[0];
            x22 += w * x[1] * x[1];
            x12 += w * x[0] * x[1];
        }
    }
    const double found = (x12 - x1 * x2) / std::sqrt((x11 - x1 * x1) * (x22 - x2 * x2));
    EXPECT_NEAR(found, 0.5, 1e-10);
    const std::array<double, 2> middle{0.5, 0.5};
    std::array<double, 2> x{};
    pair.from_cube(middle, x);
    EXPECT_NEAR(x[0], 70.0, 1e-12);
    EXPECT_NEAR(x[1], 1.8, 1e-14);
}

TEST(CorrelatedNormal, RefusesImpossibleInput) {
    const std::array<double, 2> sd{1.0, 1.0};
    EXPECT_THROW(CorrelatedNormal({0.0, 0.0}, covariance_of(sd, correlation(1.0))), InputError);
    EXPECT_THROW(CorrelatedNormal({0.0}, correlation(0.1)), InputError);
    EXPECT_THROW(CorrelatedNormal({0.0, std::nan("")}, correlation(0.1)), InputError);
    const std::array<double, 2> negative{1.0, -1.0};
    EXPECT_THROW(covariance_of(negative, correlation(0.1)), InputError);
    // Three quantities cannot all oppose each other by -0.9: smallest eigenvalue 1 - 1.8.
    Matrix three = identity(3);
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t j = 0; j < 3; ++j) {
            if (i != j) three(i, j) = -0.9;
        }
    }
    try {
        CorrelatedNormal({0.0, 0.0, 0.0}, three);
        ADD_FAILURE();
    } catch (const InputError& error) {
        EXPECT_NE(std::string(error.what()).find("smallest eigenvalue -0.8"), std::string::npos)
            << error.what();
    }
    // Wide log-normal quantities cannot be strongly opposed.
    EXPECT_THROW(correlation_of_logs(-0.9, 1.5, 1.5), InputError);
    const std::array<double, 2> edge{0.0, 0.5};
    std::array<double, 2> x{};
    EXPECT_THROW(CorrelatedNormal({0.0, 0.0}, correlation(0.1)).from_cube(edge, x), InputError);
}

}  // namespace
}  // namespace caravel::inference
