// What detected photons tell: other absorption without a second run, and where light has been.
#pragma once

#include "caravel/stimulus/light/photon_transport.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace caravel::stimulus {

/// Detected share of the launched energy per detector, if each medium's absorption (1/m) rose by
/// `added_absorption` (white Monte Carlo: weights exp(-sum of added absorption times path)).
std::vector<double> reweighted_detection(const PhotonTally& tally, std::size_t detectors,
                                         std::span<const double> added_absorption);

/// Photons that a detector saw, to be run again.
struct SeenPhotons {
    std::vector<std::uint64_t> id{};
    std::vector<double> weight{};  // launched photons, as PhotonExit::weight
};

/// Change of the light that reaches detector `d` with absorption in every voxel (m, per launched
/// energy: d(detected)/d(mu_a)): detected photons run again, their weight tallied along the path.
std::vector<double> absorption_sensitivity(exec::ThreadTeam& team, const PhotonMedium& medium,
                                           const LightSourceInput& source, const PhotonRun& run,
                                           const PhotonTally& tally, int detector);

/// The same of photons seen, out of `launched` ones.
std::vector<double> absorption_sensitivity(exec::ThreadTeam& team, const PhotonMedium& medium,
                                           const LightSourceInput& source, const PhotonRun& run,
                                           SeenPhotons seen, double launched);

}  // namespace caravel::stimulus
