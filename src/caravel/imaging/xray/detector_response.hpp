// What a detector makes of photons.
#pragma once

#include "caravel/imaging/xray/ct_settings.hpp"
#include "caravel/imaging/xray/photon_tables.hpp"

#include <span>
#include <vector>

namespace caravel::imaging {

/// Mean signal and second moment per photon that falls on a pixel, channel after channel, energy
/// fastest. The signal is absorbed energy (J) of energy_integrating, counts of photon_counting.
/// The variance of a channel is the sum of second moments over Poisson photons.
struct DetectorResponse {
    std::size_t channels = 1;
    std::vector<double> mean{};
    std::vector<double> second{};
    double floor_variance = 0.0;  // electronic noise, signal squared
};

/// Share of photons of an energy (J) that the detector absorbs: fill factor times
/// 1 - exp(-(photoelectric + Compton) density thickness); 1 of an ideal one. Escape of fluorescence
/// is left out.
double absorbed_share(const PhotonTables& photons, matter::Library& library,
                      const CtDetector& detector, double energy);

/// Response at the energies (J). A counting channel takes what its thresholds enclose after a
/// normal spread of energy_resolution.
DetectorResponse detector_response(const PhotonTables& photons, matter::Library& library,
                                   const CtDetector& detector, std::span<const double> energies);

}  // namespace caravel::imaging
