#include "caravel/exec/philox.hpp"

#include <Random123/philox.h>
#include <gtest/gtest.h>

#include <set>
#include <stdexcept>
#include <type_traits>
#include <vector>

namespace caravel::exec {
namespace {

void expect_words(const PhiloxBlock& block, std::uint32_t a, std::uint32_t b, std::uint32_t c,
                  std::uint32_t d) {
    EXPECT_EQ(block.word[0], a);
    EXPECT_EQ(block.word[1], b);
    EXPECT_EQ(block.word[2], c);
    EXPECT_EQ(block.word[3], d);
}

// Known answers of Random123 1.14 (kat_vectors, philox4x32 10).
TEST(Philox, gives_the_known_answers) {
    expect_words(philox({{0, 0, 0, 0}}, 0), 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
    const std::uint32_t ones = 0xffffffff;
    expect_words(philox({{ones, ones, ones, ones}}, 0xffffffffffffffffU), 0x408f276d, 0x41c83b0e,
                 0xa20bc7c6, 0x6d5451fd);
    expect_words(philox({{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}}, 0x299f31d0a4093822U),
                 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1);
}

TEST(Philox, agrees_with_random123_bit_for_bit) {
    r123::Philox4x32 reference;
    std::uint64_t state = 1;
    const auto next = [&state] {
        state = state * 6364136223846793005U + 1442695040888963407U;
        return static_cast<std::uint32_t>(state >> 32U);
    };
    for (int i = 0; i < 10000; ++i) {
        const PhiloxBlock counter{{next(), next(), next(), next()}};
        const std::uint32_t low = next();
        const std::uint32_t high = next();
        const auto expected = reference(
            {{counter.word[0], counter.word[1], counter.word[2], counter.word[3]}}, {{low, high}});
        const PhiloxBlock got = philox(counter, low | (std::uint64_t{high} << 32U));
        for (std::size_t w = 0; w < 4; ++w) ASSERT_EQ(got.word[w], expected[w]) << i;
    }
}

TEST(RandomStream, is_the_documented_layout_of_random123) {
    r123::Philox4x32 reference;
    RandomStream stream(0x0123456789abcdefU, 77, 0xfedcba9876543210U);
    for (std::uint32_t block = 0; block < 5; ++block) {
        const auto expected =
            reference({{block, 77, 0x76543210U, 0xfedcba98U}}, {{0x89abcdefU, 0x01234567U}});
        for (std::size_t w = 0; w < 4; ++w) EXPECT_EQ(stream.next_32(), expected[w]);
    }
}

TEST(RandomStream, sixty_four_bits_are_two_words_low_first) {
    RandomStream words(1, 2, 3);
    RandomStream pairs(1, 2, 3);
    for (int i = 0; i < 10; ++i) {
        const std::uint64_t low = words.next_32();
        const std::uint64_t high = words.next_32();
        EXPECT_EQ(pairs.next_64(), low | (high << 32U));
    }
    EXPECT_EQ(pairs.used(), 20U);
}

TEST(RandomStream, seed_purpose_and_entity_each_make_another_stream) {
    std::set<std::uint64_t> firsts;
    for (std::uint64_t seed : {0U, 1U, 2U}) {
        for (std::uint32_t purpose : {0U, 1U, 2U}) {
            for (std::uint64_t entity :
                 {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1} << 32U}) {
                firsts.insert(RandomStream(seed, purpose, entity).next_64());
            }
        }
    }
    EXPECT_EQ(firsts.size(), 27U);
}

TEST(RandomStream, skips_to_any_place) {
    RandomStream straight(9, 8, 7);
    std::vector<std::uint32_t> words;
    for (int i = 0; i < 40; ++i) words.push_back(straight.next_32());
    for (const std::uint64_t place : {0U, 1U, 4U, 7U, 16U, 39U}) {
        RandomStream stream(9, 8, 7);
        stream.next_32();
        stream.skip_to(place);
        EXPECT_EQ(stream.next_32(), words[place]) << place;
    }
}

TEST(RandomStream, ends_after_two_to_the_thirty_four_words) {
    RandomStream stream(1, 1, 1);
    const std::uint64_t all = std::uint64_t{1} << 34U;
    stream.skip_to(all - 1);
    EXPECT_NO_THROW(stream.next_32());
    EXPECT_THROW(stream.next_32(), std::logic_error);
}

TEST(RandomStream, copy_goes_on_with_the_same_numbers) {
    static_assert(std::is_trivially_copyable_v<RandomStream>);
    RandomStream first(5, 5, 5);
    for (int i = 0; i < 3; ++i) first.next_32();
    RandomStream second = first;
    for (int i = 0; i < 9; ++i) EXPECT_EQ(first.next_32(), second.next_32());
}

}  // namespace
}  // namespace caravel::exec
