// Draws of a prediction that learn from early points: weights where the points say little, tempered
// and moved draws where they say much.
#pragma once

#include "caravel/inference/noise.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace caravel::inference::delivery {

/// A point measured early; `value` in the unit of the prediction, above 0.
struct EarlyPoint {
    Observation value;
    double sigma = 0.0;  // scale of Student's law on natural logarithms
};

/// Predictions at the points, one row for each row of latent numbers; an empty row has failed and
/// gets no weight. A pure function of each row.
using PredictPoints =
    std::function<std::vector<std::vector<double>>(std::span<const double> latent)>;

struct EarlyUpdateOptions {
    double freedom = 4.0;    // of Student's law
    double least_size = 50;  // effective draws below which the draws are moved
    int moves = 6;           // of every draw in each tempered stage
    int most_stages = 20;    // of tempering
    std::uint64_t seed = 1;
};

struct EarlyUpdate {
    std::vector<double> latent;    // rows of the updated draws
    std::vector<double> weights;   // sum 1
    double reweighted_size = 0.0;  // effective number of the prior draws, reweighted
    double effective_size = 0.0;   // of the updated draws: distinct where they were moved
    int stages = 0;                // tempered; 0: the prior draws with weights
    std::size_t evaluations = 0;   // rows predicted
    double accepted = 0.0;         // share of moves
};

/// Updates prior draws, rows of `dimensions` independent standard normal numbers, by points with
/// log-normal Student scatter about the prediction (censored ones as probabilities).
///
/// Weights are the likelihoods. Where their effective number 1/sum w^2 is below `least_size`, the
/// likelihood is brought in by stages that each keep half of the draws effective; after each the
/// draws are resampled systematically and moved by preconditioned Crank-Nicolson steps, z' =
/// sqrt(1 - s^2) z + s xi, which leave the prior alone and so hold in any dimension; s follows the
/// share accepted. Draw i of stage k is a pure function of (seed, k, i). Throws InputError for
/// points that are no numbers above 0 or rows that do not fit, NumericalError when every draw
/// fails.
/// Sources: P. Del Moral, A. Doucet, A. Jasra, J. R. Stat. Soc. B 68 (2006) 411; S. L. Cotter,
/// G. O. Roberts, A. M. Stuart, D. White, Stat. Sci. 28 (2013) 424.
EarlyUpdate update_draws(std::span<const double> latent, std::size_t dimensions,
                         std::span<const EarlyPoint> points, const PredictPoints& predict,
                         const EarlyUpdateOptions& options = {});

/// Quantile of weighted values: linear between the middles of the weights; `values` need no order.
/// Throws InputError when no weight is above 0.
double weighted_quantile(std::span<const double> values, std::span<const double> weights,
                         double level);

}  // namespace caravel::inference::delivery
