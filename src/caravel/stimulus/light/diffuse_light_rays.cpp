#include "caravel/stimulus/light/diffuse_light_rays.hpp"

#include "caravel/base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace caravel::stimulus {
namespace {

constexpr int many = 1 << 17;  // rays of a source with an extent

[[noreturn]] void reject(std::string what, std::string expected) {
    throw InputError(Diagnostic{{}, "light source: " + std::move(what), std::move(expected), ""});
}

Vector3 three(const std::vector<double>& values, const char* name) {
    if (values.size() != 3 ||
        !std::all_of(values.begin(), values.end(), [](double x) { return std::isfinite(x); }))
        reject(fmt::format("{} has {} numbers or one that is not finite", name, values.size()),
               "three finite numbers");
    return {values[0], values[1], values[2]};
}

Vector3 unit(const Vector3& v) {
    const double length = std::hypot(v[0], v[1], v[2]);
    if (!(length > 0.0)) reject("direction has no length", "three numbers, not all 0");
    return {v[0] / length, v[1] / length, v[2] / length};
}

Vector3 cross(const Vector3& a, const Vector3& b) {
    return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

Vector3 moved(const Vector3& a, double s, const Vector3& b, double t = 0.0,
              const Vector3& c = Vector3{}) {
    return {a[0] + s * b[0] + t * c[0], a[1] + s * b[1] + t * c[1], a[2] + s * b[2] + t * c[2]};
}

void need(double value, const char* name, const LightSourceInput& source) {
    if (!(value > 0.0 && std::isfinite(value)))
        reject(fmt::format("a {} needs its {}", source.kind, name), "more than 0");
}

/// Point `i` of a sequence that fills the unit cube of four dimensions evenly.
std::array<double, 4> even_point(int i) {
    constexpr double ratio = 1.1673039782614187;  // root of x^5 = x + 1
    std::array<double, 4> point{};
    double step = 1.0;
    for (double& x : point) {
        step /= ratio;
        const double at = 0.5 + (i + 1) * step;
        x = at - std::floor(at);
    }
    return point;
}

/// Even over the plane: coordinates of the first two dimensions alone.
std::array<double, 2> even_pair(int i) {
    constexpr double ratio = 1.3247179572447460;  // root of x^3 = x + 1
    const double a = 0.5 + (i + 1) / ratio, b = 0.5 + (i + 1) / (ratio * ratio);
    return {a - std::floor(a), b - std::floor(b)};
}

/// The source's own axes.
struct Frame {
    explicit Frame(const LightSourceInput& source)
        : position(three(source.position, "position")),
          direction(unit(three(source.direction, "direction"))) {
        const Vector3 helper =
            std::abs(direction[0]) < 0.9 ? Vector3{1.0, 0.0, 0.0} : Vector3{0.0, 1.0, 0.0};
        side_1 = unit(cross(direction, helper));
        side_2 = cross(direction, side_1);
    }
    Vector3 on_circle(double radius, double turn) const {
        const double angle = 2.0 * std::numbers::pi * turn;
        return moved(position, radius * std::cos(angle), side_1, radius * std::sin(angle), side_2);
    }
    Vector3 in_cone(double u, double turn, double least_cosine) const {
        const double cosine = 1.0 - u * (1.0 - least_cosine);
        const double sine = std::sqrt(std::max(0.0, 1.0 - cosine * cosine));
        const double angle = 2.0 * std::numbers::pi * turn;
        Vector3 d{};
        for (std::size_t a = 0; a < 3; ++a)
            d[a] = cosine * direction[a] +
                   sine * (std::cos(angle) * side_1[a] + std::sin(angle) * side_2[a]);
        return d;
    }

    Vector3 position{}, direction{}, side_1{}, side_2{};
};

std::vector<LightRay> disk_rays(const LightSourceInput& source, const Frame& frame,
                                double least_cosine) {
    need(source.radius, "radius", source);
    std::vector<LightRay> rays(many);
    for (int i = 0; i < many; ++i) {
        const auto p = even_point(i);
        const auto flat = even_pair(i);
        const bool is_wide = least_cosine < 1.0;
        const double u = is_wide ? p[0] : flat[0], turn = is_wide ? p[1] : flat[1];
        const double share = source.kind == "gaussian" ? -0.5 * std::log(1.0 - u) : u;
        auto& ray = rays[static_cast<std::size_t>(i)];
        ray.position = frame.on_circle(source.radius * std::sqrt(share), turn);
        ray.direction = is_wide ? frame.in_cone(p[2], p[3], least_cosine) : frame.direction;
        ray.weight = 1.0 / many;
    }
    return rays;
}

/// Brightness of the pixel that holds a place of the unit square.
class Pattern {
  public:
    explicit Pattern(const LightSourceInput& source) : weights_(source.weights) {
        if (source.kind != "pattern") return;
        columns_ = static_cast<std::size_t>(std::max<std::int64_t>(source.columns, 1));
        if (weights_.empty() || weights_.size() % columns_ != 0)
            reject(fmt::format("{} weights do not fill rows of {}", weights_.size(), columns_),
                   "rows times columns weights");
        for (const double w : weights_)
            if (!(w >= 0.0 && std::isfinite(w)))
                reject(fmt::format("a weight is {}", w), "0 or more, finite");
    }
    double operator()(double u, double v) const {
        if (columns_ == 0) return 1.0;
        const std::size_t rows = weights_.size() / columns_;
        const auto column = static_cast<std::size_t>(u * static_cast<double>(columns_));
        const auto row = static_cast<std::size_t>(v * static_cast<double>(rows));
        return weights_[std::min(row, rows - 1) * columns_ + std::min(column, columns_ - 1)];
    }

  private:
    const std::vector<double>& weights_;
    std::size_t columns_ = 0;
};

std::vector<LightRay> planar_rays(const LightSourceInput& source, const Frame& frame) {
    const Vector3 first = three(source.edge_1, "edge_1"), second = three(source.edge_2, "edge_2");
    const Vector3 area = cross(first, second);
    need(std::hypot(area[0], area[1], area[2]), "edges to span an area", source);
    const Pattern pattern(source);
    std::vector<LightRay> rays;
    double total = 0.0;
    for (int i = 0; i < many; ++i) {
        const auto p = even_pair(i);
        const double brightness = pattern(p[0], p[1]);
        if (!(brightness > 0.0)) continue;
        total += brightness;
        rays.push_back(
            {moved(frame.position, p[0], first, p[1], second), frame.direction, brightness, false});
    }
    if (rays.empty()) reject("all weights are 0", "at least one more than 0");
    for (LightRay& ray : rays) ray.weight /= total;
    return rays;
}

std::vector<LightRay> point_rays(const LightSourceInput& source, const Frame& frame,
                                 double least_cosine, bool isotropic) {
    std::vector<LightRay> rays(many);
    for (int i = 0; i < many; ++i) {
        const auto p = even_point(i);
        auto& ray = rays[static_cast<std::size_t>(i)];
        const double along = source.kind == "line" ? p[2] * source.length : 0.0;
        ray = {moved(frame.position, along, frame.direction),
               frame.in_cone(p[0], p[1], least_cosine), 1.0 / many, isotropic};
    }
    return rays;
}

}  // namespace

std::vector<LightRay> light_rays(const LightSourceInput& source, double index) {
    const Frame frame(source);
    const std::string& kind = source.kind;
    if (kind == "pencil") return {{frame.position, frame.direction, 1.0, false}};
    if (kind == "disk" || kind == "gaussian") return disk_rays(source, frame, 1.0);
    if (kind == "planar" || kind == "pattern") return planar_rays(source, frame);
    if (kind == "cone") {
        if (!(source.half_angle >= 0.0 && source.half_angle <= std::numbers::pi))
            reject(fmt::format("half_angle is {} rad", source.half_angle), "0 to pi");
        return point_rays(source, frame, std::cos(source.half_angle), false);
    }
    if (kind == "fibre") {
        const double sine = source.numerical_aperture / index;
        if (!(sine >= 0.0 && sine <= 1.0))
            reject(fmt::format("numerical_aperture is {}", source.numerical_aperture),
                   fmt::format("0 to the index at the fibre's end, {}", index));
        return disk_rays(source, frame, std::sqrt(1.0 - sine * sine));
    }
    if (kind == "line") need(source.length, "length", source);
    if (kind == "line" || kind == "isotropic") return point_rays(source, frame, -1.0, true);
    reject("kind is \"" + kind + "\"",
           "pencil, disk, gaussian, planar, cone, isotropic, line, fibre, pattern or volume");
}

}  // namespace caravel::stimulus
