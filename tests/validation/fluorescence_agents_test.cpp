// Real emitters under the same camera: how deep each is seen, what of it is as often claimed.
#include "caravel/imaging/optical/fluorescence_scan.hpp"
#include "caravel/input/csv.hpp"
#include "support/shared_data.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <iostream>

namespace caravel::imaging {
namespace {

constexpr double nm = 1e-9;
constexpr double mm = 1e-3;

/// The yield of a probe in a condition.
double yield_of(const input::CsvTable& table, const std::string& probe, const std::string& where) {
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        const bool fits = table.rows[i][table.column("probe")] == probe &&
                          table.rows[i][table.column("condition")].find(where) == 0;
        if (fits) return table.number(i, table.column("QY"));
    }
    ADD_FAILURE() << "no row of " << probe << " in " << where;
    return 0.0;
}

/// Indocyanine green per kg/m3: 194000 L/(mol cm), 775 g/mol.
LuminescentAgent green(const input::CsvTable& table) {
    LuminescentAgent d;
    d.excitation_peak = 789.0 * nm;
    d.excitation_width = 70.0 * nm;
    d.emission_peak = 817.0 * nm;
    d.emission_width = 50.0 * nm;
    d.absorption_cross_section = std::log(10.0) * 19400.0 / 0.775;
    d.quantum_yield = yield_of(table, "ICG", "ethanol");
    return d;
}

/// NaCeF4 with Yb on a fifth of its sites, per kg/m3: 6e23 Yb/kg of 1.2e-24 m2 at 976 nm.
LuminescentAgent erbium(const input::CsvTable& table) {
    LuminescentAgent d;
    d.excitation_peak = 976.0 * nm;
    d.excitation_width = 20.0 * nm;
    d.emission_peak = 1530.0 * nm;
    d.emission_width = 60.0 * nm;
    d.absorption_cross_section = 6e23 * 1.2e-24;
    d.quantum_yield = yield_of(table, "NaCeF4:Er/Yb", "nanocrystals");
    return d;
}

ImagedObject muscle(const LuminescentAgent& emitter, double concentration) {
    ImagedObject object;
    object.grid = {24, 24, 100, {0.5 * mm, 0.5 * mm, 0.1 * mm}, {}};
    object.regions = {{"body", "muscle", false, true}};
    const std::size_t cells = 57600;
    object.region.assign(cells, 0);
    ImagedAgent agent;
    agent.name = "probe";
    agent.luminescent = {emitter};
    object.agents = {agent};
    object.fields = {{0, Compartment::free, std::vector<double>(cells, 0.0)}};
    // a speck in the middle: what counts is the sphere of the limits
    object.fields[0].concentration[static_cast<std::size_t>(object.grid.index(12, 12, 20))] =
        concentration;
    return object;
}

ScanResult seen(const LuminescentAgent& emitter, double concentration, double excitation,
                double emission, const char* sensor) {
    matter::Library library(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    FluorescenceSettings s;
    s.excitation = excitation;
    s.irradiance = 1000.0;  // 100 mW/cm2
    s.bands = {{"band", emission, 60.0 * nm}};
    s.camera.sensor = sensor;
    exec::ThreadTeam team(2);
    return scan_fluorescence({team, library, 1, {}, {}}, muscle(emitter, concentration), s,
                             Tier::image);
}

double number(const ScanResult& result, const std::string& name) {
    for (const ScanNumber& n : result.numbers)
        if (n.name == name) return n.value;
    ADD_FAILURE() << "no number " << name;
    return 0.0;
}

TEST(FluorescenceAgents, ErbiumBeyond1500NanometresIsSeenLessDeepThanGreen) {
    const auto data = test::shared_data();
    if (!data) GTEST_SKIP() << test::data_not_present;
    const input::CsvTable table = input::read_csv(*data / "imaging" / "fluorophores_nir.csv");
    EXPECT_DOUBLE_EQ(green(table).quantum_yield, 0.05);
    EXPECT_DOUBLE_EQ(erbium(table).quantum_yield, 0.328);
    // what a tumour may hold: 10 mg/L of dye, 1 g/L of particles
    const ScanResult dye = seen(green(table), 1e-2, 785.0 * nm, 840.0 * nm, "silicon");
    const ScanResult ions = seen(erbium(table), 1.0, 980.0 * nm, 1530.0 * nm, "ingaas");
    LuminescentAgent shorter = erbium(table);  // the same particle, were its light at 1080 nm
    shorter.emission_peak = 1080.0 * nm;
    const ScanResult window = seen(shorter, 1.0, 980.0 * nm, 1080.0 * nm, "ingaas");
    const double green_depth = number(dye, "depth_limit_band_probe");
    const double erbium_depth = number(ions, "depth_limit_band_probe");
    const double window_depth = number(window, "depth_limit_band_probe");
    std::cout << "depth limits: indocyanine green " << green_depth / mm << " mm, erbium at 1530 nm "
              << erbium_depth / mm << " mm, at 1080 nm " << window_depth / mm << " mm\n"
              << "detection limits at 0.5 mm: green "
              << number(dye, "detection_limit_band_probe") / 0.775 * 1e6 << " nmol/L, erbium "
              << number(ions, "detection_limit_band_probe") * 1e3 << " mg/L\n"
              << "background " << number(dye, "background_band") / number(dye, "exposure_band")
              << " and " << number(ions, "background_band") / number(ions, "exposure_band")
              << " electrons per s and pixel\n";
    // The trend of tissue and camera alone, and what water takes of it at 1530 nm: 10 per cm.
    const double equal_first = number(dye, "equal_brightness_depth_band");
    const double equal_second = number(window, "equal_brightness_depth_band");
    const double equal_beyond = number(ions, "equal_brightness_depth_band");
    std::cout << "equal brightness: 840 nm " << equal_first / mm << " mm, 1080 nm "
              << equal_second / mm << " mm, 1530 nm " << equal_beyond / mm << " mm\n";
    EXPECT_GT(equal_second, equal_first);
    EXPECT_LT(equal_beyond, equal_first);
    EXPECT_LT(erbium_depth, green_depth);
    EXPECT_GT(erbium_depth, 1.0 * mm);
    EXPECT_GT(window_depth, 1.5 * erbium_depth);
}

}  // namespace
}  // namespace caravel::imaging
