#include "caravel/tissue/interstitium/interstitial_fluid.hpp"

#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace {

using namespace caravel;
using namespace caravel::tissue;

constexpr FaceCondition open_face{FaceCondition::Kind::value, 0.0, 0.0};

struct Case {
    Domain domain;
    FluidTerms terms;
};

Case uniform(index_t nx, index_t ny, index_t nz) {
    Case c;
    c.domain.grid = {nx, ny, nz, {1e-4, 1e-4, 1e-4}, {}};
    const auto cells = static_cast<std::size_t>(c.domain.grid.cell_count());
    c.terms.conductivity.assign(cells, 3e-14);
    c.terms.vessel_conductance.assign(cells, 4e-7);
    c.terms.vessel_pressure.assign(cells, 1500.0);
    c.terms.lymph_conductance.assign(cells, 1e-7);
    c.terms.lymph_pressure = -200.0;
    return c;
}

FluidField solve(const Case& c, const FaceCondition& face, int threads = 1) {
    exec::ThreadTeam team(threads);
    return solve_interstitial_fluid(team, c.domain, c.terms, face);
}

TEST(InterstitialFluid, FarFromAnyFaceVesselsAndLymphMeet) {
    Case c = uniform(6, 5, 4);
    c.domain.mirrored.fill(true);
    const FluidField field = solve(c, open_face);
    const double meeting = (4e-7 * 1500.0 + 1e-7 * -200.0) / 5e-7;  // 1160 Pa
    for (std::size_t p = 0; p < field.pressure.size(); ++p) {
        EXPECT_NEAR(field.pressure[p], meeting, 1e-8 * meeting);
        EXPECT_NEAR(field.filtration[p], 4e-7 * 340.0, 1e-12);
        EXPECT_NEAR(field.drainage[p], field.filtration[p], 1e-12);
    }
    for (const double v : field.velocity.x) EXPECT_NEAR(v, 0.0, 1e-15);
}

TEST(InterstitialFluid, FlowsOutOfOpenFacesAndNotThroughMirrors) {
    Case c = uniform(160, 1, 1);
    c.domain.grid.spacing[0] = 2.5e-5;
    c.domain.mirrored = {true, false, true, true, true, true};
    const FluidField field = solve(c, open_face);
    EXPECT_EQ(field.velocity.x.front(), 0.0);
    EXPECT_GT(field.velocity.x.back(), 0.0);
    for (std::size_t i = 1; i < field.pressure.size(); ++i) {
        EXPECT_LT(field.pressure[i], field.pressure[i - 1]);
    }
    const FluidLedger sums = ledger(c.domain.grid, field);
    EXPECT_NEAR(sums.filtered, sums.drained + sums.outflow, 1e-9 * sums.filtered);
    // a slab: tanh(alpha)/alpha of what a layer at pressure 0 would filter and drain
    const double alpha = 40e-4 * std::sqrt(5e-7 / 3e-14);
    const double slope = 1160.0 * std::sqrt(5e-7 * 3e-14) * std::tanh(alpha);
    EXPECT_NEAR(field.velocity.x.back(), slope, 0.002 * slope);
}

TEST(InterstitialFluid, AVoxelWithoutTissueLetsNothingThrough) {
    Case c = uniform(8, 8, 8);
    const auto air = static_cast<std::size_t>(c.domain.grid.index(4, 4, 4));
    c.terms.conductivity[air] = 0.0;
    c.terms.vessel_conductance[air] = 0.0;
    c.terms.lymph_conductance[air] = 0.0;
    const FluidField field = solve(c, open_face);
    EXPECT_EQ(field.pressure[air], 0.0);
    EXPECT_EQ(field.velocity.z[air], 0.0);
    EXPECT_EQ(field.velocity.z[air + 64], 0.0);
    EXPECT_GT(field.pressure[air + 1], 0.0);
}

TEST(InterstitialFluid, AnEarlierPressureSavesWorkAndThreadsDoNotMatter) {
    const Case c = uniform(32, 33, 30);
    const FluidField one = solve(c, open_face);
    EXPECT_EQ(solve(c, open_face, 2).pressure, one.pressure);
    EXPECT_EQ(solve(c, open_face, 4).velocity.y, one.velocity.y);
    exec::ThreadTeam team(1);
    const FluidField again =
        solve_interstitial_fluid(team, c.domain, c.terms, open_face, one.pressure);
    EXPECT_LT(again.solver.iterations, 3);
    EXPECT_GT(one.solver.iterations, 5);
}

TEST(InterstitialFluid, SaysWhichCoefficientIsWrong) {
    Case c = uniform(3, 3, 3);
    c.terms.conductivity[4] = -1e-14;
    EXPECT_THROW(solve(c, open_face), InputError);
    c = uniform(3, 3, 3);
    c.terms.lymph_conductance.pop_back();
    try {
        solve(c, open_face);
        FAIL() << "one value is missing";
    } catch (const InputError& error) {
        EXPECT_NE(std::string(error.what()).find("lymph conductance has 26 values"),
                  std::string::npos)
            << error.what();
    }
    c = uniform(3, 3, 3);
    c.terms.vessel_pressure[0] = NAN;
    EXPECT_THROW(solve(c, open_face), InputError);
    c = uniform(3, 3, 3);
    exec::ThreadTeam team(1);
    EXPECT_THROW(solve_interstitial_fluid(team, c.domain, c.terms, open_face, {1.0}), InputError);
}

}  // namespace
