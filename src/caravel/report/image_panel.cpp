#include "caravel/report/image_panel.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/statistics.hpp"
#include "caravel/report/svg_field.hpp"
#include "caravel/report/text.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace caravel::report {
namespace {

constexpr double outside_grey = 0.92;

std::array<index_t, 3> size_of(const Grid& grid) { return {grid.nx, grid.ny, grid.nz}; }

/// Number of the voxel along an axis at a place (m); -1 outside.
index_t voxel_at(const Grid& grid, std::size_t axis, double place) {
    const double at = std::floor((place - grid.origin[axis]) / grid.spacing[axis]);
    if (!(at >= 0.0 && at < static_cast<double>(size_of(grid)[axis]))) return -1;
    return static_cast<index_t>(at);
}

std::uint8_t colour_at(const CanvasPalette& palette, MontageColours colours, double share) {
    if (colours == MontageColours::grey) return palette.grey(share);
    return palette.colour(
        colours == MontageColours::diverging ? ColourMap::diverging : ColourMap::sequential, share);
}

std::uint8_t colour_of(const CanvasPalette& palette, const MontageImage& image, const Axis& scale,
                       double value) {
    if (!std::isfinite(value)) return palette.grey(1.0);
    return colour_at(palette, image.colours, scale.position(value));
}

}  // namespace

void demand_drawable(const MontageImage& image) {
    const auto cells = static_cast<std::size_t>(image.grid.cell_count());
    if (image.values.size() != cells)
        throw InputError(
            Diagnostic{{},
                       fmt::format("image '{}' holds {} values", image.label, image.values.size()),
                       fmt::format("{}, one per voxel", cells),
                       ""});
}

Extent extent_of(const Grid& grid) {
    Extent extent{grid.origin, grid.origin};
    for (std::size_t a = 0; a < 3; ++a)
        extent.high[a] += static_cast<double>(size_of(grid)[a]) * grid.spacing[a];
    return extent;
}

Extent common_extent(std::span<const MontageImage> images) {
    Extent common = extent_of(images.front().grid);
    for (const MontageImage& image : images) {
        const Extent own = extent_of(image.grid);
        for (std::size_t a = 0; a < 3; ++a) {
            common.low[a] = std::min(common.low[a], own.low[a]);
            common.high[a] = std::max(common.high[a], own.high[a]);
        }
    }
    return common;
}

Vector3 place_of(const MontageImage& image) {
    const Extent extent = extent_of(image.grid);
    Vector3 place{};
    for (std::size_t a = 0; a < 3; ++a) {
        const double middle = 0.5 * (extent.low[a] + extent.high[a]);
        place[a] = std::clamp(image.through ? (*image.through)[a] : middle,
                              extent.low[a] + 0.5 * image.grid.spacing[a],
                              extent.high[a] - 0.5 * image.grid.spacing[a]);
    }
    return place;
}

Axis scale_of(const MontageImage& image) {
    double low = 0.0;
    double high = 1.0;
    if (image.range) {
        low = (*image.range)[0];
        high = (*image.range)[1];
    } else {
        std::vector<double> finite;
        std::copy_if(image.values.begin(), image.values.end(), std::back_inserter(finite),
                     [](double v) { return std::isfinite(v); });
        if (!finite.empty()) {
            low = quantile(finite, 0.001);
            high = quantile(finite, 0.999);
        }
    }
    if (image.colours == MontageColours::diverging) {
        high = std::max(std::abs(low), std::abs(high));
        low = -high;
    }
    if (!(high > low)) high = low + std::max(1.0, std::abs(low));
    return linear_axis(low, high, 6, false);
}

CanvasPalette palette_for(std::span<const MontageImage> images) {
    const auto used = [&](MontageColours colours) {
        return std::any_of(images.begin(), images.end(),
                           [&](const MontageImage& image) { return image.colours == colours; });
    };
    return {used(MontageColours::sequential), used(MontageColours::diverging)};
}

std::string title_of(const MontageImage& image) {
    const std::string unit = unit_text(image.unit);
    return unit.empty() ? image.label : fmt::format("{} ({})", image.label, unit);
}

PlaneAxes plane_axes(std::size_t normal) {
    return {normal == 0 ? std::size_t{1} : 0, normal == 2 ? std::size_t{1} : 2};
}

void draw_plane(Canvas& canvas, const CanvasPalette& palette, const MontageImage& image,
                const Axis& scale, std::size_t normal, const Vector3& place, const Extent& extent,
                const CanvasBox& box) {
    const auto [across, up] = plane_axes(normal);
    const Grid& grid = image.grid;
    const index_t layer = voxel_at(grid, normal, place[normal]);
    const std::array<index_t, 3> stride{1, grid.nx, grid.nx * grid.ny};
    const auto columns = static_cast<std::ptrdiff_t>(std::lround(box.width));
    const auto rows = static_cast<std::ptrdiff_t>(std::lround(box.height));
    const auto left = static_cast<std::ptrdiff_t>(std::lround(box.left));
    const auto top = static_cast<std::ptrdiff_t>(std::lround(box.top));
    const auto share = [](std::ptrdiff_t n, std::ptrdiff_t of) {
        return (static_cast<double>(n) + 0.5) / static_cast<double>(of);
    };
    const double width = extent.high[across] - extent.low[across];
    const double height = extent.high[up] - extent.low[up];
    std::vector<index_t> column(static_cast<std::size_t>(columns));
    for (std::ptrdiff_t x = 0; x < columns; ++x)
        column[static_cast<std::size_t>(x)] =
            voxel_at(grid, across, extent.low[across] + width * share(x, columns));
    for (std::ptrdiff_t y = 0; y < rows; ++y) {
        const index_t row = voxel_at(grid, up, extent.high[up] - height * share(y, rows));
        for (std::ptrdiff_t x = 0; x < columns; ++x) {
            const index_t at = column[static_cast<std::size_t>(x)];
            std::uint8_t colour = palette.grey(outside_grey);
            if (layer >= 0 && row >= 0 && at >= 0) {
                const index_t cell =
                    layer * stride[normal] + at * stride[across] + row * stride[up];
                colour =
                    colour_of(palette, image, scale, image.values[static_cast<std::size_t>(cell)]);
            }
            canvas.set(left + x, top + y, colour);
        }
    }
    canvas.frame(static_cast<double>(left), static_cast<double>(top), static_cast<double>(columns),
                 static_cast<double>(rows), 0.45);
}

void draw_colour_bar(Canvas& canvas, const CanvasPalette& palette, const MontageImage& image,
                     const Axis& scale, const CanvasBox& box) {
    const bool upright = box.height > box.width;
    const double length = upright ? box.height : box.width;
    for (double n = 0.0; n < length; n += 1.0) {
        const std::uint8_t colour = colour_at(palette, image.colours, (n + 0.5) / length);
        if (upright)
            canvas.fill(box.left, box.top + box.height - 1.0 - n, box.width, 1.0, colour);
        else
            canvas.fill(box.left + n, box.top, 1.0, box.height, colour);
    }
    canvas.frame(box.left, box.top, box.width, box.height, 0.45);
    const std::uint8_t ink = palette.grey(0.35);
    const TextStyle style{8.0, 1.1, upright ? TextAnchor::start : TextAnchor::middle, 0.85};
    double last_end = -1e9;
    for (const Tick& tick : scale.ticks) {
        const double position = scale.position(tick.value);
        if (!(position >= -1e-9 && position <= 1.0 + 1e-9) || tick.label.empty()) continue;
        if (upright) {
            const double y = box.top + box.height * (1.0 - position);
            canvas.fill(box.left + box.width + 1.0, y, 4.0, 1.0, ink);
            canvas.text(box.left + box.width + 9.0, y + 4.0, tick.label, style);
            continue;
        }
        const double x = box.left + box.width * position;
        const double half = 0.5 * drawn_width(tick.label, style.height);
        canvas.fill(x, box.top + box.height + 1.0, 1.0, 4.0, ink);
        if (x - half < last_end + 6.0) continue;
        canvas.text(x, box.top + box.height + 17.0, tick.label, style);
        last_end = x + half;
    }
}

void draw_scale_bar(Canvas& canvas, const CanvasPalette& palette, double extent, double pixels,
                    double left, double top) {
    const ScaleBar bar = scale_bar(extent);
    canvas.fill(left, top, bar.length * pixels, 4.0, palette.grey(0.1));
    canvas.text(left + bar.length * pixels + 8.0, top + 6.0, bar.label, {8.0, 1.1});
}

}  // namespace caravel::report
