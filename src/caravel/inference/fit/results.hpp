// What a fit leaves on disk and says in the terminal.
#pragma once

#include "caravel/inference/fit/predictive_check.hpp"

#include <string>

namespace caravel::inference::fit {

/// Everything about one finished fit.
struct FitRecord {
    std::string run_id;
    std::string version;
    std::string description;
    FitPlan plan;
    FitResult result;
    PredictiveCheck check;
    std::vector<Curve> curves;
};

/// Residuals of one observable.
struct ObservableStatistics {
    std::string observable;
    std::size_t count = 0;     // of all values
    std::size_t censored = 0;  // of them
    double mean = 0.0;         // of the normal scores
    double deviation = 0.0;    // root mean square of the normal scores
    double fold = 0.0;         // median of max(measured/predicted, predicted/measured); NaN where
                               // one is not above 0
};
std::vector<ObservableStatistics> statistics_of(const FitProblem& problem, const FitResult& result);

/// fit.json, schema caravel.fit/1.
std::string fit_json(const FitProblem& problem, const FitRecord& record);

/// starts.csv: every start from the best up. residuals.csv: every datum with prediction, sigma,
/// normal score and bands. chains.csv: every draw; empty without chains.
std::string starts_csv(const FitProblem& problem, const FitRecord& record);
std::string residuals_csv(const FitProblem& problem, const FitRecord& record);
std::string chains_csv(const ParameterSpace& space, const FitRecord& record);

/// A few lines for people.
std::string fit_summary(const FitProblem& problem, const FitRecord& record);

}  // namespace caravel::inference::fit
