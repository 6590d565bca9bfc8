// A block of individuals side by side, one per lane of a vector, and the work of a step on it for
// the instruction sets of the machine. No operation crosses lanes or is fused, and each is that of
// the scalar solver in the same order: a lane holds the bits that the scalar solver would.
#pragma once

#include "caravel/kinetics/batch_program.hpp"
#include "caravel/kinetics/padded_array.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace caravel::kinetics {

/// A step of every lane; arrays hold BatchProgram::lanes() values per entry and are in elimination
/// order.
struct LaneBlock {
    /// For a method with this number of stages (Rodas5P: 8).
    explicit LaneBlock(const BatchProgram& program, std::size_t stage_count = 8);
    LaneBlock(const LaneBlock&) = delete;
    LaneBlock& operator=(const LaneBlock&) = delete;

    const BatchProgram& program;
    double relative = 0.0;  // tolerance

    // one entry per species
    double* y = nullptr;
    double* result = nullptr;
    double* between = nullptr;
    double* rates = nullptr;
    double* shift = nullptr;
    double* moved = nullptr;
    double* absolute = nullptr;
    double* least = nullptr;
    double* stages = nullptr;  // stage after stage
    // one entry per value of the factors; `values` follow `linear` without a gap
    double* linear = nullptr;
    double* values = nullptr;
    // uptake after uptake, in the order of UptakeEntry
    double* uptakes = nullptr;
    // one entry per reaction, factor, sum, weight of a sum, derivative
    double* reaction_coefficients = nullptr;
    double* reaction_rates = nullptr;
    double* factor_a = nullptr;
    double* factor_b = nullptr;
    double* sums = nullptr;
    double* sum_constants = nullptr;
    double* sum_weights = nullptr;
    double* gradients = nullptr;

    // one value per lane
    alignas(64) double h[most_lanes] = {};  // the step
    alignas(64) double inverse_step[most_lanes] = {};
    alignas(64) double x[most_lanes] = {};               // place in the step
    alignas(64) double squares[most_lanes] = {};         // see StepNorm
    alignas(64) std::int64_t below[most_lanes] = {};     // whether a result is below its least
    alignas(64) double flaw[most_lanes] = {};            // not 0 where a pivot is not finite
    alignas(64) std::int64_t accepted[most_lanes] = {};  // set by the caller: 0 or -1

  private:
    PaddedArray memory_;
};

/// Entries of one uptake in LaneBlock::uptakes.
enum UptakeEntry : std::size_t {
    uptake_coefficient,
    uptake_capacity,
    uptake_inverse_capacity,
    uptake_rate,
    uptake_by_source,
    uptake_by_load,
    uptake_curvature,
    uptake_headroom,
    uptake_entries
};

/// The work on a block.
struct LaneKernels {
    std::string_view name;
    std::size_t lanes = 0;  // of a block
    std::size_t width = 0;  // lanes of one vector
    /// rates = f(between)
    void (*evaluate)(LaneBlock&) = nullptr;
    /// result, squares, below and flaw of a step of Rodas5P from y
    void (*step)(LaneBlock&) = nullptr;
    /// between = the state at x in the step, for the lanes of the vector that begins with `lane`
    void (*interpolate)(LaneBlock&, std::size_t lane) = nullptr;
    /// y = result in the accepted lanes
    void (*commit)(LaneBlock&) = nullptr;
};

/// The kernels this machine can run, widest last; the first is plain C++.
std::span<const LaneKernels> usable_lane_kernels();

}  // namespace caravel::kinetics
