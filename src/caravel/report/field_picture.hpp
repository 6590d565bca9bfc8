// A field in space at several times as plain data, and its slices.
#pragma once

#include "caravel/base/view.hpp"
#include "caravel/report/axis.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace caravel::report {

/// A field to be drawn. Cells lie x fastest, as in Grid.
struct FieldPicture {
    std::string name;        // unique in the document, for identifiers
    std::string label;       // for people; empty: made from the name
    std::string unit = "1";  // UCUM, of the values
    std::array<index_t, 3> cells{};
    std::array<double, 3> spacing{};           // m
    std::array<bool, 6> mirrored{};            // x low, x high, ...: planes of symmetry
    std::vector<double> times{};               // s
    std::vector<std::vector<float>> values{};  // per time; NaN: outside
    bool logarithmic = false;
    bool diverging = false;                          // colours about zero
    std::optional<std::array<double, 2>> range{};    // of the colours; else that of the values
    std::optional<std::array<double, 3>> through{};  // m from the low corner; else the middle
    std::vector<float> depth{};            // m below the surface; NaN or negative: not tumour
    std::vector<float> vessel_distance{};  // m to the nearest vessel; not finite: does not count

    /// Values per time.
    std::size_t cell_count() const;
};

/// Throws InputError where sizes do not fit together or lengths are not positive.
void check(const FieldPicture& picture);

/// Pixels of a plane, rows from the top; mirrored halves are unfolded.
struct Slice {
    std::size_t width = 0;
    std::size_t height = 0;
    std::vector<float> values{};
    std::array<double, 2> extent{};         // m, across and upwards
    std::array<std::size_t, 2> averaged{};  // cells per pixel, across and upwards
    double position = 0.0;                  // m along the normal, from the low corner
};

/// The plane normal to axis `normal` (0 x, 1 y, 2 z): x points right where it lies in the plane,
/// z up, else y. At most `limit` pixels along a side: whole blocks of cells are averaged
/// over the values that are finite.
Slice slice(const FieldPicture& picture, std::size_t time, std::size_t normal, std::size_t limit);

/// "x-y", "x-z", "y-z" by the normal's axis.
std::string plane_name(std::size_t normal);

/// Scale of the colours over all times in `times`; a logarithmic one spans six decades at most, a
/// diverging one is symmetric about zero.
Axis colour_scale(const FieldPicture& picture, const std::vector<std::size_t>& times);

/// Smallest and largest finite (on a logarithmic scale positive) value of the given times; empty
/// when there is none.
std::optional<std::array<double, 2>> value_range(const FieldPicture& picture,
                                                 const std::vector<std::size_t>& times);

}  // namespace caravel::report
