#include "caravel/response/damage/thermal_dose.hpp"

#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace caravel::response {
namespace {

constexpr double zero = 273.15;  // K

/// Sum over many short steps of constant temperature.
double summed(double start, double end, double duration, int steps) {
    double sum = 0.0;
    for (int i = 0; i < steps; ++i)
        sum += cem43_rate(start + (end - start) * (i + 0.5) / steps) * duration / steps;
    return sum;
}

TEST(ThermalDose, DoublesPerDegreeAbove43AndQuadruplesBelow) {
    EXPECT_DOUBLE_EQ(cem43_rate(43.0 + zero), 1.0);
    EXPECT_NEAR(cem43_rate(50.0 + zero), 128.0, 128.0 * 1e-12);
    EXPECT_NEAR(cem43_rate(42.0 + zero), 0.25, 1e-13);
    EXPECT_NEAR(cem43_rate(40.0 + zero), 1.0 / 64.0, 1e-14);
}

TEST(ThermalDose, StaysWithinWhatWasMeasured) {
    EXPECT_EQ(cem43_rate(38.99 + zero), 0.0);
    EXPECT_GT(cem43_rate(39.01 + zero), 0.0);
    EXPECT_EQ(cem43_rate(80.0 + zero), cem43_rate(57.0 + zero));
    const DoseLimits wide{200.0, 400.0};
    EXPECT_NEAR(cem43_rate(60.0 + zero, wide), 131072.0, 1e-6);
    EXPECT_NEAR(cem43_rate(38.0 + zero, wide), std::pow(0.25, 5.0), 1e-15);
}

TEST(ThermalDose, LinearRampIsExact) {
    // from 43 to 50 Cel: (2^7 - 1)/ln 2 degrees of rate over 7 degrees
    const double rise = (128.0 - 1.0) / (7.0 * std::log(2.0));
    EXPECT_NEAR(cem43_dose(43.0 + zero, 50.0 + zero, 60.0), 60.0 * rise, 60.0 * rise * 1e-13);
    // from 37 to 47 Cel: 2 of 10 degrees below 39, 4 of 10 below 43, 4 of 10 above
    const double below = (1.0 - std::pow(0.25, 4.0)) / std::log(4.0);
    const double above = (16.0 - 1.0) / std::log(2.0);
    const double both = 100.0 * (below + above) / 10.0;
    EXPECT_NEAR(cem43_dose(37.0 + zero, 47.0 + zero, 100.0), both, both * 1e-12);
    EXPECT_NEAR(cem43_dose(47.0 + zero, 37.0 + zero, 100.0), both, both * 1e-12);
}

TEST(ThermalDose, RampAgreesWithManyConstantSteps) {
    const double exact = cem43_dose(38.0 + zero, 65.0 + zero, 30.0);
    EXPECT_NEAR(exact, summed(38.0 + zero, 65.0 + zero, 30.0, 400000), exact * 1e-5);
}

TEST(ThermalDose, NearlyConstantTemperatureLosesNoDigits) {
    const double t = 46.5 + zero;
    const double flat = cem43_dose(t, t, 10.0);
    EXPECT_NEAR(cem43_dose(t, t + 1e-9, 10.0), flat, flat * 1e-8);
    EXPECT_NEAR(flat, 10.0 * std::exp2(3.5), flat * 1e-12);
}

TEST(ThermalDose, TimeToDoseInvertsTheRate) {
    EXPECT_NEAR(time_to_dose(240.0 * 60.0, 45.0 + zero), 3600.0, 1e-8);
    EXPECT_NEAR(time_to_dose(240.0 * 60.0, 50.0 + zero), 112.5, 1e-9);
    EXPECT_EQ(time_to_dose(60.0, 37.0 + zero), std::numeric_limits<double>::infinity());
}

TEST(ThermalDose, LethalDoseLeavesOneInAHundred) {
    EXPECT_NEAR(survival_of_dose(240.0, 240.0), 0.01, 1e-15);
    EXPECT_NEAR(survival_of_dose(480.0, 240.0), 1e-4, 1e-17);
    EXPECT_EQ(survival_of_dose(0.0, 240.0), 1.0);
}

TEST(ThermalDose, RefusesWhatCannotBe) {
    EXPECT_THROW(cem43_rate(-5.0), InputError);
    EXPECT_THROW(cem43_dose(310.0, 320.0, -1.0), InputError);
    EXPECT_THROW(cem43_dose(310.0, std::nan(""), 1.0), InputError);
    EXPECT_THROW(time_to_dose(-240.0, 320.0), InputError);
    EXPECT_THROW(survival_of_dose(-1.0, 240.0), InputError);
    EXPECT_THROW(survival_of_dose(1.0, 0.0), InputError);
}

}  // namespace
}  // namespace caravel::response
