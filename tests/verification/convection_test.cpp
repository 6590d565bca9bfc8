// Flux-limited convection, alone and with diffusion, against exact solutions.
#include "caravel/tissue/fields/convection.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <vector>

namespace caravel::tissue {
namespace {

using std::numbers::pi;

Grid line(index_t n) {
    Grid grid{n, 1, 1};
    grid.spacing = {1.0 / static_cast<double>(n), 1.0, 1.0};
    return grid;
}

// A flow of 1 m/s along x through a line, with what lies upstream fed in.
FaceField along_x(const Grid& grid, double speed) {
    FaceField v(grid);
    std::fill(v.x.begin(), v.x.end(), speed);
    return v;
}

double pulse(double x) { return std::exp(-std::pow((x - 0.3) / 0.07, 2)); }

// Mean of the pulse over a cell by Gauss' two points.
double mean_pulse(double middle, double spacing) {
    const double off = spacing / std::sqrt(12.0);
    return 0.5 * (pulse(middle - off) + pulse(middle + off));
}

double l1_error(index_t n) {
    exec::ThreadTeam team(1);
    const Grid grid = line(n);
    Convection convection(grid);
    convection.set_velocity(along_x(grid, 1.0));
    const double dx = grid.spacing[0];
    std::vector<double> u;
    for (index_t i = 0; i < n; ++i) u.push_back(mean_pulse(grid.centre(i, 0, 0)[0], dx));
    convection.advance(team, view_of(u), {}, 0.4);
    double error = 0.0;
    for (index_t i = 0; i < n; ++i) {
        error += dx * std::abs(u[static_cast<std::size_t>(i)] -
                               mean_pulse(grid.centre(i, 0, 0)[0] - 0.4, dx));
    }
    return error;
}

TEST(Convection, SecondOrderInL1ForASmoothPulse) {
    const double coarse = l1_error(400), middle = l1_error(800), fine = l1_error(1600);
    EXPECT_GE(std::log2(coarse / middle), 1.8);
    EXPECT_GE(std::log2(middle / fine), 1.8);
    EXPECT_LT(fine, 4e-5);
}

TEST(Convection, SquarePulseMakesNoNewExtremes) {
    exec::ThreadTeam team(1);
    const Grid grid = line(200);
    Convection convection(grid);
    convection.set_velocity(along_x(grid, 1.0));
    std::vector<double> u(200, 0.25);
    std::fill(u.begin() + 20, u.begin() + 60, 1.0);
    for (int s = 0; s < 40; ++s) {
        convection.advance(team, view_of(u), {}, 0.01, 0.25);
        EXPECT_GE(*std::min_element(u.begin(), u.end()), 0.25 - 1e-14);
        EXPECT_LE(*std::max_element(u.begin(), u.end()), 1.0 + 1e-14);
    }
    // Edges at 0.5 and 0.7, smeared over less than 10 cells.
    EXPECT_GT(u[110], 0.99);
    EXPECT_GT(u[130], 0.99);
    EXPECT_LT(u[90], 0.26);
    EXPECT_LT(u[150], 0.26);
}

// One turn of a solid body in a closed box: v = 2 pi (y0 - y, x - x0, 0), without divergence cell
// by cell, closed at the faces of the box.
struct Turn {
    Grid grid;
    std::vector<double> u, start;
    double left = 0.0;
};

Turn turn(index_t n, double end) {
    Turn result;
    result.grid = Grid{n, n, 1};
    result.grid.spacing = {1.0 / static_cast<double>(n), 1.0 / static_cast<double>(n), 0.3};
    const Grid& g = result.grid;
    exec::ThreadTeam team(2);
    FaceField v(g);
    // From a stream function on the edges, 0 on the faces of the box, solid rotation inside.
    const auto stream = [&](index_t i, index_t j) {
        const double x = static_cast<double>(i) / static_cast<double>(n) - 0.5;
        const double y = static_cast<double>(j) / static_cast<double>(n) - 0.5;
        return pi * std::min(x * x + y * y - 0.2, 0.0);
    };
    for (index_t k = 0; k < g.nz; ++k) {
        for (index_t j = 0; j < n; ++j) {
            for (index_t i = 0; i <= n; ++i) {
                const auto x_face = static_cast<std::size_t>(i + (n + 1) * (j + n * k));
                const auto y_face = static_cast<std::size_t>(j + n * (i + (n + 1) * k));
                v.x[x_face] = -(stream(i, j + 1) - stream(i, j)) / g.spacing[1];
                v.y[y_face] = (stream(j + 1, i) - stream(j, i)) / g.spacing[0];
            }
        }
    }
    for (index_t i = 0; i < g.cell_count(); ++i) {
        const Vector3 x = g.centre(i % n, i / n % n, i / (n * n));
        const double r2 = std::pow(x[0] - 0.5, 2) + std::pow(x[1] - 0.7, 2);
        result.u.push_back(std::exp(-r2 / 0.01));
    }
    result.start = result.u;
    Convection convection(g);
    convection.set_velocity(v);
    result.left = convection.advance(team, view_of(result.u), {}, end);
    return result;
}

double turn_error(index_t n) {
    const Turn t = turn(n, 1.0);
    double error = 0.0;
    for (std::size_t i = 0; i < t.u.size(); ++i) error += std::abs(t.u[i] - t.start[i]);
    return error / static_cast<double>(t.u.size());
}

TEST(Convection, OneTurnComesBackAtSecondOrderAndConserves) {
    const Turn t = turn(50, 0.37);
    const double before = std::accumulate(t.start.begin(), t.start.end(), 0.0);
    EXPECT_NEAR(std::accumulate(t.u.begin(), t.u.end(), 0.0), before, 1e-12 * before);
    EXPECT_EQ(t.left, 0.0);
    EXPECT_GE(*std::min_element(t.u.begin(), t.u.end()), 0.0);
    EXPECT_LE(*std::max_element(t.u.begin(), t.u.end()), 1.0);
    const double order = std::log2(turn_error(80) / turn_error(160));
    EXPECT_GE(order, 1.8);
}

// Oblique flow through an open box: what leaves is what is missing, in steps of 3 and of 27 Courant
// lengths, which are taken by other schemes.
class ObliqueFlow : public testing::TestWithParam<double> {};

TEST_P(ObliqueFlow, IsAccountedFor) {
    const double step = GetParam();
    exec::ThreadTeam team(2);
    Grid grid{20, 18, 16};
    grid.spacing = {0.05, 0.05, 0.05};
    FaceField v(grid);
    std::fill(v.x.begin(), v.x.end(), 0.7);
    std::fill(v.y.begin(), v.y.end(), -0.4);
    std::fill(v.z.begin(), v.z.end(), 0.2);
    Convection convection(grid);
    convection.set_velocity(v);
    std::vector<double> u(static_cast<std::size_t>(grid.cell_count()), 1.0);
    const double before = 20.0 * 18 * 16 * grid.cell_volume();
    double left = 0.0;
    for (double t = 0.0; t < 1.99; t += step)
        left += convection.advance(team, view_of(u), {}, step);
    const double rest = std::accumulate(u.begin(), u.end(), 0.0) * grid.cell_volume();
    EXPECT_NEAR(rest + left, before, 1e-13 * before);
    EXPECT_LT(rest, 1e-3 * before);
    EXPECT_GE(*std::min_element(u.begin(), u.end()), 0.0);
}
INSTANTIATE_TEST_SUITE_P(Steps, ObliqueFlow, testing::Values(0.05, 0.5));

// Steady c = (exp(Pe x) - 1) / (exp(Pe) - 1) from both operators in Strang's order.
struct Layer {
    double error = 0.0;      // largest, against the exact solution
    double overshoot = 0.0;  // beyond 0 and 1 on the way
    double change = 0.0;     // in the last step
};

Layer layer(double peclet, index_t n) {
    exec::ThreadTeam team(1);
    const Grid grid = line(n);
    Boundaries boundaries;
    boundaries[0] = {FaceCondition::Kind::value, 0.0, 0.0};
    boundaries[1] = {FaceCondition::Kind::value, 1.0, 0.0};
    const double diffusion = 1.0 / (1.0 + peclet), speed = peclet * diffusion;
    VariableDiffusion spread(grid, boundaries);
    const std::vector<double> conductivity(static_cast<std::size_t>(n), diffusion);
    spread.set_conductivity(team, view_of(conductivity));
    Convection carry(grid);
    carry.set_velocity(along_x(grid, speed));
    const double dt = 0.1 / static_cast<double>(n);
    std::vector<double> u(static_cast<std::size_t>(n), 0.5), saved;
    Layer result;
    std::vector<double> last;
    for (double t = 0.0; t < 8.0; t += dt) {
        last = u;
        carry.advance(team, view_of(u), {}, 0.5 * dt, 0.0);
        step_positive(team, spread, view_of(u), {}, dt, saved);
        carry.advance(team, view_of(u), {}, 0.5 * dt, 0.0);
        for (const double c : u) {
            result.overshoot = std::max({result.overshoot, -c, c - 1.0});
        }
    }
    for (index_t i = 0; i < n; ++i) {
        const double x = grid.centre(i, 0, 0)[0];
        const double exact = std::expm1(peclet * x) / std::expm1(peclet);
        const auto c = static_cast<std::size_t>(i);
        const double value = peclet > 500.0 ? std::exp(peclet * (x - 1.0)) : exact;
        result.error = std::max(result.error, std::abs(u[c] - value));
        result.change = std::max(result.change, std::abs(u[c] - last[c]));
    }
    return result;
}

// The error is that of the splitting at small Peclet numbers (it falls with dt), that of the grid
// at large ones: at 1000 the layer is a tenth of a cell.
TEST(Convection, SteadyLayerWithDiffusionAtAnyPecletNumberHasNoOvershoot) {
    const struct {
        double peclet, error;
    } rows[] = {{0.01, 3e-6}, {1.0, 2e-4}, {10.0, 1.6e-3}, {100.0, 0.03}, {1000.0, 0.12}};
    for (const auto& row : rows) {
        const Layer l = layer(row.peclet, 100);
        EXPECT_EQ(l.overshoot, 0.0) << row.peclet;
        EXPECT_LT(l.error, row.error) << row.peclet;
        EXPECT_LT(l.change, 1e-12) << row.peclet;
    }
}

}  // namespace
}  // namespace caravel::tissue
