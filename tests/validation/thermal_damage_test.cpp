// Thermal dose and Arrhenius integrals against computed tables.
#include "caravel/base/constants.hpp"
#include "caravel/response/damage/arrhenius.hpp"
#include "caravel/response/damage/thermal_dose.hpp"
#include "support/shared_data.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace caravel::response {
namespace {

constexpr double zero = 273.15;  // K

/// Rows of a table of the reference folder, notes and header left out. The first cell may hold
/// commas: `columns` cells are taken from the end.
std::vector<std::vector<std::string>> rows(const std::string& file, std::size_t columns) {
    std::vector<std::vector<std::string>> found;
    std::ifstream in(*test::shared_data() / "optics_tissue" / "reference" / file);
    bool header = true;
    for (std::string line; std::getline(in, line);) {
        if (line.empty() || line[0] == '#') continue;
        if (header) {
            header = false;
            continue;
        }
        std::vector<std::string> cells;
        std::stringstream stream(line);
        for (std::string cell; std::getline(stream, cell, ',');) cells.push_back(cell);
        cells.erase(cells.begin(), cells.end() - static_cast<std::ptrdiff_t>(columns));
        found.push_back(cells);
    }
    return found;
}

/// Half of the last digit that a number is written with, relative to it.
double relative_rounding(const std::string& text) {
    std::string digits;
    for (const char c : text.substr(0, text.find('e')))
        if (c >= '0' && c <= '9' && !(digits.empty() && c == '0')) digits += c;
    const double leading = digits.empty() ? 1.0 : std::stod(digits);
    return 0.5 / leading;
}

TEST(ThermalDamageTables, Cem43) {
    if (!test::shared_data()) GTEST_SKIP() << test::data_not_present;
    const auto table = rows("cem43.csv", 3);
    ASSERT_EQ(table.size(), 10u);
    for (const auto& row : table) {
        const double temperature = std::stod(row[0]) + zero;
        const double rate = std::stod(row[1]);
        EXPECT_NEAR(cem43_rate(temperature), rate, rate * 1e-10) << row[0];
        const double time = time_to_dose(240.0 * 60.0, temperature);
        EXPECT_NEAR(time, 14400.0 / rate, 14400.0 / rate * 1e-10) << row[0];
        EXPECT_NEAR(time, std::stod(row[2]), time * 1.0001 * relative_rounding(row[2])) << row[0];
    }
}

TEST(ThermalDamageTables, ArrheniusTimes) {
    if (!test::shared_data()) GTEST_SKIP() << test::data_not_present;
    const auto table = rows("thermal_damage_arrhenius.csv", 8);
    ASSERT_EQ(table.size(), 10u);
    for (const auto& row : table) {
        const ArrheniusProcess process{row[2], std::stod(row[0]), std::stod(row[1]), 1.0, 1000.0};
        const std::array<double, 4> celsius{43.0, 50.0, 60.0, 70.0};
        for (std::size_t i = 0; i < 4; ++i) {
            const double temperature = celsius[i] + zero;
            const double time = time_to_damage(process, temperature);
            const long double exact =
                expl(static_cast<long double>(process.energy) /
                         (static_cast<long double>(gas_constant) * temperature) -
                     logl(static_cast<long double>(process.frequency)));
            EXPECT_NEAR(time, static_cast<double>(exact), time * 1e-10) << row[2];
            EXPECT_NEAR(arrhenius_dose(process, temperature, temperature, time), 1.0, 1e-10);
            // the table's A of this row is itself computed and rounded; the times are not
            const double rounded_frequency =
                row[2].find("livercoag") == std::string::npos ? 0.0 : relative_rounding(row[0]);
            const std::string& printed = row[4 + i];
            EXPECT_NEAR(time, std::stod(printed),
                        time * (1.01 * relative_rounding(printed) + rounded_frequency))
                << row[2] << " at " << celsius[i];
        }
    }
}

TEST(ThermalDamageTables, ShippedProcessesAreThoseOfTheTable) {
    if (!test::shared_data()) GTEST_SKIP() << test::data_not_present;
    matter::Library library(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    std::size_t matched = 0;
    for (const auto& row : rows("thermal_damage_arrhenius.csv", 8))
        for (const std::string& name : process_names(library)) {
            const ArrheniusProcess process = find_process(library, name);
            const double frequency = std::stod(row[0]);
            const double energy = std::stod(row[1]);
            if (std::abs(process.frequency - frequency) <= 1e-9 * frequency &&
                std::abs(process.energy - energy) <= 1e-9 * energy)
                ++matched;
        }
    EXPECT_EQ(matched, 10u);
}

}  // namespace
}  // namespace caravel::response
