// How much the outcome of a recipe varies from batch to batch.
#pragma once

#include "caravel/formulation/synthesis/outcome.hpp"

#include <cstdint>

namespace caravel::formulation::synthesis {

struct Reproducibility {
    int batches = 0;
    int failed = 0;                // batches without particles
    double mean_diameter = 0.0;    // m, over the batches with particles
    double between_batches = 0.0;  // 1, standard deviation of the mean diameter over its mean
    double low = 0.0;              // 1, between_batches is in low..high with 95 % confidence
    double high = 0.0;             // 1, chi-square interval for normal batches
    std::optional<double> yield;   // 1, mean
};

/// The recipe of one batch: every concentration, temperature, time and intensity deviates by the
/// tolerances (lognormal; temperature normal). Batch and seed decide the numbers, nothing else.
Recipe batch_of(const Recipe& recipe, std::uint64_t seed, std::uint64_t batch);

/// Makes `batches` batches, with half the size classes of make() where particles ripen. Throws
/// InputError for fewer than 2, and what make() throws for the recipe itself; a batch outside a
/// method's range, or that the solver gives up, counts as failed.
Reproducibility reproduce(const Recipe& recipe, const Parameters& parameters, int batches,
                          std::uint64_t seed);

}  // namespace caravel::formulation::synthesis
