// The rotor equations against exact limits, another integrator, and their own order.
#include "caravel/formulation/magnetism/fokker_planck.hpp"

#include "caravel/base/error.hpp"
#include "caravel/formulation/magnetism/langevin.hpp"
#include "caravel/formulation/magnetism/particle_imaging.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

namespace caravel::formulation::magnetism {
namespace {

using std::numbers::pi;

/// <P1> and <P2> of exp(barrier x^2 + xi x) by the midpoint rule.
std::pair<double, double> boltzmann_moments(double barrier, double xi) {
    double norm = 0.0;
    double first = 0.0;
    double second = 0.0;
    constexpr int points = 200000;
    for (int k = 0; k < points; ++k) {
        const double x = -1.0 + (k + 0.5) * 2.0 / points;
        const double weight = std::exp(barrier * (x * x - 1.0) + xi * (x - 1.0));
        norm += weight;
        first += weight * x;
        second += weight * (1.5 * x * x - 0.5);
    }
    return {first / norm, second / norm};
}

TEST(FokkerPlanck, StaticLimitOfTheFreeRotorIsLangevin) {
    for (const double xi : {0.1, 1.0, 10.0, 60.0, 400.0})
        EXPECT_NEAR(equilibrium_moments(0.0, xi)[0], langevin(xi), 1e-14) << xi;
}

TEST(FokkerPlanck, EquilibriumWithAnisotropyIsBoltzmann) {
    for (const auto& [barrier, xi] : {std::pair{2.0, 0.5}, {8.0, 3.0}, {12.0, 1.0}, {5.0, 40.0}}) {
        const auto [first, second] = boltzmann_moments(barrier, xi);
        const std::vector<double> moments = equilibrium_moments(barrier, xi);
        EXPECT_NEAR(moments[0], first, 1e-8) << barrier << ' ' << xi;
        EXPECT_NEAR(moments[1], second, 1e-8) << barrier << ' ' << xi;
    }
}

TEST(FokkerPlanck, EquilibriumLosesDigitsWithTheBarrierAndRefusesBeyond30) {
    // The rate over the barrier, e^-25, is what fixes the sign of the moment: 1e-16 e^25 is left.
    EXPECT_NEAR(equilibrium_moments(25.0, 1.0)[0], boltzmann_moments(25.0, 1.0).first, 1e-6);
    EXPECT_THROW(equilibrium_moments(31.0, 1.0), NotAvailable);
    EXPECT_THROW(longitudinal_time({1e-9, 31.0}), NotAvailable);
}

TEST(FokkerPlanck, FreeRotorRelaxesWithItsDiffusionTime) {
    EXPECT_NEAR(longitudinal_time({3e-9, 0.0}) / 3e-9, 1.0, 1e-13);
}

TEST(FokkerPlanck, HighBarrierTimeMeetsBrownsAsymptote) {
    // tau = tau_D sqrt(pi) e^G/(2 G^1.5) (1 + 1/G + 7/(4 G^2) + ...), Brown 1963 and 1977.
    for (const double g : {15.0, 20.0, 25.0, 30.0}) {
        const double leading = std::sqrt(pi) * std::exp(g) / (2.0 * std::pow(g, 1.5));
        const double series = 1.0 + 1.0 / g + 1.75 / (g * g);
        EXPECT_NEAR(longitudinal_time({1.0, g}) / (leading * series), 1.0, 10.0 / (g * g * g)) << g;
    }
}

TEST(FokkerPlanck, WeakFieldsGiveDebyeToSecondOrderInTheField) {
    // Loop area of a Debye relaxator at w tau = 1: pi xi/3/2. The error falls as xi^2.
    const double frequency = 1e5;
    const Rotor rotor{1.0 / (2.0 * pi * frequency), 0.0};
    std::vector<double> errors;
    for (const double xi : {0.8, 0.4, 0.2}) {
        const PeriodicResponse r = periodic_response(rotor, {xi, frequency, 4096});
        errors.push_back(std::abs(loop_area(r.first) / (pi * xi / 6.0) - 1.0));
    }
    EXPECT_NEAR(std::log2(errors[0] / errors[1]), 2.0, 0.05);
    EXPECT_NEAR(std::log2(errors[1] / errors[2]), 2.0, 0.05);
    EXPECT_LT(errors[2], 1.2e-3);
}

TEST(FokkerPlanck, StepErrorFallsWithTheSquareOfTheStep) {
    for (const auto& [rotor, xi] :
         {std::pair{Rotor{1.5e-6, 0.0}, 20.0}, {Rotor{2e-8, 20.0}, 8.0}, {Rotor{8e-9, 8.0}, 3.0}}) {
        const auto area = [&, r = rotor, x = xi](int steps) {
            return loop_area(periodic_response(r, {x, 3e5, steps}).first);
        };
        const double coarse = area(256) - area(512);
        const double fine = area(512) - area(1024);
        EXPECT_NEAR(std::log2(coarse / fine), 2.0, 0.1) << xi;
        EXPECT_LT(std::abs(fine / area(1024)), 1e-4) << xi;
    }
}

TEST(FokkerPlanck, PeriodicStateIsTheOneThatManyPeriodsOfExplicitSteppingReach) {
    // Classical Runge-Kutta on twenty moments of the free rotor.
    constexpr int moments = 20;
    constexpr double time = 1e-6;
    constexpr double frequency = 2e5;
    constexpr double xi = 5.0;
    using State = std::array<double, moments + 2>;
    const auto slope = [&](double t, const State& c) {
        State d{};
        const double field = xi * std::cos(2.0 * pi * frequency * t);
        for (std::size_t n = 1; n <= moments; ++n) {
            const auto k = static_cast<double>(n);
            d[n] = k * (k + 1.0) / (2.0 * time) *
                   (-c[n] + field / (2.0 * k + 1.0) * (c[n - 1] - c[n + 1]));
        }
        return d;
    };
    State c{};
    c[0] = 1.0;
    constexpr int steps = 4000;
    const double h = 1.0 / (frequency * steps);
    const auto add = [](const State& a, double s, const State& b) {
        State r = a;
        for (std::size_t i = 0; i < r.size(); ++i) r[i] += s * b[i];
        return r;
    };
    for (int s = 0; s < 6 * steps; ++s) {
        const double t = s * h;
        const State k1 = slope(t, c);
        const State k2 = slope(t + 0.5 * h, add(c, 0.5 * h, k1));
        const State k3 = slope(t + 0.5 * h, add(c, 0.5 * h, k2));
        const State k4 = slope(t + h, add(c, h, k3));
        c = add(add(add(add(c, h / 6.0, k1), h / 3.0, k2), h / 3.0, k3), h / 6.0, k4);
    }
    const PeriodicResponse r = periodic_response({time, 0.0}, {xi, frequency, 4096});
    EXPECT_NEAR(r.first[0], c[1], 1e-6);
    EXPECT_NEAR(r.second[0], c[2], 1e-6);
}

TEST(FokkerPlanck, SlowDriveFollowsLangevinAndItsHarmonics) {
    const double xi = 12.0;
    const PeriodicResponse r = periodic_response({1e-6, 0.0}, {xi, 10.0, 1024});
    for (const std::size_t k : {0u, 100u, 300u, 500u}) {
        const double field = xi * std::cos(2.0 * pi * static_cast<double>(k) / 1024.0);
        EXPECT_NEAR(r.first[k], langevin(field), 1e-4);
    }
    const std::vector<double> lagging = harmonics(r.first, 5);
    const std::vector<double> ideal = langevin_harmonics(xi, 5);
    for (const std::size_t n : {1u, 3u, 5u}) EXPECT_NEAR(lagging[n], ideal[n], 1e-5) << n;
    EXPECT_NEAR(lagging[2], 0.0, 1e-12);
}

TEST(FokkerPlanck, RelaxationWeakensTheThirdHarmonic) {
    double before = 1.0;
    for (const double time : {1e-8, 1e-6, 5e-6, 2e-5}) {
        const auto h = harmonics(periodic_response({time, 0.0}, {8.0, 25e3, 512}).first, 3);
        EXPECT_LT(h[3] / h[1], before);
        before = h[3] / h[1];
    }
}

TEST(FokkerPlanck, WorkOfTheFieldIsTheHeatOfFriction) {
    // Free rotor: heat per kT and time (xi^2/3 (1 - <P2>) - xi <P1>)/tau, by the torque on the
    // moments; work per cycle: the integral of xi d<P1>. They agree to second order in the step.
    const double time = 1.2e-6;
    const double frequency = 3e5;
    const double xi = 6.0;
    std::vector<double> errors;
    for (const int steps : {512, 1024}) {
        const PeriodicResponse r = periodic_response({time, 0.0}, {xi, frequency, steps});
        double heat = 0.0;
        for (int k = 0; k < steps; ++k) {
            const double field = xi * std::cos(2.0 * pi * k / steps);
            const auto i = static_cast<std::size_t>(k);
            heat += (field * field / 3.0 * (1.0 - r.second[i]) - field * r.first[i]) / time;
        }
        heat /= steps * frequency;
        errors.push_back(std::abs(xi * loop_area(r.first) / heat - 1.0));
    }
    EXPECT_LT(errors[1], 1e-5);
    EXPECT_GT(errors[0] / errors[1], 3.5);
}

TEST(FokkerPlanck, RandomAxesGiveOneThirdOfTheAlignedHeatInWeakFields) {
    const Rotor rotor{1e-8, 10.0};
    const double xi = 0.02;
    const double aligned = loop_area(periodic_response(rotor, {xi, 3e5, 256}).first);
    const double random = loop_area(random_axes_response(rotor, {xi, 3e5, 256}).first);
    EXPECT_NEAR(random / aligned, 1.0 / 3.0, 1e-4);
}

TEST(FokkerPlanck, BlockedMomentDoesNotHeat) {
    // Far below the switching field, K V/kT = 100: no reversal.
    EXPECT_LT(loop_area(periodic_response({1e-7, 100.0}, {10.0, 3e5, 256}).first), 1e-3);
}

TEST(FokkerPlanck, LoopNeverExceedsTheSquareOne) {
    for (const double barrier : {0.0, 5.0, 30.0})
        for (const double xi : {0.5, 20.0, 120.0}) {
            const double time = barrier > 0.0 ? 1e-9 * barrier : 1e-6;
            const double area = loop_area(periodic_response({time, barrier}, {xi, 3e5, 256}).first);
            EXPECT_GE(area, 0.0) << barrier << ' ' << xi;
            EXPECT_LE(area, 4.0) << barrier << ' ' << xi;
        }
}

TEST(FokkerPlanck, RefusesWhatTheMomentsCannotCarry) {
    EXPECT_THROW(periodic_response({1e-6, 0.0}, {600.0, 3e5, 64}), NotAvailable);
    EXPECT_THROW(periodic_response({1e-6, 0.0}, {1.0, 3e5, 63}), InputError);
    EXPECT_THROW(periodic_response({0.0, 0.0}, {1.0, 3e5, 64}), InputError);
    EXPECT_THROW(periodic_response({1e-6, 0.0}, {1.0, 0.0, 64}), InputError);
}

}  // namespace
}  // namespace caravel::formulation::magnetism
