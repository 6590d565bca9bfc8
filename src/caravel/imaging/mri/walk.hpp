// Random walks of water around magnetised spheres: what theories of relaxation are held against.
#pragma once

#include "caravel/base/view.hpp"
#include "caravel/exec/threads.hpp"

#include <cstdint>
#include <vector>

namespace caravel::imaging {

/// Equal spheres at random places in a periodic cube, magnetised along z; water cannot enter.
struct DipoleSpheres {
    double radius = 0.0;           // m
    double volume_fraction = 0.0;  // 1
    double frequency_shift = 0.0;  // rad/s at the equator of a sphere, gamma mu0 M/3
    double diffusion = 0.0;        // m2/s
    index_t count = 1;             // spheres in the cube
};

struct WalkRun {
    std::vector<double> times{};  // s, ascending, at which the signal is taken
    index_t arrangements = 100;   // of the spheres
    index_t spins = 100;          // in each of them
    double step = 0.3;            // largest step over the distance to the nearest sphere
    std::uint64_t seed = 1;
};

/// Signal per spin at one time, with the standard error from the scatter between arrangements.
struct WalkSignal {
    double time = 0.0;
    double free = 0.0;  // mean cos of the phase
    double free_error = 0.0;
    double echo = 0.0;  // refocused at time/2
    double echo_error = 0.0;
};

/// Walks of spins.arrangements spins. Steps are normal in every direction with the deviation set by
/// `step` times the distance to the nearest sphere (its surface counts as 0.4 radii away), spheres
/// reflect; the phase follows the field of every sphere's nearest image, trapezoid over a step (of
/// 0.3 without bias; from 0.5 on rare leaps to a sphere weigh too much).
/// Same bits for any number of threads. Right for volume fractions below 1e-2 and walks that do not
/// cross the cube many times unless `count` is large: waves longer than the cube are missing, about
/// 4 radii/edge of the motionally averaged rate. Throws InputError.
std::vector<WalkSignal> walk_signals(exec::ThreadTeam& team, const DipoleSpheres& spheres,
                                     const WalkRun& run);

/// Rate (1/s) of the decay between two signals, and its standard error, of echoes or freely.
struct DecayRate {
    double value = 0.0;
    double error = 0.0;
};
DecayRate free_rate(const WalkSignal& early, const WalkSignal& late);
DecayRate echo_rate(const WalkSignal& early, const WalkSignal& late);

}  // namespace caravel::imaging
