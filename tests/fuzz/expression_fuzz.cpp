// Any text is either a formula, whose text reads back to the same values, or refused with
// InputError.
#include "caravel/base/error.hpp"
#include "caravel/kinetics/expression_tape.hpp"

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace caravel::kinetics;

namespace {

bool is_same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

void check(const Expression& formula) {
    const std::vector<std::string> names = formula.names();
    std::vector<double> values;
    for (std::size_t i = 0; i < names.size(); ++i)
        values.push_back(0.7 + 0.3 * static_cast<double>(i));
    const double value = evaluate(formula, names, values);
    if (formula.text().find("...") == std::string::npos) {
        const Expression again = Expression::parse(formula.text());
        if (!is_same(evaluate(again, names, values), value)) std::abort();
    }
    for (std::size_t i = 0; i < names.size() && i < 3; ++i)
        evaluate(formula.derivative(names[i]), names, values);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        check(Expression::parse({reinterpret_cast<const char*>(data), size}));
    } catch (const caravel::InputError&) {
        // The expected answer to a bad formula.
    }
    return 0;
}
