#include "caravel/response/damage/three_state.hpp"

#include "caravel/base/error.hpp"
#include "caravel/response/damage/heat_shock.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <vector>

namespace caravel::response {
namespace {

constexpr double zero = 273.15;  // K

matter::Library& library() {
    static matter::Library shipped(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    return shipped;
}

ThreeStateConstants constants() { return find_three_state(library()); }

/// Classical Runge-Kutta in many steps, temperatures linear.
CellShares reference(const ThreeStateConstants& c, CellShares y, double start, double end,
                     double duration, int steps) {
    const double h = duration / steps;
    const auto slope = [&](const CellShares& s, double place) {
        const double t = start + place * (end - start) - zero;
        const double kf = c.forward * std::exp(t / c.scale) * (1.0 - s.alive);
        return CellShares{-kf * s.alive + c.backward * s.vulnerable,
                          kf * s.alive - (c.backward + kf) * s.vulnerable};
    };
    const auto moved = [](const CellShares& s, const CellShares& d, double step) {
        return CellShares{s.alive + step * d.alive, s.vulnerable + step * d.vulnerable};
    };
    for (int i = 0; i < steps; ++i) {
        const double here = static_cast<double>(i) / steps;
        const double half = 0.5 / steps;
        const CellShares a = slope(y, here);
        const CellShares b = slope(moved(y, a, 0.5 * h), here + half);
        const CellShares d = slope(moved(y, b, 0.5 * h), here + half);
        const CellShares e = slope(moved(y, d, h), here + 2.0 * half);
        y = moved(y, a, h / 6.0);
        y = moved(y, b, h / 3.0);
        y = moved(y, d, h / 3.0);
        y = moved(y, e, h / 6.0);
    }
    return y;
}

TEST(ThreeState, RestIsAFixedPointToTheBit) {
    const ThreeStateConstants c = constants();
    CellShares cells = resting_cells(c);
    for (const double dt : {1.0, 3600.0, 1e6}) {
        const CellShares next = three_state_advance(c, cells, 37.0 + zero, 38.0 + zero, dt);
        EXPECT_EQ(next.alive, cells.alive);
        EXPECT_EQ(next.vulnerable, cells.vulnerable);
    }
}

TEST(ThreeState, AgreesWithAFineReferenceToSecondOrder) {
    const ThreeStateConstants c = constants();
    const CellShares rest = resting_cells(c);
    const double start = 50.0 + zero;
    const double end = 65.0 + zero;
    const CellShares fine = reference(c, rest, start, end, 300.0, 20000);
    std::vector<double> errors;
    for (const int steps : {40, 80, 160}) {
        CellShares y = rest;
        for (int i = 0; i < steps; ++i)
            y = three_state_step(c, y, start + (end - start) * i / steps,
                                 start + (end - start) * (i + 1) / steps, 300.0 / steps);
        errors.push_back(std::abs(y.alive - fine.alive) + std::abs(y.vulnerable - fine.vulnerable));
    }
    EXPECT_GT(std::log2(errors[0] / errors[1]), 1.85);
    EXPECT_GT(std::log2(errors[1] / errors[2]), 1.85);
    EXPECT_LT(errors[2], 1e-3);
    const CellShares automatic = three_state_advance(c, rest, start, end, 300.0);
    EXPECT_NEAR(automatic.alive + automatic.vulnerable, fine.alive + fine.vulnerable, 2e-3);
}

TEST(ThreeState, SharesStayPositiveAndAddUpWhateverTheStep) {
    const ThreeStateConstants c = constants();
    for (const double t : {42.5, 55.0, 80.0, 300.0})
        for (const double dt : {1e-6, 1.0, 100.0, 1e4, 1e8}) {
            CellShares y = resting_cells(c);
            double living = y.alive + y.vulnerable;
            for (int i = 0; i < 20; ++i) {
                y = three_state_step(c, y, t + zero, t + 5.0 + zero, dt);
                EXPECT_GE(y.alive, 0.0);
                EXPECT_GE(y.vulnerable, 0.0);
                EXPECT_LE(y.alive + y.vulnerable, living * (1.0 + 4e-16)) << t << " " << dt;
                living = y.alive + y.vulnerable;
            }
            EXPECT_TRUE(std::isfinite(living));
        }
}

TEST(ThreeState, LongHeatKillsAllAndShortHeatIsForgotten) {
    const ThreeStateConstants c = constants();
    const CellShares rest = resting_cells(c);
    const CellShares dead = three_state_advance(c, rest, 60.0 + zero, 60.0 + zero, 7200.0);
    EXPECT_GT(dead.dead(), 0.999);
    const CellShares warmed = three_state_advance(c, rest, 45.0 + zero, 45.0 + zero, 60.0);
    EXPECT_GT(warmed.vulnerable, rest.vulnerable);
    const CellShares back = three_state_advance(c, warmed, 37.0 + zero, 37.0 + zero, 7200.0);
    EXPECT_NEAR(back.alive + back.vulnerable, warmed.alive + warmed.vulnerable, 1e-15);
    EXPECT_NEAR(back.vulnerable, c.resting_share * (back.alive + back.vulnerable), 1e-15);
}

TEST(ThreeState, WithoutVulnerableCellsNothingBegins) {
    // kf holds the factor 1 - alive: all alive is a fixed point of the published model
    const ThreeStateConstants c = constants();
    const CellShares all{1.0, 0.0};
    const CellShares next = three_state_advance(c, all, 60.0 + zero, 60.0 + zero, 600.0);
    EXPECT_EQ(next.alive, 1.0);
    EXPECT_EQ(next.vulnerable, 0.0);
}

TEST(ThreeState, RateFollowsTheFormulaWithinItsRange) {
    const ThreeStateConstants c = constants();
    EXPECT_NEAR(forward_rate(c, 60.0 + zero), 3.33e-3 * std::exp(60.0 / 40.5), 1e-15);
    EXPECT_EQ(forward_rate(c, 37.0 + zero), 0.0);
    EXPECT_EQ(forward_rate(c, 500.0), forward_rate(c, c.highest));
}

TEST(HeatShock, SublethalHeatProtectsForAWhile) {
    const HeatShockConstants h = find_heat_shock(library());
    HeatShock shock = heat_shock_after(h, {}, h.trigger_dose, 600.0, 1.0);
    EXPECT_NEAR(shock.stress, 1.0 - std::exp(-1.0), 0.02);
    EXPECT_LT(shock.tolerance, 0.05);
    double highest = 0.0;
    double time_of_highest = 0.0;
    for (int hour = 1; hour <= 240; ++hour) {
        for (int i = 0; i < 6; ++i) shock = heat_shock_after(h, shock, 0.0, 600.0, 1.0);
        if (shock.tolerance > highest) {
            highest = shock.tolerance;
            time_of_highest = hour;
        }
    }
    EXPECT_GT(highest, 0.25);
    EXPECT_GE(time_of_highest, 4);
    EXPECT_LE(time_of_highest, 24);
    EXPECT_LT(shock.tolerance, 0.01);
    EXPECT_EQ(relative_kill_rate(h, 0.0), 1.0);
    EXPECT_NEAR(relative_kill_rate(h, 1.0), 1.0 / h.largest_ratio, 1e-15);
}

TEST(HeatShock, RestIsExactAndDoseIsNotNegative) {
    const HeatShockConstants h = find_heat_shock(library());
    const HeatShock none = heat_shock_after(h, {}, 0.0, 1e5, 1.0);
    EXPECT_EQ(none.stress, 0.0);
    EXPECT_EQ(none.tolerance, 0.0);
    EXPECT_THROW(heat_shock_after(h, {}, -1.0, 1.0, 1.0), InputError);
}

}  // namespace
}  // namespace caravel::response
