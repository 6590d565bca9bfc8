#include "caravel/kinetics/sensitivity_tape.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <map>
#include <numbers>
#include <tuple>

namespace caravel::kinetics {

namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

class TapeJoin {
  public:
    void add(const Tape& source, std::span<const int> results) {
        std::vector<char> needed(source.steps.size(), 0);
        for (const int result : results) {
            needed[at(source.results[at(result)])] = 1;
        }
        for (std::size_t i = needed.size(); i-- > 0;) {
            for (const int operand : operands(source.steps[i])) {
                if (needed[i] != 0 && operand >= 0) needed[at(operand)] = 1;
            }
        }
        std::vector<int> places(needed.size(), -1);
        for (std::size_t i = 0; i < needed.size(); ++i) {
            if (needed[i] != 0) places[i] = insert(source.steps[i], places);
        }
        for (const int result : results) {
            joined_.results.push_back(places[at(source.results[at(result)])]);
        }
    }
    Tape take() { return std::move(joined_); }

  private:
    using Key = std::tuple<Operation, std::array<int, 3>, std::uint64_t>;

    // Those that are steps.
    static std::array<int, 3> operands(const TapeStep& step) {
        return step.operation == Operation::variable ? std::array<int, 3>{-1, -1, -1}
                                                     : step.operands;
    }

    int insert(TapeStep step, const std::vector<int>& places) {
        if (step.operation != Operation::variable) {
            for (int& operand : step.operands) {
                operand = operand < 0 ? -1 : places[at(operand)];
            }
        }
        const Key key{step.operation, step.operands, std::bit_cast<std::uint64_t>(step.value)};
        const auto [found, is_new] = known_.emplace(key, static_cast<int>(joined_.steps.size()));
        if (is_new) joined_.steps.push_back(step);
        return found->second;
    }

    Tape joined_;
    std::map<Key, int> known_;
};

bool is_piecewise_constant(Operation operation) {
    switch (operation) {
    case Operation::constant:
    case Operation::floor:
    case Operation::ceil:
    case Operation::less:
    case Operation::less_equal:
    case Operation::equal:
    case Operation::not_equal:
    case Operation::both:
    case Operation::either:
    case Operation::negation: return true;
    default: return false;
    }
}

// Outer derivative of a function of x with the value y.
double slope(Operation operation, double x, double y) {
    switch (operation) {
    case Operation::exp: return y;
    case Operation::log: return 1.0 / x;
    case Operation::log10: return 1.0 / (std::numbers::ln10 * x);
    case Operation::log2: return 1.0 / (std::numbers::ln2 * x);
    case Operation::sqrt: return 0.5 / y;
    case Operation::sin: return std::cos(x);
    case Operation::cos: return -std::sin(x);
    case Operation::tan: return 1.0 + y * y;
    case Operation::asin: return 1.0 / std::sqrt(1.0 - x * x);
    case Operation::acos: return -1.0 / std::sqrt(1.0 - x * x);
    case Operation::atan: return 1.0 / (1.0 + x * x);
    case Operation::sinh: return std::cosh(x);
    case Operation::cosh: return std::sinh(x);
    case Operation::tanh: return 1.0 - y * y;
    case Operation::abs: return x < 0.0 ? -1.0 : 1.0;
    default: return 0.0;
    }
}

}  // namespace

Tape join_tapes(const Tape& first, std::span<const int> first_results, const Tape& second,
                std::span<const int> second_results) {
    TapeJoin join;
    join.add(first, first_results);
    join.add(second, second_results);
    return join.take();
}

TapeTangent::TapeTangent(Tape tape)
    : tape_(std::move(tape)),
      active_(tape_.steps.size(), 0),
      registers_(tape_.steps.size()),
      others_(tape_.steps.size()),
      changes_(tape_.steps.size()) {
    for (std::size_t i = 0; i < active_.size(); ++i) {
        const TapeStep& step = tape_.steps[i];
        if (is_piecewise_constant(step.operation)) continue;
        active_[i] = step.operation == Operation::variable ? 1 : 0;
        for (const int operand : step.operands) {
            if (active_[i] == 0 && operand >= 0) active_[i] = active_[at(operand)];
        }
        if (active_[i] == 0) continue;
        Partial partial;
        partial.step = static_cast<int>(i);
        partials_.push_back(partial);
    }
}

void TapeTangent::evaluate(const double* inputs, double* results) {
    tape_.run(inputs, others_.data(), results);
}

void TapeTangent::linearise(const double* inputs, double* results) {
    tape_.run(inputs, registers_.data(), results);
    singular_ = false;
    for (Partial& partial : partials_) {
        if (tape_.steps[at(partial.step)].operation == Operation::variable) continue;
        differentiate(partial);
        singular_ = singular_ || !std::isfinite(partial.first) || !std::isfinite(partial.second);
    }
}

void TapeTangent::differentiate(Partial& partial) const {
    const TapeStep& step = tape_.steps[at(partial.step)];
    const auto [a, b, c] = step.operands;
    const double x = registers_[at(a)];
    const double y = b < 0 ? 0.0 : registers_[at(b)];
    const double value = registers_[at(partial.step)];
    const auto set = [&](int first_operand, double first, int second_operand, double second) {
        partial = {partial.step, first_operand, second_operand, first, second};
    };
    const auto take = [&](int operand) { set(operand, 1.0, operand, 0.0); };
    switch (step.operation) {
    case Operation::negate: return set(a, -1.0, a, 0.0);
    case Operation::add: return set(a, 1.0, b, 1.0);
    case Operation::subtract: return set(a, 1.0, b, -1.0);
    case Operation::multiply: return set(a, y, b, x);
    case Operation::divide: return set(a, 1.0 / y, b, -value / y);
    case Operation::power: {
        const double first = y == 0.0 ? 0.0 : x == 0.0 ? y * std::pow(x, y - 1.0) : y * value / x;
        const bool by_exponent = active_[at(b)] != 0 && x != 0.0;  // at 0 the limit for y > 0
        return set(a, first, b, by_exponent ? value * std::log(x) : 0.0);
    }
    case Operation::minimum: return take(y < x ? b : a);
    case Operation::maximum: return take(x < y ? b : a);
    case Operation::select: return take(x == 0.0 ? c : b);
    default: return set(a, slope(step.operation, x, value), a, 0.0);
    }
}

template <class Product>
void TapeTangent::push_all(const Change* inputs, Product product) {
    for (const Partial& partial : partials_) {
        Change& result = changes_[at(partial.step)];
        const TapeStep& step = tape_.steps[at(partial.step)];
        if (step.operation == Operation::variable) {
            result = inputs[at(step.operands[0])];
            continue;
        }
        const Change& a = changes_[at(partial.a)];
        const Change& b = changes_[at(partial.b)];
        Change sum;
        for (std::size_t i = 0; i < directions; ++i) {
            sum[i] = product(partial.first, a[i]) + product(partial.second, b[i]);
        }
        result = sum;
    }
}

void TapeTangent::push(const Change* inputs, Change* results) {
    if (singular_) {  // an infinite slope along which nothing moves
        push_all(inputs, [](double p, double change) { return change == 0.0 ? 0.0 : p * change; });
    } else {
        push_all(inputs, [](double p, double change) { return p * change; });
    }
    for (std::size_t r = 0; r < tape_.results.size(); ++r) {
        results[r] = changes_[at(tape_.results[r])];
    }
}

}  // namespace caravel::kinetics
