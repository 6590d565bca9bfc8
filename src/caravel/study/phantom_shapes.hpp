// Shapes of a phantom as voxels.
#pragma once

#include "caravel/base/grid.hpp"
#include "caravel/study/phantom_input.hpp"
#include "caravel/tissue/heat/heat_medium.hpp"

#include <vector>

namespace caravel::study {

/// One shape in space, ready to be asked for places.
class PhantomBody {
  public:
    /// `grid` gives what the shape leaves open: its middle, its reach.
    PhantomBody(const PhantomShape& shape, const Grid& grid);

    bool holds(const Vector3& place) const;
    const Vector3& centre() const { return centre_; }

  private:
    bool irregular_holds(const Vector3& offset) const;

    bool rods_hold(const Vector3& offset) const;

    enum class Kind { sphere, ellipsoid, box, cylinder, layer, irregular, rods };
    Kind kind_ = Kind::sphere;
    Vector3 centre_{};
    Vector3 half_{};  // m, half axes or half edges; of a cylinder: radius, half length
    Vector3 direction_{0.0, 0.0, 1.0};
    double lobe_height_ = 0.0;
    double sharpness_ = 0.0;
    double pitch_ = 0.0;  // m
    std::int64_t rows_ = 0;
    std::vector<Vector3> lobes_;  // directions
};

/// Middle of a grid (m).
Vector3 middle_of(const Grid& grid);

/// What lies where: the last shape that holds the middle of a voxel (-1: none), and the part of the
/// voxel's volume (0 to 1) whose last shape is a tumour, from 6^3 points where the surface passes.
struct VoxelisedShapes {
    std::vector<int> shape;
    std::vector<double> tumour_share;
};
VoxelisedShapes voxelise(const std::vector<PhantomShape>& shapes, const Grid& grid);

/// Where the borders of shapes cut the ways between the middles of neighbouring voxels that belong
/// to different ones (`shape` as of voxelise()), to a thousandth of a voxel.
std::vector<tissue::HeatLink> cut_ways(const std::vector<PhantomShape>& shapes, const Grid& grid,
                                       const std::vector<int>& shape);

/// Whether each voxel's middle lies in a shape, others aside.
std::vector<bool> voxels_in(const PhantomShape& shape, const Grid& grid);

}  // namespace caravel::study
