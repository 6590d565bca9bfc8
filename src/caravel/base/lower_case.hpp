// Words that are compared whatever their case.
#pragma once

#include <string>
#include <string_view>

namespace caravel {

/// The letters A to Z in lower case; all else stays, whatever the locale.
inline std::string lower_case(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return result;
}

}  // namespace caravel
