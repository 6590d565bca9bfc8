// What a vessel network gives every voxel: wall, blood, flow, pressure, distance.
#pragma once

#include "caravel/tissue/vessels/network_flow.hpp"
#include "caravel/tissue/vessels/vascular_map.hpp"

#include <vector>

namespace caravel::tissue {

/// A part of a segment between two faces of voxels.
struct SegmentPiece {
    std::size_t voxel = 0;  // the nearest one when the piece lies outside of the grid
    bool inside = true;
    double begin = 0.0;  // 0 at `from`, 1 at `to`
    double end = 0.0;
};

/// The straight line from a to b cut by the faces of the voxels, in order; begin of the first piece
/// is 0, end of the last one 1, each begins where the one before ends.
std::vector<SegmentPiece> clip_segment(const Grid& grid, const Vector3& a, const Vector3& b);

struct NetworkMapOptions {
    double capillary_radius = 10e-6;  // m: wider vessels conduct but do not perfuse tissue
};

/// Fields of a network, unscaled, and their totals.
struct NetworkMap {
    VascularMap map;
    std::vector<double> distance;  // m, from the middle of a voxel to the nearest wall; 0 within
    double wall_inside = 0.0;      // m2, within the grid
    double blood_inside = 0.0;     // m3
    double perfusing = 0.0;        // m3/s that pass capillaries (in the grid or not)
    double shunted = 0.0;          // m3/s that pass none
};

/// Wall and blood volume are deposited along the axes of the vessels, split by length among the
/// voxels they pass (a vessel wider than a voxel is not spread over its neighbours). Perfusion is
/// the blood that passes capillaries, deposited once per drop: to a capillary in proportion to its
/// length against that of all capillaries on the way (mean over the ways, mixed at nodes); without
/// capillaries every vessel counts as one. Pressure is the mean along the walls in the voxel; that
/// of the nearest vessel where there is none.
NetworkMap map_network(const Grid& grid, const VesselNetwork& network, const NetworkFlow& flow,
                       const NetworkMapOptions& options = {});

/// Blood (m3/s) that a segment hands to tissue, per segment; their sum is the flow that passes
/// capillaries. `shunted` takes the rest.
std::vector<double> segment_perfusion(const VesselNetwork& network, const NetworkFlow& flow,
                                      double capillary_radius, double& shunted);

/// Distance (m) from the middle of every voxel to the nearest vessel wall, 0 within a vessel, and
/// the nearest segment. Exact; search by bins.
struct NearestVessel {
    std::vector<double> distance;
    std::vector<std::size_t> segment;
    std::vector<double> place;  // 0 at `from`, 1 at `to`
};
NearestVessel nearest_vessels(const Grid& grid, const VesselNetwork& network);

}  // namespace caravel::tissue
