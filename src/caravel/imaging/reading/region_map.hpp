// The object's regions on an image's grid.
#pragma once

#include "caravel/imaging/image.hpp"
#include "caravel/imaging/object.hpp"

#include <array>
#include <cstddef>
#include <vector>

namespace caravel::imaging {

/// Voxels that a reading looks at, ascending, with their weights.
struct WeightedVoxels {
    std::vector<index_t> voxel{};
    std::vector<double> weight{};
    double total = 0.0;  // of the weights
    bool whole = false;  // weights are 1: voxels that lie within by more than half
};

/// Lays regions on an image. An image of one layer along an axis stands for the whole depth of an
/// object of several when the layer spans half of it or more (a projection: a region is where its
/// shadow falls, the background where no other region but air throws one); along z also when a
/// thinner layer does not cut every lesion.
class RegionMap {
  public:
    RegionMap(exec::ThreadTeam& team, const Grid& image, const ImagedObject& object);

    bool projection() const { return along_[0] || along_[1] || along_[2]; }
    /// The voxels of one region: those with more than half within, else all it touches with their
    /// shares; none when it lies outside.
    WeightedVoxels region(std::size_t number) const;
    /// The background regions together: voxels away from all else where enough are left.
    WeightedVoxels background() const;

  private:
    WeightedVoxels touched_by(exec::ThreadTeam& team, const ImagedObject& object,
                              std::size_t number) const;
    bool cuts_every_lesion(const ImagedObject& object) const;
    void add_background(const ImagedObject& object);

    Grid grid_;
    std::array<bool, 3> along_{};            // axes along which the object is projected
    std::vector<WeightedVoxels> touched_{};  // per region, weights are shares
    std::vector<double> background_{};       // share per voxel
};

}  // namespace caravel::imaging
