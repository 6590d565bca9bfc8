// The step of a block of voxels, plainly and in vectors.
#pragma once

#include "caravel/response/damage/damage_block.hpp"

#include <span>
#include <string_view>

namespace caravel::response {

/// What heat does to a block over its step; freezing is apart.
struct DamageKernels {
    std::string_view name{};
    void (*heat)(const DamageConstants&, DamageBlock&) = nullptr;
};

/// Kernels that this machine can run, the widest last; they give the same bits.
std::span<const DamageKernels> usable_damage_kernels();

/// The same step voxel by voxel from the functions beside: what the kernels are tested against.
void heat_plainly(const DamageConstants& constants, DamageBlock& block);

/// Freezing injury of a block over its step.
void freeze(const DamageConstants& constants, DamageBlock& block);

}  // namespace caravel::response
