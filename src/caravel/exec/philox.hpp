// Counter-based random numbers: any number of any stream can be computed on its own.
#pragma once

#include "caravel/base/expects.hpp"

#include <cstdint>

namespace caravel::exec {

/// Four 32-bit words: a counter, or what Philox makes of it.
struct PhiloxBlock {
    std::uint32_t word[4];
};

/// Philox4x32 with 10 rounds; `key` holds the low word of the key in its low half.
/// Source: J. K. Salmon et al., Parallel random numbers: as easy as 1, 2, 3, SC'11 (2011).
CARAVEL_FN inline PhiloxBlock philox(PhiloxBlock counter, std::uint64_t key) {
    auto key0 = static_cast<std::uint32_t>(key);
    auto key1 = static_cast<std::uint32_t>(key >> 32U);
    for (int round = 0; round < 10; ++round) {
        const std::uint64_t a = std::uint64_t{0xD2511F53U} * counter.word[0];
        const std::uint64_t b = std::uint64_t{0xCD9E8D57U} * counter.word[2];
        counter = {{static_cast<std::uint32_t>(b >> 32U) ^ counter.word[1] ^ key0,
                    static_cast<std::uint32_t>(b),
                    static_cast<std::uint32_t>(a >> 32U) ^ counter.word[3] ^ key1,
                    static_cast<std::uint32_t>(a)}};
        key0 += 0x9E3779B9U;
        key1 += 0xBB67AE85U;
    }
    return counter;
}

/// The random numbers of one entity (a cell, a photon packet, a patient) for one purpose.
///
/// Key: seed. Counter: (index of the block, purpose, entity), so no two streams of a seed share a
/// block. A stream has 2^34 words. Trivially copyable; a copy goes on with the same numbers.
class RandomStream {
  public:
    CARAVEL_FN RandomStream(std::uint64_t seed, std::uint32_t purpose, std::uint64_t entity)
        : seed_(seed), entity_(entity), purpose_(purpose) {}

    /// The next word. Throws std::logic_error after the last one of the stream.
    CARAVEL_FN std::uint32_t next_32() {
        const auto place = static_cast<std::uint32_t>(used_ % 4);
        if (place == 0) block_ = block(used_ / 4);
        ++used_;
        return block_.word[place];
    }

    /// The next two words, the first one low.
    CARAVEL_FN std::uint64_t next_64() {
        const std::uint64_t low = next_32();
        const std::uint64_t high = next_32();
        return low | (high << 32U);
    }

    /// How many words have been taken.
    CARAVEL_FN std::uint64_t used() const { return used_; }

    /// Goes to the word after `used` ones, forwards or back, at the cost of one block.
    CARAVEL_FN void skip_to(std::uint64_t used) {
        used_ = used;
        if (used_ % 4 != 0) block_ = block(used_ / 4);
    }

  private:
    CARAVEL_FN PhiloxBlock block(std::uint64_t index) const {
        CARAVEL_EXPECTS(index <= 0xFFFFFFFFU);
        return philox(
            {{static_cast<std::uint32_t>(index), purpose_, static_cast<std::uint32_t>(entity_),
              static_cast<std::uint32_t>(entity_ >> 32U)}},
            seed_);
    }

    std::uint64_t seed_;
    std::uint64_t entity_;
    std::uint64_t used_ = 0;
    PhiloxBlock block_{};
    std::uint32_t purpose_;
};

}  // namespace caravel::exec
