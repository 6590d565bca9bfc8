// Heat by the Fokker-Planck methods against linear response and the limits of a hysteresis loop.
#include "caravel/base/constants.hpp"
#include "caravel/base/sphere.hpp"
#include "caravel/formulation/magnetism/fokker_planck.hpp"
#include "caravel/formulation/magnetism/specific_absorption.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace caravel::formulation::magnetism {
namespace {

Macrospin magnetite(double diameter) {
    return {
        sphere_volume(diameter), sphere_volume(diameter + 4e-9), 446e3, 23e3, 1e-9, 0.7e-3, 310.15};
}

TEST(MagneticHeating, TurningParticleMeetsLinearResponseInWeakFields) {
    const Macrospin p = magnetite(18e-9);
    // xi = 0.012: the next order is xi^2/15.
    const DriveField drive{30.0, 300e3};
    EXPECT_NEAR(power_density(p, drive, HeatingMethod::turning_particle, 1024) /
                    power_density(p, drive, HeatingMethod::linear_response, 0),
                1.0, 2e-5);
}

TEST(MagneticHeating, TurningMomentMeetsLinearResponseOfHighBarriersInWeakFields) {
    // Axes at random: <x^2> of the barrier times the Langevin susceptibility, with the exact time.
    const Macrospin p = magnetite(15e-9);
    const DriveField drive{50.0, 20e3};
    const double g = barrier(p);
    const double along = (2.0 * equilibrium_moments(g, 0.0)[1] + 1.0) / 3.0;
    const double time = longitudinal_time({neel_diffusion_time(p.attempt_time, g), g});
    const LinearResponse linear = linear_response(p, drive);
    const double wt = 2.0 * std::acos(-1.0) * drive.frequency * time;
    const double wanted = std::acos(-1.0) * vacuum_permeability * linear.equilibrium * along * wt /
                          (1.0 + wt * wt) * drive.frequency * drive.amplitude * drive.amplitude;
    EXPECT_NEAR(power_density(p, drive, HeatingMethod::turning_moment, 512) / wanted, 1.0, 5e-3);
}

TEST(MagneticHeating, LinearResponseUnderestimatesLargeParticlesInStrongFields) {
    // 20 nm, 20 kA/m, 300 kHz: xi = 11. The chord susceptibility loses heat that the loop has.
    const Macrospin p = magnetite(20e-9);
    const DriveField drive{20e3, 300e3};
    const double linear = power_density(p, drive, HeatingMethod::linear_response, 0);
    const double loop = power_density(p, drive, HeatingMethod::turning_particle, 512);
    EXPECT_GT(loop, 3.0 * linear);
    EXPECT_LT(loop, 4.0 * vacuum_permeability * 446e3 * 20e3 * 300e3);
}

TEST(MagneticHeating, HeatPerCycleVanishesForSlowFields) {
    const Macrospin p = magnetite(18e-9);
    const auto per_cycle = [&](double frequency) {
        return power_density(p, {10e3, frequency}, HeatingMethod::turning_particle, 512) /
               frequency;
    };
    // Quasi-static: the loop closes in proportion to the frequency.
    EXPECT_NEAR(per_cycle(20.0) / per_cycle(10.0), 2.0, 0.01);
}

TEST(MagneticHeating, MethodsJoinWithoutAJumpOfOrderOne) {
    // At xi = 1 the Fokker-Planck methods stay within 15 % of linear response.
    const Macrospin p = magnetite(18e-9);
    const double field = 1.0 * boltzmann * 310.15 / (vacuum_permeability * 446e3 * p.volume);
    const DriveField drive{field, 300e3};
    EXPECT_NEAR(power_density(p, drive, HeatingMethod::turning_particle, 512) /
                    power_density(p, drive, HeatingMethod::linear_response, 0),
                1.0, 0.15);
}

TEST(MagneticHeating, DefaultStepsAreEnoughForThreeDigits) {
    for (const double diameter : {12e-9, 16e-9, 22e-9}) {
        const Macrospin p = magnetite(diameter);
        const DriveField drive{15e3, 300e3};
        const HeatingMethod method = choose_heating_method(p, drive);
        const double standard = power_density(p, drive, method, 128);
        EXPECT_NEAR(standard / power_density(p, drive, method, 1024), 1.0, 2e-3) << diameter;
    }
}

}  // namespace
}  // namespace caravel::formulation::magnetism
