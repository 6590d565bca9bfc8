// Fourier transforms of volumes.
#pragma once

#include "caravel/base/view.hpp"
#include "caravel/exec/threads.hpp"

#include <array>
#include <vector>

namespace caravel::imaging {

/// Complex values on nx * ny * nz points, x fastest, split into real and imaginary parts.
struct ComplexVolume {
    std::array<index_t, 3> size{1, 1, 1};
    index_t plane =
        1;  // between planes: an odd number of cache lines where nx * ny is an even one,
            // so that the points of a line along z do not share a few places of the cache
    std::vector<double> re{};
    std::vector<double> im{};

    explicit ComplexVolume(const std::array<index_t, 3>& points);
    index_t count() const { return size[0] * size[1] * size[2]; }
    std::size_t at(index_t i, index_t j, index_t k) const {
        return static_cast<std::size_t>(i + size[0] * j + plane * k);
    }
};

/// X_k = sum_j x_j exp(-2 pi i j k / n) along every axis with more than one point, not scaled. Each
/// length must be of the form 2^a 3^b 5^c (even_fft_length()); throws std::logic_error otherwise.
void transform_forward(exec::ThreadTeam& team, ComplexVolume& volume);
/// The same where only the first `filled` points along each axis are not 0.
void transform_forward(exec::ThreadTeam& team, ComplexVolume& volume,
                       const std::array<index_t, 3>& filled);

/// With the other sign, divided by the number of points: undoes transform_forward().
void transform_backward(exec::ThreadTeam& team, ComplexVolume& volume);
/// The same, right only for the first `wanted` points along each axis.
void transform_backward(exec::ThreadTeam& team, ComplexVolume& volume,
                        const std::array<index_t, 3>& wanted);

/// Frequency of point k of n in cycles per length n: 0, 1, ... n/2 - 1, -n/2, ... -1.
constexpr index_t signed_frequency(index_t k, index_t n) { return k < (n + 1) / 2 ? k : k - n; }

}  // namespace caravel::imaging
