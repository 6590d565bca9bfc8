// Monte Carlo transport of photons through voxels.
#pragma once

#include "caravel/exec/threads.hpp"
#include "caravel/stimulus/light/light_source.hpp"
#include "caravel/stimulus/light/photon_medium.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <vector>

namespace caravel::stimulus {

/// A disk on the surface (m) that notes the photons that leave through it.
struct PhotonDetector {
    Vector3 position{};
    double radius = 0.0;
};

/// How photons fly: cell by cell to the exact borders, or by delta (Woodcock) tracking against the
/// largest extinction of bricks of cells, with cell borders only where the index changes.
enum class PhotonTracking : std::uint8_t { automatic, marching, delta };

struct PhotonRun {
    std::int64_t photons = 1'000'000;
    std::int64_t first = 0;  // id of the first one
    std::uint64_t seed = 1;
    std::uint32_t stream = 0;      // several runs of one study
    double roulette_below = 1e-4;  // weight at which a photon may end, 0 to 0.1; 0: never
    double longest_time = 1e-6;    // s of flight inside; later light counts as gated
    int gates = 1;                 // even pieces of longest_time in which is tallied
    bool fluence = true;           // tally path lengths too, where a medium does not absorb
    PhotonTracking tracking = PhotonTracking::automatic;
    std::vector<PhotonDetector> detectors{};
    std::vector<std::uint64_t> only{};  // ids of photons to run again (replay); empty: all
    /// One per id: the weight that a photon keeps all along its way, for sensitivities: nothing is
    /// absorbed, `path` holds weight times exact path. Same medium and longest time as before.
    /// Empty: photons of `only` fly as they did.
    std::vector<double> replay_weights{};
    int lanes = 0;  // photons in flight at once per thread: 0 the machine's, 1 the plain functor
    std::function<void(double)> progress{};  // share done
    const std::atomic<bool>* cancel = nullptr;
};

/// A photon that a detector saw.
struct PhotonExit {
    std::uint64_t id = 0;
    int detector = 0;
    Vector3 position{};
    Vector3 direction{};
    double weight = 0.0;
    double time = 0.0;            // s
    std::vector<double> paths{};  // m, in each medium
};

/// Everything that was counted, in whole counts of `unit` launched photons: sums do not depend on
/// their order, and launched + roulette_gain = specular + missed + sum(left) + left_exterior +
/// sum(absorbed) + gated + roulette_loss holds exactly.
struct PhotonTally {
    double unit = 1.0;
    std::int64_t launched = 0;
    std::int64_t specular = 0;           // reflected before it came in
    std::int64_t missed = 0;             // of sources outside of the body: did not hit it
    std::array<std::int64_t, 6> left{};  // through each face of the box
    std::int64_t left_exterior = 0;      // into media outside of the body
    std::int64_t gated = 0;
    std::int64_t roulette_gain = 0;
    std::int64_t roulette_loss = 0;
    std::vector<std::int64_t> absorbed{};  // per voxel, gate after gate
    std::vector<std::int64_t> path{};      // weight times path in units of path_unit; may be empty
    double path_unit = 0.0;                // m times launched photons
    std::int64_t photons = 0;
    std::int64_t events = 0;  // scatterings, false ones included
    std::vector<PhotonExit> exits{};

    double absorbed_share() const;
    /// launched + gain less all the rest: 0.
    std::int64_t residual() const;
};

/// Runs the photons. Same counts for any number of threads and lanes. Throws InputError for no
/// photons, a source outside of the domain that misses it altogether, and as check().
PhotonTally transport_photons(exec::ThreadTeam& team, const PhotonMedium& medium,
                              const LightSourceInput& source, const PhotonRun& run);

/// The same in even batches of photons, each of which `each` sees as a run of its own: their
/// spread is the error of chance. The sum is that of transport_photons() to the last count. No
/// more batches than photons. Throws InputError as that, and for photons that run again.
PhotonTally transport_batches(exec::ThreadTeam& team, const PhotonMedium& medium,
                              const LightSourceInput& source, const PhotonRun& run, int batches,
                              const std::function<void(const PhotonTally&)>& each);

/// Absorbed energy per volume (1/m3) of every voxel per launched energy, all gates.
std::vector<double> absorbed_density(const PhotonTally& tally, const PhotonMedium& medium);
/// Fluence (1/m2) of every voxel per launched energy: from path lengths where they were tallied,
/// else absorbed density over absorption.
std::vector<double> fluence(const PhotonTally& tally, const PhotonMedium& medium);
/// Absorption (1/m) of voxel i, particles included.
double absorption_at(const PhotonMedium& medium, std::size_t i);

}  // namespace caravel::stimulus
