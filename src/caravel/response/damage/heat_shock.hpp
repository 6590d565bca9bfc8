// Cells that were warmed stand heat better for a while: thermotolerance.
#pragma once

#include "caravel/matter/table.hpp"

namespace caravel::response {

/// A dose sets off stress, stress builds tolerance over hours while the cells are not hotter than
/// `blocking_temperature`, and both fade. Tolerant cells die as much slower as `largest_ratio`.
struct HeatShockConstants {
    double trigger_dose = 0.0;          // s at 43 Cel to stress of 1 - 1/e
    double stress_time = 0.0;           // s, in which stress fades
    double build_time = 0.0;            // s, in which full stress builds tolerance
    double fade_time = 0.0;             // s, in which tolerance fades
    double blocking_temperature = 0.0;  // K
    double largest_ratio = 0.0;         // of times to equal kill, tolerant over not
};

/// Both 0 to 1.
struct HeatShock {
    double stress = 0.0;
    double tolerance = 0.0;
};

/// After `duration` (s) in which `dose` (s at 43 Cel) came in evenly and `cool_share` of the time
/// was below the blocking temperature: exact for stress, for tolerance exact with the mean stress.
/// Values below 1e-9 become 0. Throws InputError for negative times and doses.
HeatShock heat_shock_after(const HeatShockConstants& constants, const HeatShock& shock, double dose,
                           double duration, double cool_share);

/// Rate of kill relative to cells that were never warmed: 1/(1 + (ratio - 1) tolerance).
double relative_kill_rate(const HeatShockConstants& constants, double tolerance);

/// Constants of data/thermal_damage.csv.
HeatShockConstants find_heat_shock(matter::Library& library);

}  // namespace caravel::response
