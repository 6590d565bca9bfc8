#include "caravel/inference/fit/value_steps.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace caravel::inference::fit {
namespace {

double quotient(const Parameter& p, double x, double (*f)(double)) {
    const DifferencePair pair = values_around(p, x);
    return (f(pair.high) - f(pair.low)) / (pair.high - pair.low);
}

double inverse(double x) { return 1.0 / x; }

TEST(FitValueSteps, GiveTheSlopeOfAnInverseOverNineDecades) {
    const Parameter p{.name = "p", .lower = 1e-6, .upper = 1e3, .scale = Scale::log10};
    for (double x = 3e-6; x < 1e3; x *= 10.0)
        EXPECT_NEAR(quotient(p, x, inverse) * x * x, -1.0, 1e-7) << x;
    // One-sided: -1/x^2 (1 -+ 1e-4).
    EXPECT_NEAR(quotient(p, 1e-6, inverse) * 1e-12, -1.0, 1.01e-4);
    EXPECT_NEAR(quotient(p, 1e3, inverse) * 1e6, -1.0, 1.01e-4);
}

TEST(FitValueSteps, StayInsideTheBoundsOfEveryScale) {
    for (const Scale scale : {Scale::linear, Scale::log10, Scale::logit}) {
        const Parameter p{.name = "p", .lower = 0.1, .upper = 0.9, .scale = scale};
        for (const double x : {0.1, 0.3, 0.9}) {
            const DifferencePair pair = values_around(p, x);
            EXPECT_GE(pair.low, 0.1);
            EXPECT_LE(pair.high, 0.9);
            EXPECT_LE(pair.low, x);
            EXPECT_GE(pair.high, x);
            EXPECT_GT(pair.high - pair.low, 8e-6);
        }
    }
}

TEST(FitValueSteps, LeaveZeroOnALinearScale) {
    const Parameter p{.name = "p", .lower = 0.0, .upper = 10.0};
    const DifferencePair pair = values_around(p, 0.0);
    EXPECT_EQ(pair.low, 0.0);
    EXPECT_DOUBLE_EQ(pair.high, 1e-6);
}

}  // namespace
}  // namespace caravel::inference::fit
