#include "caravel/inference/special.hpp"

#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <stdexcept>

namespace caravel::inference {
namespace {

TEST(LogNormalCdf, AgreesWithKnownValuesDownToFarTails) {
    EXPECT_NEAR(log_normal_cdf(0.0), -std::numbers::ln2, 1e-16);
    // Phi(-1), Phi(-5), Phi(-10), Phi(-40): tables of the normal distribution; the last one by the
    // asymptotic series log phi(40) - log 40 + log(1 - 1/1600 + 3/1600^2 - 15/1600^3).
    EXPECT_NEAR(std::exp(log_normal_cdf(-1.0)), 0.15865525393145705, 1e-16);
    EXPECT_NEAR(std::exp(log_normal_cdf(-5.0)) / 2.866515718791939e-07, 1.0, 1e-13);
    EXPECT_NEAR(std::exp(log_normal_cdf(-10.0)) / 7.619853024160525e-24, 1.0, 1e-12);
    const double x = 1.0 / 1600.0;
    EXPECT_NEAR(log_normal_cdf(-40.0),
                log_normal_density(40.0) - std::log(40.0) +
                    std::log(1 - x + 3 * x * x - 15 * x * x * x + 105 * x * x * x * x),
                1e-9);
    EXPECT_NEAR(log_normal_cdf(10.0), -7.619853024160525e-24, 1e-36);
}

TEST(LogNormalCdf, AndHazardAreContinuousWhereTheMethodChanges) {
    EXPECT_NEAR(log_normal_cdf(-5.0 - 1e-13), log_normal_cdf(-5.0 + 1e-13), 1e-11);
    EXPECT_NEAR(normal_hazard(-5.0 - 1e-13), normal_hazard(-5.0 + 1e-13), 1e-11);
    EXPECT_NEAR(normal_hazard(0.0), 2.0 / std::sqrt(2.0 * std::numbers::pi), 1e-15);
    EXPECT_NEAR(normal_hazard(-1e6) / 1e6, 1.0, 1e-11);
    EXPECT_EQ(normal_hazard(50.0), 0.0);
}

TEST(GammaP, IsExactForWholeAndHalfParameters) {
    for (const double x : {0.01, 0.5, 1.0, 3.0, 10.0, 40.0}) {
        EXPECT_NEAR(gamma_p(1.0, x), -std::expm1(-x), 1e-14);
        EXPECT_NEAR(gamma_p(0.5, x), std::erf(std::sqrt(x)), 1e-14);
        EXPECT_NEAR(gamma_p(3.0, x), 1.0 - std::exp(-x) * (1.0 + x + 0.5 * x * x), 1e-14);
    }
    EXPECT_EQ(gamma_p(2.0, 0.0), 0.0);
    EXPECT_THROW(gamma_p(0.0, 1.0), std::logic_error);
}

TEST(ChiSquaredQuantile, GivesTheTabulatedLimits) {
    EXPECT_NEAR(chi_squared_quantile(0.95, 1.0), 3.841458820694124, 1e-12);
    EXPECT_NEAR(chi_squared_quantile(0.95, 2.0), -2.0 * std::log(0.05), 1e-12);
    EXPECT_NEAR(chi_squared_quantile(0.95, 10.0), 18.307038053275146, 1e-11);
    EXPECT_EQ(chi_squared_quantile(0.0, 3.0), 0.0);
    EXPECT_THROW(chi_squared_quantile(1.0, 3.0), InputError);
    EXPECT_THROW(chi_squared_quantile(0.5, -1.0), InputError);
}

TEST(LogIncompleteBeta, IsExactForWholeParameters) {
    for (const double x : {0.001, 0.3, 0.5, 0.9, 0.999}) {
        EXPECT_NEAR(log_incomplete_beta(1.0, 1.0, x), std::log(x), 1e-13);
        EXPECT_NEAR(log_incomplete_beta(2.0, 3.0, x),
                    std::log(x * x * (6.0 - 8.0 * x + 3.0 * x * x)), 1e-13);
    }
}

TEST(Student, IsExactForOneAndTwoDegreesOfFreedom) {
    for (const double t : {-50.0, -3.0, -0.5, -1e-3, 0.0, 1e-3, 0.5, 3.0, 50.0}) {
        const double cauchy = 0.5 + std::atan(t) / std::numbers::pi;
        EXPECT_NEAR(std::exp(log_student_cdf(t, 1.0)), cauchy, 1e-13) << t;
        const double two = 0.5 * (1.0 + t / std::sqrt(2.0 + t * t));
        EXPECT_NEAR(std::exp(log_student_cdf(t, 2.0)), two, 1e-13) << t;
        EXPECT_NEAR(std::exp(log_student_density(t, 1.0)), 1.0 / (std::numbers::pi * (1.0 + t * t)),
                    1e-15);
    }
}

TEST(Student, DoesNotUnderflowInTheTail) {
    // The tail of 100 degrees of freedom at -1e6 lies near 1e-500; d log F / dt = f / F.
    const double t = -1e6;
    const double slope = (log_student_cdf(t + 1.0, 100.0) - log_student_cdf(t - 1.0, 100.0)) / 2.0;
    EXPECT_LT(log_student_cdf(t, 100.0), -1000.0);
    EXPECT_NEAR(student_hazard(t, 100.0) / slope, 1.0, 1e-6);
}

TEST(Student, ApproachesTheNormalLaw) {
    for (const double t : {-4.0, -1.0, 2.0}) {
        EXPECT_NEAR(log_student_cdf(t, 1e7), log_normal_cdf(t), 1e-5);
        EXPECT_NEAR(log_student_density(t, 1e7), log_normal_density(t), 1e-5);
    }
}

}  // namespace
}  // namespace caravel::inference
