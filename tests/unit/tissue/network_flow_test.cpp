#include "caravel/tissue/vessels/network_flow.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>

namespace caravel::tissue {
namespace {

constexpr FlowOptions plain{BloodViscosity::constant, 4e-3, 0.45, false, 1e-8, 500, nullptr};

/// Tube along x whose ends are nodes 0 and 1.
VesselNetwork tube(double radius) {
    VesselNetwork n;
    n.nodes = {{{0.0, 0.0, 0.0}, 3000.0, 0.0}, {{1e-3, 0.0, 0.0}, 2000.0, 0.0}};
    n.segments = {{0, 1, radius, 0.0}};
    return n;
}

/// Mother (node 0 to 1), two daughters to held ends.
VesselNetwork fork(double mother, double first, double second) {
    VesselNetwork n;
    n.nodes = {{{0.0, 0.0, 0.0}, 3000.0, 0.0},
               {{2e-4, 0.0, 0.0}, std::nullopt, 0.0},
               {{4e-4, 1e-4, 0.0}, 1000.0, 0.0},
               {{4e-4, -1e-4, 0.0}, 1000.0, 0.0}};
    n.segments = {{0, 1, mother, 0.0}, {1, 2, first, 0.0}, {1, 3, second, 0.0}};
    return n;
}

TEST(Rheology, HasThePublishedViscositiesAtHaematocrit045) {
    // Pries 1992 and 1994, evaluated by hand at D = 10, 20, 50 um
    struct Row {
        double diameter;  // um
        double in_vitro;
        double in_vivo;
    };
    for (const Row& row :
         {Row{10.0, 1.3284, 5.8720}, Row{20.0, 1.5876, 3.2310}, Row{50.0, 2.0452, 2.2816}}) {
        const double d = row.diameter * 1e-6;
        EXPECT_NEAR(relative_viscosity(BloodViscosity::in_vitro, d, 0.45), row.in_vitro, 5e-4);
        EXPECT_NEAR(relative_viscosity(BloodViscosity::in_vivo, d, 0.45), row.in_vivo, 2e-3);
    }
    // bulk blood in wide tubes: 3.2
    EXPECT_NEAR(relative_viscosity(BloodViscosity::in_vitro, 1e-2, 0.45), 3.2, 1e-3);
}

TEST(Rheology, IsThatOfPlasmaWithoutCellsInGlass) {
    for (const double d : {5e-6, 8e-6, 20e-6, 100e-6}) {
        EXPECT_DOUBLE_EQ(relative_viscosity(BloodViscosity::in_vitro, d, 0.0), 1.0);
        double before = 1.0;
        for (double h = 0.05; h < 0.95; h += 0.05) {
            const double now = relative_viscosity(BloodViscosity::in_vitro, d, h);
            EXPECT_GT(now, before) << d << " " << h;
            before = now;
        }
    }
}

TEST(Rheology, RefusesTubesThatCellsDoNotPass) {
    EXPECT_THROW(relative_viscosity(BloodViscosity::in_vivo, 2e-6, 0.45), InputError);
    EXPECT_THROW(relative_viscosity(BloodViscosity::in_vivo, 8e-6, 0.99), InputError);
    EXPECT_THROW(relative_viscosity(BloodViscosity::in_vivo, NAN, 0.4), InputError);
}

TEST(Rheology, LowersTheTubeHaematocritMostNearTenMicrometres) {
    // D = 10 um: 1 + 1.7 exp(-4.15) - 0.6 exp(-0.11) = 0.48931; 0.45 (0.45 + 0.55 * 0.48931)
    EXPECT_NEAR(tube_haematocrit(10e-6, 0.45), 0.3236, 2e-4);
    EXPECT_LT(tube_haematocrit(10e-6, 0.45), tube_haematocrit(100e-6, 0.45));
    EXPECT_LT(tube_haematocrit(100e-6, 0.45), 0.45);
    EXPECT_NEAR(tube_haematocrit(1e-2, 0.45), 0.45, 1e-12);
    EXPECT_LE(tube_haematocrit(1e-6, 0.45), 0.45);
}

TEST(CellShare, IsEvenForEqualDaughtersAndAddsToOne) {
    EXPECT_DOUBLE_EQ(cell_share(0.5, {8e-6, 8e-6, 10e-6, 0.45}), 0.5);
    for (const double q : {0.02, 0.1, 0.3, 0.6, 0.93}) {
        const double a = cell_share(q, {6e-6, 9e-6, 10e-6, 0.4});
        const double b = cell_share(1.0 - q, {9e-6, 6e-6, 10e-6, 0.4});
        EXPECT_NEAR(a + b, 1.0, 1e-14) << q;
    }
}

TEST(CellShare, SkimsPlasmaIntoTheDaughterWithLittleFlow) {
    // X0 = 0.964 * 0.55/10 = 0.05302: nothing below, all above 1 - X0
    const Branching equal{8e-6, 8e-6, 10e-6, 0.45};
    EXPECT_EQ(cell_share(0.053, equal), 0.0);
    EXPECT_GT(cell_share(0.0531, equal), 0.0);
    EXPECT_EQ(cell_share(0.947, equal), 1.0);
    EXPECT_LT(cell_share(0.2, equal), 0.2);
    EXPECT_GT(cell_share(0.8, equal), 0.8);
    // by hand, q = 0.2: B = 1.3839, logit((0.2 - 0.05302)/0.89396) = -1.62604; logit FQE -2.25028
    EXPECT_NEAR(cell_share(0.2, equal), 0.09533, 2e-4);
}

TEST(NetworkFlow, IsPoiseuilleInOneTube) {
    const auto flow = solve_flow(tube(5e-6), plain);
    // pi r^4 dp/(8 mu l) = pi * 6.25e-22 * 1000/(8 * 4e-3 * 1e-3)
    EXPECT_NEAR(flow.flow[0] / (std::numbers::pi * 6.25e-22 * 1000.0 / 3.2e-5), 1.0, 1e-13);
    EXPECT_DOUBLE_EQ(flow.boundary_flow[0], flow.flow[0]);
    EXPECT_DOUBLE_EQ(flow.boundary_flow[1], -flow.flow[0]);
    EXPECT_DOUBLE_EQ(flow.total_inflow, flow.flow[0]);
    EXPECT_DOUBLE_EQ(flow.haematocrit[0], 0.45);
}

TEST(NetworkFlow, AddsResistancesInSeriesAndConductancesInParallel) {
    // node 0 - (l, r) - 1 - two parallel (winding) vessels - 2
    VesselNetwork n;
    n.nodes = {{{0.0, 0.0, 0.0}, 100.0, 0.0},
               {{1e-4, 0.0, 0.0}, std::nullopt, 0.0},
               {{2e-4, 0.0, 0.0}, 0.0, 0.0}};
    n.segments = {{0, 1, 10e-6, 0.0}, {1, 2, 10e-6, 0.0}, {2, 1, 10e-6, 3e-4}};
    const auto flow = solve_flow(n, plain);
    // conductances 1, and 1 + 1/3 in series: 4/7 of the first one's alone
    const double unit = poiseuille_conductance(10e-6, 1e-4, 4e-3) * 100.0;
    EXPECT_NEAR(flow.flow[0] / unit, 4.0 / 7.0, 1e-12);
    EXPECT_NEAR(flow.flow[1] / unit, 3.0 / 7.0, 1e-12);
    EXPECT_NEAR(flow.flow[2] / unit, -1.0 / 7.0, 1e-12);
    EXPECT_NEAR(flow.pressure[1], 300.0 / 7.0, 1e-10);
}

TEST(NetworkFlow, PushesAGivenInflowThrough) {
    auto n = tube(5e-6);
    n.nodes[0].pressure.reset();
    n.nodes[0].inflow = 1e-14;
    const auto flow = solve_flow(n, plain);
    EXPECT_NEAR(flow.flow[0] / 1e-14, 1.0, 1e-12);
    EXPECT_NEAR(flow.pressure[0] - 2000.0, 1e-14 / poiseuille_conductance(5e-6, 1e-3, 4e-3), 1e-9);
}

TEST(NetworkFlow, HasNoFlowInTheBridgeOfABalancedWheatstoneNetwork) {
    VesselNetwork n;
    n.nodes = {{{0.0, 0.0, 0.0}, 1000.0, 0.0},
               {{1e-4, 1e-4, 0.0}, std::nullopt, 0.0},
               {{1e-4, -1e-4, 0.0}, std::nullopt, 0.0},
               {{2e-4, 0.0, 0.0}, 0.0, 0.0}};
    n.segments = {{0, 1, 5e-6, 0.0},
                  {0, 2, 5e-6, 0.0},
                  {1, 2, 8e-6, 0.0},
                  {1, 3, 5e-6, 0.0},
                  {2, 3, 5e-6, 0.0}};
    const auto flow = solve_flow(n, {});
    EXPECT_LT(std::abs(flow.flow[2]), 1e-12 * flow.flow[0]);
    EXPECT_NEAR(flow.haematocrit[3], 0.45, 1e-9);
}

TEST(NetworkFlow, SplitsEvenlyAtASymmetricFork) {
    const auto flow = solve_flow(fork(6e-6, 4e-6, 4e-6), {});
    EXPECT_NEAR(flow.flow[1] / flow.flow[2], 1.0, 1e-12);
    EXPECT_NEAR(flow.haematocrit[1], 0.45, 1e-12);
    EXPECT_NEAR(flow.haematocrit[2], 0.45, 1e-12);
}

TEST(NetworkFlow, GivesTheThinDaughterWithLittleFlowFewerCells) {
    const auto flow = solve_flow(fork(6e-6, 5e-6, 3e-6), {});
    EXPECT_LT(flow.flow[2], flow.flow[1]);
    EXPECT_LT(flow.haematocrit[2], 0.45);
    EXPECT_GT(flow.haematocrit[1], 0.45);
    const double cells = flow.flow[1] * flow.haematocrit[1] + flow.flow[2] * flow.haematocrit[2];
    EXPECT_NEAR(cells / (flow.flow[0] * 0.45), 1.0, 1e-14);
}

TEST(NetworkFlow, KeepsHaematocritWithoutPhaseSeparation) {
    FlowOptions options;
    options.phase_separation = false;
    const auto flow = solve_flow(fork(6e-6, 5e-6, 3e-6), options);
    for (const double h : flow.haematocrit) EXPECT_DOUBLE_EQ(h, 0.45);
    // in vivo viscosity in the mother's equation: dp = Q/G
    const double mu = 1.2e-3 * relative_viscosity(BloodViscosity::in_vivo, 12e-6, 0.45);
    EXPECT_NEAR((flow.pressure[0] - flow.pressure[1]) * poiseuille_conductance(6e-6, 2e-4, mu) /
                    flow.flow[0],
                1.0, 1e-10);
}

TEST(NetworkFlow, StandsStillUnderOnePressure) {
    auto n = tube(5e-6);
    n.nodes[1].pressure = 3000.0;
    const auto flow = solve_flow(n, {});
    EXPECT_EQ(flow.flow[0], 0.0);
    EXPECT_EQ(flow.total_inflow, 0.0);
    EXPECT_EQ(flow.haematocrit[0], 0.45);
}

TEST(NetworkFlow, RefusesWhatHasNoSteadyFlow) {
    FlowOptions options;
    options.inflow_haematocrit = 1.2;
    EXPECT_THROW(solve_flow(tube(5e-6), options), InputError);
    options = {};
    options.plasma_viscosity = 0.0;
    EXPECT_THROW(solve_flow(tube(5e-6), options), InputError);
    EXPECT_THROW(solve_flow(tube(1e-6), {}), InputError);
    EXPECT_THROW(solve_flow(tube(1e-90), plain), InputError);
    options = {};
    options.most_rounds = 1;
    EXPECT_THROW(solve_flow(fork(6e-6, 5e-6, 3e-6), options), NumericalError);
    const std::atomic<bool> cancel{true};
    options = {};
    options.cancel = &cancel;
    EXPECT_THROW(solve_flow(tube(5e-6), options), Interrupted);
}

}  // namespace
}  // namespace caravel::tissue
