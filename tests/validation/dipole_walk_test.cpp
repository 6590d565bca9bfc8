// Random walks around dipoles against the theories of relaxation.
#include "caravel/base/error.hpp"
#include "caravel/imaging/mri/walk.hpp"
#include "caravel/input/csv.hpp"
#include "support/shared_data.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <stdexcept>
#include <string>

namespace caravel::imaging {
namespace {

constexpr double millimolar = 1.490e-5;  // volume fraction of magnetite per mM of iron

struct TheoryRow {
    DipoleSpheres spheres;
    double motional = 0.0;  // 1/(s mM)
    double plateau = 0.0;   // 1/(s mM)
    double matter = 1.0;    // magnetic share of the sphere's volume
};

TheoryRow theory(const std::string& kind, double diameter) {
    const auto table =
        input::read_csv(*test::shared_data() / "imaging" / "spio_relaxivity_theory.csv");
    const auto value = [&](std::size_t row, const char* name) {
        return table.number(row, table.column(name));
    };
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
        if (table.rows[r][table.column("kind")] != kind || value(r, "d_nm") != diameter ||
            value(r, "Ms_A_m") != 446000.0)
            continue;
        TheoryRow row;
        row.spheres.radius = 0.5e-9 * diameter;
        row.spheres.frequency_shift = value(r, "dw_rad_s");
        row.spheres.diffusion = row.spheres.radius * row.spheres.radius / value(r, "tauD_s");
        row.motional = value(r, "r2_MAR");
        row.plateau = value(r, "r2star_SDR");
        row.matter = kind == "cluster30" ? 0.3 : 1.0;
        return row;
    }
    throw std::runtime_error("no such row");
}

WalkSignal start() {
    WalkSignal s;
    s.free = 1.0;
    s.echo = 1.0;
    return s;
}

TEST(DipoleWalk, EchoesDecayAsMotionalAveragingHasIt) {
    if (!test::shared_data()) GTEST_SKIP() << test::data_not_present;
    TheoryRow row = theory("core", 8.0);  // dw tauD 0.27
    row.spheres.volume_fraction = 1e-5;
    row.spheres.count = 8;
    const double expected = row.motional * row.spheres.volume_fraction / millimolar;
    WalkRun run;
    run.times = {0.05 / expected};
    run.arrangements = 240;
    run.spins = 20;
    run.step = 0.3;
    exec::ThreadTeam team(2);
    const DecayRate rate = echo_rate(start(), walk_signals(team, row.spheres, run)[0]);
    std::printf("motional averaging: %.4f +- %.4f of theory\n", rate.value / expected,
                rate.error / expected);
    EXPECT_LT(rate.error / expected, 0.025);
    EXPECT_NEAR(rate.value / expected, 1.0, 0.05);
}

TEST(DipoleWalk, FreeDecayReachesTheStaticPlateau) {
    if (!test::shared_data()) GTEST_SKIP() << test::data_not_present;
    TheoryRow row = theory("cluster30", 500.0);  // dw tauD 312
    row.spheres.volume_fraction = 1e-4;
    row.spheres.count = 200;
    const double expected = row.plateau * row.spheres.volume_fraction * row.matter / millimolar;
    WalkRun run;
    run.times = {0.3 / expected, 1.0 / expected};
    run.arrangements = 4000;
    run.spins = 20;
    exec::ThreadTeam team(2);
    const auto signals = walk_signals(team, row.spheres, run);
    const DecayRate rate = free_rate(signals[0], signals[1]);
    std::printf("static plateau: %.4f +- %.4f of theory\n", rate.value / expected,
                rate.error / expected);
    EXPECT_LT(rate.error / expected, 0.015);
    EXPECT_NEAR(rate.value / expected, 1.0, 0.05);
}

TEST(DipoleWalk, WithoutDiffusionEchoesRefocus) {
    DipoleSpheres spheres{1e-7, 1e-4, 1e7, 1e-22, 50};
    WalkRun run;
    run.times = {1e-3};
    run.arrangements = 20;
    exec::ThreadTeam team(2);
    const WalkSignal s = walk_signals(team, spheres, run)[0];
    EXPECT_LT(s.free, 0.6);
    EXPECT_GT(s.echo, 0.99);
}

TEST(DipoleWalk, SameBitsForAnyNumberOfThreads) {
    const DipoleSpheres spheres{10e-9, 1e-4, 4e7, 3e-9, 5};
    WalkRun run;
    run.times = {1e-6, 2e-6};
    run.arrangements = 9;
    run.spins = 3;
    std::vector<double> first;
    for (const int threads : {1, 2, 4}) {
        exec::ThreadTeam team(threads);
        std::vector<double> values;
        for (const WalkSignal& s : walk_signals(team, spheres, run))
            values.insert(values.end(), {s.free, s.free_error, s.echo, s.echo_error});
        if (first.empty()) first = values;
        EXPECT_EQ(first, values);
    }
}

TEST(DipoleWalk, RefusesBadInput) {
    exec::ThreadTeam team(1);
    WalkRun run;
    EXPECT_THROW(walk_signals(team, {1e-8, 1e-4, 1e7, 1e-9, 1}, run), InputError);
    run.times = {1e-3};
    EXPECT_THROW(walk_signals(team, {1e-8, 0.5, 1e7, 1e-9, 1}, run), InputError);
    EXPECT_THROW(walk_signals(team, {0.0, 1e-4, 1e7, 1e-9, 1}, run), InputError);
}

}  // namespace
}  // namespace caravel::imaging
