// One Rosenbrock step of the singlet-oxygen model in several voxels side by side.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace caravel::response {

/// A trial step of `width` voxels; concentrations in mol/m3, rates per second. No operation crosses
/// lanes or is fused, so that a lane holds the same bits whatever the instruction set.
struct SingletOxygenLanes {
    static constexpr std::size_t width = 8;
    using Lane = double[width];

    // the voxel
    alignas(64) Lane share = {};
    alignas(64) Lane oxygen = {};
    // what drives it
    alignas(64) Lane take = {};    // reacted = take * share * met
    alignas(64) Lane bleach = {};  // share lost = bleach * share (sensitiser * share + self) met
    alignas(64) Lane sensitiser = {};
    alignas(64) Lane self = {};
    alignas(64) Lane half = {};  // met = oxygen / (half + oxygen)
    alignas(64) Lane gain = {};  // supplied = gain - loss * oxygen
    alignas(64) Lane loss = {};
    // the step
    alignas(64) Lane h = {};              // s, positive
    alignas(64) Lane release = {};        // mean rate of oxygen from peroxide
    alignas(64) Lane release_slope = {};  // and its change over time
    // what comes out
    alignas(64) Lane d_share = {};
    alignas(64) Lane d_oxygen = {};
    alignas(64) Lane d_reacted = {};
    alignas(64) Lane mean_share = {};
    alignas(64) Lane error = {};  // relative, of the embedded method
};

/// RODAS3 (four stages, order 3(2), L-stable; Sandu et al. 1997, Atmos Environ 31:3459) for the
/// instruction sets of the machine.
struct SingletOxygenKernel {
    std::string_view name;
    void (*step)(SingletOxygenLanes& lanes) = nullptr;
};

/// Kernels that run here, "scalar" first, the fastest last.
std::span<const SingletOxygenKernel> singlet_oxygen_kernels();

}  // namespace caravel::response
