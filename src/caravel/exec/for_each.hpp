// Runs a kernel for every index.
#pragma once

#include "caravel/exec/threads.hpp"

#include <algorithm>

namespace caravel::exec {

/// Indices that one tile holds unless the caller says otherwise: enough work to pay for a
/// hand-over.
inline constexpr index_t default_tile = 1024;

/// Calls kernel(i), which must be const, for every 0 <= i < n. A kernel writes only what belongs to
/// its own i, so the result does not depend on the number of threads. Within a tile the order
/// ascends; up to one tile runs on the caller. Give `tile` = 1 when one index is much work.
/// Rethrows the exception of the lowest tile that threw.
template <class Kernel>
void for_each(ThreadTeam& team, index_t n, const Kernel& kernel, index_t tile = default_tile) {
    CARAVEL_EXPECTS(n >= 0 && tile >= 1);
    const index_t tiles = n / tile + (n % tile != 0 ? 1 : 0);
    team.run(tiles, [&](index_t t) {
        const index_t begin = t * tile;
        const index_t end = begin + std::min(tile, n - begin);
        for (index_t i = begin; i < end; ++i) kernel(i);
    });
}

}  // namespace caravel::exec
