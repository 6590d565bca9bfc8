#ifdef CARAVEL_LIBSBML
#include "caravel/kinetics/sbml_math.hpp"

#include "caravel/base/error.hpp"
#include "caravel/kinetics/expression_graph.hpp"
#include "caravel/kinetics/expression_program.hpp"

#include <fmt/format.h>
#include <sbml/math/ASTNode.h>

#include <cmath>
#include <map>
#include <numbers>
#include <optional>
#include <string_view>

namespace caravel::kinetics {

namespace {

using ::ASTNode;

constexpr int deepest_nesting = 500;
constexpr std::size_t most_formula_parts = 4'000'000;

std::optional<Operation> unary(::ASTNodeType_t type) {
    switch (type) {
    case ::AST_FUNCTION_ABS: return Operation::abs;
    case ::AST_FUNCTION_ARCCOS: return Operation::acos;
    case ::AST_FUNCTION_ARCSIN: return Operation::asin;
    case ::AST_FUNCTION_ARCTAN: return Operation::atan;
    case ::AST_FUNCTION_CEILING: return Operation::ceil;
    case ::AST_FUNCTION_COS: return Operation::cos;
    case ::AST_FUNCTION_COSH: return Operation::cosh;
    case ::AST_FUNCTION_EXP: return Operation::exp;
    case ::AST_FUNCTION_FLOOR: return Operation::floor;
    case ::AST_FUNCTION_LN: return Operation::log;
    case ::AST_FUNCTION_SIN: return Operation::sin;
    case ::AST_FUNCTION_SINH: return Operation::sinh;
    case ::AST_FUNCTION_TAN: return Operation::tan;
    case ::AST_FUNCTION_TANH: return Operation::tanh;
    case ::AST_LOGICAL_NOT: return Operation::negation;
    default: return std::nullopt;
    }
}

struct Fold {
    Operation operation;
    double neutral;  // of no operand
};

// Operations of any number of operands, from the left.
std::optional<Fold> fold(::ASTNodeType_t type) {
    switch (type) {
    case ::AST_PLUS: return Fold{Operation::add, 0.0};
    case ::AST_TIMES: return Fold{Operation::multiply, 1.0};
    case ::AST_LOGICAL_AND: return Fold{Operation::both, 1.0};
    case ::AST_LOGICAL_OR: return Fold{Operation::either, 0.0};
    case ::AST_FUNCTION_MAX: return Fold{Operation::maximum, std::nan("")};
    case ::AST_FUNCTION_MIN: return Fold{Operation::minimum, std::nan("")};
    default: return std::nullopt;
    }
}

struct Relation {
    Operation operation;
    bool swapped;
};

std::optional<Relation> relation(::ASTNodeType_t type) {
    switch (type) {
    case ::AST_RELATIONAL_EQ: return Relation{Operation::equal, false};
    case ::AST_RELATIONAL_NEQ: return Relation{Operation::not_equal, false};
    case ::AST_RELATIONAL_LT: return Relation{Operation::less, false};
    case ::AST_RELATIONAL_LEQ: return Relation{Operation::less_equal, false};
    case ::AST_RELATIONAL_GT: return Relation{Operation::less, true};
    case ::AST_RELATIONAL_GEQ: return Relation{Operation::less_equal, true};
    default: return std::nullopt;
    }
}

// Formulas grow in one graph: what stands in many places is stored and copied once.
class Converter {
  public:
    Converter(const SbmlFunctions& functions, const std::string& where, std::size_t& parts)
        : functions_(functions), where_(where), parts_(parts) {}

    Expression run(const ASTNode& node) { return graph_.extract(read(node, 0)); }

  private:
    using Nodes = std::vector<int>;

    [[noreturn]] void refuse(const std::string& what, const std::string& expected) const {
        throw InputError(Diagnostic{{}, fmt::format("{}: {}", where_, what), expected, ""});
    }

    int read(const ASTNode& node, int depth) {
        if (depth > deepest_nesting) refuse("the formula is nested too deeply", "500 levels");
        if (const std::optional<int> leaf = read_leaf(node)) return *leaf;
        return convert(node, read_operands(node, depth));
    }

    // libsbml makes nested pairs of a sum of many terms, which are one sum again here.
    Nodes read_operands(const ASTNode& node, int depth) {
        std::vector<const ASTNode*> pairs{&node};
        while (fold(node.getType()) && pairs.back()->getNumChildren() > 0 &&
               pairs.back()->getChild(0)->getType() == node.getType()) {
            pairs.push_back(pairs.back()->getChild(0));
        }
        Nodes x;
        for (std::size_t k = pairs.size(); k-- > 0;) {
            const unsigned first = k + 1 < pairs.size() ? 1 : 0;
            for (unsigned i = first; i < pairs[k]->getNumChildren(); ++i) {
                x.push_back(read(*pairs[k]->getChild(i), depth + 1));
            }
        }
        return x;
    }

    void count() {
        if (++parts_ <= most_formula_parts) return;
        refuse("the formulas, with functions written out, are too long",
               fmt::format("at most {} numbers, names and operations in all", most_formula_parts));
    }

    int make(Operation operation, int a, int b = -1, int c = -1) {
        count();
        return graph_.make(operation, a, b, c);
    }
    int number(double value) {
        count();
        return graph_.constant(value);
    }
    int variable(std::string_view name) {
        count();
        return graph_.variable(name);
    }
    int negation(int a) { return make(Operation::negation, a); }
    bool is(int node, double value) const {
        const ExpressionNode& n = graph_.nodes()[static_cast<std::size_t>(node)];
        return n.operation == Operation::constant && n.value == value;
    }

    void expect(const ASTNode& node, const Nodes& x, std::size_t least, std::size_t most) const {
        if (x.size() < least || x.size() > most) {
            const char* const name = node.getOperatorName() != nullptr ? node.getOperatorName()
                                     : node.getName() != nullptr       ? node.getName()
                                                                       : "an operator";
            refuse(fmt::format("'{}' has {} operands", name, x.size()),
                   fmt::format("{} to {}", least, most));
        }
    }

    std::optional<int> read_leaf(const ASTNode& node) {
        switch (node.getType()) {
        case ::AST_INTEGER: return number(static_cast<double>(node.getInteger()));
        case ::AST_REAL:
        case ::AST_REAL_E:
        case ::AST_RATIONAL: return number(node.getReal());
        case ::AST_CONSTANT_E: return number(std::numbers::e);
        case ::AST_CONSTANT_PI: return number(std::numbers::pi);
        case ::AST_CONSTANT_TRUE: return number(1.0);
        case ::AST_CONSTANT_FALSE: return number(0.0);
        case ::AST_NAME_AVOGADRO: return number(6.02214179e23);  // as SBML L3 fixes it
        case ::AST_NAME_TIME: return variable(time_name);
        case ::AST_NAME: {
            const char* const name = node.getName();
            if (name == nullptr || *name == '\0') refuse("a name is empty", "an identifier");
            if (name == time_name) {
                refuse("the identifier 'time' is taken by the time itself", "another identifier");
            }
            return variable(name);
        }
        default: return std::nullopt;
        }
    }

    int convert(const ASTNode& node, const Nodes& x) {
        const ::ASTNodeType_t type = node.getType();
        if (const auto operation = unary(type)) {
            expect(node, x, 1, 1);
            return make(*operation, x[0]);
        }
        if (const auto chain = fold(type)) {
            if (x.empty() && std::isnan(chain->neutral)) expect(node, x, 1, 1000);
            int result = x.empty() ? number(chain->neutral) : x[0];
            for (std::size_t i = 1; i < x.size(); ++i) {
                result = make(chain->operation, result, x[i]);
            }
            return result;
        }
        if (const auto compared = relation(type)) {
            expect(node, x, 2, 1000);
            int result = -1;
            for (std::size_t i = 1; i < x.size(); ++i) {
                const int one = compared->swapped ? make(compared->operation, x[i], x[i - 1])
                                                  : make(compared->operation, x[i - 1], x[i]);
                result = i == 1 ? one : make(Operation::both, result, one);
            }
            return result;
        }
        return convert_special(node, x);
    }

    int convert_special(const ASTNode& node, const Nodes& x) {
        switch (node.getType()) {
        case ::AST_MINUS:
            expect(node, x, 1, 2);
            return x.size() == 1 ? make(Operation::negate, x[0])
                                 : make(Operation::subtract, x[0], x[1]);
        case ::AST_DIVIDE: expect(node, x, 2, 2); return make(Operation::divide, x[0], x[1]);
        case ::AST_POWER:
        case ::AST_FUNCTION_POWER: expect(node, x, 2, 2); return make(Operation::power, x[0], x[1]);
        case ::AST_FUNCTION_LOG: return logarithm(node, x);
        case ::AST_FUNCTION_ROOT:
            expect(node, x, 1, 2);
            return x.size() == 1
                       ? make(Operation::sqrt, x[0])
                       : make(Operation::power, x[1], make(Operation::divide, number(1.0), x[0]));
        case ::AST_LOGICAL_XOR: return exclusive(x);
        case ::AST_LOGICAL_IMPLIES:
            expect(node, x, 2, 2);
            return make(Operation::either, negation(x[0]), x[1]);
        case ::AST_FUNCTION_QUOTIENT: expect(node, x, 2, 2); return quotient(x[0], x[1]);
        case ::AST_FUNCTION_REM:
            expect(node, x, 2, 2);
            return make(Operation::subtract, x[0],
                        make(Operation::multiply, x[1], quotient(x[0], x[1])));
        case ::AST_FUNCTION_PIECEWISE: return piecewise(node, x);
        case ::AST_FUNCTION: return call(node, x);
        default: return convert_reciprocal(node, x);
        }
    }

    int convert_reciprocal(const ASTNode& node, const Nodes& x) {
        const auto reciprocal = [&](Operation operation) {
            expect(node, x, 1, 1);
            return make(Operation::divide, number(1.0), make(operation, x[0]));
        };
        switch (node.getType()) {
        case ::AST_FUNCTION_SEC: return reciprocal(Operation::cos);
        case ::AST_FUNCTION_CSC: return reciprocal(Operation::sin);
        case ::AST_FUNCTION_COT: return reciprocal(Operation::tan);
        case ::AST_FUNCTION_SECH: return reciprocal(Operation::cosh);
        case ::AST_FUNCTION_CSCH: return reciprocal(Operation::sinh);
        case ::AST_FUNCTION_COTH: return reciprocal(Operation::tanh);
        default: break;
        }
        const char* const name = node.getName();
        refuse(fmt::format("'{}' is not supported", name != nullptr ? name : "a construct"),
               "arithmetic, logic, piecewise and elementary functions");
    }

    int logarithm(const ASTNode& node, const Nodes& x) {
        expect(node, x, 1, 2);
        if (x.size() == 1 || is(x[0], 10.0)) return make(Operation::log10, x.back());
        if (is(x[0], 2.0)) return make(Operation::log2, x.back());
        return make(Operation::divide, make(Operation::log, x.back()), make(Operation::log, x[0]));
    }

    int exclusive(const Nodes& x) {
        int result = number(0.0);
        for (const int one : x) {
            result = make(Operation::not_equal, negation(result), negation(one));
        }
        return result;
    }

    // Division rounded towards 0.
    int quotient(int a, int b) {
        const int ratio = make(Operation::divide, a, b);
        return make(Operation::select, make(Operation::less, ratio, number(0.0)),
                    make(Operation::ceil, ratio), make(Operation::floor, ratio));
    }

    // value, condition, ..., otherwise; without otherwise the last value is taken.
    int piecewise(const ASTNode& node, const Nodes& x) {
        expect(node, x, 1, 100000);
        std::size_t last = x.size() % 2 == 1 ? x.size() - 1 : x.size() - 2;
        int result = x[last];
        while (last >= 2) {
            last -= 2;
            result = make(Operation::select, x[last + 1], x[last], result);
        }
        return result;
    }

    int call(const ASTNode& node, const Nodes& x) {
        const std::string name = node.getName() != nullptr ? node.getName() : "";
        const auto found = functions_.find(name);
        if (found == functions_.end()) {
            refuse(fmt::format("unknown function '{}'", name), "a function of the document");
        }
        const SbmlFunction& function = found->second;
        expect(node, x, function.arguments.size(), function.arguments.size());
        std::map<std::string_view, int> given;
        for (std::size_t i = 0; i < x.size(); ++i) given.emplace(function.arguments[i], x[i]);
        Nodes place;
        for (const ExpressionNode& part : function.body.nodes()) {
            const auto operand = [&](std::size_t i) {
                const int index = part.operands[i];
                return index < 0 ? -1 : place[static_cast<std::size_t>(index)];
            };
            if (part.operation == Operation::constant) {
                place.push_back(number(part.value));
            } else if (part.operation == Operation::variable) {
                const auto& own = function.body.variables()[static_cast<std::size_t>(part.name)];
                const auto argument = given.find(own);
                place.push_back(argument != given.end() ? argument->second : variable(own));
            } else {
                place.push_back(make(part.operation, operand(0), operand(1), operand(2)));
            }
        }
        return place.back();
    }

    const SbmlFunctions& functions_;
    const std::string& where_;
    std::size_t& parts_;
    ExpressionGraph graph_;
};

}  // namespace

Expression convert_math(const ASTNode* math, const SbmlFunctions& functions,
                        const std::string& where, std::size_t& parts) {
    if (math == nullptr) {
        throw InputError(Diagnostic{{}, where + " has no formula", "a math element", ""});
    }
    return Converter(functions, where, parts).run(*math);
}

SbmlFunction convert_function(const ASTNode* lambda, const SbmlFunctions& functions,
                              const std::string& where, std::size_t& parts) {
    if (lambda == nullptr || lambda->getNumChildren() == 0) {
        throw InputError(Diagnostic{{}, where + " has no formula", "a lambda element", ""});
    }
    SbmlFunction function;
    const unsigned last = lambda->getNumChildren() - 1;
    for (unsigned i = 0; i < last; ++i) {
        const char* const name = lambda->getChild(i)->getName();
        function.arguments.emplace_back(name != nullptr ? name : "");
    }
    function.body = convert_math(lambda->getChild(last), functions, where, parts);
    return function;
}

}  // namespace caravel::kinetics
#endif
