// Exact discrete amplitudes, exact solutions and orders of the diffusion with constant
// coefficients.
#include "caravel/tissue/fields/constant_diffusion.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace {

using namespace caravel;
using namespace caravel::tissue;
using Kind = FaceCondition::Kind;
using std::numbers::pi;

constexpr double micrometre = 1e-6;  // m
constexpr double minute = 60.0;      // s
constexpr double diffusion = 1e5 * micrometre * micrometre / minute;

constexpr std::array schemes{TimeScheme::backward_euler, TimeScheme::crank_nicolson,
                             TimeScheme::l_stable};

// What one step makes of a mode that decays with rate `rate`.
double factor(TimeScheme scheme, double rate, double dt) {
    const double z = rate * dt;
    if (scheme == TimeScheme::backward_euler) return 1.0 / (1.0 + z);
    if (scheme == TimeScheme::crank_nicolson) return (1.0 - 0.5 * z) / (1.0 + 0.5 * z);
    const double gamma = 1.0 - std::sqrt(0.5);
    return (1.0 - (1.0 - 2.0 * gamma) * z) / ((1.0 + gamma * z) * (1.0 + gamma * z));
}

// Rate of cos(pi i dx / length) on cells of size dx between closed faces.
double mode_rate(double dx, double length) {
    const double s = std::sin(0.5 * pi * dx / length);
    return diffusion * 4.0 / (dx * dx) * s * s;
}

void advance(const ConstantDiffusion<double>& solver, std::vector<double>& u, int steps) {
    exec::ThreadTeam team(1);
    for (int i = 0; i < steps; ++i) solver.step(team, view_of(u));
}

double greatest_difference(const std::vector<double>& a, const std::vector<double>& b) {
    double greatest = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        greatest = std::max(greatest, std::abs(a[i] - b[i]));
    }
    return greatest;
}

// The line of 1000 um with 1 + cos along `axis`; returns the amplitude after `time` (min).
double amplitude(std::size_t axis, double dx_um, double dt_min, double time_min,
                 TimeScheme scheme) {
    const auto n = static_cast<index_t>(std::lround(1000.0 / dx_um));
    const double dx = dx_um * micrometre;
    Grid grid{axis == 0 ? n : 1, axis == 1 ? n : 1, axis == 2 ? n : 1, {dx, dx, dx}, {}};
    std::vector<double> u(static_cast<std::size_t>(n));
    for (std::size_t i = 0; i < u.size(); ++i) {
        u[i] = 1.0 + std::cos(2.0 * pi * (static_cast<double>(i) + 0.5) / static_cast<double>(n));
    }
    advance({grid, {{diffusion, 0.0, 0.0, {}}}, dt_min * minute, scheme}, u,
            static_cast<int>(std::lround(time_min / dt_min)));
    double sum = 0.0;
    for (std::size_t i = 0; i < u.size(); ++i) {
        sum += u[i] * std::cos(2.0 * pi * (static_cast<double>(i) + 0.5) / static_cast<double>(n));
    }
    return 2.0 * sum / static_cast<double>(n);
}

TEST(DiffusionAmplitudes, AreThoseOfTheSchemeOnEveryAxis) {
    for (const TimeScheme scheme : schemes) {
        for (const double dx : {10.0, 20.0, 25.0, 50.0}) {
            for (const double dt : {0.05, 0.01, 0.005, 0.001}) {
                for (const double time : {0.05, 0.5, 1.0}) {
                    const double steps = std::round(time / dt);
                    const double expected = std::pow(
                        factor(scheme, mode_rate(dx * micrometre, 500.0 * micrometre), dt * minute),
                        steps);
                    for (std::size_t axis = 0; axis < 3; ++axis) {
                        EXPECT_NEAR(amplitude(axis, dx, dt, time, scheme), expected, 1e-12)
                            << "dx " << dx << ", dt " << dt << ", t " << time;
                    }
                }
            }
        }
    }
}

// A product of cosines, loss and supply: every axis multiplies by its own factor.
TEST(DiffusionAmplitudes, MultiplyInABoxOfFlatCells) {
    const Grid grid{24, 18, 30, {10.0 * micrometre, 20.0 * micrometre, 5.0 * micrometre}, {}};
    const double loss = 0.02;  // 1/s
    const double level = 7.0;  // supply over loss
    const double dt = 0.5;     // s
    const auto fill = [&](double product) {
        std::vector<double> u;
        for (index_t cell = 0; cell < grid.cell_count(); ++cell) {
            const auto cosine = [](index_t i, index_t n, double mode) {
                return std::cos(mode * pi * (static_cast<double>(i) + 0.5) /
                                static_cast<double>(n));
            };
            u.push_back(level + product * cosine(cell % 24, 24, 3.0) *
                                    cosine(cell / 24 % 18, 18, 2.0) *
                                    cosine(cell / (24 * 18), 30, 5.0));
        }
        return u;
    };
    for (const TimeScheme scheme : schemes) {
        std::vector<double> u = fill(1.0);
        advance({grid, {{diffusion, loss, loss * level, {}}}, dt, scheme}, u, 5);
        const double once =
            factor(scheme, mode_rate(grid.spacing[0], 80.0 * micrometre) + loss, dt) *
            factor(scheme, mode_rate(grid.spacing[1], 180.0 * micrometre), dt) *
            factor(scheme, mode_rate(grid.spacing[2], 30.0 * micrometre), dt);
        EXPECT_LE(greatest_difference(u, fill(std::pow(once, 5))), 1e-13);
    }
}

// Smallest root of beta tan(beta) = biot.
double robin_root(double biot) {
    double low = 0.0;
    double high = 0.5 * pi;
    for (int i = 0; i < 100; ++i) {
        const double middle = 0.5 * (low + high);
        (middle * std::tan(middle) < biot ? low : high) = middle;
    }
    return low;
}

// Level plus a product of Robin modes in a box with closed low and exchanging high faces; u =
// level is steady between loss, supply and faces.
struct RobinBox {
    static constexpr double level = 2.0;
    static constexpr double loss = 0.005;  // 1/s
    static constexpr Vector3 lengths{200e-6, 150e-6, 120e-6};
    static constexpr Vector3 exchange{1e-5, 4e-5, 1e-4};  // m/s
    static constexpr double end = 6.0;                    // s

    // greatest error at the end with n, 3/2 n and 2 n cells
    static double error(index_t n, int steps, TimeScheme scheme) {
        const std::array<index_t, 3> cells{n, 3 * n / 2, 2 * n};
        Grid grid{cells[0], cells[1], cells[2], {}, {}};
        DiffusingSpecies s{diffusion, loss, loss * level, {}};
        Vector3 roots{};
        double rate = loss;
        for (std::size_t a = 0; a < 3; ++a) {
            grid.spacing[a] = lengths[a] / static_cast<double>(cells[a]);
            s.boundaries[2 * a + 1] = {Kind::exchange, level, exchange[a]};
            roots[a] = robin_root(exchange[a] * lengths[a] / diffusion) / lengths[a];
            rate += diffusion * roots[a] * roots[a];
        }
        std::vector<double> u;
        std::vector<double> expected;
        for (index_t cell = 0; cell < grid.cell_count(); ++cell) {
            const Vector3 x = grid.centre(cell % cells[0], cell / cells[0] % cells[1],
                                          cell / (cells[0] * cells[1]));
            double mode = 1.0;
            for (std::size_t a = 0; a < 3; ++a) mode *= std::cos(roots[a] * x[a]);
            u.push_back(level + mode);
            expected.push_back(level + mode * std::exp(-rate * end));
        }
        advance({grid, {s}, end / steps, scheme}, u, steps);
        return greatest_difference(u, expected);
    }
};

TEST(DiffusionOrder, IsTwoInSpaceAndTimeWithExchangeLossAndSupply) {
    for (const TimeScheme scheme : {TimeScheme::crank_nicolson, TimeScheme::l_stable}) {
        const double coarse = RobinBox::error(8, 8, scheme);
        const double middle = RobinBox::error(16, 16, scheme);
        const double fine = RobinBox::error(32, 32, scheme);
        EXPECT_NEAR(std::log2(coarse / middle), 2.0, 0.1);
        EXPECT_NEAR(std::log2(middle / fine), 2.0, 0.1);
        EXPECT_LT(fine, 1e-3);
    }
}

TEST(DiffusionOrder, IsTwoInSpaceAlone) {
    const double middle = RobinBox::error(8, 600, TimeScheme::crank_nicolson);
    const double fine = RobinBox::error(16, 600, TimeScheme::crank_nicolson);
    EXPECT_NEAR(std::log2(middle / fine), 2.0, 0.1);
}

// Faces of all kinds with different values on all axes, loss and supply: the sweeps do not commute.
// Differences between steps of halved length.
std::vector<double> uneven_faces(TimeScheme scheme, double slow, int steps) {
    const Grid grid{10, 8, 12, {20e-6, 25e-6, 15e-6}, {}};
    DiffusingSpecies s{slow, 0.05, 0.04, {}};
    s.boundaries[0] = {Kind::value, 1.0, 0.0};
    s.boundaries[2] = {Kind::exchange, 3.0, 4e4 * slow};
    s.boundaries[3] = {Kind::value, 0.5, 0.0};
    s.boundaries[5] = {Kind::value, 2.0, 0.0};
    std::vector<double> u(static_cast<std::size_t>(grid.cell_count()), 1.0);
    advance({grid, {s}, 20.0 / steps, scheme}, u, steps);
    return u;
}

double observed_order(TimeScheme scheme, double slow, int steps) {
    const auto coarse = uneven_faces(scheme, slow, steps);
    const auto middle = uneven_faces(scheme, slow, 2 * steps);
    const auto fine = uneven_faces(scheme, slow, 4 * steps);
    return std::log2(greatest_difference(coarse, middle) / greatest_difference(middle, fine));
}

TEST(DiffusionOrder, InTimeStaysTwoWhereFacesDiffer) {
    // diffusion * dt / spacing^2 in z from 0.03 to 1.4
    for (const double slow : {1e-11, 1e-10, 5e-10}) {
        EXPECT_NEAR(observed_order(TimeScheme::crank_nicolson, slow, 32), 2.0, 0.1) << slow;
        EXPECT_NEAR(observed_order(TimeScheme::l_stable, slow, 32), 2.0, 0.1) << slow;
    }
    EXPECT_NEAR(observed_order(TimeScheme::backward_euler, 1e-11, 64), 1.0, 0.1);
}

// Slab 0 < x < 1, closed at 0, exchanging with zero at 1, uniform 1 at first: Carslaw and Jaeger,
// Conduction of Heat in Solids, 2nd ed. 1959, section 3.11.
double slab_series(double x, double biot, double fourier) {
    double sum = 0.0;
    for (int k = 0; k < 60; ++k) {
        double low = k * pi;
        double high = (k + 0.5) * pi;
        for (int i = 0; i < 100; ++i) {
            const double middle = 0.5 * (low + high);
            (middle * std::tan(middle) < biot ? low : high) = middle;
        }
        sum += 4.0 * std::sin(low) / (2.0 * low + std::sin(2.0 * low)) * std::cos(low * x) *
               std::exp(-low * low * fourier);
    }
    return sum;
}

double slab_error(index_t cells, double biot, TimeScheme scheme) {
    const double dx = 1e-3 / static_cast<double>(cells);  // m
    const Grid grid{1, 1, cells, {dx, dx, dx}, {}};
    DiffusingSpecies s{1e-9, 0.0, 0.0, {}};
    s.boundaries[5] = {Kind::exchange, 0.0, biot * 1e-9 / 1e-3};
    std::vector<double> u(static_cast<std::size_t>(cells), 1.0);
    const auto steps = static_cast<int>(2 * cells);
    const double end = 0.3 * 1e-6 / 1e-9;  // s
    advance({grid, {s}, end / steps, scheme}, u, steps);
    double greatest = 0.0;
    for (index_t i = 0; i < cells; ++i) {
        const double x = (static_cast<double>(i) + 0.5) / static_cast<double>(cells);
        greatest = std::max(greatest,
                            std::abs(u[static_cast<std::size_t>(i)] - slab_series(x, biot, 0.3)));
    }
    return greatest;
}

TEST(DiffusionOrder, IsTwoInTheSlabThatCoolsThroughItsFace) {
    for (const double biot : {0.2, 1.0, 5.0}) {
        const double coarse = slab_error(40, biot, TimeScheme::l_stable);
        const double fine = slab_error(80, biot, TimeScheme::l_stable);
        EXPECT_NEAR(std::log2(coarse / fine), 2.0, 0.1) << "Biot number " << biot;
        EXPECT_LT(fine, 1e-4);
    }
}

}  // namespace
