// Where the light of a source begins to be diffuse.
#pragma once

#include "caravel/stimulus/light/light_source.hpp"
#include "caravel/stimulus/light/photon_medium.hpp"

#include <vector>

namespace caravel::stimulus {

/// Absorption and reduced scattering (1/m) of every voxel, added ones included; `body`: neither
/// exterior nor empty of both.
struct TransportCoefficients {
    explicit TransportCoefficients(const PhotonMedium& medium);
    std::vector<double> absorption{};
    std::vector<double> reduced{};
    std::vector<std::uint8_t> body{};
    bool scatters = false;  // anywhere
};

/// Mean cosine of the scattering angle of a medium, whatever its phase function.
double mean_cosine(const OpticalMedium& medium);

/// The first transport length of the light, per launched energy: fluence (1/m2) of what has not
/// been scattered, and the sources (1/m3) of diffuse light at its end.
struct FirstFlight {
    std::vector<double> fluence{};
    std::vector<double> source{};
    double specular = 0.0;
    double left = 0.0;    // through the body without a whole transport length in it
    double missed = 0.0;  // beside the body
};

/// Follows the source's rays (an even set of them, without random numbers). Throws InputError for
/// a source that misses the body altogether and for one that lacks what its kind needs.
FirstFlight first_flight(const PhotonMedium& medium, const TransportCoefficients& coefficients,
                         const LightSourceInput& source);

}  // namespace caravel::stimulus
