// Damage as a chemical reaction: Arrhenius' rate and its integral.
#pragma once

#include "caravel/matter/table.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace caravel::response {

/// One process of data/thermal_damage.csv. It was seen between `lowest` and `highest`: below
/// nothing happens in an integral, above the rate stays what it is at `highest`.
struct ArrheniusProcess {
    std::string name{};
    double frequency = 0.0;  // 1/s
    double energy = 0.0;     // J/mol
    double lowest = 0.0;     // K
    double highest = 0.0;    // K
};

/// A exp(-E/RT) (1/s), whatever the range of validity. Throws InputError for temperatures that are
/// not positive.
double arrhenius_rate(const ArrheniusProcess& process, double temperature);

/// Omega of `duration` (s) during which the temperature (K) goes linearly from `start` to `end`,
/// within the process's range: Gauss-Legendre with 8 points on pieces over which the rate changes
/// by at most e^2, relative error below 1e-13. Throws InputError for negative durations.
double arrhenius_dose(const ArrheniusProcess& process, double start, double end, double duration);

/// Time (s) at `temperature` (K) to Omega = 1, when 63 of 100 are damaged; no range applies.
double time_to_damage(const ArrheniusProcess& process, double temperature);

/// Share (0 to 1) that is damaged: 1 - exp(-Omega). Throws InputError below 0.
double damaged_share(double omega);

/// Reads a process; throws InputError for unknown ones (suggestion) and impossible rows.
ArrheniusProcess find_process(matter::Library& library, std::string_view name);
/// Names of all processes of the table.
std::vector<std::string> process_names(const matter::Library& library);

}  // namespace caravel::response
