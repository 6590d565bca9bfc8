#include "caravel/base/error.hpp"
#include "caravel/base/interpolate.hpp"
#include "caravel/base/roots.hpp"
#include "caravel/base/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>
#include <vector>

namespace caravel {
namespace {

constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(Ascending, tells_strict_from_weak_order) {
    EXPECT_TRUE(is_strictly_ascending(std::vector{1.0, 2.0, 5.0}));
    EXPECT_FALSE(is_strictly_ascending(std::vector{1.0, 1.0}));
    EXPECT_FALSE(is_strictly_ascending(std::vector{1.0, nan_value, 3.0}));
    EXPECT_FALSE(is_strictly_ascending(std::vector{1.0, infinity}));
    EXPECT_TRUE(is_ascending(std::vector{1.0, 1.0, 2.0}));
    EXPECT_FALSE(is_ascending(std::vector{2.0, 1.0}));
    EXPECT_FALSE(is_ascending(std::vector{nan_value}));
}

const std::vector<double> table_x{0.0, 1.0, 3.0};
const std::vector<double> table_y{10.0, 20.0, 0.0};

TEST(Interpolate, is_linear_between_and_exact_at_points) {
    EXPECT_EQ(interpolate(table_x, table_y, 0.0), 10.0);
    EXPECT_EQ(interpolate(table_x, table_y, 1.0), 20.0);
    EXPECT_EQ(interpolate(table_x, table_y, 3.0), 0.0);
    EXPECT_DOUBLE_EQ(interpolate(table_x, table_y, 0.25), 12.5);
    EXPECT_DOUBLE_EQ(interpolate(table_x, table_y, 2.5), 5.0);
}

TEST(Interpolate, outside_throws_with_the_range) {
    try {
        interpolate(table_x, table_y, 3.5);
        FAIL();
    } catch (const std::out_of_range& error) {
        EXPECT_STREQ(error.what(), "3.5 is outside the table, which covers 0 to 3");
    }
    EXPECT_THROW(interpolate(table_x, table_y, -1e-300), std::out_of_range);
    EXPECT_THROW(interpolate(table_x, table_y, nan_value), std::out_of_range);
}

TEST(Interpolate, clamped_holds_the_ends) {
    EXPECT_EQ(interpolate_clamped(table_x, table_y, -5.0), 10.0);
    EXPECT_EQ(interpolate_clamped(table_x, table_y, infinity), 0.0);
    EXPECT_TRUE(std::isnan(interpolate_clamped(table_x, table_y, nan_value)));
    EXPECT_EQ(interpolate_clamped(std::vector{2.0}, std::vector{7.0}, 9.0), 7.0);
    EXPECT_THROW(interpolate_clamped({}, {}, 1.0), std::logic_error);
    EXPECT_THROW(interpolate_clamped(table_x, std::vector{1.0}, 1.0), std::logic_error);
}

TEST(FindRoot, finds_known_roots_to_rounding) {
    EXPECT_NEAR(find_root([](double x) { return x * x - 2.0; }, 0.0, 2.0), std::numbers::sqrt2,
                1e-15);
    EXPECT_NEAR(find_root([](double x) { return std::cos(x) - x; }, 0.0, 1.0), 0.7390851332151607,
                1e-15);
    EXPECT_NEAR(find_root([](double x) { return std::exp(x) - 1e-6; }, -50.0, 50.0),
                -6.0 * std::numbers::ln10, 1e-13);
}

TEST(FindRoot, triple_root_at_zero_needs_an_absolute_tolerance) {
    RootSearch search;
    search.tolerance = 1e-6;
    EXPECT_NEAR(find_root([](double x) { return x * x * x; }, -1.0, 3.0, search), 0.0, 1e-6);
}

TEST(FindRoot, ends_may_be_roots_or_swapped) {
    EXPECT_EQ(find_root([](double x) { return x; }, 0.0, 5.0), 0.0);
    EXPECT_EQ(find_root([](double x) { return x - 5.0; }, 0.0, 5.0), 5.0);
    EXPECT_NEAR(find_root([](double x) { return x - 3.0; }, 5.0, 0.0), 3.0, 1e-14);
}

TEST(FindRoot, tolerance_saves_evaluations) {
    const auto count = [](double tolerance) {
        int calls = 0;
        RootSearch search;
        search.tolerance = tolerance;
        const double root =
            find_root([&](double x) { return ++calls, x * x * x - 2.0; }, 0.0, 2.0, search);
        EXPECT_NEAR(root, std::cbrt(2.0), std::max(tolerance, 1e-15));
        return calls;
    };
    EXPECT_LT(count(1e-2), count(0.0));
    EXPECT_LE(count(0.0), 14);
}

TEST(FindRoot, jump_is_found_by_bisection) {
    const double place = find_root([](double x) { return x < 0.3 ? -1.0 : 1.0; }, 0.0, 1.0);
    EXPECT_NEAR(place, 0.3, 1e-15);
}

TEST(FindRoot, missing_bracket_and_nan_are_numerical_errors) {
    RootSearch search;
    search.quantity = "the radius";
    try {
        find_root([](double x) { return x * x + 1.0; }, -1.0, 2.0, search);
        FAIL();
    } catch (const NumericalError& error) {
        EXPECT_EQ(error.failure().quantity, "the radius");
        EXPECT_EQ(error.failure().problem, "is not bracketed: f(-1) = 2, f(2) = 5");
    }
    EXPECT_THROW(find_root([](double) { return nan_value; }, 0.0, 1.0), NumericalError);
    EXPECT_THROW(
        find_root([](double x) { return x == 0.0   ? -1.0
                                        : x == 1.0 ? 1.0
                                                   : nan_value; }, 0.0, 1.0),
        NumericalError);
    search.most_steps = 2;
    EXPECT_THROW(find_root([](double x) { return std::exp(x) - 2.0; }, -50.0, 50.0, search),
                 NumericalError);
}

TEST(Statistics, median_of_odd_and_even_samples) {
    EXPECT_EQ(median(std::vector{3.0, 1.0, 2.0}), 2.0);
    EXPECT_EQ(median(std::vector{4.0, 1.0, 3.0, 2.0}), 2.5);
    EXPECT_EQ(median(std::vector{7.0}), 7.0);
    EXPECT_THROW(median({}), std::logic_error);
    EXPECT_THROW(median(std::vector{1.0, nan_value}), std::logic_error);
}

TEST(Statistics, quantile_is_type_seven) {
    const std::vector<double> values{10.0, 1.0, 3.0, 6.0};  // numpy.quantile, R quantile
    EXPECT_EQ(quantile(values, 0.0), 1.0);
    EXPECT_DOUBLE_EQ(quantile(values, 0.25), 2.5);
    EXPECT_DOUBLE_EQ(quantile(values, 0.5), 4.5);
    EXPECT_DOUBLE_EQ(quantile(values, 0.9), 8.8);
    EXPECT_EQ(quantile(values, 1.0), 10.0);
    EXPECT_EQ(quantile(std::vector{1.0, infinity}, 0.0), 1.0);
    EXPECT_THROW(quantile(values, 1.1), std::logic_error);
    EXPECT_THROW(quantile(values, nan_value), std::logic_error);
}

TEST(Statistics, means) {
    EXPECT_DOUBLE_EQ(mean(std::vector{1.0, 2.0, 6.0}), 3.0);
    EXPECT_DOUBLE_EQ(geometric_mean(std::vector{1.0, 10.0, 100.0}), 10.0);
    EXPECT_NEAR(geometric_mean(std::vector{1e200, 1e300}) / 1e250, 1.0, 1e-13);
    EXPECT_THROW(geometric_mean(std::vector{1.0, 0.0}), std::logic_error);
    EXPECT_THROW(geometric_mean(std::vector{1.0, nan_value}), std::logic_error);
    EXPECT_THROW(mean({}), std::logic_error);
}

}  // namespace
}  // namespace caravel
