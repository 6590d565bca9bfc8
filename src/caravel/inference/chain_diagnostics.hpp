// Whether Markov chains have mixed and how much their draws are worth.
#pragma once

#include <span>
#include <vector>

namespace caravel::inference {

/// Draws of one parameter: chains of equal length.
using Chains = std::vector<std::vector<double>>;

/// Split R-hat: square root of pooled over within-chain variance of the half chains; 1 when they
/// agree, and 1 when nothing varies. Throws InputError for a draw that is not finite, chains of
/// different length or fewer than 4 draws.
/// Source: A. Gelman, D. B. Rubin, Statist. Sci. 7 (1992) 457, on halves.
double split_r_hat(const Chains& chains);

/// The greater of split R-hat of the rank-normalised draws and of their distances from the median,
/// which sees chains that agree in the mean only. Throws as split_r_hat.
/// Source: A. Vehtari et al., Bayesian Anal. 16 (2021) 667.
double rank_r_hat(const Chains& chains);

/// Effective sample size for the mean over the split chains, by Geyer's initial monotone sequence.
/// Throws as split_r_hat. Source: as rank_r_hat; C. J. Geyer, Statist. Sci. 7 (1992) 473.
double effective_sample_size(const Chains& chains);

/// What is reported of a parameter.
struct PosteriorSummary {
    double mean = 0.0;
    double standard_deviation = 0.0;
    double mean_error = 0.0;  // Monte Carlo standard error of the mean
    double low = 0.0;         // 5 % quantile
    double median = 0.0;
    double high = 0.0;   // 95 % quantile
    double r_hat = 0.0;  // rank_r_hat
    double effective_size = 0.0;

    /// r_hat below 1.01 and an effective size of at least 400.
    bool has_mixed() const { return r_hat < 1.01 && effective_size >= 400.0; }
};
PosteriorSummary summarise(const Chains& chains);

}  // namespace caravel::inference
