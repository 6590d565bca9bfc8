#include "caravel/report/sha256.hpp"

#include "caravel/base/error.hpp"
#include "caravel/report/sha256_blocks.hpp"

#include <array>
#include <cstdint>
#include <string>

#include <gtest/gtest.h>

namespace caravel::report {
namespace {

// Messages and digests of FIPS 180-2, appendix B, and of the empty message.
TEST(Sha256, MeetsThePublishedVectors) {
    EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256_hex("abc"),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(sha256_hex(std::string(1000000, 'a')),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, PiecesGiveTheSameDigestAsTheWhole) {
    const std::string text(200, 'x');
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        Sha256 pieces;
        pieces.update(std::string_view(text).substr(0, cut));
        pieces.update(std::string_view(text).substr(cut));
        Sha256 whole;
        whole.update(text);
        ASSERT_EQ(pieces.finish(), whole.finish()) << cut;
    }
}

TEST(Sha256, ProcessorsInstructionsGiveWhatTheStandardWrites) {
    std::array<std::uint8_t, 7 * 64> blocks{};
    for (std::size_t i = 0; i < blocks.size(); ++i)
        blocks[i] = static_cast<std::uint8_t>(i * i + 31 * i / 7);
    report::Sha256State plain{1, 2, 3, 4, 0xffffffff, 0x80000000, 7, 8};
    report::Sha256State fast = plain;
    report::sha256_compress_plain(plain, blocks.data(), 7);
    report::sha256_compress(fast, blocks.data(), 7);
    EXPECT_EQ(plain, fast);
}

TEST(Sha256, MissingFileIsNamed) {
    try {
        sha256_hex_of_file("/nowhere/file");
        FAIL();
    } catch (const IoError& error) {
        EXPECT_STREQ(error.what(), "cannot read '/nowhere/file'");
    }
}

// The check value of the CRC-32 used by zlib and PNG.
TEST(Crc32, MeetsTheCheckValue) {
    EXPECT_EQ(crc32("123456789"), 0xCBF43926u);
    EXPECT_EQ(crc32(""), 0u);
}

}  // namespace
}  // namespace caravel::report
