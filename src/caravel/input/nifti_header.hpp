// The bytes of a NIfTI header: how the values of the image lie in the file.
#pragma once

#include "caravel/input/nifti.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace caravel::input {

/// Types of values that are read.
enum class NiftiType { uint8, int8, uint16, int16, uint32, int32, uint64, int64, float32, float64 };

/// Header with what the reader of the values needs. File axis f runs along axis `along[f]` of the
/// grid, downwards where `flipped[f]`.
struct NiftiLayout {
    NiftiHeader header;
    NiftiType type = NiftiType::uint8;
    std::size_t value_bytes = 1;
    bool swapped = false;      // bytes in the other order
    bool pair = false;         // values lie in a file of their own (.img)
    std::uint64_t offset = 0;  // bytes before the values
    double slope = 1.0;
    double inter = 0.0;
    std::array<index_t, 3> size{};  // along the file's axes
    std::array<std::size_t, 3> along{0, 1, 2};
    std::array<bool, 3> flipped{};

    std::uint64_t voxels() const {
        return static_cast<std::uint64_t>(size[0]) * static_cast<std::uint64_t>(size[1]) *
               static_cast<std::uint64_t>(size[2]);
    }
    std::uint64_t bytes() const { return offset + voxels() * value_bytes; }
};

/// Longest header (NIfTI-2).
inline constexpr std::size_t longest_nifti_header = 540;

/// Reads a header from the first bytes of a file. Throws InputError.
NiftiLayout parse_nifti_header(std::string_view bytes, const std::string& name,
                               const NiftiLimits& limits);

/// The number whose bytes lie at `at` (in the machine's own order unless `swapped`).
double nifti_number(const char* at, NiftiType type, bool swapped);

}  // namespace caravel::input
