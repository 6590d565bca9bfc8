#include "caravel/inference/profile.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/base/roots.hpp"
#include "caravel/inference/special.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace caravel::inference {
namespace {

class Profiler {
  public:
    Profiler(const Objective& objective, const Box& box, std::size_t parameter,
             const ProfileOptions& options)
        : objective_(objective), box_(box), parameter_(parameter), options_(options) {
        for (std::size_t i = 0; i < box.size(); ++i) {
            if (i == parameter) continue;
            rest_.lower.push_back(box.lower[i]);
            rest_.upper.push_back(box.upper[i]);
        }
    }

    // The lowest point with the parameter held at `at`, sought from the others of `from`.
    ProfilePoint fit(double at, const std::vector<double>& from) const {
        std::vector<double> theta = from;
        theta[parameter_] = at;
        if (rest_.size() == 0) {
            const double value = objective_(theta, {});
            guard_finite(value, "profile likelihood", "objective", describe_point(theta));
            return {at, value, theta};
        }
        const Objective reduced = [&](std::span<const double> others, std::span<double> slopes) {
            std::vector<double> full = with_others(others, at);
            if (slopes.empty()) return objective_(full, {});
            std::vector<double> gradient(full.size());
            const double value = objective_(full, gradient);
            gradient.erase(gradient.begin() + static_cast<std::ptrdiff_t>(parameter_));
            std::copy(gradient.begin(), gradient.end(), slopes.begin());
            return value;
        };
        theta.erase(theta.begin() + static_cast<std::ptrdiff_t>(parameter_));
        const QuasiNewtonState state = minimise(reduced, rest_, theta, options_.solver);
        return {at, state.value, with_others(state.theta, at)};
    }

    // Steps to one side of the optimum; points are appended as they come.
    ProfileSide walk(const ProfilePoint& optimum, double direction, double threshold,
                     std::vector<ProfilePoint>& points) const {
        const double width = box_.width(parameter_);
        const double bound = direction < 0.0 ? box_.lower[parameter_] : box_.upper[parameter_];
        ProfileSide side;
        ProfilePoint last = optimum;
        double step = options_.first_step * width;
        for (int k = 0; k < options_.most_points && last.at != bound; ++k) {
            const double next =
                direction < 0.0 ? std::max(bound, last.at - step) : std::min(bound, last.at + step);
            ProfilePoint point = fit(next, last.theta);
            const double rise = point.value - optimum.value;
            side.greatest_rise = std::max(side.greatest_rise, rise);
            if (rise >= threshold) {
                side.limit = limit_between(last, point, optimum.value + threshold);
                points.push_back(std::move(point));
                return side;
            }
            const double gain = rise - (last.value - optimum.value);
            if (gain < 0.1 * threshold) step = std::min(2.0 * step, options_.longest_step * width);
            if (gain > 0.4 * threshold) step *= 0.5;
            last = point;
            points.push_back(std::move(point));
        }
        side.reason = (last.at == bound ? "the bound " + described(bound)
                                        : "point " + std::to_string(options_.most_points)) +
                      " is reached with a rise of " + format_number(side.greatest_rise, 3) +
                      " of " + format_number(threshold, 3);
        return side;
    }

  private:
    std::string described(double at) const {
        return options_.describe ? options_.describe(at) : format_number(at);
    }

    std::vector<double> with_others(std::span<const double> others, double at) const {
        std::vector<double> full(others.begin(), others.end());
        full.insert(full.begin() + static_cast<std::ptrdiff_t>(parameter_), at);
        return full;
    }

    double limit_between(const ProfilePoint& inside, const ProfilePoint& outside,
                         double level) const {
        RootSearch search;
        search.quantity = "the confidence limit";
        search.tolerance = 1e-6 * box_.width(parameter_);
        const auto excess = [&](double at) {
            if (at == inside.at) return inside.value - level;
            if (at == outside.at) return outside.value - level;
            const double share = (at - inside.at) / (outside.at - inside.at);
            std::vector<double> from(inside.theta.size());
            for (std::size_t i = 0; i < from.size(); ++i) {
                from[i] = inside.theta[i] + share * (outside.theta[i] - inside.theta[i]);
            }
            box_.project(from);
            return fit(at, from).value - level;
        };
        return find_root(excess, inside.at, outside.at, search);
    }

    const Objective& objective_;
    const Box& box_;
    std::size_t parameter_;
    const ProfileOptions& options_;
    Box rest_;
};

}  // namespace

bool Profile::is_flat() const {
    return std::max(below.greatest_rise, above.greatest_rise) < 1e-3 * threshold;
}

Profile profile_likelihood(const Objective& objective, const Box& box,
                           std::span<const double> optimum, std::size_t parameter,
                           const ProfileOptions& options) {
    require_start(box, optimum, "profile likelihood");
    CARAVEL_EXPECTS(parameter < box.size());
    require_between(box.width(parameter), 0.0, 1e300,
                    "the width of the bounds of parameter " + std::to_string(parameter), "",
                    "a profile needs finite bounds");
    require_between(options.confidence, 1e-6, 1.0 - 1e-12, "the confidence of the profile", "");
    Profile profile;
    profile.parameter = parameter;
    profile.threshold = 0.5 * chi_squared_quantile(options.confidence, 1.0);
    const std::vector<double> theta(optimum.begin(), optimum.end());
    const ProfilePoint middle{theta[parameter], objective(theta, {}), theta};
    guard_finite(middle.value, "profile likelihood", "objective", describe_point(theta));
    const Profiler profiler(objective, box, parameter, options);
    profile.below = profiler.walk(middle, -1.0, profile.threshold, profile.points);
    std::reverse(profile.points.begin(), profile.points.end());
    profile.points.push_back(middle);
    profile.above = profiler.walk(middle, 1.0, profile.threshold, profile.points);
    for (const ProfilePoint& point : profile.points) {
        const double best = profile.better ? profile.better->value : middle.value;
        if (point.value < best - 1e-6 * profile.threshold) profile.better = point;
    }
    return profile;
}

}  // namespace caravel::inference
