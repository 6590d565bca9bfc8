// Colours for values: equal steps of the value look like equal steps of the colour.
#pragma once

#include "caravel/report/png_image.hpp"

#include <array>
#include <cstddef>
#include <vector>

namespace caravel::report {

/// Dark violet over green to yellow, ever lighter, through the control points of viridis (S. van
/// der Walt and N. Smith 2015, CC0); or blue over near-white to orange, for values about zero.
enum class ColourMap { sequential, diverging };

/// Lightness and two hue axes of a colour in Oklab (B. Ottosson 2020), lightness 0 to 1.
std::array<double, 3> oklab(const Rgba& colour);

/// `count` (2 or more) colours from the low to the high end, equally far apart in Oklab (diverging:
/// in each half).
std::vector<Rgba> colours(ColourMap map, std::size_t count);

}  // namespace caravel::report
