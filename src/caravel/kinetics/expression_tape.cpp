#include "caravel/kinetics/expression_tape.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/suggest.hpp"
#include "caravel/kinetics/expression_graph.hpp"

#include <fmt/format.h>

#include <numbers>
#include <stdexcept>
#include <string_view>

namespace caravel::kinetics {

namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

[[noreturn]] void refuse_name(const std::string& name, std::span<const std::string> variables) {
    const std::vector<std::string_view> known(variables.begin(), variables.end());
    throw InputError(Diagnostic{{},
                                fmt::format("unknown name '{}' in a formula", name),
                                "a quantity of the model, pi or e",
                                did_you_mean(name, known)});
}

// Replaces the names of constants that no variable hides.
Replacements named_constants(std::span<const std::string> variables) {
    Replacements constants{{"pi", Expression::constant(std::numbers::pi)},
                           {"e", Expression::constant(std::numbers::e)},
                           {"exponentiale", Expression::constant(std::numbers::e)}};
    for (const std::string& name : variables) {
        constants.erase(name);
    }
    return constants;
}

std::vector<bool> needed_by(const ExpressionGraph& graph, std::span<const int> roots) {
    std::vector<bool> needed(graph.nodes().size(), false);
    for (const int root : roots) {
        needed[at(root)] = true;
    }
    for (std::size_t i = needed.size(); i-- > 0;) {
        for (const int operand : graph.nodes()[i].operands) {
            if (needed[i] && operand >= 0) needed[at(operand)] = true;
        }
    }
    return needed;
}

Tape flatten(const ExpressionGraph& graph, std::span<const int> roots,
             std::span<const std::string> variables) {
    std::map<std::string_view, int> inputs;
    for (std::size_t i = 0; i < variables.size(); ++i) {
        inputs.emplace(variables[i], static_cast<int>(i));
    }
    const std::vector<bool> needed = needed_by(graph, roots);
    Tape tape;
    std::vector<int> registers(needed.size(), -1);
    for (std::size_t i = 0; i < needed.size(); ++i) {
        if (!needed[i]) continue;
        const ExpressionNode& node = graph.nodes()[i];
        TapeStep step{node.operation, node.operands, node.value};
        for (int& operand : step.operands) {
            operand = operand < 0 ? -1 : registers[at(operand)];
        }
        if (node.operation == Operation::variable) {
            const std::string& name = graph.names()[at(node.name)];
            const auto found = inputs.find(name);
            if (found == inputs.end()) refuse_name(name, variables);
            step.operands[0] = found->second;
        }
        registers[i] = static_cast<int>(tape.steps.size());
        tape.steps.push_back(step);
    }
    for (const int root : roots) {
        tape.results.push_back(registers[at(root)]);
    }
    return tape;
}

}  // namespace

Tape compile_tape(std::span<const Expression> expressions, std::span<const std::string> variables) {
    const Replacements constants = named_constants(variables);
    ExpressionGraph graph;
    std::vector<int> roots;
    for (const Expression& expression : expressions) {
        if (expression.empty()) throw std::invalid_argument("an empty expression has no value");
        roots.push_back(graph.insert(expression, &constants));
    }
    return flatten(graph, roots, variables);
}

Tape compile_tape(const Expression& expression, std::span<const std::string> variables) {
    return compile_tape(std::span(&expression, 1), variables);
}

double evaluate(const Expression& expression, std::span<const std::string> variables,
                std::span<const double> values) {
    return compile_tape(expression, variables).evaluate(values);
}

}  // namespace caravel::kinetics
