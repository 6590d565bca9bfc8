// Pictures of a field inside a page: slices, profiles and distribution.
#pragma once

#include "caravel/report/field_picture.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace caravel::report {

/// What keeps the pictures small; what is left out is said below them.
struct FieldLimits {
    std::size_t pixels = 320;       // along a side of a slice
    std::size_t times = 4;          // side by side, first and last included
    std::size_t bytes = 1'000'000;  // of the fragment
};

/// A fragment of HTML (also well-formed XML, no scripts): three orthogonal slices per time on one
/// scale of colours, profiles by distance from the surface and from vessels where the distances are
/// given, histogram. NaN is transparent. Pixels are merged until the fragment fits; the same
/// picture gives the same bytes. Throws InputError where check() does, ResourceError when the
/// fragment cannot be made to fit.
std::string field_slices_html(const FieldPicture& picture, const FieldLimits& limits = {});

/// Number of the colour of each value: 0 for NaN, else 1 to 255 along the scale; values beyond an
/// end take the colour there.
std::vector<std::uint8_t> colour_numbers(const std::vector<float>& values, const Axis& scale);

}  // namespace caravel::report
