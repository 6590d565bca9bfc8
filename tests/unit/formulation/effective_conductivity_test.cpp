#include "caravel/formulation/thermal/effective_conductivity.hpp"

#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace caravel::formulation::thermal {
namespace {

constexpr double tissue = 0.5;
constexpr double gold = 318.0;
constexpr double kapitza = 105e6;

TEST(EffectiveConductivity, OneMilligramOfGoldIsBelowAThousandth) {
    const double fraction = volume_fraction(1.0, 19320.0);
    EXPECT_NEAR(fraction, 5.176e-5, 1e-8);
    const double seen = conductivity_behind_interface(gold, 5e-9, kapitza);
    EXPECT_NEAR(seen, 0.52414, 1e-5);  // 318/(1 + 318/0.525)
    const double with = loaded_conductivity(tissue, seen, fraction) / tissue - 1.0;
    const double ideal = loaded_conductivity(tissue, gold, fraction) / tissue - 1.0;
    EXPECT_LT(with, 1e-3);
    EXPECT_GT(with, 0.0);
    EXPECT_NEAR(ideal, 3.0 * fraction, 2e-6);  // the most that any sphere can do
}

TEST(EffectiveConductivity, MaxwellHandNumbers) {
    // (10 + 2 + 0.2*9)/(10 + 2 - 0.1*9) = 13.8/11.1
    EXPECT_NEAR(maxwell_conductivity(1.0, 10.0, 0.1), 13.8 / 11.1, 1e-15);
    EXPECT_DOUBLE_EQ(maxwell_conductivity(0.5, 3.0, 0.0), 0.5);
    EXPECT_NEAR(maxwell_conductivity(0.5, 3.0, 1.0), 3.0, 1e-14);
    EXPECT_NEAR(maxwell_conductivity(1.0, 0.0, 0.1), 1.8 / 2.1, 1e-15);
}

TEST(EffectiveConductivity, BruggemanSolvesItsEquationAndMeetsMaxwellWhenDilute) {
    for (const double phi : {0.05, 0.3, 0.7}) {
        const double k = bruggeman_conductivity(0.5, 40.0, phi);
        EXPECT_NEAR(phi * (40.0 - k) / (40.0 + 2.0 * k) + (1.0 - phi) * (0.5 - k) / (0.5 + 2.0 * k),
                    0.0, 1e-13);
    }
    const double phi = 1e-5;
    EXPECT_NEAR(bruggeman_conductivity(0.5, 40.0, phi) - 0.5,
                maxwell_conductivity(0.5, 40.0, phi) - 0.5, 1e-4 * phi);
    EXPECT_GT(bruggeman_conductivity(0.5, 40.0, 0.4), maxwell_conductivity(0.5, 40.0, 0.4));
}

TEST(EffectiveConductivity, SmallSpheresBehindAnInterfaceInsulate) {
    // The radius at which h a = k_m k_p/(k_p - k_m) leaves the medium as it is.
    const double radius = 1.0 / (kapitza * (1.0 / tissue - 1.0 / gold));
    const double neutral = conductivity_behind_interface(gold, radius, kapitza);
    EXPECT_NEAR(maxwell_conductivity(tissue, neutral, 0.05), tissue, 1e-13);
    const double small = conductivity_behind_interface(gold, 0.5 * radius, kapitza);
    EXPECT_LT(maxwell_conductivity(tissue, small, 0.05), tissue);
    EXPECT_DOUBLE_EQ(
        conductivity_behind_interface(gold, 1e-9, std::numeric_limits<double>::infinity()), gold);
}

TEST(EffectiveConductivity, CoatedSphereGoesFromShellToCore) {
    EXPECT_DOUBLE_EQ(coated_sphere_conductivity(300.0, 1.4, 0.0), 1.4);
    EXPECT_NEAR(coated_sphere_conductivity(300.0, 1.4, 1.0), 300.0, 1e-10);
    // Core and shell alike: nothing to see.
    EXPECT_NEAR(coated_sphere_conductivity(2.0, 2.0, 0.3), 2.0, 1e-15);
}

TEST(EffectiveConductivity, DepolarisationIsContinuousAndAddsUp) {
    EXPECT_NEAR(depolarisation(1.0), 1.0 / 3.0, 1e-15);
    EXPECT_NEAR(depolarisation(2.0), 0.173564, 1e-6);  // Osborn 1945
    EXPECT_NEAR(depolarisation(0.5), 0.527200, 1e-6);
    for (const double seam : {0.999, 1.001})
        EXPECT_NEAR(depolarisation(seam * (1.0 - 1e-9)), depolarisation(seam * (1.0 + 1e-9)), 2e-9);
    EXPECT_LT(depolarisation(100.0), 5e-4);
    EXPECT_GT(depolarisation(0.01), 0.98);
}

TEST(EffectiveConductivity, NanOfASphereIsHasselmanAndJohnson) {
    const double seen = conductivity_behind_interface(gold, 5e-9, kapitza);
    EXPECT_NEAR(nan_conductivity(tissue, {gold, 5e-9, 1.0, 1.0 / kapitza}, 0.05),
                maxwell_conductivity(tissue, seen, 0.05), 1e-15);
}

TEST(EffectiveConductivity, LongRodsConductBest) {
    const double sphere = nan_conductivity(tissue, {gold, 50e-9, 1.0, 0.0}, 0.01);
    const double rod = nan_conductivity(tissue, {gold, 50e-9, 20.0, 0.0}, 0.01);
    const double plate = nan_conductivity(tissue, {gold, 500e-9, 0.02, 0.0}, 0.01);
    EXPECT_GT(rod, sphere);
    EXPECT_GT(plate, sphere);
    // Needle without interface: 1 + phi/3 k_p/k_m to first order.
    const double needle = nan_conductivity(1.0, {10.0, 1e-9, 1e4, 0.0}, 1e-6) - 1.0;
    const double across = 2.0 * 9.0 / (1.0 + 0.5 * 9.0);
    EXPECT_NEAR(needle / (1e-6 * (9.0 + across) / 3.0), 1.0, 1e-4);
}

TEST(EffectiveConductivity, RefusesTheImpossible) {
    EXPECT_THROW(maxwell_conductivity(0.5, 1.0, 1.1), InputError);
    EXPECT_THROW(maxwell_conductivity(-0.5, 1.0, 0.1), InputError);
    EXPECT_THROW(volume_fraction(2000.0, 1000.0), InputError);
    EXPECT_THROW(conductivity_behind_interface(1.0, 1e-9, 0.0), InputError);
    EXPECT_THROW(depolarisation(std::nan("")), InputError);
}

}  // namespace
}  // namespace caravel::formulation::thermal
