#include "caravel/base/grid.hpp"

#include "caravel/base/error.hpp"

#include <limits>
#include <string>

namespace caravel {

index_t Grid::cell_count() const {
    CARAVEL_EXPECTS(nx > 0 && ny > 0 && nz > 0);
    constexpr index_t most = std::numeric_limits<index_t>::max();
    if (ny > most / nx || nz > most / (nx * ny)) {
        throw ResourceError("a grid of " + std::to_string(nx) + " x " + std::to_string(ny) + " x " +
                            std::to_string(nz) + " cells has more cells than can be counted");
    }
    return nx * ny * nz;
}

}  // namespace caravel
