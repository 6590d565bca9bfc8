#ifdef CARAVEL_LIBSBML
#include "caravel/kinetics/sbml_math.hpp"

#include "caravel/base/error.hpp"
#include "caravel/kinetics/expression_program.hpp"

#include <fmt/format.h>
#include <sbml/math/ASTNode.h>

#include <cmath>
#include <numbers>
#include <optional>
#include <utility>

namespace caravel::kinetics {

namespace {

using ::ASTNode;

constexpr int deepest_nesting = 500;

Expression apply(Operation operation, std::vector<Expression> operands) {
    return Expression::apply(operation, operands);
}

Expression number(double value) { return Expression::constant(value); }

Expression negation(const Expression& a) { return apply(Operation::negation, {a}); }

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

class Converter {
  public:
    Converter(const SbmlFunctions& functions, const std::string& where)
        : functions_(functions), where_(where) {}

    Expression run(const ASTNode& node, int depth = 0) const {
        if (depth > deepest_nesting) refuse("the formula is nested too deeply", "500 levels");
        if (std::optional<Expression> leaf = convert_leaf(node)) return std::move(*leaf);
        std::vector<Expression> x;
        for (unsigned i = 0; i < node.getNumChildren(); ++i) {
            x.push_back(run(*node.getChild(i), depth + 1));
        }
        return convert(node, std::move(x));
    }

  private:
    [[noreturn]] void refuse(const std::string& what, const std::string& expected) const {
        throw InputError(Diagnostic{{}, fmt::format("{}: {}", where_, what), expected, ""});
    }

    void expect(const ASTNode& node, const std::vector<Expression>& x, std::size_t least,
                std::size_t most) const {
        if (x.size() < least || x.size() > most) {
            const char* const name = node.getOperatorName() != nullptr ? node.getOperatorName()
                                     : node.getName() != nullptr       ? node.getName()
                                                                       : "an operator";
            refuse(fmt::format("'{}' has {} operands", name, x.size()),
                   fmt::format("{} to {}", least, most));
        }
    }

    std::optional<Expression> convert_leaf(const ASTNode& node) const {
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
        case ::AST_NAME_TIME: return Expression::variable(time_name);
        case ::AST_NAME: {
            const char* const name = node.getName();
            if (name == nullptr || *name == '\0') refuse("a name is empty", "an identifier");
            if (name == time_name) {
                refuse("the identifier 'time' is taken by the time itself", "another identifier");
            }
            return Expression::variable(name);
        }
        default: return std::nullopt;
        }
    }

    Expression convert(const ASTNode& node, std::vector<Expression> x) const {
        const ::ASTNodeType_t type = node.getType();
        if (const auto operation = unary(type)) {
            expect(node, x, 1, 1);
            return apply(*operation, {x[0]});
        }
        if (const auto chain = fold(type)) {
            if (x.empty() && std::isnan(chain->neutral)) expect(node, x, 1, 1000);
            Expression result = x.empty() ? number(chain->neutral) : x[0];
            for (std::size_t i = 1; i < x.size(); ++i) {
                result = apply(chain->operation, {result, x[i]});
            }
            return result;
        }
        if (const auto compared = relation(type)) {
            expect(node, x, 2, 1000);
            Expression result;
            for (std::size_t i = 1; i < x.size(); ++i) {
                Expression one = compared->swapped ? apply(compared->operation, {x[i], x[i - 1]})
                                                   : apply(compared->operation, {x[i - 1], x[i]});
                result = i == 1 ? std::move(one) : apply(Operation::both, {result, one});
            }
            return result;
        }
        return convert_special(node, x);
    }

    Expression convert_special(const ASTNode& node, const std::vector<Expression>& x) const {
        switch (node.getType()) {
        case ::AST_MINUS: expect(node, x, 1, 2); return x.size() == 1 ? -x[0] : x[0] - x[1];
        case ::AST_DIVIDE: expect(node, x, 2, 2); return x[0] / x[1];
        case ::AST_POWER:
        case ::AST_FUNCTION_POWER:
            expect(node, x, 2, 2);
            return apply(Operation::power, {x[0], x[1]});
        case ::AST_FUNCTION_LOG: return logarithm(node, x);
        case ::AST_FUNCTION_ROOT:
            expect(node, x, 1, 2);
            return x.size() == 1 ? apply(Operation::sqrt, {x[0]})
                                 : apply(Operation::power, {x[1], number(1.0) / x[0]});
        case ::AST_LOGICAL_XOR: return exclusive(x);
        case ::AST_LOGICAL_IMPLIES:
            expect(node, x, 2, 2);
            return apply(Operation::either, {negation(x[0]), x[1]});
        case ::AST_FUNCTION_QUOTIENT: expect(node, x, 2, 2); return quotient(x[0], x[1]);
        case ::AST_FUNCTION_REM: expect(node, x, 2, 2); return x[0] - x[1] * quotient(x[0], x[1]);
        case ::AST_FUNCTION_PIECEWISE: return piecewise(node, x);
        case ::AST_FUNCTION: return call(node, x);
        default: break;
        }
        const auto reciprocal = [&](Operation operation) {
            expect(node, x, 1, 1);
            return number(1.0) / apply(operation, {x[0]});
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

    Expression logarithm(const ASTNode& node, const std::vector<Expression>& x) const {
        expect(node, x, 1, 2);
        const Expression& value = x.back();
        if (x.size() == 1 || x[0].constant_value() == 10.0) {
            return apply(Operation::log10, {value});
        }
        if (x[0].constant_value() == 2.0) return apply(Operation::log2, {value});
        return apply(Operation::log, {value}) / apply(Operation::log, {x[0]});
    }

    static Expression exclusive(const std::vector<Expression>& x) {
        Expression result = number(0.0);
        for (const Expression& one : x) {
            result = apply(Operation::not_equal, {negation(result), negation(one)});
        }
        return result;
    }

    // Division rounded towards 0.
    static Expression quotient(const Expression& a, const Expression& b) {
        const Expression ratio = a / b;
        return apply(Operation::select,
                     {apply(Operation::less, {ratio, number(0.0)}), apply(Operation::ceil, {ratio}),
                      apply(Operation::floor, {ratio})});
    }

    // value, condition, ..., otherwise; without otherwise the last value is taken.
    Expression piecewise(const ASTNode& node, const std::vector<Expression>& x) const {
        expect(node, x, 1, 100000);
        std::size_t last = x.size() % 2 == 1 ? x.size() - 1 : x.size() - 2;
        Expression result = x[last];
        while (last >= 2) {
            last -= 2;
            result = apply(Operation::select, {x[last + 1], x[last], result});
        }
        return result;
    }

    Expression call(const ASTNode& node, const std::vector<Expression>& x) const {
        const std::string name = node.getName() != nullptr ? node.getName() : "";
        const auto found = functions_.find(name);
        if (found == functions_.end()) {
            refuse(fmt::format("unknown function '{}'", name), "a function of the document");
        }
        const SbmlFunction& function = found->second;
        expect(node, x, function.arguments.size(), function.arguments.size());
        Replacements replacements;
        for (std::size_t i = 0; i < x.size(); ++i) {
            replacements.emplace(function.arguments[i], x[i]);
        }
        return function.body.substitute(replacements);
    }

    const SbmlFunctions& functions_;
    const std::string& where_;
};

}  // namespace

Expression convert_math(const ASTNode* math, const SbmlFunctions& functions,
                        const std::string& where) {
    if (math == nullptr) {
        throw InputError(Diagnostic{{}, where + " has no formula", "a math element", ""});
    }
    return Converter(functions, where).run(*math);
}

SbmlFunction convert_function(const ASTNode* lambda, const SbmlFunctions& functions,
                              const std::string& where) {
    if (lambda == nullptr || lambda->getNumChildren() == 0) {
        throw InputError(Diagnostic{{}, where + " has no formula", "a lambda element", ""});
    }
    SbmlFunction function;
    const unsigned last = lambda->getNumChildren() - 1;
    for (unsigned i = 0; i < last; ++i) {
        const char* const name = lambda->getChild(i)->getName();
        function.arguments.emplace_back(name != nullptr ? name : "");
    }
    function.body = convert_math(lambda->getChild(last), functions, where);
    return function;
}

}  // namespace caravel::kinetics
#endif
