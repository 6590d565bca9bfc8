// X-ray imaging against tables computed with xraylib and XCIST's spectra.
#include "caravel/base/constants.hpp"
#include "caravel/imaging/xray/fluorescence_yield.hpp"
#include "caravel/imaging/xray/tissue_attenuation.hpp"
#include "caravel/imaging/xray/water_scale.hpp"
#include "support/shared_data.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <map>
#include <string>

namespace caravel::imaging {
namespace {

constexpr double kev = kiloelectronvolt;

matter::Library& library() {
    static matter::Library shipped(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    return shipped;
}
const PhotonTables& photons() {
    static const PhotonTables tables(library());
    return tables;
}

input::CsvTable shared_table(const std::string& name) {
    return input::read_csv(*test::shared_data() / "imaging" / name);
}

/// Composition and density (kg/m3) of a compound of the shared list.
std::pair<matter::Composition, double> compound(const std::string& name) {
    const input::CsvTable csv = shared_table("xray_materials_composition.csv");
    std::map<int, std::string> symbols;
    for (const matter::Element& element : photons().tables.elements())
        symbols[element.z] = element.symbol;
    matter::Composition composition;
    double density = 0.0;
    for (std::size_t i = 0; i < csv.rows.size(); ++i) {
        if (csv.rows[i][csv.column("material")] != name) continue;
        density = 1e3 * csv.number(i, csv.column("density_g_cm3"));
        composition.mass_fractions.emplace_back(
            symbols.at(static_cast<int>(csv.number(i, csv.column("Z")))),
            csv.number(i, csv.column("weight_fraction")));
    }
    return {composition, density};
}

/// Beam of a voltage behind 3 mm of aluminium, ideal detector, one material.
Polychromatic beam(double voltage, const std::string& detector, const matter::Composition& material,
                   double density) {
    Polychromatic model;
    model.beam = tube_spectrum(library(), voltage);
    filter_spectrum(photons(), library(), "Al", 3e-3, model.beam);
    CtDetector ideal;
    ideal.kind = detector == "EI" ? "energy_integrating" : "photon_counting";
    model.response = detector_response(photons(), library(), ideal, model.beam.energy);
    for (const double energy : model.beam.energy)
        model.attenuation.push_back(density * mass_attenuation(photons(), material, energy));
    return model;
}

TEST(XrayTables, MassAttenuationIsThatOfXraylib) {
    if (!test::shared_data()) GTEST_SKIP() << test::data_not_present;
    const input::CsvTable csv = shared_table("xray_mass_attenuation.csv");
    const auto material = csv.column("material");
    const auto energy = csv.column("E_keV");
    double worst = 0.0;
    std::string where;
    int compared = 0;
    for (std::size_t i = 0; i < csv.rows.size(); ++i) {
        const std::string& name = csv.rows[i][material];
        if (name == "Sm") continue;  // not shipped
        const double e = csv.number(i, energy);
        matter::Composition composition;
        if (csv.rows[i][csv.column("kind")] == "element")
            composition.mass_fractions = {{name, 1.0}};
        else
            composition = compound(name).first;
        const double expected = 0.1 * csv.number(i, csv.column("mu_rho_total_cm2_g"));
        // On a tabulated edge (four rows, energies rounded to 0.1 eV) either side may be meant.
        double off = 1e9;
        for (const double side : {1.0 - 2e-5, 1.0, 1.0 + 2e-5}) {
            const double mu = mass_attenuation(photons(), composition, side * e * kev);
            off = std::min(off, std::abs(mu / expected - 1.0));
        }
        ++compared;
        if (off > worst) {
            worst = off;
            where = name + " at " + csv.rows[i][energy];
        }
    }
    EXPECT_GT(compared, 9000);
    EXPECT_LT(worst, 1e-3) << where;
    RecordProperty("largest_deviation", std::to_string(worst) + " " + where);
}

TEST(XrayTables, SlabsWeakenTheBeamAsComputed) {
    if (!test::shared_data()) GTEST_SKIP() << test::data_not_present;
    const input::CsvTable csv = shared_table("ct_polychromatic_reference.csv");
    const auto water = compound("Water, Liquid");
    const std::map<std::string, std::pair<matter::Composition, double>> materials{
        {"water", {water.first, 1000.0}},
        {"PMMA", {compound("Polymethyl Methacralate (Lucite, Perspex)").first, 1190.0}},
        {"bone_cortical", {compound("Bone, Cortical (ICRP)").first, 1920.0}}};
    double worst = 0.0;
    for (std::size_t i = 0; i < csv.rows.size(); ++i) {
        const std::string& name = csv.rows[i][csv.column("material")];
        const std::string& detector = csv.rows[i][csv.column("detector")];
        const double voltage = 1e3 * csv.number(i, csv.column("kVp"));
        const bool solution = name == "water_Au_10mg_per_mL";
        const auto& [composition, density] = materials.at(solution ? "water" : name);
        Polychromatic model = beam(voltage, detector, composition, density);
        if (solution)
            for (std::size_t e = 0; e < model.energies(); ++e)
                model.attenuation[e] +=
                    10.0 * mass_attenuation(photons(), {{{"Au", 1.0}}}, model.beam.energy[e]);
        ChannelSignal behind;
        ChannelSignal air;
        channel_signals(model, std::array{1e-2 * csv.number(i, csv.column("t_cm"))},
                        std::span(&behind, 1));
        channel_signals(model, std::array{0.0}, std::span(&air, 1));
        const double depth = -std::log(behind.mean / air.mean);
        const double expected = csv.number(i, csv.column("minus_ln_T"));
        worst = std::max(worst, std::abs(depth - expected) / std::max(1.0, expected));
    }
    EXPECT_LT(worst, 1e-5);
}

TEST(XrayTables, HounsfieldUnitsPerConcentrationAreThoseOfTheTables) {
    if (!test::shared_data()) GTEST_SKIP() << test::data_not_present;
    const input::CsvTable csv = shared_table("ct_contrast_hu_per_mgml.csv");
    const matter::Composition water = compound("Water, Liquid").first;
    double worst = 0.0;
    for (std::size_t i = 0; i < csv.rows.size(); ++i) {
        const double voltage = 1e3 * csv.number(i, csv.column("kVp"));
        Polychromatic model = beam(voltage, csv.rows[i][csv.column("detector")], water, 1000.0);
        const std::vector<std::string> elements{"I",  "Gd", "Yb", "Ta", "W",  "Au",
                                                "Bi", "Fe", "Ba", "Ag", "Hf", "Pt"};
        for (const std::string& element : elements)
            for (const double energy : std::vector<double>(model.beam.energy))
                model.attenuation.push_back(
                    mass_attenuation(photons(), {{{element, 1.0}}}, energy));
        std::vector<double> ways(1 + elements.size());
        ways[0] = 1e-2 * csv.number(i, csv.column("water_diameter_cm"));
        const std::vector<double> mu = effective_attenuation(model, 0, ways);
        for (std::size_t m = 0; m < elements.size(); ++m) {
            const double expected = csv.number(i, csv.column("HU_" + elements[m]));
            const double found = 1000.0 * mu[m + 1] / mu[0];
            worst = std::max(worst, std::abs(found / expected - 1.0));
            EXPECT_NEAR(found, expected, 0.006) << elements[m];  // two decimals in the table
        }
    }
    EXPECT_LT(worst, 0.03);
}

TEST(XrayTables, MonoenergeticContrastIsTheRatioOfMassAttenuations) {
    if (!test::shared_data()) GTEST_SKIP() << test::data_not_present;
    const input::CsvTable csv = shared_table("ct_contrast_hu_mono.csv");
    const matter::Composition water = compound("Water, Liquid").first;
    for (std::size_t i = 0; i < csv.rows.size(); ++i) {
        const double energy = kev * csv.number(i, csv.column("E_keV"));
        const double of_water = mass_attenuation(photons(), water, energy);
        for (const char* element : {"I", "Gd", "Au", "Bi", "Fe", "Ta"})
            EXPECT_NEAR(mass_attenuation(photons(), {{{element, 1.0}}}, energy) / of_water /
                            csv.number(i, csv.column(std::string("HU_") + element)),
                        1.0, 1e-3)
                << element << " " << energy / kev;
    }
}

TEST(XrayTables, KFluorescenceIsThatOfXraylib) {
    if (!test::shared_data()) GTEST_SKIP() << test::data_not_present;
    const input::CsvTable csv = shared_table("xfi_kshell_production.csv");
    for (std::size_t i = 0; i < csv.rows.size(); ++i) {
        const std::string& element = csv.rows[i][csv.column("element")];
        const double energy = kev * csv.number(i, csv.column("E_inc_keV"));
        const KAlpha lines = k_alpha(photons(), element);
        const double production = 0.01 * k_production(photons(), element, energy);
        EXPECT_NEAR(production / csv.number(i, csv.column("K_total_per_mgml_cm")), 1.0, 0.01)
            << element;
        EXPECT_NEAR(production * (lines.share_1 + lines.share_2) /
                        csv.number(i, csv.column("Ka_per_mgml_cm")),
                    1.0, 0.01)
            << element;
        EXPECT_NEAR(lines.edge / kev, csv.number(i, csv.column("K_edge_keV")), 1e-3);
        EXPECT_NEAR(lines.alpha_1 / kev, csv.number(i, csv.column("Ka1_keV")), 1e-3);
        EXPECT_NEAR(lines.alpha_2 / kev, csv.number(i, csv.column("Ka2_keV")), 1e-3);
    }
}

}  // namespace
}  // namespace caravel::imaging
