// The elementwise work of a Rosenbrock step for the instruction sets of the machine. Every set does
// the same operations per element in the same order, without fused multiply-add, so that results do
// not depend on the machine.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace caravel::kinetics {

/// Most stages a combination may have.
inline constexpr std::size_t most_stages = 8;

/// shift = sum_j shift_weights_j stage_j (left out when `shift` is null);
/// right = base + scale sum_j right_weights_j stage_j. Arrays hold `size` values, whole blocks (see
/// PaddedArray); stage j begins at stages + j size.
struct Combination {
    const double* stages = nullptr;
    std::size_t size = 0;
    const double* shift_weights = nullptr;
    const double* right_weights = nullptr;
    const double* base = nullptr;
    double scale = 1.0;
    double* shift = nullptr;
    double* right = nullptr;
};

/// result = before + increment, and its error against the tolerances.
struct StepEnd {
    std::size_t size = 0;
    const double* before = nullptr;
    const double* increment = nullptr;
    const double* lower_increment = nullptr;  // of the embedded method
    const double* absolute = nullptr;         // tolerance; padding: 1
    const double* least = nullptr;            // smallest value allowed; padding: 0 or less
    double relative = 0.0;                    // tolerance
    double* result = nullptr;
};

struct StepNorm {
    double squares = 0.0;  // of error / (absolute + relative max(|before|, |result|)), summed
    bool below = false;    // whether a result is below its least value
};

struct VectorKernels {
    std::string_view name;
    /// By the number of stages combined, 0 to most_stages.
    std::array<void (*)(const Combination&), most_stages + 1> combine{};
    StepNorm (*finish)(const StepEnd&) = nullptr;
};

/// The kernels this machine can run, widest last; the first is plain C++.
std::span<const VectorKernels> usable_kernels();

}  // namespace caravel::kinetics
