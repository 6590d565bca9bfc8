#include "caravel/imaging/blur.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/expects.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/imaging/blur_transfer.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

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

struct Line {
    std::size_t start = 0;
    std::size_t step = 1;
    index_t length = 1;
};

void blur_line(const Line& line, const std::vector<double>& half, bool keep_border,
               std::vector<double>& padded, std::span<double> values) {
    const std::size_t margin = half.size() - 1;
    const auto length = static_cast<std::size_t>(line.length);
    padded.assign(length + 2 * margin, 0.0);
    for (std::size_t i = 0; i < length; ++i)
        padded[margin + i] = values[line.start + i * line.step];
    if (keep_border) {
        std::fill_n(padded.begin(), margin, padded[margin]);
        std::fill_n(padded.end() - static_cast<std::ptrdiff_t>(margin), margin,
                    padded[margin + length - 1]);
    }
    for (std::size_t i = 0; i < length; ++i) {
        const double* middle = padded.data() + margin + i;
        double sum = half[0] * middle[0];
        for (std::size_t k = 1; k < half.size(); ++k) sum += half[k] * (middle[k] + *(middle - k));
        values[line.start + i * line.step] = sum;
    }
}

void blur_axis(exec::ThreadTeam& team, const Grid& grid, int axis, double fwhm, bool keep_border,
               std::span<double> values) {
    const std::array<index_t, 3> size{grid.nx, grid.ny, grid.nz};
    const auto a = static_cast<std::size_t>(axis);
    if (size[a] == 1 && keep_border) return;
    const std::vector<double> half = half_kernel(fwhm / fwhm_per_sigma / grid.spacing[a]);
    const index_t rows = axis == 2 ? grid.ny : grid.nz;  // one tile per row of lines
    team.run(rows, [&](index_t row) {
        std::vector<double> padded;
        const index_t across = axis == 0 ? grid.ny : grid.nx;
        for (index_t i = 0; i < across; ++i) {
            const index_t start = axis == 0   ? grid.index(0, i, row)
                                  : axis == 1 ? grid.index(i, 0, row)
                                              : grid.index(i, row, 0);
            const index_t step = axis == 0 ? 1 : axis == 1 ? grid.nx : grid.nx * grid.ny;
            blur_line({static_cast<std::size_t>(start), static_cast<std::size_t>(step), size[a]},
                      half, keep_border, padded, values);
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
    std::vector<double> means(static_cast<std::size_t>(to.cell_count()));
    const auto mean = [&](const Overlap& ox, const Overlap& oy, const Overlap& oz) {
        double sum = 0.0;
        double inside = 0.0;
        for (std::size_t c = 0; c < oz.share.size(); ++c) {
            for (std::size_t b = 0; b < oy.share.size(); ++b) {
                const double weight = oz.share[c] * oy.share[b];
                const auto row = static_cast<std::size_t>(
                    from.index(ox.first, oy.first + static_cast<index_t>(b),
                               oz.first + static_cast<index_t>(c)));
                for (std::size_t a = 0; a < ox.share.size(); ++a) {
                    sum += weight * ox.share[a] * values[row + a];
                    inside += weight * ox.share[a];
                }
            }
        }
        return sum + (1.0 - std::min(inside, 1.0)) * outside;
    };
    team.run(to.nz, [&](index_t k) {
        for (index_t j = 0; j < to.ny; ++j) {
            for (index_t i = 0; i < to.nx; ++i)
                means[static_cast<std::size_t>(to.index(i, j, k))] =
                    mean(x[static_cast<std::size_t>(i)], y[static_cast<std::size_t>(j)],
                         z[static_cast<std::size_t>(k)]);
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
