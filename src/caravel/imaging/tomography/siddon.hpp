// Exact chords of a ray through voxels.
#pragma once

#include "caravel/imaging/tomography/geometry.hpp"

#include <span>
#include <vector>

namespace caravel::imaging {

struct Chord {
    index_t cell = 0;     // number in the grid
    double length = 0.0;  // m
};

/// Lengths of the ray (between its ends) in every voxel that it crosses, in its direction: Siddon
/// 1985 (Med Phys 12:252). A ray in the face between two voxels belongs to the one on the greater
/// side, so one in the grid's upper faces crosses nothing. Slow, for checks and for few rays.
std::vector<Chord> siddon_chords(const Grid& grid, const Ray& ray);

/// Integral of a volume that is constant in every voxel (unit of the volume times m).
double siddon_integral(const Grid& grid, std::span<const float> volume, const Ray& ray);

}  // namespace caravel::imaging
