#include "caravel/imaging/blur.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/expects.hpp"
#include "caravel/base/large_pages.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/imaging/blur_transfer.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>

#include <fmt/format.h>

namespace caravel::imaging {
namespace {

constexpr double reach = 4.5;           // standard deviations of the kernel's half length
constexpr double longest_kernel = 1e6;  // voxels on one side

/// Share of a normal of `sigma` voxels within each voxel at distance 0, 1, 2 ..., two-sided sum 1.
std::vector<double> half_kernel(double sigma) {
    if (!(reach * sigma <= longest_kernel))
        throw InputError(Diagnostic{
            {},
            fmt::format("a blur reaches over {} voxels", format_number(reach * sigma, 3)),
            fmt::format("at most {}", format_number(longest_kernel)),
            "blur less, or take larger voxels"});
    const auto length = static_cast<std::size_t>(std::ceil(reach * sigma)) + 1;
    std::vector<double> half(length);
    const double scale = 1.0 / (sigma * std::numbers::sqrt2);
    double sum = 0.0;
    for (std::size_t i = 0; i < length; ++i) {
        const double x = static_cast<double>(i);
        half[i] = 0.5 * (std::erf((x + 0.5) * scale) - std::erf((x - 0.5) * scale));
        sum += i == 0 ? half[i] : 2.0 * half[i];
    }
    for (double& share : half) share /= sum;
    return half;
}

constexpr std::size_t lanes = 8;  // lines at once

/// Up to eight lines of voxels, `step` between the voxels of one.
struct Lines {
    std::array<std::size_t, lanes> start{};
    std::size_t count = 0;
    std::size_t step = 1;
    std::size_t length = 1;
};

void blur_lines(const Lines& lines, const std::vector<double>& half, bool keep_border,
                std::vector<double>& padded, std::span<double> values) {
    const std::size_t margin = half.size() - 1;
    padded.assign((lines.length + 2 * margin) * lanes, 0.0);
    const auto each = [&](const auto& move) {
        for (std::size_t i = 0; i < lines.length; ++i) {
            for (std::size_t l = 0; l < lines.count; ++l)
                move(values[lines.start[l] + i * lines.step], (margin + i) * lanes + l);
        }
    };
    each([&](double value, std::size_t at) { padded[at] = value; });
    for (std::size_t i = 0; i < margin * lanes && keep_border; ++i) {
        padded[i] = padded[margin * lanes + i % lanes];
        padded[padded.size() - 1 - i] = padded[padded.size() - 1 - margin * lanes - i % lanes];
    }
    std::array<double, lanes> sum{};
    for (std::size_t i = 0; i < lines.length; ++i) {
        const double* const middle = padded.data() + (margin + i) * lanes;
        for (std::size_t l = 0; l < lanes; ++l) sum[l] = half[0] * middle[l];
        for (std::size_t k = 1; k < half.size(); ++k) {
            const double* const right = middle + k * lanes;
            const double* const left = middle - k * lanes;
            for (std::size_t l = 0; l < lanes; ++l) sum[l] += half[k] * (right[l] + left[l]);
        }
        for (std::size_t l = 0; l < lines.count; ++l)
            values[lines.start[l] + i * lines.step] = sum[l];
    }
}

void blur_axis(exec::ThreadTeam& team, const Grid& grid, int axis, double fwhm, bool keep_border,
               std::span<double> values) {
    const std::array<index_t, 3> size{grid.nx, grid.ny, grid.nz};
    const auto a = static_cast<std::size_t>(axis);
    if (size[a] == 1 && keep_border) return;
    const std::vector<double> half = half_kernel(fwhm / fwhm_per_sigma / grid.spacing[a]);
    const index_t rows = axis == 2 ? grid.ny : grid.nz;  // one tile per row of lines
    const index_t across = axis == 0 ? grid.ny : grid.nx;
    const index_t step = axis == 0 ? 1 : axis == 1 ? grid.nx : grid.nx * grid.ny;
    team.run(rows, [&](index_t row) {
        std::vector<double> padded;
        Lines lines{{}, 0, static_cast<std::size_t>(step), static_cast<std::size_t>(size[a])};
        for (index_t i = 0; i < across; ++i) {
            const index_t start = axis == 0   ? grid.index(0, i, row)
                                  : axis == 1 ? grid.index(i, 0, row)
                                              : grid.index(i, row, 0);
            lines.start[lines.count++] = static_cast<std::size_t>(start);
            if (lines.count < lanes && i + 1 < across) continue;
            blur_lines(lines, half, keep_border, padded, values);
            lines.count = 0;
        }
    });
}

/// Voxels of one axis that overlap voxel i of another, and by how much of the latter's width.
struct Overlap {
    index_t first = 0;
    std::vector<double> share{};
};

std::vector<Overlap> overlaps(index_t from_count, double from_origin, double from_spacing,
                              index_t to_count, double to_origin, double to_spacing) {
    std::vector<Overlap> all(static_cast<std::size_t>(to_count));
    for (std::size_t i = 0; i < all.size(); ++i) {
        const double low =
            (to_origin + static_cast<double>(i) * to_spacing - from_origin) / from_spacing;
        const double high = low + to_spacing / from_spacing;
        const auto first = std::max<index_t>(0, static_cast<index_t>(std::floor(low)));
        const auto last = std::min(from_count, static_cast<index_t>(std::ceil(high)));
        all[i].first = first;
        for (index_t j = first; j < last; ++j) {
            const double from = static_cast<double>(j);
            const double part = std::max(0.0, std::min(high, from + 1.0) - std::max(low, from));
            all[i].share.push_back(part / (high - low));
        }
    }
    return all;
}

}  // namespace

void blur(exec::ThreadTeam& team, const Grid& grid, const Vector3& fwhm, std::span<double> values,
          bool keep_border) {
    CARAVEL_EXPECTS(static_cast<index_t>(values.size()) == grid.cell_count());
    for (int axis = 0; axis < 3; ++axis) {
        if (fwhm[static_cast<std::size_t>(axis)] > 0.0)
            blur_axis(team, grid, axis, fwhm[static_cast<std::size_t>(axis)], keep_border, values);
    }
}

BlurTransfer::BlurTransfer(double fwhm, double spacing) : spacing_(spacing) {
    if (fwhm > 0.0) half_ = half_kernel(fwhm / fwhm_per_sigma / spacing);
}

double BlurTransfer::operator()(double frequency) const {
    if (half_.empty()) return 1.0;
    const double turn = 2.0 * std::numbers::pi * frequency * spacing_;
    double sum = half_[0];
    for (std::size_t i = 1; i < half_.size(); ++i)
        sum += 2.0 * half_[i] * std::cos(turn * static_cast<double>(i));
    return sum;
}

std::vector<double> resample(exec::ThreadTeam& team, const Grid& from,
                             std::span<const double> values, const Grid& to, double outside) {
    CARAVEL_EXPECTS(static_cast<index_t>(values.size()) == from.cell_count());
    const auto along = [&](std::size_t axis, index_t from_count, index_t to_count) {
        return overlaps(from_count, from.origin[axis], from.spacing[axis], to_count,
                        to.origin[axis], to.spacing[axis]);
    };
    const auto x = along(0, from.nx, to.nx);
    const auto y = along(1, from.ny, to.ny);
    const auto z = along(2, from.nz, to.nz);
    const auto total = [](const Overlap& overlap) {
        return std::accumulate(overlap.share.begin(), overlap.share.end(), 0.0);
    };
    auto means = large_vector<double>(static_cast<std::size_t>(to.cell_count()));
    team.run(to.nz, [&](index_t k) {
        const Overlap& oz = z[static_cast<std::size_t>(k)];
        std::vector<double> row(static_cast<std::size_t>(from.nx));
        for (index_t j = 0; j < to.ny; ++j) {
            const Overlap& oy = y[static_cast<std::size_t>(j)];
            std::fill(row.begin(), row.end(), 0.0);
            for (std::size_t c = 0; c < oz.share.size(); ++c) {
                for (std::size_t b = 0; b < oy.share.size(); ++b) {
                    const double weight = oz.share[c] * oy.share[b];
                    const double* const line =
                        values.data() + from.index(0, oy.first + static_cast<index_t>(b),
                                                   oz.first + static_cast<index_t>(c));
                    for (std::size_t i = 0; i < row.size(); ++i) row[i] += weight * line[i];
                }
            }
            const double inside = total(oy) * total(oz);
            double* const mean = means.data() + to.index(0, j, k);
            for (std::size_t i = 0; i < x.size(); ++i) {
                double sum = 0.0;
                for (std::size_t a = 0; a < x[i].share.size(); ++a)
                    sum += x[i].share[a] * row[static_cast<std::size_t>(x[i].first) + a];
                if (outside != 0.0) sum += (1.0 - std::min(inside * total(x[i]), 1.0)) * outside;
                mean[i] = sum;
            }
        }
    });
    return means;
}

void check_image_size(double values, const std::string& what, const std::string& hint) {
    if (values <= most_image_values) return;
    throw InputError(Diagnostic{{},
                                fmt::format("{} {} would be made", format_number(values, 3), what),
                                fmt::format("at most {}", format_number(most_image_values)),
                                hint});
}

Grid covering_grid(const Grid& grid, const Vector3& spacing) {
    const std::array<index_t, 3> size{grid.nx, grid.ny, grid.nz};
    std::array<index_t, 3> count{};
    Grid to;
    to.spacing = spacing;
    double voxels = 1.0;
    for (std::size_t a = 0; a < 3; ++a)
        voxels *= std::max(1.0, static_cast<double>(size[a]) * grid.spacing[a] / spacing[a]);
    check_image_size(voxels, "voxels", "choose larger voxels, or a smaller field of view");
    for (std::size_t a = 0; a < 3; ++a) {
        const double extent = static_cast<double>(size[a]) * grid.spacing[a];
        count[a] = std::max<index_t>(
            1, static_cast<index_t>(std::ceil(extent / spacing[a] * (1.0 - 1e-9))));
        to.origin[a] = grid.origin[a] + 0.5 * (extent - static_cast<double>(count[a]) * spacing[a]);
    }
    to.nx = count[0];
    to.ny = count[1];
    to.nz = count[2];
    return to;
}

}  // namespace caravel::imaging
