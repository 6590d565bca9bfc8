// Cell death through a vulnerable state.
#pragma once

#include "caravel/matter/table.hpp"

namespace caravel::response {

/// Alive <-> vulnerable -> dead (D. P. O'Neill et al. 2011, Ann Biomed Eng 39:570): forward rate
/// kf = forward exp(t/scale) (1 - alive), t in Cel, backward rate kb. Heat acts from `lowest` on;
/// below it the vulnerable recover to their share at rest. Above `highest` the rate stays.
struct ThreeStateConstants {
    double forward = 0.0;        // 1/s, kf0
    double backward = 0.0;       // 1/s, kb
    double scale = 0.0;          // K, Tk
    double resting_share = 0.0;  // of the living that is vulnerable at rest
    double lowest = 0.0;         // K
    double highest = 0.0;        // K
};

/// Shares of all cells; the dead are the rest.
struct CellShares {
    double alive = 0.0;
    double vulnerable = 0.0;

    double dead() const { return 1.0 - alive - vulnerable; }
};

/// kf0 exp(t/Tk) (1/s) at `temperature` (K), within the constants' range: 0 below.
double forward_rate(const ThreeStateConstants& constants, double temperature);

/// Cells at rest.
CellShares resting_cells(const ThreeStateConstants& constants);

/// One step of `duration` (s), the forward rate times `relative_rate` and linear temperatures (K):
/// a modified Patankar-Runge-Kutta step (H. Burchard et al. 2003, Appl Numer Math 47:1), second
/// order, shares positive and their sum kept whatever the step.
CellShares three_state_step(const ThreeStateConstants& constants, const CellShares& cells,
                            double start, double end, double duration, double relative_rate = 1.0);

/// The same in as many steps as keep (kf0 exp(t/Tk) + kb) dt below 0.1.
CellShares three_state_advance(const ThreeStateConstants& constants, const CellShares& cells,
                               double start, double end, double duration,
                               double relative_rate = 1.0);

/// Constants of data/thermal_damage.csv. Throws InputError for impossible ones.
ThreeStateConstants find_three_state(matter::Library& library);

}  // namespace caravel::response
