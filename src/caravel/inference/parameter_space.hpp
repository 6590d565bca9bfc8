// What is estimated: names, bounds, scales and priors, and the way between the numbers a model uses
// and the numbers a solver moves.
#pragma once

#include "caravel/inference/distribution.hpp"

#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace caravel::inference {

/// The coordinate theta in which a parameter x is moved.
enum class Scale {
    linear,  // theta = x
    log10,   // theta = log10 x
    logit,   // theta = log(x / (1 - x))
};

double to_scale(Scale scale, double x);
double from_scale(Scale scale, double theta);
/// dx / dtheta at theta.
double scale_slope(Scale scale, double theta);
/// d log|dx/dtheta| / dtheta.
double log_slope_slope(Scale scale, double theta);

/// One parameter. Bounds are of x, as are priors unless `prior_is_on_scale`.
struct Parameter {
    std::string name;
    double lower = std::numeric_limits<double>::quiet_NaN();
    double upper = std::numeric_limits<double>::quiet_NaN();
    double nominal = std::numeric_limits<double>::quiet_NaN();  // needed when not estimated
    Scale scale = Scale::linear;
    bool is_estimated = true;
    std::optional<Distribution> prior = {};
    bool prior_is_on_scale = false;  // the prior is a density of theta
};

/// Which density a log prior is: of x (for a maximum a posteriori estimate, as in PEtab) or of
/// theta (for sampling in theta, with the Jacobian).
enum class Density { of_value, of_scaled };

/// The parameters of one problem; theta holds the estimated ones in the order of the list.
class ParameterSpace {
  public:
    /// Throws InputError with every mistake found: no name, a name twice, no bounds, lower not
    /// below upper, bounds outside of the scale, nominal outside the bounds or missing for a fixed
    /// parameter, an invalid prior or one without mass inside the bounds, nothing to estimate.
    explicit ParameterSpace(std::vector<Parameter> parameters);

    std::span<const Parameter> parameters() const { return parameters_; }
    std::size_t size() const { return estimated_.size(); }  // of theta
    /// The parameter that theta[i] is.
    const Parameter& estimated(std::size_t i) const { return parameters_[estimated_[i]]; }
    std::vector<std::string> names() const;  // of theta

    std::span<const double> lower() const { return lower_; }  // of theta
    std::span<const double> upper() const { return upper_; }

    /// All parameters x, fixed ones at their nominal value. Throws InputError naming the parameter
    /// when theta is not finite.
    std::vector<double> values(std::span<const double> theta) const;

    /// theta of all parameters x; throws InputError naming one that is outside of its bounds.
    std::vector<double> theta(std::span<const double> values) const;

    /// The nominal theta; the middle of the bounds where a parameter has none.
    std::vector<double> nominal() const;

    /// dx/dtheta of the estimated parameters, to turn a gradient in x into one in theta.
    std::vector<double> slopes(std::span<const double> theta) const;

    /// Sum of the log prior densities of the estimated parameters (0 for one without prior; its
    /// density is then that of theta, uniform between the bounds). `gradient` in theta is
    /// overwritten unless empty.
    double log_prior(std::span<const double> theta, std::span<double> gradient,
                     Density density = Density::of_value) const;

    /// theta for a point of the unit cube: the prior cut to the bounds, else uniform in theta.
    std::vector<double> from_cube(std::span<const double> u) const;

  private:
    std::vector<Parameter> parameters_;
    std::vector<std::size_t> estimated_;
    std::vector<double> lower_;
    std::vector<double> upper_;
};

}  // namespace caravel::inference
