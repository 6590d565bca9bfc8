#include "caravel/formulation/colloid/double_layer.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/formulation/colloid/double_layer_force.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace caravel::formulation::colloid {
namespace {

constexpr double nm = 1e-9;
constexpr double room = 298.15;

Electrolyte salt(double molar, double temperature = room) {
    return salt_water(1e3 * molar, temperature);
}

TEST(DoubleLayer, DebyeLengthOfOneMolarSaltAt25Cel) {
    EXPECT_NEAR(debye_length(salt(1.0)) / nm, 0.304, 0.0005);
    EXPECT_NEAR(debye_length(salt(0.154)) / nm, 0.77, 0.005);
}

TEST(DoubleLayer, PureWaterKeepsItsOwnIons) {
    EXPECT_NEAR(salt_water(0.0, room, 7.0).ionic_strength, 1e-4, 1e-16);
    EXPECT_GT(salt_water(0.0, room, 4.0).ionic_strength, 0.04);
    EXPECT_LT(debye_length(salt_water(0.0, room)), 1000.0 * nm);
}

// Grahame: 0.117 C/m2 sqrt(c) sinh(psi/51.4 mV) at 25 Cel; 0.1268 C/m2 at 0.1 mol/L and 100 mV.
TEST(DoubleLayer, GrahameOfAPlaneByHand) {
    EXPECT_NEAR(surface_charge(0.1, 1.0, salt(0.1)), 0.1268, 0.0013);
}

TEST(DoubleLayer, SmallPotentialsAreDebyeHueckelAroundASphere) {
    const Electrolyte e = salt(0.01);
    const double kappa = 1.0 / debye_length(e);
    const double a = 3.0 * nm;
    const double psi = 1e-6;
    const double expected =
        e.relative_permittivity * vacuum_permittivity * kappa * psi * (1.0 + 1.0 / (kappa * a));
    EXPECT_NEAR(surface_charge(psi, a, e) / expected, 1.0, 1e-9);
    const double distance = 2.0 * nm;
    const double decay = a / (a + distance) * std::exp(-kappa * distance);
    EXPECT_NEAR(potential_at(distance, psi, a, e) / (psi * decay), 1.0, 1e-8);
}

TEST(DoubleLayer, PotentialAndChargeInvertEachOther) {
    for (const double molar : {1e-4, 1e-2, 0.154})
        for (const double psi : {-0.3, -0.05, 0.001, 0.02, 0.2}) {
            const Electrolyte e = salt(molar);
            const double charge = surface_charge(psi, 20.0 * nm, e);
            EXPECT_NEAR(surface_potential(charge, 20.0 * nm, e), psi, 1e-12);
        }
}

TEST(DoubleLayer, ProfileStartsAtTheSurfaceAndFallsToNothing) {
    const Electrolyte e = salt(0.01);
    for (const double a : {2.0 * nm, 50.0 * nm}) {
        EXPECT_NEAR(potential_at(0.0, 0.12, a, e), 0.12, 1e-12);
        double last = 0.12;
        for (double x = 0.5 * nm; x < 20.0 * nm; x += 0.5 * nm) {
            const double here = potential_at(x, 0.12, a, e);
            EXPECT_LT(here, last);
            last = here;
        }
    }
}

TEST(DoubleLayer, BadInputSaysWhatIsMissing) {
    EXPECT_THROW(surface_charge(0.1, 0.0, salt(0.1)), InputError);
    EXPECT_THROW(surface_potential(1e15, nm, salt(0.1)), InputError);
    EXPECT_THROW(debye_length(Electrolyte{0.0, room, 78.0, 1}), InputError);
}

// A layer of 18 charges per 80.6 nm3 (albumin) in 0.154 mol/L: Donnan asinh(rho/2n).
TEST(DoubleLayer, SoftLayerByHand) {
    const Electrolyte e = salt(0.154);
    const double rho = -18.0 * elementary_charge / (80.6 * nm * nm * nm);
    const double y = std::asinh(18.0 / 80.6 / (2.0 * 0.154 * 0.602214076));
    const double expected = -25.693e-3 * (y - std::tanh(0.5 * y));
    EXPECT_NEAR(soft_layer_potential(rho, 100.0 * nm, 0.1, e), expected, 1e-5);
    EXPECT_NEAR(soft_layer_potential(0.0, 1e-15, 0.02, e), 0.02, 1e-6);
}

TEST(DoubleLayerForce, EqualPotentialsGiveTheLogarithm) {
    const Electrolyte e = salt(0.01);
    const double a = 50.0 * nm;
    const double psi = 0.02;
    const double h = 2.0 * nm;
    const double x = std::exp(-h / debye_length(e));
    const double eps = e.relative_permittivity * vacuum_permittivity;
    const double strength = 2.0 * std::numbers::pi * eps * a * psi * psi;
    EXPECT_NEAR(hogg_healy_fuerstenau(psi, psi, a, a, h, e, Approach::constant_potential) /
                    (strength * std::log1p(x)),
                1.0, 1e-12);
    EXPECT_NEAR(hogg_healy_fuerstenau(psi, psi, a, a, h, e, Approach::constant_charge) /
                    (-strength * std::log1p(-x)),
                1.0, 1e-12);
}

TEST(DoubleLayerForce, UnequalPotentialsAttractWhenClose) {
    const Electrolyte e = salt(0.01);
    const auto energy = [&](double h, Approach approach) {
        return hogg_healy_fuerstenau(0.01, 0.05, 50.0 * nm, 20.0 * nm, h, e, approach);
    };
    EXPECT_LT(energy(0.1 * nm, Approach::constant_potential), 0.0);
    EXPECT_GT(energy(10.0 * nm, Approach::constant_potential), 0.0);
    EXPECT_GT(energy(0.1 * nm, Approach::constant_charge), 0.0);
}

TEST(DoubleLayerForce, FarFieldIsTheSuperposition) {
    const Electrolyte e = salt(0.1);
    const double psi = 0.15;
    const double effective = effective_potential(psi, e);
    const double h = 12.0 * debye_length(e);
    const double far = linear_superposition(psi, psi, 50.0 * nm, 50.0 * nm, h, e);
    for (const Approach approach : {Approach::constant_potential, Approach::constant_charge})
        EXPECT_NEAR(
            hogg_healy_fuerstenau(effective, effective, 50.0 * nm, 50.0 * nm, h, e, approach) / far,
            1.0, 1e-5);
}

}  // namespace
}  // namespace caravel::formulation::colloid
