#include "caravel/report/nifti_file.hpp"

#include "caravel/base/error.hpp"
#include "caravel/report/atomic_file.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>
#include <zlib.h>

namespace caravel::report {
namespace {

// bytes: header and the mark "no extensions"
constexpr std::size_t values_at = 352;
constexpr std::size_t values_at_two = 544;
constexpr std::size_t chunk = 65536;  // values
constexpr double mm = 1e3;            // per m

/// The header in the machine's byte order, which readers find out from its first number.
class Header {
  public:
    explicit Header(std::size_t size) : bytes_(size, '\0') {}
    template <class T>
    void put(std::size_t at, T value) {
        std::memcpy(bytes_.data() + at, &value, sizeof(T));
    }
    void put(std::size_t at, std::string_view text, std::size_t most) {
        std::copy_n(text.begin(), std::min(text.size(), most), bytes_.begin() + offset(at));
    }
    std::string_view bytes() const { return {bytes_.data(), bytes_.size()}; }

  private:
    static std::ptrdiff_t offset(std::size_t at) { return static_cast<std::ptrdiff_t>(at); }

    std::vector<char> bytes_;
};

Header header_of(const Grid& grid, const std::string& description) {
    Header header(values_at);
    const std::array<index_t, 3> size{grid.nx, grid.ny, grid.nz};
    header.put<std::int32_t>(0, 348);
    header.put<std::int16_t>(40, 3);
    header.put<float>(76, 1.0F);
    for (std::size_t d = 0; d < 7; ++d) {
        header.put(42 + 2 * d, static_cast<std::int16_t>(d < 3 ? size[d] : 1));
        header.put(80 + 4 * d, static_cast<float>(d < 3 ? grid.spacing[d] * mm : 1.0));
    }
    header.put<std::int16_t>(70, 16);  // float32
    header.put<std::int16_t>(72, 32);
    header.put(108, static_cast<float>(values_at));
    header.put<float>(112, 1.0F);
    header.put<std::uint8_t>(123, 2);  // mm
    header.put(148, description, 79);
    header.put<std::int16_t>(252, 1);  // places are those of the scanner
    header.put<std::int16_t>(254, 1);
    const Vector3 first = grid.centre(0, 0, 0);
    for (std::size_t d = 0; d < 3; ++d) {
        header.put(268 + 4 * d, static_cast<float>(first[d] * mm));
        header.put(280 + 20 * d, static_cast<float>(grid.spacing[d] * mm));
        header.put(292 + 16 * d, static_cast<float>(first[d] * mm));
    }
    header.put(344, std::string_view("n+1"), 3);
    return header;
}

/// NIfTI-2: the same facts in wider numbers at other places.
Header header_two(const Grid& grid, const std::string& description) {
    Header header(values_at_two);
    const std::array<index_t, 3> size{grid.nx, grid.ny, grid.nz};
    header.put<std::int32_t>(0, 540);
    header.put(4, std::string_view("n+2\0\r\n\032\n", 8), 8);
    header.put<std::int16_t>(12, 16);  // float32
    header.put<std::int16_t>(14, 32);
    header.put<std::int64_t>(16, 3);
    header.put<double>(104, 1.0);
    for (std::size_t d = 0; d < 7; ++d) {
        header.put<std::int64_t>(24 + 8 * d, d < 3 ? size[d] : 1);
        header.put<double>(112 + 8 * d, d < 3 ? grid.spacing[d] * mm : 1.0);
    }
    header.put<std::int64_t>(168, static_cast<std::int64_t>(values_at_two));
    header.put<double>(176, 1.0);
    header.put(240, description, 79);
    header.put<std::int32_t>(344, 1);  // places are those of the scanner
    header.put<std::int32_t>(348, 1);
    const Vector3 first = grid.centre(0, 0, 0);
    for (std::size_t d = 0; d < 3; ++d) {
        header.put<double>(376 + 8 * d, first[d] * mm);
        header.put<double>(400 + 40 * d, grid.spacing[d] * mm);
        header.put<double>(424 + 32 * d, first[d] * mm);
    }
    header.put<std::int32_t>(500, 2);  // mm
    return header;
}

/// Passes bytes on to a file, compressed or as they are.
class Sink {
  public:
    Sink(const std::filesystem::path& path, bool compressed)
        : file_(path), compressed_(compressed) {
        constexpr int gzip_window = 15 + 16;
        constexpr int memory_level = 8;
        constexpr int level = 1;  // 6 takes twice as long for files 2 % shorter
        if (compressed_ && deflateInit2(&z_, level, Z_DEFLATED, gzip_window, memory_level,
                                        Z_DEFAULT_STRATEGY) != Z_OK)
            throw ResourceError(fmt::format("no memory to compress '{}'", path.string()));
    }
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;
    ~Sink() {
        if (compressed_) deflateEnd(&z_);
    }

    void add(std::string_view bytes) {
        if (compressed_)
            compress(bytes, Z_NO_FLUSH);
        else
            file_.add(bytes);
    }
    void finish() {
        if (compressed_) compress({}, Z_FINISH);
        file_.finish();
    }

  private:
    void compress(std::string_view bytes, int flush) {
        z_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
        z_.avail_in = static_cast<uInt>(bytes.size());
        do {
            z_.next_out = reinterpret_cast<Bytef*>(buffer_.data());
            z_.avail_out = static_cast<uInt>(buffer_.size());
            deflate(&z_, flush);
            file_.add({buffer_.data(), buffer_.size() - z_.avail_out});
        } while (z_.avail_out == 0);
    }

    Replacement file_;
    bool compressed_;
    z_stream z_{};
    std::array<char, 65536> buffer_{};
};

}  // namespace

void write_nifti(const std::filesystem::path& path, const Grid& grid, const VolumeField& field,
                 const std::string& description, NiftiVersion version) {
    constexpr index_t most = 32767;
    const bool large = grid.nx > most || grid.ny > most || grid.nz > most;
    if (large && version == NiftiVersion::one)
        throw std::invalid_argument(fmt::format("{} x {} x {} voxels do not fit a NIfTI-1 header",
                                                grid.nx, grid.ny, grid.nz));
    check_volume_fields(grid, {field}, true);
    Sink sink(path, path.extension() == ".gz");
    const std::string unit = field.unit.empty() ? "" : fmt::format(" [{}]", field.unit);
    const std::string text =
        description.substr(0, 79 - std::min<std::size_t>(unit.size(), 79)) + unit;
    const bool two = large || version == NiftiVersion::two;
    sink.add((two ? header_two(grid, text) : header_of(grid, text)).bytes());
    std::vector<float> values;
    const auto cells = static_cast<std::size_t>(field.values.size());
    for (std::size_t first = 0; first < cells; first += chunk) {
        const double* from = field.values.data() + first;
        values.assign(from, from + std::min(chunk, cells - first));
        sink.add({reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)});
    }
    sink.finish();
}

}  // namespace caravel::report
