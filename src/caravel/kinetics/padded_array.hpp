// Arrays for the vector kernels: whole blocks of eight doubles, each on its own cache line.
#pragma once

#include <cstddef>
#include <vector>

namespace caravel::kinetics {

/// Doubles that one block of the vector kernels holds.
inline constexpr std::size_t block_width = 8;

/// The smallest multiple of block_width that holds `size` values.
constexpr std::size_t padded(std::size_t size) {
    return (size + block_width - 1) / block_width * block_width;
}

/// A fixed number of doubles, zero at first, aligned to 64 bytes and padded to whole blocks.
class PaddedArray {
  public:
    explicit PaddedArray(std::size_t size) : blocks_(padded(size) / block_width) {}

    std::size_t size() const { return blocks_.size() * block_width; }
    double* data() { return reinterpret_cast<double*>(blocks_.data()); }
    const double* data() const { return reinterpret_cast<const double*>(blocks_.data()); }
    double& operator[](std::size_t i) { return data()[i]; }
    double operator[](std::size_t i) const { return data()[i]; }

  private:
    struct alignas(64) Block {
        double values[block_width] = {};
    };

    std::vector<Block> blocks_;
};

}  // namespace caravel::kinetics
