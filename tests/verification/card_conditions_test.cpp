// The card follows the medium and the conditions that a formulation states.
#include "caravel/formulation/card.hpp"
#include "caravel/input/document.hpp"
#include "caravel/input/reader.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace caravel::formulation {
namespace {

Card card_of(const std::string& toml) {
    matter::Library library(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    const auto document = input::parse_toml(toml, "test.toml");
    return make_card(input::read<Formulation>(document.root), library);
}

double value(const Card& card, const std::string& name) {
    const CardValue* found = card.find(name);
    if (found == nullptr) ADD_FAILURE() << "no " << name;
    return found == nullptr ? 0.0 : found->si;
}

const std::string silica = "[[layer]]\nmaterial = 'SiO2'\nradius = '40 nm'\n";
const std::string magnetite = "[[layer]]\nmaterial = 'Fe3O4'\nradius = '6 nm'\n";

std::string salt(const std::string& amount) {
    return "[medium]\nionic_strength = '" + amount + "'\nph = 8.0\n";
}

TEST(CardConditions, SaltOfTheMediumTakesStabilityAway) {
    double before = 1e300;
    for (const char* amount : {"1 mmol/L", "10 mmol/L", "50 mmol/L", "200 mmol/L", "1000 mmol/L"}) {
        const double log_w = value(card_of(silica + salt(amount)), "stability_ratio_log10_medium");
        EXPECT_LE(log_w, before) << amount;
        before = log_w;
    }
    EXPECT_LT(before, 3.0);
}

TEST(CardConditions, BloodLikeMediumIsTheSalineOfTheCard) {
    EXPECT_EQ(card_of(silica).find("stability_ratio_log10_medium"), nullptr);
}

TEST(CardConditions, StatedFieldGivesTheHeat) {
    const double weak = value(card_of(magnetite + "[conditions]\nfield_amplitude = '5 kA/m'\n"),
                              "specific_absorption_rate");
    const double strong = value(card_of(magnetite + "[conditions]\nfield_amplitude = '10 kA/m'\n"),
                                "specific_absorption_rate");
    EXPECT_GT(strong, 2.0 * weak);
    EXPECT_LT(strong, 4.2 * weak);  // H squared at most, as long as nothing switches
}

TEST(CardConditions, LoadingGivesTheDoseEnhancement) {
    const std::string gold = "[[layer]]\nmaterial = 'Au'\nradius = '10 nm'\n[conditions]\n";
    const double one =
        value(card_of(gold + "mass_fraction = '1 mg/g'\n"), "dose_enhancement_monochromatic");
    const double seven =
        value(card_of(gold + "mass_fraction = '7 mg/g'\n"), "dose_enhancement_monochromatic");
    EXPECT_NEAR(one, 1.11659, 1e-5);  // reference table, 60 keV
    EXPECT_NEAR(seven, 1.81610, 1e-5);
}

TEST(CardConditions, TooWideASpreadOfMagneticSizesIsRefused) {
    const Card card = card_of(magnetite + "[magnetic]\nsize_spread = 1.5\n");
    EXPECT_EQ(card.find("magnetic_moment"), nullptr);
    const CardRefusal* refusal = card.refused("magnetic_moment");
    ASSERT_NE(refusal, nullptr);
    EXPECT_NE(refusal->reason.find("single-domain limit"), std::string::npos) << refusal->reason;
}

TEST(CardConditions, MomentThatNeverUnblocksHasNoBlockingTemperature) {
    const Card card = card_of("[[layer]]\nmaterial = 'Fe3O4'\nradius = '20 nm'\n");
    EXPECT_EQ(card.find("blocking_temperature"), nullptr);
    EXPECT_NE(card.refused("blocking_temperature"), nullptr);
}

}  // namespace
}  // namespace caravel::formulation
