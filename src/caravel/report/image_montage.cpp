#include "caravel/report/image_montage.hpp"

#include "caravel/base/error.hpp"
#include "caravel/report/image_panel.hpp"
#include "caravel/report/svg_field.hpp"
#include "caravel/report/text.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace caravel::report {
namespace {

constexpr double margin = 24.0;
constexpr double gap = 18.0;
constexpr double title_height = 34.0;
constexpr double label_height = 22.0;
constexpr double foot_height = 34.0;  // of the scale bar
constexpr double bar_column = 96.0;   // of an upright colour bar with its numbers
constexpr double bar_width = 16.0;
constexpr double flat_bar_height = 58.0;
constexpr double narrowest_column = 150.0;
constexpr double tallest = 620.0;  // pixels of one plane

const TextStyle title_style{12.0, 1.9};
const TextStyle label_style{8.0, 1.1};

std::string length_text(double metres) { return readable_quantity(1e3 * metres, "mm"); }

std::string plane_label(std::size_t normal, double place) {
    return fmt::format("{}, {} = {}", plane_name(normal), "xyz"[normal], length_text(place));
}

double length(const Extent& extent, std::size_t axis) {
    return extent.high[axis] - extent.low[axis];
}

/// A text, cut with an ellipsis of dots so that it takes no more than `width` pixels.
std::string fitting(std::string text, double width, double height) {
    if (drawn_width(text, height) <= width) return text;
    while (!text.empty() && drawn_width(text + "...", height) > width) {
        do text.pop_back();
        while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xc0U) == 0x80U);
    }
    return text + "...";
}

Canvas sheet(double width, double height, const CanvasPalette& palette) {
    return {static_cast<std::size_t>(std::ceil(width)), static_cast<std::size_t>(std::ceil(height)),
            palette};
}

/// One plane of a montage.
struct Plane {
    std::size_t normal = 2;
    Vector3 place{};
};

/// Where the planes of a montage stand on the sheet.
struct MontageLayout {
    std::size_t columns = 1;
    std::size_t rows = 1;
    double pixels = 1.0;                 // per m
    std::vector<double> column_width{};  // pixels
    double row_height = 0.0;             // pixels, label included
    double top = margin + title_height;

    double pictures_width() const {
        double sum = gap * static_cast<double>(columns - 1);
        for (const double width : column_width) sum += width;
        return sum;
    }
    double pictures_height() const {
        return row_height * static_cast<double>(rows) + gap * static_cast<double>(rows - 1);
    }
};

MontageLayout layout_of(const Extent& extent, const std::vector<Plane>& planes, std::size_t columns,
                        double width) {
    MontageLayout layout;
    layout.columns = columns;
    layout.rows = (planes.size() + columns - 1) / columns;
    layout.column_width.assign(columns, 0.0);
    double upwards = 0.0;  // m
    for (std::size_t n = 0; n < planes.size(); ++n) {
        const PlaneAxes axes = plane_axes(planes[n].normal);
        double& column = layout.column_width[n % columns];
        column = std::max(column, length(extent, axes.across));
        upwards = std::max(upwards, length(extent, axes.up));
    }
    double across = 0.0;  // m
    for (const double column : layout.column_width) across += column;
    const double free = width - 2.0 * margin - bar_column - gap * static_cast<double>(columns);
    const double height = layout.rows > 1 ? 1.6 * tallest : tallest;
    layout.pixels = std::min(std::max(free, 100.0) / across,
                             height / upwards / static_cast<double>(layout.rows));
    for (double& column : layout.column_width) column *= layout.pixels;
    layout.row_height = label_height + layout.pixels * upwards;
    return layout;
}

void draw_planes(Canvas& canvas, const CanvasPalette& palette, const MontageImage& image,
                 const Axis& scale, const std::vector<Plane>& planes, const MontageLayout& layout) {
    const Extent extent = extent_of(image.grid);
    double left = margin;
    for (std::size_t n = 0; n < planes.size(); ++n) {
        const auto& [normal, place] = planes[n];
        const std::size_t column = n % layout.columns;
        if (column == 0) left = margin;
        const PlaneAxes axes = plane_axes(normal);
        const std::size_t row = n / layout.columns;
        const double row_top = layout.top + static_cast<double>(row) * (layout.row_height + gap);
        const double height = layout.pixels * length(extent, axes.up);
        const CanvasBox box{left, row_top + layout.row_height - height,
                            layout.pixels * length(extent, axes.across), height};
        canvas.text(left, box.top - 8.0, plane_label(normal, place[normal]), label_style);
        draw_plane(canvas, palette, image, scale, normal, place, extent, box);
        left += layout.column_width[column] + gap;
    }
}

/// Planes in rows of `columns`, all on one scale of length, and an upright colour bar beside them.
std::string draw_montage(const MontageImage& image, const MontageOptions& options,
                         const std::vector<Plane>& planes, std::size_t columns) {
    const Extent extent = extent_of(image.grid);
    const MontageLayout layout =
        layout_of(extent, planes, columns, static_cast<double>(options.width));
    const CanvasPalette palette = palette_for({&image, 1});
    const double bar_left = margin + layout.pictures_width() + gap;
    Canvas canvas = sheet(std::max(bar_left + bar_column + margin, 420.0),
                          layout.top + layout.pictures_height() + foot_height + margin, palette);
    const Axis scale = scale_of(image);
    const std::string title = options.title.empty() ? image.label : options.title;
    const double room = static_cast<double>(canvas.width()) - 2.0 * margin;
    canvas.text(margin, margin + 12.0, fitting(title, room, title_style.height), title_style);
    draw_planes(canvas, palette, image, scale, planes, layout);
    canvas.text(bar_left, layout.top + label_height - 8.0, unit_text(image.unit), label_style);
    draw_colour_bar(canvas, palette, image, scale,
                    {bar_left, layout.top + label_height, bar_width,
                     std::clamp(layout.pictures_height() - label_height, 120.0, 480.0)});
    draw_scale_bar(canvas, palette, layout.column_width[0] / layout.pixels, layout.pixels, margin,
                   static_cast<double>(canvas.height()) - margin - 12.0);
    return canvas.png();
}

std::vector<Plane> three_planes(const MontageImage& image) {
    const Vector3 place = place_of(image);
    if (image.grid.nz == 1) return {{2, place}};
    return {{2, place}, {1, place}, {0, place}};
}

/// Columns for so many pictures: about as wide as a page, with few places left empty.
std::size_t columns_for(std::size_t count) {
    const double square = std::sqrt(static_cast<double>(count));
    std::size_t best = count;
    std::size_t least = count;
    for (auto n = static_cast<std::size_t>(std::ceil(square));
         static_cast<double>(n) <= std::max(2.0 * square, 3.0); ++n) {
        const std::size_t empty = (n - count % n) % n;
        if (n > count || empty >= least) continue;
        least = empty;
        best = n;
    }
    return best;
}

/// Slices in the middles of equal parts from foot to head.
std::vector<Plane> slice_planes(const MontageImage& image, std::size_t most) {
    const auto layers = static_cast<std::size_t>(image.grid.nz);
    const std::size_t count = std::clamp<std::size_t>(most, 1, layers);
    std::vector<Plane> planes;
    for (std::size_t n = 0; n < count; ++n) {
        const std::size_t layer = (2 * n + 1) * layers / (2 * count);
        Vector3 place = place_of(image);
        place[2] = image.grid.centre(0, 0, static_cast<index_t>(layer))[2];
        planes.push_back({2, place});
    }
    return planes;
}

/// Sizes of a panel: one column per image, x-y above x-z, on one scale of length.
struct PanelLayout {
    Extent extent{};
    bool deep = false;    // any image has more than one layer
    double pixels = 1.0;  // per m
    double column = 0.0;  // pixels
    double top = margin;

    PanelLayout(std::span<const MontageImage> images, const MontageOptions& options)
        : extent(common_extent(images)) {
        deep = std::any_of(images.begin(), images.end(),
                           [](const MontageImage& image) { return image.grid.nz > 1; });
        const auto count = static_cast<double>(images.size());
        const double free = static_cast<double>(options.width) - 2.0 * margin - gap * (count - 1.0);
        const double upwards = length(extent, 1) + (deep ? length(extent, 2) : 0.0);
        pixels =
            std::min(std::max(free, 100.0) / (count * length(extent, 0)), 1.6 * tallest / upwards);
        column = std::max(pixels * length(extent, 0), narrowest_column);
        if (!options.title.empty()) top += title_height;
    }

    double pictures() const {
        return label_height + pixels * length(extent, 1) +
               (deep ? gap + pixels * length(extent, 2) : 0.0);
    }
    double width(std::size_t images) const {
        const auto count = static_cast<double>(images);
        return 2.0 * margin + column * count + gap * (count - 1.0);
    }
    double height() const { return top + pictures() + flat_bar_height + foot_height + margin; }
};

void draw_column(Canvas& canvas, const CanvasPalette& palette, const MontageImage& image,
                 const PanelLayout& layout, double left) {
    const TextStyle style{8.5, 1.4};
    const Axis scale = scale_of(image);
    const Vector3 place = place_of(image);
    const double width = layout.pixels * length(layout.extent, 0);
    const double upper = layout.top + label_height;
    const double upper_height = layout.pixels * length(layout.extent, 1);
    canvas.text(left, layout.top + 12.0, fitting(title_of(image), layout.column, style.height),
                style);
    draw_plane(canvas, palette, image, scale, 2, place, layout.extent,
               {left, upper, width, upper_height});
    if (image.grid.nz > 1)
        draw_plane(
            canvas, palette, image, scale, 1, place, layout.extent,
            {left, upper + upper_height + gap, width, layout.pixels * length(layout.extent, 2)});
    draw_colour_bar(
        canvas, palette, image, scale,
        {left, layout.top + layout.pictures() + 16.0, std::max(width, narrowest_column), 10.0});
}

}  // namespace

FieldPicture image_picture(const imaging::Image& image, double time,
                           const std::optional<Vector3>& through) {
    FieldPicture picture;
    picture.name = image.name;
    picture.label = image.label;
    picture.unit = image.unit;
    picture.cells = {image.grid.nx, image.grid.ny, image.grid.nz};
    picture.spacing = image.grid.spacing;
    picture.times = {time};
    std::vector<float> values;
    values.reserve(image.values.size());
    for (const double value : image.values) values.push_back(static_cast<float>(value));
    picture.values.push_back(std::move(values));
    if (through) {
        picture.through = *through;
        for (std::size_t a = 0; a < 3; ++a) (*picture.through)[a] -= image.grid.origin[a];
    }
    return picture;
}

MontageImage montage_image(const imaging::Image& image, const std::optional<Vector3>& through) {
    MontageImage drawn;
    drawn.grid = image.grid;
    drawn.label = image.label.empty() ? name_text(image.name) : image.label;
    drawn.unit = image.unit;
    drawn.values = image.values;
    drawn.through = through;
    const bool hounsfield = image.unit == "[hnsf'U]";
    const bool plain = image.unit == "1" || image.unit.empty();
    drawn.colours = hounsfield || plain ? MontageColours::grey : MontageColours::sequential;
    if (hounsfield && !image.values.empty()) {
        // air would leave no contrast among tissues
        const Axis own = scale_of(drawn);
        drawn.range = {std::max(own.low, -300.0), std::max(own.high, 100.0)};
    }
    return drawn;
}

MontageImage montage_truth(const imaging::Image& image, const std::optional<Vector3>& through) {
    MontageImage drawn = montage_image(image, through);
    const Axis scale = scale_of(drawn);
    drawn.range = {scale.low, scale.high};
    drawn.values = image.truth;
    drawn.label += ", truth";
    return drawn;
}

std::string image_montage_png(const MontageImage& image, const MontageOptions& options) {
    demand_drawable(image);
    if (!options.grid_of_slices || image.grid.nz == 1) {
        const std::vector<Plane> planes = three_planes(image);
        return draw_montage(image, options, planes, planes.size());
    }
    const std::vector<Plane> planes = slice_planes(image, options.slices);
    return draw_montage(image, options, planes, columns_for(planes.size()));
}

std::string image_panel_png(std::span<const MontageImage> images, const MontageOptions& options) {
    if (images.empty()) throw InputError(Diagnostic{{}, "a panel of no images", "one or more", ""});
    for (const MontageImage& image : images) demand_drawable(image);
    const PanelLayout layout(images, options);
    const CanvasPalette palette = palette_for(images);
    Canvas canvas = sheet(layout.width(images.size()), layout.height(), palette);
    const double room = static_cast<double>(canvas.width()) - 2.0 * margin;
    canvas.text(margin, margin + 12.0, fitting(options.title, room, title_style.height),
                title_style);
    for (std::size_t n = 0; n < images.size(); ++n) {
        MontageImage image = images[n];
        if (!image.through) image.through = images.front().through;
        draw_column(canvas, palette, image, layout,
                    margin + static_cast<double>(n) * (layout.column + gap));
    }
    const double foot = static_cast<double>(canvas.height()) - margin - 8.0;
    draw_scale_bar(canvas, palette, length(layout.extent, 0), layout.pixels, margin, foot);
    const Vector3 place = place_of(images.front());
    if (layout.deep)
        canvas.text(
            static_cast<double>(canvas.width()) - margin, foot + 6.0,
            fmt::format("Planes {} and {}", plane_label(2, place[2]), plane_label(1, place[1])),
            {8.0, 1.1, TextAnchor::end, 0.75});
    return canvas.png();
}

}  // namespace caravel::report
