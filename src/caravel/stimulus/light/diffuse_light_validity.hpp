// Where diffusion describes light, and how much of it.
#pragma once

#include "caravel/stimulus/light/diffuse_light_source.hpp"

#include <string>
#include <vector>

namespace caravel::stimulus {

struct DiffusionValidity {
    double share = 0.0;     // of the absorbed energy, where diffusion holds
    std::string warning{};  // empty where it holds for nearly all
};

/// Distance of every voxel from sources and borders, in transport lengths along the shortest way
/// over neighbours (a few per cent too long where the way is crooked); infinite without any.
std::vector<double> transport_distance(const PhotonMedium& medium,
                                       const TransportCoefficients& coefficients,
                                       const std::vector<double>& source);

/// Absorbed energy where mu_s' > 10 mu_a and beyond three transport lengths from sources and
/// borders, against all of it.
DiffusionValidity diffusion_validity(const PhotonMedium& medium,
                                     const TransportCoefficients& coefficients,
                                     const std::vector<double>& source,
                                     const std::vector<double>& fluence);

}  // namespace caravel::stimulus
