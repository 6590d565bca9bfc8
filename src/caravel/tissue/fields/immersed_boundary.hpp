// A surface with a fixed value that passes between the voxels' centres.
#pragma once

#include "caravel/tissue/fields/variable_diffusion.hpp"

#include <functional>

namespace caravel::tissue {

/// A box cut by a surface on which the field has a value. Cells whose centre is outside take no
/// part (give them no loss: they keep their value); a face between inside and outside leads to the
/// value on the surface at its true distance, as `loss` and `source` of the inner cell, to be added
/// to its own. Symmetric, second order in the field (Gibou, Fedkiw, Cheng, Kang, J Comput Phys 176
/// (2002) 205-227).
struct ImmersedBoundary {
    FaceField conductances;
    std::vector<bool> is_inside;
    std::vector<double> loss;    // 1/s times unit of conductivity over m2/s
    std::vector<double> source;  // loss times value
};

/// `level` is negative inside (a distance in m or any smooth function of the place). Conductivity
/// of every cell (not negative) and conditions of the box's faces as for conductances(). Throws
/// std::invalid_argument for another number of values or a `value` that is not finite.
ImmersedBoundary immerse(const Grid& grid, View<const double> conductivity,
                         const Boundaries& boundaries,
                         const std::function<double(const Vector3&)>& level, double value);

}  // namespace caravel::tissue
