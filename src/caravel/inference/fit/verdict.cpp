#include "caravel/inference/fit/verdict.hpp"

#include "caravel/base/unit.hpp"

#include <fmt/format.h>

namespace caravel::inference::fit {

std::optional<std::string> follow_profile(const Profile& profile, double lower, double upper,
                                          Estimate& estimate) {
    const std::string& name = estimate.name;
    if (profile.is_flat()) {
        estimate.is_determined = false;
        return "the profile of " + name + " is flat: the data say nothing about it";
    }
    const bool was_determined = estimate.is_determined;
    const bool ends_below = profile.below.limit || estimate.bound == "lower";
    const bool ends_above = profile.above.limit || estimate.bound == "upper";
    if (ends_below && ends_above) {
        estimate.is_determined = true;
        if (was_determined) return std::nullopt;
        return fmt::format(
            "{} counts as determined: its profile closes{}, though the curvature at the best point "
            "leaves it open",
            name, estimate.bound.empty() ? "" : " away from its " + estimate.bound + " bound");
    }
    const bool is_open = (!ends_below && profile.points.front().at == lower) ||
                         (!ends_above && profile.points.back().at == upper);
    if (!is_open) return std::nullopt;
    estimate.is_determined = false;
    if (!was_determined) return std::nullopt;
    return fmt::format("the profile of {} is open {}: {}", name, ends_below ? "above" : "below",
                       (ends_below ? profile.above : profile.below).reason);
}

std::optional<std::string> unresolved_message(const FitProblem& problem,
                                              const Prediction& prediction) {
    std::size_t count = 0;
    const Datum* first = nullptr;
    for (std::size_t i = 0; i < problem.data.size(); ++i) {
        if (!is_unresolved(problem.data[i], prediction, i)) continue;
        if (count++ == 0) first = &problem.data[i];
    }
    if (count == 0) return std::nullopt;
    return fmt::format(
        "{} of {} predictions under noise of the logarithm are 0 within the absolute tolerance of "
        "their integration and count as at most that tolerance; the first: {} of {} at {} {}",
        count, problem.data.size(), first->observable, first->condition, format_number(first->time),
        problem.time_unit);
}

namespace {

bool lies_elsewhere(const Estimate& estimate, double value) {
    if (!estimate.is_determined || !estimate.interval) return false;
    const auto [low, high] = *estimate.interval;
    const double width = high - low;
    return value < low - width || value > high + width;
}

}  // namespace

std::optional<std::string> other_optima_message(const ParameterSpace& space,
                                                const FitResult& result) {
    std::size_t alike = 0;
    std::size_t others = 0;
    std::string first;
    for (std::size_t k = 0; k < result.starts.fits.size(); ++k) {
        const auto& fit = result.starts.fits[k];
        if (!fit || !fit->failure.empty() || !(fit->value <= result.objective + same_objective))
            continue;
        ++alike;
        bool elsewhere = false;
        std::string values;
        for (std::size_t i = 0; i < result.estimates.size(); ++i) {
            const Estimate& estimate = result.estimates[i];
            const double value = from_scale(space.estimated(i).scale, fit->theta[i]);
            elsewhere = elsewhere || lies_elsewhere(estimate, value);
            values += fmt::format("{}{} {}", values.empty() ? "" : ", ", estimate.name,
                                  format_number(value, 4));
        }
        if (elsewhere && others++ == 0) first = fmt::format("start {}: {}", k, values);
    }
    if (others == 0) return std::nullopt;
    return fmt::format(
        "{} of {} starts within {} of the best lie at other parameters, outside of the intervals "
        "told ({}): these data do not tell the answers apart; narrower bounds or a prior would",
        others, alike, same_objective, first);
}

}  // namespace caravel::inference::fit
