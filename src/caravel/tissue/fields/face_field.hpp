// Work on values that lie on faces, shared by diffusion and convection.
#pragma once

#include "caravel/tissue/fields/variable_diffusion.hpp"

namespace caravel::tissue {

/// Whether every axis has the grid's number of faces.
bool fits(const FaceField& faces, const Grid& grid);

/// The same in single precision. Throws std::invalid_argument for numbers beyond it.
FaceNumbers<float> shortened(const FaceField& faces);

/// Sets the faces of cells without capacity to 0.
void close_cells(const Grid& grid, View<const double> capacity, FaceNumbers<float>& faces);

/// As conductances(), on a team and into memory that is there. Throws std::invalid_argument for
/// another number of values, negative ones, or conductances beyond the faces' precision.
template <class Number>
void fill_conductances(exec::ThreadTeam& team, const Grid& grid, View<const double> conductivity,
                       const Boundaries& boundaries, FaceNumbers<Number>& faces);

}  // namespace caravel::tissue
