// How long the next step of an integration shall be.
#pragma once

#include "caravel/kinetics/inverse_root.hpp"

#include <algorithm>
#include <cstdint>

namespace caravel::kinetics {

/// Chooses steps h_new = h clamp(safety err^(-1/order)) for an error in units of the tolerance.
class StepController {
  public:
    /// In units of the tolerance; smaller ones let steps grow no faster.
    static constexpr double least_error = 1e-12;

    struct Step {
        double size = 0.0;
        bool last = false;
    };

    /// `longest` 0: unlimited.
    StepController(double first, double longest, int order)
        : wish_(first), longest_(longest), order_(order) {
        limit();
    }

    /// What the controller would take where nothing ends.
    double wish() const { return wish_; }

    /// The next step when `rest` is left; ends exactly there, without a tiny last step.
    Step propose(double rest) {
        // A rejected last step must not be stretched to the same size again.
        const double most = (after_rejection_ ? 1.0 : stretch) * wish_;
        const bool last = rest <= most && !(longest_ > 0.0 && rest > (1.0 + 1e-9) * longest_);
        size_ = last ? rest : rest < 2.0 * wish_ ? 0.5 * rest : wish_;
        shortened_ = size_ < wish_;
        return {size_, last};
    }

    /// Factor from one step to the next after errors of at least least_error, one or a vector.
    template <class Value = double, class Bits = std::int64_t>
    [[gnu::always_inline]] static Value growth(Value error, int order) {
        return safety * inverse_root<Value, Bits>(error, order);
    }

    void accept(double error) { grow(growth(std::max(error, least_error), order_)); }

    /// As accept, with growth of the error known.
    void grow(double growth) {
        double factor = std::clamp(growth, least_factor, greatest_factor);
        if (after_rejection_) {
            factor = std::min(factor, 1.0);
        }
        // a step cut short by the end of the call says nothing against the longer one
        wish_ = shortened_ && !after_rejection_ ? std::max(wish_, factor * size_) : factor * size_;
        after_rejection_ = false;
        limit();
    }

    /// Repeats the step with one that should meet the tolerance.
    void reject(double error) { shrink(std::max(least_factor, growth(error, order_))); }

    /// Repeats the step with `factor` of its size.
    void shrink(double factor) {
        wish_ = factor * size_;
        after_rejection_ = true;
    }

  private:
    static constexpr double safety = 0.95;
    static constexpr double least_factor = 0.2;
    static constexpr double greatest_factor = 8.0;
    // A rest of the interval up to this multiple of the step is taken in one step.
    static constexpr double stretch = 1.1;

    void limit() {
        if (longest_ > 0.0) {
            wish_ = std::min(wish_, longest_);
        }
    }

    double wish_;
    double longest_;
    int order_;
    double size_ = 0.0;
    bool shortened_ = false;
    bool after_rejection_ = false;
};

}  // namespace caravel::kinetics
