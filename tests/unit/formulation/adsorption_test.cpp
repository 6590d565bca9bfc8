#include "caravel/formulation/colloid/adsorption.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

namespace caravel::formulation::colloid {
namespace {

constexpr double room = 298.15;
constexpr double kt = boltzmann * room;
constexpr double nm2 = 1e-18;

TEST(Adsorption, LangmuirHalfCoverageAtTheInverseConstant) {
    EXPECT_NEAR(langmuir_coverage(4.0, 0.25), 0.5, 1e-15);
    EXPECT_NEAR(langmuir_coverage(4.0, 0.0), 0.0, 0.0);
}

TEST(Adsorption, CompetitorsShareByAffinityTimesConcentration) {
    const std::vector<Adsorbate> two{{10.0, 1.0}, {100.0, 0.3}};
    const auto coverage = competitive_coverage(two);
    EXPECT_NEAR(coverage[0], 10.0 / 41.0, 1e-15);
    EXPECT_NEAR(coverage[1], 30.0 / 41.0, 1e-15);
}

TEST(Adsorption, ConstantAddsTailHeadAndCharge) {
    // 10 segments of -1 kT, head -2 kT, one charge at +25.69 mV (+1 kT): e^11 L/mol.
    const double k = adsorption_constant(10.0, -kt, -2.0 * kt, 1.0, kt / elementary_charge, room);
    EXPECT_NEAR(k * 1e3, std::exp(11.0), 1e-6 * std::exp(11.0));
}

TEST(Coupling, TheScarcestThingDecides) {
    const double area = 4.0 * std::numbers::pi * 50.0 * 50.0 * nm2;
    EXPECT_NEAR(coupled_count({area, 1e18, 200.0, 0.5, 40.0 * nm2}), 100.0, 1e-9);
    EXPECT_NEAR(coupled_count({area, 1e15, 1e6, 0.5, 40.0 * nm2}), area * 1e15, 1e-9);
    EXPECT_NEAR(coupled_count({area, 1e19, 1e6, 1.0, 40.0 * nm2}), 0.547 * area / (40.0 * nm2),
                1e-6);
    EXPECT_THROW(coupled_count({area, 1e18, 10.0, 1.5, 40.0 * nm2}), InputError);
    EXPECT_THROW(coupled_count({area, -1.0, 10.0, 0.5, 40.0 * nm2}), InputError);
}

TEST(Coupling, RandomSidesLoseTheBlockedCone) {
    EXPECT_NEAR(oriented_fraction(0.0), 1.0, 0.0);
    EXPECT_NEAR(oriented_fraction(std::numbers::pi / 2.0), 0.5, 1e-15);
    EXPECT_NEAR(oriented_fraction(std::numbers::pi), 0.0, 1e-15);
}

}  // namespace
}  // namespace caravel::formulation::colloid
