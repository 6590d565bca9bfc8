#include "caravel/matter/xray.hpp"
#include "caravel/matter/photon_cross_sections.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace caravel::matter {
namespace {

constexpr double kev = 1e3 * electronvolt;

const XrayTables& tables() {
    static const XrayTables shared(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data" / "xray");
    return shared;
}

TEST(Composition, FormulaGivesMassFractions) {
    const Composition magnetite = parse_formula("Fe3O4", tables().elements());
    ASSERT_EQ(magnetite.mass_fractions.size(), 2u);
    EXPECT_EQ(magnetite.mass_fractions[0].first, "Fe");
    EXPECT_NEAR(magnetite.mass_fractions[0].second, 3 * 55.85 / (3 * 55.85 + 4 * 16.0), 1e-12);
}

TEST(Composition, BracketsMultiply) {
    const Composition a = parse_formula("Ca10(PO4)6(OH)2", tables().elements());
    const Composition b = parse_formula("Ca10P6O26H2", tables().elements());
    EXPECT_EQ(a.mass_fractions, b.mass_fractions);
}

TEST(Composition, RefusesWhatIsNoFormula) {
    for (const char* text : {"", "fe", "Fe3O4)", "(Fe", "Fe0", "Fe1.2.3", "Uuo2", "Fe-3"})
        EXPECT_THROW(parse_formula(text, tables().elements()), InputError) << text;
}

TEST(Composition, EffectiveAtomicNumberOfWater) {
    // Mayneord's 7.42 for water is the usual check.
    const auto water = parse_formula("H2O", tables().elements());
    EXPECT_NEAR(effective_atomic_number(water, tables().elements()), 7.42, 0.01);
    const auto gold = parse_formula("Au", tables().elements());
    EXPECT_NEAR(effective_atomic_number(gold, tables().elements()), 79.0, 1e-9);
}

TEST(Composition, MixtureRuleGivesTabulatedWater) {
    const auto water = parse_formula("H2O", tables().elements());
    for (const double energy : {20.0, 60.0, 150.0, 1000.0}) {
        EXPECT_NEAR(tables().attenuation(water, energy * kev) /
                        tables().curve("water").attenuation(energy * kev),
                    1.0, 2e-3);
        EXPECT_NEAR(tables().energy_absorption(water, energy * kev) /
                        tables().curve("water").energy_absorption(energy * kev),
                    1.0, 3e-3);
    }
}

TEST(XrayTables, TakeTheValueAboveAnEdge) {
    // NIST lists gold at 80.7249 keV below and above the K edge: 2.137 and 8.904 cm2/g.
    const auto& gold = tables().curve("Au");
    EXPECT_NEAR(gold.attenuation(80.7249 * kev), 0.8904, 1e-3);
    EXPECT_NEAR(gold.attenuation(80.70 * kev), 0.2139, 1e-3);
}

TEST(XrayTables, RefuseAnEnergyOutsideWithTheRange) {
    try {
        tables().curve("Au").attenuation(0.5 * kev);
        FAIL();
    } catch (const InputError& error) {
        EXPECT_NE(format(error.diagnostics().front()).find("between 1 and 20000 keV"),
                  std::string::npos)
            << error.what();
    }
}

TEST(XrayTables, SuggestANuclide) {
    try {
        tables().nuclide("Ir192");
        FAIL();
    } catch (const InputError& error) {
        EXPECT_NE(error.diagnostics().front().hint.find("Ir-192"), std::string::npos);
    }
}

/// Every material that a shipped formulation may name and the materials table holds.
TEST(XrayTables, KnowTheCompositionOfPolymersLipidsAndOxides) {
    for (const char* name : {"PLGA", "HSPC", "PEG2000", "SiO2", "Fe3O4", "Au", "albumin", "water",
                             "mesoporous_silica", "polydopamine", "prussian_blue"})
        EXPECT_FALSE(tables().composition(name).mass_fractions.empty()) << name;
}

TEST(PhotonCrossSections, AddUpToTheTotalAttenuation) {
    const PhotonCrossSections cross(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data" / "xray" /
                                    "cross_sections.csv");
    for (const char* element : {"O", "Fe", "I", "Au"})
        for (const double energy : {20.0, 60.0, 100.0, 300.0}) {
            double sum = 0.0;
            for (const auto process :
                 {PhotonProcess::photo, PhotonProcess::rayleigh, PhotonProcess::compton})
                sum += cross(element, process, energy * kev);
            EXPECT_NEAR(sum / tables().curve(element).attenuation(energy * kev), 1.0, 0.03)
                << element << ' ' << energy;
        }
}

}  // namespace
}  // namespace caravel::matter
