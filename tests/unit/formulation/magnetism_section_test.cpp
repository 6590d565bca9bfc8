// The magnetism part of a card: what a formulation's description turns into.
#include "caravel/base/unit.hpp"
#include "caravel/formulation/cards/parts.hpp"
#include "caravel/input/document.hpp"
#include "caravel/input/reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>

namespace caravel::formulation {
namespace {

CardSection section_of(const std::string& text) {
    static matter::Library library(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    const auto f = input::read<Formulation>(
        input::parse_toml("name = 'test'\ncategory = 'imaging'\n" + text, "test.toml").root);
    const Properties properties = compute_properties(f, library);
    const CardOptions options;
    return magnetism_section({f, properties, library, options});
}

const CardValue* find(const CardSection& section, const std::string& name) {
    const auto found = std::find_if(section.values.begin(), section.values.end(),
                                    [&](const CardValue& v) { return v.name == name; });
    return found == section.values.end() ? nullptr : &*found;
}

double in_unit(const CardSection& section, const std::string& name) {
    const CardValue* value = find(section, name);
    EXPECT_NE(value, nullptr) << name;
    return value ? from_si(value->si, value->unit) : 0.0;
}

std::string refusal(const CardSection& section, const std::string& name) {
    for (const CardRefusal& r : section.refusals)
        if (r.name == name) return r.reason;
    return "";
}

const std::string magnetite = "[[layer]]\nmaterial = 'Fe3O4'\nradius = '7 nm'\n";

TEST(MagnetismSection, SaysWhatRestsOnAssumedConstants) {
    const CardSection table = section_of(magnetite);
    for (const char* name : {"magnetic_moment", "neel_time", "specific_absorption_rate",
                             "relaxivity_r1", "relaxivity_r2", "mpi_point_spread_width"}) {
        ASSERT_NE(find(table, name), nullptr) << name;
        EXPECT_EQ(find(table, name)->status, CardStatus::assumed) << name;
        EXPECT_NE(find(table, name)->source.find("Fe3O4 (assumed)"), std::string::npos) << name;
    }
    EXPECT_EQ(find(table, "brown_time")->status, CardStatus::computed);
    const CardSection given = section_of(magnetite +
                                         "[magnetic]\nsaturation_magnetisation = '446 kA/m'\n"
                                         "anisotropy = '23 kJ/m3'\n");
    EXPECT_EQ(find(given, "magnetic_moment")->status, CardStatus::computed);
    EXPECT_EQ(find(given, "magnetic_moment")->source, "the formulation");
    EXPECT_EQ(find(given, "neel_time")->status, CardStatus::assumed);  // attempt time
}

TEST(MagnetismSection, CoreOf14NanometresHasItsNumbers) {
    const CardSection s = section_of(magnetite);
    EXPECT_NEAR(in_unit(s, "magnetic_moment"), 446e3 * 1.436755e-24, 1e-24);
    EXPECT_NEAR(in_unit(s, "blocking_temperature"), 88.4, 0.1);
    EXPECT_GT(in_unit(s, "specific_absorption_rate"), 100.0);
    EXPECT_NEAR(in_unit(s, "relaxivity_r2"), 232.4, 1.0);
    EXPECT_NE(find(s, "specific_absorption_rate")->validity.find("xi = 2.82"), std::string::npos);
    EXPECT_EQ(s.curves.size(), 3u);
    EXPECT_TRUE(s.refusals.empty());
}

TEST(MagnetismSection, EveryNumberIsFiniteAndInAUnit) {
    for (const std::string& text :
         {magnetite, magnetite + "[magnetic]\nsize_spread = 0.3\n",
          std::string("[shape]\nkind = 'cluster'\ngrains = 60\ngrain_diameter = '11 nm'\n"
                      "[[layer]]\nmaterial = 'gamma-Fe2O3'\n")}) {
        const CardSection s = section_of(text);
        EXPECT_NE(find(s, "relaxivity_r2"), nullptr);
        for (const CardValue& v : s.values) {
            EXPECT_TRUE(std::isfinite(from_si(v.si, v.unit))) << v.name;
            EXPECT_FALSE(v.method.empty() || v.source.empty()) << v.name;
        }
        for (const CardCurve& c : s.curves)
            for (const CardLine& line : c.lines) {
                ASSERT_EQ(line.y.size(), c.x.size()) << c.name;
                for (const double y : line.y) EXPECT_TRUE(std::isfinite(y)) << c.name;
            }
    }
}

TEST(MagnetismSection, RefusesWithTheReason) {
    const CardSection gold = section_of("[[layer]]\nmaterial = 'Au'\nradius = '7 nm'\n");
    EXPECT_NE(refusal(gold, "magnetic_moment").find("no magnetic material"), std::string::npos);
    const CardSection large = section_of("[[layer]]\nmaterial = 'Fe3O4'\nradius = '60 nm'\n");
    EXPECT_NE(refusal(large, "magnetic_moment").find("80 nm"), std::string::npos);
    const CardSection shell = section_of(
        "[[layer]]\nmaterial = 'SiO2'\nradius = '50 nm'\n"
        "[[layer]]\nmaterial = 'Fe3O4'\nthickness = '5 nm'\n");
    EXPECT_NE(refusal(shell, "magnetic_moment").find("shell"), std::string::npos);
}

TEST(MagnetismSection, ShellOfGrainsIsAcceptedWithTheirSize) {
    const CardSection s = section_of(
        "[[layer]]\nmaterial = 'SiO2'\nradius = '50 nm'\n"
        "[[layer]]\nmaterial = 'Fe3O4'\nthickness = '5 nm'\n[magnetic]\ndiameter = '8 nm'\n");
    EXPECT_NE(find(s, "specific_absorption_rate"), nullptr);
}

TEST(MagnetismSection, PorousShellLetsWaterReachTheCore) {
    const std::string core = "[[layer]]\nmaterial = 'Fe3O4'\nradius = '5 nm'\n";
    const std::string shell = "[[layer]]\nmaterial = 'SiO2'\nradius = '20 nm'\n";
    const double bare = in_unit(section_of(core), "relaxivity_r2");
    const double closed = in_unit(section_of(core + shell), "relaxivity_r2");
    const double open = in_unit(section_of(core + shell + "porosity = 0.5\n"), "relaxivity_r2");
    EXPECT_NEAR(open / bare, 1.0, 1e-12);
    EXPECT_LT(closed, 0.5 * bare);
}

TEST(MagnetismSection, LabelledGadoliniumNeedsItsCount) {
    const std::string particle =
        "[[layer]]\nmaterial = 'SiO2'\nradius = '20 nm'\n[[label]]\nname = 'Gd'\nkind = "
        "'element'\n";
    EXPECT_FALSE(refusal(section_of(particle), "Gd_relaxivity_r1").empty());
    const CardSection s = section_of(particle + "count = 500\n");
    // Slow rotation on the particle: above the free chelate's 3.0.
    EXPECT_GT(in_unit(s, "Gd_relaxivity_r1"), 6.0);
    EXPECT_NEAR(in_unit(s, "Gd_particle_relaxivity"), 500.0 * in_unit(s, "Gd_relaxivity_r1"), 1e-6);
}

TEST(MagnetismSection, ManganeseOxideRelaxesByItsSurface) {
    const auto r1 = [](const std::string& radius) {
        return in_unit(section_of("[[layer]]\nmaterial = 'MnO'\nradius = '" + radius + "'\n"),
                       "relaxivity_r1");
    };
    EXPECT_NEAR(r1("3.5 nm"), 0.37, 0.005);
    EXPECT_GT(r1("3.5 nm"), r1("12.5 nm"));
}

TEST(MagnetismSection, FluorocarbonCountsItsFluorine) {
    // 100 nm radius of perfluorohexane, 1.67 g/mL, 338.038 g/mol, 14 F: 1.744e8.
    const CardSection s =
        section_of("[[layer]]\nmaterial = 'perfluorohexane'\nradius = '100 nm'\n");
    EXPECT_NEAR(in_unit(s, "fluorine_atoms"), 1.7446e8, 1e5);
}

}  // namespace
}  // namespace caravel::formulation
