#include "caravel/report/pk_metrics.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

namespace caravel::report {
namespace {

struct Curve {
    std::vector<double> t;
    std::vector<double> c;
};

Curve sampled(double end, int n, const std::function<double(double)>& f) {
    Curve curve;
    for (int i = 0; i <= n; ++i) {
        curve.t.push_back(end * i / n);
        curve.c.push_back(f(curve.t.back()));
    }
    return curve;
}

void expect_relative(const std::optional<double>& value, double expected, double tolerance) {
    ASSERT_TRUE(value.has_value());
    EXPECT_NEAR(*value / expected, 1.0, tolerance) << *value << " against " << expected;
}

// c = (D/V) exp(-k t): AUC = D/(V k), MRT = 1/k, CL = V k, Vss = Vz = V. The logarithmic rule is
// exact for an exponential, whatever the sampling.
TEST(PkMetrics, OneCompartmentBolusIsExactFromSixPoints) {
    const double dose = 6.0, volume = 2.0, k = 0.1;
    const Curve curve =
        sampled(30.0, 5, [&](double t) { return dose / volume * std::exp(-k * t); });
    const PkMetrics m = pk_metrics(curve.t, curve.c, {dose, 0.0, true});
    EXPECT_DOUBLE_EQ(*m.c_max, 3.0);
    EXPECT_DOUBLE_EQ(*m.t_max, 0.0);
    expect_relative(m.auc_last, 30.0 * (1.0 - std::exp(-3.0)), 1e-13);
    expect_relative(m.auc_infinity, 30.0, 1e-13);
    expect_relative(m.auc_extrapolated, std::exp(-3.0), 1e-12);
    expect_relative(m.half_life_terminal, std::log(2.0) / k, 1e-12);
    expect_relative(m.mean_residence_time, 10.0, 1e-12);
    expect_relative(m.clearance, 0.2, 1e-13);
    expect_relative(m.volume_steady_state, 2.0, 1e-12);
    expect_relative(m.volume_terminal, 2.0, 1e-12);
    EXPECT_FALSE(m.half_life_initial.has_value());
}

// c = A exp(-a t) + B exp(-b t): AUC = A/a + B/b, AUMC = A/a^2 + B/b^2, Vss = D AUMC/AUC^2.
TEST(PkMetrics, TwoCompartmentBolusMeetsClosedForms) {
    const double a = 1.5, b = 0.05, big_a = 8.0, big_b = 4.0, dose = 10.0;
    const Curve curve = sampled(
        120.0, 4800, [&](double t) { return big_a * std::exp(-a * t) + big_b * std::exp(-b * t); });
    const PkMetrics m = pk_metrics(curve.t, curve.c, {dose, 0.0, true});
    const double auc = big_a / a + big_b / b;
    const double aumc = big_a / (a * a) + big_b / (b * b);
    expect_relative(m.half_life_terminal, std::log(2.0) / b, 1e-7);
    expect_relative(m.half_life_initial, std::log(2.0) / a, 1e-6);
    expect_relative(m.auc_infinity, auc, 1e-4);
    expect_relative(m.mean_residence_time, aumc / auc, 1e-4);
    expect_relative(m.clearance, dose / auc, 1e-4);
    expect_relative(m.volume_steady_state, dose * aumc / (auc * auc), 1e-4);
    expect_relative(m.volume_terminal, dose / auc / b, 1e-4);
}

// Infusion over T: MRT of the curve is 1/k + T/2, that of the body 1/k.
TEST(PkMetrics, InfusionTimeIsTakenOffTheResidenceTime) {
    const double k = 0.2, infusion = 4.0, rate = 3.0, volume = 5.0;
    const auto concentration = [&](double t) {
        const double given = std::min(t, infusion);
        return rate / (volume * k) * (1.0 - std::exp(-k * given)) * std::exp(-k * (t - given));
    };
    const Curve curve = sampled(60.0, 6000, concentration);
    const PkMetrics m = pk_metrics(curve.t, curve.c, {rate * infusion, infusion, true});
    EXPECT_DOUBLE_EQ(*m.t_max, 4.0);
    expect_relative(m.mean_residence_time, 1.0 / k, 1e-5);
    expect_relative(m.clearance, volume * k, 1e-5);
    expect_relative(m.volume_steady_state, volume, 1e-5);
}

TEST(PkMetrics, LinearUpLogDownByHand) {
    // Up 0 -> 4 in 2 s: 4. Down 4 -> 2 in 1 s: 2/ln 2. Down to zero, linear: 1.
    const std::vector<double> t = {0.0, 2.0, 3.0, 4.0};
    const std::vector<double> c = {0.0, 4.0, 2.0, 0.0};
    EXPECT_NEAR(area_under_curve(t, c), 4.0 + 2.0 / std::log(2.0) + 1.0, 1e-14);
    // AUC to the last value ends at the last value above zero.
    EXPECT_NEAR(*pk_metrics(t, c, {1.0, 0.0, false}).auc_last, 4.0 + 2.0 / std::log(2.0), 1e-14);
}

TEST(PkMetrics, AlmostFlatSegmentsDoNotLoseDigits) {
    const std::vector<double> t = {0.0, 1.0};
    const std::vector<double> c = {1.0, 1.0 - 1e-13};
    EXPECT_DOUBLE_EQ(area_under_curve(t, c), 1.0 - 0.5e-13);
}

TEST(PkMetrics, BolusCurveIsExtendedBackToTheDose) {
    const std::vector<double> t = {1.0, 2.0, 4.0, 8.0};
    std::vector<double> c;
    for (const double time : t) c.push_back(5.0 * std::exp(-0.3 * time));
    const PkMetrics m = pk_metrics(t, c, {1.0, 0.0, true});
    expect_relative(m.auc_infinity, 5.0 / 0.3, 1e-12);
    EXPECT_DOUBLE_EQ(*m.c_max, c.front());
}

TEST(PkMetrics, RisingOrShortCurvesHaveNoHalfLife) {
    const std::vector<double> t = {0.0, 1.0, 2.0, 3.0};
    const std::vector<double> rising = {0.0, 1.0, 2.0, 3.0};
    const PkMetrics m = pk_metrics(t, rising, {1.0, 0.0, true});
    EXPECT_TRUE(m.auc_last.has_value());
    EXPECT_FALSE(m.half_life_terminal.has_value());
    EXPECT_FALSE(m.auc_infinity.has_value());
    EXPECT_FALSE(m.clearance.has_value());
    // Cmax does not count among the three points of the tail.
    const std::vector<double> short_tail = {0.0, 4.0, 2.0, 1.0};
    EXPECT_FALSE(pk_metrics(t, short_tail, {1.0, 0.0, true}).half_life_terminal.has_value());
    EXPECT_FALSE(pk_metrics({}, {}, {}).c_max.has_value());
    const std::vector<double> zeros(4, 0.0);
    EXPECT_FALSE(pk_metrics(t, zeros, {1.0, 0.0, true}).c_max.has_value());
}

TEST(PkMetrics, OralCurvesHaveNoClearance) {
    const Curve curve =
        sampled(50.0, 500, [](double t) { return std::exp(-0.1 * t) - std::exp(-t); });
    const PkMetrics m = pk_metrics(curve.t, curve.c, {1.0, 0.0, false});
    EXPECT_TRUE(m.auc_infinity.has_value());
    EXPECT_FALSE(m.clearance.has_value());
    EXPECT_FALSE(m.mean_residence_time.has_value());
}

TEST(PkMetrics, BadCurvesAreRefused) {
    const std::vector<double> t = {0.0, 1.0}, same = {1.0, 1.0}, one = {1.0};
    const std::vector<double> c = {1.0, 1.0};
    const std::vector<double> broken = {1.0, std::numeric_limits<double>::quiet_NaN()};
    EXPECT_THROW(pk_metrics(t, one, {}), std::invalid_argument);
    EXPECT_THROW(pk_metrics(same, c, {}), std::invalid_argument);
    EXPECT_THROW(pk_metrics(t, broken, {}), std::invalid_argument);
}

}  // namespace
}  // namespace caravel::report
