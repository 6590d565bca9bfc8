// Projection of a scan one detector column at a time: its rays lie above each other and share their
// way through the planes.
#pragma once

#include "caravel/exec/threads.hpp"
#include "caravel/imaging/tomography/column_kernels.hpp"
#include "caravel/imaging/tomography/joseph_path.hpp"
#include "caravel/imaging/tomography/scan_frame.hpp"

#include <array>
#include <span>
#include <vector>

namespace caravel::imaging {

/// The same integrals as those of the single rays, but for rounding, with z next to each other in
/// memory. Keeps references to geometry and grid.
class ScanColumns {
  public:
    /// Whether it pays, and no ray is so steep that z is its main axis.
    static bool suits(const ScanGeometry& geometry, const Grid& grid);

    /// Memory of the volume's copy (byte).
    static double memory(const Grid& grid);

    ScanColumns(const ScanGeometry& geometry, const Grid& grid);

    void project(exec::ThreadTeam& team, std::span<const float> volume,
                 std::span<float> projections);

    /// Adds the adjoint of project() to the volume; same bits for any number of threads.
    void back_project(exec::ThreadTeam& team, std::span<const float> projections,
                      std::span<float> volume);

  private:
    // The rays of one view and one detector column. On plane k their heights (in voxels) start at
    // height + share(k) height_slope and grow by share(k) row_slope + row_step.
    struct Line {
        JosephPath path{};
        double share = 0.0;        // of the way from source to detector, on the path's first plane
        double share_slope = 0.0;  // per plane
        double height = 0.0;
        double height_slope = 0.0;
        double row_step = 0.0;
        double row_slope = 0.0;
        double flatness = 0.0;  // 1 / length of the rays in the central plane (1/m)
    };
    struct Crossing {
        ShadowColumn column{};
        index_t left = 0;  // number of the column of voxels
        index_t right = 0;
    };

    Line line(const ScanFrame& frame, index_t column) const;
    Crossing crossing(const Line& line, index_t plane) const;
    double ray_step(const Line& line, index_t row) const;
    void project_line(const Line& line, float* mixed, float* sums) const;
    void spread_axis(exec::ThreadTeam& team, int axis, std::span<const float> projections);

    const ScanGeometry& geometry_;
    const Grid& grid_;
    Grid flat_;
    index_t stride_;  // floats between columns of voxels
    std::vector<ScanFrame> frames_;
    std::vector<float> columns_;  // the volume, z fastest, zeros around
    ColumnKernel kernel_;
};

}  // namespace caravel::imaging
