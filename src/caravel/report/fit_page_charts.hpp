// Charts of the page of a fit, each a finished `<figure>`.
#pragma once

#include "caravel/report/fit_page.hpp"

namespace caravel::report::fit_charts {

/// Objective above the best, start by start.
std::string waterfall(const FitPage& page);
/// Curve and bands over the measured values of one panel.
std::string panel(const FitPage& page, std::size_t i);
/// Normal scores over prediction and over time, and against normal quantiles; measured over
/// predicted.
std::string scores_by_prediction(const FitPage& page);
std::string scores_by_time(const FitPage& page);
std::string quantiles(const FitPage& page);
std::string measured_by_predicted(const FitPage& page);
/// Rise of the objective along one parameter.
std::string profile(const FitPage& page, std::size_t i);
/// Correlations of the estimates as coloured cells; empty below two parameters.
std::string correlations(const FitPage& page);

}  // namespace caravel::report::fit_charts
