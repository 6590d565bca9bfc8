// Diffusion with varying coefficients against closed forms and manufactured solutions.
#include "caravel/tissue/fields/variable_diffusion.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace caravel::tissue {
namespace {

using std::numbers::pi;

Grid box(index_t nx, index_t ny, index_t nz, double length) {
    Grid grid{nx, ny, nz};
    grid.spacing = {length / static_cast<double>(nx), length / static_cast<double>(ny),
                    length / static_cast<double>(nz)};
    return grid;
}

template <class Function>
std::vector<double> sample(const Grid& grid, const Function& f) {
    std::vector<double> values;
    for (index_t k = 0; k < grid.nz; ++k) {
        for (index_t j = 0; j < grid.ny; ++j) {
            for (index_t i = 0; i < grid.nx; ++i) {
                values.push_back(f(grid.centre(i, j, k)));
            }
        }
    }
    return values;
}

double rms_difference(const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return std::sqrt(sum / static_cast<double>(a.size()));
}

// Manufactured on the unit cube without flux through its faces:
// u = 1 + exp(-t) (1 + cos(pi x) cos(pi y) cos(pi z)) / 2, K = 1 + (cos(pi x) + cos(2 pi y)
// + cos(pi z)) / 4, capacity 1 + x y / 2, loss 1 + z. All have commutators that do not vanish.
struct Manufactured {
    static double value(const Vector3& x, double t) {
        return 1.0 + 0.5 * std::exp(-t) * (1.0 + p(x));
    }
    static double p(const Vector3& x) {
        return std::cos(pi * x[0]) * std::cos(pi * x[1]) * std::cos(pi * x[2]);
    }
    static double conductivity(const Vector3& x) {
        return 1.0 + 0.25 * (std::cos(pi * x[0]) + std::cos(2.0 * pi * x[1]) + std::cos(pi * x[2]));
    }
    static double capacity(const Vector3& x) { return 1.0 + 0.5 * x[0] * x[1]; }
    static double loss(const Vector3& x) { return 1.0 + x[2]; }
    static double source(const Vector3& x, double t) {
        const double cx = std::cos(pi * x[0]), cy = std::cos(pi * x[1]), cz = std::cos(pi * x[2]);
        const double sx = std::sin(pi * x[0]), sy = std::sin(pi * x[1]), sz = std::sin(pi * x[2]);
        const double gradients =
            0.25 * pi * pi *
            (sx * sx * cy * cz + 2.0 * std::sin(2.0 * pi * x[1]) * sy * cx * cz +
             sz * sz * cx * cy);
        const double flow = gradients - 3.0 * pi * pi * conductivity(x) * p(x);
        const double rate = -0.5 * std::exp(-t) * (1.0 + p(x));
        return capacity(x) * rate - 0.5 * std::exp(-t) * flow + loss(x) * value(x, t);
    }
};

std::vector<double> run_manufactured(const Grid& grid, int steps, double end, TimeScheme scheme) {
    exec::ThreadTeam team(1);
    VariableDiffusion diffusion(grid, {});
    const auto conductivity = sample(grid, Manufactured::conductivity);
    diffusion.set_conductivity(team, view_of(conductivity));
    const auto capacity = sample(grid, Manufactured::capacity);
    const auto loss = sample(grid, Manufactured::loss);
    auto u = sample(grid, [](const Vector3& x) { return Manufactured::value(x, 0.0); });
    const double dt = end / steps;
    for (int s = 0; s < steps; ++s) {
        const double middle = (s + 0.5) * dt;
        const auto source =
            sample(grid, [&](const Vector3& x) { return Manufactured::source(x, middle); });
        diffusion.step(team, view_of(u), {view_of(capacity), view_of(loss), view_of(source)}, dt,
                       scheme);
    }
    return u;
}

double order_in_time(TimeScheme scheme, int steps) {
    const Grid grid = box(12, 10, 8, 1.0);
    const auto coarse = run_manufactured(grid, steps, 0.4, scheme);
    const auto middle = run_manufactured(grid, 2 * steps, 0.4, scheme);
    const auto fine = run_manufactured(grid, 4 * steps, 0.4, scheme);
    return std::log2(rms_difference(coarse, middle) / rms_difference(middle, fine));
}

TEST(VariableDiffusion, OrdersInTimeWithSourcesSinksAndVaryingCoefficients) {
    EXPECT_NEAR(order_in_time(TimeScheme::l_stable, 64), 2.0, 0.1);
    EXPECT_NEAR(order_in_time(TimeScheme::crank_nicolson, 64), 2.0, 0.1);
    EXPECT_NEAR(order_in_time(TimeScheme::backward_euler, 64), 1.0, 0.1);
}

TEST(VariableDiffusion, SecondOrderInSpaceAndTimeAgainstTheManufacturedSolution) {
    std::vector<double> errors;
    for (const index_t n : {8, 16, 32}) {
        const Grid grid = box(n, n, n, 1.0);
        const auto u = run_manufactured(grid, static_cast<int>(4 * n), 0.4, TimeScheme::l_stable);
        errors.push_back(rms_difference(
            u, sample(grid, [](const Vector3& x) { return Manufactured::value(x, 0.4); })));
    }
    EXPECT_NEAR(std::log2(errors[0] / errors[1]), 2.0, 0.1);
    EXPECT_NEAR(std::log2(errors[1] / errors[2]), 2.0, 0.1);
    EXPECT_LT(errors[2], 2e-4);
}

// A Gaussian that began as a point at time -t0 spreads as the heat kernel.
double kernel_error(index_t n, int steps) {
    Grid grid = box(n, n, n, 1.0);
    exec::ThreadTeam team(1);
    VariableDiffusion diffusion(grid, {});
    const double d = 1e-3, begin = 2.0, end = 4.0;
    const auto kernel = [&](double t) {
        return sample(grid, [&](const Vector3& x) {
            double r2 = 0.0;
            for (const double c : x) r2 += (c - 0.5) * (c - 0.5);
            return std::exp(-r2 / (4.0 * d * t)) / std::pow(t, 1.5);
        });
    };
    const std::vector<double> conductivity(static_cast<std::size_t>(grid.cell_count()), d);
    diffusion.set_conductivity(team, view_of(conductivity));
    auto u = kernel(begin);
    for (int s = 0; s < steps; ++s) {
        diffusion.step(team, view_of(u), {}, (end - begin) / steps, TimeScheme::l_stable);
    }
    const auto exact = kernel(end);
    return rms_difference(u, exact) / *std::max_element(exact.begin(), exact.end());
}

TEST(VariableDiffusion, APointSpreadsAsTheHeatKernelAtSecondOrder) {
    const double coarse = kernel_error(32, 32), fine = kernel_error(64, 64);
    EXPECT_NEAR(std::log2(coarse / fine), 2.0, 0.1);
    EXPECT_LT(fine, 2e-4);
}

// Slab with a permeable wall: u = cos(mu x) exp(-mu2 t) with mu tan(mu) = h, D = 1, closed at 0.
double slab_error(index_t n) {
    Grid grid = box(1, n, 1, 1.0);
    exec::ThreadTeam team(1);
    Boundaries boundaries;
    boundaries[3] = {FaceCondition::Kind::exchange, 0.0, 2.0};
    double mu = 1.0;
    for (int i = 0; i < 50; ++i) {
        const double c = std::cos(mu);
        mu -= (mu * std::tan(mu) - 2.0) / (std::tan(mu) + mu / (c * c));
    }
    VariableDiffusion diffusion(grid, boundaries);
    const std::vector<double> conductivity(static_cast<std::size_t>(n), 1.0);
    diffusion.set_conductivity(team, view_of(conductivity));
    auto u = sample(grid, [&](const Vector3& x) { return std::cos(mu * x[1]); });
    const int steps = static_cast<int>(4 * n);
    for (int s = 0; s < steps; ++s) {
        diffusion.step(team, view_of(u), {}, 0.5 / steps, TimeScheme::l_stable);
    }
    return rms_difference(u, sample(grid, [&](const Vector3& x) {
                              return std::cos(mu * x[1]) * std::exp(-0.5 * mu * mu);
                          }));
}

TEST(VariableDiffusion, PermeableWallAtSecondOrder) {
    const double coarse = slab_error(20), fine = slab_error(40);
    EXPECT_NEAR(std::log2(coarse / fine), 2.0, 0.1);
    EXPECT_LT(fine, 2e-4);
}

// Annulus between a vessel with a permeable wall and the next vessel's territory, uniform uptake:
// D u' r at the wall of radius a balances what is used up to the outer radius b (Krogh),
// u(r) = 1 - M (b2 - a2)/(2 a h) + M/(4 D) (r2 - a2) - M b2/(2 D) ln(r/a). On a radial line, whose
// capacity and conductances are those of rings.
TEST(VariableDiffusion, RobinCylinderIsKrogh) {
    const double a = 5.0, b = 30.0, h = 0.8, used = 0.004, d = 2.0;
    std::vector<double> errors;
    for (const index_t n : {100, 200}) {
        Grid grid{n, 1, 1};
        const double dr = (b - a) / static_cast<double>(n);
        grid.spacing = {dr, 1.0, 1.0};
        Boundaries boundaries;
        boundaries[0] = {FaceCondition::Kind::exchange, 1.0, h};
        FaceField g(grid);
        std::vector<double> capacity, source;
        g.x[0] = a / (1.0 / h + 0.5 * dr / d);
        for (index_t i = 0; i < n; ++i) {
            const double middle = a + (static_cast<double>(i) + 0.5) * dr;
            capacity.push_back(middle);
            source.push_back(-used * middle);
            if (i + 1 < n) g.x[static_cast<std::size_t>(i + 1)] = (middle + 0.5 * dr) * d / dr;
        }
        VariableDiffusion diffusion(grid, boundaries);
        diffusion.set_conductances(g);
        exec::ThreadTeam team(1);
        std::vector<double> u(static_cast<std::size_t>(n), 1.0);
        for (int s = 0; s < 40; ++s) {
            diffusion.step(team, view_of(u), {view_of(capacity), {}, view_of(source)}, 1e3,
                           TimeScheme::l_stable);
        }
        double worst = 0.0;
        for (index_t i = 0; i < n; ++i) {
            const double r = capacity[static_cast<std::size_t>(i)];
            const double exact = 1.0 - used * (b * b - a * a) / (2.0 * a * h) +
                                 used / (4.0 * d) * (r * r - a * a) -
                                 used * b * b / (2.0 * d) * std::log(r / a);
            worst = std::max(worst, std::abs(u[static_cast<std::size_t>(i)] - exact));
        }
        errors.push_back(worst);
    }
    EXPECT_NEAR(std::log2(errors[0] / errors[1]), 2.0, 0.1);
    EXPECT_LT(errors[1], 1e-4);
}

}  // namespace
}  // namespace caravel::tissue
