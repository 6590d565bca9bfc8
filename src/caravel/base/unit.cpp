#include "caravel/base/unit.hpp"

#include "caravel/base/unit_table.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace caravel {
namespace {

constexpr std::size_t longest_text = 256;
constexpr int deepest_nesting = 16;
constexpr int largest_exponent = 12;
constexpr int largest_power_of_ten = 30;  // "10*13/kg" is a usual dose of particles
constexpr std::size_t most_factor_digits = 9;

// A product under construction. Numerator, denominator and power of ten stay apart so that decimal
// units end with the double nearest to their true factor.
struct Product {
    double numerator = 1.0;
    double denominator = 1.0;
    int exponent = 0;
    std::array<int, 7> dimension{};
    double offset = 0.0;
    int offset_at = -1;  // byte position of Cel or [degF], which cannot be multiplied
};

std::array<int, 7> exponents(const Dimension& d) {
    return {d.length, d.mass, d.time, d.current, d.temperature, d.amount, d.luminosity};
}

double power_of_ten(int exponent) {
    if (exponent > std::numeric_limits<double>::max_exponent10) {
        return std::numeric_limits<double>::infinity();
    }
    const std::string text = "1e" + std::to_string(exponent);
    double value = 0.0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

double factor_of(const Product& product) {
    if (product.exponent >= 0) {
        return product.numerator * power_of_ten(product.exponent) / product.denominator;
    }
    constexpr int last_exact_power = 22;  // of ten in a double
    if (product.exponent >= -last_exact_power) {
        return product.numerator / (product.denominator * power_of_ten(-product.exponent));
    }
    return product.numerator / product.denominator * power_of_ten(product.exponent);
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '%' || c == '_' || c == '\'' ||
           c == '"';
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

int count_characters(std::string_view bytes) {
    int count = 0;
    for (const char c : bytes) count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
    return count;
}

std::string replace_all(std::string text, std::string_view what, std::string_view with) {
    for (std::size_t at = text.find(what); at != std::string::npos;
         at = text.find(what, at + with.size())) {
        text.replace(at, what.size(), with);
    }
    return text;
}

struct Replacement {
    std::string_view written;
    std::string_view ucum;
};

// UTF-8 bytes; the two micro signs, the two Ohms, degree, dots, minus and superscripts.
constexpr Replacement typography[] = {
    {"\xC2\xB5", "u"},
    {"\xCE\xBC", "u"},
    {"\xCE\xA9", "Ohm"},
    {"\xE2\x84\xA6", "Ohm"},
    {"\xC2\xB0"
     "C",
     "Cel"},
    {"\xE2\x84\x83", "Cel"},
    {"\xC2\xB0"
     "F",
     "[degF]"},
    {"\xC2\xB0", "deg"},
    {"\xC2\xB7", "."},
    {"\xE2\x8B\x85", "."},
    {"\xC3\x97", "."},
    {"\xE2\x88\x92", "-"},
    {"\xE2\x81\xBB", "-"},
    {"\xC2\xB9", "1"},
    {"\xC2\xB2", "2"},
    {"\xC2\xB3", "3"},
    {"\xE2\x81\xB4", "4"},
    {"\xE2\x81\xB6", "6"},
    {"\xE2\x80\xB0", "[ppth]"},
    {"**", ""},
    {"*", "."},
    {"^", ""},
};

bool is_angstrom(std::string_view text) {
    return text.find("\xC3\x85") != std::string_view::npos ||
           text.find("\xE2\x84\xAB") != std::string_view::npos;
}

std::string typography_hint(std::string_view text) {
    if (is_angstrom(text)) return "write 'Ao' or 'nm'";
    // The powers of ten keep their sign, "10*" and "10^".
    std::string plain = replace_all(replace_all(std::string(text), "10*", "\x01"), "10^", "\x01");
    for (const Replacement& r : typography) plain = replace_all(plain, r.written, r.ucum);
    plain = replace_all(plain, "\x01", "10*");
    if (plain == text) return "";
    for (const char c : plain) {
        if (c <= ' ' || c > '~') return "";
    }
    return "write '" + plain + "'";
}

std::string blank_hint(std::string_view text) {
    return text.find(" per ") != std::string_view::npos
               ? "write '/' for 'per'"
               : "write '.' between factors and '/' before divisors, without blanks";
}

class Parser {
  public:
    explicit Parser(std::string_view text) : text_(text) {}

    Unit parse() {
        check_text();
        Product product = take_main();
        if (position_ < text_.size()) fail_at_rest();
        Unit unit;
        unit.factor = factor_of(product);
        unit.offset = product.offset;
        unit.dimension = checked_dimension(product);
        unit.text = std::string(text_);
        if (!std::isnormal(unit.factor)) fail("unit '" + unit.text + "' is out of range", "", 0);
        return unit;
    }

  private:
    [[noreturn]] void fail(const std::string& message, std::string hint, std::size_t at) const {
        throw UnitError(message, std::move(hint), count_characters(text_.substr(0, at)));
    }

    void check_text() const {
        if (text_.empty()) fail("the unit is empty", "write '1' for a plain number", 0);
        if (text_.size() > longest_text) {
            fail("the unit is longer than " + std::to_string(longest_text) + " characters", "", 0);
        }
        for (std::size_t i = 0; i < text_.size(); ++i) {
            if (is_blank(text_[i])) fail("a unit has no blanks", blank_hint(text_), i);
            if (text_[i] < '!' || text_[i] > '~') {
                fail("unit '" + std::string(text_) + "' has a character that UCUM does not know",
                     typography_hint(text_), i);
            }
        }
    }

    [[noreturn]] void fail_at_rest() const {
        const char c = text_[position_];
        const std::string quoted = std::string("'") + c + "' in unit '" + std::string(text_) + "'";
        if (c == '*' || c == '^') fail("unexpected " + quoted, typography_hint(text_), position_);
        if (c == ')') fail("there is no '(' for " + quoted, "", position_);
        if (is_letter(c) || is_digit(c) || c == '[' || c == '(' || c == '{') {
            fail("an operator is missing before " + quoted, "write '.' or '/' between factors",
                 position_);
        }
        fail("unexpected " + quoted, "", position_);
    }

    Product take_main() {
        if (!take('/')) return take_term();
        return multiply(Product{}, take_term(), -1);
    }

    Product take_term() {
        Product product = take_component();
        while (position_ < text_.size()) {
            const int sign = text_[position_] == '/' ? -1 : 1;
            if (!take('/') && !take('.')) break;
            product = multiply(product, take_component(), sign);
        }
        return product;
    }

    Product take_component() {
        if (position_ >= text_.size()) {
            fail("unit '" + std::string(text_) + "' ends too early", "", position_);
        }
        Product product;
        if (text_[position_] == '(') {
            product = take_group();
        } else if (is_digit(text_[position_]) && !is_power_of_ten()) {
            product = take_number();
        } else if (text_[position_] != '{') {
            product = take_symbol();
        }
        while (position_ < text_.size() && text_[position_] == '{') skip_annotation();
        return product;
    }

    Product take_group() {
        const std::size_t opened = position_;
        if (++nesting_ > deepest_nesting) {
            fail("more than " + std::to_string(deepest_nesting) + " nested parentheses", "",
                 opened);
        }
        take('(');
        const Product product = take_term();
        if (!take(')')) {
            if (position_ < text_.size()) fail_at_rest();
            fail("there is no ')' for this '('", "", opened);
        }
        --nesting_;
        return product;
    }

    Product take_number() {
        const std::size_t start = position_;
        const std::string_view number = take_digits();
        Product product;
        if (number.size() > most_factor_digits) fail("the number is too large", "", start);
        std::from_chars(number.data(), number.data() + number.size(), product.numerator);
        if (product.numerator == 0.0) fail("a unit cannot be zero", "", start);
        return product;
    }

    Product take_symbol() {
        const std::size_t start = position_;
        const bool is_ten = is_power_of_ten();
        const std::string_view symbol = is_ten ? take_bytes(3) : take_letters();
        if (symbol.empty()) fail_at_symbol();
        const unit_table::Match match = unit_table::find(symbol);
        if (match.atom == nullptr) {
            const std::string place = symbol == text_ ? "" : " in '" + std::string(text_) + "'";
            fail("unknown unit '" + std::string(symbol) + "'" + place, unit_table::hint(symbol),
                 start);
        }
        Product product;
        product.numerator = match.atom->numerator;
        product.denominator = match.atom->denominator;
        product.exponent = match.atom->exponent + match.prefix_exponent;
        product.dimension = exponents(match.atom->dimension);
        product.offset = match.atom->offset;
        if (product.offset != 0.0) product.offset_at = static_cast<int>(start);
        return raise(product, take_exponent(is_ten ? largest_power_of_ten : largest_exponent));
    }

    [[noreturn]] void fail_at_symbol() const {
        const char c = text_[position_];
        if (c == '[') fail("there is no ']' for this '['", "", position_);
        fail("expected a unit at '" + std::string(text_.substr(position_)) + "'",
             c == '*' || c == '^' ? typography_hint(text_) : "", position_);
    }

    // 1 when no exponent is written.
    int take_exponent(int largest) {
        const std::size_t start = position_;
        const bool is_negative = take('-');
        const bool is_signed = is_negative || take('+');
        const std::string_view number = take_digits();
        if (number.empty()) {
            if (is_signed) fail("digits are missing after the sign of an exponent", "", start);
            return 1;
        }
        int value = 0;
        const auto result = std::from_chars(number.data(), number.data() + number.size(), value);
        if (result.ec != std::errc() || value > largest) {
            fail("the exponent is larger than " + std::to_string(largest), "", start);
        }
        return is_negative ? -value : value;
    }

    void skip_annotation() {
        const std::size_t end = text_.find_first_of("{}", position_ + 1);
        if (end == std::string_view::npos || text_[end] != '}') {
            fail("there is no '}' for this '{'", "", position_);
        }
        position_ = end + 1;
    }

    Product multiply(const Product& a, const Product& b, int sign) const {
        check_no_offset(a);
        Product factor = raise(b, sign);
        check_no_offset(factor);
        factor.numerator *= a.numerator;
        factor.denominator *= a.denominator;
        factor.exponent += a.exponent;
        for (std::size_t i = 0; i < a.dimension.size(); ++i) {
            factor.dimension[i] += a.dimension[i];
        }
        return factor;
    }

    Product raise(const Product& base, int power) const {
        if (power == 1) return base;
        check_no_offset(base);
        Product result;
        for (int i = 0; i < std::abs(power); ++i) {
            result.numerator *= power > 0 ? base.numerator : base.denominator;
            result.denominator *= power > 0 ? base.denominator : base.numerator;
        }
        result.exponent = base.exponent * power;
        for (std::size_t i = 0; i < base.dimension.size(); ++i) {
            result.dimension[i] = base.dimension[i] * power;
        }
        return result;
    }

    void check_no_offset(const Product& product) const {
        if (product.offset_at < 0) return;
        fail("a temperature with its own zero stands alone, not in '" + std::string(text_) + "'",
             "use K", static_cast<std::size_t>(product.offset_at));
    }

    Dimension checked_dimension(const Product& product) const {
        std::array<std::int8_t, 7> e{};
        for (std::size_t i = 0; i < e.size(); ++i) {
            if (std::abs(product.dimension[i]) > std::numeric_limits<std::int8_t>::max()) {
                fail("unit '" + std::string(text_) + "' has an exponent that is too large", "", 0);
            }
            e[i] = static_cast<std::int8_t>(product.dimension[i]);
        }
        return {e[0], e[1], e[2], e[3], e[4], e[5], e[6]};
    }

    bool is_power_of_ten() const {
        const std::string_view head = text_.substr(position_, 3);
        return head == "10*" || head == "10^";
    }

    bool take(char c) {
        if (position_ >= text_.size() || text_[position_] != c) return false;
        ++position_;
        return true;
    }

    std::string_view take_bytes(std::size_t count) {
        const std::string_view bytes = text_.substr(position_, count);
        position_ += bytes.size();
        return bytes;
    }

    std::string_view take_digits() {
        std::size_t end = position_;
        while (end < text_.size() && is_digit(text_[end])) ++end;
        return take_bytes(end - position_);
    }

    std::string_view take_letters() {
        std::size_t end = position_;
        while (end < text_.size()) {
            if (is_letter(text_[end])) {
                ++end;
            } else if (text_[end] == '[' && text_.find(']', end) != std::string_view::npos) {
                end = text_.find(']', end) + 1;
            } else {
                break;
            }
        }
        return take_bytes(end - position_);
    }

    std::string_view text_;
    std::size_t position_ = 0;
    int nesting_ = 0;
};

}  // namespace

Unit parse_unit(std::string_view text) { return Parser(text).parse(); }

double from_si(double si, std::string_view unit) { return from_si(si, parse_unit(unit)); }

}  // namespace caravel
