#include "caravel/inference/parameter_space.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/expects.hpp"
#include "caravel/base/unit.hpp"

#include <cmath>
#include <numbers>
#include <set>
#include <utility>

namespace caravel::inference {
namespace {

std::string range(double low, double high) {
    return "from " + format_number(low) + " to " + format_number(high);
}

// The mistakes of one parameter.
class Checker {
  public:
    Checker(const Parameter& parameter, std::vector<Diagnostic>& mistakes)
        : p_(parameter), mistakes_(mistakes) {}

    void check() {
        if (p_.name.empty()) add("a parameter has no name", "a name", "");
        if (p_.is_estimated && !has_bounds()) return;
        if (p_.is_estimated) check_scale();
        check_nominal();
        check_prior();
    }

  private:
    void add(std::string what, std::string expected, std::string hint) {
        mistakes_.push_back({{}, std::move(what), std::move(expected), std::move(hint)});
    }
    std::string called() const { return "parameter '" + p_.name + "'"; }

    bool has_bounds() {
        if (!std::isfinite(p_.lower) || !std::isfinite(p_.upper)) {
            add(called() + " has no finite bounds (" + format_number(p_.lower) + ", " +
                    format_number(p_.upper) + ")",
                "a lower and an upper bound",
                "estimated parameters need bounds; fix it or say between which values it lies");
            return false;
        }
        if (!(p_.lower < p_.upper)) {
            add(called() + " reaches " + range(p_.lower, p_.upper), "lower below upper", "");
            return false;
        }
        return true;
    }

    void check_scale() {
        if (p_.scale == Scale::log10 && !(p_.lower > 0.0)) {
            add(called() + " on a log10 scale has the lower bound " + format_number(p_.lower),
                "a bound above 0", "use a small number, or the linear scale");
        }
        if (p_.scale == Scale::logit && !(p_.lower > 0.0 && p_.upper < 1.0)) {
            add(called() + " on a logit scale reaches " + range(p_.lower, p_.upper),
                "bounds above 0 and below 1", "");
        }
    }

    void check_nominal() {
        if (!p_.is_estimated) {
            if (!std::isfinite(p_.nominal)) {
                add(called() + " is fixed at " + format_number(p_.nominal), "a finite number", "");
            }
        } else if (!std::isnan(p_.nominal) && !(p_.nominal >= p_.lower && p_.nominal <= p_.upper)) {
            add(called() + " has the nominal value " + format_number(p_.nominal),
                range(p_.lower, p_.upper), "");
        }
    }

    void check_prior() {
        if (!p_.prior) return;
        try {
            require_valid(*p_.prior, "the prior of " + called());
            if (p_.is_estimated && mistakes_.empty()) check_mass();
        } catch (const InputError& error) {
            const auto& found = error.diagnostics();
            mistakes_.insert(mistakes_.end(), found.begin(), found.end());
        }
    }

    void check_mass() {
        const bool scaled = p_.prior_is_on_scale;
        const double low = scaled ? to_scale(p_.scale, p_.lower) : p_.lower;
        const double high = scaled ? to_scale(p_.scale, p_.upper) : p_.upper;
        try {
            truncated_quantile(*p_.prior, low, high, 0.5);
        } catch (const InputError&) {
            add("the prior of " + called() + " has no probability inside the bounds",
                range(p_.lower, p_.upper), "");
        }
    }

    const Parameter& p_;
    std::vector<Diagnostic>& mistakes_;
};

}  // namespace

double to_scale(Scale scale, double x) {
    if (scale == Scale::log10) return std::log10(x);
    return scale == Scale::logit ? std::log(x) - std::log1p(-x) : x;
}

double from_scale(Scale scale, double theta) {
    if (scale == Scale::log10) return std::pow(10.0, theta);
    return scale == Scale::logit ? 1.0 / (1.0 + std::exp(-theta)) : theta;
}

double scale_slope(Scale scale, double theta) {
    if (scale == Scale::log10) return std::numbers::ln10 * std::pow(10.0, theta);
    if (scale == Scale::linear) return 1.0;
    const double small = std::exp(-std::abs(theta));
    return small / ((1.0 + small) * (1.0 + small));
}

double log_slope_slope(Scale scale, double theta) {
    if (scale == Scale::log10) return std::numbers::ln10;
    return scale == Scale::logit ? -std::tanh(0.5 * theta) : 0.0;
}

ParameterSpace::ParameterSpace(std::vector<Parameter> parameters)
    : parameters_(std::move(parameters)) {
    std::vector<Diagnostic> mistakes;
    std::set<std::string> names;
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
        const Parameter& p = parameters_[i];
        std::vector<Diagnostic> found;
        Checker(p, found).check();
        mistakes.insert(mistakes.end(), found.begin(), found.end());
        if (!names.insert(p.name).second) {
            mistakes.push_back({{}, "parameter '" + p.name + "' appears twice", "one entry", ""});
        }
        if (!p.is_estimated) continue;
        estimated_.push_back(i);
        lower_.push_back(to_scale(p.scale, p.lower));
        upper_.push_back(to_scale(p.scale, p.upper));
    }
    if (mistakes.empty() && estimated_.empty()) {
        mistakes.push_back({{}, "no parameter is estimated", "at least one", ""});
    }
    if (!mistakes.empty()) throw InputError(std::move(mistakes));
}

std::vector<std::string> ParameterSpace::names() const {
    std::vector<std::string> result;
    for (const std::size_t i : estimated_) result.push_back(parameters_[i].name);
    return result;
}

std::vector<double> ParameterSpace::values(std::span<const double> theta) const {
    CARAVEL_EXPECTS(theta.size() == size());
    std::vector<double> result;
    for (const Parameter& p : parameters_) result.push_back(p.nominal);
    for (std::size_t i = 0; i < size(); ++i) {
        if (!std::isfinite(theta[i])) {
            throw InputError(
                Diagnostic{{},
                           "parameter '" + estimated(i).name + "' is " + format_number(theta[i]),
                           "a finite number",
                           ""});
        }
        result[estimated_[i]] = from_scale(estimated(i).scale, theta[i]);
    }
    return result;
}

std::vector<double> ParameterSpace::theta(std::span<const double> values) const {
    CARAVEL_EXPECTS(values.size() == parameters_.size());
    std::vector<double> result;
    for (const std::size_t i : estimated_) {
        const Parameter& p = parameters_[i];
        if (!(values[i] >= p.lower && values[i] <= p.upper)) {
            throw InputError(Diagnostic{{},
                                        "parameter '" + p.name + "' is " + format_number(values[i]),
                                        range(p.lower, p.upper),
                                        ""});
        }
        result.push_back(to_scale(p.scale, values[i]));
    }
    return result;
}

std::vector<double> ParameterSpace::nominal() const {
    std::vector<double> result;
    for (std::size_t i = 0; i < size(); ++i) {
        const Parameter& p = estimated(i);
        result.push_back(std::isnan(p.nominal) ? 0.5 * (lower_[i] + upper_[i])
                                               : to_scale(p.scale, p.nominal));
    }
    return result;
}

std::vector<double> ParameterSpace::slopes(std::span<const double> theta) const {
    CARAVEL_EXPECTS(theta.size() == size());
    std::vector<double> result;
    for (std::size_t i = 0; i < size(); ++i) {
        result.push_back(scale_slope(estimated(i).scale, theta[i]));
    }
    return result;
}

double ParameterSpace::log_prior(std::span<const double> theta, std::span<double> gradient,
                                 Density density) const {
    CARAVEL_EXPECTS(theta.size() == size() && (gradient.empty() || gradient.size() == size()));
    double sum = 0.0;
    for (std::size_t i = 0; i < size(); ++i) {
        if (!gradient.empty()) gradient[i] = 0.0;
        const Parameter& p = estimated(i);
        if (!p.prior) continue;
        const double slope = p.prior_is_on_scale ? 1.0 : scale_slope(p.scale, theta[i]);
        const double at = p.prior_is_on_scale ? theta[i] : from_scale(p.scale, theta[i]);
        const bool has_jacobian = density == Density::of_scaled && !p.prior_is_on_scale;
        sum += log_density(*p.prior, at) + (has_jacobian ? std::log(slope) : 0.0);
        if (gradient.empty()) continue;
        gradient[i] = log_density_slope(*p.prior, at) * slope +
                      (has_jacobian ? log_slope_slope(p.scale, theta[i]) : 0.0);
    }
    return sum;
}

std::vector<double> ParameterSpace::from_cube(std::span<const double> u) const {
    CARAVEL_EXPECTS(u.size() == size());
    std::vector<double> result;
    for (std::size_t i = 0; i < size(); ++i) {
        const Parameter& p = estimated(i);
        if (!p.prior) {
            result.push_back(lower_[i] + u[i] * (upper_[i] - lower_[i]));
        } else if (p.prior_is_on_scale) {
            result.push_back(truncated_quantile(*p.prior, lower_[i], upper_[i], u[i]));
        } else {
            const double x = truncated_quantile(*p.prior, p.lower, p.upper, u[i]);
            result.push_back(to_scale(p.scale, x));
        }
    }
    return result;
}

}  // namespace caravel::inference
