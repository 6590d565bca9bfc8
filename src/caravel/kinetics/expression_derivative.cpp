#include "caravel/kinetics/expression_graph.hpp"

#include <cstddef>
#include <span>

namespace caravel::kinetics {

namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

constexpr double natural_log_of_2 = 0.693147180559945309417232121458;
constexpr double natural_log_of_10 = 2.302585092994045684017991454684;

}  // namespace

int ExpressionGraph::derivative(int root, std::string_view name) {
    const std::size_t count = at(root) + 1;
    const auto known = name_index_.find(name);
    const int zero = constant(0.0);
    if (known == name_index_.end()) {
        return zero;
    }
    const std::vector<bool> needed = operands_of(root);
    std::vector<int> result(count, zero);
    for (std::size_t i = 0; i < count; ++i) {
        if (!needed[i]) continue;
        const ExpressionNode node = nodes_[i];  // nodes_ grows
        if (node.operation == Operation::variable) {
            result[i] = node.name == known->second ? constant(1.0) : zero;
        } else if (node.operation != Operation::constant) {
            result[i] = derive(node, static_cast<int>(i), result);
        }
    }
    return result[at(root)];
}

int ExpressionGraph::derive(const ExpressionNode& node, int self, std::span<const int> of) {
    const auto [a, b, c] = node.operands;
    const int zero = constant(0.0);
    const int da = a < 0 ? zero : of[at(a)];
    const int db = b < 0 ? zero : of[at(b)];
    switch (node.operation) {
    case Operation::negate:
    case Operation::add:
    case Operation::subtract: return make(node.operation, da, b < 0 ? -1 : db);
    case Operation::multiply:
        return make(Operation::add, make(Operation::multiply, da, b),
                    make(Operation::multiply, a, db));
    case Operation::divide:  // (da - (a/b) db) / b
        return make(Operation::divide,
                    make(Operation::subtract, da, make(Operation::multiply, self, db)), b);
    case Operation::power: return derive_power(node, self, da, db);
    case Operation::minimum: return make(Operation::select, make(Operation::less, b, a), db, da);
    case Operation::maximum: return make(Operation::select, make(Operation::less, a, b), db, da);
    case Operation::select: return make(Operation::select, a, db, of[at(c)]);
    case Operation::floor:
    case Operation::ceil:
    case Operation::less:
    case Operation::less_equal:
    case Operation::equal:
    case Operation::not_equal:
    case Operation::both:
    case Operation::either:
    case Operation::negation: return zero;
    default: break;
    }
    if (is(da, 0.0)) return zero;
    return make(Operation::multiply, derive_function(node, self, a), da);
}

// b a^(b-1) da + a^b ln(a) db; at a = 0 the second part is 0, its limit for b > 0
int ExpressionGraph::derive_power(const ExpressionNode& node, int self, int da, int db) {
    const auto [a, b, c] = node.operands;
    const int zero = constant(0.0);
    int result = zero;
    if (!is(da, 0.0)) {
        const int lower = make(Operation::power, a, make(Operation::subtract, b, constant(1.0)));
        result = make(Operation::multiply, make(Operation::multiply, b, lower), da);
    }
    if (!is(db, 0.0)) {
        const int growth = make(Operation::multiply, self, make(Operation::log, a));
        const int guarded = make(Operation::select, make(Operation::equal, a, zero), zero, growth);
        result = make(Operation::add, result, make(Operation::multiply, guarded, db));
    }
    return result;
}

// Outer derivative of a function of one operand x.
int ExpressionGraph::derive_function(const ExpressionNode& node, int self, int x) {
    const auto one = [&] { return constant(1.0); };
    const auto over = [&](int top, int bottom) { return make(Operation::divide, top, bottom); };
    const auto square = [&](int value) { return make(Operation::multiply, value, value); };
    const auto root = [&](Operation sign, int first, int second) {
        return make(Operation::sqrt, make(sign, first, second));
    };
    switch (node.operation) {
    case Operation::exp: return self;
    case Operation::log: return over(one(), x);
    case Operation::log10: return over(constant(1.0 / natural_log_of_10), x);
    case Operation::log2: return over(constant(1.0 / natural_log_of_2), x);
    case Operation::sqrt: return over(constant(0.5), self);
    case Operation::sin: return make(Operation::cos, x);
    case Operation::cos: return make(Operation::negate, make(Operation::sin, x));
    case Operation::tan: return make(Operation::add, one(), square(self));
    case Operation::asin: return over(one(), root(Operation::subtract, one(), square(x)));
    case Operation::acos: return over(constant(-1.0), root(Operation::subtract, one(), square(x)));
    case Operation::atan: return over(one(), make(Operation::add, one(), square(x)));
    case Operation::sinh: return make(Operation::cosh, x);
    case Operation::cosh: return make(Operation::sinh, x);
    case Operation::tanh: return make(Operation::subtract, one(), square(self));
    case Operation::abs:
        return make(Operation::select, make(Operation::less, x, constant(0.0)), constant(-1.0),
                    one());
    default: return constant(0.0);
    }
}

}  // namespace caravel::kinetics
