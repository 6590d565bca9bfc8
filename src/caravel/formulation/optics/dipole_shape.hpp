// Particles as cells of a cubic lattice, for the discrete dipole approximation.
#pragma once

#include "caravel/base/view.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace caravel::formulation::optics {

/// Cells of a box; material((x * ny + y) * nz + z) is 0 where there is none, else its number.
struct DipoleShape {
    index_t nx = 0;
    index_t ny = 0;
    index_t nz = 0;
    std::vector<std::uint8_t> material;

    index_t cells() const { return nx * ny * nz; }
    index_t cell(index_t x, index_t y, index_t z) const { return (x * ny + y) * nz + z; }
};

/// Number of occupied cells.
index_t dipole_count(const DipoleShape& shape);

/// Largest material number.
int material_count(const DipoleShape& shape);

/// Throws InputError for a box whose sides and cells do not agree or that is empty.
void check_shape(const DipoleShape& shape);

/// Signed permutation of the axes: axis a of the image is sign[a] times axis from[a].
struct LatticeMap {
    std::array<int, 3> from{0, 1, 2};
    std::array<int, 3> sign{1, 1, 1};
};

/// The maps (of 48) that leave the shape as it is; the identity is among them.
std::vector<LatticeMap> symmetries(const DipoleShape& shape);

/// A body cut into cells. The centres of the cells lie symmetrically about the body's centre; a
/// cell counts when its centre lies in the body.
struct LatticeShape {
    DipoleShape shape;
    double spacing = 0.0;         // m, such that the cells have the volume of the body
    double volume = 0.0;          // m3, of the body
    double volume_error = 0.0;    // relative, of the cells before the spacing was corrected
    double thinnest_cells = 0.0;  // cells over the thinnest part
};

/// Fewest cells over the thinnest part for which the lattice is taken as valid (rule of thumb; A.
/// Yurkin and A. Hoekstra 2007, J Quant Spectrosc Radiat Transf 106:558).
inline constexpr double least_cells_over_thinnest = 10.0;

// Every function below takes lengths in m and the spacing of the lattice before its correction; it
// throws InputError for lengths that are not positive or do not fit each other and for boxes above
// 2^28 cells. Axes of revolution lie along z.

LatticeShape lattice_sphere(double diameter, double spacing);
/// Cylinder with hemispherical ends.
LatticeShape lattice_rod(double length, double diameter, double spacing);
LatticeShape lattice_spheroid(double polar_diameter, double equatorial_diameter, double spacing);
LatticeShape lattice_disc(double diameter, double thickness, double spacing);
LatticeShape lattice_cube(double edge, double spacing);
/// Hollow cube; `opening` cuts every corner by the plane through the three points on its edges at
/// that distance, at most half an edge.
LatticeShape lattice_cage(double edge, double wall, double opening, double spacing);
/// Sphere with cones whose base circles lie on it and whose tips stand `branch_length` above it.
/// 1 to 4, 6, 8 and 12 branches point to the corners of regular bodies, others along a spiral.
LatticeShape lattice_star(double core_diameter, std::int64_t branches, double branch_length,
                          double branch_base_diameter, double spacing);
/// Sphere of material 1 below a plane across z and material 2 above it.
LatticeShape lattice_janus(double diameter, double first_fraction, double spacing);
/// Sphere of material 1 with touching spheres of material 2, placed as the branches of a star.
LatticeShape lattice_core_satellite(double core_diameter, std::int64_t satellites,
                                    double satellite_diameter, double spacing);

}  // namespace caravel::formulation::optics
