// How long the next step of an integration shall be.
#pragma once

#include <algorithm>
#include <cmath>

namespace caravel::kinetics {

/// Chooses steps h_new = h clamp(safety err^(-1/order)) for an error in units of the tolerance.
class StepController {
  public:
    struct Step {
        double size = 0.0;
        bool last = false;
    };

    /// `longest` 0: unlimited.
    StepController(double first, double longest, int order)
        : wish_(first), longest_(longest), exponent_(-1.0 / order) {
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

    void accept(double error) {
        double factor = std::clamp(safety * std::pow(std::max(error, 1e-12), exponent_),
                                   least_factor, greatest_factor);
        if (after_rejection_) {
            factor = std::min(factor, 1.0);
        }
        // a step cut short by the end of the call says nothing against the longer one
        wish_ = shortened_ && !after_rejection_ ? std::max(wish_, factor * size_) : factor * size_;
        after_rejection_ = false;
        limit();
    }

    /// Repeats the step with one that should meet the tolerance.
    void reject(double error) {
        shrink(std::max(least_factor, safety * std::pow(error, exponent_)));
    }

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
    double exponent_;
    double size_ = 0.0;
    bool shortened_ = false;
    bool after_rejection_ = false;
};

}  // namespace caravel::kinetics
