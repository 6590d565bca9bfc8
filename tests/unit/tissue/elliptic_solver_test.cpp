#include "caravel/tissue/fields/elliptic_solver.hpp"

#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <stdexcept>

namespace {

using namespace caravel;
using namespace caravel::tissue;
using Values = std::vector<double>;

Boundaries all(const FaceCondition& condition) {
    Boundaries faces{};
    faces.fill(condition);
    return faces;
}

FaceCondition held(double value) { return {FaceCondition::Kind::value, value, 0.0}; }

/// Numbers in [0, 1) that repeat.
Values noise(index_t count, unsigned seed) {
    Values values;
    unsigned state = seed;
    for (index_t i = 0; i < count; ++i) {
        state = state * 1664525U + 1013904223U;
        values.push_back(static_cast<double>(state >> 8U) / 16777216.0);
    }
    return values;
}

Values constant(const Grid& grid, double value) {
    return Values(static_cast<std::size_t>(grid.cell_count()), value);
}

/// Largest |div(K grad u) - loss u + source| of a cell, from the definition of a balance.
double imbalance(const Grid& g, const FaceField& c, const Boundaries& faces, const Values& u,
                 const Values& loss, const Values& source) {
    double most = 0.0;
    const auto at = [&](index_t i, index_t j, index_t k) {
        return u[static_cast<std::size_t>(g.index(i, j, k))];
    };
    for (index_t k = 0; k < g.nz; ++k) {
        for (index_t j = 0; j < g.ny; ++j) {
            for (index_t i = 0; i < g.nx; ++i) {
                const auto p = static_cast<std::size_t>(g.index(i, j, k));
                const auto x = static_cast<std::size_t>(i + (g.nx + 1) * (j + g.ny * k));
                const auto y = static_cast<std::size_t>(i + g.nx * (j + (g.ny + 1) * k));
                const auto above_y = y + static_cast<std::size_t>(g.nx);
                const auto above_z = p + static_cast<std::size_t>(g.nx * g.ny);
                const double west = i > 0 ? at(i - 1, j, k) : faces[0].value;
                const double east = i + 1 < g.nx ? at(i + 1, j, k) : faces[1].value;
                const double south = j > 0 ? at(i, j - 1, k) : faces[2].value;
                const double north = j + 1 < g.ny ? at(i, j + 1, k) : faces[3].value;
                const double below = k > 0 ? at(i, j, k - 1) : faces[4].value;
                const double above = k + 1 < g.nz ? at(i, j, k + 1) : faces[5].value;
                const double sum =
                    (c.x[x] * (west - u[p]) + c.x[x + 1] * (east - u[p])) / g.spacing[0] +
                    (c.y[y] * (south - u[p]) + c.y[above_y] * (north - u[p])) / g.spacing[1] +
                    (c.z[p] * (below - u[p]) + c.z[above_z] * (above - u[p])) / g.spacing[2];
                most = std::max(most, std::abs(sum - loss[p] * u[p] + source[p]));
            }
        }
    }
    return most;
}

struct Problem {
    Grid grid;
    Boundaries faces{};
    Values conductivity;
    Values loss;
    Values source;
};

Problem heterogeneous(index_t nx, index_t ny, index_t nz, Vector3 spacing) {
    Problem p{{nx, ny, nz, spacing, {}}, {}, {}, {}, {}};
    const index_t cells = p.grid.cell_count();
    p.faces[1] = held(2.0);
    p.faces[4] = {FaceCondition::Kind::exchange, 1.0, 0.5};
    p.conductivity = noise(cells, 1);
    for (double& value : p.conductivity) value += 0.1;
    p.loss = noise(cells, 2);
    for (double& value : p.loss) value *= 1e-3;
    p.source = noise(cells, 3);
    return p;
}

EllipticResult solve(const Problem& p, Values& u, int threads, double tolerance) {
    exec::ThreadTeam team(threads);
    EllipticSolver solver(p.grid, p.faces);
    solver.set_conductivity(team, view_of(p.conductivity));
    CellTerms terms;
    terms.loss = view_of(p.loss);
    terms.source = view_of(p.source);
    return solver.solve(team, view_of(u), terms, tolerance);
}

TEST(EllipticSolver, BalancesEveryCellOnGridsOfAnyShape) {
    const std::vector<Problem> problems = {
        heterogeneous(17, 12, 9, {1.0, 1.0, 1.0}),  heterogeneous(31, 1, 8, {1.0, 2.0, 1.0}),
        heterogeneous(101, 1, 1, {1.0, 1.0, 1.0}),  heterogeneous(1, 1, 33, {1.0, 1.0, 1.0}),
        heterogeneous(20, 10, 6, {1.0, 3.0, 10.0}), heterogeneous(1, 1, 1, {1.0, 1.0, 1.0})};
    for (const Problem& p : problems) {
        Values u = constant(p.grid, 0.0);
        const auto result = solve(p, u, 1, 1e-12);
        const FaceField faces = conductances(p.grid, view_of(p.conductivity), p.faces);
        EXPECT_LT(imbalance(p.grid, faces, p.faces, u, p.loss, p.source), 1e-9)
            << p.grid.nx << " x " << p.grid.ny << " x " << p.grid.nz;
        EXPECT_LE(result.iterations, 25);
    }
}

TEST(EllipticSolver, NeedsNoMoreIterationsOnFinerGrids) {
    for (const index_t n : {16, 32, 64}) {
        Problem p{{n, n, n, {1.0, 1.0, 1.0}, {}}, all(held(1.0)), {}, {}, {}};
        p.conductivity = constant(p.grid, 1.0);
        p.loss = constant(p.grid, 0.0);
        p.source = noise(p.grid.cell_count(), 5);
        Values u = constant(p.grid, 0.0);
        EXPECT_LE(solve(p, u, 1, 1e-8).iterations, 9) << n;
    }
}

TEST(EllipticSolver, VoxelsThatAreNotCubesCostNoMoreIterations) {
    Problem p{{64, 32, 16, {1.0, 3.0, 10.0}, {}}, {}, {}, {}, {}};
    p.faces[1] = held(1.0);
    p.conductivity = constant(p.grid, 1.0);
    p.loss = constant(p.grid, 0.0);
    p.source = noise(p.grid.cell_count(), 5);
    Values u = constant(p.grid, 0.0);
    EXPECT_LE(solve(p, u, 1, 1e-8).iterations, 10);
}

TEST(EllipticSolver, SameBitsForAnyNumberOfThreads) {
    const Problem p = heterogeneous(37, 41, 29, {1.0, 1.0, 1.5});
    Values one = constant(p.grid, 0.0);
    solve(p, one, 1, 1e-10);
    for (const int threads : {2, 4}) {
        Values u = constant(p.grid, 0.0);
        solve(p, u, threads, 1e-10);
        EXPECT_EQ(std::memcmp(u.data(), one.data(), u.size() * sizeof(double)), 0) << threads;
    }
}

TEST(EllipticSolver, AWarmStartFromTheSolutionTakesNoIterations) {
    const Problem p = heterogeneous(20, 20, 20, {1.0, 1.0, 1.0});
    Values u = constant(p.grid, 0.0);
    solve(p, u, 1, 1e-10);
    const Values before = u;
    EXPECT_EQ(solve(p, u, 1, 1e-9).iterations, 0);
    EXPECT_EQ(u, before);
}

TEST(EllipticSolver, CellsOfAirKeepTheirValueAndTheRestStillBalances) {
    Problem p = heterogeneous(24, 20, 22, {1.0, 1.0, 1.0});
    const Grid& g = p.grid;
    Values u = constant(g, 0.0);
    for (index_t k = 0; k < g.nz; ++k) {
        for (index_t j = 0; j < g.ny; ++j) {
            for (index_t i = 0; i < g.nx; ++i) {
                const auto at = static_cast<std::size_t>(g.index(i, j, k));
                if (k < 17 && (i - 12) * (i - 12) + (j - 9) * (j - 9) > 16) continue;
                p.conductivity[at] = p.loss[at] = p.source[at] = 0.0;
                u[at] = 7.25;
            }
        }
    }
    const auto result = solve(p, u, 2, 1e-12);
    EXPECT_LE(result.iterations, 25);
    for (std::size_t i = 0; i < u.size(); ++i) {
        const double kept = p.conductivity[i] == 0.0 ? 7.25 : u[i];
        ASSERT_EQ(u[i], kept);
    }
    const FaceField faces = conductances(g, view_of(p.conductivity), p.faces);
    EXPECT_LT(imbalance(g, faces, p.faces, u, p.loss, p.source), 1e-9);
}

TEST(EllipticSolver, ClosedFacesWithoutLossKeepTheMean) {
    Problem p{{18, 15, 11, {1.0, 1.0, 1.0}, {}}, {}, {}, {}, {}};
    p.conductivity = noise(p.grid.cell_count(), 9);
    for (double& value : p.conductivity) value += 0.5;
    p.loss = constant(p.grid, 0.0);
    p.source = constant(p.grid, 0.0);
    p.source.front() = 1.0;
    p.source.back() = -1.0;
    Values u = constant(p.grid, 3.5);
    solve(p, u, 1, 1e-11);
    double mean = 0.0;
    for (const double value : u) mean += value / static_cast<double>(u.size());
    EXPECT_NEAR(mean, 3.5, 1e-10);
    const FaceField faces = conductances(p.grid, view_of(p.conductivity), p.faces);
    EXPECT_LT(imbalance(p.grid, faces, p.faces, u, p.loss, p.source), 1e-9);
    p.source.back() = -0.9;
    EXPECT_THROW(solve(p, u, 1, 1e-11), NumericalError);
}

TEST(EllipticSolver, WithoutAnySupplyTheFieldVanishes) {
    Problem p = heterogeneous(9, 9, 9, {1.0, 1.0, 1.0});
    p.faces = all(held(0.0));
    p.source = constant(p.grid, 0.0);
    Values u = noise(p.grid.cell_count(), 4);
    solve(p, u, 1, 1e-10);
    for (const double value : u) EXPECT_NEAR(value, 0.0, 1e-9);
}

TEST(EllipticSolver, RefusesValuesThatCannotBe) {
    exec::ThreadTeam team(1);
    const Grid grid{4, 4, 4, {1.0, 1.0, 1.0}, {}};
    EXPECT_THROW(EllipticSolver({4, 4, 4, {1.0, 0.0, 1.0}, {}}, {}), std::invalid_argument);
    EllipticSolver solver(grid, all(held(1.0)));
    Values bad = constant(grid, 1.0);
    bad[5] = -1.0;
    EXPECT_THROW(solver.set_conductivity(team, view_of(bad)), std::invalid_argument);
    EXPECT_THROW(solver.set_conductances(team, FaceField({2, 2, 2, {1.0, 1.0, 1.0}, {}})),
                 std::invalid_argument);
    const Values good = constant(grid, 1.0);
    solver.set_conductivity(team, view_of(good));
    Values u = constant(grid, 1.0);
    CellTerms terms;
    terms.loss = view_of(bad);
    EXPECT_THROW(solver.solve(team, view_of(u), terms), std::invalid_argument);
    terms.loss = {};
    bad[5] = NAN;
    terms.source = view_of(bad);
    EXPECT_THROW(solver.solve(team, view_of(u), terms), NumericalError);
    Values few(3, 1.0);
    EXPECT_THROW(solver.solve(team, view_of(few), {}), std::invalid_argument);
}

// u = u0 at one face, zero order consumption v: u0 (1 - x/L)^2 up to L = sqrt(2 D u0 / v), then 0
TEST(SaturableBalance, ZeroOrderEndsWhereNothingIsLeft) {
    exec::ThreadTeam team(1);
    const double depth = std::sqrt(2.0 * 1.0 * 40.0 / 0.2);  // 20
    for (const double start : {0.0, 40.0}) {
        double before = 0.0;
        for (const index_t n : {75, 150, 300}) {
            const double h = 30.0 / static_cast<double>(n);
            const Grid grid{n, 1, 1, {h, 1.0, 1.0}, {}};
            Boundaries faces{};
            faces[0] = held(40.0);
            EllipticSolver solver(grid, faces);
            const Values one = constant(grid, 1.0);
            solver.set_conductivity(team, view_of(one));
            const Values most = constant(grid, 0.2);
            Values u = constant(grid, start);
            SaturableBalance balance;
            balance.consumption = view_of(most);
            solve_saturable(team, solver, view_of(u), balance);
            double error = 0.0;
            for (index_t i = 0; i < n; ++i) {
                const double value = u[static_cast<std::size_t>(i)];
                EXPECT_GE(value, 0.0);
                const double left = std::max(0.0, 1.0 - grid.centre(i, 0, 0)[0] / depth);
                error = std::max(error, std::abs(value - 40.0 * left * left));
            }
            EXPECT_LT(error, 0.15 * h * h) << n;
            const bool is_second_order = before == 0.0 || before / error > 3.0;
            EXPECT_TRUE(is_second_order) << n;
            before = error;
        }
    }
}

TEST(SaturableBalance, AnEmptyRegionInSpaceCostsFewIterations) {
    exec::ThreadTeam team(2);
    const Grid grid{24, 24, 24, {33.0, 33.0, 33.0}, {}};  // um
    Boundaries faces{};
    faces[1] = faces[3] = faces[5] = held(38.0);
    EllipticSolver solver(grid, faces);
    const Values diffusion = constant(grid, 1e5);
    solver.set_conductivity(team, view_of(diffusion));
    Values most = constant(grid, 200.0);
    Values u = constant(grid, 38.0);
    SaturableBalance balance;
    balance.consumption = view_of(most);
    const auto cold = solve_saturable(team, solver, view_of(u), balance);
    EXPECT_LE(cold.iterations, 150);
    const auto empty = std::count_if(u.begin(), u.end(), [](double v) { return v < 1e-4; });
    EXPECT_GT(empty, grid.cell_count() / 4);
    EXPECT_GE(*std::min_element(u.begin(), u.end()), 0.0);
    for (double& value : most) value *= 1.02;
    EXPECT_LE(solve_saturable(team, solver, view_of(u), balance, 1e-6).iterations, 30);
}

// k (u_v - u) = v u/(u + half) in one cell: the positive root of a quadratic
TEST(SaturableBalance, ExchangeAndUptakeMeetAtTheRootOfTheQuadratic) {
    exec::ThreadTeam team(1);
    const Grid grid{3, 3, 3, {1.0, 1.0, 1.0}, {}};
    EllipticSolver solver(grid, {});
    const Values one = constant(grid, 1.0);
    solver.set_conductivity(team, view_of(one));
    const double half = 2.0;
    const Values most = constant(grid, 30.0);
    const Values exchange = constant(grid, 0.5);
    const Values vessel = constant(grid, 40.0);
    SaturableBalance balance{view_of(most), half, view_of(exchange), view_of(vessel), 0.1};
    // (k + d) u^2 + (v + (k + d) half - k u_v) u - k u_v half = 0
    const double b = 30.0 + 0.6 * half - 20.0;
    const double root = (-b + std::sqrt(b * b + 4.0 * 0.6 * 20.0 * half)) / 1.2;
    for (const double start : {0.0, 1.0, 40.0, 1000.0}) {
        Values u = constant(grid, start);
        solve_saturable(team, solver, view_of(u), balance, 1e-12);
        for (const double value : u) EXPECT_NEAR(value, root, 1e-10 * root);
    }
}

TEST(SaturableBalance, StaysPositiveFarFromTheVesselsWithoutClipping) {
    exec::ThreadTeam team(2);
    const Grid grid{40, 40, 40, {10.0, 10.0, 10.0}, {}};  // um
    Boundaries faces{};
    faces[0] = held(38.0);
    EllipticSolver solver(grid, faces);
    const Values diffusion = constant(grid, 2000.0);
    solver.set_conductivity(team, view_of(diffusion));
    const Values most = constant(grid, 30.0);
    Values from_above = constant(grid, 38.0);
    Values from_below = constant(grid, 0.0);
    SaturableBalance balance;
    balance.consumption = view_of(most);
    balance.half = 1.5;
    const auto result = solve_saturable(team, solver, view_of(from_above), balance);
    solve_saturable(team, solver, view_of(from_below), balance);
    EXPECT_LE(result.newton_steps, 15);
    double uptake = 0.0;
    double inflow = 0.0;
    for (std::size_t p = 0; p < from_above.size(); ++p) {
        ASSERT_GE(from_above[p], 0.0);
        ASSERT_NEAR(from_above[p], from_below[p], 1e-6 * 38.0);
        uptake += 30.0 * from_above[p] / (from_above[p] + 1.5) * 10.0;
        if (p % 40 == 0) inflow += solver.conductances().x[0] * (38.0 - from_above[p]);
    }
    EXPECT_NEAR(inflow, uptake, 1e-7 * uptake);  // nothing was added by clipping
    EXPECT_LT(from_above[39], 1e-4);             // far from the supply there is next to nothing
}

TEST(SaturableBalance, RefusesNegativeRates) {
    exec::ThreadTeam team(1);
    const Grid grid{3, 1, 1, {1.0, 1.0, 1.0}, {}};
    EllipticSolver solver(grid, all(held(1.0)));
    const Values one = constant(grid, 1.0);
    solver.set_conductivity(team, view_of(one));
    Values u = constant(grid, 1.0);
    const Values negative = constant(grid, -1.0);
    SaturableBalance balance;
    balance.consumption = view_of(negative);
    EXPECT_THROW(solve_saturable(team, solver, view_of(u), balance), std::invalid_argument);
    balance.consumption = view_of(one);
    balance.half = -1.0;
    EXPECT_THROW(solve_saturable(team, solver, view_of(u), balance), std::invalid_argument);
}

}  // namespace
