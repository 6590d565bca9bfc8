// Numbers of an HDF5 file, as tests need them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace caravel::test {

/// A data set, last index fastest.
struct Hdf5Numbers {
    std::vector<std::size_t> size{};
    std::vector<double> values{};
};

/// Throws std::runtime_error when the file or the data set cannot be read.
Hdf5Numbers read_hdf5_numbers(const std::filesystem::path& path, const std::string& data_set);

}  // namespace caravel::test
