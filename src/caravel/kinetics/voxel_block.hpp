// A block of voxels: a LaneBlock whose constants of factors and sums all lanes share, and in which
// a factor that several reactions use is evaluated once.
#pragma once

#include "caravel/kinetics/batch_lanes.hpp"
#include "caravel/kinetics/padded_array.hpp"

#include <cstddef>
#include <vector>

namespace caravel::kinetics {

/// The factors of a program without repetition.
struct SharedFactors {
    explicit SharedFactors(const RateProgram& program);

    std::vector<FlatFactor> factors{};
    std::vector<std::size_t> place{};  // of each factor of the program in `factors`
};

struct VoxelBlock : LaneBlock {
    VoxelBlock(const BatchProgram& program, const SharedFactors& shared, std::size_t stage_count);

    const SharedFactors& shared;
    // one entry per shared factor
    double* factor_values = nullptr;
    double* factor_slopes = nullptr;   // derivative by the sum above the fraction line
    double* divisor_slopes = nullptr;  // and by that below it

  private:
    PaddedArray factor_memory_;
};

}  // namespace caravel::kinetics
