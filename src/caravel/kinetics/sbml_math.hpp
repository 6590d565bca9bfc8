// MathML of libsbml as expressions. Included by the sources that read SBML only.
#pragma once

#include "caravel/kinetics/expression.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

class ASTNode;  // of libsbml

namespace caravel::kinetics {

struct SbmlFunction {
    std::vector<std::string> arguments;
    Expression body;
};
using SbmlFunctions = std::map<std::string, SbmlFunction, std::less<>>;

/// The expression of a formula; `where` names its place in messages. Throws InputError for what has
/// no expression (delay, rateOf, factorial), for calls of unknown functions, and when `parts`, the
/// nodes made for a document so far, passes 4 million.
Expression convert_math(const ::ASTNode* math, const SbmlFunctions& functions,
                        const std::string& where, std::size_t& parts);

/// A function definition (a lambda).
SbmlFunction convert_function(const ::ASTNode* lambda, const SbmlFunctions& functions,
                              const std::string& where, std::size_t& parts);

}  // namespace caravel::kinetics
