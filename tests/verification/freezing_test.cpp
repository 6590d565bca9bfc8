// Exact solutions of freezing: Neumann's two-phase fronts, steady heat through a front, and a
// manufactured solution in the mushy range.
#include "caravel/tissue/heat/freezing.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

namespace {

using namespace caravel;
using namespace caravel::tissue;
using Values = std::vector<double>;

constexpr double zero_celsius = 273.15;

HeatMedium medium_of(const Grid& grid, const ThermalTissue& tissue) {
    HeatMedium m;
    m.grid = grid;
    m.label.assign(static_cast<std::size_t>(grid.cell_count()), 0);
    m.tissues = {tissue};
    return m;
}

/// A row of stefan_neumann_freezing.csv (temperatures in Cel).
struct NeumannCase {
    double k_frozen, capacity_frozen, k_unfrozen, capacity_unfrozen;  // W/m/K, J/m3/K
    double latent, melting, surface, start;                           // J/m3, Cel
    double lambda;
};
constexpr NeumannCase water{2.22, 1.87985e6, 0.556, 4.226e6, 306.0029e6, 0, -10, 20, 0.13917043};
constexpr NeumannCase tissue_probe{2.0, 1.8e6, 0.5, 3.6e6, 250e6, -1, -140, 20, 0.54931034};
constexpr NeumannCase equal_phases{1.0, 1e6, 1.0, 1e6, 1e6, 0, -1, 0, 0.62006263};

struct FrontErrors {
    double at_300 = 0.0;     // relative
    double root_mean = 0.0;  // relative, from 60 to 300 s
    double books = 0.0;      // worst residual over the largest term
    double closure = 0.0;    // of the content over the whole run
};

FrontErrors run_neumann(const NeumannCase& c, double dx, double dt, double length) {
    ThermalTissue t;
    t.density = 1000.0;
    t.heat_capacity = c.capacity_unfrozen / 1000.0;
    t.conductivity = c.k_unfrozen;
    t.frozen_heat_capacity = c.capacity_frozen / 1000.0;
    t.frozen_conductivity = c.k_frozen;
    t.latent_heat = c.latent;
    t.liquidus = t.solidus = zero_celsius + c.melting;
    const auto cells = static_cast<index_t>(std::lround(length / dx));
    HeatMedium m = medium_of({cells, 1, 1, {dx, 1e-3, 1e-3}, {}}, t);
    m.faces[0] = {HeatFace::Kind::fixed, zero_celsius + c.surface, 0.0, 0.0};
    FreezingSolver solver(m);
    exec::ThreadTeam team(1);
    Values temperature(m.label.size(), zero_celsius + c.start);
    Values enthalpy(m.label.size());
    Values share(m.label.size());
    solver.enthalpy_of(view_of(temperature), view_of(enthalpy));
    const auto content = [&] {
        double sum = 0.0;
        for (const double h : enthalpy) sum += h;
        return sum * m.grid.cell_volume();
    };
    const double start = content();
    double given = 0.0;
    FrontErrors errors;
    double squares = 0.0;
    int counted = 0;
    const auto steps = static_cast<int>(std::lround(300.0 / dt));
    for (int n = 1; n <= steps; ++n) {
        const FreezingStep s = solver.step(team, view_of(enthalpy), {}, dt);
        given += s.balance.faces;
        errors.books =
            std::max(errors.books, std::abs(s.balance.residual()) / std::abs(s.balance.faces));
        const double time = n * dt;
        if (time < 60.0) continue;
        solver.frozen_share(view_of(enthalpy), view_of(share));
        double front = 0.0;
        for (const double f : share) front += f * dx;
        const double exact = 2.0 * c.lambda * std::sqrt(c.k_frozen / c.capacity_frozen * time);
        errors.at_300 = front / exact - 1.0;
        squares += errors.at_300 * errors.at_300;
        ++counted;
    }
    errors.root_mean = std::sqrt(squares / counted);
    errors.closure = std::abs(content() - start - given) / std::abs(given);
    return errors;
}

void expect_front(const NeumannCase& c, double length, double coarse_limit) {
    double before = coarse_limit;
    for (const double dx : {1e-3, 0.5e-3, 0.25e-3}) {
        const FrontErrors e = run_neumann(c, dx, 0.25, length);
        std::printf("dx %.2f mm: front at 300 s %+.3f %%, root mean square %.3f %%, books %.1e\n",
                    1e3 * dx, 100 * e.at_300, 100 * e.root_mean, e.books);
        EXPECT_LT(e.root_mean, before);  // falls with dx
        EXPECT_LT(e.books, 1e-9);
        EXPECT_LT(e.closure, 1e-9);
        if (dx < 0.3e-3) {
            EXPECT_LT(std::abs(e.at_300), 0.005);
            EXPECT_LT(e.root_mean, 0.005);
        }
        before = 0.6 * e.root_mean;
    }
}

TEST(Freezing, FollowsNeumannsFrontInWater) { expect_front(water, 0.05, 0.03); }
TEST(Freezing, FollowsNeumannsFrontUnderACryoprobe) { expect_front(tissue_probe, 0.08, 0.01); }
TEST(Freezing, FollowsNeumannsFrontAtStefanNumberOne) { expect_front(equal_phases, 0.12, 0.003); }

// Steady heat through ice and tissue: the front lies where k (T - Tm)/distance is the same on both
// sides; arithmetic means of 2 and 0.5 W/m/K put it elsewhere.
TEST(Freezing, PutsASteadyFrontWhereTheFluxesAgree) {
    ThermalTissue t;
    t.density = 1000.0;
    t.heat_capacity = 3600.0;
    t.conductivity = 0.5;
    t.frozen_heat_capacity = 1800.0;
    t.frozen_conductivity = 2.0;
    t.latent_heat = 2.5e8;
    t.liquidus = t.solidus = 272.15;
    constexpr index_t n = 64;
    HeatMedium m = medium_of({1, 1, n, {1e-3, 1e-3, 1e-3}, {}}, t);
    m.faces[4] = {HeatFace::Kind::fixed, 252.15, 0.0, 0.0};
    m.faces[5] = {HeatFace::Kind::fixed, 292.15, 0.0, 0.0};
    FreezingSolver solver(m);
    exec::ThreadTeam team(1);
    Values temperature(n, 280.0);
    Values enthalpy(n);
    solver.enthalpy_of(view_of(temperature), view_of(enthalpy));
    FreezingStep s;
    for (int step = 0; step < 300; ++step) s = solver.step(team, view_of(enthalpy), {}, 1000.0);
    Values share(n);
    solver.frozen_share(view_of(enthalpy), view_of(share));
    double front = 0.0;
    for (const double f : share) front += f;  // mm
    EXPECT_NEAR(front, 64.0 * 0.8, 0.5);      // 2 * 20 against 0.5 * 20: four fifths are ice
    EXPECT_LT(std::abs(s.balance.stored), 1e-3 * 0.5 * 20.0 / 0.0128 * 1e-6 * 1000.0);
}

/// T = middle + swing cos(pi x/l) cos(pi y/l) cos(pi z/l) (1 + t/40 s), within the mushy range or
/// across it. Returns the root mean square error (K) after 20 s.
double manufactured_error(index_t n, double middle, double swing) {
    ThermalTissue t;
    t.density = 1000.0;
    t.heat_capacity = 3600.0;
    t.conductivity = 0.5;
    t.frozen_heat_capacity = 1800.0;
    t.frozen_conductivity = 2.0;
    t.latent_heat = 2.5e8;
    t.liquidus = 272.15;
    t.solidus = 265.15;
    constexpr double length = 8e-3;
    constexpr double end = 20.0;
    const double h = length / static_cast<double>(n);
    const HeatMedium m = medium_of({n, n, n, {h, h, h}, {}}, t);
    FreezingSolver solver(m);
    exec::ThreadTeam team(1);
    const auto cells = static_cast<std::size_t>(m.grid.cell_count());
    Values temperature(cells);
    Values enthalpy(cells);
    Values source(cells);
    const auto over = [&](const auto& visit) {
        for (index_t k = 0; k < n; ++k) {
            for (index_t j = 0; j < n; ++j) {
                for (index_t i = 0; i < n; ++i) {
                    const Vector3 at = m.grid.centre(i, j, k);
                    visit(static_cast<std::size_t>(m.grid.index(i, j, k)), at);
                }
            }
        }
    };
    const double wave = 3.14159265358979324 / length;
    const auto shape = [&](const Vector3& at) {
        return std::cos(wave * at[0]) * std::cos(wave * at[1]) * std::cos(wave * at[2]);
    };
    const auto exact = [&](const Vector3& at, double time) {
        return middle + swing * shape(at) * (1.0 + time / 40.0);
    };
    const auto rate = [&](const Vector3& at, double time) {
        const double value = exact(at, time);
        const double capacity = value < t.solidus    ? 1.8e6
                                : value > t.liquidus ? 3.6e6
                                                     : 2.7e6 + 2.5e8 / 7.0;
        const bool mushy = value > t.solidus && value < t.liquidus;
        const double steepness = mushy ? -1.5 / 7.0 : 0.0;
        const double conductivity = value <= t.solidus    ? 2.0
                                    : value >= t.liquidus ? 0.5
                                                          : 2.0 + steepness * (value - t.solidus);
        const double amplitude = swing * (1.0 + time / 40.0);
        double square = 0.0;
        for (std::size_t a = 0; a < 3; ++a) {
            double slope = -wave * amplitude * std::sin(wave * at[a]);
            for (std::size_t b = 0; b < 3; ++b) {
                if (b != a) slope *= std::cos(wave * at[b]);
            }
            square += slope * slope;
        }
        return capacity * swing * shape(at) / 40.0 +
               conductivity * 3.0 * wave * wave * amplitude * shape(at) - steepness * square;
    };
    over([&](std::size_t p, const Vector3& at) { temperature[p] = exact(at, 0.0); });
    solver.enthalpy_of(view_of(temperature), view_of(enthalpy));
    const auto steps = static_cast<int>(n * n / 8);
    HeatDrive drive;
    drive.source = view_of(source);
    for (int s = 1; s <= steps; ++s) {
        const double time = end * s / steps;
        over([&](std::size_t p, const Vector3& at) { source[p] = rate(at, time); });
        solver.step(team, view_of(enthalpy), drive, end / steps);
    }
    solver.temperature_of(view_of(enthalpy), view_of(temperature));
    double squares = 0.0;
    over([&](std::size_t p, const Vector3& at) {
        squares += std::pow(temperature[p] - exact(at, end), 2);
    });
    return std::sqrt(squares / static_cast<double>(cells));
}

TEST(Freezing, IsOfSecondOrderInTheMushyRange) {
    const double coarse = manufactured_error(8, 268.65, 2.0);
    const double middle = manufactured_error(16, 268.65, 2.0);
    const double fine = manufactured_error(32, 268.65, 2.0);
    std::printf("within the mushy range: %.2e %.2e %.2e K, orders %.2f %.2f\n", coarse, middle,
                fine, std::log2(coarse / middle), std::log2(middle / fine));
    EXPECT_GT(std::log2(coarse / middle), 1.8);
    EXPECT_GT(std::log2(middle / fine), 1.9);
}

TEST(Freezing, ConvergesAcrossSolidusAndLiquidus) {
    const double coarse = manufactured_error(8, 268.65, 8.0);
    const double middle = manufactured_error(16, 268.65, 8.0);
    const double fine = manufactured_error(32, 268.65, 8.0);
    std::printf("across it: %.2e %.2e %.2e K, orders %.2f %.2f\n", coarse, middle, fine,
                std::log2(coarse / middle), std::log2(middle / fine));
    EXPECT_GT(std::log2(coarse / fine), 2.0);  // at least first order over two halvings
}

}  // namespace
