#include "caravel/input/nifti.hpp"

#include "caravel/input/nifti_header.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <map>
#include <system_error>

#include <fmt/format.h>
#include <zlib.h>

namespace caravel::input {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t chunk_bytes = 65536;
constexpr double most_expansion = 1032.0;  // of deflate: bytes out per byte in

/// Bytes of a file or of memory, inflated where they are compressed.
class ByteStream {
  public:
    ByteStream(std::string_view bytes, std::string name)
        : name_(std::move(name)), memory_(bytes), size_(bytes.size()) {
        start();
    }
    explicit ByteStream(const fs::path& path) : name_(path.string()) {
        std::error_code error;
        size_ = fs::file_size(path, error);
        file_.open(path, std::ios::binary);
        if (error || !file_) throw IoError(fmt::format("cannot read '{}'", name_));
        start();
    }
    ByteStream(const ByteStream&) = delete;
    ByteStream& operator=(const ByteStream&) = delete;
    ~ByteStream() {
        if (compressed_) inflateEnd(&z_);
    }

    const std::string& name() const { return name_; }
    bool compressed() const { return compressed_; }
    /// Bytes of the file as it lies there.
    std::uint64_t stored() const { return size_; }
    /// Fills up to `size` bytes; fewer only at the end.
    std::size_t read(char* to, std::size_t size);

  private:
    void start();
    bool refill();
    std::size_t inflate_into(char* to, std::size_t size);

    std::string name_;
    std::ifstream file_;
    std::string_view memory_;
    std::uint64_t size_ = 0;
    std::array<char, chunk_bytes> buffer_{};
    std::string_view waiting_;  // bytes as they lie in the file
    bool compressed_ = false;
    bool ended_ = false;  // at the end of a compressed part
    z_stream z_{};
};

bool ByteStream::refill() {
    if (!waiting_.empty()) return true;
    if (file_.is_open()) {
        file_.read(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
        waiting_ = {buffer_.data(), static_cast<std::size_t>(file_.gcount())};
    } else {
        waiting_ = memory_.substr(0, chunk_bytes);
        memory_.remove_prefix(waiting_.size());
    }
    return !waiting_.empty();
}

void ByteStream::start() {
    refill();
    if (waiting_.substr(0, 2) != "\x1f\x8b") return;
    compressed_ = true;
    constexpr int gzip_window = 15 + 16;
    if (inflateInit2(&z_, gzip_window) != Z_OK)
        throw ResourceError(fmt::format("no memory to decompress '{}'", name_));
}

std::size_t ByteStream::inflate_into(char* to, std::size_t size) {
    z_.next_out = reinterpret_cast<Bytef*>(to);
    z_.avail_out = static_cast<uInt>(size);
    while (z_.avail_out > 0 && refill()) {
        if (ended_) {
            inflateReset(&z_);
            ended_ = false;
        }
        z_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(waiting_.data()));
        z_.avail_in = static_cast<uInt>(waiting_.size());
        const int answer = inflate(&z_, Z_NO_FLUSH);
        waiting_.remove_prefix(waiting_.size() - z_.avail_in);
        ended_ = answer == Z_STREAM_END;
        if (answer != Z_OK && answer != Z_STREAM_END)
            throw InputError(Diagnostic{{name_},
                                        "the compressed data are damaged",
                                        "a gzip file whose checksum agrees",
                                        ""});
    }
    return size - z_.avail_out;
}

std::size_t ByteStream::read(char* to, std::size_t size) {
    if (compressed_) return inflate_into(to, size);
    std::size_t done = 0;
    while (done < size && refill()) {
        const std::size_t part = std::min(size - done, waiting_.size());
        std::memcpy(to + done, waiting_.data(), part);
        waiting_.remove_prefix(part);
        done += part;
    }
    return done;
}

[[noreturn]] void refuse_length(const ByteStream& stream, const std::string& found,
                                const NiftiLayout& layout) {
    throw InputError(Diagnostic{
        {stream.name()},
        found,
        fmt::format("{} bytes for {} x {} x {} values of type {}", layout.bytes(), layout.size[0],
                    layout.size[1], layout.size[2], layout.header.data_type),
        ""});
}

NiftiLayout read_layout(ByteStream& stream, const NiftiLimits& limits, std::size_t& used) {
    std::string bytes(longest_nifti_header, '\0');
    // A header of version 1 may be all there is.
    bytes.resize(stream.read(bytes.data(), 348));
    std::int32_t first = 0;
    if (bytes.size() == 348) std::memcpy(&first, bytes.data(), 4);
    if (first == 540 || first == 0x1C020000) {
        bytes.resize(longest_nifti_header);
        bytes.resize(348 + stream.read(bytes.data() + 348, longest_nifti_header - 348));
    }
    used = bytes.size();
    return parse_nifti_header(bytes, stream.name(), limits);
}

/// Refuses what cannot hold the values before memory is taken for them.
void check_length(const ByteStream& stream, const NiftiLayout& layout) {
    const auto stored = static_cast<double>(stream.stored());
    const auto needed = static_cast<double>(layout.bytes());
    if (!stream.compressed() && stored < needed)
        refuse_length(stream, fmt::format("the file has {} bytes", stream.stored()), layout);
    if (stream.compressed() && stored * most_expansion < needed)
        refuse_length(stream, fmt::format("{} compressed bytes cannot hold it", stream.stored()),
                      layout);
}

void skip(ByteStream& stream, std::uint64_t bytes, const NiftiLayout& layout) {
    std::array<char, 4096> dump{};
    for (std::uint64_t left = bytes; left > 0;) {
        const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(left, dump.size()));
        if (stream.read(dump.data(), part) != part)
            refuse_length(stream, "the file ends before the values", layout);
        left -= part;
    }
}

/// Takes a row of values at a time and lays it where the turned grid has it.
std::vector<double> read_values(ByteStream& stream, const NiftiLayout& layout) {
    const Grid& grid = layout.header.grid;
    const std::array<index_t, 3> stride_of{1, grid.nx, grid.nx * grid.ny};
    std::array<index_t, 3> stride{};
    index_t first = 0;
    for (std::size_t f = 0; f < 3; ++f) {
        stride[f] = stride_of[layout.along[f]];
        if (!layout.flipped[f]) continue;
        first += (layout.size[f] - 1) * stride[f];
        stride[f] = -stride[f];
    }
    std::vector<double> values(static_cast<std::size_t>(layout.voxels()));
    const std::size_t row_bytes = static_cast<std::size_t>(layout.size[0]) * layout.value_bytes;
    std::vector<char> row(row_bytes);
    for (index_t c = 0; c < layout.size[2]; ++c)
        for (index_t b = 0; b < layout.size[1]; ++b) {
            if (stream.read(row.data(), row_bytes) != row_bytes)
                refuse_length(stream,
                              fmt::format("the file ends after {} of {} rows of values",
                                          c * layout.size[1] + b, layout.size[1] * layout.size[2]),
                              layout);
            index_t to = first + b * stride[1] + c * stride[2];
            for (std::size_t a = 0; a < static_cast<std::size_t>(layout.size[0]); ++a) {
                const double raw =
                    nifti_number(row.data() + a * layout.value_bytes, layout.type, layout.swapped);
                values[static_cast<std::size_t>(to)] = layout.slope * raw + layout.inter;
                to += stride[0];
            }
        }
    return values;
}

NiftiVolume read_all(ByteStream& stream, NiftiLayout layout, std::uint64_t used) {
    check_length(stream, layout);
    skip(stream, layout.offset - used, layout);
    NiftiVolume image;
    image.values = read_values(stream, layout);
    char more = 0;
    // Reading on also compares the checksum of compressed data.
    if (stream.read(&more, 1) != 0 && stream.compressed())
        refuse_length(stream, "the compressed data go on after the last value", layout);
    image.file = stream.name();
    image.header = std::move(layout.header);
    return image;
}

[[noreturn]] void refuse_pair(const std::string& name, bool pair) {
    throw InputError(Diagnostic{
        {name},
        pair ? "the header belongs to a pair of files" : "the header belongs to a single file",
        pair ? "the names .hdr and .img" : "the name .nii or .nii.gz",
        ""});
}

/// The header's file: x.hdr for x.img.
fs::path header_path(const fs::path& path) {
    return path.extension() == ".img" ? fs::path(path).replace_extension(".hdr") : path;
}

}  // namespace

NiftiHeader read_nifti_header(const fs::path& path, const NiftiLimits& limits) {
    ByteStream stream(header_path(path));
    std::size_t used = 0;
    NiftiLayout layout = read_layout(stream, limits, used);
    if (!layout.pair) check_length(stream, layout);
    return layout.header;
}

NiftiVolume read_nifti(const fs::path& path, const NiftiLimits& limits) {
    ByteStream stream(header_path(path));
    std::size_t used = 0;
    NiftiLayout layout = read_layout(stream, limits, used);
    const bool named_pair = header_path(path).extension() == ".hdr";
    if (layout.pair != named_pair) refuse_pair(stream.name(), layout.pair);
    if (!layout.pair) return read_all(stream, std::move(layout), used);
    ByteStream values(header_path(path).replace_extension(".img"));
    return read_all(values, std::move(layout), 0);
}

NiftiVolume parse_nifti(std::string_view bytes, const std::string& name,
                        const NiftiLimits& limits) {
    ByteStream stream(bytes, name);
    std::size_t used = 0;
    NiftiLayout layout = read_layout(stream, limits, used);
    if (layout.pair) refuse_pair(name, true);
    return read_all(stream, std::move(layout), used);
}

std::vector<std::int32_t> nifti_labels(const NiftiVolume& image) {
    constexpr double most = std::numeric_limits<std::int32_t>::max();
    const Grid& grid = image.header.grid;
    std::vector<std::int32_t> labels;
    labels.reserve(image.values.size());
    for (const double value : image.values) {
        if (!(std::abs(value) <= most) || value != std::round(value)) {
            const auto i = static_cast<index_t>(labels.size());
            throw InputError(
                Diagnostic{{image.file},
                           fmt::format("voxel ({}, {}, {}) holds {}", i % grid.nx,
                                       i / grid.nx % grid.ny, i / grid.nx / grid.ny, value),
                           "a whole number of at most 32 bits as a label",
                           ""});
        }
        labels.push_back(static_cast<std::int32_t>(value));
    }
    return labels;
}

std::vector<LabelVolume> label_volumes(const NiftiVolume& image) {
    std::map<std::int32_t, std::int64_t> counts;
    for (const std::int32_t label : nifti_labels(image)) ++counts[label];
    std::vector<LabelVolume> volumes;
    for (const auto& [label, voxels] : counts)
        volumes.push_back(
            {label, voxels, static_cast<double>(voxels) * image.header.grid.cell_volume()});
    return volumes;
}

}  // namespace caravel::input
