// Sums and spreads along one ray, in the vector width the processor offers.
#pragma once

#include "caravel/imaging/tomography/joseph_path.hpp"

#include <array>
#include <span>

namespace caravel::imaging {

/// Numbers of voxels and strides of a volume, main axis first, then the two axes across it.
struct JosephAxes {
    std::array<std::int32_t, 3> count{1, 1, 1};
    std::array<std::int32_t, 3> stride{1, 1, 1};
};

/// The volume seen from its three axes. Throws ResourceError above 2^31 - 1 voxels.
std::array<JosephAxes, 3> joseph_axes(const Grid& grid);

/// Kernels of one vector width. All widths give the same bits, and a plane's weights do not depend
/// on which part of a path is asked for.
struct JosephKernel {
    const char* name = nullptr;
    /// Integral along the path.
    float (*gather)(const JosephAxes&, const JosephPath&, const float* volume) = nullptr;
    /// Adds value times the weights on planes first <= k < end of the main axis.
    void (*spread)(const JosephAxes&, const JosephPath&, index_t first, index_t end, float value,
                   float* volume) = nullptr;
};

/// Kernels that this processor can run, the widest last.
std::span<const JosephKernel> usable_joseph_kernels();

}  // namespace caravel::imaging
