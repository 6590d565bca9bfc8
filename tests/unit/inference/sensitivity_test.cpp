#include "caravel/inference/morris.hpp"
#include "caravel/inference/sobol_indices.hpp"

#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numbers>

namespace caravel::inference {
namespace {

using Function = std::function<double(const std::vector<double>&)>;

constexpr double pi = std::numbers::pi;

double ishigami(const std::vector<double>& u) {
    const double x1 = pi * (2.0 * u[0] - 1.0);
    const double x2 = pi * (2.0 * u[1] - 1.0);
    const double x3 = pi * (2.0 * u[2] - 1.0);
    return std::sin(x1) + 7.0 * std::sin(x2) * std::sin(x2) +
           0.1 * x3 * x3 * x3 * x3 * std::sin(x1);
}

const std::vector<double> g_weights{0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0};

double g_function(const std::vector<double>& u) {
    double product = 1.0;
    for (std::size_t i = 0; i < u.size(); ++i) {
        product *= (std::abs(4.0 * u[i] - 2.0) + g_weights[i]) / (1.0 + g_weights[i]);
    }
    return product;
}

std::vector<SobolIndex> analyse(const SobolIndexPlan& plan, const Function& f) {
    std::vector<double> outputs;
    const SobolIndexDesign design(plan);
    for (std::uint64_t i = 0; i < plan.points(); ++i) outputs.push_back(f(design.point(i)));
    return sobol_indices(plan, outputs, {200, 0.95, 1});
}

std::vector<MorrisEffect> screen(const MorrisPlan& plan, const Function& f) {
    std::vector<double> outputs;
    for (std::uint64_t i = 0; i < plan.points(); ++i) {
        outputs.push_back(f(morris_point(plan, i)));
    }
    return morris_effects(plan, outputs, {200, 0.95, 1});
}

// V = a^2/8 + b pi^4/5 + b^2 pi^8/18 + 1/2 with a = 7, b = 0.1 (T. Ishigami, T. Homma, 1990).
TEST(SobolIndices, MatchTheExactOnesOfIshigamisFunction) {
    const double b = 0.1;
    const double pi4 = pi * pi * pi * pi;
    const double v1 = 0.5 * (1.0 + b * pi4 / 5.0) * (1.0 + b * pi4 / 5.0);
    const double v2 = 49.0 / 8.0;
    const double v13 = 8.0 * b * b * pi4 * pi4 / 225.0;
    const double v = v1 + v2 + v13;
    EXPECT_NEAR(v, 49.0 / 8.0 + b * pi4 / 5.0 + b * b * pi4 * pi4 / 18.0 + 0.5, 1e-12);
    const double first[] = {v1 / v, v2 / v, 0.0};
    const double total[] = {(v1 + v13) / v, v2 / v, v13 / v};
    const auto found = analyse({3, 8192, 1}, ishigami);
    for (std::size_t d = 0; d < 3; ++d) {
        EXPECT_NEAR(found[d].first.value, first[d], 0.005) << d;
        EXPECT_NEAR(found[d].total.value, total[d], 0.005) << d;
        EXPECT_LE(found[d].first.low, first[d]) << d;
        EXPECT_GE(found[d].first.high, first[d]) << d;
        EXPECT_LE(found[d].total.low, total[d]) << d;
        EXPECT_GE(found[d].total.high, total[d]) << d;
    }
}

// V_i = 1 / (3 (1 + a_i)^2), V + 1 = product of (1 + V_i) (I. M. Sobol, 1993).
TEST(SobolIndices, MatchTheExactOnesOfSobolsFunction) {
    std::vector<double> v;
    double product = 1.0;
    for (const double a : g_weights) {
        v.push_back(1.0 / (3.0 * (1.0 + a) * (1.0 + a)));
        product *= 1.0 + v.back();
    }
    const auto found = analyse({8, 8192, 2}, g_function);
    for (std::size_t d = 0; d < 8; ++d) {
        const double first = v[d] / (product - 1.0);
        const double total = v[d] * product / (1.0 + v[d]) / (product - 1.0);
        EXPECT_NEAR(found[d].first.value, first, 0.005) << d;
        EXPECT_NEAR(found[d].total.value, total, 0.005) << d;
    }
}

TEST(SobolIndices, DoNotSeeAConstantAddedToTheOutput) {
    const auto plain = analyse({3, 1024, 1}, ishigami);
    const auto moved = analyse({3, 1024, 1}, [](const auto& u) { return ishigami(u) + 1e6; });
    for (std::size_t d = 0; d < 3; ++d) {
        EXPECT_NEAR(plain[d].first.value, moved[d].first.value, 1e-8);
    }
}

TEST(SobolIndices, RefuseOutputsThatAreNoNumbersOrDoNotVary) {
    const SobolIndexPlan plan{3, 16, 1};
    std::vector<double> outputs(plan.points(), 1.0);
    EXPECT_THROW(sobol_indices(plan, outputs), NumericalError);
    outputs[7] = std::nan("");
    try {
        sobol_indices(plan, outputs);
        ADD_FAILURE();
    } catch (const InputError& error) {
        EXPECT_NE(std::string(error.what()).find("Sobol point 7 is nan"), std::string::npos);
    }
    EXPECT_EQ(sobol_index_point(plan, 7), SobolIndexDesign(plan).point(7));
    EXPECT_THROW(sobol_index_point({65, 16, 1}, 0), InputError);
    EXPECT_THROW(sobol_index_point({0, 16, 1}, 0), InputError);
}

TEST(Morris, IsExactForALinearFunction) {
    const auto effects =
        screen({3, 10, 4, 1}, [](const auto& u) { return 2.0 * u[0] - 5.0 * u[1] + 0.0 * u[2]; });
    EXPECT_NEAR(effects[0].mean, 2.0, 1e-12);
    EXPECT_NEAR(effects[1].mean, -5.0, 1e-12);
    EXPECT_NEAR(effects[1].mean_absolute.value, 5.0, 1e-12);
    EXPECT_NEAR(effects[1].deviation.value, 0.0, 1e-12);
    EXPECT_NEAR(effects[1].mean_absolute.high, 5.0, 1e-12);
    EXPECT_EQ(effects[2].mean_absolute.value, 0.0);
}

// With four levels and step 2/3, (2 u - 1)^2 changes by -8/9, 0 ... : only 0 -> 2/3 and 1/3 -> 1,
// by 4 (u + v - 1) per width, -4/3 and 4/3. The mean cancels, the absolute mean is 4/3 exactly.
TEST(Morris, SeesAnEffectWhoseMeanCancels) {
    const auto effects = screen(
        {1, 400, 4, 3}, [](const auto& u) { return (2.0 * u[0] - 1.0) * (2.0 * u[0] - 1.0); });
    EXPECT_NEAR(effects[0].mean_absolute.value, 4.0 / 3.0, 1e-12);
    EXPECT_NEAR(effects[0].deviation.value, 4.0 / 3.0, 0.01);
    EXPECT_LT(std::abs(effects[0].mean), 4.9 * 4.0 / 3.0 / std::sqrt(400.0));
}

// x1 x2: the effect of x1 is x2, uniform on the four levels: mean 1/2, variance 5/36.
TEST(Morris, MeasuresInteractionWithAnErrorBar) {
    const MorrisPlan plan{2, 500, 4, 5};
    const auto effects = screen(plan, [](const auto& u) { return u[0] * u[1]; });
    for (const MorrisEffect& e : effects) {
        EXPECT_NEAR(e.mean_absolute.value, 0.5, 4.9 * std::sqrt(5.0 / 36.0 / 500.0));
        EXPECT_NEAR(e.mean_absolute.standard_error, std::sqrt(5.0 / 36.0 / 500.0), 0.003);
        EXPECT_NEAR(e.deviation.value, std::sqrt(5.0 / 36.0), 0.03);
    }
}

TEST(Morris, StaysOnTheGridAndChangesOneParameterAtATime) {
    const MorrisPlan plan{5, 8, 6, 9};
    for (std::uint64_t i = 0; i < plan.points(); ++i) {
        const auto point = morris_point(plan, i);
        for (const double u : point) {
            EXPECT_TRUE(u > -1e-12 && u < 1.0 + 1e-12);
            EXPECT_NEAR(u * 5.0, std::round(u * 5.0), 1e-12);
        }
        if (i % 6 == 0) continue;
        const auto before = morris_point(plan, i - 1);
        int changed = 0;
        for (std::size_t d = 0; d < 5; ++d) changed += point[d] != before[d] ? 1 : 0;
        EXPECT_EQ(changed, 1);
    }
    EXPECT_THROW(morris_point({5, 8, 5, 9}, 0), InputError);
    EXPECT_THROW(morris_point({0, 8, 4, 9}, 0), InputError);
}

TEST(Bootstrap, GivesTheStandardErrorOfAMean) {
    std::vector<double> values;
    for (int i = 0; i < 100; ++i) values.push_back(i);
    const auto estimate = bootstrap(100,
                                    [&](std::span<const std::size_t> rows) {
                                        double sum = 0.0;
                                        for (const std::size_t r : rows) sum += values[r];
                                        return std::vector{sum / static_cast<double>(rows.size())};
                                    },
                                    {4000, 0.95, 1});
    const double exact = std::sqrt((100.0 * 100.0 - 1.0) / 12.0 / 100.0);
    EXPECT_EQ(estimate[0].value, 49.5);
    EXPECT_NEAR(estimate[0].standard_error / exact, 1.0, 0.05);
    EXPECT_NEAR(estimate[0].low, 49.5 - 1.96 * exact, 0.4);
    EXPECT_NEAR(estimate[0].high, 49.5 + 1.96 * exact, 0.4);
}

}  // namespace
}  // namespace caravel::inference
