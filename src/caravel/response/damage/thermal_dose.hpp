// Thermal dose as equivalent time at 43 Cel.
#pragma once

namespace caravel::response {

/// Sapareto and Dewey's isoeffect (1984, Int J Radiat Oncol Biol Phys 10:787): R^(43 - T), R = 0.5
/// from 43 Cel on and 0.25 below. Below `lowest` nothing adds up; above `highest`, where nobody has
/// measured it, the rate stays what it is there.
struct DoseLimits {
    double lowest = 312.15;   // K, 39 Cel
    double highest = 330.15;  // K, 57 Cel
};

/// Seconds at 43 Cel that one second at `temperature` (K) is worth. Throws InputError for
/// temperatures that are not positive.
double cem43_rate(double temperature, const DoseLimits& limits = {});

/// Seconds at 43 Cel of `duration` (s) during which the temperature (K) goes linearly from `start`
/// to `end`: the exact integral. Throws InputError for negative durations.
double cem43_dose(double start, double end, double duration, const DoseLimits& limits = {});

/// Time (s) at `temperature` until `dose` (s at 43 Cel) is reached; infinite where nothing adds up.
/// Throws InputError for negative doses.
double time_to_dose(double dose, double temperature, const DoseLimits& limits = {});

/// Share of cells left (0 to 1) after `dose` where `lethal_dose` (both s at 43 Cel) leaves one in a
/// hundred, the logarithm falling with the dose. Throws InputError for doses below 0.
double survival_of_dose(double dose, double lethal_dose);

}  // namespace caravel::response
