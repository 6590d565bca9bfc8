// A tape and how its results change along several directions at once.
#pragma once

#include "caravel/kinetics/expression_tape.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace caravel::kinetics {

/// Results of two tapes over the same inputs, in the given order: those of `first`, then those of
/// `second`. Steps that no result needs are left out, equal ones stored once.
Tape join_tapes(const Tape& first, std::span<const int> first_results, const Tape& second,
                std::span<const int> second_results);

/// A tape linearised at a point: first the values and the partial derivatives of every step, then
/// directional derivatives that need no function of the C++ library. Conditions, floor and ceil
/// count as constant; abs, min, max and select have the derivative of the branch they take.
class TapeTangent {
  public:
    static constexpr std::size_t directions = 8;
    using Change = std::array<double, directions>;

    TapeTangent() = default;
    explicit TapeTangent(Tape tape);

    const Tape& tape() const { return tape_; }
    /// Values of the results at `inputs`, the place of all later directions.
    void linearise(const double* inputs, double* results);
    /// Values alone, elsewhere.
    void evaluate(const double* inputs, double* results);
    /// Derivatives of the results along directions of the inputs.
    void push(const Change* inputs, Change* results);

  private:
    /// change = first * change of a + second * change of b
    struct Partial {
        int step = 0;
        int a = 0;
        int b = 0;
        double first = 0.0;
        double second = 0.0;
    };

    void differentiate(Partial& partial) const;
    template <class Product>
    void push_all(const Change* inputs, Product product);

    Tape tape_;
    std::vector<Partial> partials_;  // of steps that may change
    std::vector<char> active_;       // by step
    std::vector<double> registers_;
    std::vector<double> others_;  // registers of `evaluate`
    std::vector<Change> changes_;
    bool singular_ = false;  // a partial derivative is not finite
};

}  // namespace caravel::kinetics
