// Noise of images and raw data, the same for any number of threads.
#pragma once

#include "caravel/exec/threads.hpp"

#include <cstdint>
#include <span>

namespace caravel::imaging {

/// What noise is for: streams of one seed that share nothing. One entry per use; images of one scan
/// differ by `entity`.
enum class NoisePurpose : std::uint32_t {
    magnitude = 0x494d0001U,
    raw_real,
    raw_imaginary,
    photons,
    electronics,
    decays,
    randoms,
    receiver,
    camera,
    walk,
    placement,
    reader
};

/// Adds normal noise of standard deviation `sigma` (the unit of the values). Value i of `entity`
/// gets the same noise whatever else is drawn.
void add_gaussian_noise(exec::ThreadTeam& team, std::span<double> values, double sigma,
                        std::uint64_t seed, NoisePurpose purpose, std::uint32_t entity = 0);

/// Magnitude of a complex signal with normal noise of `sigma` in both channels: Rice's distribution
/// (Gudbjartsson and Patz 1995). Mean sigma sqrt(pi/2) without signal.
void add_rician_noise(exec::ThreadTeam& team, std::span<double> values, double sigma,
                      std::uint64_t seed, std::uint32_t entity = 0);

/// Replaces every mean count by a Poisson number. Throws InputError for a negative mean.
void draw_counts(exec::ThreadTeam& team, std::span<double> means, std::uint64_t seed,
                 NoisePurpose purpose, std::uint32_t entity = 0);

/// Mean of Rice's distribution with amplitude `signal` and `sigma` of one channel.
double rician_mean(double signal, double sigma);

}  // namespace caravel::imaging
