// Quantities that are computed from the frames of a scan.
#pragma once

#include "caravel/imaging/image.hpp"
#include "caravel/imaging/mri/mri_scan_frames.hpp"

namespace caravel::imaging {

/// Frames of one scan and what they were taken of.
struct ScanFrames {
    const MriSettings& mri;
    const MriMaps& maps;
    Grid grid{};
    std::vector<Frame> frames{};
    double fluorine_reference_r1 = 1.0;  // 1/s, of the tube that calibrates a fluorine scan
};

/// Adds the maps of the sequence to a result: T1, T2 or T2* (ms) with their rates (1/s),
/// temperature change (K), fluorine (mol/m3), asymmetry of saturation transfer, enhancement (1).
/// Voxels whose signal is below three standard deviations of the noise, or 1e-3 of water, are 0;
/// echoes below it are left out of a decay.
void add_maps(exec::ThreadTeam& team, const ScanFrames& scan, ScanResult& result);

/// Adds the weighted images (the frames are handed over), maps, numbers and sentences of a scan.
void finish_scan(const ScanContext& context, ScanFrames& scan, Tier tier, ScanResult& result);

/// Mean of a map of the object's cells over image voxels, weighted with the protons; 0 where there
/// are none.
std::vector<double> proton_mean(exec::ThreadTeam& team, const MriMaps& maps, const Grid& image,
                                const std::vector<double>& values);

}  // namespace caravel::imaging
