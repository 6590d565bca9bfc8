#include "caravel/formulation/luminescence/quenching.hpp"
#include "caravel/base/constants.hpp"
#include "caravel/formulation/luminescence/confined_transfer.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/formulation/cards/parts.hpp"
#include "caravel/input/document.hpp"
#include "caravel/input/reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numbers>

namespace caravel::formulation {
namespace {

using namespace luminescence;

TEST(Quenching, PerrinHalvesAtItsConcentration) {
    EXPECT_DOUBLE_EQ(perrin_yield(0.0, 5.0), 1.0);
    EXPECT_NEAR(perrin_yield(5.0, 5.0), 0.5, 1e-15);
    EXPECT_NEAR(perrin_yield(15.0, 5.0), 0.125, 1e-15);
    EXPECT_NEAR(perrin_half_concentration(perrin_radius(8.0)), 8.0, 1e-12);
    // 10 mmol/L: 0.69 dyes within 3.02 nm.
    EXPECT_NEAR(perrin_radius(10.0) * 1e9, 3.017, 1e-3);
}

TEST(Quenching, SternVolmerIsLinearInTheInverse) {
    const double one = 1.0 / stern_volmer_yield(1e7, 4e-9, 5.0) - 1.0;
    EXPECT_NEAR(1.0 / stern_volmer_yield(1e7, 4e-9, 10.0) - 1.0, 2.0 * one, 1e-14);
    EXPECT_NEAR(one, 0.2, 1e-14);
}

TEST(Quenching, StaticLossLeavesTheLifetime) {
    const luminescence::Emission free{0.8, 4e-9};
    EXPECT_DOUBLE_EQ(with_static_loss(free, 0.5).lifetime, 4e-9);
    EXPECT_DOUBLE_EQ(with_static_loss(free, 0.5).quantum_yield, 0.4);
    EXPECT_DOUBLE_EQ(with_dynamic_loss(free, 0.5).lifetime, 2e-9);
    EXPECT_DOUBLE_EQ(with_dynamic_loss(free, 0.5).quantum_yield, 0.4);
}

TEST(Quenching, ActivationIsTheRatioOfYields) {
    EXPECT_NEAR(activation_ratio(0.8, 0.08, 1.0), 10.0, 1e-12);
    EXPECT_NEAR(activation_ratio(0.8, 0.08, 0.0), 1.0, 1e-12);
    EXPECT_NEAR(activation_ratio(0.8, 0.08, 0.5), 5.5, 1e-12);
}

TEST(Quenching, RejectsImpossibleNumbers) {
    EXPECT_THROW(perrin_yield(-1.0, 5.0), InputError);
    EXPECT_THROW(perrin_yield(1.0, 0.0), InputError);
    EXPECT_THROW(perrin_radius(std::nan("")), InputError);
    EXPECT_THROW(with_dynamic_loss({0.5, 1e-9}, 1.5), InputError);
    EXPECT_THROW(activation_ratio(0.5, 0.0, 1.0), InputError);
}

CardSection section_of(const std::string& text) {
    static matter::Library library(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    const auto f = input::read<Formulation>(
        input::parse_toml("name = 'test'\ncategory = 'imaging'\n" + text, "test.toml").root);
    define_materials(f, library);
    const Properties properties = compute_properties(f, library);
    const CardOptions options;
    return luminescence_section({f, properties, library, options});
}

double in_unit(const CardSection& section, const std::string& name) {
    for (const CardValue& v : section.values)
        if (v.name == name) {
            EXPECT_TRUE(std::isfinite(v.si)) << name;
            return from_si(v.si, v.unit);
        }
    ADD_FAILURE() << "no " << name;
    return 0.0;
}

std::string refusal(const CardSection& section, const std::string& name) {
    for (const CardRefusal& r : section.refusals)
        if (r.name == name) return r.reason;
    return "";
}

const std::string silica = "[[layer]]\nmaterial = 'SiO2'\nradius = '25 nm'\n";

std::string label(const std::string& name, const std::string& count) {
    return "[[label]]\nname = '" + name + "'\nkind = 'dye'\n" +
           (count.empty() ? "" : "count = " + count + "\n");
}

TEST(LuminescenceSection, DyesOnSilicaAddUpUntilTheyQuench) {
    const CardSection few = section_of(silica + label("fluorescein", "10"));
    EXPECT_NEAR(in_unit(few, "emission_peak"), 515.0, 1e-9);
    EXPECT_NEAR(in_unit(few, "quantum_yield"), 0.97 * (1.0 - in_unit(few, "self_quenching")),
                1e-12);
    // 1500 dyes on 7854 nm2, 3.25 nm sphere of action: 6.3 others within it.
    const CardSection many = section_of(silica + label("fluorescein", "1500"));
    EXPECT_NEAR(in_unit(many, "self_quenching"), 1.0 - 0.0018, 2e-4);
    EXPECT_LT(in_unit(many, "quantum_yield"), 0.1 * in_unit(few, "quantum_yield"));
    EXPECT_LT(in_unit(many, "brightness"), in_unit(few, "brightness"));
    EXPECT_EQ(few.curves.size(), 1u);
}

TEST(LuminescenceSection, PackedDyesAreCalledDarkInsteadOfGivenANumber) {
    const CardSection s = section_of(silica + label("fluorescein", "2000"));
    EXPECT_NE(refusal(s, "quantum_yield").find("dark"), std::string::npos);
    EXPECT_NEAR(in_unit(s, "emission_peak"), 515.0, 1e-9);
}

TEST(LuminescenceSection, UnknownDyeIsRefusedWithASuggestion) {
    const CardSection s = section_of(silica + label("fluoresceine", "10"));
    EXPECT_NE(refusal(s, "fluoresceine_emission_peak").find("fluorescein"), std::string::npos);
}

TEST(LuminescenceSection, WithoutEmittersItSaysSo) {
    const CardSection s = section_of(silica);
    EXPECT_TRUE(s.values.empty());
    EXPECT_NE(refusal(s, "emission_peak").find("no dye"), std::string::npos);
}

TEST(LuminescenceSection, CountIsNeededForBrightness) {
    const CardSection s = section_of(silica + label("Cy5.5", ""));
    EXPECT_NEAR(in_unit(s, "emission_peak"), 694.0, 1e-9);
    EXPECT_NE(refusal(s, "brightness").find("number"), std::string::npos);
}

TEST(LuminescenceSection, GoldDimsNearDyesMoreThanFarOnes) {
    const auto yield = [](const std::string& shell) {
        return in_unit(section_of("[[layer]]\nmaterial = 'Au'\nradius = '10 nm'\n[[layer]]\n"
                                  "material = 'SiO2'\nthickness = '" +
                                  shell + "'\n" + label("cy5", "1")),
                       "quantum_yield");
    };
    EXPECT_LT(yield("3 nm"), 0.25 * yield("20 nm"));
    EXPECT_GT(yield("20 nm"), 0.9 * 0.27 * 0.9);
}

TEST(LuminescenceSection, DonorGivesItsEnergyToTheAcceptor) {
    const CardSection s = section_of(silica + label("cy3", "5") + label("cy5", "40"));
    EXPECT_GT(in_unit(s, "forster_radius"), 4.5);
    EXPECT_LT(in_unit(s, "forster_radius"), 6.5);
    EXPECT_GT(in_unit(s, "fret_efficiency"), 0.2);
    EXPECT_NEAR(in_unit(s, "cy5_emission_peak"), 666.0, 1e-9);
    EXPECT_GT(in_unit(s, "release_activation_ratio"), 1.2);
}

TEST(LuminescenceSection, TransferBetweenDyesOnASphereIsThatOfPointsOnIt) {
    const std::string sphere = "[[layer]]\nmaterial = 'SiO2'\nradius = '20 nm'\n";
    const auto efficiency = [&](const char* acceptors) {
        return in_unit(section_of(sphere + label("cy3", "20") + label("cy5", acceptors)),
                       "fret_efficiency");
    };
    EXPECT_NEAR(efficiency("20"), 0.34, 0.02);
    EXPECT_NEAR(efficiency("1"), 0.021, 0.002);
}

TEST(LuminescenceSection, LabelsSitOutsideTheBrushUnlessTheySayWhere) {
    const std::string gold =
        "[[layer]]\nmaterial = 'Au'\nradius = '10 nm'\n[[coating]]\nmaterial = 'PEG2000'\n"
        "density = '0.5 1/nm2'\n";
    const double outside = in_unit(section_of(gold + label("cy5", "1")), "metal_quenching");
    EXPECT_GT(outside, 0.1);
    EXPECT_LT(outside, 0.95);
    const CardSection inside = section_of(gold + label("cy5", "1") + "place = 'core'\n");
    EXPECT_EQ(in_unit(inside, "metal_quenching"), 1.0);
}

TEST(LuminescenceSection, SignalResponseGivesTheOnOffRatio) {
    const CardSection s =
        section_of(silica + label("fluorescein", "5") +
                   "[[response]]\neffect = 'signal'\ntarget = 'fluorescein'\n"
                   "[response.trigger]\nsignal = 'pH'\nresponse = 'sigmoid'\nmidpoint = 6.5\n"
                   "width = 0.2\nbelow = true\noff = 0.02\n");
    const double off = 0.02 + 0.98 / (1.0 + std::exp((7.4 - 6.5) / 0.2));
    EXPECT_NEAR(in_unit(s, "activation_ratio"), 1.0 / off, 1e-9);
}

TEST(LuminescenceSection, CrowdedPayloadLightsUpOnRelease) {
    const CardSection s = section_of(
        silica + "[[payload]]\nagent = 'chlorin_e6'\nplace = 'core'\nconcentration = '6 mmol/L'\n");
    // Three times c_half: 1/8 in an endless solution, a little more in a ball of 25 nm.
    const double dyes = 6.0 * avogadro * 4.0 / 3.0 * std::numbers::pi * std::pow(25e-9, 3);
    const double yield = ball_crowding_yield(perrin_radius(2.0), 25e-9, dyes);
    EXPECT_GT(yield, 0.125);
    EXPECT_NEAR(in_unit(s, "self_quenching"), 1.0 - yield, 1e-6);
    EXPECT_NEAR(in_unit(s, "release_activation_ratio"), 1.0 / yield, 1e-4);
    EXPECT_NEAR(in_unit(s, "singlet_oxygen_yield"), 0.65, 1e-12);
}

TEST(LuminescenceSection, QuantumDotEmissionReddensWithItsSize) {
    const auto peak = [](const std::string& radius) {
        return in_unit(section_of("[[layer]]\nmaterial = 'CdSe'\nradius = '" + radius +
                                  "'\n[[layer]]\nmaterial = 'ZnS'\nthickness = '1 nm'\n"),
                       "emission_peak");
    };
    EXPECT_GT(peak("2 nm"), 560.0);
    EXPECT_LT(peak("2 nm"), 620.0);
    EXPECT_LT(peak("1.2 nm"), peak("2 nm"));
    EXPECT_LT(peak("2 nm"), peak("3.5 nm"));
}

TEST(LuminescenceSection, LargeSemiconductorsAndDotsOutsideTheCurveAreRefused) {
    const CardSection large = section_of("[[layer]]\nmaterial = 'CdSe'\nradius = '6 nm'\n");
    EXPECT_NE(refusal(large, "CdSe_emission_peak").find("8 nm"), std::string::npos);
    const CardSection bulk = section_of("[[layer]]\nmaterial = 'ZnO'\nradius = '40 nm'\n");
    EXPECT_NE(refusal(bulk, "ZnO_emission_peak").find("not confined"), std::string::npos);
}

TEST(LuminescenceSection, EffectiveMassIsRefusedBelowOneExcitonRadius) {
    for (const char* dot : {"InAs", "InP"}) {
        const CardSection s =
            section_of(std::string("[[layer]]\nmaterial = '") + dot + "'\nradius = '2 nm'\n");
        EXPECT_NE(refusal(s, std::string(dot) + "_emission_peak").find("parabolas"),
                  std::string::npos);
    }
    const CardSection selenide = section_of("[[layer]]\nmaterial = 'PbSe'\nradius = '2.5 nm'\n");
    EXPECT_NEAR(in_unit(selenide, "absorption_peak"), 1538.8, 1.0);
}

TEST(LuminescenceSection, GoldClustersBeyondTheFreeElectronLawAreNamed) {
    const CardSection s = section_of("[[layer]]\nmaterial = 'Au'\nradius = '0.85 nm'\n");
    EXPECT_NE(refusal(s, "Au_emission_peak").find("near infrared"), std::string::npos);
}

TEST(LuminescenceSection, FewAtomGoldEmitsAndGoldParticlesDoNot) {
    const CardSection s = section_of("[[layer]]\nmaterial = 'Au'\nradius = '0.35 nm'\n");
    EXPECT_GT(in_unit(s, "emission_peak"), 450.0);
    EXPECT_LT(in_unit(s, "emission_peak"), 530.0);
    EXPECT_TRUE(section_of("[[layer]]\nmaterial = 'Au'\nradius = '10 nm'\n").values.empty());
}

}  // namespace
}  // namespace caravel::formulation
