// What photons meet: absorption, scattering and refractive index of the voxels.
#pragma once

#include "caravel/base/grid.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace caravel::stimulus {

/// Angle by which a photon is scattered. `modified`: beta Henyey-Greenstein + (1 - beta) 3/2
/// cos^2. `tabulated`: `cosines` at even steps of the cumulative probability, from 0 to 1.
struct PhaseFunction {
    enum class Kind : std::uint8_t { henyey_greenstein, modified_henyey_greenstein, tabulated };
    Kind kind = Kind::henyey_greenstein;
    double beta = 1.0;
    std::vector<double> cosines{};
};

/// One kind of tissue for light of one wavelength.
struct OpticalMedium {
    std::string name{};
    double absorption = 0.0;  // 1/m
    double scattering = 0.0;  // 1/m
    double anisotropy = 0.0;  // mean cosine of the scattering angle (of the Henyey-Greenstein part)
    double refractive_index = 1.37;
    PhaseFunction phase{};
    bool exterior = false;  // not part of the body: photons that get there have left
};

/// What a face of the box does: lets light out without reflection, reflects as a step to the index
/// outside does, mirrors, or goes on at the opposite face.
enum class LightFace : std::uint8_t { open, fresnel, mirror, cyclic };

struct PhotonMedium {
    Grid grid{};
    std::vector<std::uint16_t> label{};  // of `media`, per voxel
    std::vector<OpticalMedium> media{};
    /// Added per voxel (1/m; particles, coagulation); empty: none. Added scattering follows
    /// Henyey-Greenstein with `added_anisotropy`.
    std::vector<double> added_absorption{};
    std::vector<double> added_scattering{};
    double added_anisotropy = 0.0;
    std::array<LightFace, 6> faces{};  // x low, x high, y low ...
    double outside_index = 1.0;
};

/// Throws InputError for sizes that do not match, unknown labels, negative or infinite
/// coefficients, anisotropy outside [-1, 1], an index below 1, opposite faces of which one is
/// cyclic, tables of cosines that do not rise from -1 or above to 1 or below.
void check(const PhotonMedium& medium);

}  // namespace caravel::stimulus
