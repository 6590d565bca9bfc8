// The tables of heat, relaxivity and imaging harmonics, to the digits they show.
#include "caravel/base/constants.hpp"
#include "caravel/base/sphere.hpp"
#include "caravel/formulation/magnetism/langevin.hpp"
#include "caravel/formulation/magnetism/linear_response.hpp"
#include "caravel/formulation/magnetism/particle_imaging.hpp"
#include "caravel/formulation/magnetism/relaxivity.hpp"
#include "support/shared_data.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace caravel::formulation::magnetism {
namespace {

using Row = std::map<std::string, std::string>;

std::vector<std::string> split(const std::string& line) {
    std::vector<std::string> cells;
    std::stringstream in(line);
    for (std::string cell; std::getline(in, cell, ',');) cells.push_back(cell);
    return cells;
}

std::vector<Row> read_rows(const std::filesystem::path& path) {
    std::ifstream in(path);
    std::vector<std::string> columns;
    std::vector<Row> rows;
    for (std::string line; std::getline(in, line);) {
        if (line.empty() || line[0] == '#') continue;
        const std::vector<std::string> cells = split(line);
        if (columns.empty()) {
            columns = cells;
            continue;
        }
        Row row;
        for (std::size_t i = 0; i < columns.size() && i < cells.size(); ++i)
            row[columns[i]] = cells[i];
        rows.push_back(row);
    }
    return rows;
}

double number(const Row& row, const std::string& column) { return std::stod(row.at(column)); }

void expect_digits(const Row& row, const std::string& column, double value, double relative) {
    EXPECT_NEAR(value / number(row, column), 1.0, relative) << column << " of " << row.at("d_nm");
}

TEST(Rosensweig, EveryRowOfTheHeatingTableToSixDigits) {
    const auto folder = test::shared_data();
    if (!folder) GTEST_SKIP() << test::data_not_present;
    const auto rows = read_rows(*folder / "particle" / "computed_rosensweig_reference.csv");
    ASSERT_GT(rows.size(), 30u);
    for (const Row& row : rows) {
        const double d = number(row, "d_nm") * 1e-9;
        const Macrospin p{
            sphere_volume(d), sphere_volume(d + 4e-9), 446e3, 23e3, 1e-9, 0.7e-3, 310.15};
        const LinearResponse r = linear_response(
            p, {number(row, "H_kA_m") * 1e3, number(row, "f_kHz") * 1e3}, NeelForm::high_barrier);
        expect_digits(row, "tau_N_s", r.neel, 1e-6);
        expect_digits(row, "tau_B_s", r.brown, 1e-6);
        expect_digits(row, "tau_s", r.effective, 1e-6);
        expect_digits(row, "xi", r.xi, 1e-6);
        expect_digits(row, "chi0", r.equilibrium, 1e-6);
        expect_digits(row, "chi2", r.out_of_phase, 1e-6);
        expect_digits(row, "P_W_m3", r.power_density, 1e-6);
        expect_digits(row, "SAR_W_g", r.power_density / 5180.0 / 1e3, 1e-6);
    }
}

std::string regime_name(Regime regime) {
    return regime == Regime::motional_averaging ? "MAR" : "SDR_plateau";
}

TEST(Rosensweig, EveryRowOfTheRelaxivityTableToTheDigitsShown) {
    const auto folder = test::shared_data();
    if (!folder) GTEST_SKIP() << test::data_not_present;
    const auto rows = read_rows(*folder / "imaging" / "spio_relaxivity_theory.csv");
    ASSERT_GT(rows.size(), 20u);
    for (const Row& row : rows) {
        const double fill = row.at("kind") == "cluster30" ? 0.3 : 1.0;
        // phi = 1.490e-5 per mM iron, as the table's note says.
        const Relaxer relaxer{number(row, "d_nm") * 1e-9, fill * number(row, "Ms_A_m"),
                              1.490e-5 / fill, 3.0e-9};
        const TransverseRates r = transverse_rates(relaxer, 5e-3);
        expect_digits(row, "dw_rad_s", r.frequency_shift, 5e-5);
        expect_digits(row, "tauD_s", r.diffusion_time, 5e-5);
        expect_digits(row, "r2_MAR", r.motional_averaging, 1e-4);
        expect_digits(row, "r2star_SDR", r.static_dephasing, 1e-4);
        expect_digits(row, "R2_PRM_1mM", r.partial_refocusing, 1e-4);
        EXPECT_EQ(regime_name(r.regime), row.at("regime")) << row.at("d_nm");
    }
}

TEST(Rosensweig, EveryRowOfTheHarmonicsTable) {
    const auto folder = test::shared_data();
    if (!folder) GTEST_SKIP() << test::data_not_present;
    const auto rows = read_rows(*folder / "imaging" / "mpi_langevin_reference.csv");
    ASSERT_GT(rows.size(), 8u);
    for (const Row& row : rows) {
        const double d = number(row, "d_core_nm") * 1e-9;
        const double moment = 474e3 * sphere_volume(d);
        const double xi = moment * number(row, "B0_mT") * 1e-3 / (boltzmann * 293.15);
        EXPECT_NEAR(xi / number(row, "xi0"), 1.0, 5e-6);  // six digits shown
        const auto a = langevin_harmonics(xi, 7);
        for (const int n : {1, 3, 5, 7}) {
            const double wanted = number(row, "a" + std::to_string(n));
            // The table's own sums are rounded at 1e-16.
            EXPECT_NEAR(a[static_cast<std::size_t>(n)], wanted, 1e-8 * wanted + 1e-16)
                << n << " of " << row.at("d_core_nm");
        }
        EXPECT_NEAR(point_spread_width(moment, 2.5 / vacuum_permeability, 293.15) * 1e3 /
                        number(row, "FWHM_mm_G2p5"),
                    1.0, 3e-4);
    }
}

}  // namespace
}  // namespace caravel::formulation::magnetism
