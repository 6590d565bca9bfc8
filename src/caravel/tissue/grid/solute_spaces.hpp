// What a solute finds in tumour and in normal tissue, and how it divides between them in voxels
// on the surface.
#pragma once

#include "caravel/tissue/grid/grid_plan.hpp"

namespace caravel::tissue {

/// Spaces (amount per volume of tissue over concentration) and conductivities (m2/s: space times
/// diffusion coefficient) of one solute in both tissues.
struct SoluteSpaces {
    double tumour_space = 0.0;
    double normal_space = 0.0;
    double tumour_conductivity = 0.0;
    double normal_conductivity = 0.0;
    double retardation = 0.0;  // speed in the flow of fluid over that of the fluid

    /// Space in a voxel of which `share` (0 to 1) is tumour.
    double space(double share) const { return share * tumour_space + (1.0 - share) * normal_space; }
    /// Conductivity (m2/s) across such a voxel, one tissue behind the other.
    double conductivity(double share) const;
};

SoluteSpaces solute_spaces(const GridPlan& plan, const Solute& solute);

/// Concentrations in the tumour's and the normal part of a voxel, per amount in the voxel's tissue
/// volume, and the part (0 to 1) of the amount that is in the tumour's.
struct SoluteSplit {
    double tumour = 0.0;
    double normal = 0.0;
    double part = 0.0;
};

/// What a voxel on the surface exchanges per volume of tissue.
struct SurfaceVoxel {
    double share = 0.0;        // of tumour, 0 to 1
    double width = 0.0;        // m
    double tumour_wall = 0.0;  // 1/s, permeability times surface of the tumour's vessels
    double normal_wall = 0.0;  // 1/s, likewise of the normal tissue's; both of this voxel's volume
    double lymph = 0.0;        // 1/s, drained from the normal part
    double outflow = 0.0;      // 1/s, of fluid out of the voxel, slowed as the solute is
};

/// Both parts with their own vessels, the normal one with lymph vessels, diffusion between them
/// (as deep as vessels let it, at most half of the part) and fluid that leaves the tumour, in
/// balance with plasma of constant concentration. What hardly diffuses stays on its side; what
/// diffuses or is carried fast has one concentration.
SoluteSplit split(const SoluteSpaces& spaces, const SurfaceVoxel& voxel);

}  // namespace caravel::tissue
