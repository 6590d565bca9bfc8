// The tumour and its surroundings as voxels: what is where.
#pragma once

#include "caravel/base/grid.hpp"
#include "caravel/input/visitor.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caravel::tissue {

/// What a voxel is made of.
enum class Region : std::uint8_t { outside, normal, tumour, organ, vessel, bone };

/// One label of a segmentation.
struct LabelInput {
    std::int64_t value = 0;
    std::string region = "tumour";  // outside, normal, tumour, organ, vessel, bone
};

/// Shape and resolution of a gridded tumour as the user writes them.
struct DomainInput {
    std::string shape = "sphere";      // sphere, ellipsoid, lobed, file
    std::optional<double> resolution;  // m; default: 30 voxels over the tumour's diameter
    std::vector<double> spacing;       // m, three values: anisotropic voxels
    double margin = 0.0;               // m of normal tissue around; 0: a fifth of the radius,
                                       // or all that a segmentation shows
    std::vector<double> axes;          // three relative half axes of an ellipsoid
    std::int64_t lobes = 4;            // of a lobed tumour
    std::string symmetry = "octant";   // octant, full
    std::optional<double> skin_depth;  // m of tissue over the tumour (high z); above it: air
    std::string file;                  // NIfTI segmentation
    std::vector<LabelInput> labels;    // of the segmentation; none: 0 normal, 1 tumour
};
void describe(input::Visitor& v, LabelInput& label);
void describe(input::Visitor& v, DomainInput& domain);

/// Voxels with their region. `tumour_share` is the part of a voxel's volume that is tumour (0 to
/// 1): a shape's surface passes through voxels. Faces in `mirrored` (x low, x high, ...) are planes
/// of symmetry: the domain stands for `copies` times its content.
struct Domain {
    Grid grid;
    std::vector<Region> region;
    std::vector<double> tumour_share;
    std::array<bool, 6> mirrored{};
    double copies = 1.0;

    /// Volume (m3) of the tumour, copies included.
    double tumour_volume() const;
    /// Volume (m3) of a region's voxels, copies included.
    double volume(Region region) const;
};

/// Number of cells and bytes that the domain's grid would take, before anything is allocated.
struct DomainSize {
    Grid grid;
    double cells = 0.0;
};

/// The grid that a shape of this volume (m3) needs. Throws InputError for sizes that are zero,
/// beyond 2^31 cells, or inconsistent keys.
DomainSize plan_domain(const DomainInput& input, double volume, const Location& where = {});

/// Voxels of the shape, scaled so that the tumour has `volume` (m3; a segmentation keeps its own).
/// Throws InputError for unknown labels, an empty tumour, files that are broken; IoError for files
/// that cannot be read.
Domain make_domain(const DomainInput& input, double volume, const Location& where = {});

/// Depth (m) of each voxel's middle below the tumour's surface, below zero outside of the tumour:
/// Euclidean distance to the surface that the shares of the voxels draw, mirrored faces included.
/// On smooth surfaces within a few hundredths of a voxel; on edges and thin parts within a voxel's
/// width. Throws InputError when the domain has no surface (all tumour or none).
std::vector<double> depth_below_surface(const Domain& domain);

/// Region of a name as users write it; throws std::invalid_argument for other names.
Region region_of(std::string_view name);
/// Name of a region as users write it.
std::string_view name_of(Region region);

}  // namespace caravel::tissue
