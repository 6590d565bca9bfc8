#include "caravel/inference/profile.hpp"

#include "caravel/inference/special.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace caravel::inference {
namespace {

Objective of(ScalarFunction f, const Box& box) {
    return with_differences(std::move(f), box.lower, box.upper);
}

// For f = x^T H x / 2 the limits are the marginal ones: sqrt(chi2 (H^-1)_ii).
TEST(Profile, GivesTheExactLimitsOfAQuadraticLikelihood) {
    const Box box{{-5.0, -5.0}, {5.0, 5.0}};
    const Objective f = of(
        [](std::span<const double> x) {
            return 0.5 * (4.0 * x[0] * x[0] + 2.0 * x[0] * x[1] + 3.0 * x[1] * x[1]);
        },
        box);
    const double chi2 = chi_squared_quantile(0.95, 1.0);
    const double expected[] = {std::sqrt(chi2 * 3.0 / 11.0), std::sqrt(chi2 * 4.0 / 11.0)};
    for (std::size_t i = 0; i < 2; ++i) {
        const Profile profile = profile_likelihood(f, box, std::vector<double>{0.0, 0.0}, i);
        ASSERT_TRUE(profile.is_closed());
        EXPECT_NEAR(*profile.above.limit, expected[i], 2e-5);
        EXPECT_NEAR(*profile.below.limit, -expected[i], 2e-5);
        EXPECT_FALSE(profile.better);
        for (std::size_t k = 1; k < profile.points.size(); ++k) {
            EXPECT_LT(profile.points[k - 1].at, profile.points[k].at);
        }
    }
}

// Poisson count n = 4 with mean m: limits solve m - 4 log m = 4 - 4 log 4 + chi2/2.
TEST(Profile, IsNotSymmetricWhereTheLikelihoodIsNot) {
    const Box box{{0.01}, {30.0}};
    const Objective f =
        of([](std::span<const double> x) { return x[0] - 4.0 * std::log(x[0]); }, box);
    const Profile profile = profile_likelihood(f, box, std::vector<double>{4.0}, 0);
    ASSERT_TRUE(profile.is_closed());
    const double level = 4.0 - 4.0 * std::log(4.0) + profile.threshold;
    for (const double limit : {*profile.below.limit, *profile.above.limit}) {
        EXPECT_NEAR(limit - 4.0 * std::log(limit), level, 1e-4);
    }
    EXPECT_GT(*profile.above.limit - 4.0, 4.0 - *profile.below.limit + 1.0);
}

// Only the product is measured: in logarithms only x + y = 1.
TEST(Profile, IsFlatAndOpenWhereTheDataSayNothing) {
    const Box box{{-2.0, -2.0}, {2.0, 2.0}};
    const auto sum_of_two = [](std::span<const double> x) {
        const double r = (x[0] + x[1] - 1.0) / 0.1;
        return 0.5 * r * r;
    };
    const Objective f = of(sum_of_two, box);
    const Profile profile = profile_likelihood(f, box, std::vector<double>{0.5, 0.5}, 0);
    EXPECT_FALSE(profile.above.limit);
    EXPECT_NE(profile.above.reason.find("the bound 2 is reached"), std::string::npos)
        << profile.above.reason;
    // Below -1 the other parameter is at its bound, so this side closes there.
    ASSERT_TRUE(profile.below.limit);
    EXPECT_NEAR(*profile.below.limit, -1.0 - 0.1 * std::sqrt(2.0 * profile.threshold), 1e-4);
    const Box wide{{-2.0, -9.0}, {2.0, 9.0}};
    const Objective g = of(sum_of_two, wide);
    EXPECT_TRUE(profile_likelihood(g, wide, std::vector<double>{0.5, 0.5}, 0).is_flat());
}

// y = a (1 - exp(-k t)) at late times only: k has a lower limit and no upper one.
TEST(Profile, IsOpenOnOneSideOnly) {
    const Box box{{-2.0, 0.5}, {3.0, 2.0}};  // log10 k, a
    const Objective f = of(
        [](std::span<const double> x) {
            double sum = 0.0;
            for (const double t : {1.0, 2.0, 4.0}) {
                const double r = (x[1] * -std::expm1(-std::pow(10.0, x[0]) * t) - 1.0) / 0.05;
                sum += 0.5 * r * r;
            }
            return sum;
        },
        box);
    const Profile profile = profile_likelihood(f, box, std::vector<double>{2.5, 1.0}, 0);
    EXPECT_TRUE(profile.below.limit);
    EXPECT_FALSE(profile.above.limit);
    EXPECT_FALSE(profile.is_closed());
    EXPECT_FALSE(profile.is_flat());
    EXPECT_LT(profile.above.greatest_rise, 1e-6);
}

TEST(Profile, ReportsALowerPointFoundOnTheWay) {
    const Box box{{-3.0}, {3.0}};
    const Objective f = of(
        [](std::span<const double> x) {  // minima near -1 and 1, the left one lower
            const double w = x[0] * x[0] - 1.0;
            return w * w + 0.3 * x[0];
        },
        box);
    const Profile profile = profile_likelihood(f, box, std::vector<double>{0.96}, 0);
    ASSERT_TRUE(profile.better);
    EXPECT_LT(profile.better->at, -0.9);
}

TEST(Profile, RefusesInfiniteBoundsAndNaN) {
    const Objective f = of([](std::span<const double> x) { return x[0] * x[0]; }, unbounded(1));
    EXPECT_THROW(profile_likelihood(f, unbounded(1), std::vector<double>{0.0}, 0), InputError);
    const Box box{{-1.0}, {1.0}};
    const Objective nan =
        of([](std::span<const double> x) { return x[0] > 0.2 ? std::nan("") : 0.01 * x[0] * x[0]; },
           box);
    try {
        profile_likelihood(nan, box, std::vector<double>{0.0}, 0);
        ADD_FAILURE();
    } catch (const NumericalError& error) {
        EXPECT_EQ(error.failure().process, "profile likelihood");
    }
}

}  // namespace
}  // namespace caravel::inference
