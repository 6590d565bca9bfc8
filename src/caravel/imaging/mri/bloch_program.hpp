// The time line as the kernels run it.
#pragma once

#include "caravel/imaging/mri/bloch_kernels.hpp"
#include "caravel/imaging/mri/isochromat.hpp"

#include <cstdint>
#include <vector>

namespace caravel::imaging::mri {

enum class BlochAction : std::uint8_t { none, window, pulse };

/// Free precession, then a pulse or a window of samples (which leaves the state at its first).
struct BlochStep {
    FreeStep before{};
    BlochAction action = BlochAction::none;
    bool keeps_rotor = false;  // that of the window before
    std::size_t samples = 0;
    index_t first_sample = 0;
    FreeStep dwell{};
    PulseStep pulse{};
};

/// Exact but for the splitting of pulses with relaxation. `change` may be empty.
std::vector<BlochStep> make_bloch_program(const TimeLine& line, double gamma,
                                          const RateChange& change);

}  // namespace caravel::imaging::mri
