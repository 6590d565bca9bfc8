// How far predictions lie from measurements, as a factor.
#pragma once

#include "caravel/report/record.hpp"

#include <optional>
#include <string>
#include <vector>

namespace caravel::report {

/// Fold error max(p/m, m/p) >= 1. Empty when the measured value is not a positive finite number
/// (a ratio has no meaning then); infinite when the prediction is zero, negative or not finite, so
/// that a failed prediction counts as a miss.
std::optional<double> fold_error(double predicted, double measured);

/// One measured point held against the prediction.
struct Comparison {
    std::string series;  // Series::name
    std::string label;   // Series::label
    std::string group;   // data set
    std::string unit;
    std::string source;
    double time = 0.0;  // s
    double measured = 0.0;
    std::optional<double> predicted;  // empty outside the simulated time
    std::optional<double> fold;
    bool below_limit = false;  // reported as below the limit of quantification, never in a fold

    /// Beyond `factor`; a point below the limit is missed when the prediction exceeds the limit by
    /// that factor.
    bool miss(double factor = 2.0) const {
        if (below_limit) return predicted && *predicted > factor * measured;
        return fold && *fold > factor;
    }
};

/// Fold errors of one group; fractions are of `count`.
struct FoldSummary {
    std::string series;
    std::string label;
    std::string group;
    int count = 0;     // points with a fold error
    int excluded = 0;  // below the limit, not positive, or outside the simulated time
    std::optional<double> median;
    std::optional<double> worst;
    double within_two = 0.0;
    double within_three = 0.0;
};

/// Value of a series at `time` (s): linear between the record's times, which ascend strictly; empty
/// outside them.
std::optional<double> interpolate(const std::vector<double>& times,
                                  const std::vector<double>& values, double time);

/// All measured points of a record in its order; a point without a prediction takes the
/// interpolated one.
std::vector<Comparison> compare_with_measurements(const RunRecord& record);

/// Median and fractions within 2x and 3x (inclusive) per series and data set, in order of
/// appearance.
std::vector<FoldSummary> summarise_folds(const std::vector<Comparison>& comparisons);

/// One summary over all comparisons.
FoldSummary summarise_all(const std::vector<Comparison>& comparisons);

}  // namespace caravel::report
