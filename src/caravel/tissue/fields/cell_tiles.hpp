// How passes over cells are cut into pieces: the same for any number of threads.
#pragma once

#include "caravel/exec/threads.hpp"
#include "caravel/tissue/fields/stencil_kernels.hpp"

#include <algorithm>
#include <vector>

namespace caravel::tissue {

inline constexpr index_t tile_cells = 8192;
inline constexpr index_t fewest_shared_cells = 16384;  // fewer are done by the caller

/// Calls work(range) for ranges that cover `cells`.
template <class Work>
void over_cells(exec::ThreadTeam& team, index_t cells, const Work& work) {
    if (cells <= fewest_shared_cells) return work(CellRange{0, cells});
    team.run((cells + tile_cells - 1) / tile_cells, [&](index_t tile) {
        work(CellRange{tile * tile_cells, std::min(cells, (tile + 1) * tile_cells)});
    });
}

/// Calls work(plane) for every plane of a grid with so many cells.
template <class Work>
void over_planes(exec::ThreadTeam& team, index_t cells, index_t planes, const Work& work) {
    if (cells <= fewest_shared_cells) {
        for (index_t k = 0; k < planes; ++k) work(k);
    } else {
        team.run(planes, work);
    }
}

/// Sum of work(range); `partial` is memory.
template <class Work>
double sum_over_cells(exec::ThreadTeam& team, index_t cells, std::vector<double>& partial,
                      const Work& work) {
    const index_t tiles = (cells + tile_cells - 1) / tile_cells;
    partial.resize(static_cast<std::size_t>(tiles));
    const auto one = [&](index_t tile) {
        partial[static_cast<std::size_t>(tile)] =
            work(CellRange{tile * tile_cells, std::min(cells, (tile + 1) * tile_cells)});
    };
    if (cells <= fewest_shared_cells) {
        for (index_t tile = 0; tile < tiles; ++tile) one(tile);
    } else {
        team.run(tiles, one);
    }
    double sum = 0.0;
    for (const double value : partial) sum += value;
    return sum;
}

}  // namespace caravel::tissue
