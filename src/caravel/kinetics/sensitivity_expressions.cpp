#include "caravel/kinetics/sensitivity_expressions.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace caravel::kinetics {

SensitivityExpressions::SensitivityExpressions(const ExpressionProgram& program, int size,
                                               const std::set<int>& coefficients,
                                               std::size_t stages)
    : size_(static_cast<std::size_t>(size)) {
    if (program.empty()) return;
    const auto reactions = static_cast<int>(program.reactions.size());
    std::vector<int> gradients(program.gradient_columns.size());
    std::iota(gradients.begin(), gradients.end(), reactions);
    std::vector<int> slopes;
    for (std::size_t i = 0; i < program.by_coefficient.size(); ++i) {
        if (coefficients.contains(program.by_coefficient[i].coefficient)) {
            by_coefficient_.push_back(program.by_coefficient[i]);
            slopes.push_back(reactions + static_cast<int>(i));
        }
    }
    tangent_ = TapeTangent(join_tapes(program.linearisation, gradients, program.slopes, slopes));
    inputs_.resize(program.inputs.size());
    bound_.resize(inputs_.size() - size_ - 1);
    directions_.resize(inputs_.size());
    start_.resize(gradients.size() + slopes.size());
    moved_.resize(start_.size() * stages);
    bends_.resize(start_.size());
}

void SensitivityExpressions::bind(std::span<const double> coefficients) {
    if (empty()) return;
    std::copy(coefficients.begin(), coefficients.end(), bound_.begin());
    std::copy(coefficients.begin(), coefficients.end(),
              inputs_.begin() + static_cast<std::ptrdiff_t>(size_));
}

void SensitivityExpressions::linearise(const double* y, double time) {
    if (empty()) return;
    std::copy(y, y + size_, inputs_.begin());
    inputs_.back() = time;
    tangent_.linearise(inputs_.data(), start_.data());
}

void SensitivityExpressions::move(std::size_t i, const double* y, const double* shift,
                                  StageTime stage, std::span<const double> change) {
    for (std::size_t p = 0; p < size_; ++p) {
        inputs_[p] = y[p] + shift[p];
    }
    for (std::size_t c = 0; c < change.size(); ++c) {
        inputs_[size_ + c] = bound_[c] + change[c];
    }
    inputs_.back() = stage.time;
    tangent_.evaluate(inputs_.data(), moved_.data() + i * start_.size());
    if (!change.empty()) {
        std::copy(bound_.begin(), bound_.end(),
                  inputs_.begin() + static_cast<std::ptrdiff_t>(size_));
    }
}

void SensitivityExpressions::direct(std::size_t i, const double* shift, const double* solution,
                                    StageTime stage, std::span<const double> slope) {
    for (std::size_t p = 0; p < size_; ++p) {
        directions_[p][i] = solution[p] - shift[p];
    }
    for (std::size_t c = 0; c < bound_.size(); ++c) {
        directions_[size_ + c][i] = slope.empty() ? 0.0 : stage.weight * slope[c];
    }
    directions_.back()[i] = stage.weight;
}

}  // namespace caravel::kinetics
