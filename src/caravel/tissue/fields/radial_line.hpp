// Shells of a sphere or a hollow cylinder as a line of cells: radial problems for the same solvers.
#pragma once

#include "caravel/tissue/fields/variable_diffusion.hpp"

#include <cstdint>

namespace caravel::tissue {

enum class RadialShape : std::uint8_t { cylinder, sphere };

/// Shells of equal thickness between two radii. A balance per volume of shell i times `weight[i]`
/// is a balance of the line's cell i when faces carry conductance times area: multiply loss and
/// source by weight and use radial_conductances().
struct RadialLine {
    Grid grid;                   // nx shells x 1 x 1, origin at the inner radius
    std::vector<double> weight;  // volume over thickness: per 4 pi (sphere, m2) or 2 pi length (m)
    std::vector<double> area;    // of face i: per 4 pi (m2) or 2 pi length (m)
};

/// Throws std::invalid_argument unless 0 <= inner < outer and shells >= 1.
RadialLine radial_line(RadialShape shape, double inner, double outer, index_t shells);

/// Conductance times area on the faces of the line; conditions x low and x high hold at the inner
/// and the outer radius.
FaceField radial_conductances(const RadialLine& line, View<const double> conductivity,
                              const Boundaries& boundaries);

}  // namespace caravel::tissue
