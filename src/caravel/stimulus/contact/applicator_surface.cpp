#include "caravel/stimulus/contact/applicator_surface.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::stimulus {
namespace {

constexpr double pi = std::numbers::pi;

double dot(const Vector3& a, const Vector3& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }
Vector3 cross(const Vector3& a, const Vector3& b) {
    return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}
Vector3 along(const Vector3& from, const Vector3& direction, double length) {
    return {from[0] + length * direction[0], from[1] + length * direction[1],
            from[2] + length * direction[2]};
}
Vector3 scaled(const Vector3& v, double by) { return {v[0] * by, v[1] * by, v[2] * by}; }

/// A unit vector across the axis.
Vector3 across(const Vector3& axis) {
    std::size_t least = 0;
    for (std::size_t a = 1; a < 3; ++a) {
        if (std::abs(axis[a]) < std::abs(axis[least])) least = a;
    }
    Vector3 other{};
    other[least] = 1.0;
    const Vector3 normal = cross(axis, other);
    return scaled(normal, 1.0 / std::sqrt(dot(normal, normal)));
}

index_t pieces(double length, double spacing) {
    return std::max<index_t>(1, static_cast<index_t>(std::ceil(length / spacing)));
}

/// Ends of the axis between the middle of the tip's sphere and the end of the active length.
std::array<Vector3, 2> axis_ends(const ProbeInput& probe) {
    const Vector3 tip{probe.tip[0], probe.tip[1], probe.tip[2]};
    const Vector3 axis = probe_axis(probe);
    return {along(tip, axis, probe.radius), along(tip, axis, probe.active_length)};
}

/// Distance between the segments p + s u and q + t v, s and t from 0 to 1.
double segment_distance(const std::array<Vector3, 2>& first, const std::array<Vector3, 2>& second) {
    const Vector3 u = along(first[1], first[0], -1.0);
    const Vector3 v = along(second[1], second[0], -1.0);
    const Vector3 w = along(first[0], second[0], -1.0);
    const double uu = dot(u, u);
    const double vv = dot(v, v);
    const double uv = dot(u, v);
    const auto nearest_on_second = [&](double s) {
        return vv > 0.0 ? std::clamp((dot(w, v) + s * uv) / vv, 0.0, 1.0) : 0.0;
    };
    const auto nearest_on_first = [&](double t) {
        return uu > 0.0 ? std::clamp((t * uv - dot(w, u)) / uu, 0.0, 1.0) : 0.0;
    };
    const auto distance = [&](double s, double t) {
        const Vector3 gap = along(along(w, u, s), v, -t);
        return std::sqrt(dot(gap, gap));
    };
    const double determinant = uu * vv - uv * uv;
    double best = distance(nearest_on_first(0.0), 0.0);
    best = std::min(best, distance(nearest_on_first(1.0), 1.0));
    best = std::min(best, distance(0.0, nearest_on_second(0.0)));
    best = std::min(best, distance(1.0, nearest_on_second(1.0)));
    if (determinant > 1e-12 * uu * vv) {
        const double s = std::clamp((uv * dot(w, v) - vv * dot(w, u)) / determinant, 0.0, 1.0);
        best = std::min(best, distance(s, nearest_on_second(s)));
    }
    return best;
}

}  // namespace

Vector3 probe_axis(const ProbeInput& probe) {
    const Vector3 d{probe.direction[0], probe.direction[1], probe.direction[2]};
    return scaled(d, 1.0 / std::sqrt(dot(d, d)));
}

double probe_area(const ProbeInput& probe) {
    // half a sphere has the area of a cylinder as high as its radius
    return 2.0 * pi * probe.radius * probe.active_length;
}

std::vector<SurfacePatch> probe_patches(const ProbeInput& probe, double spacing) {
    const Vector3 axis = probe_axis(probe);
    const Vector3 first = across(axis);
    const Vector3 second = cross(axis, first);
    const Vector3 tip{probe.tip[0], probe.tip[1], probe.tip[2]};
    const double radius = probe.radius;
    const index_t around = std::max<index_t>(8, pieces(2.0 * pi * radius, spacing));
    std::vector<SurfacePatch> patches;
    const auto ring = [&](double height, double width, double area) {
        for (index_t n = 0; n < around; ++n) {
            const double angle =
                2.0 * pi * (static_cast<double>(n) + 0.5) / static_cast<double>(around);
            Vector3 at = along(tip, axis, height);
            at = along(at, first, width * std::cos(angle));
            at = along(at, second, width * std::sin(angle));
            patches.push_back({at, area / static_cast<double>(around)});
        }
    };
    // rings of the same height have the same area on a sphere too
    const index_t round = std::max<index_t>(4, 2 * pieces(radius, spacing));
    for (index_t n = 0; n < round; ++n) {
        const double height = radius * (static_cast<double>(n) + 0.5) / static_cast<double>(round);
        const double width = std::sqrt(height * (2.0 * radius - height));
        ring(height, width, 2.0 * pi * radius * radius / static_cast<double>(round));
    }
    const double shaft = probe.active_length - radius;
    if (!(shaft > 0.0)) return patches;
    const index_t straight = pieces(shaft, spacing);
    const double step = shaft / static_cast<double>(straight);
    for (index_t n = 0; n < straight; ++n) {
        ring(radius + step * (static_cast<double>(n) + 0.5), radius, 2.0 * pi * radius * step);
    }
    return patches;
}

double axis_distance(const ProbeInput& a, const ProbeInput& b) {
    return segment_distance(axis_ends(a), axis_ends(b));
}

}  // namespace caravel::stimulus
