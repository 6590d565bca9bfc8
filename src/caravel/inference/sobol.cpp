#include "caravel/inference/sobol.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/base/expects.hpp"
#include "caravel/exec/philox.hpp"

namespace caravel::inference {
namespace {

constexpr std::uint32_t shift_purpose = 0x534F4253;   // "SOBS"
constexpr std::uint32_t matrix_purpose = 0x534F424D;  // "SOBM"
constexpr std::uint32_t nested_purpose = 0x534F424E;  // "SOBN"

constexpr std::uint32_t digit(int place) { return std::uint32_t{1} << (31 - place); }

}  // namespace

std::array<std::uint32_t, 32> sobol_directions(int dimension) {
    const SobolStart start = sobol_start(dimension);
    std::array<std::uint32_t, 32> v{};
    const auto degree = static_cast<std::size_t>(start.degree);
    for (std::size_t k = 0; k < v.size(); ++k) {
        if (degree == 0 || k < degree) {
            v[k] = (degree == 0 ? 1U : start.m[k]) << (31 - k);
            continue;
        }
        v[k] = v[k - degree] ^ (v[k - degree] >> degree);
        for (std::size_t j = 1; j < degree; ++j) {
            if (((start.polynomial >> (degree - 1 - j)) & 1U) != 0) v[k] ^= v[k - j];
        }
    }
    return v;
}

SobolSequence::SobolSequence(int dimensions, Scrambling scrambling, std::uint64_t seed)
    : scrambling_(scrambling), seed_(seed) {
    require_between(dimensions, 1, sobol_dimensions, "the number of Sobol dimensions", "",
                    "use a Latin hypercube for more");
    for (int d = 0; d < dimensions; ++d) {
        direction_.push_back(sobol_directions(d));
        exec::RandomStream stream(seed, shift_purpose, static_cast<std::uint64_t>(d));
        shift_.push_back(scrambling == Scrambling::none ? 0U : stream.next_32());
        if (scrambling == Scrambling::linear) mix_directions(static_cast<std::uint32_t>(d));
    }
}

// Digit k becomes itself plus random multiples of the digits before it.
void SobolSequence::mix_directions(std::uint32_t dimension) {
    exec::RandomStream stream(seed_, matrix_purpose, dimension);
    std::array<std::uint32_t, 32> column{};  // what digit j adds to the result
    for (int j = 0; j < 32; ++j) {
        const std::uint32_t below = digit(j) - 1;
        column[static_cast<std::size_t>(j)] = digit(j) | (stream.next_32() & below);
    }
    for (std::uint32_t& v : direction_[dimension]) {
        std::uint32_t mixed = 0;
        for (int j = 0; j < 32; ++j) {
            if ((v & digit(j)) != 0) mixed ^= column[static_cast<std::size_t>(j)];
        }
        v = mixed;
    }
}

std::uint32_t SobolSequence::scrambled(std::uint32_t digits, std::size_t dimension) const {
    if (scrambling_ != Scrambling::nested) return digits ^ shift_[dimension];
    std::uint32_t result = digits ^ (shift_[dimension] & digit(0));
    for (int k = 1; k < 32; ++k) {
        const std::uint32_t before = digits >> (32 - k);
        const exec::PhiloxBlock random =
            exec::philox({{before, nested_purpose, static_cast<std::uint32_t>(dimension),
                           static_cast<std::uint32_t>(k)}},
                         seed_);
        result ^= random.word[0] & digit(k);
    }
    return result;
}

void SobolSequence::point(std::uint64_t index, std::span<double> out) const {
    CARAVEL_EXPECTS(out.size() == direction_.size() && index <= 0xFFFFFFFFU);
    const double offset = scrambling_ == Scrambling::none ? 0.0 : 0.5;
    for (std::size_t d = 0; d < out.size(); ++d) {
        std::uint32_t digits = 0;
        std::size_t k = 0;
        for (std::uint64_t left = index; left != 0; left >>= 1U, ++k) {
            if ((left & 1U) != 0) digits ^= direction_[d][k];
        }
        out[d] = (scrambled(digits, d) + offset) * 0x1p-32;
    }
}

}  // namespace caravel::inference
