#include "caravel/base/error.hpp"
#include "caravel/inference/population/sensitivity_run.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace caravel::inference::population {
namespace {

using Function = double (*)(const std::vector<double>&);

// T. Ishigami and T. Homma, ISUMA 1990; a = 7, b = 0.1, on (-pi, pi)^3.
double ishigami(const std::vector<double>& u) {
    const auto x = [&](std::size_t i) { return std::numbers::pi * (2.0 * u[i] - 1.0); };
    return std::sin(x(0)) + 7.0 * std::pow(std::sin(x(1)), 2) +
           0.1 * std::pow(x(2), 4) * std::sin(x(0));
}

// I. M. Sobol's g-function with a = 0, 1, 9.
double g_function(const std::vector<double>& u) {
    const double a[] = {0.0, 1.0, 9.0};
    double product = 1.0;
    for (std::size_t i = 0; i < 3; ++i)
        product *= (std::abs(4.0 * u[i] - 2.0) + a[i]) / (1.0 + a[i]);
    return product;
}

double line(const std::vector<double>& u) { return 3.0 * u[0] - 2.0 * u[1]; }

std::vector<double> outputs(const SensitivityDesign& design, Function f) {
    std::vector<double> values;
    for (std::uint64_t i = 0; i < design.points(); ++i) values.push_back(f(design.point(i)));
    return values;
}

TEST(SensitivityDesign, GivesSobolIndicesOfIshigami) {
    const SensitivityDesign design("sobol", 3, 4096, 1);
    const auto result = influences(design, outputs(design, ishigami), 1);
    // Exact: V = a^2/8 + b pi^4/5 + b^2 pi^8/18 + 1/2 and its parts.
    const double pi4 = std::pow(std::numbers::pi, 4);
    const double variance = 49.0 / 8.0 + 0.1 * pi4 / 5.0 + 0.01 * pi4 * pi4 / 18.0 + 0.5;
    const double first[] = {0.5 * std::pow(1.0 + 0.1 * pi4 / 5.0, 2) / variance,
                            49.0 / 8.0 / variance, 0.0};
    const double third = 0.01 * pi4 * pi4 * (1.0 / 18.0 - 1.0 / 50.0) / variance;
    const double total[] = {first[0] + third, first[1], third};
    for (std::size_t p = 0; p < 3; ++p) {
        EXPECT_NEAR(result[p].other.value, first[p], 0.01) << p;
        EXPECT_NEAR(result[p].main.value, total[p], 0.01) << p;
        EXPECT_GE(result[p].main.high, total[p] - 1e-9) << p;
        EXPECT_LE(result[p].main.low, total[p] + 1e-9) << p;
    }
}

TEST(SensitivityDesign, GivesSobolIndicesOfTheGFunction) {
    const SensitivityDesign design("auto", 3, 4096, 2);
    ASSERT_FALSE(design.is_morris());
    const auto result = influences(design, outputs(design, g_function), 1);
    const double a[] = {0.0, 1.0, 9.0};
    double variance = 1.0;
    double part[3];
    for (int i = 0; i < 3; ++i) {
        part[i] = 1.0 / 3.0 / std::pow(1.0 + a[i], 2);
        variance *= 1.0 + part[i];
    }
    for (std::size_t p = 0; p < 3; ++p) {
        EXPECT_NEAR(result[p].other.value, part[p] / (variance - 1.0), 0.01) << p;
        EXPECT_NEAR(result[p].main.value, part[p] * variance / (1.0 + part[p]) / (variance - 1.0),
                    0.01)
            << p;
    }
}

TEST(SensitivityDesign, GivesExactMorrisEffectsOfALine) {
    const SensitivityDesign design("morris", 2, 10, 1);
    const auto result = influences(design, outputs(design, line), 1);
    EXPECT_NEAR(result[0].main.value, 3.0, 1e-12);
    EXPECT_NEAR(result[1].main.value, 2.0, 1e-12);
    EXPECT_NEAR(result[1].mean, -2.0, 1e-12);
    EXPECT_NEAR(result[1].other.value, 0.0, 1e-12);
}

TEST(SensitivityDesign, AgreesWithMorrisEffectsWhenNothingFails) {
    const SensitivityDesign design("morris", 3, 12, 5);
    const auto values = outputs(design, ishigami);
    const auto ours = influences(design, values, 9);
    const auto theirs = morris_effects(design.morris(), values, {500, 0.95, 9});
    for (std::size_t p = 0; p < 3; ++p) {
        EXPECT_NEAR(ours[p].main.value, theirs[p].mean_absolute.value, 1e-12);
        EXPECT_NEAR(ours[p].other.standard_error, theirs[p].deviation.standard_error, 1e-12);
        EXPECT_NEAR(ours[p].mean, theirs[p].mean, 1e-12);
    }
}

TEST(SensitivityDesign, LeavesOutRowsWithAFailedPoint) {
    for (const char* method : {"morris", "sobol"}) {
        const SensitivityDesign design(method, 2, 64, 1);
        auto values = outputs(design, line);
        const auto whole = influences(design, values, 1);
        values[5] = std::nan("");
        values[40] = std::nan("");
        const auto part = influences(design, values, 1);
        EXPECT_NEAR(part[0].main.value, whole[0].main.value, 0.1) << method;
        for (double& v : values) v = std::nan("");
        EXPECT_THROW(influences(design, values, 1), InputError) << method;
    }
}

TEST(SensitivityDesign, RefusesWhatCannotBe) {
    EXPECT_THROW(SensitivityDesign("sobel", 3, 0, 1), InputError);
    EXPECT_THROW(SensitivityDesign("morris", 0, 0, 1), InputError);
    EXPECT_THROW(SensitivityDesign("sobol", 65, 0, 1), InputError);
    EXPECT_TRUE(SensitivityDesign("auto", 9, 0, 1).is_morris());
    EXPECT_EQ(SensitivityDesign("auto", 9, 0, 1).points(), 200U);
}

TEST(VaryOption, IsReadWithItsUnit) {
    const RangeInput range = parse_vary("subject.body_weight=\"18..26 g\"");
    EXPECT_EQ(range.key, "subject.body_weight");
    EXPECT_EQ(range.low, "18 g");
    EXPECT_EQ(range.high, "26 g");
    EXPECT_EQ(parse_vary("a.b=0.1..0.2").low, "0.1");
    EXPECT_THROW(parse_vary("subject.body_weight=26..18 g"), InputError);
    EXPECT_THROW(parse_vary("subject.body_weight=18 g"), InputError);
    // the points of a scan are no part of a unit
    EXPECT_THROW(parse_vary("subject.body_weight=18..26 g/4"), InputError);
    EXPECT_NO_THROW(parse_vary("a.dose=2..8 mg/kg"));
    EXPECT_THROW(parse_vary("subject.body_weight"), InputError);
    EXPECT_THROW(parse_vary("subject.body_weight=18 mm..26 g"), InputError);
}

}  // namespace
}  // namespace caravel::inference::population
