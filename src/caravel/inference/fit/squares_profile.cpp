#include "caravel/inference/fit/squares_profile.hpp"

#include "caravel/base/unit.hpp"

#include <cmath>
#include <map>

namespace caravel::inference::fit {
namespace {

// The lowest objective with one parameter held, and where the others then are.
class HeldFit {
  public:
    HeldFit(const FitObjective& objective, std::span<const double> optimum, std::size_t held,
            const std::atomic<bool>* cancel)
        : objective_(objective), whole_(objective.least_squares()), held_(held) {
        options_.most_iterations = 100;
        options_.cost_tolerance = 1e-11;
        options_.gradient_tolerance = 1e-8;
        options_.cancel = cancel;
        found_[optimum[held]] = {optimum.begin(), optimum.end()};
        rest_.residuals = whole_.residuals;
        rest_.box = {without(objective.box().lower), without(objective.box().upper)};
    }

    double value(double at) {
        std::vector<double> theta = nearest(at);
        theta[held_] = at;
        if (!rest_.box.lower.empty()) {
            rest_.evaluate = [&](std::span<const double> others, std::span<double> residuals,
                                 Matrix* jacobian) { evaluate(at, others, residuals, jacobian); };
            const auto state = minimise_squares(rest_, without(theta), options_);
            theta = with(state.theta, at);
        }
        const double value = objective_.value(theta);
        found_[at] = std::move(theta);
        return value;
    }

    const std::vector<double>& theta(double at) const { return found_.at(at); }

  private:
    std::vector<double> without(std::vector<double> theta) const {
        theta.erase(theta.begin() + static_cast<std::ptrdiff_t>(held_));
        return theta;
    }
    std::vector<double> with(std::span<const double> others, double at) const {
        std::vector<double> theta(others.begin(), others.end());
        theta.insert(theta.begin() + static_cast<std::ptrdiff_t>(held_), at);
        return theta;
    }

    const std::vector<double>& nearest(double at) const {
        auto above = found_.lower_bound(at);
        if (above == found_.end()) return std::prev(above)->second;
        if (above == found_.begin()) return above->second;
        const auto below = std::prev(above);
        return at - below->first <= above->first - at ? below->second : above->second;
    }

    void evaluate(double at, std::span<const double> others, std::span<double> residuals,
                  Matrix* jacobian) const {
        const std::vector<double> theta = with(others, at);
        if (jacobian == nullptr) {
            whole_.evaluate(theta, residuals, nullptr);
            return;
        }
        Matrix all;
        whole_.evaluate(theta, residuals, &all);
        *jacobian = Matrix(all.rows, others.size());
        for (std::size_t i = 0; i < all.rows; ++i)
            for (std::size_t j = 0; j < others.size(); ++j)
                (*jacobian)(i, j) = all(i, j < held_ ? j : j + 1);
    }

    const FitObjective& objective_;
    LeastSquaresProblem whole_;
    LeastSquaresProblem rest_;
    std::size_t held_;
    LeastSquaresOptions options_;
    std::map<double, std::vector<double>> found_;
};

// "1000 1/h": the natural value of theta with its unit. Six digits: a bound that went to the scale
// and back shall read as it was given.
std::string described(const FitObjective& objective, std::size_t parameter, double at) {
    const FitProblem& problem = objective.problem();
    const Parameter& estimated = objective.space().estimated(parameter);
    std::string text = format_number(from_scale(estimated.scale, at), 6);
    for (std::size_t i = 0; i < problem.parameter_units.size(); ++i)
        if (problem.parameters[i].name == estimated.name && !problem.parameter_units[i].empty())
            text += ' ' + problem.parameter_units[i];
    return text;
}

}  // namespace

Profile profile_by_squares(const FitObjective& objective, std::span<const double> optimum,
                           std::size_t parameter, const std::atomic<bool>* cancel) {
    HeldFit fit(objective, optimum, parameter, cancel);
    // To the profiler this is a problem of one parameter: the others are gone when it asks.
    const Objective line = [&](std::span<const double> at, std::span<double>) {
        const double value = fit.value(at[0]);
        // A fit that was cut short is no point of the profile.
        if (is_cancelled(cancel)) throw Interrupted("interrupted during a profile");
        return value;
    };
    const Box box{{objective.box().lower[parameter]}, {objective.box().upper[parameter]}};
    const std::vector<double> start{optimum[parameter]};
    ProfileOptions options;
    options.describe = [&](double at) { return described(objective, parameter, at); };
    Profile profile = profile_likelihood(line, box, start, 0, options);
    profile.parameter = parameter;
    for (ProfilePoint& point : profile.points) point.theta = fit.theta(point.at);
    if (profile.better) profile.better->theta = fit.theta(profile.better->at);
    return profile;
}

}  // namespace caravel::inference::fit
