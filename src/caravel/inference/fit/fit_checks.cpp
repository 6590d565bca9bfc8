#include "caravel/base/unit.hpp"
#include "caravel/inference/fit/objective.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace caravel::inference::fit {
namespace {

std::string name_of_datum(const Datum& datum, std::size_t i) {
    std::string name = "measured value " + std::to_string(i) + " (" + datum.observable;
    if (!datum.condition.empty()) name += ", " + datum.condition;
    return name + ")";
}

void check_datum(const Datum& datum, std::size_t i, std::vector<Diagnostic>& mistakes) {
    const std::string name = name_of_datum(datum, i);
    const double value = datum.observation.value;
    if (!std::isfinite(value))
        mistakes.push_back({{}, name + " is " + format_number(value), "a finite number", ""});
    else if (is_logarithmic(datum.noise) && !(value > 0.0))
        mistakes.push_back({{},
                            name + " is " + format_number(value) + " under noise of the logarithm",
                            "a value above 0",
                            "take noise of the value (normal, student_t), or mark the value as "
                            "below a limit"});
    if (std::isnan(datum.time) || datum.time < 0.0)
        mistakes.push_back(
            {{}, name + " is at time " + format_number(datum.time), "a time of at least 0", ""});
    if (!(datum.freedom > 0.0))
        mistakes.push_back({{},
                            name + " has " + format_number(datum.freedom) + " degrees of freedom",
                            "a number above 0",
                            ""});
}

// An observable known only by limits does not say how large it is.
void check_censoring(const FitProblem& problem, std::vector<Diagnostic>& mistakes) {
    std::map<std::string, bool> has_value;
    for (const Datum& datum : problem.data) {
        bool& known = has_value[datum.observable];
        known = known || datum.observation.censoring == Censoring::none;
    }
    for (const auto& [observable, known] : has_value) {
        if (known) continue;
        mistakes.push_back({{},
                            "all values of " + observable + " are censored",
                            "at least one measured value",
                            "leave the observable out, or add values above the limit"});
    }
}

Diagnostic always_zero(const FitProblem& problem, const Datum& datum) {
    std::string time = problem.time_unit == "s"
                           ? format_quantity(datum.time, "h")
                           : format_number(datum.time) + " " + problem.time_unit;
    std::string name = datum.observable;
    if (!datum.condition.empty()) name += " (" + datum.condition + ")";
    return {datum.where,
            "the prediction of " + name + " at " + time +
                " is 0 for all parameters, so no noise of the logarithm leads to the measured " +
                format_number(datum.observation.value),
            "a value at a time when something is predicted",
            "drop the point, take noise of the value (normal, student_t), or mark it as below a "
            "detection limit"};
}

}  // namespace

void require_predictions_above_zero(const FitObjective& objective) {
    const FitProblem& problem = objective.problem();
    const ParameterSpace& space = objective.space();
    std::vector<std::vector<double>> points{space.nominal()};
    for (const double share : {0.25, 0.5, 0.75})
        points.push_back(space.from_cube(std::vector<double>(space.size(), share)));
    std::vector<bool> is_zero(problem.data.size());
    for (std::size_t i = 0; i < is_zero.size(); ++i)
        is_zero[i] = is_logarithmic(problem.data[i].noise) &&
                     problem.data[i].observation.censoring != Censoring::left;
    std::size_t tried = 0;
    for (const auto& theta : points) {
        if (std::find(is_zero.begin(), is_zero.end(), true) == is_zero.end()) return;
        Prediction p;
        try {
            problem.predict(space.values(theta), false, p);
        } catch (const NumericalError&) {
            continue;  // the starts will tell
        }
        ++tried;
        for (std::size_t i = 0; i < is_zero.size(); ++i)
            is_zero[i] = is_zero[i] && p.value[i] == 0.0;
    }
    if (tried == 0) return;
    std::vector<Diagnostic> mistakes;
    for (std::size_t i = 0; i < is_zero.size(); ++i)
        if (is_zero[i]) mistakes.push_back(always_zero(problem, problem.data[i]));
    if (!mistakes.empty()) throw InputError(std::move(mistakes));
}

void require_fit_problem(const FitProblem& problem) {
    std::vector<Diagnostic> mistakes;
    try {
        const ParameterSpace space(problem.parameters);
    } catch (const InputError& error) {
        mistakes = error.diagnostics();
    }
    if (problem.data.empty()) mistakes.push_back({{}, "there are no data", "measured values", ""});
    for (std::size_t i = 0; i < problem.data.size(); ++i) check_datum(problem.data[i], i, mistakes);
    check_censoring(problem, mistakes);
    if (!problem.predict) mistakes.push_back({{}, "nothing predicts the data", "a model", ""});
    if (!mistakes.empty()) throw InputError(std::move(mistakes));
}

}  // namespace caravel::inference::fit
