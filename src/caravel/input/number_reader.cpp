#include "caravel/input/number_reader.hpp"

#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace caravel::input {
namespace {

/// A number as written, before it is held against a rule.
struct Written {
    double value = 0.0;
    double si = 0.0;
    Unit unit;
    bool has_unit = false;
    std::string text;  // as in the file, quoted when it was text
};

// Numbers written as text may be long; messages are not.
std::string shortened(const std::string& text) {
    if (text.size() <= 60) return text;
    std::size_t end = 57;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0u) == 0x80u) --end;
    return text.substr(0, end) + "...";
}

/// Whether a unit text names no unit: empty, digits, or an annotation such as {particle}.
bool is_count(const std::string& unit) {
    int braces = 0;
    for (const char c : unit) {
        if (c == '{') ++braces;
        if (c == '}') --braces;
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (braces == 0 && letter) return false;
    }
    return true;
}

class QuantityReader {
  public:
    QuantityReader(std::string_view key, const Value& value, const std::vector<NumberRule>& rules,
                   Diagnostics& diagnostics)
        : key_(key), value_(value), rules_(rules), diagnostics_(diagnostics) {}

    std::optional<AnyQuantity> read() {
        const std::optional<Written> written = parse();
        if (!written) return std::nullopt;
        if (!std::isfinite(written->si))
            return fail(fmt::format("{} is {}", key_, written->text), "a finite number");
        const NumberRule* rule = matching(*written);
        if (rule == nullptr) return std::nullopt;
        const Unit unit = parse_unit(rule->unit);
        if (!in_range(written->si, *rule, unit)) return out_of_range(*written, *rule, unit);
        return AnyQuantity{written->si, unit.dimension, is_count(written->unit.text)};
    }

  private:
    std::optional<Written> parse() {
        if (const auto* i = std::get_if<std::int64_t>(&value_.data))
            return plain(static_cast<double>(*i), std::to_string(*i));
        if (const auto* d = std::get_if<double>(&value_.data)) return plain(*d, format_number(*d));
        const auto* text = std::get_if<std::string>(&value_.data);
        if (text == nullptr) {
            fail(fmt::format("{} is {}", key_, value_.kind()), expected_kind(rules_));
            return std::nullopt;
        }
        const std::string shown = '"' + shortened(*text) + '"';
        try {
            const ParsedQuantity q = parse_quantity(*text);
            return Written{q.value, q.si, q.unit, q.has_unit, shown};
        } catch (const UnitError& error) {
            fail(fmt::format("{} = {}: {}", key_, shown, error.what()), expected_kind(rules_),
                 error.hint());
            return std::nullopt;
        }
    }

    static Written plain(double value, std::string text) {
        return {value, value, Unit{}, false, std::move(text)};
    }

    /// The rule with the number's dimension; reports and returns null when there is none.
    const NumberRule* matching(const Written& written) {
        for (const NumberRule& rule : rules_) {
            if (!written.has_unit && !is_plain(rule)) continue;
            if (parse_unit(rule.unit).dimension == written.unit.dimension) return &rule;
        }
        if (written.has_unit)
            fail(fmt::format("{} is {}", written.text, with_article(written.unit.dimension)),
                 expected_kind(rules_));
        else
            fail_without_unit(written);
        return nullptr;
    }

    void fail_without_unit(const Written& written) {
        const NumberRule& rule = rules_.front();
        const std::string kind = with_article(parse_unit(rule.unit).dimension);
        fail(fmt::format("{} = {} has no unit", key_, written.text),
             fmt::format("{} such as \"{}\"", kind, in_unit(written.value, rule.unit)));
    }

    // A bound counts as met when it is met in either unit system: "1000 nm" is at most "1 um".
    static bool in_range(double si, const NumberRule& rule, const Unit& unit) {
        const double value = from_si(si, unit);
        const double low = to_si(rule.minimum, unit);
        const double high = to_si(rule.maximum, unit);
        const bool above = rule.minimum_excluded ? si > low && value > rule.minimum
                                                 : si >= low || value >= rule.minimum;
        const bool below = rule.maximum_excluded ? si < high && value < rule.maximum
                                                 : si <= high || value <= rule.maximum;
        return above && below;
    }

    std::optional<AnyQuantity> out_of_range(const Written& written, const NumberRule& rule,
                                            const Unit& unit) {
        const double value =
            written.unit.text == rule.unit ? written.value : from_si(written.si, unit);
        return fail(fmt::format("{} is {}", key_, in_unit(value, rule.unit)),
                    "a number " + range_text(rule));
    }

    std::nullopt_t fail(std::string what, std::string expected, std::string hint = "") {
        diagnostics_.add({value_.where, std::move(what), std::move(expected), std::move(hint)});
        return std::nullopt;
    }

    std::string_view key_;
    const Value& value_;
    const std::vector<NumberRule>& rules_;
    Diagnostics& diagnostics_;
};

std::string integer_range(std::int64_t minimum, std::int64_t maximum) {
    using Limits = std::numeric_limits<std::int64_t>;
    if (minimum == Limits::min() && maximum == Limits::max()) return "a whole number";
    if (maximum == Limits::max()) return fmt::format("a whole number >= {}", minimum);
    if (minimum == Limits::min()) return fmt::format("a whole number <= {}", maximum);
    return fmt::format("a whole number between {} and {}", minimum, maximum);
}

}  // namespace

std::optional<AnyQuantity> read_quantity(std::string_view key, const Value& value,
                                         const std::vector<NumberRule>& rules,
                                         Diagnostics& diagnostics) {
    return QuantityReader(key, value, rules, diagnostics).read();
}

std::optional<std::int64_t> read_integer(std::string_view key, const Value& value,
                                         std::int64_t minimum, std::int64_t maximum,
                                         Diagnostics& diagnostics) {
    constexpr double largest_exact = 9007199254740992.0;  // 2^53
    std::optional<std::int64_t> number;
    std::string shown = value.kind();
    if (const auto* i = std::get_if<std::int64_t>(&value.data)) {
        number = *i;
        shown = std::to_string(*i);
    } else if (const auto* d = std::get_if<double>(&value.data)) {
        shown = format_number(*d);
        if (std::abs(*d) <= largest_exact && *d == std::floor(*d))
            number = static_cast<std::int64_t>(*d);
    }
    if (number && *number >= minimum && *number <= maximum) return number;
    diagnostics.add(
        {value.where, fmt::format("{} is {}", key, shown), integer_range(minimum, maximum), ""});
    return std::nullopt;
}

}  // namespace caravel::input
