// Reads located values as numbers with units under a NumberRule.
#pragma once

#include "caravel/input/document.hpp"
#include "caravel/input/reader.hpp"
#include "caravel/input/rule_text.hpp"

#include <optional>
#include <vector>

namespace caravel::input {

/// The SI value with the dimension of one of the rules, or nothing after a mistake was added.
std::optional<AnyQuantity> read_quantity(std::string_view key, const Value& value,
                                         const std::vector<NumberRule>& rules,
                                         Diagnostics& diagnostics);

/// The whole number in [minimum, maximum]; a float is accepted when it is whole ("1e6").
std::optional<std::int64_t> read_integer(std::string_view key, const Value& value,
                                         std::int64_t minimum, std::int64_t maximum,
                                         Diagnostics& diagnostics);

}  // namespace caravel::input
