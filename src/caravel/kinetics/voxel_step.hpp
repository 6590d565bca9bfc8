// The step of a block of voxels for one kind of vector and one method; included by voxel_lanes.cpp
// alone. The rates at the start are those that the linearisation knows.
#pragma once

#include "caravel/kinetics/batch_step.hpp"
#include "caravel/kinetics/voxel_reactions.hpp"

#include <cstddef>
#include <utility>

namespace caravel::kinetics::lanes {

/// The factors of (I / (gamma h) - J) at y and the rates f(y).
template <class L, class T>
[[gnu::always_inline]] inline void linearise_voxels(VoxelBlock& b) {
    const typename L::Pack h = L::load(b.h);
    L::store(b.inverse_step, L::all(1.0) / h);
    begin_matrix<L>(b, L::all(1.0) / (L::all(T::gamma) * h));
    linearise_uptakes<L>(b);
    linearise_shared<L>(b);
    eliminate<L>(b);
    sweep<L, First::negative_product>(b.program.upper(), b.linear, b.y, b.linear, b.rates);
    sweep<L, First::result>(b.program.lower(), b.linear, b.y, nullptr, b.rates);
    add_known_rates<L>(b, b.rates);
}

template <class L, class T, std::size_t i>
[[gnu::always_inline]] inline void run_voxel_stage(VoxelBlock& b) {
    const std::size_t stride = b.program.size() * L::count;
    double* const stage = b.stages + i * stride;
    combine<L, T, i>(b, std::make_index_sequence<i>{});
    if (is_shifted<T>(i) && b.program.nonlinear()) {
        const double* const shift = step_weights<T>.shift_is_previous[i] ? stage - stride : b.shift;
        add_remainders<L>(b, shift, stage);
        L::add_remainders(b, shift, stage);
    }
    L::solve(b, stage);
}

template <class L, class T, std::size_t... I>
[[gnu::always_inline]] inline void voxel_step(VoxelBlock& b, std::index_sequence<I...>) {
    linearise_voxels<L, T>(b);
    (run_voxel_stage<L, T, I>(b), ...);
    finish<L, T>(b);
}

}  // namespace caravel::kinetics::lanes
