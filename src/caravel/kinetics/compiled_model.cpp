#include "caravel/kinetics/expression_evaluator.hpp"
#include "caravel/kinetics/model.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <numeric>
#include <stdexcept>

namespace caravel::kinetics {

namespace {

RateProgram compile_in_model_order(const KineticModel& model) {
    std::vector<int> place(model.all_species().size());
    std::iota(place.begin(), place.end(), 0);
    return compile(model, place);
}

// Sums of a program; models with few of them need no heap.
class SumValues {
  public:
    SumValues(const RateProgram& program, const double* y) {
        const std::size_t count = program.sum_constants.size();
        if (count > local_.size()) {
            heap_.resize(count);
        }
        evaluate_sums(program, y, data());
    }
    double* data() { return heap_.empty() ? local_.data() : heap_.data(); }

  private:
    std::array<double, 64> local_;
    std::vector<double> heap_;
};

ExpressionEvaluator evaluator(const ExpressionProgram& program, int size,
                              std::span<const double> coefficients, double time) {
    ExpressionEvaluator result(program, size);
    result.bind(coefficients);
    result.set_time(time);
    return result;
}

}  // namespace

CompiledModel::CompiledModel(const KineticModel& model)
    : model_(model), program_(compile_in_model_order(model)) {
    for (const Coefficient& coefficient : model.coefficients()) {
        coefficients_.push_back(coefficient.value);
    }
}

void CompiledModel::rates(std::span<const double> y, std::span<const double> coefficients,
                          std::span<double> dydt, double time) const {
    assert(std::ssize(y) == size() && std::ssize(dydt) == size() &&
           std::ssize(coefficients) == coefficient_count());
    std::fill(dydt.begin(), dydt.end(), 0.0);
    const double* state = y.data();
    const double* k = coefficients.data();
    double* out = dydt.data();
    for (const LinearEntry& entry : program_.linear) {
        out[entry.row] += entry.weight * (k[entry.coefficient] * state[entry.column]);
    }
    if (!program_.reactions.empty()) {
        SumValues sums(program_, state);
        add_nonlinear_rates(program_, state, k, sums.data(), out);
    }
    if (!expressions().empty()) {
        evaluator(expressions(), size(), coefficients, time).add_rates(expressions(), state, out);
    }
}

void CompiledModel::jacobian(std::span<const double> y, std::span<const double> coefficients,
                             std::span<double> values, double time) const {
    assert(values.size() == program_.row_indices.size());
    std::fill(values.begin(), values.end(), 0.0);
    for (const LinearEntry& entry : program_.linear) {
        values[static_cast<std::size_t>(entry.position)] +=
            entry.weight * coefficients[static_cast<std::size_t>(entry.coefficient)];
    }
    if (!expressions().empty()) {
        evaluator(expressions(), size(), coefficients, time)
            .linearise(expressions(), y.data(), expressions().positions, 1.0, values.data());
    }
    if (program_.reactions.empty()) {
        return;
    }
    SumValues sums(program_, y.data());
    std::vector<double> rates(program_.reactions.size());
    std::vector<double> gradients(program_.gradient_columns.size());
    linearise(program_, y.data(), coefficients.data(), sums.data(), rates.data(), gradients.data());
    add_nonlinear_jacobian(program_, gradients.data(), program_.positions, 1.0, values.data());
}

std::vector<double> CompiledModel::dense_jacobian(std::span<const double> y,
                                                  std::span<const double> coefficients,
                                                  double time) const {
    const std::size_t n = static_cast<std::size_t>(size());
    std::vector<double> values(program_.row_indices.size());
    jacobian(y, coefficients, values, time);
    std::vector<double> dense(n * n, 0.0);
    for (std::size_t column = 0; column < n; ++column) {
        const auto begin = static_cast<std::size_t>(program_.column_starts[column]);
        const auto end = static_cast<std::size_t>(program_.column_starts[column + 1]);
        for (std::size_t i = begin; i < end; ++i) {
            dense[static_cast<std::size_t>(program_.row_indices[i]) * n + column] = values[i];
        }
    }
    return dense;
}

double CompiledModel::sum(SumId id, std::span<const double> y) const {
    if (id.index < 0 || static_cast<std::size_t>(id.index) >= model_.sums().size()) {
        throw std::invalid_argument("the model has no sum with this index");
    }
    const Sum& sum = model_.sums()[static_cast<std::size_t>(id.index)];
    double value = sum.constant;
    for (const Term& term : sum.terms) {
        value += term.weight * y[static_cast<std::size_t>(term.species.index)];
    }
    return value;
}

}  // namespace caravel::kinetics
