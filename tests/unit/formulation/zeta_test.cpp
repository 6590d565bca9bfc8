#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/formulation/colloid/charge_regulation.hpp"
#include "caravel/formulation/colloid/electrophoresis.hpp"
#include "caravel/matter/table.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <vector>

namespace caravel::formulation::colloid {
namespace {

constexpr double nm = 1e-9;
constexpr double per_nm2 = 1e18;
constexpr double room = 298.15;

using Groups = std::vector<SurfaceGroup>;

const Groups carboxyls{{"acid", 0.5 * per_nm2, 4.5}};
const Groups reversing{{"base", 0.5 * per_nm2, 6.5}, {"acid", 0.1 * per_nm2, 4.5}};

double zeta(const Groups& groups, double ph, double millimolar) {
    return zeta_potential(groups, 50.0 * nm, 0.25 * nm, ph, salt_water(millimolar, room, ph));
}

TEST(ChargeRegulation, HalfOfTheAcidsAreChargedAtTheirPka) {
    EXPECT_NEAR(group_charge(carboxyls, 4.5), -0.25 * per_nm2 * elementary_charge, 1e-12);
    const Groups fixed{{"positive", per_nm2, 0.0}, {"negative", 0.4 * per_nm2, 0.0}};
    EXPECT_NEAR(group_charge(fixed, 7.0), 0.6 * per_nm2 * elementary_charge, 1e-12);
    const Groups wrong{{"salt", per_nm2, 0.0}};
    EXPECT_THROW(group_charge(wrong, 7.0), InputError);
}

TEST(ChargeRegulation, RootBalancesBothLayers) {
    for (const double ph : {3.0, 5.0, 7.4, 10.0}) {
        const Electrolyte e = salt_water(10.0, room, ph);
        const double psi = regulated_potential(reversing, {}, 20.0 * nm, ph, e);
        const double local = ph + psi / (thermal_voltage(room) * std::log(10.0));
        EXPECT_NEAR(surface_charge(psi, 20.0 * nm, e), group_charge(reversing, local), 1e-9);
    }
}

TEST(ChargeRegulation, SurfaceFieldHoldsBackDissociation) {
    const Electrolyte e = salt_water(1.0, room);
    const double psi = regulated_potential(carboxyls, {}, 50.0 * nm, 5.5, e);
    const double alone = group_charge(carboxyls, 5.5);
    EXPECT_LT(std::abs(surface_charge(psi, 50.0 * nm, e)), 0.5 * std::abs(alone));
}

TEST(Zeta, SaltLowersItsSize) {
    double last = 1.0;
    for (const double millimolar : {0.1, 1.0, 10.0, 100.0, 1000.0}) {
        const double size = std::abs(zeta(carboxyls, 7.4, millimolar));
        EXPECT_LT(size, last);
        last = size;
    }
}

TEST(Zeta, AcidsAloneAreNegativeAndHaveNoIsoelectricPoint) {
    EXPECT_LT(zeta(carboxyls, 7.4, 10.0), -0.03);
    EXPECT_THROW(isoelectric_point(carboxyls), NotAvailable);
}

TEST(Zeta, ChangesSignAtTheIsoelectricPoint) {
    const double iep = isoelectric_point(reversing);
    // 0.5/(1 + 10^(pH - 6.5)) = 0.1 gives pH = 6.5 + log10(4).
    EXPECT_NEAR(iep, 7.1021, 0.002);
    EXPECT_GT(zeta(reversing, iep - 0.3, 10.0), 0.0);
    EXPECT_LT(zeta(reversing, iep + 0.3, 10.0), 0.0);
    EXPECT_NEAR(zeta(reversing, iep, 10.0), 0.0, 1e-9);
}

TEST(Zeta, FallsWithPh) {
    double last = 1.0;
    for (double ph = 3.0; ph < 11.0; ph += 0.5) {
        const double here = zeta(reversing, ph, 150.0);
        EXPECT_LT(here, last);
        last = here;
    }
}

TEST(Zeta, OxidesOfTheTableHaveTheirIsoelectricPoint) {
    const matter::FactTable table =
        matter::FactTable::read(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data/colloid.csv");
    int found = 0;
    for (const std::string& name : table.names()) {
        const auto* iep = table.find(name, "isoelectric_point");
        if (iep == nullptr) continue;
        const double half = 0.5 * table.find(name, "delta_pk")->si;
        const double sites = table.find(name, "site_density")->si;
        const Groups groups{{"acid", sites, iep->si + half}, {"base", sites, iep->si - half}};
        EXPECT_NEAR(isoelectric_point(groups), iep->si, 1e-9) << name;
        ++found;
    }
    EXPECT_GE(found, 15);
}

TEST(AdsorbedIons, CounterIonsAdsorbMoreAndReverseTheCharge) {
    const Groups positive{{"positive", 0.2 * per_nm2, 0.0}};
    const Electrolyte e = salt_water(1.0, room);
    const AdsorbingIon anion{-1.0, 1.0, 10.0, 3.0 * per_nm2};
    const AdsorbingIon cation{1.0, 1.0, 10.0, 3.0 * per_nm2};
    const double bare = regulated_potential(positive, {}, 50.0 * nm, 7.0, e);
    const double with_anion = regulated_potential(positive, {&anion, 1}, 50.0 * nm, 7.0, e);
    const double with_cation = regulated_potential(positive, {&cation, 1}, 50.0 * nm, 7.0, e);
    EXPECT_GT(bare, 0.0);
    EXPECT_LT(with_anion, 0.0);
    EXPECT_GT(with_cation, bare);
    EXPECT_GT(ion_coverage({&anion, 1}, with_anion, room)[0],
              ion_coverage({&cation, 1}, with_cation, room)[0]);
}

/// Henry's function by its closed form with the exponential integral.
double henry_exact(double x) {
    const double e1 = -std::expint(-x);
    return 1.0 + x * x / 16.0 - 5.0 * std::pow(x, 3) / 48.0 - std::pow(x, 4) / 96.0 +
           std::pow(x, 5) / 96.0 +
           (std::pow(x, 4) / 8.0 - std::pow(x, 6) / 96.0) * std::exp(x) * e1;
}

TEST(Electrophoresis, HenryFunctionWithinOnePerCent) {
    EXPECT_NEAR(henry_exact(1.0), 1.0267, 1e-4);
    for (double x = 0.05; x < 40.0; x *= 1.3)
        EXPECT_NEAR(henry_function(x) / henry_exact(x), 1.0, 0.01) << x;
    EXPECT_NEAR(henry_function(0.0), 1.0, 0.0);
    EXPECT_NEAR(henry_function(1e6), 1.5, 1e-5);
}

// Smoluchowski: 78.3 x 8.854e-12 x 0.05/0.89e-3 = 3.895e-8 m2/(V s).
TEST(Electrophoresis, SmoluchowskiByHand) {
    const double mobility = electrophoretic_mobility(0.05, 1e-3, salt_water(100.0, room), 0.89e-3);
    EXPECT_NEAR(mobility, 3.895e-8, 0.002e-8);
}

}  // namespace
}  // namespace caravel::formulation::colloid
