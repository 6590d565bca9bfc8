// NIfTI files built by hand, field by field, for tests of the reader.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <zlib.h>

namespace caravel::input::sample {

/// Bytes of an image; `swapped` writes numbers in the other byte order.
class NiftiBytes {
  public:
    explicit NiftiBytes(int version, bool swapped = false)
        : version_(version), swapped_(swapped), bytes_(version == 1 ? 352 : 544, '\0') {
        put<std::int32_t>(0, version == 1 ? 348 : 540);
        magic(version == 1 ? "n+1" : std::string_view("n+2\0\r\n\x1a\n", 8));
        offset(version == 1 ? 352 : 544);
        size({3, 2, 2});
        type(2, 8);
        voxel({1.0, 1.0, 1.0});
        units(2);
    }

    template <class T>
    void put(std::size_t at, T value) {
        std::array<char, sizeof(T)> raw{};
        std::memcpy(raw.data(), &value, sizeof(T));
        if (swapped_) std::reverse(raw.begin(), raw.end());
        std::copy(raw.begin(), raw.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(at));
    }
    void magic(std::string_view text) {
        std::copy(text.begin(), text.end(), bytes_.begin() + (version_ == 1 ? 344 : 4));
    }
    void dim(std::size_t i, std::int64_t n) {
        if (version_ == 1)
            put(40 + 2 * i, static_cast<std::int16_t>(n));
        else
            put(16 + 8 * i, n);
    }
    void size(const std::vector<std::int64_t>& n) {
        dim(0, static_cast<std::int64_t>(n.size()));
        for (std::size_t d = 0; d < n.size(); ++d) dim(d + 1, n[d]);
    }
    void type(int code, int bits) {
        put(version_ == 1 ? 70 : 12, static_cast<std::int16_t>(code));
        put(version_ == 1 ? 72 : 14, static_cast<std::int16_t>(bits));
    }
    void offset(double bytes) {
        if (version_ == 1)
            put(108, static_cast<float>(bytes));
        else
            put(168, static_cast<std::int64_t>(bytes));
    }
    void real(std::size_t first, std::size_t second, std::size_t i, double value) {
        if (version_ == 1)
            put(first + 4 * i, static_cast<float>(value));
        else
            put(second + 8 * i, value);
    }
    void voxel(const std::array<double, 3>& size) {
        for (std::size_t d = 0; d < 3; ++d) real(76, 104, d + 1, size[d]);
    }
    void scale(double slope, double inter) {
        real(112, 176, 0, slope);
        real(116, 184, 0, inter);
    }
    void units(int code) {
        if (version_ == 1)
            put(123, static_cast<std::uint8_t>(code));
        else
            put(500, static_cast<std::int32_t>(code));
    }
    void sform(const std::array<std::array<double, 4>, 3>& rows) {
        if (version_ == 1)
            put<std::int16_t>(254, 1);
        else
            put<std::int32_t>(348, 1);
        for (std::size_t r = 0; r < 3; ++r)
            for (std::size_t c = 0; c < 4; ++c) real(280 + 16 * r, 400 + 32 * r, c, rows[r][c]);
    }
    void qform(double b, double c, double d, const std::array<double, 3>& at, double turn = 1.0) {
        if (version_ == 1)
            put<std::int16_t>(252, 1);
        else
            put<std::int32_t>(344, 1);
        real(256, 352, 0, b);
        real(256, 352, 1, c);
        real(256, 352, 2, d);
        for (std::size_t i = 0; i < 3; ++i) real(268, 376, i, at[i]);
        real(76, 104, 0, turn);
    }
    template <class T>
    void values(const std::vector<T>& list) {
        for (const T value : list) {
            bytes_.resize(bytes_.size() + sizeof(T));
            put(bytes_.size() - sizeof(T), value);
        }
    }
    void text(std::size_t first, std::size_t second, std::string_view text) {
        std::copy(text.begin(), text.end(),
                  bytes_.begin() + static_cast<std::ptrdiff_t>(version_ == 1 ? first : second));
    }
    const std::string& bytes() const { return bytes_; }

  private:
    int version_;
    bool swapped_;
    std::string bytes_;
};

/// The bytes as a gzip file.
inline std::string gzipped(const std::string& bytes) {
    z_stream z{};
    deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&z, bytes.size()), '\0');
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    z.avail_in = static_cast<uInt>(bytes.size());
    z.next_out = reinterpret_cast<Bytef*>(out.data());
    z.avail_out = static_cast<uInt>(out.size());
    deflate(&z, Z_FINISH);
    out.resize(z.total_out);
    deflateEnd(&z);
    return out;
}

}  // namespace caravel::input::sample
