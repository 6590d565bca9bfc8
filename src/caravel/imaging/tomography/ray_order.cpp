#include "caravel/imaging/tomography/ray_order.hpp"

#include "caravel/exec/for_each.hpp"

#include <algorithm>
#include <array>

namespace caravel::imaging {
namespace {

constexpr int bits = 7;  // of every coordinate
constexpr double cells = 128.0;
constexpr index_t keys_per_tile = 4096;
constexpr int digit_bits = 10;
constexpr std::size_t digits = std::size_t{1} << digit_bits;
constexpr int passes = 3;  // 30 bits

/// Share of an axis in cells.
std::uint32_t cell_of(double at, index_t count) {
    const double place = (at + 0.5) / static_cast<double>(count) * cells;
    return static_cast<std::uint32_t>(std::clamp(place, 0.0, cells - 1.0));
}

/// Main axis, then the bits of both ends in turn, the highest first.
std::uint32_t key_of(const Grid& grid, const JosephPath& path) {
    const std::array<index_t, 3> count{grid.nx, grid.ny, grid.nz};
    if (path.misses()) return std::uint32_t{3} << (4 * bits);
    const auto& across = cross_axes[static_cast<std::size_t>(path.axis)];
    const auto way = static_cast<double>(path.last - path.first);
    const std::array<std::uint32_t, 4> ends{
        cell_of(path.v, count[across[1]]), cell_of(path.v + way * path.dv, count[across[1]]),
        cell_of(path.u, count[across[0]]), cell_of(path.u + way * path.du, count[across[0]])};
    auto key = static_cast<std::uint32_t>(path.axis);
    for (int bit = bits; bit-- > 0;)
        for (const std::uint32_t end : ends) key = key << 1 | (end >> bit & 1U);
    return key;
}

struct Entry {
    std::uint32_t key = 0;
    std::uint32_t ray = 0;
};

/// Stable, by the digits of the key from the lowest.
void sort_by_key(std::vector<Entry>& entries) {
    std::vector<Entry> sorted(entries.size());
    for (int pass = 0; pass < passes; ++pass) {
        const auto digit = [pass](const Entry& entry) {
            return entry.key >> (pass * digit_bits) & (digits - 1);
        };
        std::array<std::size_t, digits> place{};
        for (const Entry& entry : entries) ++place[digit(entry)];
        std::size_t before = 0;
        for (std::size_t& count : place) {
            const std::size_t here = count;
            count = before;
            before += here;
        }
        for (const Entry& entry : entries) sorted[place[digit(entry)]++] = entry;
        entries.swap(sorted);
    }
}

}  // namespace

bool wants_order(const Grid& grid) { return grid.cell_count() > index_t{4} << 20; }

std::vector<std::uint32_t> ray_order(exec::ThreadTeam& team, const Grid& grid,
                                     const std::vector<JosephPath>& paths) {
    std::vector<Entry> entries(paths.size());
    exec::for_each(
        team, static_cast<index_t>(paths.size()),
        [&](index_t i) {
            const auto n = static_cast<std::size_t>(i);
            entries[n] = {key_of(grid, paths[n]), static_cast<std::uint32_t>(n)};
        },
        keys_per_tile);
    sort_by_key(entries);
    std::vector<std::uint32_t> order;
    order.reserve(entries.size());
    for (const Entry& entry : entries) order.push_back(entry.ray);
    return order;
}

}  // namespace caravel::imaging
