#include "caravel/kinetics/expression.hpp"

#include "caravel/kinetics/expression_graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <stdexcept>

namespace caravel::kinetics {

namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

constexpr std::size_t longest_text = 4000;

struct Spelling {
    Operation operation;
    const char* text;  // between two operands, or the name of the function
    int rank;          // binds stronger when larger; 0: a function
};

constexpr Spelling spellings[] = {
    {Operation::either, " or ", 1},  {Operation::both, " and ", 2},
    {Operation::equal, " == ", 4},   {Operation::not_equal, " != ", 4},
    {Operation::less, " < ", 4},     {Operation::less_equal, " <= ", 4},
    {Operation::add, " + ", 5},      {Operation::subtract, " - ", 5},
    {Operation::multiply, " * ", 6}, {Operation::divide, " / ", 6},
    {Operation::power, "^", 8},      {Operation::exp, "exp", 0},
    {Operation::log, "log", 0},      {Operation::log10, "log10", 0},
    {Operation::log2, "log2", 0},    {Operation::sqrt, "sqrt", 0},
    {Operation::sin, "sin", 0},      {Operation::cos, "cos", 0},
    {Operation::tan, "tan", 0},      {Operation::asin, "asin", 0},
    {Operation::acos, "acos", 0},    {Operation::atan, "atan", 0},
    {Operation::sinh, "sinh", 0},    {Operation::cosh, "cosh", 0},
    {Operation::tanh, "tanh", 0},    {Operation::abs, "abs", 0},
    {Operation::floor, "floor", 0},  {Operation::ceil, "ceil", 0},
    {Operation::minimum, "min", 0},  {Operation::maximum, "max", 0},
};

const Spelling* spelling(Operation operation) {
    const auto* const found =
        std::find_if(std::begin(spellings), std::end(spellings),
                     [&](const Spelling& s) { return s.operation == operation; });
    return found == std::end(spellings) ? nullptr : found;
}

struct Part {
    std::string text;
    int rank = 9;
};

std::string bracket(const Part& part, int least) {
    return part.rank < least ? "(" + part.text + ")" : part.text;
}

Part describe(const ExpressionNode& node, const Part& a, const Part& b, const Part& c) {
    if (node.operation == Operation::negate) return {"-" + bracket(a, 7), 5};
    if (node.operation == Operation::negation) return {"not " + bracket(a, 9), 3};
    if (node.operation == Operation::select) {
        return {fmt::format("piecewise({}, {}, {})", b.text, a.text, c.text)};
    }
    const Spelling& found = *spelling(node.operation);
    if (found.rank == 0) {
        const bool two = operand_count(node.operation) == 2;
        return {fmt::format("{}({}{}{})", found.text, a.text, two ? ", " : "", two ? b.text : "")};
    }
    const int left = found.rank == 8 || found.rank == 4 ? found.rank + 1 : found.rank;
    return {bracket(a, left) + found.text + bracket(b, found.rank + 1), found.rank};
}

Expression binary(Operation operation, const Expression& a, const Expression& b) {
    return Expression::apply(operation, {a, b});
}

}  // namespace

int operand_count(Operation operation) {
    switch (operation) {
    case Operation::constant:
    case Operation::variable: return 0;
    case Operation::select: return 3;
    case Operation::add:
    case Operation::subtract:
    case Operation::multiply:
    case Operation::divide:
    case Operation::power:
    case Operation::minimum:
    case Operation::maximum:
    case Operation::less:
    case Operation::less_equal:
    case Operation::equal:
    case Operation::not_equal:
    case Operation::both:
    case Operation::either: return 2;
    default: return 1;
    }
}

Expression Expression::constant(double value) {
    ExpressionGraph graph;
    return graph.extract(graph.constant(value));
}

Expression Expression::variable(std::string_view name) {
    ExpressionGraph graph;
    return graph.extract(graph.variable(name));
}

Expression Expression::apply(Operation operation, const std::vector<Expression>& operands) {
    const auto count = static_cast<std::size_t>(operand_count(operation));
    if (count == 0 || operands.size() != count) {
        throw std::invalid_argument(
            fmt::format("an operation of {} operands was given {}", count, operands.size()));
    }
    ExpressionGraph graph;
    std::array<int, 3> nodes{-1, -1, -1};
    for (std::size_t i = 0; i < count; ++i) {
        if (operands[i].empty()) throw std::invalid_argument("an operand is an empty expression");
        nodes[i] = graph.insert(operands[i]);
    }
    return graph.extract(graph.make(operation, nodes[0], nodes[1], nodes[2]));
}

std::optional<double> Expression::constant_value() const {
    if (empty() || nodes_.back().operation != Operation::constant) return std::nullopt;
    return nodes_.back().value;
}

std::vector<std::string> Expression::names() const {
    std::vector<std::string> sorted = variables_;
    std::sort(sorted.begin(), sorted.end());
    return sorted;
}

bool Expression::depends_on(std::string_view name) const {
    return std::find(variables_.begin(), variables_.end(), name) != variables_.end();
}

Expression Expression::substitute(const Replacements& replacements) const {
    ExpressionGraph graph;
    return graph.extract(graph.insert(*this, &replacements));
}

Expression Expression::derivative(std::string_view name) const {
    if (empty()) return {};
    ExpressionGraph graph;
    const int root = graph.insert(*this);
    return graph.extract(graph.derivative(root, name));
}

std::string Expression::text() const {
    std::vector<Part> parts;
    parts.reserve(nodes_.size());
    const Part none;
    for (const ExpressionNode& node : nodes_) {
        const auto operand = [&](std::size_t i) -> const Part& {
            return node.operands[i] < 0 ? none : parts[at(node.operands[i])];
        };
        if (node.operation == Operation::constant) {
            parts.push_back({fmt::format("{}", node.value), node.value < 0.0 ? 5 : 9});
        } else if (node.operation == Operation::variable) {
            parts.push_back({variables_[at(node.name)]});
        } else {
            parts.push_back(describe(node, operand(0), operand(1), operand(2)));
        }
        if (parts.back().text.size() > longest_text) parts.back() = {"..."};
    }
    return parts.empty() ? std::string() : parts.back().text;
}

Expression operator+(const Expression& a, const Expression& b) {
    return binary(Operation::add, a, b);
}
Expression operator-(const Expression& a, const Expression& b) {
    return binary(Operation::subtract, a, b);
}
Expression operator*(const Expression& a, const Expression& b) {
    return binary(Operation::multiply, a, b);
}
Expression operator/(const Expression& a, const Expression& b) {
    return binary(Operation::divide, a, b);
}
Expression operator-(const Expression& a) { return Expression::apply(Operation::negate, {a}); }

}  // namespace caravel::kinetics
