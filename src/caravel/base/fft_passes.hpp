// One pass of the Fourier transform, in the vector width the processor offers.
#pragma once

#include "caravel/base/view.hpp"

#include <span>

namespace caravel {

/// Series that are transformed side by side; the lanes of one sample lie next to each other.
inline constexpr index_t fft_lanes = 8;

/// One pass: `radix` samples that lie `blocks` strides apart become `radix` neighbours.
struct FftPass {
    int radix = 2;
    index_t blocks = 1;                // length of the remaining transforms / radix
    index_t stride = fft_lanes;        // doubles per sample: lanes times transforms done
    const double* twiddles = nullptr;  // re, im of radix - 1 factors for every block
};

/// Split-complex data of one pass; in and out do not overlap.
struct FftArrays {
    const double* in_re = nullptr;
    const double* in_im = nullptr;
    double* out_re = nullptr;
    double* out_im = nullptr;
};

/// Runs one pass in one vector width. All widths give the same bits.
struct FftKernel {
    const char* name = nullptr;
    void (*run)(const FftPass&, const FftArrays&) = nullptr;
};

/// Kernels that this processor can run, the widest last.
std::span<const FftKernel> usable_fft_kernels();

}  // namespace caravel
