#include "caravel/formulation/synthesis/nanoprecipitation.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/formulation/synthesis/nanoprecipitation_emulsion.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace caravel::formulation::synthesis {
namespace {

using std::numbers::pi;

PrecipitationSystem example() {
    PrecipitationSystem s;
    s.polymer = 1.0;
    s.polymer_density = 1250.0;
    s.chain_mass = 30.0;
    s.mixing_time = 1e-3;
    s.striation = 30e-6;
    s.solvent_diffusivity = 1e-9;
    return s;
}

EmulsionSystem drops(double interfacial_energy, double power, double viscosity) {
    EmulsionSystem s;
    s.polymer = 50.0;
    s.polymer_density = 1250.0;
    s.interfacial_energy = interfacial_energy;
    s.power_density = power;
    s.water_viscosity = viscosity;
    s.water_density = 1000.0;
    return s;
}

TEST(Nanoprecipitation, ExchangeTimeByHand) {
    EXPECT_NEAR(solvent_exchange_time(10e-6, 1e-9, 0.0), 0.0101321, 1e-7);
    EXPECT_NEAR(solvent_exchange_time(10e-6, 1e-9, 1.0), 2.0 * 0.0101321, 2e-7);
    EXPECT_THROW(solvent_exchange_time(10e-6, 1e-9, 2.0), InputError);
}

TEST(Nanoprecipitation, FreeAggregationFollowsTheClosedForm) {
    // v = v0 + (4 kT/3 eta) phi (t_mix + t_exchange) once the solvent has left.
    const PrecipitationSystem s = example();
    const double chain = 30.0 / (avogadro * 1250.0);
    const double time = 1e-3 + solvent_exchange_time(30e-6, 1e-9, 0.0);
    const double volume = chain + 4.0 / 3.0 * boltzmann * 298.15 / 1e-3 * (1.0 / 1250.0) * time;
    const double expected = std::tgamma(4.0 / 3.0) * std::cbrt(6.0 * volume / pi);
    EXPECT_NEAR(precipitate(s).mean_diameter / expected, 1.0, 1e-4);
}

TEST(Nanoprecipitation, NumberTimesVolumeIsThePolymer) {
    const PrecipitationResult r = precipitate(example());
    const double volume = std::pow(r.mean_diameter / std::tgamma(4.0 / 3.0), 3) * pi / 6.0;
    EXPECT_NEAR(r.number * volume * 1250.0, 1.0, 1e-6);
}

TEST(Nanoprecipitation, ChargeArrestsAtASizeThatDependsLittleOnTheRest) {
    PrecipitationSystem s = example();
    s.charges_per_mass = 0.02;
    const double slow = precipitate(s).mean_diameter;
    s.striation *= 3.0;  // nine times the time
    const double slower = precipitate(s).mean_diameter;
    EXPECT_LT(slower / slow, 1.35);
    s.charges_per_mass = 0.0;
    const double free = precipitate(s).mean_diameter;
    s.striation /= 3.0;
    EXPECT_NEAR(free / precipitate(s).mean_diameter, std::cbrt(9.0), 0.08);
}

TEST(Nanoprecipitation, SaltWeakensTheChargeBarrier) {
    const double pure = charge_barrier(50e-9, 0.02, 1.0, 78.4, 298.15, 1e-20);
    const double salty = charge_barrier(50e-9, 0.02, 150.0, 78.4, 298.15, 1e-20);
    EXPECT_GT(pure, salty);
    EXPECT_GE(salty, 0.0);
    EXPECT_EQ(charge_barrier(50e-9, 0.0, 1.0, 78.4, 298.15, 1e-20), 0.0);
    // Charges of either sign repel alike.
    EXPECT_DOUBLE_EQ(charge_barrier(50e-9, -0.02, 1.0, 78.4, 298.15, 1e-20), pure);
}

TEST(Nanoprecipitation, TooMuchPolymerIsRefused) {
    PrecipitationSystem s = example();
    s.polymer = 300.0;
    EXPECT_THROW(precipitate(s), InputError);
    s.polymer = 0.0;
    EXPECT_THROW(precipitate(s), InputError);
}

TEST(Emulsion, InertialRangeFollowsHinze) {
    // 2 rho (eps d)^(2/3) d = We gamma, far above the Kolmogorov length.
    const EmulsionResult r = emulsify(drops(30e-3, 1.0, 1e-4));
    const double expected = std::pow(30e-3 / (2.0 * 1000.0), 0.6);
    EXPECT_NEAR(r.droplet_diameter / expected, 1.0, 0.02);
    EXPECT_NEAR(r.mean_diameter / r.droplet_diameter, 0.75 * std::cbrt(50.0 / 1250.0), 1e-12);
    EXPECT_NEAR(r.spread, std::sqrt(0.6 / (0.75 * 0.75) - 1.0), 1e-12);
}

TEST(Emulsion, DampedRangeRisesWithTheCubeRootOfViscosity) {
    const EmulsionResult thin = emulsify(drops(1e-3, 1e4, 0.1));
    const EmulsionResult thick = emulsify(drops(1e-3, 1e4, 0.8));
    EXPECT_NEAR(thick.droplet_diameter / thin.droplet_diameter, 2.0, 0.05);
    // rho eps d^3/(15 nu) = We gamma
    EXPECT_NEAR(thick.droplet_diameter / std::cbrt(15.0 * 1e-3 * 0.8e-3 / (1000.0 * 1e4)), 1.0,
                0.05);
}

TEST(Emulsion, AdsorptionLowersTheInterfacialEnergyByGibbs) {
    EXPECT_NEAR(covered_interfacial_energy(50e-3, 3e-6, std::numbers::e - 1.0, 298.15),
                50e-3 - 8.314462618 * 298.15 * 3e-6, 1e-12);
    EXPECT_THROW(covered_interfacial_energy(5e-3, 3e-6, 100.0, 298.15), InputError);
    EXPECT_NEAR(solution_viscosity(1e-3, 0.02, 50.0), 1e-3 * 2.4, 1e-15);
}

}  // namespace
}  // namespace caravel::formulation::synthesis
