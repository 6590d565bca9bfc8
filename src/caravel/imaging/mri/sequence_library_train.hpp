// Signals that depend on two rates in no closed form: phase graphs once per pair of rates.
#pragma once

#include "caravel/imaging/mri/sequence_library.hpp"

#include <functional>

namespace caravel::imaging {

/// Rates (1/s) of a batch of voxels.
struct RatePairs {
    std::vector<double> r1{};
    std::vector<double> r2{};
};

/// `signal(pairs)` for every voxel with water, times its density: called once for all different
/// pairs where these are few, else on a table (48 x 48 points, even in the logarithm of both
/// rates, interpolated by cubics: relative error below 1e-4 for decays over the table).
std::vector<double> from_rate_table(
    exec::ThreadTeam& team, const MriMaps& maps,
    const std::function<std::vector<double>(const RatePairs&)>& signal);

/// Echo of a train of refocusing pulses (see echo_signal()).
std::vector<double> train_signal(exec::ThreadTeam& team, const MriMaps& maps,
                                 const MriSettings& mri, const Exposure& exposure, bool exact);

}  // namespace caravel::imaging
