// Letters for pictures of pixels: strokes with round ends.
#pragma once

#include <array>
#include <string_view>
#include <vector>

namespace caravel::report {

/// One stroke as a polyline; x to the right, y up from the base line, in heights of a capital
/// letter.
using Stroke = std::vector<std::array<double, 2>>;

struct TextStrokes {
    std::vector<Stroke> strokes{};
    double width = 0.0;  // heights of a capital letter
};

/// The strokes of a text in UTF-8: letters, digits, common signs and raised digits; a letter with
/// an accent is drawn without, what is unknown as a box.
TextStrokes text_strokes(std::string_view text);

}  // namespace caravel::report
