#include "caravel/kinetics/expression_graph.hpp"

#include "caravel/kinetics/expression_tape.hpp"

#include <cmath>
#include <cstddef>
#include <utility>

namespace caravel::kinetics {

namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

// Products up to this power are written out: cheaper than pow, and exact at 0.
constexpr double largest_written_power = 4.0;

}  // namespace

int ExpressionGraph::intern(const ExpressionNode& node) {
    const Key key{
        node.operation, node.operands[0], node.operands[1], node.operands[2],
        // -0 and 0 are different constants
        node.operation == Operation::constant && std::signbit(node.value) ? -2 : node.name,
        node.value};
    const auto [found, added] = index_.emplace(key, static_cast<int>(nodes_.size()));
    if (added) {
        nodes_.push_back(node);
    }
    return found->second;
}

int ExpressionGraph::constant(double value) {
    ExpressionNode node;
    node.value = value;
    if (std::isnan(value)) {  // not equal to itself: no key
        nodes_.push_back(node);
        return static_cast<int>(nodes_.size()) - 1;
    }
    return intern(node);
}

int ExpressionGraph::variable(std::string_view name) {
    const auto found = name_index_.find(name);
    ExpressionNode node;
    node.operation = Operation::variable;
    if (found != name_index_.end()) {
        node.name = found->second;
    } else {
        node.name = static_cast<int>(names_.size());
        names_.emplace_back(name);
        name_index_.emplace(names_.back(), node.name);
    }
    return intern(node);
}

bool ExpressionGraph::is_constant(int node) const {
    return nodes_[at(node)].operation == Operation::constant;
}

bool ExpressionGraph::is(int node, double value) const {
    return is_constant(node) && nodes_[at(node)].value == value;
}

int ExpressionGraph::negated(int node) const {
    const ExpressionNode& n = nodes_[at(node)];
    return n.operation == Operation::negate ? n.operands[0] : -1;
}

// The constant that an operation on constants gives, or -1. What is not finite is left to the
// evaluation, where the message can name the place.
int ExpressionGraph::fold(Operation operation, int a, int b, int c) {
    for (const int operand : {a, b, c}) {
        if (operand >= 0 && !is_constant(operand)) {
            return -1;
        }
    }
    const auto number = [&](int node) { return node < 0 ? 0.0 : value(node); };
    const double result = tape_apply(operation, number(a), number(b), number(c));
    return std::isfinite(result) ? constant(result) : -1;
}

int ExpressionGraph::make(Operation operation, int a, int b, int c) {
    if (const int folded = fold(operation, a, b, c); folded >= 0) {
        return folded;
    }
    switch (operation) {
    case Operation::negate:
        if (negated(a) >= 0) return negated(a);
        break;
    case Operation::add: return make_sum(a, b);
    case Operation::subtract: return make_difference(a, b);
    case Operation::multiply: return make_product(a, b);
    case Operation::divide: return make_quotient(a, b);
    case Operation::power: return make_power(a, b);
    case Operation::both:
    case Operation::either: return make_logic(operation, a, b);
    case Operation::select:
        if (is_constant(a)) return is(a, 0.0) ? c : b;
        if (b == c) return b;
        break;
    case Operation::minimum:
    case Operation::maximum:
        if (a == b) return a;
        break;
    default: break;
    }
    return intern({operation, {a, b, c}});
}

int ExpressionGraph::make_sum(int a, int b) {
    if (is(a, 0.0)) return b;
    if (is(b, 0.0)) return a;
    if (negated(b) >= 0) return make_difference(a, negated(b));
    if (negated(a) >= 0) return make_difference(b, negated(a));
    return intern({Operation::add, {a, b, -1}});
}

int ExpressionGraph::make_difference(int a, int b) {
    if (is(b, 0.0)) return a;
    if (a == b) return constant(0.0);
    if (is(a, 0.0)) return make(Operation::negate, b);
    if (negated(b) >= 0) return make(Operation::add, a, negated(b));
    return intern({Operation::subtract, {a, b, -1}});
}

int ExpressionGraph::make_product(int a, int b) {
    if (is_constant(b)) std::swap(a, b);
    if (is(a, 0.0)) return a;
    if (is(a, 1.0)) return b;
    if (is(a, -1.0)) return make(Operation::negate, b);
    if (negated(a) >= 0 && negated(b) >= 0) return make_product(negated(a), negated(b));
    if (negated(a) >= 0) return make(Operation::negate, make_product(negated(a), b));
    if (negated(b) >= 0) return make(Operation::negate, make_product(a, negated(b)));
    return intern({Operation::multiply, {a, b, -1}});
}

int ExpressionGraph::make_quotient(int a, int b) {
    if (is(a, 0.0) || is(b, 1.0)) return a;
    if (negated(a) >= 0) return make(Operation::negate, make_quotient(negated(a), b));
    return intern({Operation::divide, {a, b, -1}});
}

int ExpressionGraph::make_power(int a, int b) {
    if (is(b, 0.5)) return make(Operation::sqrt, a);
    if (is_constant(b)) {
        const double exponent = value(b);
        if (exponent == 0.0) return constant(1.0);
        const double size = std::abs(exponent);
        if (size <= largest_written_power && size == std::floor(size)) {
            int product = a;
            for (double i = 1.0; i < size; ++i) {
                product = make(Operation::multiply, product, a);
            }
            return exponent > 0.0 ? product : make(Operation::divide, constant(1.0), product);
        }
    }
    return intern({Operation::power, {a, b, -1}});
}

// Constants decide or fall away; what is left must still give 1 or 0.
int ExpressionGraph::make_logic(Operation operation, int a, int b) {
    const bool decisive = operation == Operation::either;
    for (const int operand : {a, b}) {
        if (is_constant(operand)) {
            if (!is(operand, 0.0) == decisive) return constant(decisive ? 1.0 : 0.0);
            const int other = operand == a ? b : a;
            return make(Operation::negation, make(Operation::negation, other));
        }
    }
    return a == b ? make(Operation::negation, make(Operation::negation, a))
                  : intern({operation, {a, b, -1}});
}

int ExpressionGraph::insert(const Expression& expression, const Replacements* replacements) {
    std::vector<int> place;
    place.reserve(expression.nodes().size());
    const auto operand = [&](int index) { return index < 0 ? -1 : place[at(index)]; };
    for (const ExpressionNode& node : expression.nodes()) {
        if (node.operation == Operation::constant) {
            place.push_back(constant(node.value));
        } else if (node.operation == Operation::variable) {
            const std::string& name = expression.variables()[at(node.name)];
            const bool replaced =
                replacements != nullptr && replacements->find(name) != replacements->end();
            place.push_back(replaced ? insert(replacements->find(name)->second) : variable(name));
        } else {
            place.push_back(make(node.operation, operand(node.operands[0]),
                                 operand(node.operands[1]), operand(node.operands[2])));
        }
    }
    return place.empty() ? -1 : place.back();
}

std::vector<bool> ExpressionGraph::operands_of(int root) const {
    std::vector<bool> needed(at(root) + 1, false);
    needed[at(root)] = true;
    for (int i = root; i >= 0; --i) {
        for (const int operand : nodes_[at(i)].operands) {
            if (needed[at(i)] && operand >= 0) needed[at(operand)] = true;
        }
    }
    return needed;
}

Expression ExpressionGraph::extract(int root) const {
    Expression result;
    if (root < 0) {
        return result;
    }
    const std::vector<bool> needed = operands_of(root);
    std::vector<int> place(at(root) + 1, -1);
    std::vector<int> name_place(names_.size(), -1);
    for (int i = 0; i <= root; ++i) {
        if (!needed[at(i)]) continue;
        ExpressionNode node = nodes_[at(i)];
        for (int& operand : node.operands) {
            operand = operand < 0 ? -1 : place[at(operand)];
        }
        if (node.name >= 0) {
            int& name = name_place[at(node.name)];
            if (name < 0) {
                name = static_cast<int>(result.variables_.size());
                result.variables_.push_back(names_[at(node.name)]);
            }
            node.name = name;
        }
        place[at(i)] = static_cast<int>(result.nodes_.size());
        result.nodes_.push_back(node);
    }
    return result;
}

}  // namespace caravel::kinetics
