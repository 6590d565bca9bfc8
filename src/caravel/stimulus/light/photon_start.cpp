#include "caravel/stimulus/light/photon_start.hpp"

#include "caravel/base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::stimulus {

namespace {

[[noreturn]] void reject(std::string what, std::string expected, std::string hint = "") {
    throw InputError(
        Diagnostic{{}, "light source: " + std::move(what), std::move(expected), std::move(hint)});
}

Vector3 three(const std::vector<double>& values, const char* name) {
    const bool finite = std::all_of(values.begin(), values.end(),
                                    [](double value) { return std::isfinite(value); });
    if (values.size() == 3 && finite) return {values[0], values[1], values[2]};
    reject(fmt::format("{} has {} {}numbers", name, values.size(), finite ? "" : "not all finite "),
           "three finite numbers");
}

Vector3 unit(const Vector3& v) {
    const double length = std::hypot(v[0], v[1], v[2]);
    if (!(length > 0.0)) reject("direction has no length", "three numbers, not all 0");
    return {v[0] / length, v[1] / length, v[2] / length};
}

Vector3 cross(const Vector3& a, const Vector3& b) {
    return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

Vector3 sum(const Vector3& a, double s, const Vector3& b, double t, const Vector3& c) {
    return {a[0] + s * b[0] + t * c[0], a[1] + s * b[1] + t * c[1], a[2] + s * b[2] + t * c[2]};
}

void need(double value, const char* name, const std::string& kind) {
    if (std::isfinite(value) && value > 0.0) return;
    reject(fmt::format("a {} needs its {}, which is {}", kind, name, value), "more than 0");
}

}  // namespace

PhotonStarts::Kind PhotonStarts::kind_of(const LightSourceInput& source) {
    constexpr std::array<const char*, 10> names{"pencil",  "disk",      "gaussian", "planar",
                                                "cone",    "isotropic", "line",     "fibre",
                                                "pattern", "volume"};
    const auto* const found = std::find(names.begin(), names.end(), source.kind);
    if (found == names.end()) {
        reject("kind is \"" + source.kind + "\"",
               "pencil, disk, gaussian, planar, cone, isotropic, line, fibre, pattern or volume");
    }
    return static_cast<Kind>(found - names.begin());
}

PhotonStarts::PhotonStarts(const LightSourceInput& source, const Grid& grid, double index)
    : kind_(kind_of(source)), grid_(grid) {
    position_ = three(source.position, "position");
    direction_ = unit(three(source.direction, "direction"));
    const Vector3 helper =
        std::abs(direction_[0]) < 0.9 ? Vector3{1.0, 0.0, 0.0} : Vector3{0.0, 1.0, 0.0};
    side_1_ = unit(cross(direction_, helper));
    side_2_ = cross(direction_, side_1_);
    read_shape(source, index);
    if (kind_ == Kind::pattern || kind_ == Kind::volume) read_weights(source);
}

void PhotonStarts::read_shape(const LightSourceInput& source, double index) {
    if (kind_ == Kind::disk || kind_ == Kind::gaussian || kind_ == Kind::fibre) {
        need(source.radius, "radius", source.kind);
        radius_ = source.radius;
    }
    if (kind_ == Kind::line) {
        need(source.length, "length", source.kind);
        length_ = source.length;
    }
    if (kind_ == Kind::planar || kind_ == Kind::pattern) {
        edge_1_ = three(source.edge_1, "edge_1");
        edge_2_ = three(source.edge_2, "edge_2");
        const Vector3 area = cross(edge_1_, edge_2_);
        need(std::hypot(area[0], area[1], area[2]), "edges to span an area", source.kind);
    }
    if (kind_ == Kind::cone) {
        if (!(source.half_angle >= 0.0 && source.half_angle <= std::numbers::pi)) {
            reject(fmt::format("half_angle is {} rad", source.half_angle), "0 to pi");
        }
        least_cosine_ = std::cos(source.half_angle);
    }
    if (kind_ == Kind::isotropic || kind_ == Kind::line || kind_ == Kind::volume) {
        least_cosine_ = -1.0;
    }
    if (kind_ == Kind::fibre) {
        const double sine = source.numerical_aperture / index;
        if (!(sine >= 0.0 && sine <= 1.0)) {
            reject(fmt::format("numerical_aperture is {}", source.numerical_aperture),
                   fmt::format("0 to the index at the fibre's end, {}", index));
        }
        least_cosine_ = std::sqrt(1.0 - sine * sine);
    }
}

void PhotonStarts::read_weights(const LightSourceInput& source) {
    const auto count = source.weights.size();
    if (kind_ == Kind::volume && count != static_cast<std::size_t>(grid_.cell_count())) {
        reject(fmt::format("{} weights for {} voxels", count, grid_.cell_count()),
               "one weight per voxel");
    }
    if (kind_ == Kind::pattern && (source.columns < 1 || count == 0 ||
                                   count % static_cast<std::size_t>(source.columns) != 0)) {
        reject(fmt::format("{} weights do not fill rows of {}", count, source.columns),
               "rows times columns weights");
    }
    columns_ = static_cast<std::size_t>(std::max<std::int64_t>(source.columns, 1));
    cumulative_.reserve(count);
    double total = 0.0;
    for (const double weight : source.weights) {
        if (!(std::isfinite(weight) && weight >= 0.0)) {
            reject(fmt::format("a weight is {}", weight), "0 or more, finite");
        }
        total += weight;
        cumulative_.push_back(total);
    }
    if (!(total > 0.0)) reject("all weights are 0", "at least one more than 0");
}

std::size_t PhotonStarts::choose(double u) const {
    const double at = u * cumulative_.back();
    const auto found = std::upper_bound(cumulative_.begin(), cumulative_.end() - 1, at);
    return static_cast<std::size_t>(found - cumulative_.begin());
}

Vector3 PhotonStarts::pixel(PhotonDraw& draw) const {
    const std::size_t chosen = choose(draw.uniform());
    const std::size_t rows = cumulative_.size() / columns_;
    const std::size_t row = chosen / columns_;
    const double u =
        (static_cast<double>(chosen % columns_) + draw.uniform()) / static_cast<double>(columns_);
    const double v = (static_cast<double>(row) + draw.uniform()) / static_cast<double>(rows);
    return sum(position_, u, edge_1_, v, edge_2_);
}

Vector3 PhotonStarts::voxel(PhotonDraw& draw) const {
    const auto chosen = static_cast<index_t>(choose(draw.uniform()));
    const index_t i = chosen % grid_.nx;
    const index_t j = chosen / grid_.nx % grid_.ny;
    const index_t k = chosen / (grid_.nx * grid_.ny);
    Vector3 at = grid_.centre(i, j, k);
    for (std::size_t a = 0; a < 3; ++a) at[a] += (draw.uniform() - 0.5) * grid_.spacing[a];
    return at;
}

Vector3 PhotonStarts::place(PhotonDraw& draw) const {
    switch (kind_) {
    case Kind::disk:
    case Kind::gaussian:
    case Kind::fibre: {
        const double u = draw.uniform();
        const double angle = 2.0 * std::numbers::pi * draw.uniform();
        const double share = kind_ == Kind::gaussian ? -0.5 * std::log(u) : u;
        const double r = radius_ * std::sqrt(share);
        return sum(position_, r * std::cos(angle), side_1_, r * std::sin(angle), side_2_);
    }
    case Kind::planar: {
        const double u = draw.uniform();
        return sum(position_, u, edge_1_, draw.uniform(), edge_2_);
    }
    case Kind::pattern: return pixel(draw);
    case Kind::line: return sum(position_, length_ * draw.uniform(), direction_, 0.0, side_1_);
    case Kind::volume: return voxel(draw);
    default: return position_;
    }
}

Vector3 PhotonStarts::within_cone(double u, double v, double least_cosine) const {
    const double cosine = 1.0 - u * (1.0 - least_cosine);
    const double sine = std::sqrt(std::max(0.0, (1.0 - cosine) * (1.0 + cosine)));
    const double angle = 2.0 * std::numbers::pi * v;
    const Vector3 axis{cosine * direction_[0], cosine * direction_[1], cosine * direction_[2]};
    return sum(axis, sine * std::cos(angle), side_1_, sine * std::sin(angle), side_2_);
}

PhotonStart PhotonStarts::sample(PhotonDraw& draw) const {
    const Vector3 at = place(draw);
    if (least_cosine_ == 1.0) return {at, direction_};
    const double u = draw.uniform();
    return {at, within_cone(u, draw.uniform(), least_cosine_)};
}

}  // namespace caravel::stimulus
