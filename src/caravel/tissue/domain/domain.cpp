#include "caravel/tissue/domain/domain.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/tissue/domain/segmentation.hpp"
#include "caravel/tissue/domain/shapes.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <stdexcept>

#include <fmt/format.h>

namespace caravel::tissue {
namespace {

constexpr std::array<std::string_view, 6> region_names{"outside", "normal", "tumour",
                                                       "organ",   "vessel", "bone"};
constexpr double default_voxels = 30.0;  // over the diameter of a sphere of the tumour's volume
constexpr double fewest_voxels = 4.0;    // over the shortest diameter
constexpr double air_layers = 2.0;
constexpr double longest_axis = 20.0;  // against the shortest

std::string metres(double value) {
    if (std::abs(value) < 1e-3) return format_number(from_si(value, "um"), 4) + " um";
    return format_number(from_si(value, "mm"), 4) + " mm";
}

[[noreturn]] void refuse(const Location& where, std::string what, std::string expected,
                         std::string hint = "") {
    throw InputError(Diagnostic{where, std::move(what), std::move(expected), std::move(hint)});
}

double radius_of(double volume) { return std::cbrt(0.75 * volume / std::numbers::pi); }

TumourShape shape_of(const DomainInput& input, double volume, const Location& where) {
    if (!(volume > 0.0) || !std::isfinite(volume))
        refuse(where, fmt::format("the tumour's volume is {} mm3", format_number(volume * 1e9, 4)),
               "more than 0 mm3");
    if (input.shape == "sphere") return TumourShape::ellipsoid({1.0, 1.0, 1.0}, volume);
    if (input.shape == "lobed") {
        if (input.lobes < 2 || input.lobes > 12)
            refuse(where, fmt::format("lobes = {}", input.lobes), "2 to 12");
        return TumourShape::lobed(static_cast<int>(input.lobes), volume);
    }
    if (input.shape != "ellipsoid")
        refuse(where, fmt::format("shape = \"{}\" is unknown", input.shape),
               "sphere, ellipsoid, lobed or file");
    if (input.axes.size() != 3)
        refuse(where, fmt::format("axes has {} values", input.axes.size()),
               "three relative half axes of the ellipsoid, such as [1, 1, 1.5]");
    const auto [low, high] = std::minmax_element(input.axes.begin(), input.axes.end());
    if (!(*low > 0.0) || !(*high <= longest_axis * *low))
        refuse(where,
               fmt::format("the axes of the ellipsoid reach from {} to {}", format_number(*low, 4),
                           format_number(*high, 4)),
               "positive values, the longest at most 20 times the shortest");
    return TumourShape::ellipsoid({input.axes[0], input.axes[1], input.axes[2]}, volume);
}

Vector3 spacing_of(const DomainInput& input, double volume, const Location& where) {
    if (input.resolution && !input.spacing.empty())
        refuse(where, "both resolution and spacing are given", "one of them");
    if (!input.spacing.empty() && input.spacing.size() != 3)
        refuse(where, fmt::format("spacing has {} values", input.spacing.size()),
               "three, along x, y and z");
    const double h = input.resolution.value_or(2.0 * radius_of(volume) / default_voxels);
    const Vector3 spacing = input.spacing.empty()
                                ? Vector3{h, h, h}
                                : Vector3{input.spacing[0], input.spacing[1], input.spacing[2]};
    for (const double d : spacing)
        if (!(d > 0.0) || !std::isfinite(d))
            refuse(where, fmt::format("a voxel of the tumour's domain is {} wide", metres(d)),
                   "more than 0 um");
    return spacing;
}

/// The domain's box before its voxels are counted.
struct Box {
    Vector3 spacing{};  // m
    Vector3 low{};      // m, where the voxels start or, under a skin in z, what they must reach
    Vector3 high{};     // m, what they must reach; under a skin: its height
    bool mirrored = false;
    bool skin = false;
};

Box box_of(const DomainInput& input, const TumourShape& shape, double volume,
           const Location& where) {
    Box box;
    box.spacing = spacing_of(input, volume, where);
    box.mirrored = input.symmetry == "octant";
    box.skin = input.skin_depth.has_value();
    if (!box.mirrored && input.symmetry != "full")
        refuse(where, fmt::format("symmetry = \"{}\" is unknown", input.symmetry),
               "octant or full");
    if (box.mirrored && !shape.even_in_x())
        refuse(where, fmt::format("a tumour of {} lobes has no octant", input.lobes),
               "an even number of lobes or symmetry = \"full\"");
    if (!(input.margin >= 0.0) || !std::isfinite(input.margin))
        refuse(where, fmt::format("margin = {}", metres(input.margin)), "0 mm or more");
    if (box.skin && (!(*input.skin_depth >= 0.0) || !std::isfinite(*input.skin_depth)))
        refuse(where, fmt::format("skin_depth = {}", metres(*input.skin_depth)), "0 mm or more");
    const double margin = input.margin > 0.0 ? input.margin : 0.2 * radius_of(volume);
    for (std::size_t d = 0; d < 3; ++d) {
        const double extent = shape.extent()[d];
        const double voxels = 2.0 * extent / box.spacing[d];
        if (voxels < fewest_voxels * (1.0 - 1e-9))
            refuse(where,
                   fmt::format("voxels of {} leave {} over the {} of the tumour along {}",
                               metres(box.spacing[d]), format_number(voxels, 2),
                               metres(2.0 * extent), "xyz"[d]),
                   fmt::format("at least {}: at most {}", fewest_voxels,
                               metres(2.0 * extent / fewest_voxels)));
        // One layer of voxels at least is free of tumour.
        box.high[d] = extent + std::max(margin, box.spacing[d]);
        box.low[d] = box.mirrored ? 0.0 : -box.high[d];
    }
    if (box.skin) {
        box.low[2] = -box.high[2];
        box.high[2] = shape.extent()[2] + *input.skin_depth;
    }
    return box;
}

/// Number of voxels that reach over a length; rounding does not cost a layer.
double layers(double length, double spacing) {
    return std::max(1.0, std::ceil(length / spacing * (1.0 - 1e-12)));
}

std::array<double, 3> counts_of(const Box& box) {
    std::array<double, 3> n{};
    for (std::size_t d = 0; d < 3; ++d) {
        const bool skin = box.skin && d == 2;
        if (skin)
            n[d] = layers(box.high[d] - box.low[d], box.spacing[d]) + air_layers;
        else
            n[d] = layers(box.high[d], box.spacing[d]) * (box.low[d] < 0.0 ? 2.0 : 1.0);
    }
    return n;
}

DomainSize size_of(const DomainInput& input, const Box& box, double volume, const Location& where) {
    const std::array<double, 3> n = counts_of(box);
    const double cells = n[0] * n[1] * n[2];
    const Vector3& h = box.spacing;
    const double fine = std::min({h[0], h[1], h[2]});
    check_cells(
        cells,
        fmt::format("a resolution of {} for {} mm3", metres(fine), format_number(volume * 1e9, 4)),
        fine * std::cbrt(cells / most_cells), where);
    DomainSize size;
    size.cells = cells;
    Grid& grid = size.grid;
    grid.nx = static_cast<index_t>(n[0]);
    grid.ny = static_cast<index_t>(n[1]);
    grid.nz = static_cast<index_t>(n[2]);
    grid.spacing = h;
    for (std::size_t d = 0; d < 3; ++d)
        grid.origin[d] = box.low[d] < 0.0 ? -0.5 * n[d] * h[d] : 0.0;
    // The skin lies on faces of voxels.
    if (input.skin_depth) grid.origin[2] = box.high[2] - (n[2] - air_layers) * h[2];
    return size;
}

/// Part of a voxel inside the shape: the mean over `n`^3 parts, each cut by a plane.
double share_inside(const TumourShape& shape, const Vector3& middle, const Vector3& h, int n) {
    const TumourShape::Height whole = shape.height_and_normal(middle);
    const double diagonal = std::sqrt(h[0] * h[0] + h[1] * h[1] + h[2] * h[2]);
    if (std::abs(whole.value) > diagonal) return whole.value < 0.0 ? 1.0 : 0.0;
    double sum = 0.0;
    for (int k = 0; k < n; ++k)
        for (int j = 0; j < n; ++j)
            for (int i = 0; i < n; ++i) {
                const Vector3 place{middle[0] + ((i + 0.5) / n - 0.5) * h[0],
                                    middle[1] + ((j + 0.5) / n - 0.5) * h[1],
                                    middle[2] + ((k + 0.5) / n - 0.5) * h[2]};
                const auto [height, normal] = shape.height_and_normal(place);
                const double width = (std::abs(normal[0]) * h[0] + std::abs(normal[1]) * h[1] +
                                      std::abs(normal[2]) * h[2]) /
                                     n;
                sum += std::clamp(0.5 - height / width, 0.0, 1.0);
            }
    return sum / (static_cast<double>(n) * n * n);
}

void fill(Domain& domain, const TumourShape& shape, bool skin) {
    const Grid& grid = domain.grid;
    const auto cells = static_cast<std::size_t>(grid.cell_count());
    domain.region.assign(cells, Region::normal);
    domain.tumour_share.assign(cells, 0.0);
    const double coarse = *std::max_element(grid.spacing.begin(), grid.spacing.end());
    const double reach = *std::min_element(shape.extent().begin(), shape.extent().end()) / coarse;
    // As many parts as make 160 over the shortest diameter.
    const int parts = static_cast<int>(std::clamp(std::ceil(80.0 / reach), 4.0, 32.0));
    const index_t air = skin ? grid.nz - static_cast<index_t>(air_layers) : grid.nz;
    for (index_t k = 0; k < grid.nz; ++k)
        for (index_t j = 0; j < grid.ny; ++j)
            for (index_t i = 0; i < grid.nx; ++i) {
                const auto cell = static_cast<std::size_t>(grid.index(i, j, k));
                if (k >= air) {
                    domain.region[cell] = Region::outside;
                    continue;
                }
                const double share = share_inside(shape, grid.centre(i, j, k), grid.spacing, parts);
                domain.tumour_share[cell] = share;
                if (share >= 0.5) domain.region[cell] = Region::tumour;
            }
}

/// Complaints about keys that the shape does not use; what stands at its default says nothing.
void check_unused(input::Visitor& v, const DomainInput& d) {
    const auto complain = [&](const char* key, const char* shape) {
        v.complain(key, fmt::format("'{}' has no effect for shape = \"{}\"", key, d.shape),
                   fmt::format("shape = \"{}\"", shape));
    };
    if (d.shape.empty()) return;  // a mistake of its own
    if (!d.axes.empty() && d.shape != "ellipsoid") complain("axes", "ellipsoid");
    if (d.lobes != DomainInput{}.lobes && d.shape != "lobed") complain("lobes", "lobed");
    if (!d.labels.empty() && d.shape != "file") complain("label", "file");
}

/// Complaints about keys that do not go with each other.
void check_keys(input::Visitor& v, DomainInput& d) {
    check_unused(v, d);
    if (d.shape == "file") {
        if (d.file.empty())
            v.complain("shape", "shape = \"file\" without a file", "file = \"tumour.nii.gz\"");
        if (!v.has("symmetry")) d.symmetry = "full";
        if (d.symmetry == "octant")
            v.complain("symmetry", "a segmentation has no octant", "symmetry = \"full\"");
        if (d.skin_depth)
            v.complain("skin_depth", "a segmentation shows its own skin",
                       "no skin_depth; a label with region = \"outside\" for air");
        return;
    }
    if (!d.file.empty())
        v.complain("file", fmt::format("a file for shape = \"{}\"", d.shape), "shape = \"file\"");
    if (d.shape == "ellipsoid" && d.axes.size() != 3)
        v.complain("axes", fmt::format("axes has {} values", d.axes.size()),
                   "three relative half axes, such as [1, 1, 1.5]");
    if (d.shape == "lobed" && d.lobes % 2 != 0 && d.symmetry == "octant")
        v.complain("lobes", fmt::format("a tumour of {} lobes has no octant", d.lobes),
                   "an even number of lobes or symmetry = \"full\"");
}

}  // namespace

Region region_of(std::string_view name) {
    const auto found = std::find(region_names.begin(), region_names.end(), name);
    if (found == region_names.end())
        throw std::invalid_argument(fmt::format("'{}' is no region", name));
    return static_cast<Region>(found - region_names.begin());
}

std::string_view name_of(Region region) { return region_names[static_cast<std::size_t>(region)]; }

void describe(input::Visitor& v, LabelInput& label) {
    v.integer({"value", "number of the label in the file", input::Presence::required}, label.value,
              -2147483648, 2147483647);
    v.choice({"region", "what the label marks"}, label.region,
             {region_names.begin(), region_names.end()});
}

void describe(input::Visitor& v, DomainInput& d) {
    const input::NumberRule resolution{"um", 5.0, 1000.0};
    v.choice({"shape", "of the tumour; file: a segmentation"}, d.shape,
             {"sphere", "ellipsoid", "lobed", "file"});
    v.number({"resolution",
              "width of a voxel, 5 um to 1 mm (default: 30 voxels over the diameter, "
              "of a file: its own)"},
             d.resolution, resolution);
    v.numbers({"spacing", "widths of a voxel along x, y, z instead of the resolution"}, d.spacing,
              resolution);
    v.number({"margin",
              "normal tissue around the tumour (0: a fifth of its radius, of a file: all "
              "that it shows)"},
             d.margin, {"mm", 0.0, 100.0});
    v.numbers({"axes", "three half axes of an ellipsoid, relative to each other"}, d.axes,
              input::positive("1"));
    v.integer({"lobes", "of a lobed tumour, in a ring around z"}, d.lobes, 2, 12);
    v.choice({"symmetry", "octant: one eighth is computed (a quarter below a skin); full"},
             d.symmetry, {"octant", "full"});
    v.number({"skin_depth", "tissue between the tumour and a flat skin at high z, air above"},
             d.skin_depth, {"mm", 0.0, 100.0});
    v.text({"file", "NIfTI segmentation (.nii, .nii.gz, .hdr with .img) for shape = \"file\""},
           d.file);
    v.records({"label", "labels of the segmentation (default: 0 normal, 1 tumour)"}, d.labels);
    if (v.reads() && !v.describes_types()) check_keys(v, d);
}

void check_cells(double cells, const std::string& how, double finest, const Location& where) {
    if (cells <= most_cells) return;
    refuse(where, fmt::format("{} needs {:.2g} voxels", how, cells), "at most 2.1e9 voxels",
           fmt::format("a resolution of {} or coarser would fit", metres(1.01 * finest)));
}

double Domain::tumour_volume() const {
    double sum = 0.0;
    for (const double share : tumour_share) sum += share;
    return copies * grid.cell_volume() * sum;
}

double Domain::volume(Region wanted) const {
    const auto cells = std::count(region.begin(), region.end(), wanted);
    return copies * grid.cell_volume() * static_cast<double>(cells);
}

DomainSize plan_domain(const DomainInput& input, double volume, const Location& where) {
    if (input.shape == "file") return plan_segmentation(input, where);
    const TumourShape shape = shape_of(input, volume, where);
    return size_of(input, box_of(input, shape, volume, where), volume, where);
}

Domain make_domain(const DomainInput& input, double volume, const Location& where) {
    if (input.shape == "file") return read_segmentation(input, where);
    Domain domain;
    domain.grid = plan_domain(input, volume, where).grid;
    if (input.symmetry == "octant") {
        domain.mirrored = {true, false, true, false, !input.skin_depth, false};
        domain.copies = input.skin_depth ? 4.0 : 8.0;
    }
    fill(domain, shape_of(input, volume, where), input.skin_depth.has_value());
    return domain;
}

}  // namespace caravel::tissue
