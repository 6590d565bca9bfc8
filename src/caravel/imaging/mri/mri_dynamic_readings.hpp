// What a reader makes of the frames of a dynamic scan.
#pragma once

#include "caravel/imaging/mri/mri_dynamic.hpp"
#include "caravel/imaging/mri/mri_scan_frames.hpp"
#include "caravel/imaging/reading/region_map.hpp"

#include <vector>

namespace caravel::imaging {

/// A series as taken. `before` are the maps of the first frame.
struct DynamicSeries {
    MriSettings mri{};
    MriMaps before{};
    std::vector<Frame> frames{};
    std::vector<double> middle{};     // s, of the frames
    std::vector<double> true_area{};  // under the agent's own concentration; empty: not asked for
    double frame_time = 0.0;          // s
    double channels = 1.0;            // complex ones that a magnitude sums up
};

/// Values of the maps, voxel by voxel, and the fits of the regions' mean signals, in the object's
/// order.
struct DynamicReadings {
    std::vector<double> area{}, transfer{}, back_rate{}, plasma_volume{};
    std::vector<std::uint8_t> dark{}, unfitted{};  // voxels too dark to read, or without a fit
    std::vector<std::uint8_t> unreturned{};  // without a fit of the return, whose rate is not known
    std::vector<WeightedVoxels> where{};  // of each region; empty: background, outside, no plasma
    std::vector<TracerFit> regions{};
};

/// Weights (s) of the frames' concentrations in the area that a reader takes of them, less the mean
/// of their baseline.
std::vector<double> area_weights(const DynamicProtocol& protocol, double frame_time);

/// Reads the series; to be called before its frames are handed on.
DynamicReadings read_series(exec::ThreadTeam& team, const DynamicSeries& series,
                            const ImagedObject& object, const Grid& grid,
                            const DynamicProtocol& protocol);

/// Adds maps, readings of regions, sentences.
void add_readings(exec::ThreadTeam& team, const DynamicSeries& series, const ImagedObject& object,
                  const Grid& grid, const DynamicProtocol& protocol,
                  const DynamicReadings& readings, ScanResult& result);

}  // namespace caravel::imaging
