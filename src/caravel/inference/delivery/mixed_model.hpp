// A linear regression whose values come in articles and series of one article: what the terms leave
// is a level and a smooth process in log time of each, and noise.
#pragma once

#include "caravel/inference/matrix.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace caravel::inference::delivery {

/// Variances of what the terms leave.
struct MixedSpread {
    double article_level = 0.2;
    double article_process = 0.08;
    double series_level = 0.04;
    double series_process = 0.03;
    double noise = 0.013;
    double early = 0.02;  // more noise before 0.5 h, times decades squared
    double growth = 0.0;  // of levels and processes in time, see deviation_growth()
};

/// Correlation length of the processes in decades of time.
inline constexpr double process_length = 0.6;

/// log10 of the time in hours, not below 2 minutes.
double decades_of(double time);

/// exp(-x^2 / 2 l^2), x the distance of two times (decades).
double process_correlation(double first, double second);

/// Factor of the levels' and processes' deviations at a time (decades), 1 from 4 h on:
///   a = exp(-growth max(0, log10(4) - decades)).
/// Early values hold what all cases share (blood in the vessels of a tumour, the dose in plasma),
/// later ones what sets articles apart (uptake); below 0 it is the other way round. Two values of
/// one article then covary as a_i a_j times the levels and processes, so that a small early
/// residual speaks of a greater later one.
double deviation_growth(const MixedSpread& spread, double decades);

/// Variance of a single value's noise at a time (decades).
double noise_variance(const MixedSpread& spread, double decades);

struct MixedValue {
    std::size_t article = 0;
    std::size_t series = 0;  // unlike in every series
    double decades = 0.0;
    double value = 0.0;
    std::vector<double> terms;
};

struct MixedModel {
    std::vector<double> slopes;
    Matrix covariance;  // of the slopes
    MixedSpread spread;
};

/// The model fitted to all values, and to all but those of one article.
class MixedFit {
  public:
    /// `family` numbers the terms: those of family 0 have a prior standard deviation of 2, those of
    /// a higher one share a standard deviation that the values tell. The most likely spreads and
    /// family deviations by expectation-maximisation and steps along the coordinates, under weak
    /// priors against large ones. With a `freedom` n above 0 articles weigh as Student's t_n says
    /// of their level, so that few far ones do not rule. Deterministic. Throws InputError for
    /// values and terms that are not finite.
    MixedFit(std::span<const MixedValue> values, std::span<const int> family, double freedom);

    const MixedModel& model() const { return model_; }

    /// The same spreads, slopes without the article.
    MixedModel without(std::size_t article) const;
    std::vector<double> slopes_without(std::size_t article) const;

  private:
    struct Block {  // an article
        std::size_t article = 0;
        std::vector<MixedValue> values;
        double weight = 1.0;
    };
    struct Sums {
        Matrix square;
        std::vector<double> right;
        double rest = 0.0;  // y'V^-1 y / 2 + ln |V| / 2
    };

    Sums sums_of(const Block& block, const MixedSpread& spread) const;
    Sums sums(const MixedSpread& spread) const;
    Sums sums_without(std::size_t article) const;
    Matrix penalised(const Sums& sums) const;
    double cost(const MixedSpread& spread, const Sums& sums) const;
    void update_families(const Sums& sums);
    bool step_spread(double factor,
                     Sums& sums);  // whether a spread moved; `sums` at it, in and out
    bool step_growth(double step, double& best, Sums& sums);
    void weigh_articles(double freedom, const Sums& sums);
    MixedModel solved(const Sums& sums) const;

    std::vector<int> family_;
    std::vector<double> family_variance_;
    std::vector<Block> blocks_;
    Sums final_;
    MixedModel model_;
};

}  // namespace caravel::inference::delivery
