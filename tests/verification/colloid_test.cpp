// Colloid forces and stability against exact solutions and scaling laws.
#include "caravel/base/constants.hpp"
#include "caravel/base/roots.hpp"
#include "caravel/formulation/colloid/double_layer.hpp"
#include "caravel/formulation/colloid/double_layer_force.hpp"
#include "caravel/formulation/colloid/stability.hpp"
#include "caravel/formulation/colloid/van_der_waals.hpp"
#include "caravel/matter/water.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace caravel::formulation::colloid {
namespace {

constexpr double nm = 1e-9;
constexpr double room = 298.15;
constexpr double kt = boltzmann * room;

/// y and dy/dx of the Poisson-Boltzmann equation y'' + 2 y'/x = sinh y around a sphere at x = ka,
/// integrated inwards from y = c e^-x/x at x = ka + 16 (fourth order, 4000 steps); also y at
/// `middle`.
struct Shot {
    double y = 0.0;
    double slope = 0.0;
    double y_middle = 0.0;
};

Shot shoot(double ka, double log_c, double middle) {
    double x = ka + 16.0;
    double y = std::exp(log_c - x) / x;
    double v = -y * (1.0 + 1.0 / x);
    constexpr int steps = 4000;
    const double h = -16.0 / steps;
    Shot shot;
    const auto force = [](double at, double value, double rate) {
        return std::sinh(std::min(value, 300.0)) - 2.0 * rate / at;
    };
    for (int i = 0; i < steps; ++i) {
        const double k1 = force(x, y, v);
        const double k2 = force(x + h / 2, y + h / 2 * v, v + h / 2 * k1);
        const double k3 = force(x + h / 2, y + h / 2 * v + h * h / 4 * k1, v + h / 2 * k2);
        const double k4 = force(x + h, y + h * v + h * h / 2 * k2, v + h * k3);
        y += h * v + h * h / 6 * (k1 + k2 + k3);
        v += h / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
        x += h;
        if (shot.y_middle == 0.0 && x <= middle) shot.y_middle = y;
        if (y > 30.0) break;
    }
    shot.y = y;
    shot.slope = v;
    return shot;
}

TEST(DoubleLayerOracle, ChargeOfASphereWithinHalfAPerCentOfPoissonBoltzmann) {
    const Electrolyte e = salt_water(10.0, room);
    const double kappa = 1.0 / debye_length(e);
    double worst = 0.0;
    for (const double ka : {0.5, 1.0, 3.0, 10.0, 50.0})
        for (const double y0 : {0.5, 2.0, 4.0, 6.0}) {
            const double log_c = find_root([&](double c) { return shoot(ka, c, ka).y - y0; }, -5.0,
                                           ka + 12.0, {1e-12, 200, "the far field"});
            const Shot exact = shoot(ka, log_c, ka);
            const double unit =
                e.relative_permittivity * vacuum_permittivity * kappa * thermal_voltage(room);
            const double ours = surface_charge(y0 * thermal_voltage(room), ka / kappa, e) / unit;
            worst = std::max(worst, std::abs(ours / -exact.slope - 1.0));
        }
    EXPECT_LT(worst, 0.005);
}

TEST(DoubleLayerOracle, ProfileOfASphereWithinOneAndAHalfPerCent) {
    const Electrolyte e = salt_water(10.0, room);
    const double kappa = 1.0 / debye_length(e);
    double worst = 0.0;
    for (const double ka : {1.0, 3.0, 10.0, 50.0})
        for (const double y0 : {0.5, 2.0, 4.0}) {
            const double log_c = find_root([&](double c) { return shoot(ka, c, ka).y - y0; }, -5.0,
                                           ka + 12.0, {1e-12, 200, "the far field"});
            const Shot exact = shoot(ka, log_c, ka + 1.0);
            const double ours =
                potential_at(1.0 / kappa, y0 * thermal_voltage(room), ka / kappa, e) /
                thermal_voltage(room);
            worst = std::max(worst, std::abs(ours / exact.y_middle - 1.0));
        }
    EXPECT_LT(worst, 0.015);
}

// Without forces the collision integral has a closed form: partial fractions of
// (6u2 + 13u + 2)/((6u2 + 4u)(2 + u)2).
TEST(CollisionIntegral, FreeSpheresHaveAClosedForm) {
    const double radius = 50.0 * nm;
    for (const double closest : {0.158 * nm, 1.0 * nm, 20.0 * nm}) {
        const double u = closest / radius;
        const double exact = 2.0 * (0.5625 * std::log(3.0) - 0.125 * std::log(u) -
                                    0.5625 * std::log(3.0 * u + 2.0) + 0.6875 * std::log(u + 2.0));
        const double ours =
            std::exp(log_collision_integral([](double) { return 0.0; }, radius, closest, room));
        EXPECT_NEAR(ours / exact, 1.0, 1e-7);
    }
}

TEST(CollisionIntegral, MatchesABruteForceSum) {
    const double radius = 30.0 * nm;
    const Electrolyte e = salt_water(30.0, room);
    const auto energy = [&](double h) {
        return van_der_waals(9e-21, radius, radius, h) +
               hogg_healy_fuerstenau(0.04, 0.04, radius, radius, h, e,
                                     Approach::constant_potential);
    };
    double sum = 0.0;
    const double a = std::log(contact_gap);
    const double b = std::log(1e6 * radius);
    constexpr int points = 400000;
    for (int i = 0; i < points; ++i) {
        const double h = std::exp(a + (b - a) * (i + 0.5) / points);
        const double u = h / radius;
        sum +=
            approach_hindrance(h, radius) * u / ((2.0 + u) * (2.0 + u)) * std::exp(energy(h) / kt);
    }
    const double brute = std::log(2.0 * sum * (b - a) / points);
    EXPECT_NEAR(log_collision_integral(energy, radius, contact_gap, room), brute, 1e-7);
}

/// Number density of z:z salt (1/m3) at which the barrier of thin layers at high potential is gone.
double critical_concentration(int z, double hamaker) {
    const double radius = 100.0 * nm;
    const auto barrier = [&](double log_n) {
        const double n = std::exp(log_n);
        const Electrolyte e{z * z * n / avogadro, room, matter::water_permittivity(room), z};
        const double kappa = 1.0 / debye_length(e);
        double top = -1e300;
        for (double x = 0.5; x < 2.0; x += 1e-4) {
            const double h = x / kappa;
            const double v =
                linear_superposition(1.0, 1.0, radius, radius, h, e) - hamaker * radius / (12 * h);
            top = std::max(top, v / kt);
        }
        return top;
    };
    return std::exp(find_root(barrier, std::log(1e22), std::log(1e29), {1e-9, 200, "the CCC"}));
}

// V = 0 and V' = 0 at kappa h = 1: n/kappa3 = A e/(768 pi kT).
TEST(CriticalCoagulation, GoesWithTheInverseSixthPowerOfTheValence) {
    const double hamaker = 20e-21;
    const double one = critical_concentration(1, hamaker);
    for (const int z : {2, 3}) {
        const double slope = std::log(critical_concentration(z, hamaker) / one) / std::log(z);
        EXPECT_NEAR(slope, -6.0, 1e-4) << z;
    }
    const Electrolyte e{one / avogadro, room, matter::water_permittivity(room), 1};
    const double kappa = 1.0 / debye_length(e);
    EXPECT_NEAR(
        one / std::pow(kappa, 3) * 768.0 * std::numbers::pi * kt / (hamaker * std::numbers::e), 1.0,
        1e-4);
}

}  // namespace
}  // namespace caravel::formulation::colloid
