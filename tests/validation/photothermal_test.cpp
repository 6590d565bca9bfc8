// Photothermal efficiency: the computed upper bound, absorption over extinction, against the
// measured values of photothermal_efficiency.csv. Band: +-30 %, fixed beforehand for shell, rod
// and Cu2-xSe. Nothing is tuned; misses are asserted as they are.
#include "caravel/base/unit.hpp"
#include "caravel/formulation/cards/parts.hpp"
#include "caravel/input/csv.hpp"
#include "caravel/input/document.hpp"
#include "caravel/input/reader.hpp"
#include "support/shared_data.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

namespace caravel::formulation {
namespace {

const std::filesystem::path data = std::filesystem::path(CARAVEL_SOURCE_DIR) / "data";
constexpr double band = 0.3;

double computed(const std::string& text, const std::string& value, double wavelength_nm) {
    const auto f = input::read<Formulation>(
        input::parse_toml("name = 'test'\ncategory = 'therapy'\n" + text, "test.toml").root);
    matter::Library library(data);
    define_materials(f, library);
    const Properties properties = compute_properties(f, library);
    CardOptions options;
    options.wavelengths = {wavelength_nm * 1e-9};
    for (const CardValue& v : light_section({f, properties, library, options}).values)
        if (v.name == value) return from_si(v.si, v.unit);
    ADD_FAILURE() << "no " << value;
    return 0.0;
}

double efficiency(const std::string& text, double wavelength_nm) {
    return computed(text, "photothermal_efficiency_" + std::to_string(std::lround(wavelength_nm)),
                    wavelength_nm);
}

/// Measured efficiency of the first row of an agent at a wavelength.
double measured(const std::filesystem::path& folder, const std::string& agent,
                const std::string& wavelength) {
    const auto csv = input::read_csv(folder / "particle" / "photothermal_efficiency.csv");
    for (std::size_t i = 0; i < csv.rows.size(); ++i)
        if (csv.rows[i][csv.column("agent")] == agent &&
            csv.rows[i][csv.column("lambda_nm")] == wavelength)
            return csv.number(i, csv.column("eta_percent")) / 100.0;
    ADD_FAILURE() << "no row " << agent;
    return 1.0;
}

bool within_band(double model, double value) { return std::abs(model / value - 1.0) <= band; }

std::string shell(const std::string& gold) {
    return "[[layer]]\nmaterial = 'SiO2'\nradius = '60 nm'\n[[layer]]\nmaterial = '" + gold +
           "'\nthickness = '15 nm'\n";
}

const std::string bulk_gold =
    "[[material]]\nname = 'gold'\ndensity = '19.3 g/mL'\ntable = 'Au_Johnson'\n";

TEST(Photothermal, GoldShell) {
    const auto folder = test::shared_data();
    if (!folder) GTEST_SKIP() << test::data_not_present;
    const double value = measured(*folder, "SiO2/Au nanoshell", "808");
    // Hit with bulk gold; a miss, 56 % above, with electrons damped in the thin shell.
    EXPECT_TRUE(within_band(efficiency(shell("gold") + bulk_gold, 808), value));
    const double damped = efficiency(shell("Au"), 808);
    EXPECT_FALSE(within_band(damped, value));
    EXPECT_NEAR(damped, 0.203, 0.005);
}

// Known miss: a rod of 10 nm absorbs nearly all that it takes out of the beam; measured values
// include what the vessel loses and rods of unstated size.
TEST(Photothermal, GoldRod) {
    const auto folder = test::shared_data();
    if (!folder) GTEST_SKIP() << test::data_not_present;
    const std::string rod =
        "[shape]\nkind = 'rod'\nlength = '40 nm'\ndiameter = '10 nm'\n"
        "[[layer]]\nmaterial = 'Au'\n";
    const double bound = efficiency(rod, 808);
    EXPECT_FALSE(within_band(bound, measured(*folder, "Au nanorod", "808")));
    EXPECT_FALSE(within_band(bound, measured(*folder, "Au nanorod", "980")));
    EXPECT_NEAR(bound, 0.983, 0.005);
}

// Known miss: crystals of 16 nm hardly scatter, so the bound is near 1.
TEST(Photothermal, CopperSelenide) {
    const auto folder = test::shared_data();
    if (!folder) GTEST_SKIP() << test::data_not_present;
    const double bound = efficiency("[[layer]]\nmaterial = 'Cu2Se'\nradius = '8 nm'\n", 800);
    EXPECT_FALSE(within_band(bound, measured(*folder, "Cu2-xSe nanocrystals", "800")));
    EXPECT_GT(bound, 0.99);
}

TEST(Photothermal, BoundIsNeverBelowTheMeasuredEfficiency) {
    const auto folder = test::shared_data();
    if (!folder) GTEST_SKIP() << test::data_not_present;
    const auto body = [](const std::string& material, double radius_nm) {
        return "[[layer]]\nmaterial = '" + material + "'\nradius = '" + std::to_string(radius_nm) +
               " nm'\n";
    };
    EXPECT_GE(efficiency(shell("Au"), 808), measured(*folder, "SiO2/Au nanoshell", "808"));
    EXPECT_GE(efficiency(body("polydopamine", 80), 808), measured(*folder, "Polydopamine", "808"));
    EXPECT_GE(efficiency(body("polypyrrole", 25), 808), measured(*folder, "Polypyrrole NP", "808"));
    EXPECT_GE(efficiency(body("prussian_blue", 25), 808),
              measured(*folder, "Prussian blue", "808"));
    EXPECT_GE(efficiency(body("black_phosphorus", 1.3), 808),
              measured(*folder, "Black phosphorus QD", "808"));
    EXPECT_GE(efficiency(body("CuS", 35), 980), measured(*folder, "Cu9S5", "980"));
}

// The model of Cu2Se was fitted to this number (Hessel 2011): the fit holds.
TEST(Photothermal, CopperSelenideKeepsItsFittedExtinction) {
    EXPECT_NEAR(computed("[[layer]]\nmaterial = 'Cu2Se'\nradius = '8 nm'\n"
                         "[medium]\nrefractive_index = 1.33\n",
                         "molar_extinction_980", 980),
                7.7e7, 0.02 * 7.7e7);
}

}  // namespace
}  // namespace caravel::formulation
