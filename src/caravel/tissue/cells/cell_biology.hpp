// What local oxygen and glucose let cells do: divide, rest, die; and what the dead leave.
#pragma once

#include "caravel/input/visitor.hpp"

#include <optional>

namespace caravel::tissue {

/// Rates of tumour cells that depend on their surroundings. Pressures in Pa, rates in 1/s.
struct CellBiologyInput {
    double doubling_time = 24.0 * 3600.0;       // s, with oxygen in plenty
    double proliferation_half = 0.0;            // Pa; 0: from the table
    double quiescence_pressure = 0.0;           // Pa, below it cells rest
    double necrosis_pressure = 0.0;             // Pa, below it cells die
    std::optional<double> necrosis_rate;        // 1/s, far below that pressure
    std::optional<double> clearance_half_life;  // s, of dead cells
    std::optional<double> oxygen_consumption;   // 1/s or Pa/s (see docs), of living cells
};

}  // namespace caravel::tissue
