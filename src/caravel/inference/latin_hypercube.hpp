// Latin hypercube samples whose points can be computed one by one.
#pragma once

#include <cstdint>
#include <span>

namespace caravel::inference {

/// A permutation of 0 ... size - 1 without a table: six rounds of a Feistel network keyed by
/// Philox on the smallest even number of bits (at least 6) that holds `size`, walked until the
/// result is inside.
/// Throws std::logic_error unless index < size <= 2^32.
std::uint64_t permuted(std::uint64_t index, std::uint64_t size, std::uint64_t seed,
                       std::uint32_t purpose, std::uint64_t entity);

/// n points of the unit cube, one in each of n equal slices of every coordinate, at a random place
/// of the slice, strictly inside (0, 1). Point i is a pure function of (count, dimensions, seed,
/// i). Source: M. D. McKay, R. J. Beckman, W. J. Conover, Technometrics 21 (1979) 239.
class LatinHypercube {
  public:
    /// Throws InputError unless 1 <= count <= 2^32 and dimensions >= 1.
    LatinHypercube(std::uint64_t count, int dimensions, std::uint64_t seed);

    std::uint64_t count() const { return count_; }
    int dimensions() const { return dimensions_; }

    /// Throws std::logic_error for index >= count or another length of `out`.
    void point(std::uint64_t index, std::span<double> out) const;

  private:
    std::uint64_t count_;
    std::uint64_t seed_;
    int dimensions_;
};

}  // namespace caravel::inference
