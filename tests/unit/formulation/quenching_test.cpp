#include "caravel/formulation/luminescence/quenching.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/formulation/cards/parts.hpp"
#include "caravel/input/document.hpp"
#include "caravel/input/reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

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
    // 200 dyes in 1 nm on 7854 nm2: 42 mmol/L against 8 mmol/L.
    const CardSection many = section_of(silica + label("fluorescein", "200"));
    EXPECT_LT(in_unit(many, "quantum_yield"), 0.1 * in_unit(few, "quantum_yield"));
    EXPECT_LT(in_unit(many, "brightness"), in_unit(few, "brightness"));
    EXPECT_EQ(few.curves.size(), 1u);
}

TEST(LuminescenceSection, PackedDyesAreCalledDarkInsteadOfGivenANumber) {
    const CardSection s = section_of(silica + label("fluorescein", "1000"));
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
    EXPECT_NEAR(in_unit(s, "self_quenching"), 1.0 - 0.125, 1e-6);
    EXPECT_NEAR(in_unit(s, "release_activation_ratio"), 8.0, 1e-4);
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

TEST(LuminescenceSection, FewAtomGoldEmitsAndGoldParticlesDoNot) {
    const CardSection s = section_of("[[layer]]\nmaterial = 'Au'\nradius = '0.35 nm'\n");
    EXPECT_GT(in_unit(s, "emission_peak"), 450.0);
    EXPECT_LT(in_unit(s, "emission_peak"), 530.0);
    EXPECT_TRUE(section_of("[[layer]]\nmaterial = 'Au'\nradius = '10 nm'\n").values.empty());
}

}  // namespace
}  // namespace caravel::formulation
