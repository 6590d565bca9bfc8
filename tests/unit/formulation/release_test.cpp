#include "caravel/formulation/release.hpp"

#include "caravel/input/document.hpp"
#include "caravel/input/reader.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>
#include <string>
#include <vector>

namespace caravel::formulation {
namespace {

using std::numbers::ln2;
using std::numbers::pi;

constexpr double hour = 3600.0;

/// Integral of the hazard from a to b (a > 0) by Gauss-Legendre of order 5 over ln t.
double integrated_hazard(const ReleaseLaw& law, double a, double b) {
    constexpr std::array<double, 3> node{0.0, 0.5384693101056831, 0.906179845938664};
    constexpr std::array<double, 3> weight{0.5688888888888889, 0.47862867049936647,
                                           0.23692688505618908};
    constexpr int panels = 4000;
    const double h = std::log(b / a) / panels;
    double sum = 0.0;
    for (int i = 0; i < panels; ++i) {
        const double centre = std::log(a) + (i + 0.5) * h;
        for (std::size_t k = 0; k < node.size(); ++k) {
            const double left = std::exp(centre - node[k] * h / 2.0);
            const double right = std::exp(centre + node[k] * h / 2.0);
            sum += weight[k] * hazard(law, left) * left;
            if (k > 0) sum += weight[k] * hazard(law, right) * right;
        }
    }
    return sum * h / 2.0;
}

struct Case {
    std::string name;
    ReleaseLaw law;
};

std::vector<Case> laws() {
    return {{"first_order", FirstOrder{5.0 * hour}},
            {"zero_order", ZeroOrder{20.0 * hour}},
            {"higuchi", Higuchi{20.0 * hour}},
            {"korsmeyer_peppas_slow", KorsmeyerPeppas{20.0 * hour, 0.43}},
            {"korsmeyer_peppas_fast", KorsmeyerPeppas{20.0 * hour, 1.3}},
            {"weibull_stretched", Weibull{8.0 * hour, 0.43}},
            {"weibull_delayed", Weibull{8.0 * hour, 1.7}},
            {"hixson_crowell", HixsonCrowell{20.0 * hour}},
            {"crank", CrankSphere{1e-19, 50e-9}},
            {"biphasic", Biphasic{0.3, 1.0 * hour, 30.0 * hour}},
            {"burst", Burst{0.2}}};
}

class ReleaseLawCase : public testing::TestWithParam<Case> {};

TEST_P(ReleaseLawCase, HazardIntegratesToTheRetainedFraction) {
    const ReleaseLaw& law = GetParam().law;
    const double start = 1.0;
    for (const double end : {10.0, hour, 19.0 * hour}) {
        const double retained = retained_fraction(law, end) / retained_fraction(law, start);
        EXPECT_NEAR(std::exp(-integrated_hazard(law, start, end)), retained, 1e-8) << end;
    }
}

TEST_P(ReleaseLawCase, RetainedFractionFallsFromOne) {
    const ReleaseLaw& law = GetParam().law;
    const bool burst = std::holds_alternative<Burst>(law);
    EXPECT_DOUBLE_EQ(retained_fraction(law, 0.0), burst ? 0.8 : 1.0);
    double last = 1.0;
    for (double t = 60.0; t < 100.0 * hour; t *= 1.5) {
        const double now = retained_fraction(law, t);
        EXPECT_LE(now, last);
        EXPECT_GE(now, 0.0);
        EXPECT_TRUE(std::isfinite(hazard(law, t)));
        EXPECT_GE(hazard(law, t), 0.0);
        last = now;
    }
}

TEST_P(ReleaseLawCase, HazardIsFiniteFromItsInitialAge) {
    const ReleaseLaw& law = GetParam().law;
    EXPECT_TRUE(std::isfinite(hazard(law, initial_age(law))));
}

INSTANTIATE_TEST_SUITE_P(All, ReleaseLawCase, testing::ValuesIn(laws()),
                         [](const auto& test) { return test.param.name; });

TEST(Release, RetainedFractionsByHand) {
    EXPECT_NEAR(retained_fraction(FirstOrder{hour}, 3.0 * hour), 0.125, 1e-15);
    EXPECT_NEAR(retained_fraction(ZeroOrder{10.0}, 4.0), 0.6, 1e-15);
    EXPECT_NEAR(retained_fraction(Higuchi{100.0}, 25.0), 0.5, 1e-15);
    EXPECT_NEAR(retained_fraction(KorsmeyerPeppas{16.0, 0.25}, 1.0), 0.5, 1e-15);
    EXPECT_NEAR(retained_fraction(Weibull{7.0, 0.4}, 7.0), std::exp(-1.0), 1e-15);
    EXPECT_NEAR(retained_fraction(HixsonCrowell{10.0}, 5.0), 0.125, 1e-15);
    EXPECT_NEAR(retained_fraction(Biphasic{0.4, 1.0, 2.0}, 2.0), 0.4 / 4.0 + 0.6 / 2.0, 1e-15);
    EXPECT_DOUBLE_EQ(retained_fraction(Burst{0.0075}, 1e9), 0.9925);
}

TEST(Release, HazardsByHand) {
    EXPECT_NEAR(hazard(FirstOrder{10.0}, 123.0), ln2 / 10.0, 1e-16);
    EXPECT_NEAR(hazard(ZeroOrder{10.0}, 6.0), 0.25, 1e-15);
    // x = 1/4: x^(1/2) = 1/2, so h = (1/2)(2)/(100 (1/2)).
    EXPECT_NEAR(hazard(Higuchi{100.0}, 25.0), 0.02, 1e-16);
    EXPECT_NEAR(hazard(Weibull{4.0, 2.0}, 2.0), 0.25, 1e-16);
    EXPECT_NEAR(hazard(HixsonCrowell{10.0}, 4.0), 0.5, 1e-15);
    EXPECT_NEAR(hazard(Biphasic{0.5, 1.0, 2.0}, 0.0), 0.75 * ln2, 1e-15);
    EXPECT_DOUBLE_EQ(hazard(Burst{0.5}, 3.0), 0.0);
}

TEST(Release, BiphasicEndsWithTheSlowPart) {
    EXPECT_NEAR(hazard(Biphasic{0.9, hour, 50.0 * hour}, 1e4 * hour), ln2 / (50.0 * hour), 1e-18);
    EXPECT_NEAR(hazard(Biphasic{1.0, hour, 50.0 * hour}, 1e6 * hour), ln2 / hour, 1e-18);
}

TEST(Release, HazardStaysFiniteAtTheEndOfALaw) {
    EXPECT_NEAR(hazard(ZeroOrder{10.0}, 20.0), 1.0 / (10.0 * 1e-6), 1e-4);
    EXPECT_NEAR(hazard(HixsonCrowell{10.0}, 10.0), 3.0 / (10.0 * 1e-6), 1e-3);
    EXPECT_TRUE(std::isfinite(hazard(Higuchi{10.0}, 11.0)));
    EXPECT_DOUBLE_EQ(retained_fraction(ZeroOrder{10.0}, 20.0), 0.0);
}

/// Full series, enough terms for u >= 0.001.
double crank_long(double u) {
    double sum = 0.0;
    for (int n = 300; n >= 1; --n) sum += std::exp(-n * n * pi * pi * u) / (n * n);
    return 6.0 / (pi * pi) * sum;
}

TEST(CrankSphereLaw, BothFormsAgreeAroundTheSwitch) {
    const CrankSphere law{1.0, 1.0};  // age is u = D t/R^2
    for (const double u : {0.005, 0.01, 0.02, 0.029, 0.03 - 1e-12, 0.03, 0.031, 0.05, 0.2, 1.0})
        EXPECT_NEAR(retained_fraction(law, u) / crank_long(u), 1.0, 1e-12) << u;
}

TEST(CrankSphereLaw, HazardIsContinuousAtTheSwitch) {
    const CrankSphere law{1.0, 1.0};
    EXPECT_NEAR(hazard(law, 0.03 - 1e-13) / hazard(law, 0.03 + 1e-13), 1.0, 1e-10);
}

TEST(CrankSphereLaw, ReleasesHalfAtTheTextbookTime) {
    // The short form gives one half where 3 u - 6 sqrt(u/pi) = -1/2.
    EXPECT_NEAR(retained_fraction(CrankSphere{1.0, 1.0}, 0.03054652429804), 0.5, 1e-13);
}

TEST(CrankSphereLaw, EndsWithTheSlowestMode) {
    const CrankSphere law{2.0, 4.0};
    EXPECT_NEAR(hazard(law, 20.0), pi * pi * 2.0 / 16.0, 1e-9);
    EXPECT_NEAR(hazard(law, 1e6), pi * pi * 2.0 / 16.0, 1e-12);
}

TEST(Release, InitialFractionIsWhatLeavesInTheFirstSecond) {
    EXPECT_DOUBLE_EQ(initial_fraction(Burst{0.0222}), 0.0222);
    EXPECT_NEAR(initial_fraction(Higuchi{hour}), 1.0 / 60.0, 1e-15);
    EXPECT_NEAR(initial_fraction(Weibull{16.0, 0.5}), 1.0 - std::exp(-0.25), 1e-15);
    EXPECT_DOUBLE_EQ(initial_fraction(Weibull{16.0, 1.0}), 0.0);
    EXPECT_DOUBLE_EQ(initial_fraction(FirstOrder{1.0}), 0.0);
    EXPECT_NEAR(initial_fraction(KorsmeyerPeppas{81.0, 0.25}), 1.0 / 3.0, 1e-15);
    EXPECT_DOUBLE_EQ(initial_fraction(KorsmeyerPeppas{81.0, 1.5}), 0.0);
}

TEST(Release, AgeStartsAtOneSecondOnlyForInfiniteInitialRates) {
    EXPECT_DOUBLE_EQ(initial_age(Higuchi{hour}), 1.0);
    EXPECT_DOUBLE_EQ(initial_age(CrankSphere{1e-19, 1e-8}), 1.0);
    EXPECT_DOUBLE_EQ(initial_age(Weibull{hour, 0.4}), 1.0);
    EXPECT_DOUBLE_EQ(initial_age(Weibull{hour, 1.2}), 0.0);
    EXPECT_DOUBLE_EQ(initial_age(FirstOrder{hour}), 0.0);
}

TEST(Release, OnlyConstantHazardsAreMemoryless) {
    EXPECT_TRUE(is_memoryless(FirstOrder{1.0}));
    EXPECT_TRUE(is_memoryless(Burst{0.1}));
    EXPECT_TRUE(is_memoryless(Weibull{1.0, 1.0}));
    EXPECT_FALSE(is_memoryless(Weibull{1.0, 0.9}));
    EXPECT_FALSE(is_memoryless(ZeroOrder{1.0}));
    EXPECT_FALSE(is_memoryless(Biphasic{0.1, 1.0, 2.0}));
}

TEST(ReleaseInput, ReadsALawWithItsTrigger) {
    const auto release = input::read<Release>(
        input::parse_toml("law = 'weibull'\ntime_scale = '2 h'\nexponent = 0.43\n"
                          "trigger = { signal = 'pH', response = 'sigmoid', midpoint = 6.5,"
                          " width = 0.3, below = true }\n",
                          "release.toml")
            .root);
    ASSERT_TRUE(std::holds_alternative<Weibull>(release.law));
    EXPECT_DOUBLE_EQ(std::get<Weibull>(release.law).time_scale, 2.0 * hour);
    ASSERT_TRUE(release.trigger.has_value());
    EXPECT_EQ(release.trigger->signal, "pH");
}

TEST(ReleaseInput, RejectsASlowPartThatIsFaster) {
    const auto document = input::parse_toml(
        "law = 'biphasic'\nfast_fraction = 0.1\nfast_half_life = '2 h'\n"
        "slow_half_life = '1 h'\n",
        "release.toml");
    EXPECT_THROW(input::read<Release>(document.root), InputError);
}

}  // namespace
}  // namespace caravel::formulation
