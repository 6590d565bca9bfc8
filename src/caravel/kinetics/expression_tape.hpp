// Expressions as a flat list of steps over an array of variables, for numbers of any kind.
#pragma once

#include "caravel/kinetics/expression.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace caravel::kinetics {

/// Writes one register: the value of `operation` on earlier registers. A variable has the index of
/// its input in operands[0].
struct TapeStep {
    Operation operation = Operation::constant;
    std::array<int, 3> operands{-1, -1, -1};
    double value = 0.0;  // of a constant
};

/// Value of an operation with operands. T needs the arithmetic operators, comparison operators that
/// give bool, construction from double, and the functions of the C++ library found by argument
/// (exp, log, ..., fabs); where comparisons give masks, overload `tape_apply` for that T in its own
/// namespace.
template <class T>
T tape_apply(Operation operation, const T& a, const T& b, const T& c);

/// Several expressions compiled together; parts they share are computed once. Plain data: step i
/// writes register i.
struct Tape {
    std::vector<TapeStep> steps;
    std::vector<int> results;  // registers, one per expression

    /// Values of all expressions. `registers` is work space of steps.size() values, `out` takes
    /// results.size().
    template <class T>
    void run(const T* variables, T* registers, T* out) const {
        for (std::size_t i = 0; i < steps.size(); ++i) {
            registers[i] = step(steps[i], variables, registers);
        }
        for (std::size_t r = 0; r < results.size(); ++r) {
            out[r] = registers[static_cast<std::size_t>(results[r])];
        }
    }

    /// Value of the only expression (for a tape of one); allocates its work space.
    template <class T>
    T evaluate(std::span<const T> variables) const {
        std::vector<T> registers(steps.size(), T(0.0));
        T out(0.0);
        run(variables.data(), registers.data(), &out);
        return out;
    }

  private:
    template <class T>
    static T step(const TapeStep& step, const T* variables, const T* registers) {
        const auto at = [&](std::size_t i) -> const T& {
            return registers[static_cast<std::size_t>(std::max(step.operands[i], 0))];
        };
        switch (step.operation) {
        case Operation::constant: return T(step.value);
        case Operation::variable: return variables[static_cast<std::size_t>(step.operands[0])];
        case Operation::add: return at(0) + at(1);
        case Operation::subtract: return at(0) - at(1);
        case Operation::multiply: return at(0) * at(1);
        case Operation::divide: return at(0) / at(1);
        default: return tape_apply(step.operation, at(0), at(1), at(2));
        }
    }
};

/// Compiles expressions over variables in the given order. A name that is not among them may be
/// `pi`, `e` or `exponentiale`; any other throws InputError with the nearest variable.
Tape compile_tape(std::span<const Expression> expressions, std::span<const std::string> variables);
Tape compile_tape(const Expression& expression, std::span<const std::string> variables);

/// Value with these variables; for values needed once.
double evaluate(const Expression& expression, std::span<const std::string> variables,
                std::span<const double> values);

template <class T>
T tape_apply(Operation operation, const T& a, const T& b, const T& c) {
    using std::abs, std::acos, std::asin, std::atan, std::ceil, std::cos, std::cosh, std::exp,
        std::floor, std::log, std::log10, std::log2, std::pow, std::sin, std::sinh, std::sqrt,
        std::tan, std::tanh;
    const T none(0.0);
    const auto truth = [](bool holds) { return T(holds ? 1.0 : 0.0); };
    switch (operation) {
    case Operation::constant:
    case Operation::variable: break;
    case Operation::negate: return -a;
    case Operation::add: return a + b;
    case Operation::subtract: return a - b;
    case Operation::multiply: return a * b;
    case Operation::divide: return a / b;
    case Operation::power: return pow(a, b);
    case Operation::exp: return exp(a);
    case Operation::log: return log(a);
    case Operation::log10: return log10(a);
    case Operation::log2: return log2(a);
    case Operation::sqrt: return sqrt(a);
    case Operation::sin: return sin(a);
    case Operation::cos: return cos(a);
    case Operation::tan: return tan(a);
    case Operation::asin: return asin(a);
    case Operation::acos: return acos(a);
    case Operation::atan: return atan(a);
    case Operation::sinh: return sinh(a);
    case Operation::cosh: return cosh(a);
    case Operation::tanh: return tanh(a);
    case Operation::abs: return abs(a);
    case Operation::floor: return floor(a);
    case Operation::ceil: return ceil(a);
    case Operation::minimum: return b < a ? b : a;
    case Operation::maximum: return a < b ? b : a;
    case Operation::less: return truth(a < b);
    case Operation::less_equal: return truth(a <= b);
    case Operation::equal: return truth(a == b);
    case Operation::not_equal: return truth(!(a == b));
    case Operation::both: return truth(!(a == none) && !(b == none));
    case Operation::either: return truth(!(a == none) || !(b == none));
    case Operation::negation: return truth(a == none);
    case Operation::select: return a == none ? c : b;
    }
    return none;
}

}  // namespace caravel::kinetics
