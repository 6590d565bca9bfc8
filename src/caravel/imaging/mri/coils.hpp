// Receivers around the object and how their images are joined.
#pragma once

#include "caravel/imaging/mri/kspace.hpp"

#include <vector>

namespace caravel::imaging {

/// Sensitivities of `count` coils on a ring in the x-y plane around the middle of a grid (radius
/// 0.75 of its diagonal there), relative: the sum of squares is 1 everywhere. Magnitude falls with
/// the distance d from the coil's middle as (1 + (d / radius)^2)^(-3/2), the axial field of a loop;
/// the phase is the coil's angle. One coil is even.
std::vector<ComplexField> coil_sensitivities(const Grid& grid, std::int64_t count);

/// Root of the sum of squares of the coils' images. Source: P. B. Roemer et al., Magn Reson Med 16
/// (1990) 192.
std::vector<double> sum_of_squares(const std::vector<ComplexField>& images);

/// Size of one complex image.
std::vector<double> magnitude_of(const ComplexField& image);

/// Sum of the coils' images times the conjugate sensitivities on the image's grid: keeps the phase.
ComplexField matched_sum(const std::vector<ComplexField>& images,
                         const std::vector<ComplexField>& sensitivities);

}  // namespace caravel::imaging
