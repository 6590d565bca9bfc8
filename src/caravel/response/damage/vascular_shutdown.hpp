// Blood flow under heat and cold: what stays open, and how far vessels widen.
#pragma once

#include "caravel/matter/table.hpp"

namespace caravel::response {

/// Widening of vessels: exp(-(peak - T)^2/width) below the peak, 1 from there on, shifted to 0 at
/// the temperature of rest (shape of J. Lang et al. 1999, IEEE Trans Biomed Eng 46:1129, muscle).
struct DilationConstants {
    double peak = 0.0;   // K
    double width = 0.0;  // K2
    double rest = 0.0;   // K
};

/// Share (0 to 1) of the largest widening at `temperature` (K).
double dilation_share(const DilationConstants& constants, double temperature);

/// Perfusion relative to rest: exp(-`omega`) of the vessels are open, widened up to
/// `largest_gain`.
double perfusion_factor(const DilationConstants& constants, double omega, double temperature,
                        double largest_gain);

/// Constants of data/thermal_damage.csv.
DilationConstants find_dilation(matter::Library& library);

}  // namespace caravel::response
