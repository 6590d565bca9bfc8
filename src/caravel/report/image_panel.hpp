// One plane of an image, its colour bar and its scale bar on a canvas.
#pragma once

#include "caravel/report/axis.hpp"
#include "caravel/report/image_canvas.hpp"
#include "caravel/report/image_montage.hpp"

#include <span>
#include <string>

namespace caravel::report {

/// A place on the canvas, pixels.
struct CanvasBox {
    double left = 0.0;
    double top = 0.0;
    double width = 0.0;
    double height = 0.0;
};

/// A box in space (m).
struct Extent {
    Vector3 low{};
    Vector3 high{};
};

/// Throws InputError when an image has no voxels or another number of values than voxels.
void demand_drawable(const MontageImage& image);

Extent extent_of(const Grid& grid);
/// The smallest box that holds all images.
Extent common_extent(std::span<const MontageImage> images);
/// Where the planes of an image lie: `through`, else its middle; within the image.
Vector3 place_of(const MontageImage& image);

/// Colours of the values, with ticks: the range asked for, else that of the values without the
/// outermost 0.1 %; symmetric for diverging colours.
Axis scale_of(const MontageImage& image);

CanvasPalette palette_for(std::span<const MontageImage> images);

/// "T2 map (ms)".
std::string title_of(const MontageImage& image);

/// Axes to the right and upwards of the plane normal to an axis.
struct PlaneAxes {
    std::size_t across = 0;
    std::size_t up = 1;
};
PlaneAxes plane_axes(std::size_t normal);

/// Draws the plane normal to `normal` through `place` into `box`, which shows `extent`; nearest
/// voxel; light grey outside of the image, white where a value is not finite.
void draw_plane(Canvas& canvas, const CanvasPalette& palette, const MontageImage& image,
                const Axis& scale, std::size_t normal, const Vector3& place, const Extent& extent,
                const CanvasBox& box);

/// Upright bar with numbers to its right, or flat bar with numbers below it.
void draw_colour_bar(Canvas& canvas, const CanvasPalette& palette, const MontageImage& image,
                     const Axis& scale, const CanvasBox& box);

/// Black bar of a round length with its text to the right; `pixels` per m.
void draw_scale_bar(Canvas& canvas, const CanvasPalette& palette, double extent, double pixels,
                    double left, double top);

}  // namespace caravel::report
