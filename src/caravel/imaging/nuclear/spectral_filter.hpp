// Two real volumes filtered at once by even transfer functions.
#pragma once

#include "caravel/base/grid.hpp"
#include "caravel/exec/threads.hpp"

#include <array>
#include <functional>
#include <span>
#include <utility>
#include <vector>

namespace caravel::imaging {

/// Frequencies (1/m) of the padded grid along each axis, from 0 to the highest.
using OctantFrequencies = std::array<std::vector<double>, 3>;
OctantFrequencies octant_frequencies(const Grid& grid, double margin);

/// One of these, by its places along the axes.
struct OctantPoint {
    std::size_t x = 0;
    std::size_t y = 0;
    std::size_t z = 0;
    Vector3 frequency{};  // 1/m, all components 0 or more
};

/// Transfer of the first and of the second volume.
using TransferPair = std::function<std::pair<double, double>(const OctantPoint&)>;

/// Multiplies the Fourier transforms of two volumes (the second may be empty) by even functions;
/// outside of the grid lies nothing as far as `margin` (m), then they repeat.
void filter_pair(exec::ThreadTeam& team, const Grid& grid, double margin,
                 const TransferPair& transfer, std::span<double> first, std::span<double> second);

}  // namespace caravel::imaging
