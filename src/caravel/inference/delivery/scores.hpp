// How good forecasts of held-out cases are.
#pragma once

#include "caravel/inference/bootstrap.hpp"
#include "caravel/inference/delivery/predictor.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace caravel::inference::delivery {

/// What a learner was asked and what was measured.
struct Outcome {
    std::string question;  // "tumour_max", ...
    std::string learner;
    std::string id;       // of the case
    std::string article;  // its group
    int fold = 0;
    Place place = Place::tumour;
    std::vector<double> times;  // s
    double measured = 0.0;      // log10 of the fraction of the dose
    Forecast forecast;
};

/// Numbers over the outcomes of one question and learner, with standard errors over articles.
struct Score {
    std::string question;
    std::string learner;
    std::size_t values = 0;
    std::size_t cases = 0;
    std::size_t articles = 0;
    Estimate rmse;       // of log10
    Estimate r2;         // 1 - sum of squares about the forecasts / about the mean of the place;
                         // 0 where the values do not differ
    Estimate within_2;   // share of forecasts within 2-fold
    Estimate within_3;   // 3-fold
    Estimate within_10;  // 10-fold
    Estimate coverage;   // share of values inside the 90 % interval, its ends included
    Estimate width;      // mean width of the interval, log10
};

/// Name of a place in tables: "tumour", "blood", ...
std::string_view place_name(Place place);

/// Scores of outcomes that share question and learner. Standard errors and intervals by `resamples`
/// bootstrap samples of whole articles. Throws InputError for no outcome or fewer than 2 articles,
/// NumericalError for a forecast that is not finite.
Score score(std::span<const Outcome> outcomes, int resamples, std::uint64_t seed);

/// RMSE of one learner minus that of another on the same outcomes (same order), with its standard
/// error over articles: below 0 the first is better.
Estimate rmse_difference(std::span<const Outcome> first, std::span<const Outcome> second,
                         int resamples, std::uint64_t seed);

}  // namespace caravel::inference::delivery
