#include "caravel/matter/refractive_index.hpp"

#include "caravel/base/constants.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace caravel::matter {
namespace {

const std::filesystem::path data = std::filesystem::path(CARAVEL_SOURCE_DIR) / "data";

std::string error_of(const RefractiveIndex& index, double wavelength) {
    try {
        index(wavelength);
    } catch (const InputError& error) {
        return format(error.diagnostics().front());
    }
    return "";
}

TEST(RefractiveIndex, IsLinearInTheWavelengthBetweenTabulatedPoints) {
    const auto gold = find_refractive_index(Library(data), "Au");
    // Johnson and Christy: 0.5209 um 0.62+2.081i, 0.5486 um 0.43+2.455i.
    EXPECT_NEAR(gold(0.5209e-6).real(), 0.62, 1e-9);
    EXPECT_NEAR(gold(0.5486e-6).imag(), 2.455, 1e-9);
    EXPECT_NEAR(gold(0.53475e-6).real(), 0.525, 1e-9);
    EXPECT_NEAR(gold(0.53475e-6).imag(), 2.268, 1e-9);
}

TEST(RefractiveIndex, NamesTheTableAndItsRangeOutsideIt) {
    const auto gold = find_refractive_index(Library(data), "Au");
    EXPECT_NO_THROW(gold(gold.shortest()));
    EXPECT_NO_THROW(gold(gold.longest()));
    const std::string text = error_of(gold, 3e-6);
    EXPECT_NE(text.find("no refractive index at 3000 nm: Au (table Au_Johnson"), std::string::npos)
        << text;
    EXPECT_NE(text.find("between 187.9 and 1937 nm"), std::string::npos) << text;
}

TEST(RefractiveIndex, FindsAShippedTableByItsOwnName) {
    const Library library(data);
    const auto olmon = find_refractive_index(library, "Au_Olmon-ev");
    EXPECT_NE(olmon.description().find("Olmon"), std::string::npos);
    EXPECT_NE(olmon(600e-9), find_refractive_index(library, "Au")(600e-9));
}

TEST(RefractiveIndex, SuggestsANameForAnUnknownMaterial) {
    try {
        find_refractive_index(Library(data), "Au_Jonson");
        FAIL();
    } catch (const InputError& error) {
        EXPECT_NE(error.diagnostics().front().hint.find("Au_Johnson"), std::string::npos);
    }
}

TEST(RefractiveIndex, ConstantHoldsEverywhere) {
    const auto index = RefractiveIndex::constant({1.5, 0.1}, "test");
    EXPECT_EQ(index(1e-9), std::complex<double>(1.5, 0.1));
    EXPECT_EQ(index(1.0), std::complex<double>(1.5, 0.1));
}

/// A Drude metal: eps = 1 - plasma^2/E^2 without damping, negative below the plasma energy.
TEST(RefractiveIndex, DrudeModelIsAMetalBelowThePlasmaEnergy) {
    DrudeLorentz drude;
    drude.plasma_energy = 9.0 * electronvolt;
    const auto metal = RefractiveIndex::model(drude, 100e-9, 2000e-9, "drude");
    const double energy = 3.0 * electronvolt;
    const auto index = metal(planck * speed_of_light / energy);
    EXPECT_NEAR((index * index).real(), 1.0 - 9.0, 1e-12);
    EXPECT_GT(index.imag(), 2.8);
}

/// At its resonance a Lorentz term gives eps = eps_inf + i strength e0/width.
TEST(RefractiveIndex, LorentzTermAbsorbsAtItsResonance) {
    DrudeLorentz model;
    model.eps_inf = 2.0;
    model.terms.push_back({0.5, 2.0 * electronvolt, 0.4 * electronvolt});
    const auto index = RefractiveIndex::model(model, 100e-9, 2000e-9, "dye");
    const auto n = index(planck * speed_of_light / (2.0 * electronvolt));
    EXPECT_NEAR((n * n).real(), 2.0, 1e-12);
    EXPECT_NEAR((n * n).imag(), 0.5 * 2.0 / 0.4, 1e-12);
}

TEST(RefractiveIndex, RefusesATableThatDoesNotIncrease) {
    const auto path = std::filesystem::temp_directory_path() / "caravel_unsorted_index.csv";
    std::ofstream(path) << "lambda_um,n,k\n0.5,1,0\n0.4,1,0\n";
    EXPECT_THROW(RefractiveIndex::table(path, "test"), InputError);
    std::ofstream(path) << "lambda_um,n,k\n0.4,1,-0.1\n";
    EXPECT_THROW(RefractiveIndex::table(path, "test"), InputError);
    std::filesystem::remove(path);
}

/// Every shipped table can be read and covers the range that the index of tables states.
TEST(RefractiveIndex, EveryShippedTableIsReadable) {
    const Library library(data);
    std::size_t tables = 0;
    for (const auto& entry : std::filesystem::directory_iterator(data / "optical")) {
        const std::string name = entry.path().stem().string();
        if (name == "index" || name == "models") continue;
        const auto index = find_refractive_index(library, name);
        EXPECT_LT(index.shortest(), index.longest()) << name;
        EXPECT_GE(index(0.5 * (index.shortest() + index.longest())).imag(), 0.0) << name;
        ++tables;
    }
    EXPECT_GE(tables, 160u);
}

}  // namespace
}  // namespace caravel::matter
