// What stands beside a coloured picture: the bar that explains the colours, the bar of length.
#pragma once

#include "caravel/report/axis.hpp"
#include "caravel/report/colour_map.hpp"

#include <string>

namespace caravel::report {

/// Horizontal bar of colours with ticks and a label, as an `svg` element.
std::string colour_bar(const Axis& scale, ColourMap map, const std::string& id,
                       const std::string& label);

/// A length of 1, 2 or 5 x 10^n m, at most a third of `extent` (m), and its text ("200 µm").
struct ScaleBar {
    double length = 0.0;  // m
    std::string label{};
};
ScaleBar scale_bar(double extent);

}  // namespace caravel::report
