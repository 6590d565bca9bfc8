// Phantoms of simple solids whose line integrals are known exactly.
#pragma once

#include "caravel/exec/threads.hpp"
#include "caravel/imaging/tomography/geometry.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace caravel::imaging {

enum class SolidShape : std::uint8_t { ellipsoid, cylinder, box };

/// A solid that adds `value` to everything inside of it. `half` holds the semi-axes of an
/// ellipsoid, half the edges of a box, the radii and half the height of a cylinder, in its own
/// axes, which are turned by `turn` around z. The cylinder stands along its own axis `along` (0, 1,
/// 2).
struct Solid {
    SolidShape shape = SolidShape::ellipsoid;
    Vector3 centre{0.0, 0.0, 0.0};  // m
    Vector3 half{1.0, 1.0, 1.0};    // m
    double turn = 0.0;              // rad
    double value = 1.0;
    int along = 2;
};

/// Throws InputError for a size that is not above 0, or an axis that is not 0, 1 or 2.
void check_solids(std::span<const Solid> solids);

/// Sum of the values of the solids that hold a point (m).
double value_at(std::span<const Solid> solids, const Vector3& point);

/// Integral between the ends of a ray (unit of the values times m), exact to rounding.
double line_integral(std::span<const Solid> solids, const Ray& ray);

/// line_integral() of the rays to the middles of all pixels of a scan, in the order of its
/// projections.
void project_solids(exec::ThreadTeam& team, std::span<const Solid> solids,
                    const ScanGeometry& geometry, std::span<float> projections);

/// Mean over every voxel. Voxels that a surface cuts are sampled at `samples`^3 points, which gives
/// their share of a solid to about 1 / samples^2; 1 takes the value in the middle of every voxel.
void fill_voxels(exec::ThreadTeam& team, std::span<const Solid> solids, const Grid& grid,
                 int samples, std::span<float> volume);

/// Shepp and Logan 1974 (IEEE Trans Nucl Sci 21:21), ten ellipses in a disc of radius `scale` (m),
/// as elliptic cylinders of the height 2 scale. `contrast` takes Toft's values (1 for the skull)
/// instead of the original ones (2).
std::vector<Solid> shepp_logan_slice(double scale, bool contrast = false);

/// The head of ten ellipsoids in the cube of half edge `scale` (m): Kak and Slaney 1988, table 3.1
/// (recalled), values from 0 to 2.
std::vector<Solid> shepp_logan_head(double scale);

}  // namespace caravel::imaging
