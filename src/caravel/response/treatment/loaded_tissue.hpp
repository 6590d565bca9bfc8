// Tissue that holds so many particles that it freezes otherwise.
#pragma once

#include "caravel/tissue/heat/heat_medium.hpp"

#include <cstdint>
#include <vector>

namespace caravel::response {

/// What particles make of the voxels of tissue that freezes, one value per voxel.
struct ParticleShare {
    std::vector<double> filled{};               // volume fraction
    std::vector<double> frozen_conductivity{};  // factor on the tissue's
    std::vector<double> frozen_capacity{};      // factor on the tissue's
};

/// Volume fraction below which the tissue's own water, ice and their conductivity stand.
inline constexpr double least_filled = 0.005;

/// Gives voxels with particles a tissue of their own in steps of 0.02 of the volume fraction, with
/// the mean of the step: the latent heat of the water that is left, (1 - fraction) of the tissue's,
/// and frozen constants that come out as stated once the medium's factors (of unfrozen tissue) are
/// on them. `label` and `tissues` are those without particles.
void split_loaded(const std::vector<std::uint16_t>& label,
                  const std::vector<tissue::ThermalTissue>& tissues, const ParticleShare& share,
                  tissue::HeatMedium& medium);

}  // namespace caravel::response
