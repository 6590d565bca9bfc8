#include "caravel/imaging/tomography/filtered_back_projection.hpp"
#include "caravel/imaging/tomography/iterative.hpp"
#include "caravel/imaging/xray/ct_acquisition.hpp"
#include "caravel/imaging/xray/ct_scan.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::imaging {
namespace {

constexpr double materials = 4.0;   // basis of air, tissues and one agent
constexpr double energies = 100.0;  // bins of a spectrum
constexpr double filled = 0.45;     // radius of the object over the width of its grid

// Seconds of one core, as measured (docs/models/ct.md).
constexpr double start = 0.05;
constexpr double per_voxel_and_image = 5e-8;
constexpr double per_ray_and_energy = 2.5e-9;
constexpr double per_ray_and_channel = 1.5e-7;
constexpr double per_step_of_cones = 0.38e-9;   // through the object, rows side by side
constexpr double per_step_of_slices = 1.0e-9;   // the same, ray by ray
constexpr double per_update_of_cones = 0.6e-9;  // of a voxel by a view
constexpr double per_update_of_slices = 8e-9;
constexpr double per_decomposed_ray = 1.2e-5;

/// Sizes that cost depends on.
struct Sizes {
    Grid image{};  // of one stack
    ScanGeometry scan{};
    double cells = 0.0, voxels = 0.0, stacks = 1.0, pixels = 0.0;  // pixels of one stack, all views
    double channels = 1.0, densities = 0.0;

    double images() const { return channels + densities; }
};

Grid image_of(const Grid& object, const CtSettings& s) {
    const double width = s.field_of_view > 0.0 ? s.field_of_view
                                               : object.spacing[0] * static_cast<double>(object.nx);
    const double depth = s.field_of_view > 0.0 ? s.field_of_view
                                               : object.spacing[1] * static_cast<double>(object.ny);
    const double dz = s.slice_thickness > 0.0 ? s.slice_thickness : s.resolution;
    const auto count = [](double extent, double step) {
        return std::max(index_t{1}, static_cast<index_t>(std::ceil(extent / step - 1e-9)));
    };
    Grid grid;
    grid.nx = count(width, s.resolution);
    grid.ny = count(depth, s.resolution);
    grid.nz = count(object.spacing[2] * static_cast<double>(object.nz), dz);
    grid.spacing = {s.resolution, s.resolution, dz};
    return grid;
}

/// The detector that a body of the usual size in its grid needs.
ScanGeometry scan_of(const Grid& object, const CtSettings& s) {
    const bool parallel = s.beam == "parallel";
    ScanGeometry scan;
    scan.beam = parallel ? BeamShape::parallel : s.beam == "fan" ? BeamShape::fan : BeamShape::cone;
    scan.source_to_centre = s.source_to_centre;
    scan.source_to_detector = s.source_to_detector;
    scan.views = s.views;
    const double widest = std::max(object.spacing[0] * static_cast<double>(object.nx),
                                   object.spacing[1] * static_cast<double>(object.ny));
    const double radius = std::min(filled * widest, 0.9 * s.source_to_centre);
    const double shadow =
        parallel ? radius
                 : s.source_to_detector * radius /
                       std::sqrt(s.source_to_centre * s.source_to_centre - radius * radius);
    const auto wanted = [&](std::int64_t given, double extent) {
        if (given > 0) return static_cast<index_t>(given);
        return static_cast<index_t>(std::ceil(std::min(extent / s.detector.pixel_pitch, 1e6))) + 2;
    };
    scan.columns = wanted(s.detector.columns, 2.0 * shadow);
    const double height = object.spacing[2] * static_cast<double>(object.nz);
    if (scan.beam == BeamShape::cone)
        scan.rows =
            wanted(s.detector.rows, height * s.source_to_detector / (s.source_to_centre - radius));
    scan.column_pitch = scan.row_pitch = s.detector.pixel_pitch;
    return scan;
}

Sizes sizes_of(const Grid& object, const CtSettings& s) {
    Sizes z;
    z.cells = static_cast<double>(object.cell_count());
    z.image = image_of(object, s);
    z.voxels = static_cast<double>(z.image.nx) * static_cast<double>(z.image.ny) *
               static_cast<double>(z.image.nz);
    z.scan = scan_of(object, s);
    if (s.beam != "cone") {
        z.stacks = static_cast<double>(z.image.nz);
        z.image.nz = 1;
    }
    z.pixels = static_cast<double>(z.scan.views) * static_cast<double>(z.scan.rows) *
               static_cast<double>(z.scan.columns);
    const auto bins = static_cast<double>(s.detector.thresholds.size());
    z.channels = 1.0 + (bins > 1.0 ? bins : 0.0);
    z.densities = s.decomposition == "none" ? 0.0 : 2.0 + static_cast<double>(s.elements.size());
    return z;
}

/// Largest of: lines through all materials and what the detector made of them; one volume in work
/// of these; the images with truth and noise.
double acquired_memory(const Sizes& z, const CtSettings& s) {
    const double masses = s.decomposition == "projection" ? z.densities : 0.0;
    const double volumes = 8.0 * z.voxels * (z.channels + masses);
    const double found = 4.0 * z.pixels * (z.channels + masses);
    const double lines = 4.0 * z.pixels * materials + found + volumes;
    const double work = s.reconstruction == "sart"
                            ? sart_memory(z.scan, z.image, ct_subsets(s.views))
                            : filtered_memory(z.scan, z.image, 1);
    const double made = found + volumes + 4.0 * z.voxels / z.stacks + work;
    const double images = z.voxels * (12.0 * z.images() + 12.0);
    return z.cells * 8.0 * materials + std::max({lines, made, images});
}

double acquired_seconds(const Sizes& z, const Grid& object, const CtSettings& s) {
    const bool cone = s.beam == "cone";
    const double rays = z.pixels * z.stacks;
    const double steps = materials * rays * static_cast<double>(std::max(object.nx, object.ny));
    const double projected = s.decomposition == "projection" ? z.densities : 0.0;
    const double updates = (z.channels + projected) * z.voxels * static_cast<double>(z.scan.views);
    const double line = cone ? per_step_of_cones : per_step_of_slices;
    double seconds =
        rays * (energies * per_ray_and_energy + z.channels * per_ray_and_channel) + steps * line;
    if (s.reconstruction == "sart") {
        const double across = static_cast<double>(std::max(z.image.nx, z.image.ny));
        seconds += (z.channels + projected) * static_cast<double>(s.iterations + 1) * rays *
                   across * (line + 2.5 * per_step_of_cones);
    } else {
        seconds += updates * (cone ? per_update_of_cones : per_update_of_slices);
    }
    if (projected > 0.0) seconds += rays * per_decomposed_ray;
    return seconds;
}

}  // namespace

ScanCost estimate_ct(const Grid& object_grid, const CtSettings& s, Tier tier) {
    const Sizes z = sizes_of(object_grid, s);
    ScanCost cost;
    cost.memory = z.cells * 20.0 + z.voxels * (12.0 * z.images() + 20.0);
    cost.seconds = start + per_voxel_and_image * (z.cells + z.voxels) * z.images();
    if (tier == Tier::image) return cost;
    cost.memory = acquired_memory(z, s);
    cost.seconds += acquired_seconds(z, object_grid, s);
    return cost;
}

}  // namespace caravel::imaging
