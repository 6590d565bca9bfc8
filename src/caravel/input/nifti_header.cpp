#include "caravel/input/nifti_header.hpp"

#include "caravel/base/unit.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <numbers>
#include <utility>

#include <fmt/format.h>

namespace caravel::input {
namespace {

constexpr std::size_t header_1 = 348;  // bytes
constexpr std::size_t header_2 = 540;
constexpr std::uint64_t longest_offset = 1U << 28U;  // bytes of header extensions
constexpr double straight = 1e-3;  // sine of the largest angle between a voxel's and a body's axis

struct TypeRow {
    int code;
    NiftiType type;
    std::size_t bytes;
    std::string_view name;
};
constexpr std::array<TypeRow, 10> types{{{2, NiftiType::uint8, 1, "uint8"},
                                         {4, NiftiType::int16, 2, "int16"},
                                         {8, NiftiType::int32, 4, "int32"},
                                         {16, NiftiType::float32, 4, "float32"},
                                         {64, NiftiType::float64, 8, "float64"},
                                         {256, NiftiType::int8, 1, "int8"},
                                         {512, NiftiType::uint16, 2, "uint16"},
                                         {768, NiftiType::uint32, 4, "uint32"},
                                         {1024, NiftiType::int64, 8, "int64"},
                                         {1280, NiftiType::uint64, 8, "uint64"}}};

std::string_view name_of_other_type(int code) {
    constexpr std::array<std::pair<int, std::string_view>, 7> others{{{1, "binary"},
                                                                      {32, "complex64"},
                                                                      {128, "RGB24"},
                                                                      {1536, "float128"},
                                                                      {1792, "complex128"},
                                                                      {2048, "complex256"},
                                                                      {2304, "RGBA32"}}};
    for (const auto& [value, name] : others)
        if (value == code) return name;
    return "unknown";
}

template <class T>
T value_at(const char* at, bool swapped) {
    std::array<char, sizeof(T)> bytes{};
    std::memcpy(bytes.data(), at, sizeof(T));
    if (swapped) std::reverse(bytes.begin(), bytes.end());
    T value;
    std::memcpy(&value, bytes.data(), sizeof(T));
    return value;
}

/// The number that a float was rounded from: the shortest decimal that rounds to it.
double meant(float value) {
    if (!std::isfinite(value)) return static_cast<double>(value);
    std::array<char, 32> text{};
    const char* end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    double result = 0.0;
    std::from_chars(text.data(), end, result);
    return result;
}

std::string mm(double metres) { return format_number(from_si(metres, "mm"), 5) + " mm"; }

double norm(const Vector3& v) { return std::sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]); }

/// Reads the fields, which lie at other places in the two versions.
class Parser {
  public:
    Parser(std::string_view bytes, const std::string& name, const NiftiLimits& limits)
        : bytes_(bytes), name_(name), limits_(limits) {}

    NiftiLayout run() {
        find_version();
        read_size();
        read_type();
        read_offset();
        read_scale();
        read_place();
        layout_.header.version = version_;
        layout_.header.description = description();
        return std::move(layout_);
    }

  private:
    using Affine = std::array<std::array<double, 4>, 3>;

    [[noreturn]] void refuse(std::string what, std::string expected, std::string hint = "") const {
        throw InputError(
            Diagnostic{{name_}, std::move(what), std::move(expected), std::move(hint)});
    }
    template <class T>
    T at(std::size_t offset) const {
        return value_at<T>(bytes_.data() + offset, layout_.swapped);
    }
    /// A real number: float in version 1, double in version 2.
    double real(std::size_t first, std::size_t second, std::size_t i = 0) const {
        return version_ == 1 ? meant(at<float>(first + 4 * i)) : at<double>(second + 8 * i);
    }
    std::int64_t dim(std::size_t i) const {
        return version_ == 1 ? at<std::int16_t>(40 + 2 * i) : at<std::int64_t>(16 + 8 * i);
    }
    int code(std::size_t first, std::size_t second) const {
        return version_ == 1 ? at<std::int16_t>(first) : at<std::int32_t>(second);
    }

    void find_version();
    void read_size();
    void read_type();
    void read_offset();
    void read_scale();
    void read_place();
    double length_unit() const;
    Vector3 voxel_size(double unit) const;
    Affine from_rows() const;
    Affine from_quaternion() const;
    void orient(const Affine& affine, const Vector3& spacing, double unit);
    void check_spacing(const Affine& affine, const Vector3& spacing, double unit) const;
    std::string description() const;

    std::string_view bytes_;
    const std::string& name_;
    const NiftiLimits& limits_;
    int version_ = 1;
    NiftiLayout layout_;
};

void Parser::find_version() {
    const std::string wanted = "a NIfTI image (.nii, .nii.gz, or .hdr with .img)";
    if (bytes_.size() < header_1)
        refuse(fmt::format("the file ends after {} bytes, inside the header", bytes_.size()),
               wanted);
    for (const bool swapped : {false, true}) {
        const auto size = value_at<std::int32_t>(bytes_.data(), swapped);
        if (size != static_cast<std::int32_t>(header_1) &&
            size != static_cast<std::int32_t>(header_2))
            continue;
        layout_.swapped = swapped;
        version_ = size == static_cast<std::int32_t>(header_1) ? 1 : 2;
        if (version_ == 2 && bytes_.size() < header_2)
            refuse(fmt::format("the file ends after {} bytes, inside the header", bytes_.size()),
                   wanted);
        const std::string_view magic = bytes_.substr(version_ == 1 ? 344 : 4, 4);
        const char digit = version_ == 1 ? '1' : '2';
        layout_.pair = magic[0] == 'n' && magic[1] == 'i';
        if (magic[0] != 'n' || (magic[1] != '+' && magic[1] != 'i') || magic[2] != digit ||
            magic[3] != '\0')
            refuse("the header has no NIfTI mark (an Analyze 7.5 file?)", wanted);
        return;
    }
    refuse("the file does not begin with a NIfTI header", wanted);
}

void Parser::read_size() {
    const std::int64_t rank = dim(0);
    if (rank < 1 || rank > 7) refuse(fmt::format("the image has {} dimensions", rank), "1 to 7");
    double voxels = 1.0;
    for (std::size_t d = 1; d <= 7; ++d) {
        const std::int64_t n = static_cast<std::int64_t>(d) <= rank ? dim(d) : 1;
        if (n < 1)
            refuse(fmt::format("dimension {} of the image has {} voxels", d, n), "at least 1");
        if (d > 3 && n > 1)
            refuse(fmt::format("the image has {} values along dimension {}", n, d),
                   "a three-dimensional image of one value per voxel");
        if (d <= 3) layout_.size[d - 1] = n;
        voxels *= static_cast<double>(n);
    }
    if (voxels > limits_.voxels)
        refuse(fmt::format("the image has {} x {} x {} = {:.3g} voxels", layout_.size[0],
                           layout_.size[1], layout_.size[2], voxels),
               fmt::format("at most {:.3g}", limits_.voxels));
}

void Parser::read_type() {
    const int code = at<std::int16_t>(version_ == 1 ? 70 : 12);
    const int bits = at<std::int16_t>(version_ == 1 ? 72 : 14);
    const auto row =
        std::find_if(types.begin(), types.end(), [&](const TypeRow& t) { return t.code == code; });
    if (row == types.end())
        refuse(fmt::format("the values are of type {} ({})", code, name_of_other_type(code)),
               "integers of 8 to 64 bits, float32 or float64");
    if (bits != 0 && bits != static_cast<int>(8 * row->bytes))
        refuse(fmt::format("the header gives {} bits to a value of type {}", bits, row->name),
               fmt::format("{}", 8 * row->bytes));
    layout_.type = row->type;
    layout_.value_bytes = row->bytes;
    layout_.header.data_type = row->name;
}

void Parser::read_offset() {
    const double offset = version_ == 1 ? static_cast<double>(at<float>(108))
                                        : static_cast<double>(at<std::int64_t>(168));
    const std::uint64_t header = (version_ == 1 ? header_1 : header_2) + 4;
    const std::uint64_t least = layout_.pair ? 0 : header;
    // Some writers leave 0 for "right after the header".
    if (offset == 0.0) {
        layout_.offset = least;
        return;
    }
    if (!(offset >= static_cast<double>(least)) || !(offset <= longest_offset) ||
        offset != std::floor(offset))
        refuse(fmt::format("the values begin at byte {}", format_number(offset)),
               fmt::format("{} to {}", least, longest_offset));
    layout_.offset = static_cast<std::uint64_t>(offset);
}

void Parser::read_scale() {
    const double slope = real(112, 176);
    const double inter = real(116, 184);
    if (slope == 0.0) return;  // the standard's way to say "not scaled"
    if (!std::isfinite(slope) || !std::isfinite(inter))
        refuse(fmt::format("the scale of the values is {} x + {}", format_number(slope),
                           format_number(inter)),
               "finite scl_slope and scl_inter");
    layout_.slope = slope;
    layout_.inter = inter;
}

double Parser::length_unit() const {
    const int units = version_ == 1 ? static_cast<int>(at<std::uint8_t>(123))
                                    : static_cast<int>(at<std::int32_t>(500));
    const int length = units & 7;
    if (length == 1) return 1.0;
    if (length == 3) return 1e-6;
    // Files that name no unit are in millimetres by custom.
    if (length == 2 || length == 0) return 1e-3;
    refuse(fmt::format("the unit of length has number {}", length), "1 (m), 2 (mm) or 3 (um)");
}

Vector3 Parser::voxel_size(double unit) const {
    Vector3 spacing{};
    for (std::size_t d = 0; d < 3; ++d) {
        // A plane (two dimensions) may leave out its thickness; others may not.
        const bool used = static_cast<std::int64_t>(d) < dim(0);
        const double size = std::abs(real(76, 104, d + 1)) * unit;
        spacing[d] = used || size > 0.0 ? size : unit;
        if (!(spacing[d] > 0.0) || !(spacing[d] < 10.0))
            refuse(fmt::format("a voxel is {} wide along axis {}", mm(spacing[d]), d + 1),
                   "more than 0 and less than 10 m");
    }
    return spacing;
}

Parser::Affine Parser::from_rows() const {
    Affine affine{};
    for (std::size_t row = 0; row < 3; ++row)
        for (std::size_t column = 0; column < 4; ++column)
            affine[row][column] = real(280 + 16 * row, 400 + 32 * row, column);
    return affine;
}

/// Rotation by the unit quaternion (a, b, c, d) times voxel sizes; pixdim[0] < 0 turns the third
/// axis round.
Parser::Affine Parser::from_quaternion() const {
    const double b = real(256, 352);
    const double c = real(256, 352, 1);
    const double d = real(256, 352, 2);
    const double square = b * b + c * c + d * d;
    if (!(square <= 1.0 + 1e-5))
        refuse(fmt::format("the quaternion of the qform has length {}",
                           format_number(std::sqrt(square), 5)),
               "at most 1");
    const double a = std::sqrt(std::max(0.0, 1.0 - square));
    const double turn = real(76, 104) < 0.0 ? -1.0 : 1.0;
    const std::array<Vector3, 3> rotation{
        {{a * a + b * b - c * c - d * d, 2.0 * (b * c - a * d), 2.0 * (b * d + a * c)},
         {2.0 * (b * c + a * d), a * a + c * c - b * b - d * d, 2.0 * (c * d - a * b)},
         {2.0 * (b * d - a * c), 2.0 * (c * d + a * b), a * a + d * d - c * c - b * b}}};
    Affine affine{};
    for (std::size_t row = 0; row < 3; ++row) {
        for (std::size_t column = 0; column < 3; ++column)
            affine[row][column] = rotation[row][column] * std::abs(real(76, 104, column + 1)) *
                                  (column == 2 ? turn : 1.0);
        affine[row][3] = real(268, 376, row);
    }
    return affine;
}

void Parser::check_spacing(const Affine& affine, const Vector3& spacing, double unit) const {
    for (std::size_t f = 0; f < 3; ++f) {
        const double size = norm({affine[0][f], affine[1][f], affine[2][f]}) * unit;
        if (!std::isfinite(size) || !std::isfinite(affine[f][3]))
            refuse("the place of the image is not finite", "a finite sform or qform");
        const bool used = static_cast<std::int64_t>(f) < dim(0);
        if (used && !(std::abs(size - spacing[f]) <= 0.01 * spacing[f]))
            refuse(fmt::format("a voxel is {} wide along axis {} by pixdim and {} by the sform",
                               mm(spacing[f]), f + 1, mm(size)),
                   "the same size twice");
    }
}

/// Turns the axes of the file to those of the body.
void Parser::orient(const Affine& affine, const Vector3& spacing, double unit) {
    constexpr std::array<std::string_view, 3> names{"RL", "AP", "SI"};
    Grid& grid = layout_.header.grid;
    std::array<index_t*, 3> counts{&grid.nx, &grid.ny, &grid.nz};
    std::array<bool, 3> taken{};
    for (std::size_t f = 0; f < 3; ++f) {
        Vector3 direction{affine[0][f], affine[1][f], affine[2][f]};
        const double length = norm(direction);
        std::size_t axis = 0;
        for (std::size_t w = 1; w < 3; ++w)
            if (std::abs(direction[w]) > std::abs(direction[axis])) axis = w;
        const double main = std::abs(direction[axis]) / length;
        const double across = std::sqrt(std::max(0.0, 1.0 - main * main));
        if (!(across <= straight) || taken[axis])
            refuse(
                fmt::format("axis {} of the image is turned by {} degrees against the body's",
                            f + 1, format_number(std::asin(across) * 180.0 / std::numbers::pi, 3)),
                "an image along right-left, front-back and head-foot",
                "resample it without rotation");
        taken[axis] = true;
        const bool flipped = direction[axis] < 0.0;
        layout_.along[f] = axis;
        layout_.flipped[f] = flipped;
        layout_.header.axes[f] = names[axis][flipped ? 1 : 0];
        *counts[axis] = layout_.size[f];
        grid.spacing[axis] = spacing[f];
        const double steps = flipped ? static_cast<double>(layout_.size[f]) - 0.5 : 0.5;
        grid.origin[axis] = affine[axis][3] * unit - steps * spacing[f];
    }
}

void Parser::read_place() {
    const double unit = length_unit();
    const Vector3 spacing = voxel_size(unit);
    const bool rows = code(254, 348) > 0;
    layout_.header.placed = rows || code(252, 344) > 0;
    if (!layout_.header.placed) {
        layout_.header.grid = {layout_.size[0], layout_.size[1], layout_.size[2], spacing, {}};
        return;
    }
    const Affine affine = rows ? from_rows() : from_quaternion();
    check_spacing(affine, spacing, unit);
    orient(affine, spacing, unit);
}

std::string Parser::description() const {
    std::string text;
    for (const char c : bytes_.substr(version_ == 1 ? 148 : 240, 80)) {
        if (c == '\0') break;
        text += c >= ' ' && c <= '~' ? c : '?';
    }
    return text;
}

}  // namespace

NiftiLayout parse_nifti_header(std::string_view bytes, const std::string& name,
                               const NiftiLimits& limits) {
    return Parser(bytes, name, limits).run();
}

double nifti_number(const char* at, NiftiType type, bool swapped) {
    switch (type) {
    case NiftiType::uint8: return value_at<std::uint8_t>(at, false);
    case NiftiType::int8: return value_at<std::int8_t>(at, false);
    case NiftiType::uint16: return value_at<std::uint16_t>(at, swapped);
    case NiftiType::int16: return value_at<std::int16_t>(at, swapped);
    case NiftiType::uint32: return value_at<std::uint32_t>(at, swapped);
    case NiftiType::int32: return value_at<std::int32_t>(at, swapped);
    case NiftiType::uint64: return static_cast<double>(value_at<std::uint64_t>(at, swapped));
    case NiftiType::int64: return static_cast<double>(value_at<std::int64_t>(at, swapped));
    case NiftiType::float32: return static_cast<double>(value_at<float>(at, swapped));
    case NiftiType::float64: return value_at<double>(at, swapped);
    }
    return 0.0;
}

}  // namespace caravel::input
