// Friberg's model of myelosuppression against its steady states and an independent integration.
#include "caravel/base/unit.hpp"
#include "caravel/response/myelosuppression.hpp"
#include "unit/body/example_body.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace caravel::response {
namespace {

using test::amount;

constexpr double hour = 3600.0;

// Friberg 2002 (J Clin Oncol 20:4713), paclitaxel, leukocytes
constexpr double baseline = 7.21e12;        // 1/m3 = 7.21e9 1/L
constexpr double transit = 124.0 * hour;    // s
constexpr double potency = 28.9e-3 / 1e-6;  // m3/mol = 28.9 L/umol
constexpr double gamma_exponent = 0.239;

struct Marrow {
    /// The drug decays with `decay` (1/s) from `concentration` (mol/m3).
    explicit Marrow(double concentration, double decay = 0.0) {
        drug = model.add_species({"drug", "drug", 1e-5, true}, concentration);
        const auto gone = model.add_species({"gone", "drug", 1e-5, true});
        model.add_transfer("decay", drug, gone, model.add_coefficient("decay", decay));
        const auto sum = model.add_sum({"drug", {{drug, 1.0}}, 0.0});
        circulating = add_myelosuppression(model, "marrow",
                                           {baseline, transit, potency, gamma_exponent}, sum);
    }
    kinetics::KineticModel model;
    kinetics::SpeciesId drug;
    kinetics::SpeciesId circulating;
};

TEST(Friberg, WithoutDrugTheBaselineStays) {
    const Marrow m(0.0);
    for (const double rate : test::rates_at(m.model, m.model.initial()))
        EXPECT_NEAR(rate, 0.0, 1e-12 * baseline * 4.0 / transit);
    const auto y = test::integrate(m.model, m.model.initial(), 1e5 * hour);
    EXPECT_NEAR(amount(y, m.circulating) / baseline, 1.0, 1e-9);
}

TEST(Friberg, AfterADisturbanceTheBaselineReturns) {
    const Marrow m(0.0);
    auto y = m.model.initial();
    amount(y, m.circulating) *= 0.1;
    amount(y, m.model.species("marrow.proliferating")) *= 0.3;
    y = test::integrate(m.model, y, 1e5 * hour);
    EXPECT_NEAR(amount(y, m.circulating) / baseline, 1.0, 1e-7);
}

TEST(Friberg, ConstantDrugSettlesWhereFeedbackMeetsInhibition) {
    // (1 - slope C) (c0/c)^gamma = 1
    for (const double effect : {0.05, 0.2, 0.5}) {
        const Marrow m(effect / potency);
        const auto y = test::integrate(m.model, m.model.initial(), 2e5 * hour);
        const double expected = std::pow(1.0 - effect, 1.0 / gamma_exponent);
        EXPECT_NEAR(amount(y, m.circulating) / baseline / expected, 1.0, 1e-7) << effect;
        EXPECT_NEAR(amount(y, m.model.species("marrow.transit2")) / baseline / expected, 1.0, 1e-7);
    }
}

using Stages = std::array<double, 5>;  // relative to the baseline

Stages slope(const Stages& s, double effect) {
    const double k = 4.0 / transit;
    return {k * s[0] * ((1.0 - effect) * std::pow(s[4], -gamma_exponent) - 1.0), k * (s[0] - s[1]),
            k * (s[1] - s[2]), k * (s[2] - s[3]), k * (s[3] - s[4])};
}

Stages moved(const Stages& s, const Stages& k, double h) {
    Stages result = s;
    for (std::size_t i = 0; i < s.size(); ++i) result[i] += h * k[i];
    return result;
}

/// One step of the classical Runge-Kutta method with the inhibition effect0 exp(-decay t).
Stages stepped(const Stages& s, double effect0, double decay, double t, double h) {
    const auto effect = [&](double at) { return effect0 * std::exp(-decay * at); };
    const Stages a = slope(s, effect(t));
    const Stages b = slope(moved(s, a, h / 2.0), effect(t + h / 2.0));
    const Stages c = slope(moved(s, b, h / 2.0), effect(t + h / 2.0));
    const Stages d = slope(moved(s, c, h), effect(t + h));
    Stages result = s;
    for (std::size_t i = 0; i < s.size(); ++i)
        result[i] += h / 6.0 * (a[i] + 2.0 * b[i] + 2.0 * c[i] + d[i]);
    return result;
}

TEST(Friberg, CourseAndNadirMeetAnIndependentIntegration) {
    // 0.5 umol/L with a half-life of 12 h: more than all proliferation is inhibited at first.
    const double effect0 = 0.5e-3 * potency;
    const double decay = std::log(2.0) / (12.0 * hour);
    const Marrow m(0.5e-3, decay);
    const kinetics::CompiledModel compiled(m.model);
    kinetics::SolverOptions options;
    options.relative_tolerance = 1e-9;
    kinetics::Solver solver(compiled, options);
    std::vector<double> times;
    for (int i = 1; i <= 900; ++i) times.push_back(i * hour);
    std::vector<double> course;
    auto y = m.model.initial();
    double step = 0.0;
    solver.advance(
        y, 0.0, times.back(), step, {}, times,
        [&](std::size_t, double, std::span<const double> at) {
            course.push_back(at[static_cast<std::size_t>(m.circulating.index)] / baseline);
        });
    Stages reference{1.0, 1.0, 1.0, 1.0, 1.0};
    std::vector<double> expected;
    for (int i = 0; i < 900; ++i) {
        for (int part = 0; part < 20; ++part)
            reference = stepped(reference, effect0, decay, (i + part / 20.0) * hour, hour / 20.0);
        expected.push_back(reference[4]);
    }
    ASSERT_EQ(course.size(), expected.size());
    for (std::size_t i = 0; i < course.size(); ++i)
        EXPECT_NEAR(course[i] / expected[i], 1.0, 1e-6) << times[i] / hour << " h";
    const auto nadir = std::min_element(course.begin(), course.end());
    const auto expected_nadir = std::min_element(expected.begin(), expected.end());
    EXPECT_EQ(nadir - course.begin(), expected_nadir - expected.begin());
    EXPECT_NEAR(*nadir / *expected_nadir, 1.0, 1e-6);
    EXPECT_LT(*nadir, 0.5);
}

TEST(Friberg, TheTableHoldsThePublishedValues) {
    matter::Library library(test::data_folder());
    Myelosuppression input;
    input.agent = "paclitaxel";
    const auto p = resolve(input, library);
    EXPECT_NEAR(p.baseline / baseline, 1.0, 1e-12);
    EXPECT_NEAR(p.mean_transit_time / transit, 1.0, 1e-12);
    EXPECT_NEAR(p.slope / potency, 1.0, 1e-12);
    EXPECT_NEAR(p.feedback / gamma_exponent, 1.0, 1e-12);
    input.slope = 3.0;
    EXPECT_EQ(resolve(input, library).slope, 3.0);
}

}  // namespace
}  // namespace caravel::response
