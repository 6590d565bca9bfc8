#include "caravel/report/field_picture.hpp"

#include "caravel/base/error.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace caravel::report {

namespace {

constexpr double widest_decades = 1e6;

[[noreturn]] void fail(const FieldPicture& picture, const std::string& what, std::string expected) {
    throw InputError(
        Diagnostic{{}, fmt::format("field '{}': {}", picture.name, what), std::move(expected), ""});
}

/// Stored cell of each cell of the unfolded axis.
std::vector<index_t> unfolded(const FieldPicture& picture, std::size_t axis) {
    const index_t n = picture.cells[axis];
    std::vector<index_t> cells;
    if (picture.mirrored[2 * axis])
        for (index_t i = n; i-- > 0;) cells.push_back(i);
    for (index_t i = 0; i < n; ++i) cells.push_back(i);
    if (picture.mirrored[2 * axis + 1] && !picture.mirrored[2 * axis])
        for (index_t i = n; i-- > 0;) cells.push_back(i);
    return cells;
}

/// Where the plane lies: the middle of the unfolded axis unless a place is given.
double place(const FieldPicture& picture, std::size_t axis) {
    if (picture.through) return (*picture.through)[axis];
    const double length = static_cast<double>(picture.cells[axis]) * picture.spacing[axis];
    if (picture.mirrored[2 * axis]) return 0.0;
    return picture.mirrored[2 * axis + 1] ? length : 0.5 * length;
}

/// Mean of the finite values, NaN without any.
class Mean {
  public:
    void add(float value) {
        if (!std::isfinite(value)) return;
        sum_ += static_cast<double>(value);
        ++count_;
    }
    float value() const {
        return count_ > 0 ? static_cast<float>(sum_ / count_)
                          : std::numeric_limits<float>::quiet_NaN();
    }

  private:
    double sum_ = 0.0;
    int count_ = 0;
};

std::size_t blocks(std::size_t cells, std::size_t block) { return (cells + block - 1) / block; }

}  // namespace

std::size_t FieldPicture::cell_count() const {
    return static_cast<std::size_t>(cells[0]) * static_cast<std::size_t>(cells[1]) *
           static_cast<std::size_t>(cells[2]);
}

void check(const FieldPicture& picture) {
    for (std::size_t axis = 0; axis < 3; ++axis) {
        if (picture.cells[axis] < 1)
            fail(picture, fmt::format("{} cells along axis {}", picture.cells[axis], axis),
                 "1 or more");
        if (!(picture.spacing[axis] > 0.0) || !std::isfinite(picture.spacing[axis]))
            fail(picture, fmt::format("a spacing of {:g} m", picture.spacing[axis]),
                 "a positive length");
    }
    if (picture.times.size() != picture.values.size())
        fail(picture,
             fmt::format("{} times and {} fields", picture.times.size(), picture.values.size()),
             "one field per time");
    const std::size_t count = picture.cell_count();
    const auto fits = [&](const std::vector<float>& values, const char* what, bool may_lack) {
        if (values.size() != count && !(may_lack && values.empty()))
            fail(picture, fmt::format("{} holds {} numbers", what, values.size()),
                 fmt::format("{}, one per cell", count));
    };
    for (const auto& values : picture.values) fits(values, "a field", false);
    fits(picture.depth, "the depth", true);
    fits(picture.vessel_distance, "the distance from vessels", true);
}

std::string plane_name(std::size_t normal) {
    static constexpr std::array<const char*, 3> names = {"y-z", "x-z", "x-y"};
    return names.at(normal);
}

Slice slice(const FieldPicture& picture, std::size_t time, std::size_t normal, std::size_t limit) {
    const std::size_t across = normal == 0 ? 1 : 0;
    const std::size_t up = normal == 2 ? 1 : 2;
    const std::vector<index_t> columns = unfolded(picture, across);
    const std::vector<index_t> rows = unfolded(picture, up);
    const double at = std::floor(place(picture, normal) / picture.spacing[normal]);
    const auto last = static_cast<double>(picture.cells[normal] - 1);
    const auto layer = static_cast<index_t>(std::clamp(at, 0.0, last));
    const std::array<index_t, 3> stride = {1, picture.cells[0],
                                           picture.cells[0] * picture.cells[1]};
    Slice s;
    s.averaged = {blocks(columns.size(), limit), blocks(rows.size(), limit)};
    s.width = blocks(columns.size(), s.averaged[0]);
    s.height = blocks(rows.size(), s.averaged[1]);
    s.extent = {static_cast<double>(columns.size()) * picture.spacing[across],
                static_cast<double>(rows.size()) * picture.spacing[up]};
    s.position = (static_cast<double>(layer) + 0.5) * picture.spacing[normal];
    std::vector<Mean> means(s.width * s.height);
    const std::vector<float>& values = picture.values[time];
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const std::size_t pixel_row = (rows.size() - 1 - row) / s.averaged[1];
        for (std::size_t column = 0; column < columns.size(); ++column) {
            const index_t cell =
                layer * stride[normal] + columns[column] * stride[across] + rows[row] * stride[up];
            means[pixel_row * s.width + column / s.averaged[0]].add(
                values[static_cast<std::size_t>(cell)]);
        }
    }
    s.values.reserve(means.size());
    for (const Mean& mean : means) s.values.push_back(mean.value());
    return s;
}

std::optional<std::array<double, 2>> value_range(const FieldPicture& picture,
                                                 const std::vector<std::size_t>& times) {
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    for (const std::size_t time : times) {
        for (const float v : picture.values[time]) {
            if (!std::isfinite(v) || (picture.logarithmic && !(v > 0.0F))) continue;
            low = std::min(low, static_cast<double>(v));
            high = std::max(high, static_cast<double>(v));
        }
    }
    if (!(low <= high)) return std::nullopt;
    return std::array<double, 2>{low, high};
}

Axis colour_scale(const FieldPicture& picture, const std::vector<std::size_t>& times) {
    const auto own = picture.range ? picture.range : value_range(picture, times);
    if (picture.logarithmic) {
        if (!own || !((*own)[1] > 0.0)) return logarithmic_axis(0.1, 1.0);
        return logarithmic_axis(std::max((*own)[0], (*own)[1] / widest_decades), (*own)[1]);
    }
    if (!own) return linear_axis(0.0, 1.0, 5, true);
    auto [low, high] = *own;
    if (picture.diverging) {
        high = std::max(std::abs(low), std::abs(high));
        low = -high;
    }
    return linear_axis(low, high, 10, !picture.range || low == high);
}

}  // namespace caravel::report
