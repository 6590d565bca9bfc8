// Profile likelihood: confidence limits that need no quadratic likelihood, open where the data do
// not close them.
#pragma once

#include "caravel/inference/quasi_newton.hpp"

#include <functional>
#include <optional>
#include <string>

namespace caravel::inference {

struct ProfileOptions {
    double confidence = 0.95;
    double first_step = 0.01;    // of the width of the bounds
    double longest_step = 0.05;  // of the width of the bounds
    int most_points = 60;        // on either side
    QuasiNewtonOptions solver;
    /// A value of the profiled parameter as reasons tell it; empty: the number itself.
    std::function<std::string(double at)> describe{};
};

struct ProfilePoint {
    double at = 0.0;     // value of the profiled parameter
    double value = 0.0;  // lowest objective there
    std::vector<double> theta;
};

/// One side of a profile.
struct ProfileSide {
    std::optional<double> limit;  // none: the interval is open on this side
    double greatest_rise = 0.0;   // of the objective over its minimum
    std::string reason;           // why it is open; empty otherwise
};

struct Profile {
    std::size_t parameter = 0;
    double threshold = 0.0;  // rise of the objective at the limit: chi-squared quantile / 2
    ProfileSide below;
    ProfileSide above;
    std::vector<ProfilePoint> points;  // ascending, the optimum among them
    /// A point lower than the given optimum, found on the way: the fit has to be repeated from it.
    std::optional<ProfilePoint> better;

    bool is_closed() const { return below.limit && above.limit; }
    /// Neither side rises by a thousandth of the threshold: the data say nothing.
    bool is_flat() const;
};

/// Profile of parameter `parameter` of a negative log-likelihood with finite bounds around its
/// minimum `optimum`: steps outwards, adapted to the rise, with all others refitted from the last
/// point, until the rise passes the threshold (then the limit is found by Brent's method to 1e-6 of
/// the width) or the bound is reached. Throws InputError for an optimum outside of the box or an
/// infinite bound of this parameter, NumericalError when the objective fails at a step.
/// Source: A. Raue et al., Bioinformatics 25 (2009) 1923.
Profile profile_likelihood(const Objective& objective, const Box& box,
                           std::span<const double> optimum, std::size_t parameter,
                           const ProfileOptions& options = {});

}  // namespace caravel::inference
