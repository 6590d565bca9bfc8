// The page of a fit from its results.
#pragma once

#include "caravel/inference/fit/results.hpp"
#include "caravel/report/fit_page.hpp"

namespace caravel::inference::fit {

/// Everything that report.html shows; times in the unit that suits the longest one.
report::FitPage page_of(const FitObjective& objective, const FitRecord& record,
                        const std::string& assignments);

}  // namespace caravel::inference::fit
