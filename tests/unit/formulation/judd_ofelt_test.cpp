#include "caravel/formulation/luminescence/judd_ofelt.hpp"

#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace caravel::formulation::luminescence {
namespace {

constexpr double per_cm = 100.0;  // 1/m
constexpr double cm2 = 1e-4;

const HostCrystal host{450.0 * per_cm,  1e7,           3.5e-3 / per_cm, 1.5, 7.23946667e-29,
                       3.867267554e-10, 150.0 * per_cm};

TEST(JuddOfelt, ReadsMomentaFromTermSymbols) {
    EXPECT_EQ(total_angular_momentum("4I13/2"), 6.5);
    EXPECT_EQ(total_angular_momentum("2H(2)11/2"), 5.5);
    EXPECT_EQ(total_angular_momentum("3H6"), 6.0);
    EXPECT_EQ(total_angular_momentum("7F0"), 0.0);
    for (const char* bad : {"", "4I", "4I13/3", "413/2", "4I/2", "4Ix"})
        EXPECT_THROW(total_angular_momentum(bad), InputError) << bad;
}

TEST(JuddOfelt, LineStrengthOfErbiumFollowsFromParametersAndElements) {
    // Parameters fitted to the first four tabulated strengths with Carnall's elements; the last
    // three are then predicted.
    const std::array<double, 3> omega{2.107e-24, 1.367e-24, 1.2153e-24};
    EXPECT_NEAR(line_strength(omega, {0.0195, 0.1173, 1.4316}) / (1.941e-20 * cm2), 1.0, 1e-3);
    EXPECT_NEAR(line_strength(omega, {0.0, 0.5354, 0.4618}) / (1.293e-20 * cm2), 1.0, 1e-3);
    EXPECT_NEAR(line_strength(omega, {0.0, 0.0, 0.2211}) / (2.687e-21 * cm2), 1.0, 1e-3);
    EXPECT_NEAR(line_strength(omega, {0.7125, 0.4125, 0.0925}) / (2.1769999e-20 * cm2), 1.0, 1e-3);
    EXPECT_NEAR(line_strength(omega, {0.0282, 0.0003, 0.3953}) / (5.4019999e-21 * cm2), 1.0, 1e-3);
    EXPECT_NEAR(line_strength(omega, {0.0, 0.1733, 0.0099}) / (2.4879999e-21 * cm2), 1.0, 1e-3);
    EXPECT_NEAR(line_strength(omega, {0.0, 0.1469, 0.6266}) / (9.622e-21 * cm2), 1.0, 1e-3);
    EXPECT_THROW(line_strength({-1e-24, 0, 0}, {1, 1, 1}), InputError);
}

TEST(JuddOfelt, RadiativeRatesAreTheReferences) {
    // BlauGroup/NanoParticleTools, Yb10_Er2, n = 1.5.
    const auto rate = [](double nu, double s, double j) {
        return electric_dipole_rate(nu * per_cm, s * cm2, j, 1.5);
    };
    EXPECT_NEAR(rate(6495.0, 1.941e-20, 6.5) / 82.74198810772273, 1.0, 1e-6);
    EXPECT_NEAR(rate(10129.0, 5.4019999e-21, 5.5) / 101.8976175678988, 1.0, 1e-6);
    EXPECT_NEAR(rate(3634.0, 1.6229999e-20, 5.5) / 14.13783840602731, 1.0, 1e-6);
    EXPECT_NEAR(rate(18366.0, 2.6870001e-21, 1.5) / 906.4470059697253, 1.0, 1e-6);
    EXPECT_NEAR(rate(10250.0, 1.5e-20, 2.5) / 586.4116367956651, 1.0, 1e-6);
}

TEST(JuddOfelt, MagneticDipoleOfAPureTermIsNearTheReference) {
    // 4I13/2 to 4I15/2 as pure S = 3/2, L = 6; the reference mixes terms: 33.548 1/s.
    const double s = magnetic_dipole_strength(1.5, 6.0, 6.5, 7.5);
    const double rate = magnetic_dipole_rate(6495.0 * per_cm, s, 6.5, 1.5);
    EXPECT_NEAR(rate / 33.548, 1.0, 0.04);
    // Ytterbium has one term only: exact.
    const double yb = magnetic_dipole_strength(0.5, 3.0, 2.5, 3.5);
    EXPECT_NEAR(magnetic_dipole_rate(10250.0 * per_cm, yb, 2.5, 1.5) / 56.02020711927781, 1.0,
                1e-6);
    EXPECT_EQ(magnetic_dipole_strength(1.5, 6.0, 7.5, 7.5) > 0.0, true);
    EXPECT_EQ(magnetic_dipole_strength(1.5, 6.0, 5.5, 7.5), 0.0);
    EXPECT_EQ(magnetic_dipole_strength(3.0, 3.0, 0.0, 0.0), 0.0);
}

TEST(JuddOfelt, StrengthOfTheLineIsTheSameBothWays) {
    EXPECT_NEAR(magnetic_dipole_strength(1.5, 6.0, 6.5, 7.5),
                magnetic_dipole_strength(1.5, 6.0, 7.5, 6.5), 1e-12);
}

TEST(JuddOfelt, AbsorptionAndEmissionObeyFuchtbauerAndLadenburg) {
    // A g_up = 8 pi c n^2 nu^2 g_low times the absorption area.
    const double nu = 10250.0 * per_cm;
    const double s = 1.5e-24;
    const double a = electric_dipole_rate(nu, s, 2.5, 1.5) * 6.0;
    const double area = absorption_area(nu, s, 3.5, 1.5) * 8.0;
    EXPECT_NEAR(a / (8.0 * 3.14159265358979323846 * 299792458.0 * 2.25 * nu * nu * area), 1.0,
                1e-12);
}

TEST(JuddOfelt, YtterbiumAbsorbsAsInTheReference) {
    // 0.0284857 1/s per 1 W/cm2 at 976 nm.
    const double light = 1.0 / 976e-9;
    const double sigma =
        absorption_cross_section(host, 10250.0 * per_cm, 1.5e-24, 3.5, 400.0 * per_cm, light);
    const double flux = 1e4 / (6.62607015e-34 * 299792458.0 * light);
    EXPECT_NEAR(sigma * flux / 0.0284857457775442, 1.0, 1e-6);
    const double erbium =
        absorption_cross_section(host, 10129.0 * per_cm, 5.4019999e-25, 7.5, 400.0 * per_cm, light);
    EXPECT_NEAR(erbium * flux / 0.004001134881157043, 1.0, 1e-6);
}

TEST(JuddOfelt, LightShortOfTheLineNeedsThermalPhonons) {
    const auto sigma = [](double light) {
        return absorption_cross_section(host, 12000.0 * per_cm, 1e-24, 3.5, 400.0 * per_cm,
                                        light * per_cm);
    };
    EXPECT_NEAR(std::log(sigma(13000.0) / sigma(11000.0)), 1000.0 / 207.13, 1e-9);
}

TEST(JuddOfelt, VibrationsBridgeGapsAsInTheReference) {
    EXPECT_NEAR(multiphonon_rate(host, 6495.0 * per_cm) / 0.05289722764057991, 1.0, 1e-12);
    EXPECT_NEAR(multiphonon_rate(host, 3634.0 * per_cm) / 1180.975004117213, 1.0, 1e-12);
    EXPECT_NEAR(multiphonon_rate(host, 2251.0 * per_cm) / 149431.8404245186, 1.0, 1e-12);
    EXPECT_NEAR(multiphonon_rate(host, 754.0 * per_cm) / 28179227.49882107, 1.0, 1e-12);
    EXPECT_NEAR(multiphonon_absorption_rate(host, 754.0 * per_cm) / 2012917.36067149, 1.0, 1e-12);
    EXPECT_EQ(multiphonon_absorption_rate(host, 2000.0 * per_cm), 0.0);
}

TEST(JuddOfelt, EnergyTransferConstantsAreTheReferences) {
    const auto line = [](double nu, double s, double j) {
        return IonLine{nu * per_cm, s * cm2, j, 400.0 * per_cm};
    };
    const IonLine down = line(6495.0, 1.941e-20, 6.5);  // 4I13/2 to 4I15/2
    const auto constant = [&](const IonLine& up) {
        return transfer_constant(host, down, up) * 1e12;
    };
    EXPECT_NEAR(constant(line(6495.0, 1.941e-20, 7.5)) / 1.946242441483267e-39, 1.0, 1e-6);
    EXPECT_NEAR(constant(line(3634.0, 1.6229999e-20, 6.5)) / 1.1139913918156e-41, 1.0, 1e-6);
    EXPECT_NEAR(constant(line(5885.0, 8.8570001e-21, 6.5)) / 5.007490367289895e-40, 1.0, 1e-6);
    EXPECT_NEAR(constant(line(5109.0, 1.724e-20, 5.5)) / 2.485325130641391e-40, 1.0, 1e-6);
    EXPECT_NEAR(constant(line(5986.0, 4.1659998e-21, 4.5)) / 4.019197507130444e-40, 1.0, 1e-6);
    EXPECT_NEAR(constant(line(3882.0, 7.9790003e-21, 4.5)) / 1.246540770776834e-41, 1.0, 1e-6);
    // Too far uphill, and more than eight phonons down.
    EXPECT_EQ(constant(line(6495.0 + 400.0, 1e-20, 5.5)), 0.0);
    EXPECT_EQ(constant(line(6495.0 - 3700.0, 1e-20, 5.5)), 0.0);
}

}  // namespace
}  // namespace caravel::formulation::luminescence
