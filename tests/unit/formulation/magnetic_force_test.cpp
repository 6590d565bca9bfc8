#include "caravel/formulation/magnetism/magnetic_force.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/base/sphere.hpp"
#include "caravel/formulation/magnetism/langevin.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace caravel::formulation::magnetism {
namespace {

constexpr CylinderMagnet magnet{0.01, 0.02, 1.2};

TEST(MagneticForce, UniformFieldGivesNone) {
    const double moment = mean_moment(1.0, sphere_volume(14e-9), 446e3, 1e6, 310.15);
    EXPECT_GT(moment, 0.0);
    EXPECT_EQ(gradient_force(moment, 0.0), 0.0);
}

TEST(MagneticForce, SaturatedMomentFeelsMomentTimesGradient) {
    // 20 nm magnetite: m = 446e3 * 4.18879e-24 = 1.86820e-18 A m2; at 100 T/m 1.86820e-16 N.
    const double moment = mean_moment(1.0, sphere_volume(20e-9), 446e3, 1e9, 310.15);
    EXPECT_NEAR(gradient_force(moment, 100.0 / vacuum_permeability), 1.86820e-16, 2e-21);
}

TEST(MagneticForce, GrowsWithTheSquareOfAWeakMagnet) {
    // Field and gradient both scale with the remanence.
    const auto force = [](double scale) {
        const double moment = mean_moment(1.0, sphere_volume(10e-9), 446e3, 10.0 * scale, 310.15);
        return gradient_force(moment, 1e3 * scale);
    };
    EXPECT_NEAR(force(2.0) / force(1.0), 4.0, 1e-6);
}

TEST(MagneticForce, DriftIsStokes) {
    // 1 fN on 100 nm in 0.7 mPa s: 1e-15/(3 pi 0.7e-3 1e-7) = 1.5158e-6 m/s.
    const double drift = drift_speed(1e-15, 0.7e-3, 100e-9);
    EXPECT_NEAR(drift, 1.5158e-6, 1e-10);
    EXPECT_NEAR(capture_number(drift, 1e-3), 1.5158e-3, 1e-7);
    EXPECT_THROW(drift_speed(1e-15, 0.0, 1e-7), InputError);
    EXPECT_THROW(capture_number(1e-6, 0.0), InputError);
}

TEST(MagneticForce, AxialFieldIsTheClosedForm) {
    // z 30 mm from the centre: 0.6 (40/sqrt(1700) - 20/sqrt(500)).
    EXPECT_NEAR(axial_flux_density(magnet, 0.03),
                0.6 * (40.0 / std::sqrt(1700.0) - 20.0 / std::sqrt(500.0)), 1e-15);
    const double h = 1e-6;
    EXPECT_NEAR(
        axial_flux_slope(magnet, 0.03),
        (axial_flux_density(magnet, 0.03 + h) - axial_flux_density(magnet, 0.03 - h)) / (2.0 * h),
        1e-7);
}

TEST(MagneticForce, OffAxisFieldMeetsTheAxis) {
    const FluxDensity on_axis = flux_density(magnet, 0.0, 0.03);
    EXPECT_NEAR(on_axis.axial, axial_flux_density(magnet, 0.03), 1e-15);
    EXPECT_NEAR(on_axis.radial, 0.0, 1e-15);
}

TEST(MagneticForce, OffAxisFieldHasNoSourcesAndNoCurl) {
    const double h = 2e-7;
    for (const double rho : {0.004, 0.013, 0.03})
        for (const double z : {0.012, -0.018, 0.025}) {
            const FluxDensity right = flux_density(magnet, rho + h, z);
            const FluxDensity left = flux_density(magnet, rho - h, z);
            const FluxDensity up = flux_density(magnet, rho, z + h);
            const FluxDensity down = flux_density(magnet, rho, z - h);
            const double divergence =
                ((rho + h) * right.radial - (rho - h) * left.radial) / (2.0 * h * rho) +
                (up.axial - down.axial) / (2.0 * h);
            const double curl =
                (up.radial - down.radial) / (2.0 * h) - (right.axial - left.axial) / (2.0 * h);
            EXPECT_NEAR(divergence, 0.0, 2e-7) << rho << ' ' << z;  // slopes are 1 to 100 T/m
            EXPECT_NEAR(curl, 0.0, 2e-7) << rho << ' ' << z;
        }
}

TEST(MagneticForce, FarFieldIsADipole) {
    // m = Br V/mu0; on the equator B = -mu0 m/(4 pi r^3).
    const double r = 1.0;
    const double volume = std::numbers::pi * 1e-4 * 0.02;
    const FluxDensity far = flux_density(magnet, r, 0.0);
    EXPECT_NEAR(far.axial / (-1.2 * volume / (4.0 * std::numbers::pi)), 1.0, 1e-3);
}

TEST(MagneticForce, CompleteEllipticHasKnownValues) {
    // K(k) with kc = 1/sqrt 2, and E of the same modulus.
    const double kc = 1.0 / std::numbers::sqrt2;
    EXPECT_NEAR(complete_elliptic(kc, 1.0, 1.0, 1.0), 1.8540746773013719, 1e-14);
    EXPECT_NEAR(complete_elliptic(kc, 1.0, 1.0, 0.5), 1.3506438810476755, 1e-14);
}

TEST(MagneticForce, RejectsImpossibleMagnetsAndTheRim) {
    EXPECT_THROW(axial_flux_density({0.0, 0.02, 1.2}, 0.03), InputError);
    EXPECT_THROW(axial_flux_density({0.01, 0.02, 12.0}, 0.03), InputError);
    EXPECT_THROW(flux_density(magnet, 0.01, 0.01), InputError);
}

}  // namespace
}  // namespace caravel::formulation::magnetism
