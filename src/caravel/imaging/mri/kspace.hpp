// From object to raw data and to the image that raw data can hold, axis by axis.
#pragma once

#include "caravel/base/grid.hpp"
#include "caravel/exec/threads.hpp"

#include <array>
#include <span>
#include <string>
#include <vector>

namespace caravel::imaging {

/// Weights [row * columns + column]; within a row all that is outside [first, last) is zero.
struct AxisMatrix {
    index_t rows = 0;
    index_t columns = 0;
    std::vector<double> weights{};
    std::vector<index_t> first{};  // per row
    std::vector<index_t> last{};
};

/// Values [x fastest] with every line along `axis` multiplied by a matrix: `size` becomes that of
/// the result. Sums run in the order of the columns on every machine.
std::vector<double> apply_axis(exec::ThreadTeam& team, std::span<const double> values,
                               std::array<index_t, 3>& size, int axis, const AxisMatrix& matrix);

/// Points and cells of one axis.
struct Axis {
    index_t points = 1;  // of the image, and of raw data
    double point = 1.0;  // m, their distance
    double start = 0.0;  // m, lower end of the first
    index_t cells = 1;   // of the object
    double cell = 1.0;   // m
    double cell_start = 0.0;

    double extent() const { return point * static_cast<double>(points); }
    double middle() const { return start + 0.5 * extent(); }
    /// Middle of an image point or of an object's cell, from the middle of the field of view (m).
    double place(index_t i) const;
    double cell_place(index_t j) const;
};
Axis axis_of(const Grid& object, const Grid& image, int axis);

/// Frequency number k of raw data point n: -N/2 ... (N - 1)/2, whole numbers.
constexpr index_t frequency_of(index_t n, index_t points) { return n - points / 2; }

/// Window on raw data at frequency number k of n points: "none", "hamming", "hann".
double window(const std::string& filter, index_t k, index_t points);

/// Noise of a filtered image against an unfiltered one, per axis: root mean square of the window.
double window_noise(const std::string& filter, index_t points);

/// Image points from the object's cells as raw data of `points` frequencies can tell them: the
/// point spread function (Dirichlet's kernel with the window), exact for even cells. The outermost
/// frequency of an even number counts half at either sign, so that the matrix is real.
AxisMatrix spread_matrix(const Axis& axis, const std::string& filter);

/// Mean over each image point: share of the overlap with each cell, parts outside count as 0.
AxisMatrix overlap_matrix(const Axis& axis);

/// Real and imaginary part of a matrix.
struct ComplexMatrix {
    AxisMatrix re{};
    AxisMatrix im{};
};

/// Raw data from cells: S_k = cell / extent sinc(k cell / extent) exp(+2 pi i k x / extent).
ComplexMatrix encoding_matrix(const Axis& axis);

/// Image points from raw data: sum of window exp(-2 pi i k x / extent) S_k.
ComplexMatrix decoding_matrix(const Axis& axis, const std::string& filter);

/// Values split into real and imaginary part, x fastest.
struct ComplexField {
    std::array<index_t, 3> size{1, 1, 1};
    std::vector<double> re{};
    std::vector<double> im{};
};
void apply_axis(exec::ThreadTeam& team, ComplexField& field, int axis, const ComplexMatrix& matrix);
/// The same by a real matrix; an empty imaginary part stays empty.
void apply_axis(exec::ThreadTeam& team, ComplexField& field, int axis, const AxisMatrix& matrix);

}  // namespace caravel::imaging
