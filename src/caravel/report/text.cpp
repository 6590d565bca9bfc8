#include "caravel/report/text.hpp"

#include "caravel/input/text_file.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

namespace caravel::report {

namespace {

/// A number that fmt has written; unlike std::stod no locale changes how it is read.
template <class Number>
Number read(std::string_view text) {
    if (text.front() == '+') text.remove_prefix(1);
    Number number{};
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

/// Thin spaces between groups of three digits, from five digits on.
std::string grouped(std::string digits) {
    const std::size_t start = digits.front() == '-' ? 1 : 0;
    if (digits.size() - start < 5) return digits;
    for (std::size_t i = digits.size(); i > start + 3;) {
        i -= 3;
        digits.insert(i, "\u2009");
    }
    return digits;
}

std::string without_trailing_zeros(std::string text) {
    if (text.find('.') == std::string::npos) return text;
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text;
}

std::string_view escaped_character(char c) {
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return {};
    }
}

}  // namespace

std::string exact_text(double value) { return fmt::format("{}", value); }

std::string superscript(int number) {
    static constexpr std::array<const char*, 10> digits = {"⁰", "¹", "²", "³", "⁴",
                                                           "⁵", "⁶", "⁷", "⁸", "⁹"};
    std::string text;
    for (const char c : std::to_string(number)) {
        text += c == '-' ? "⁻" : digits[static_cast<std::size_t>(c - '0')];
    }
    return text;
}

std::string readable_text(double value, int digits) {
    if (std::isnan(value)) return "–";
    if (std::isinf(value)) return value > 0.0 ? "∞" : "-∞";
    if (value == 0.0) return "0";
    const std::string scientific = fmt::format("{:.{}e}", value, digits - 1);
    const std::size_t e = scientific.find('e');
    const int exponent = read<int>(std::string_view(scientific).substr(e + 1));
    if (exponent < -3 || exponent > 6) {
        return without_trailing_zeros(scientific.substr(0, e)) + "×10" + superscript(exponent);
    }
    // Via the rounded text, so that 99 960 to three digits becomes 100 000.
    const auto rounded = read<double>(scientific);
    const int decimals = digits - 1 - exponent;
    if (decimals <= 0) return grouped(fmt::format("{:.0f}", rounded));
    return without_trailing_zeros(fmt::format("{:.{}f}", rounded, decimals));
}

std::string unit_text(std::string_view ucum) {
    if (ucum == "1") return {};
    if (ucum == "[hnsf'U]") return "HU";
    std::string text;
    bool power_of_ten = false;
    for (std::size_t i = 0; i < ucum.size(); ++i) {
        const char c = ucum[i];
        const char before = i > 0 ? ucum[i - 1] : '/';
        const bool word_start = before == '/' || before == '.';
        // UCUM writes a power of ten as 10*9.
        if (c == '*' && i >= 2 && ucum.substr(i - 2, 2) == "10") {
            power_of_ten = true;
            continue;
        }
        const bool digit = c >= '0' && c <= '9';
        power_of_ten = power_of_ten && (digit || c == '-');
        const bool letter_before =
            (before >= 'a' && before <= 'z') || (before >= 'A' && before <= 'Z');
        if (c == '{' || c == '}' || c == '[' || c == ']') continue;
        if (c == 'u' && word_start && i + 1 < ucum.size() && ucum.substr(i, 2) != "u/") {
            text += "µ";
        } else if (power_of_ten && c == '-') {
            text += "⁻";
        } else if (power_of_ten || (c >= '2' && c <= '9' && letter_before)) {
            text += superscript(c - '0');
        } else if (c == '.') {
            text += "·";
        } else {
            text += c;
        }
    }
    if (text.substr(0, 3) == "Cel") text.replace(0, 3, "°C");
    return text;
}

std::string name_text(std::string_view name) {
    std::string text;
    bool place = true;
    for (const char c : name) {
        if (c == '.' && place) {
            text += ", ";
            place = false;
        } else if (c == '[') {
            text += " (";
        } else if (c == ']') {
            text += ')';
        } else {
            text += c == '_' ? ' ' : c;
        }
    }
    if (!text.empty() && text.front() >= 'a' && text.front() <= 'z') {
        text.front() = static_cast<char>(text.front() - 'a' + 'A');
    }
    return text;
}

std::string readable_quantity(double value, std::string_view ucum, int digits) {
    const std::string unit = unit_text(ucum);
    const std::string number = readable_text(value, digits);
    if (unit.empty()) return number;
    return number + "\u00A0" + unit;
}

std::string time_text(double seconds) {
    const double size = std::abs(seconds);
    static constexpr std::array<std::pair<double, const char*>, 3> units = {
        {{86400.0, "d"}, {3600.0, "h"}, {60.0, "min"}}};
    for (const auto& [length, name] : units) {
        const double least = length == 86400.0 ? 10.0 * length : 2.0 * length;
        const bool whole = length == 3600.0 && std::fmod(size, length) == 0.0 && size > 0.0;
        if (size >= least || whole) {
            return readable_text(seconds / length, 4) + "\u00A0" + name;
        }
    }
    if (seconds == 0.0) return "0\u00A0h";
    return readable_text(seconds, 4) + "\u00A0s";
}

std::string_view status_text(Status status) {
    switch (status) {
    case Status::input: return "input";
    case Status::calibrated: return "calibrated";
    case Status::predicted: return "predicted";
    }
    return "predicted";
}

std::string xml_escape(std::string_view text) {
    std::string safe;
    safe.reserve(text.size());
    while (!text.empty()) {
        const std::size_t length = input::utf8_length(text, 0);
        const auto lead = static_cast<std::uint8_t>(text.front());
        const bool control = (lead < 0x20 && lead != '\n' && lead != '\t') || lead == 0x7F;
        if (length == 0 || control) {
            safe += "\uFFFD";
        } else if (const auto replacement = escaped_character(text.front()); !replacement.empty()) {
            safe += replacement;
        } else {
            safe += text.substr(0, length);
        }
        text.remove_prefix(length == 0 ? 1 : length);
    }
    return safe;
}

std::string csv_cell(std::string_view text) {
    if (text.find_first_of(",\"\n\r") == std::string_view::npos) return std::string(text);
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + '"';
}

std::string base64(std::string_view bytes) {
    static constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t group = 0;
        const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
        for (std::size_t k = 0; k < 3; ++k) {
            group = group << 8 | (k < count ? static_cast<std::uint8_t>(bytes[i + k]) : 0u);
        }
        for (std::size_t k = 0; k < 4; ++k) {
            text += k <= count ? alphabet[(group >> (18 - 6 * k)) & 63u] : '=';
        }
    }
    return text;
}

}  // namespace caravel::report
