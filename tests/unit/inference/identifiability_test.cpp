#include "caravel/inference/identifiability.hpp"

#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace caravel::inference {
namespace {

Matrix matrix(std::size_t n, std::vector<double> values) {
    Matrix m(n, n);
    m.values = std::move(values);
    return m;
}

TEST(Curvature, GivesTheInverseWhenEverythingIsDetermined) {
    // Inverse of (4 1; 1 3) = (3 -1; -1 4) / 11.
    const auto report = analyse_curvature(matrix(2, {4, 1, 1, 3}), {"a", "b"}, {10.0, 20.0});
    EXPECT_EQ(report.undetermined(), 0U);
    EXPECT_TRUE(report.messages.empty());
    EXPECT_NEAR(report.covariance(0, 0), 3.0 / 11.0, 1e-14);
    EXPECT_NEAR(report.covariance(0, 1), -1.0 / 11.0, 1e-14);
    EXPECT_NEAR(*report.standard_error[1], std::sqrt(4.0 / 11.0), 1e-14);
    EXPECT_NEAR(report.correlation(0, 1), -1.0 / std::sqrt(12.0), 1e-14);
}

// Only the sum of two parameters is measured, a third one well.
TEST(Curvature, NamesAFlatDirectionAndGivesNoErrorForItsParameters) {
    const auto report = analyse_curvature(matrix(3, {100, 100, 0, 100, 100, 0, 0, 0, 400}),
                                          {"k_on", "k_off", "volume"}, {1.0, 1.0, 1.0});
    EXPECT_EQ(report.undetermined(), 1U);
    ASSERT_EQ(report.messages.size(), 1U);
    EXPECT_NE(report.messages[0].find("0.71 k_on - 0.71 k_off"), std::string::npos)
        << report.messages[0];
    EXPECT_FALSE(report.standard_error[0]);
    EXPECT_FALSE(report.standard_error[1]);
    EXPECT_NEAR(*report.standard_error[2], 0.05, 1e-14);
    EXPECT_EQ(report.directions.size(), 3U);
    EXPECT_GT(report.condition, 1e12);
}

TEST(Curvature, CallsADirectionUndeterminedWhenItsErrorExceedsTheBounds) {
    // Standard deviations 0.1 and 5 where both bounds are 2 wide.
    const auto report = analyse_curvature(matrix(2, {100, 0, 0, 0.04}), {"a", "b"}, {2.0, 2.0});
    EXPECT_EQ(report.undetermined(), 1U);
    EXPECT_NEAR(*report.directions[0].standard_deviation, 2.5, 1e-12);
    EXPECT_FALSE(report.standard_error[1]);
    EXPECT_NE(report.messages[0].find("standard deviation 2.5 widths"), std::string::npos);
}

TEST(Curvature, SaysThatASaddleIsNoMinimum) {
    const auto report = analyse_curvature(matrix(2, {4, 0, 0, -1}), {"a", "b"}, {1.0, 1.0});
    EXPECT_EQ(report.undetermined(), 1U);
    EXPECT_FALSE(report.directions[0].standard_deviation);
    EXPECT_NE(report.messages[0].find("this is no minimum"), std::string::npos);
    EXPECT_EQ(report.condition, std::numeric_limits<double>::infinity());
}

TEST(Curvature, DoesNotDependOnUnits) {
    // b in units a million times smaller: its entries shrink, its width grows.
    const auto one = analyse_curvature(matrix(2, {400, 100, 100, 300}), {"a", "b"}, {1.0, 1.0});
    const auto two = analyse_curvature(matrix(2, {400, 1e-4, 1e-4, 3e-10}), {"a", "b"}, {1.0, 1e6});
    EXPECT_EQ(two.undetermined(), 0U);
    EXPECT_NEAR(*two.standard_error[1] / *one.standard_error[1], 1e6, 1e-6);
    EXPECT_NEAR(two.condition, one.condition, 1e-9);
}

TEST(Curvature, ParametersOnABoundCountAsKnown) {
    // a and c are one number to the data; c is held, so a is determined by its own curvature
    IdentifiabilityOptions options;
    options.held = {2};
    const auto report = analyse_curvature(matrix(3, {400, 0, 400, 0, 100, 0, 400, 0, 400}),
                                          {"a", "b", "c"}, {1.0, 1.0, 1.0}, options);
    EXPECT_TRUE(report.messages.empty());
    EXPECT_DOUBLE_EQ(report.standard_error[0].value(), 0.05);
    EXPECT_DOUBLE_EQ(report.standard_error[1].value(), 0.1);
    EXPECT_FALSE(report.standard_error[2]);
    const auto free = analyse_curvature(matrix(3, {400, 0, 400, 0, 100, 0, 400, 0, 400}),
                                        {"a", "b", "c"}, {1.0, 1.0, 1.0});
    EXPECT_FALSE(free.standard_error[0]);
}

TEST(Curvature, CurvatureOfTheSizeOfRoundingHasNoSign) {
    const auto report = analyse_curvature(matrix(2, {4, 0, 0, -1e-16}), {"a", "b"}, {1.0, 1.0});
    EXPECT_EQ(report.undetermined(), 1U);
    EXPECT_EQ(report.messages[0].find("no minimum"), std::string::npos);
}

TEST(Curvature, RefusesNaNAndWrongSizes) {
    EXPECT_THROW(analyse_curvature(matrix(1, {std::nan("")}), {"a"}, {1.0}), InputError);
    EXPECT_THROW(analyse_curvature(matrix(1, {1.0}), {"a", "b"}, {1.0, 1.0}), InputError);
    EXPECT_THROW(analyse_curvature(matrix(1, {1.0}), {"a"}, {0.0}), InputError);
}

}  // namespace
}  // namespace caravel::inference
