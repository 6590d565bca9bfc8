// Reads the PNG images that Caravel writes, without its library.
#pragma once

#include "caravel/report/png_image.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdint>
#include <string>
#include <vector>

namespace caravel::report::test {

struct Chunk {
    std::string kind;
    std::string data;
};

inline std::uint32_t big_endian(const std::string& bytes, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i)
        value = value << 8 | static_cast<std::uint8_t>(bytes.at(at + i));
    return value;
}

/// The chunks of a PNG file, whose signature and checksums are checked.
inline std::vector<Chunk> chunks(const std::string& png) {
    EXPECT_EQ(png.substr(0, 8), "\x89PNG\r\n\x1a\n");
    std::vector<Chunk> all;
    for (std::size_t at = 8; at + 12 <= png.size();) {
        const std::size_t size = big_endian(png, at);
        all.push_back({png.substr(at + 4, 4), png.substr(at + 8, size)});
        const auto crc =
            crc32(0, reinterpret_cast<const Bytef*>(&png.at(at + 4)), static_cast<uInt>(size + 4));
        EXPECT_EQ(crc, big_endian(png, at + 8 + size)) << all.back().kind;
        at += size + 12;
    }
    return all;
}

inline std::string data_of(const std::vector<Chunk>& all, const std::string& kind) {
    std::string data;
    for (const Chunk& chunk : all)
        if (chunk.kind == kind) data += chunk.data;
    return data;
}

struct Decoded {
    std::size_t width = 0;
    std::size_t height = 0;
    std::vector<Rgba> pixels;
};

/// Reads an image of palette colours, 1 to 8 bits a pixel, without filters or interlacing.
inline Decoded decode(const std::string& png) {
    const auto all = chunks(png);
    const std::string header = data_of(all, "IHDR");
    Decoded image{big_endian(header, 0), big_endian(header, 4), {}};
    const auto bits = static_cast<std::size_t>(header.at(8));
    EXPECT_EQ(header.at(9), 3) << "palette";
    EXPECT_EQ(header.at(12), 0) << "not interlaced";
    const std::size_t row_bytes = 1 + (image.width * bits + 7) / 8;
    std::string raw(image.height * row_bytes, '\0');
    const std::string packed = data_of(all, "IDAT");
    uLongf size = raw.size();
    EXPECT_EQ(uncompress(reinterpret_cast<Bytef*>(raw.data()), &size,
                         reinterpret_cast<const Bytef*>(packed.data()), packed.size()),
              Z_OK);
    const std::string colours = data_of(all, "PLTE");
    const std::string alpha = data_of(all, "tRNS");
    for (std::size_t row = 0; row < image.height; ++row) {
        EXPECT_EQ(raw.at(row * row_bytes), 0) << "no filter";
        for (std::size_t x = 0; x < image.width; ++x) {
            const auto byte = static_cast<std::uint8_t>(raw.at(row * row_bytes + 1 + x * bits / 8));
            const std::size_t shift = 8 - bits - x * bits % 8;
            const std::size_t number = byte >> shift & ((1U << bits) - 1U);
            const auto channel = [&](std::size_t c) {
                return static_cast<std::uint8_t>(colours.at(3 * number + c));
            };
            const auto opacity =
                number < alpha.size() ? static_cast<std::uint8_t>(alpha[number]) : 255;
            image.pixels.push_back(
                {channel(0), channel(1), channel(2), static_cast<std::uint8_t>(opacity)});
        }
    }
    return image;
}

}  // namespace caravel::report::test
