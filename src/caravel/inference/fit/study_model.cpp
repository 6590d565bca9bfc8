#include "caravel/inference/fit/study_model.hpp"

#include "caravel/base/error.hpp"
#include "caravel/inference/fit/value_steps.hpp"

#include <set>

namespace caravel::inference::fit {
namespace {

std::vector<double> row_of(const Experiment& e, std::span<const double> values) {
    std::vector<double> row;
    for (const std::size_t p : e.parameter) row.push_back(values[p]);
    return row;
}

// Parameters that an experiment depends on and that are estimated.
std::vector<std::size_t> moved_parameters(const StudyModel& c, const Experiment& e) {
    std::set<std::size_t> moved;
    for (const std::size_t p : e.parameter)
        if (c.parameters[p].is_estimated) moved.insert(p);
    return {moved.begin(), moved.end()};
}

void predict_experiment(const StudyModel& c, const Experiment& e, std::span<const double> values,
                        bool derivatives, Prediction& p) {
    std::vector<double> rows = row_of(e, values);
    const std::vector<std::size_t> moved =
        derivatives ? moved_parameters(c, e) : std::vector<std::size_t>{};
    std::vector<double> at(values.begin(), values.end());
    for (const std::size_t j : moved) {
        const DifferencePair pair = values_around(c.parameters[j], values[j]);
        for (const double x : {pair.low, pair.high}) {
            at[j] = x;
            const std::vector<double> row = row_of(e, at);
            rows.insert(rows.end(), row.begin(), row.end());
        }
        at[j] = values[j];
    }
    const population::StudyFamily::BlockResult block = e.family->evaluate_block(rows);
    for (const std::string& failure : block.failures) {
        if (failure.empty()) continue;
        throw NumericalError({"fit", e.name, "", 0.0, 0.0, failure,
                              "repeat it with: " + e.family->command(row_of(e, values))});
    }
    for (std::size_t d = 0; d < e.data.size(); ++d) {
        p.value[e.data[d]] = block.outputs[0][e.output[d]];
        for (std::size_t k = 0; k < moved.size(); ++k) {
            const DifferencePair pair = values_around(c.parameters[moved[k]], values[moved[k]]);
            p.value_by_parameter(e.data[d], moved[k]) =
                (block.outputs[2 * k + 2][e.output[d]] - block.outputs[2 * k + 1][e.output[d]]) /
                (pair.high - pair.low);
        }
    }
}

}  // namespace

void predict(const StudyModel& c, std::span<const double> values, bool derivatives, Prediction& p) {
    const std::size_t n = c.sigmas.size();
    p = {};
    p.value.resize(n);
    p.sigma.resize(n);
    if (derivatives) {
        p.value_by_parameter = Matrix(n, values.size());
        p.sigma_by_parameter = Matrix(n, values.size());
    }
    for (std::size_t i = 0; i < n; ++i) {
        const SigmaSource& s = c.sigmas[i];
        p.sigma[i] = s.is_estimated() ? values[s.parameter] : s.fixed;
        if (derivatives && s.is_estimated()) p.sigma_by_parameter(i, s.parameter) = 1.0;
    }
    for (const Experiment& e : c.experiments) predict_experiment(c, e, values, derivatives, p);
}

std::vector<Curve> curves(const StudyModel& c, std::span<const double> values) {
    std::vector<Curve> result;
    for (const Experiment& e : c.experiments) {
        const std::vector<double> outputs = e.curves->evaluate(row_of(e, values));
        for (std::size_t o = 0; o < e.observables.size(); ++o) {
            const std::size_t first = o * e.times.size();
            Curve curve{e.observables[o], e.name, e.curves->output_units()[first], e.times, {}};
            curve.value.assign(
                outputs.begin() + static_cast<std::ptrdiff_t>(first),
                outputs.begin() + static_cast<std::ptrdiff_t>(first + e.times.size()));
            result.push_back(std::move(curve));
        }
    }
    return result;
}

}  // namespace caravel::inference::fit
