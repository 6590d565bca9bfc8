// Text from numbers. std::to_chars depends on no locale.
#include "caravel/base/unit.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace caravel {

std::string format_number(double value) {
    std::array<char, 32> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    return {buffer.data(), end};
}

std::string format_number(double value, int digits) {
    std::array<char, 32> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                   std::chars_format::general, std::clamp(digits, 1, 17))
                         .ptr;
    return {buffer.data(), end};
}

}  // namespace caravel
