// Expressions under construction: nodes are stored once and simplified as they arise.
#pragma once

#include "caravel/kinetics/expression.hpp"

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace caravel::kinetics {

/// Nodes of one or several expressions; indices are stable.
class ExpressionGraph {
  public:
    int constant(double value);
    int variable(std::string_view name);
    /// The node for `operation` on nodes, simplified.
    int make(Operation operation, int a, int b = -1, int c = -1);
    /// Adds an expression; `replacements` take the place of its names. Returns its node.
    int insert(const Expression& expression, const Replacements* replacements = nullptr);
    /// The node with the derivative of a node by a name.
    int derivative(int root, std::string_view name);
    /// The expression that ends in a node, without nodes it does not need.
    Expression extract(int root) const;

    const std::vector<ExpressionNode>& nodes() const { return nodes_; }
    const std::vector<std::string>& names() const { return names_; }

  private:
    using Key = std::tuple<Operation, int, int, int, int, double>;

    /// Which of the nodes up to `root` it needs, itself included.
    std::vector<bool> operands_of(int root) const;
    int intern(const ExpressionNode& node);
    bool is(int node, double value) const;
    bool is_constant(int node) const;
    double value(int node) const { return nodes_[static_cast<std::size_t>(node)].value; }
    /// The operand of a negation, or -1.
    int negated(int node) const;
    int fold(Operation operation, int a, int b, int c);
    int make_sum(int a, int b);
    int make_difference(int a, int b);
    int make_product(int a, int b);
    int make_quotient(int a, int b);
    int make_power(int a, int b);
    int make_logic(Operation operation, int a, int b);
    int derive(const ExpressionNode& node, int self, std::span<const int> of);
    int derive_function(const ExpressionNode& node, int self, int inner);
    int derive_power(const ExpressionNode& node, int self, int da, int db);

    std::vector<ExpressionNode> nodes_;
    std::vector<std::string> names_;
    std::map<std::string, int, std::less<>> name_index_;
    std::map<Key, int> index_;
};

}  // namespace caravel::kinetics
