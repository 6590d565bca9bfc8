#include "caravel/tissue/fields/constant_diffusion_targets.hpp"

namespace caravel::tissue {

template <>
std::span<const LineKernels<float>> usable_line_kernels() {
    return lanes::usable_of_all<float>();
}

}  // namespace caravel::tissue
