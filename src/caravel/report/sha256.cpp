#include "caravel/report/sha256.hpp"

#include "caravel/base/error.hpp"
#include "caravel/report/sha256_blocks.hpp"

#include <algorithm>
#include <cstddef>
#include <fstream>

#include <fmt/format.h>

namespace caravel::report {

namespace {

constexpr std::array<std::uint32_t, 256> crc_table() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit) {
            value = (value & 1u) != 0u ? 0xEDB88320u ^ (value >> 1) : value >> 1;
        }
        table[i] = value;
    }
    return table;
}

std::string hex(const std::array<std::uint8_t, 32>& digest) {
    std::string text;
    for (const std::uint8_t byte : digest) text += fmt::format("{:02x}", byte);
    return text;
}

}  // namespace

Sha256::Sha256()
    : state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
             0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19} {}

void Sha256::update(std::string_view bytes) {
    length_ += bytes.size();
    const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
    std::size_t left = bytes.size();
    if (filled_ > 0) {
        const std::size_t taken = std::min(left, buffer_.size() - filled_);
        std::copy_n(data, taken, buffer_.begin() + static_cast<std::ptrdiff_t>(filled_));
        filled_ += taken;
        data += taken;
        left -= taken;
        if (filled_ < buffer_.size()) return;
        sha256_compress(state_, buffer_.data(), 1);
        filled_ = 0;
    }
    const std::size_t blocks = left / buffer_.size();
    sha256_compress(state_, data, blocks);
    filled_ = left % buffer_.size();
    std::copy_n(data + blocks * buffer_.size(), filled_, buffer_.begin());
}

std::array<std::uint8_t, 32> Sha256::finish() {
    const std::uint64_t bits = length_ * 8;
    update(std::string_view("\x80", 1));
    while (filled_ != 56) update(std::string_view("\0", 1));
    std::string tail;
    for (int shift = 56; shift >= 0; shift -= 8) tail += static_cast<char>((bits >> shift) & 0xff);
    update(tail);
    std::array<std::uint8_t, 32> digest{};
    for (std::size_t i = 0; i < 32; ++i) {
        digest[i] = static_cast<std::uint8_t>(state_[i / 4] >> (24 - 8 * (i % 4)));
    }
    return digest;
}

std::string sha256_hex(std::string_view bytes) {
    Sha256 hash;
    hash.update(bytes);
    return hex(hash.finish());
}

std::string sha256_hex_of_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw IoError(fmt::format("cannot read '{}'", path.string()));
    Sha256 hash;
    std::array<char, 65536> piece{};
    while (file) {
        file.read(piece.data(), piece.size());
        hash.update(std::string_view(piece.data(), static_cast<std::size_t>(file.gcount())));
    }
    if (file.bad()) throw IoError(fmt::format("cannot read '{}' to its end", path.string()));
    return hex(hash.finish());
}

std::uint32_t crc32(std::string_view bytes) {
    static constexpr auto table = crc_table();
    std::uint32_t value = 0xFFFFFFFFu;
    for (const char byte : bytes) {
        value = table[(value ^ static_cast<std::uint8_t>(byte)) & 0xffu] ^ (value >> 8);
    }
    return ~value;
}

}  // namespace caravel::report
