#include "caravel/report/colour_map.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>

namespace caravel::report {

namespace {

using Lab = std::array<double, 3>;

constexpr std::array<Rgba, 9> viridis = {{{0x44, 0x01, 0x54},
                                          {0x47, 0x2d, 0x7b},
                                          {0x3b, 0x52, 0x8b},
                                          {0x2c, 0x72, 0x8e},
                                          {0x21, 0x91, 0x8c},
                                          {0x28, 0xae, 0x80},
                                          {0x5e, 0xc9, 0x62},
                                          {0xad, 0xdc, 0x30},
                                          {0xfd, 0xe7, 0x25}}};
// The chart palette's blue and orange, darkened at the ends to the same lightness.
constexpr std::array<Lab, 3> blues = {{{0.36, -0.035, -0.105}, {0.66, -0.04, -0.10}, {0.97, 0, 0}}};
constexpr std::array<Lab, 3> oranges = {{{0.97, 0, 0}, {0.66, 0.085, 0.10}, {0.36, 0.09, 0.07}}};

double to_linear(std::uint8_t channel) {
    const double c = channel / 255.0;
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

std::uint8_t to_channel(double linear) {
    const double c =
        linear <= 0.0031308 ? 12.92 * linear : 1.055 * std::pow(linear, 1.0 / 2.4) - 0.055;
    return static_cast<std::uint8_t>(std::lround(255.0 * std::clamp(c, 0.0, 1.0)));
}

Rgba to_rgb(const Lab& lab) {
    const auto cube = [](double v) { return v * v * v; };
    const double l = cube(lab[0] + 0.3963377774 * lab[1] + 0.2158037573 * lab[2]);
    const double m = cube(lab[0] - 0.1055613458 * lab[1] - 0.0638541728 * lab[2]);
    const double s = cube(lab[0] - 0.0894841775 * lab[1] - 1.2914855480 * lab[2]);
    return {to_channel(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
            to_channel(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
            to_channel(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s)};
}

double distance(const Lab& a, const Lab& b) {
    return std::hypot(b[0] - a[0], b[1] - a[1], b[2] - a[2]);
}

/// The point at the share 0..1 of the way along the polyline.
Lab along(std::span<const Lab> path, double share) {
    double length = 0.0;
    for (std::size_t i = 1; i < path.size(); ++i) length += distance(path[i - 1], path[i]);
    double left = share * length;
    for (std::size_t i = 1; i < path.size(); ++i) {
        const double step = distance(path[i - 1], path[i]);
        if (left <= step || i + 1 == path.size()) {
            const double w = std::clamp(left / step, 0.0, 1.0);
            Lab lab{};
            for (std::size_t k = 0; k < 3; ++k)
                lab[k] = (1.0 - w) * path[i - 1][k] + w * path[i][k];
            return lab;
        }
        left -= step;
    }
    return path.back();
}

/// A smooth curve through the points (Catmull-Rom, ends repeated) as a fine polyline.
std::vector<Lab> curve(std::span<const Lab> points) {
    constexpr int pieces = 64;
    std::vector<Lab> fine;
    const auto at = [&](std::size_t i, std::size_t k, int offset) {
        const auto place = static_cast<std::ptrdiff_t>(i) + offset;
        const auto last = static_cast<std::ptrdiff_t>(points.size()) - 1;
        return points[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(place, 0, last))][k];
    };
    for (std::size_t i = 0; i + 1 < points.size(); ++i) {
        for (int piece = 0; piece < pieces; ++piece) {
            const double t = static_cast<double>(piece) / pieces;
            Lab lab{};
            for (std::size_t k = 0; k < 3; ++k) {
                const double p0 = at(i, k, -1);
                const double p1 = at(i, k, 0);
                const double p2 = at(i, k, 1);
                const double p3 = at(i, k, 2);
                lab[k] = p1 + 0.5 * t *
                                  (p2 - p0 +
                                   t * (2.0 * p0 - 5.0 * p1 + 4.0 * p2 - p3 +
                                        t * (3.0 * (p1 - p2) + p3 - p0)));
            }
            fine.push_back(lab);
        }
    }
    fine.push_back(points.back());
    return fine;
}

}  // namespace

Lab oklab(const Rgba& colour) {
    const double r = to_linear(colour.red);
    const double g = to_linear(colour.green);
    const double b = to_linear(colour.blue);
    const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    const double m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    const double s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    return {0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
            1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s};
}

std::vector<Rgba> colours(ColourMap map, std::size_t count) {
    std::array<Lab, viridis.size()> points{};
    std::transform(viridis.begin(), viridis.end(), points.begin(), oklab);
    const std::vector<Lab> path = curve(points);
    std::vector<Rgba> all;
    all.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        const double share = static_cast<double>(i) / static_cast<double>(count - 1);
        if (map == ColourMap::sequential)
            all.push_back(to_rgb(along(path, share)));
        else
            all.push_back(to_rgb(share <= 0.5 ? along(blues, 2.0 * share)
                                              : along(oranges, 2.0 * share - 1.0)));
    }
    return all;
}

}  // namespace caravel::report
