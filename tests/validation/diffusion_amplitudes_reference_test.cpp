// The tabulated discrete amplitudes of the convergence test of BioFVM: a line of 1000 um, D = 1e5
// um2/min, u = 1 + cos(pi x / 500 um) at first, closed ends.
#include "caravel/tissue/fields/constant_diffusion.hpp"
#include "support/shared_data.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <fstream>
#include <numbers>
#include <string>

namespace {

using namespace caravel;
using namespace caravel::tissue;

struct Row {
    double time = 0.0;     // min
    double spacing = 0.0;  // um
    double step = 0.0;     // min
    char scheme = ' ';     // B or C
    double amplitude = 0.0;
};

// "biofvm_test1,t=0.5 dx=10 dt=0.01,discrete BE amplitude,1.44e-01"
bool read_row(const std::string& line, Row& row) {
    return std::sscanf(line.c_str(),
                       "biofvm_test1,t=%lf dx=%lf dt=%lf,discrete %c%*c amplitude,%lf", &row.time,
                       &row.spacing, &row.step, &row.scheme, &row.amplitude) == 5;
}

double amplitude(const Row& row) {
    const auto n = static_cast<index_t>(std::lround(1000.0 / row.spacing));
    const double dx = row.spacing * 1e-6;  // m
    const auto scheme = row.scheme == 'B' ? TimeScheme::backward_euler : TimeScheme::crank_nicolson;
    const auto cosine = [n](index_t i) {
        return std::cos(2.0 * std::numbers::pi * (static_cast<double>(i) + 0.5) /
                        static_cast<double>(n));
    };
    std::vector<double> u;
    for (index_t i = 0; i < n; ++i) u.push_back(1.0 + cosine(i));
    const ConstantDiffusion<double> diffusion(
        {n, 1, 1, {dx, dx, dx}, {}}, {{1e5 * 1e-12 / 60.0, 0.0, 0.0, {}}}, row.step * 60.0, scheme);
    exec::ThreadTeam team(1);
    const auto steps = std::lround(row.time / row.step);
    for (long i = 0; i < steps; ++i) diffusion.step(team, view_of(u));
    double sum = 0.0;
    for (index_t i = 0; i < n; ++i) sum += u[static_cast<std::size_t>(i)] * cosine(i);
    return 2.0 * sum / static_cast<double>(n);
}

TEST(DiffusionReference, EveryTabulatedAmplitudeIsMetToTwelveDigits) {
    const auto folder = test::shared_data();
    if (!folder) GTEST_SKIP() << test::data_not_present;
    std::ifstream file(*folder / "tumour" / "analytic_reference.csv");
    int rows = 0;
    for (std::string line; std::getline(file, line);) {
        Row row;
        if (!read_row(line, row)) continue;
        ++rows;
        EXPECT_NEAR(amplitude(row) / row.amplitude, 1.0, 1e-12) << line;
    }
    EXPECT_EQ(rows, 60);
}

}  // namespace
