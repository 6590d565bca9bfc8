// Visual predictive check: what the fitted model and its noise would have measured.
#pragma once

#include "caravel/inference/fit/run.hpp"

namespace caravel::inference::fit {

/// Quantiles of simulated measured values, one for each datum.
struct PredictiveCheck {
    std::vector<double> low;     // 5 %
    std::vector<double> median;  // 50 %
    std::vector<double> high;    // 95 %
    std::size_t samples = 0;     // parameter sets that the model could predict
    double inside = 0.0;  // fraction of uncensored data between low and high; NaN without any
};

/// Simulates every datum for `samples` parameter sets: draws of the chains, else of the normal law
/// of the curvature inside the bounds (without the directions that the data do not determine), each
/// with its noise. Sets for which the model fails are left out. Does not depend on the number of
/// threads.
PredictiveCheck predictive_check(const FitObjective& objective, const FitResult& result,
                                 std::uint64_t seed, std::size_t samples, exec::ThreadTeam& team,
                                 const std::atomic<bool>* cancel = nullptr);

/// (measured - predicted) / sigma, of the logarithms where noise acts on them; NaN for a censored
/// value. For Student's law as the normal score of the same probability.
double normal_score(const Datum& datum, double prediction, double sigma);

}  // namespace caravel::inference::fit
