#include "caravel/formulation/chemistry/photocatalysis.hpp"
#include "caravel/formulation/chemistry/rate_law.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace caravel::formulation::chemistry {
namespace {

RateLaw magnetite() {
    RateLaw law;
    law.name = "magnetite";
    law.kind = Activity::peroxidase;
    law.kcat = 8.58e4;
    law.km = 154.0;
    law.second_km = 0.098;
    law.substrate = "H2O2";
    law.second_substrate = "TMB";
    law.product = "oxidised TMB";
    law.ph = {2.5, 4.5};
    return law;
}

TEST(Nanozyme, HalfOfTheTopAtKm) {
    // Gao 2007: at saturating TMB, half of kcat at 154 mM H2O2.
    EXPECT_NEAR(rate(magnetite(), 154.0, 1e6, 3.5) / 8.58e4, 0.5, 1e-6);
    EXPECT_NEAR(rate(magnetite(), 1e6, 0.098, 3.5) / 8.58e4, 0.5, 1e-4);
    // The same particle number gives both of Gao's rates: Vmax/kcat = 1.14e-12 M.
    EXPECT_NEAR(9.78e-8 / 8.58e4 / (3.44e-8 / 3.02e4), 1.0, 2e-3);
}

TEST(Nanozyme, LimitsOfTheTwoSubstrateLaw) {
    const RateLaw law = magnetite();
    EXPECT_DOUBLE_EQ(rate(law, 0.0, 1.0, 3.5), 0.0);
    EXPECT_DOUBLE_EQ(rate(law, 1.0, 0.0, 3.5), 0.0);
    EXPECT_NEAR(rate(law, 1e-6, 1e6, 3.5) / (8.58e4 * 1e-6 / 154.0), 1.0, 1e-6);
    EXPECT_NEAR(rate(law, 100.0, 0.8, 3.5), 8.58e4 * 80.0 / (154.0 * 0.8 + 0.098 * 100.0 + 80.0),
                1e-8);
    RateLaw one = law;
    one.second_km = 0.0;
    EXPECT_NEAR(rate(one, 154.0, 0.0, 3.5), 4.29e4, 1e-6);
}

TEST(Nanozyme, PeroxidaseWorksInAcidCatalaseDoesNot) {
    const PhProfile acid{2.5, 4.5};
    EXPECT_DOUBLE_EQ(relative_activity(acid, 3.5), 1.0);
    EXPECT_NEAR(relative_activity(acid, 6.5) / relative_activity(acid, 7.5), 10.0, 0.1);
    EXPECT_GT(relative_activity(acid, 5.0), relative_activity(acid, 7.4));
    const PhProfile neutral{6.0, 12.0};
    EXPECT_LT(relative_activity(neutral, 5.0), relative_activity(neutral, 7.4));
    EXPECT_DOUBLE_EQ(relative_activity({}, 5.0), 1.0);
}

TEST(Nanozyme, SitesGoWithTheAreaSoSmallParticlesWinPerMass) {
    const RateLaw small = scaled_to_area(magnetite(), 9e4, 1e-14);
    EXPECT_DOUBLE_EQ(small.kcat / 8.58e4, 1e-14 / 9e4);
    // Diameter 10 and 300 nm: 900 times the area, 27000 times the mass.
    const double large = rate_per_mass(900.0, 27000.0);
    EXPECT_NEAR(rate_per_mass(1.0, 1.0) / large, 30.0, 1e-12);
    EXPECT_NEAR(rate_per_mass(avogadro, 2.0), 0.5, 1e-15);
}

TEST(Nanozyme, DescriptionNamesEveryNumber) {
    const std::string text = describe(magnetite());
    for (const char* part : {"peroxidase", "8.58e+04", "154", "0.098", "TMB"})
        EXPECT_NE(text.find(part), std::string::npos) << text;
}

TEST(Nanozyme, RefusesTheImpossible) {
    EXPECT_THROW(rate(magnetite(), -1.0, 1.0, 3.5), InputError);
    EXPECT_THROW(rate(magnetite(), 1.0, 1.0, 15.0), InputError);
    EXPECT_THROW(relative_activity({5.0, 4.0}, 7.0), InputError);
    EXPECT_THROW(scaled_to_area(magnetite(), 0.0, 1.0), InputError);
}

const Photocatalyst titania{3.2 * electronvolt, 0.04, 0.04};

// tio2-solgel: release is continuous while UV is on.
TEST(Photocatalysis, RadicalsFlowAsLongAsUltravioletIsOn) {
    const RadicalRate on = radical_rate(titania, 1e-17, 100.0, 365e-9);
    EXPECT_NEAR(on.hydroxyl, 0.04 * 1e-15 / (planck * speed_of_light / 365e-9), 1e-9);
    EXPECT_GT(on.superoxide, 0.0);
    EXPECT_NEAR(radical_rate(titania, 1e-17, 200.0, 365e-9).hydroxyl, 2.0 * on.hydroxyl, 1e-9);
    EXPECT_DOUBLE_EQ(radical_rate(titania, 1e-17, 0.0, 365e-9).hydroxyl, 0.0);
    EXPECT_DOUBLE_EQ(radical_rate(titania, 1e-17, 100.0, 450e-9).hydroxyl, 0.0);
    EXPECT_NEAR(threshold_wavelength(titania) * 1e9, 387.4, 0.1);
}

}  // namespace
}  // namespace caravel::formulation::chemistry
