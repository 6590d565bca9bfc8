#include "caravel/imaging/mri/kspace.hpp"

#include "caravel/base/expects.hpp"
#include "caravel/imaging/mri/kspace_rows.hpp"
#include "caravel/imaging/sinc.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::imaging {
namespace {

constexpr double two_pi = 2.0 * std::numbers::pi;

AxisMatrix full(index_t rows, index_t columns) {
    AxisMatrix m;
    m.rows = rows;
    m.columns = columns;
    m.weights.assign(static_cast<std::size_t>(rows * columns), 0.0);
    m.first.assign(static_cast<std::size_t>(rows), 0);
    m.last.assign(static_cast<std::size_t>(rows), columns);
    return m;
}

double& at(AxisMatrix& m, index_t row, index_t column) {
    return m.weights[static_cast<std::size_t>(row * m.columns + column)];
}

/// Lines along x: the columns become rows, so that the points of a line lie side by side.
void apply_x(exec::ThreadTeam& team, std::span<const double> values, index_t lines,
             const AxisMatrix& m, std::vector<double>& result) {
    std::vector<double> turned(m.weights.size());
    for (index_t r = 0; r < m.rows; ++r) {
        for (index_t c = 0; c < m.columns; ++c)
            turned[static_cast<std::size_t>(c * m.rows + r)] =
                m.weights[static_cast<std::size_t>(r * m.columns + c)];
    }
    constexpr index_t tile = 32;
    team.run((lines + tile - 1) / tile, [&](index_t t) {
        for (index_t line = t * tile; line < std::min(lines, (t + 1) * tile); ++line)
            weighted_rows(result.data() + line * m.rows, m.rows, values.data() + line * m.columns,
                          m.columns, turned.data(), m.rows);
    });
}

/// Lines along y or z: rows of `inner` values are mixed; `outer` groups of them.
void apply_outer(exec::ThreadTeam& team, std::span<const double> values, index_t inner,
                 index_t outer, const AxisMatrix& m, std::vector<double>& result) {
    team.run(outer * m.rows, [&](index_t n) {
        const index_t group = n / m.rows;
        const index_t row = n % m.rows;
        const index_t first = m.first[static_cast<std::size_t>(row)];
        const index_t count = m.last[static_cast<std::size_t>(row)] - first;
        weighted_rows(result.data() + n * inner, inner, m.weights.data() + row * m.columns + first,
                      count, values.data() + (group * m.columns + first) * inner, inner);
    });
}

}  // namespace

std::vector<double> apply_axis(exec::ThreadTeam& team, std::span<const double> values,
                               std::array<index_t, 3>& size, int axis, const AxisMatrix& matrix) {
    const auto a = static_cast<std::size_t>(axis);
    CARAVEL_EXPECTS(size[a] == matrix.columns);
    CARAVEL_EXPECTS(static_cast<index_t>(values.size()) == size[0] * size[1] * size[2]);
    const index_t others = size[0] * size[1] * size[2] / size[a];
    std::vector<double> result(static_cast<std::size_t>(others * matrix.rows), 0.0);
    if (axis == 0) apply_x(team, values, size[1] * size[2], matrix, result);
    if (axis == 1) apply_outer(team, values, size[0], size[2], matrix, result);
    if (axis == 2) {
        // planes are cut into pieces that stay in the cache while rows are mixed
        const index_t plane = size[0] * size[1];
        const index_t piece = std::min<index_t>(plane, 512);
        team.run((plane + piece - 1) / piece, [&](index_t p) {
            const index_t begin = p * piece;
            const index_t length = std::min(piece, plane - begin);
            for (index_t row = 0; row < matrix.rows; ++row) {
                const index_t first = matrix.first[static_cast<std::size_t>(row)];
                weighted_rows(result.data() + row * plane + begin, length,
                              matrix.weights.data() + row * matrix.columns + first,
                              matrix.last[static_cast<std::size_t>(row)] - first,
                              values.data() + first * plane + begin, plane);
            }
        });
    }
    size[a] = matrix.rows;
    return result;
}

double Axis::place(index_t i) const {
    return start + (static_cast<double>(i) + 0.5) * point - middle();
}

double Axis::cell_place(index_t j) const {
    return cell_start + (static_cast<double>(j) + 0.5) * cell - middle();
}

Axis axis_of(const Grid& object, const Grid& image, int axis) {
    const auto a = static_cast<std::size_t>(axis);
    const std::array<index_t, 3> points{image.nx, image.ny, image.nz};
    const std::array<index_t, 3> cells{object.nx, object.ny, object.nz};
    return {points[a], image.spacing[a],  image.origin[a],
            cells[a],  object.spacing[a], object.origin[a]};
}

double window(const std::string& filter, index_t k, index_t points) {
    const double share = static_cast<double>(k) / static_cast<double>(points);
    if (filter == "hamming") return 0.54 + 0.46 * std::cos(two_pi * share);
    if (filter == "hann") return 0.5 + 0.5 * std::cos(two_pi * share);
    return 1.0;
}

double window_noise(const std::string& filter, index_t points) {
    if (points == 1) return 1.0;
    double sum = 0.0;
    for (index_t n = 0; n < points; ++n) {
        const double w = window(filter, frequency_of(n, points), points);
        sum += w * w;
    }
    return std::sqrt(sum / static_cast<double>(points));
}

AxisMatrix spread_matrix(const Axis& axis, const std::string& filter) {
    AxisMatrix m = full(axis.points, axis.cells);
    const double cell = axis.cell / axis.extent();
    const index_t most = axis.points / 2;
    std::vector<double> share;
    for (index_t k = 0; k <= most; ++k) {
        const bool edge = k == most && axis.points % 2 == 0;
        const double both = k == 0 || edge ? 1.0 : 2.0;
        share.push_back(both * cell * sinc(static_cast<double>(k) * cell) *
                        window(filter, k, axis.points));
    }
    for (index_t i = 0; i < axis.points; ++i) {
        for (index_t j = 0; j < axis.cells; ++j) {
            // cosines of multiples of an angle by Chebyshev's recursion
            const double turn =
                std::cos(two_pi * (axis.place(i) - axis.cell_place(j)) / axis.extent());
            double before = turn;
            double now = 1.0;
            double sum = 0.0;
            for (const double s : share) {
                sum += s * now;
                const double next = 2.0 * turn * now - before;
                before = now;
                now = next;
            }
            at(m, i, j) = sum;
        }
    }
    return m;
}

AxisMatrix overlap_matrix(const Axis& axis) {
    AxisMatrix m = full(axis.points, axis.cells);
    for (index_t i = 0; i < axis.points; ++i) {
        const double low = axis.start + static_cast<double>(i) * axis.point;
        const double high = low + axis.point;
        index_t first = axis.cells;
        index_t last = 0;
        for (index_t j = 0; j < axis.cells; ++j) {
            const double cell = axis.cell_start + static_cast<double>(j) * axis.cell;
            const double overlap = std::min(high, cell + axis.cell) - std::max(low, cell);
            if (!(overlap > 1e-9 * axis.cell)) continue;
            at(m, i, j) = overlap / axis.point;
            first = std::min(first, j);
            last = j + 1;
        }
        m.first[static_cast<std::size_t>(i)] = std::min(first, last);
        m.last[static_cast<std::size_t>(i)] = last;
    }
    return m;
}

ComplexMatrix encoding_matrix(const Axis& axis) {
    ComplexMatrix e{full(axis.points, axis.cells), full(axis.points, axis.cells)};
    const double cell = axis.cell / axis.extent();
    for (index_t n = 0; n < axis.points; ++n) {
        const auto k = static_cast<double>(frequency_of(n, axis.points));
        const double share = cell * sinc(k * cell);
        for (index_t j = 0; j < axis.cells; ++j) {
            const double phase = two_pi * k * axis.cell_place(j) / axis.extent();
            at(e.re, n, j) = share * std::cos(phase);
            at(e.im, n, j) = share * std::sin(phase);
        }
    }
    return e;
}

ComplexMatrix decoding_matrix(const Axis& axis, const std::string& filter) {
    ComplexMatrix d{full(axis.points, axis.points), full(axis.points, axis.points)};
    for (index_t i = 0; i < axis.points; ++i) {
        for (index_t n = 0; n < axis.points; ++n) {
            const index_t k = frequency_of(n, axis.points);
            const double w = window(filter, k, axis.points);
            const double phase = -two_pi * static_cast<double>(k) * axis.place(i) / axis.extent();
            at(d.re, i, n) = w * std::cos(phase);
            at(d.im, i, n) = w * std::sin(phase);
        }
    }
    return d;
}

void apply_axis(exec::ThreadTeam& team, ComplexField& field, int axis,
                const ComplexMatrix& matrix) {
    std::array<index_t, 3> size = field.size;
    const auto part = [&](const std::vector<double>& values, const AxisMatrix& m) {
        size = field.size;
        return apply_axis(team, values, size, axis, m);
    };
    std::vector<double> re = part(field.re, matrix.re);
    std::vector<double> im = part(field.re, matrix.im);
    if (!field.im.empty()) {
        const std::vector<double> cross = part(field.im, matrix.im);
        for (std::size_t i = 0; i < re.size(); ++i) re[i] -= cross[i];
        const std::vector<double> direct = part(field.im, matrix.re);
        for (std::size_t i = 0; i < im.size(); ++i) im[i] += direct[i];
    }
    field.re = std::move(re);
    field.im = std::move(im);
    field.size = size;
}

void apply_axis(exec::ThreadTeam& team, ComplexField& field, int axis, const AxisMatrix& matrix) {
    std::array<index_t, 3> size = field.size;
    field.re = apply_axis(team, field.re, size, axis, matrix);
    if (!field.im.empty()) {
        size = field.size;
        field.im = apply_axis(team, field.im, size, axis, matrix);
    }
    field.size = size;
}

}  // namespace caravel::imaging
