#include "caravel/base/unit.hpp"
#include "caravel/inference/fit/objective.hpp"

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

}  // namespace

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
