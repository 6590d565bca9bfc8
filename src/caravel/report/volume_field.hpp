// Quantities in space on their way into a file.
#pragma once

#include "caravel/base/grid.hpp"
#include "caravel/base/view.hpp"

#include <string>
#include <vector>

namespace caravel::report {

/// One value per cell of a grid (x fastest), in `unit` (UCUM).
struct VolumeField {
    std::string name;  // letters, digits and _ . - +
    std::string unit;
    View<const double> values;
};

/// A name with every character that a field or file may not hold turned into _.
std::string field_name_of(std::string name);

/// Throws std::invalid_argument for names that are empty, repeated or hold other characters and for
/// fields whose size is not the grid's; NumericalError (field and voxel) for values that are not
/// finite, or beyond float where `single_precision`.
void check_volume_fields(const Grid& grid, const std::vector<VolumeField>& fields,
                         bool single_precision);

}  // namespace caravel::report
