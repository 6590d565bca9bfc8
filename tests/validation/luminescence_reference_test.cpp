// Luminescence against published tables and measured quantum yields.
#include "caravel/base/constants.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/formulation/cards/luminescence_ions.hpp"
#include "caravel/formulation/luminescence/fret.hpp"
#include "caravel/formulation/luminescence/sizing_curve.hpp"
#include "caravel/formulation/luminescence/upconversion.hpp"
#include "support/shared_data.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace caravel::formulation {
namespace {

using namespace luminescence;

matter::Library& library() {
    static matter::Library shipped(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    return shipped;
}

std::vector<std::vector<std::string>> rows(const std::string& file) {
    std::vector<std::vector<std::string>> found;
    std::ifstream in(*test::shared_data() / "particle" / file);
    for (std::string line; std::getline(in, line);) {
        if (line.empty() || line[0] == '#') continue;
        std::vector<std::string> cells;
        std::stringstream stream(line);
        for (std::string cell; std::getline(stream, cell, ',');) cells.push_back(cell);
        found.push_back(cells);
    }
    return found;
}

// "D=9.8127e-7 L^3 -1.7147e-3 L^2 +1.0064 L -194.84" at L.
double printed_polynomial(const std::string& text, double l) {
    std::stringstream stream(text.substr(text.find('=') + 1));
    double sum = 0.0;
    for (std::string word; stream >> word;) {
        if (word[0] == 'L') continue;
        std::string power;
        const auto at = stream.tellg();
        int exponent = 0;
        if (stream >> power && power[0] == 'L')
            exponent = power.size() > 1 ? std::stoi(power.substr(2)) : 1;
        else {
            stream.clear();
            stream.seekg(at);
        }
        sum += std::stod(word) * std::pow(l, exponent);
    }
    return sum;
}

SizingCurve shipped_curve(const std::string& material) {
    SizingCurve curve;
    for (int k = 0;; ++k) {
        const auto c =
            library().find("quantum_dots", material, "sizing_coefficient_" + std::to_string(k));
        if (!c) break;
        curve.coefficients.push_back(*c);
    }
    curve.smallest = library().value("quantum_dots", material, "smallest_diameter");
    curve.largest = library().value("quantum_dots", material, "largest_diameter");
    return curve;
}

TEST(LuminescenceReference, SizingCurvesAreThePrintedOnes) {
    if (!test::shared_data()) GTEST_SKIP() << test::data_not_present;
    int seen = 0;
    for (const auto& row : rows("colloid_reference.csv")) {
        if (row[0].rfind("QD size ", 0) != 0) continue;
        ++seen;
        const SizingCurve curve = shipped_curve(row[0].substr(8));
        for (double l = 400.0; l < 700.0; l += 7.0)
            EXPECT_NEAR(sizing_polynomial(curve, l * 1e-9) * 1e9, printed_polynomial(row[1], l),
                        1e-9)
                << row[0] << " at " << l;
    }
    EXPECT_EQ(seen, 3);
}

TEST(LuminescenceReference, ForsterPrefactorHasThePrintedDigits) {
    if (!test::shared_data()) GTEST_SKIP() << test::data_not_present;
    for (const auto& row : rows("colloid_reference.csv")) {
        if (row[0] != "FRET") continue;
        const double printed = std::stod(row[1].substr(row[1].find('=') + 1));
        EXPECT_NEAR(forster_radius(1.0, 1.0, 1.0, 1e-37) * 1e9, printed, 5e-6);
        return;
    }
    FAIL() << "no FRET row";
}

TEST(LuminescenceReference, LevelsAndParametersAreThePrintedOnes) {
    if (!test::shared_data()) GTEST_SKIP() << test::data_not_present;
    std::map<std::string, int> levels;
    for (const auto& row : rows("upconversion_levels.csv")) {
        if (row[0] == "ion" || row[1] == "JO") continue;
        const auto shipped = library().find("lanthanides", row[0], "level_energy", row[2]);
        if (!shipped) continue;  // levels above the ones in use
        ++levels[row[0]];
        EXPECT_NEAR(*shipped, 100.0 * std::stod(row[3]), 1e-6) << row[0] << " " << row[2];
    }
    EXPECT_EQ(levels.at("Er"), 12);
    EXPECT_EQ(levels.at("Tm"), 8);
    EXPECT_EQ(levels.size(), 10u);
}

// Radiative and vibrational rates of the reference case Yb10_Er2 (BlauGroup/NanoParticleTools,
// MIT).
TEST(LuminescenceReference, ErbiumRatesMatchTheReferenceToOnePartInAMillion) {
    struct Row {
        std::size_t from, to;
        double electric, magnetic;
    };
    const Row printed[] = {{1, 0, 82.74198810772273, 33.54781637918263},
                           {2, 0, 101.8976175678988, 0.0},
                           {2, 1, 14.13783840602731, 7.643179491094643},
                           {3, 0, 102.8260822893625, 0.0},
                           {3, 1, 39.32031948464667, 0.0},
                           {3, 2, 0.6282988835509636, 1.147212960355942},
                           {4, 0, 996.4911117422685, 0.0},
                           {4, 1, 46.23308893581894, 0.0},
                           {4, 2, 50.07672895402027, 5.542170838854823},
                           {5, 0, 906.4470059697253, 0.0},
                           {5, 1, 383.2352105932547, 0.0},
                           {5, 4, 0.5414781569148096, 0.0},
                           {6, 0, 2762.051837690434, 0.0},
                           {6, 5, 0.02210522940226334, 0.0},
                           {7, 0, 2256.320652923273, 0.0},
                           {7, 6, 0.5471544016930915, 0.0},
                           {8, 1, 921.5535701088163, 0.0},
                           {9, 2, 738.8233967757322, 0.0},
                           {10, 1, 968.9470625093347, 0.0},
                           {11, 0, 9352.967745758773, 0.0},
                           {11, 10, 1.117054581791252, 0.1308944192156517}};
    const Ion er = read_ion(library(), "Er");
    for (const Row& row : printed) {
        const double gap = er.energies[row.from] - er.energies[row.to];
        EXPECT_NEAR(
            electric_dipole_rate(gap, er.strength(row.from, row.to), er.momenta[row.from], 1.5) /
                row.electric,
            1.0, 1e-6)
            << er.labels[row.from] << " to " << er.labels[row.to];
        EXPECT_NEAR(er.magnetic_rates[row.from * er.size() + row.to] * 3.375, row.magnetic, 1e-9);
    }
    const double vibrations[] = {0.05289722764057991, 1180.975004117213, 149431.8404245186,
                                 17856.01403084466,   6940.267871524382, 28179227.49882107,
                                 3172706.766137436,   1178314.577142159, 121703175.5595984,
                                 308382.3385262519,   557153.2696349639};
    const HostCrystal host = read_host(library(), "NaYF4");
    for (std::size_t i = 1; i < er.size(); ++i)
        EXPECT_NEAR(multiphonon_rate(host, er.energies[i] - er.energies[i - 1]) / vibrations[i - 1],
                    1.0, 1e-6);
}

// Upconverted photons per absorbed photon of NaYF4 with 20 % Yb, 2 % Er; diameter 0: bulk.
double yield(double diameter, double irradiance) {
    const std::vector<DopedIon> ions{{read_ion(library(), "Yb"), 0.2},
                                     {read_ion(library(), "Er"), 0.02}};
    const SurfaceQuenching surface{
        library().value("lanthanides", "NaYF4", "surface_quenching_rate"),
        library().value("lanthanides", "NaYF4", "surface_quenching_reach")};
    const double loss = diameter > 0.0 ? mean_surface_rate(surface, diameter, 0.0) : 0.0;
    const RateSystem s =
        make_rate_system(ions, read_host(library(), "NaYF4"), {976e-9, irradiance}, loss);
    return band_quantum_yield(s, steady_occupations(s), 0.0, 900e-9);
}

TEST(LuminescenceReference, UpconversionYieldsOfParticles) {
    // 30 nm is the fitted point; 100 nm is predicted and hit within 30 %.
    EXPECT_NEAR(yield(30e-9, 150e4) / 0.001, 1.0, 0.03);
    EXPECT_NEAR(yield(100e-9, 150e4) / 0.003, 1.19, 0.03);
    // Known misses: 8 to 10 nm come out 4 times too bright, bulk 15 times too dark.
    EXPECT_NEAR(yield(9e-9, 150e4) / 0.00005, 4.0, 0.3);
    EXPECT_NEAR(yield(0.0, 20e4) / 0.030, 0.068, 0.01);
}

TEST(LuminescenceReference, UpconversionFallsWithSizeAsMeasured) {
    double before = 0.0;
    for (const double d : {8e-9, 10e-9, 25e-9, 30e-9, 100e-9, 3e-6}) {
        const double now = yield(d, 150e4);
        EXPECT_GT(now, before);
        before = now;
    }
    EXPECT_GT(yield(0.0, 150e4), before);
}

}  // namespace
}  // namespace caravel::formulation
