// Voxels against exact solutions and against Solver at a tight tolerance; observed order; ledger.
#include "caravel/kinetics/solver.hpp"
#include "caravel/kinetics/voxel_lanes.hpp"
#include "caravel/kinetics/voxel_solver.hpp"
#include "support/voxel_tumour.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

using namespace caravel;
using namespace caravel::kinetics;

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

void advance(const VoxelSolver& solver, test::VoxelArrays& arrays, double dt) {
    exec::ThreadTeam team(2);
    solver.advance(team, arrays.voxels, arrays.rows(), arrays.coefficients, dt);
}

std::vector<double> reference(const CompiledModel& model, const test::VoxelArrays& arrays,
                              index_t voxel, double dt) {
    SolverOptions options;
    options.relative_tolerance = 1e-11;
    Solver solver(model, options);
    std::vector<double> y = arrays.state(voxel);
    const auto own = arrays.coefficients_of(voxel);
    std::copy(own.begin(), own.end(), solver.coefficients().begin());
    double next = 0.0;
    solver.advance(y, 0.0, dt, next);
    return y;
}

// Root mean square over the species of the errors, in tolerances of the voxel solver.
double error_in_tolerances(const KineticModel& model, const std::vector<double>& y,
                           const std::vector<double>& exact, double relative) {
    double sum = 0.0;
    for (std::size_t s = 0; s < y.size(); ++s) {
        const double absolute = model.all_species()[s].scale * relative * 1e-3;
        const double ratio = (y[s] - exact[s]) / (absolute + relative * std::abs(exact[s]));
        sum += ratio * ratio;
    }
    return std::sqrt(sum / static_cast<double>(y.size()));
}

TEST(VoxelKinetics, IsOfThirdOrderOnATumour) {
    const CompiledModel model(test::voxel_tumour_model(test::large_voxel_tumour));
    const VoxelSolver one_step(model, {1e9, 1});  // takes every window in one step
    constexpr index_t voxels = 16;
    constexpr double end = 40.0;  // s
    test::VoxelArrays start(model.model(), voxels);
    std::vector<double> errors;
    for (const int windows : {16, 32, 64}) {
        test::VoxelArrays arrays(model.model(), voxels);
        for (int w = 0; w < windows; ++w) {
            advance(one_step, arrays, end / windows);
        }
        double worst = 0.0;
        for (index_t v = 0; v < voxels; ++v) {
            const auto exact = reference(model, start, v, end);
            worst =
                std::max(worst, error_in_tolerances(model.model(), arrays.state(v), exact, 1.0));
        }
        errors.push_back(worst);
    }
    RecordProperty("order", std::to_string(std::log2(errors[1] / errors[2])));
    EXPECT_NEAR(std::log2(errors[0] / errors[1]), 3.0, 0.35);
    EXPECT_NEAR(std::log2(errors[1] / errors[2]), 3.0, 0.2);
}

TEST(VoxelKinetics, MeetsItsToleranceOnATumour) {
    for (const auto& size : {test::small_voxel_tumour, test::large_voxel_tumour}) {
        const CompiledModel model(test::voxel_tumour_model(size));
        constexpr index_t voxels = 24;
        test::VoxelArrays start(model.model(), voxels);
        for (const double dt : {10.0, 300.0, 3600.0}) {
            for (const double tolerance : {1e-3, 1e-4, 1e-6}) {
                test::VoxelArrays arrays(model.model(), voxels);
                advance(VoxelSolver(model, {tolerance, 100000}), arrays, dt);
                double worst = 0.0;
                for (index_t v = 0; v < voxels; ++v) {
                    worst = std::max(
                        worst, error_in_tolerances(model.model(), arrays.state(v),
                                                   reference(model, start, v, dt), tolerance));
                }
                EXPECT_LT(worst, 1.0) << "window " << dt << " s, tolerance " << tolerance;
            }
        }
    }
}

TEST(VoxelKinetics, TheLedgerClosesToRoundingOverAThousandWindows) {
    const CompiledModel model(test::voxel_tumour_model(test::large_voxel_tumour));
    const KineticModel& described = model.model();
    test::VoxelArrays arrays(described, 50);
    const VoxelSolver solver(model, {1e-3, 10000});
    const auto totals = [&](const std::string& substance) {
        std::vector<double> sums(50, 0.0);
        for (std::size_t s = 0; s < described.all_species().size(); ++s) {
            for (std::size_t v = 0; v < 50 && described.all_species()[s].substance == substance;
                 ++v) {
                sums[v] += arrays.amounts[s][v];
            }
        }
        return sums;
    };
    const auto before = totals("agent0");
    constexpr int windows = 1000;
    constexpr double dt = 30.0;  // s
    for (int w = 0; w < windows; ++w) {
        advance(solver, arrays, dt);
    }
    const auto after = totals("agent0");
    std::size_t supply = 0;
    while (described.coefficients()[supply].name != "inflow.agent0") ++supply;
    double worst = 0.0;
    for (std::size_t v = 0; v < 50; ++v) {
        const double rate = value_at(arrays.coefficients[supply], static_cast<index_t>(v));
        const double expected = before[v] + rate * dt * windows;
        worst = std::max(worst, std::abs(after[v] / expected - 1.0));
    }
    EXPECT_LT(worst, 1e-13);
}

// H. H. Robertson (1966); values at 40 s and 4000 s as the CVODE documentation prints them, those
// at 40 s with more digits from Solver.
TEST(VoxelKinetics, SolvesRobertsonsReactions) {
    KineticModel robertson;
    const auto a = robertson.add_species({"a", "x", 1.0, true}, 1.0);
    const auto b = robertson.add_species({"b", "x", 1e-4, true}, 0.0);
    const auto c = robertson.add_species({"c", "x", 1.0, true}, 0.0);
    robertson.add_transfer("1", a, b, robertson.add_coefficient("k1", 0.04));
    robertson.add_reaction(
        {"2", {{b, -1.0}, {c, 1.0}}, {robertson.add_coefficient("k2", 3e7), b, b, {}, {}}});
    robertson.add_reaction(
        {"3", {{b, -1.0}, {a, 1.0}}, {robertson.add_coefficient("k3", 1e4), b, c, {}, {}}});
    const CompiledModel model(robertson);
    test::VoxelArrays arrays(model.model(), 20);
    for (auto& coefficient : arrays.coefficients) coefficient.values = nullptr;
    for (double& value : arrays.amounts[0]) value = 1.0;
    const VoxelSolver solver(model, {1e-5, 100000});
    advance(solver, arrays, 40.0);
    for (index_t v = 0; v < 20; ++v) {
        const auto y = arrays.state(v);
        EXPECT_NEAR(y[0], 0.7158271, 3e-5);
        EXPECT_NEAR(y[1], 9.185535e-6, 3e-9);
        EXPECT_NEAR(y[2], 0.2841637, 3e-5);
    }
    advance(solver, arrays, 4e3 - 40.0);
    const auto y = arrays.state(7);
    EXPECT_NEAR(y[0], 0.1832, 5e-5);
    EXPECT_NEAR(y[1], 8.942e-7, 5e-10);
    EXPECT_NEAR(y[0] + y[1] + y[2], 1.0, 1e-13);
}

// CO2 + H2O <-> H+ + HCO3- with the fast rates of carbonic anhydrase while acid flows in: after a
// window the reaction is in equilibrium, which the two sums that it keeps give exactly.
TEST(VoxelKinetics, SolvesTheBicarbonateBuffer) {
    constexpr double forward = 0.04 * 1e4;    // 1/s
    constexpr double dissociation = 7.94e-4;  // mol/m3, pKa 6.1
    constexpr double acid = 1e-3;             // mol/(m3 s)
    constexpr double dt = 600.0;              // s
    KineticModel buffer;
    const auto gas = buffer.add_species({"CO2", "", 1.0, true}, 1.2);
    const auto proton = buffer.add_species({"H+", "", 4e-5, true}, 4e-5);
    const auto base = buffer.add_species({"HCO3-", "", 10.0, true}, 24.0);
    buffer.add_reaction({"hydration",
                         {{gas, -1.0}, {proton, 1.0}, {base, 1.0}},
                         {buffer.add_coefficient("kf", forward), gas, {}, {}, {}}});
    buffer.add_reaction(
        {"back",
         {{gas, 1.0}, {proton, -1.0}, {base, -1.0}},
         {buffer.add_coefficient("kb", forward / dissociation), proton, base, {}, {}}});
    buffer.add_reaction(
        {"acid", {{proton, 1.0}}, {buffer.add_coefficient("acid", acid), {}, {}, {}, {}}});
    const CompiledModel model(buffer);
    test::VoxelArrays arrays(model.model(), 9);
    for (auto& coefficient : arrays.coefficients) coefficient.values = nullptr;
    for (std::size_t s = 0; s < 3; ++s) {
        std::fill(arrays.amounts[s].begin(), arrays.amounts[s].end(), buffer.initial()[s]);
    }
    const VoxelSolver solver(model, {1e-4, 10000});
    const double carbon = 25.2;
    double charge = 4e-5 - 24.0;
    for (int window = 0; window < 20; ++window) {
        advance(solver, arrays, dt);
        charge += acid * dt;
        const auto y = arrays.state(8);
        // the reaction turns its sums over thousands of times in a window, and rounds them each
        // time
        const double rounding = epsilon * forward * y[0] * dt;
        EXPECT_NEAR(y[0] + y[2], carbon, rounding);
        EXPECT_NEAR(y[1] - y[2], charge, rounding);
        // h (h - charge) = K (carbon - h + charge), less the lag of the reaction behind the acid
        const double p = dissociation - charge;
        const double q = dissociation * (carbon + charge);
        const double h = 2.0 * q / (p + std::sqrt(p * p + 4.0 * q));
        EXPECT_NEAR(y[1] / h, 1.0, 2e-4) << "window " << window;
    }
}

}  // namespace
