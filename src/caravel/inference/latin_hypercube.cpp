#include "caravel/inference/latin_hypercube.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/exec/random.hpp"

#include <algorithm>
#include <bit>

namespace caravel::inference {
namespace {

constexpr std::uint32_t place_purpose = 0x4C484350;    // "LHCP"
constexpr std::uint32_t shuffle_purpose = 0x4C484353;  // "LHCS"
constexpr double largest_below_one = 1.0 - 0x1p-53;

}  // namespace

std::uint64_t permuted(std::uint64_t index, std::uint64_t size, std::uint64_t seed,
                       std::uint32_t purpose, std::uint64_t entity) {
    CARAVEL_EXPECTS(index < size && size <= (std::uint64_t{1} << 32U));
    const int half = std::max(3, (static_cast<int>(std::bit_width(size - 1)) + 1) / 2);
    const std::uint64_t mask = (std::uint64_t{1} << half) - 1;
    std::uint64_t at = index;
    do {
        std::uint64_t left = at >> half;
        std::uint64_t right = at & mask;
        for (std::uint32_t round = 0; round < 6; ++round) {
            const exec::PhiloxBlock random = exec::philox(
                {{static_cast<std::uint32_t>(right) ^ (round << 29U), purpose,
                  static_cast<std::uint32_t>(entity), static_cast<std::uint32_t>(entity >> 32U)}},
                seed);
            const std::uint64_t next = left ^ (random.word[0] & mask);
            left = right;
            right = next;
        }
        at = (left << half) | right;
    } while (at >= size);
    return at;
}

LatinHypercube::LatinHypercube(std::uint64_t count, int dimensions, std::uint64_t seed)
    : count_(count), seed_(seed), dimensions_(dimensions) {
    require_between(static_cast<double>(count), 1, 0x1p32, "the size of the Latin hypercube", "");
    require_between(dimensions, 1, 1e9, "the number of dimensions", "");
}

void LatinHypercube::point(std::uint64_t index, std::span<double> out) const {
    CARAVEL_EXPECTS(index < count_ && out.size() == static_cast<std::size_t>(dimensions_));
    for (std::size_t d = 0; d < out.size(); ++d) {
        const std::uint64_t slice = permuted(index, count_, seed_, shuffle_purpose, d);
        exec::RandomStream stream(seed_, place_purpose,
                                  (static_cast<std::uint64_t>(d) << 32U) | slice);
        const double place = static_cast<double>(slice) + exec::uniform_open(stream);
        out[d] = std::min(place / static_cast<double>(count_), largest_below_one);
    }
}

}  // namespace caravel::inference
