// Computed positron spectra against those of the Laboratoire National Henri Becquerel.
#include "caravel/base/constants.hpp"
#include "caravel/base/interpolate.hpp"
#include "caravel/imaging/nuclear/positron_range.hpp"
#include "caravel/input/csv.hpp"
#include "support/shared_data.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace caravel::imaging {
namespace {

/// By the trapezoidal rule: the tables' steps are uneven.
double tabulated_mean(const PositronSpectrum& table) {
    double sum = 0.0;
    double moment = 0.0;
    for (std::size_t i = 1; i < table.energy.size(); ++i) {
        const double step = table.energy[i] - table.energy[i - 1];
        sum += 0.5 * step * (table.density[i] + table.density[i - 1]);
        moment += 0.5 * step *
                  (table.density[i] * table.energy[i] + table.density[i - 1] * table.energy[i - 1]);
    }
    return moment / sum;
}

TEST(PositronSpectra, MeanEnergiesAndShapesAgreeWithBetaShape) {
    const auto shared = test::shared_data();
    if (!shared) GTEST_SKIP() << test::data_not_present;
    const input::CsvTable csv = input::read_csv(*shared / "imaging" / "positron_spectra_lnhb.csv");
    std::map<std::string, PositronSpectrum> tables;
    for (std::size_t i = 0; i < csv.rows.size(); ++i) {
        PositronSpectrum& table = tables[csv.rows[i][csv.column("nuclide")]];
        table.energy.push_back(csv.number(i, csv.column("E_keV")) * kiloelectronvolt);
        table.density.push_back(csv.number(i, csv.column("dN_dE_per_keV")) / kiloelectronvolt);
    }
    const std::filesystem::path data = std::filesystem::path(CARAVEL_SOURCE_DIR) / "data";
    matter::Library library(data);
    const matter::XrayTables xray(data / "xray");
    // Name, tolerance of the mean energy: shapes are of allowed decays without screening.
    const std::map<std::string, std::pair<const char*, double>> cases{
        {"F18", {"F-18", 0.002}},  {"C11", {"C-11", 0.003}},          {"N13", {"N-13", 0.002}},
        {"O15", {"O-15", 0.004}},  {"Ga68", {"Ga-68", 0.005}},        {"Zr89", {"Zr-89", 0.02}},
        {"Rb82", {"Rb-82", 0.01}}, {"Cu64_allowed", {"Cu-64", 0.002}}};
    for (const auto& [file_name, expected] : cases) {
        const PositronSpectrum& table = tables.at(file_name);
        const PositronSpectrum found = positron_spectrum(emitter(library, xray, expected.first));
        EXPECT_NEAR(mean_energy(found) / tabulated_mean(table), 1.0, expected.second) << file_name;
        double difference = 0.0;
        const double step = found.energy[1] - found.energy[0];
        for (std::size_t i = 0; i < found.energy.size(); ++i)
            difference +=
                step * std::abs(found.density[i] -
                                interpolate_clamped(table.energy, table.density, found.energy[i]));
        EXPECT_LT(difference, 0.05) << file_name;
    }
}

}  // namespace
}  // namespace caravel::imaging
