// A formula of named quantities: read from text or built from parts, changed symbolically, and
// compiled to a tape (expression_tape.hpp) for evaluation.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caravel::kinetics {

/// What a node of an expression does with its up to three operands. Comparisons and logic give 1 or
/// 0; an operand of logic is true when it is not 0.
enum class Operation : unsigned char {
    constant,
    variable,
    negate,
    add,
    subtract,
    multiply,
    divide,
    power,
    exp,
    log,  // natural
    log10,
    log2,
    sqrt,
    sin,
    cos,
    tan,
    asin,
    acos,
    atan,
    sinh,
    cosh,
    tanh,
    abs,
    floor,
    ceil,
    minimum,
    maximum,
    less,
    less_equal,
    equal,
    not_equal,
    both,      // and
    either,    // or
    negation,  // not
    select     // the second operand where the first is true, else the third
};

/// Number of operands: 0 to 3.
int operand_count(Operation operation);

/// One node; operands are indices of earlier nodes.
struct ExpressionNode {
    Operation operation = Operation::constant;
    std::array<int, 3> operands{-1, -1, -1};
    int name = -1;       // of a variable: in Expression::variables()
    double value = 0.0;  // of a constant
};

class Expression;
using Replacements = std::map<std::string, Expression, std::less<>>;

/// A formula as a value: nodes in which every operand stands before its user and the last is the
/// result. Equal parts are stored once; constants are folded, and sums, products and powers with 0
/// and 1 are simplified as soon as they arise (0 * x is 0).
class Expression {
  public:
    /// Empty: no formula at all.
    Expression() = default;
    static Expression constant(double value);
    static Expression variable(std::string_view name);
    /// Throws std::invalid_argument when the number of operands is wrong or one is empty.
    static Expression apply(Operation operation, const std::vector<Expression>& operands);
    /// Reads infix text: numbers, names, + - * / ^ (or **), comparisons (== != < <= > >=), and, or,
    /// not (also && || !), parentheses and the functions exp, log, ln, log(x, base), log10, log2,
    /// sqrt, root(x) or root(degree, x), pow, abs, floor, ceil, ceiling, sin, cos, tan, asin, acos,
    /// atan, arcsin, arccos, arctan, sinh, cosh, tanh, min, max (two or more) and piecewise(value,
    /// condition, ..., otherwise). log is the natural logarithm; -a^b is -(a^b) and a^b^c is
    /// a^(b^c). Names such as `time`, `pi` and `e` stay names. Throws InputError with the column
    /// (from 1), what was expected and the nearest function name.
    static Expression parse(std::string_view text);

    bool empty() const { return nodes_.empty(); }
    /// The value where the formula is a plain number.
    std::optional<double> constant_value() const;
    /// Free names, ascending.
    std::vector<std::string> names() const;
    bool depends_on(std::string_view name) const;
    /// All replacements at once: names inside the replacements are not replaced again.
    Expression substitute(const Replacements& replacements) const;
    /// Derivative by a name. Conditions, floor and ceil count as constant, abs, min and max have
    /// the derivative of the branch they take.
    Expression derivative(std::string_view name) const;
    /// Infix text that `parse` reads back to the same values; "..." inside where it grows past
    /// about 4000 characters.
    std::string text() const;

    const std::vector<ExpressionNode>& nodes() const { return nodes_; }
    /// Names in the order in which the nodes number them.
    const std::vector<std::string>& variables() const { return variables_; }

  private:
    friend class ExpressionGraph;
    std::vector<ExpressionNode> nodes_;
    std::vector<std::string> variables_;
};

Expression operator+(const Expression& a, const Expression& b);
Expression operator-(const Expression& a, const Expression& b);
Expression operator*(const Expression& a, const Expression& b);
Expression operator/(const Expression& a, const Expression& b);
Expression operator-(const Expression& a);

}  // namespace caravel::kinetics
