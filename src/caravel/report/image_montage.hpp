// Slices of images as one picture for reports and slides.
#pragma once

#include "caravel/base/grid.hpp"
#include "caravel/imaging/image.hpp"
#include "caravel/report/field_picture.hpp"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace caravel::report {

/// Colours of a montage: grey for anatomy, the sequential or diverging colours of the report.
enum class MontageColours { grey, sequential, diverging };

/// One image of a montage; looks at `values`.
struct MontageImage {
    Grid grid{};
    std::string label{};  // "T2 map"
    std::string unit{};   // UCUM
    std::span<const double> values{};
    MontageColours colours = MontageColours::grey;
    std::optional<std::array<double, 2>> range{};  // of the colours; else that of the values
                                                   // without the outermost 0.1 %
    std::optional<Vector3> through{};              // m, in the grid's coordinates; else the middle
};

struct MontageOptions {
    std::string title{};
    bool grid_of_slices = false;  // x-y slices from foot to head instead of three planes
    std::size_t slices = 12;      // of such a grid, at most
    std::size_t width = 1200;     // pixels of the picture, at most
};

/// A picture for field_slices_html().
FieldPicture image_picture(const imaging::Image& image, double time,
                           const std::optional<Vector3>& through = {});

/// A montage's input from a scanner's image; looks at `image`.
MontageImage montage_image(const imaging::Image& image, const std::optional<Vector3>& through = {});

/// The image's truth in the colours of the image; looks at `image`, which must have a truth.
MontageImage montage_truth(const imaging::Image& image, const std::optional<Vector3>& through = {});

/// PNG of one image: three orthogonal planes through a place, or slices side by side; title, colour
/// bar with unit and numbers, scale bar. The same input gives the same bytes. Throws InputError for
/// sizes that do not fit.
std::string image_montage_png(const MontageImage& image, const MontageOptions& options = {});

/// PNG of several images of one object (modalities, or an image and its truth) side by side, one
/// column each with its own colour bar, all on one scale of length; rows are the x-y and x-z planes
/// through one place. Throws InputError without an image.
std::string image_panel_png(std::span<const MontageImage> images,
                            const MontageOptions& options = {});

}  // namespace caravel::report
