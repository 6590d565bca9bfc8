// Signals behind an object for a whole spectrum at once.
#pragma once

#include "caravel/exec/threads.hpp"
#include "caravel/imaging/xray/detector_response.hpp"
#include "caravel/imaging/xray/tube_spectrum.hpp"

#include <span>
#include <vector>

namespace caravel::imaging {

/// A beam, the materials in it and the detector: photons of every energy on one pixel without an
/// object, attenuation of every material (material after material, energy fastest), response.
struct Polychromatic {
    PhotonSpectrum beam{};              // photons per pixel and view
    std::vector<double> attenuation{};  // per unit of the materials' line integrals
    DetectorResponse response{};

    std::size_t energies() const { return beam.energy.size(); }
    std::size_t materials() const { return attenuation.size() / beam.energy.size(); }
};

/// Mean signal of one channel, and its variance.
struct ChannelSignal {
    double mean = 0.0;
    double variance = 0.0;
};

/// Signals of all channels behind line integrals of the materials (one each): sums over energies
/// of photons times exp(-sum of attenuation times integral) times response; compound Poisson
/// variance plus electronics.
void channel_signals(const Polychromatic& model, std::span<const double> integrals,
                     std::span<ChannelSignal> signals);

/// Photons (per energy) that arrive behind the line integrals.
std::vector<double> arriving_photons(const Polychromatic& model, std::span<const double> integrals);

/// Mean attenuation of every material for one channel, weighted with the signal that is detected
/// behind the line integrals: the slope of -ln(signal) by a material's line integral.
std::vector<double> effective_attenuation(const Polychromatic& model, std::size_t channel,
                                          std::span<const double> integrals);

/// The same signals for many rays: `integrals` holds material after material, ray fastest; means
/// and variances channel after channel.
void project_signals(exec::ThreadTeam& team, const Polychromatic& model,
                     std::span<const float> integrals, std::size_t rays, std::span<double> means,
                     std::span<double> variances);

}  // namespace caravel::imaging
