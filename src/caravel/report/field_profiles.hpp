// What the values of a field are at a distance, and how they are distributed.
#pragma once

#include "caravel/report/field_picture.hpp"
#include "caravel/report/svg_chart.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace caravel::report {

/// Values of the cells in one interval of distance.
struct ProfileBin {
    double distance = 0.0;  // m, middle of the interval
    std::size_t count = 0;
    double mean = 0.0;
    double low = 0.0;   // 10 % of the values are smaller
    double high = 0.0;  // 10 % are larger
};

/// Profile of finite values over distances that are finite and not negative; intervals are at least
/// `least` (m) wide and at most 40, those without a value are left out. Percentiles interpolate
/// between order statistics.
std::vector<ProfileBin> profile(const std::vector<float>& values,
                                const std::vector<float>& distances, double least);

/// Shares (0..1) of the finite values in `count` equal intervals of the scale (equal ratios when it
/// is logarithmic); values beyond an end count in the last interval there.
std::vector<double> histogram(const std::vector<float>& values, const Axis& scale,
                              std::size_t count);

/// Mean and 10 to 90 % band from the rim inwards, one line per time; empty without `depth`.
std::optional<LineChart> rim_chart(const FieldPicture& picture,
                                   const std::vector<std::size_t>& times);

/// The same against the distance from the nearest vessel; empty without `vessel_distance`.
std::optional<LineChart> vessel_chart(const FieldPicture& picture,
                                      const std::vector<std::size_t>& times);

/// Share of the cells (%) against the value, one line per time; with `depth` tumour cells alone.
LineChart histogram_chart(const FieldPicture& picture, const std::vector<std::size_t>& times,
                          const Axis& scale);

/// "oxygen-rim" from "Oxygen": [a-z0-9-] only.
std::string identifier(const std::string& name, const std::string& what);

/// "Oxygen (mmHg)": label and unit for people.
std::string value_label(const FieldPicture& picture);

}  // namespace caravel::report
