#include "caravel/stimulus/light/photon_worker.hpp"

#include <bit>
#include <cmath>
#if defined(__x86_64__)
#include <immintrin.h>
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512dq")
#endif
#endif
// After the choice of instructions, which holds for what is defined in it.
#include "caravel/stimulus/light/photon_kernels.hpp"

namespace caravel::stimulus {

void fly_photons_16(const PhotonScene& scene, PhotonWorker& worker) {
    fly_width<16>(scene, worker);
}

}  // namespace caravel::stimulus

#if defined(__x86_64__)
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif
