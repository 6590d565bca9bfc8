// How freezing kills: cold itself, time in it, ice within cells, concentrated solutes, thawing.
#pragma once

#include "caravel/matter/table.hpp"

#include <optional>
#include <string_view>

namespace caravel::response {

/// Every way of harm adds to one hazard; survival is exp(-hazard). All temperatures in K.
struct FreezingConstants {
    double freezing_point = 0.0;       // of tissue
    double lethal_temperature = 0.0;   // reached once: one cell in a hundred lives
    double vessel_temperature = 0.0;   // reached once: one vessel in a hundred stays open
    double hold_time = 0.0;            // s in the cold that doubles its hazard
    double critical_cooling = 0.0;     // K/s at which half of the cells freeze inside
    double ice_hazard = 0.0;           // of ice within a cell
    double ice_start = 0.0;            // cells freeze inside between here
    double ice_end = 0.0;              // and here
    double solute_temperature = 0.0;   // eutectic: the end of concentrated solutes
    double solute_time = 0.0;          // s in them at the worst place: hazard 1
    double rewarming_start = 0.0;      // ice crystals grow on warming between here
    double rewarming_end = 0.0;        // and here
    double rewarming_time = 0.0;       // s of it at the worst place: hazard 1
    double repetition_gain = 0.0;      // more hazard of a further cycle, per cycle before it
    double counted_repetitions = 0.0;  // cycles beyond which the gain stays
};

/// What a place remembers of its freezing.
struct FreezingState {
    double hazard = 0.0;
    double lowest = 0.0;   // K, of this cycle; the freezing point when not frozen
    double coldest = 0.0;  // K, ever
    double cooling = 0.0;  // K/s, fastest on the way through the range of ice in cells
    double time = 0.0;     // s at the lethal temperature or below
    double cycles = 0.0;   // of freezing and thawing that are over
};

FreezingState unfrozen(const FreezingConstants& constants);

/// Hazard of having reached `temperature` (K) once: ln(100) ((Tf - T)/(Tf - Tl))^4 below the
/// freezing point Tf, Tl the lethal temperature.
double cold_hazard(const FreezingConstants& constants, double temperature);

/// Share (0 to 1) of cells with ice inside after cooling at `cooling_rate` (K/s): b^2/(1 + b^2), b
/// the rate over the critical one. `sites`: nuclei by particles relative to the cell's own; they
/// multiply the odds by 1 + sites. Throws InputError for negative sites.
double ice_within_cells(const FreezingConstants& constants, double cooling_rate,
                        double sites = 0.0);

/// After `duration` (s) of linear temperatures (K); exact for such a course unless it freezes and
/// thaws within.
FreezingState freezing_after(const FreezingConstants& constants, const FreezingState& state,
                             double start, double end, double duration, double sites = 0.0);

/// Share (0 to 1) of vessels that stay open after `coldest` (K).
double vessels_open(const FreezingConstants& constants, double coldest);

/// Constants of data/thermal_damage.csv, the lethal temperature that of `cells` where the table has
/// one, or the given one (K). Throws InputError for a lethal temperature above the freezing point.
FreezingConstants find_freezing(matter::Library& library, std::string_view cells = "",
                                std::optional<double> lethal_temperature = {});

}  // namespace caravel::response
