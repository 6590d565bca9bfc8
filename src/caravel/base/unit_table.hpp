// The UCUM atoms and prefixes that Caravel knows, and hints for what people write instead.
#pragma once

#include "caravel/base/dimension.hpp"

#include <string>
#include <string_view>

namespace caravel::unit_table {

/// A prefix and its power of ten: "k" is 3.
struct Prefix {
    std::string_view symbol;
    int exponent;
};

/// One unit symbol: si = value * numerator / denominator * 10^exponent + offset. Numerators are
/// whole numbers where possible, so that decimal units keep their exact factor.
struct Atom {
    std::string_view symbol;
    double numerator = 1.0;
    double denominator = 1.0;
    int exponent = 0;
    Dimension dimension;
    bool is_metric = false;  // takes prefixes
    double offset = 0.0;     // only Cel and [degF]
};

/// An atom with the power of ten of its prefix (0 without one); atom is null when there is none.
struct Match {
    const Atom* atom = nullptr;
    int prefix_exponent = 0;
};

/// Finds `symbol` as an atom or as a prefix and a metric atom.
Match find(std::string_view symbol);

/// What to write instead of the unknown `symbol` ("write 'h'"), or "".
std::string hint(std::string_view symbol);

}  // namespace caravel::unit_table
