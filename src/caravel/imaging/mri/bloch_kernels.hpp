// Loops over a block of spins, for vectors of several widths.
#pragma once

#include "caravel/base/grid.hpp"

#include <array>
#include <cstddef>
#include <span>

namespace caravel::imaging::mri {

/// Spins that one pass works on; arrays are filled up to a multiple of `spin_lanes`.
inline constexpr std::size_t spin_block = 1024;
inline constexpr std::size_t spin_lanes = 16;
inline constexpr std::size_t window_samples = 32;  // between two exact phases

/// A block of spins. Positions, frequencies and rates are double, so that phases of thousands of
/// turns stay exact; the state is Real.
template <class Real>
struct alignas(64) SpinBlock {
    using Row = std::array<double, spin_block>;
    using StateRow = std::array<Real, spin_block>;
    Row x, y, z;    // m
    Row frequency;  // turns/s
    Row r1, r2;     // 1/s
    Row added_r1, added_r2;
    StateRow transmit;
    StateRow m0, mx, my, mz;
    StateRow turns, loss1, loss2;  // of the next step
    StateRow start_re, start_im;   // of a window
    StateRow rotor_re, rotor_im;   // per sample
    std::size_t size = 0;          // filled up
};

/// Free precession and relaxation.
struct FreeStep {
    Vector3 turns_per_metre{};
    double time = 0.0;        // s, of precession off resonance
    double relaxation = 0.0;  // s
    double change = 0.0;      // s, integral of the factor of the added rates

    bool turns() const {
        return time != 0.0 || turns_per_metre[0] != 0.0 || turns_per_metre[1] != 0.0 ||
               turns_per_metre[2] != 0.0;
    }
    bool relaxes() const { return relaxation > 0.0; }
};

/// A pulse: rotation about (flip cos, flip sin, turns of the free step), then about z.
struct PulseStep {
    FreeStep free{};           // precession only, relative to the pulse's frequency
    double extra_turns = 0.0;  // taken from each spin's precession
    double flip_x = 0.0;       // rad
    double flip_y = 0.0;
    double after_re = 1.0;  // the turn about z afterwards
    double after_im = 0.0;
};

/// Sums of a window, one pair per sample.
struct WindowSums {
    std::array<double, window_samples> re{};
    std::array<double, window_samples> im{};
};

template <class Real>
struct BlochKernels {
    const char* name;
    void (*advance)(SpinBlock<Real>& spins, const FreeStep& step);
    void (*pulse)(SpinBlock<Real>& spins, const PulseStep& step);
    /// Rotor of one dwell time; then windows of that spacing.
    void (*set_rotor)(SpinBlock<Real>& spins, const FreeStep& dwell);
    /// Sums of start * rotor^i for i < samples.
    void (*sum_window)(const SpinBlock<Real>& spins, std::size_t samples, WindowSums& sums);
};

/// Those this machine can run, narrowest first; all give the same bits.
template <class Real>
std::span<const BlochKernels<Real>> usable_bloch_kernels();

}  // namespace caravel::imaging::mri
