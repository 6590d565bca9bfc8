#include "caravel/base/error.hpp"
#include "caravel/base/roots.hpp"
#include "caravel/base/sphere.hpp"
#include "caravel/formulation/optics/dipole_shape.hpp"
#include "caravel/formulation/optics/vector3.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

namespace caravel::formulation::optics {
namespace {

constexpr double pi = std::numbers::pi;
using Point = Vector3;

/// What a body is before it is cut: half sizes of its box, exact volume, thinnest part.
struct Body {
    Point half{};
    double volume = 0.0;
    double thinnest = 0.0;
};

void require(bool holds, const std::string& what, const std::string& expected) {
    if (!holds) throw InputError(Diagnostic{{}, what, expected, ""});
}

void require_length(double value, const char* name) {
    require(std::isfinite(value) && value > 0.0, fmt::format("{} of {:g} m", name, value),
            "a length above 0");
}

index_t cells_over(double extent, double spacing) {
    return std::max(index_t{1}, static_cast<index_t>(std::ceil(extent / spacing - 1e-9)));
}

/// Material(point) is 0 outside the body.
template <class Material>
LatticeShape cut(const Body& body, double spacing, const Material& material) {
    require_length(spacing, "lattice spacing");
    constexpr double most_cells = 268435456.0;
    double box = 1.0;
    for (const double half : body.half) box *= 2.0 * half / spacing + 1.0;
    require(box < most_cells, fmt::format("lattice box of {:.3g} cells", box),
            "at most 2^28 cells: a wider spacing");
    LatticeShape lattice;
    DipoleShape& s = lattice.shape;
    s.nx = cells_over(2.0 * body.half[0], spacing);
    s.ny = cells_over(2.0 * body.half[1], spacing);
    s.nz = cells_over(2.0 * body.half[2], spacing);
    s.material.reserve(static_cast<std::size_t>(s.cells()));
    const auto centre = [spacing](index_t i, index_t n) {
        return (static_cast<double>(i) - 0.5 * static_cast<double>(n - 1)) * spacing;
    };
    for (index_t x = 0; x < s.nx; ++x) {
        for (index_t y = 0; y < s.ny; ++y) {
            for (index_t z = 0; z < s.nz; ++z) {
                const Point p{centre(x, s.nx), centre(y, s.ny), centre(z, s.nz)};
                s.material.push_back(static_cast<std::uint8_t>(material(p)));
            }
        }
    }
    check_shape(s);
    const double cells = static_cast<double>(dipole_count(s));
    lattice.volume = body.volume;
    lattice.spacing = std::cbrt(body.volume / cells);
    lattice.volume_error = cells * spacing * spacing * spacing / body.volume - 1.0;
    lattice.thinnest_cells = body.thinnest / lattice.spacing;
    return lattice;
}

double largest(const Point& p) {
    return std::max({std::abs(p[0]), std::abs(p[1]), std::abs(p[2])});
}

Body cubic(double edge, double volume, double thinnest) {
    return {{edge / 2.0, edge / 2.0, edge / 2.0}, volume, thinnest};
}

Body revolved(double across, double along, double volume, double thinnest) {
    return {{across / 2.0, across / 2.0, along / 2.0}, volume, thinnest};
}

/// Unit vectors to the corners of regular bodies where there is one with `count` corners.
std::vector<Point> directions(std::int64_t count) {
    const double third = 1.0 / std::sqrt(3.0);
    const double half = std::sqrt(0.75);
    if (count == 1) return {{0, 0, 1}};
    if (count == 2) return {{0, 0, 1}, {0, 0, -1}};
    if (count == 3) return {{1, 0, 0}, {-0.5, half, 0}, {-0.5, -half, 0}};
    std::vector<Point> points;
    if (count == 4 || count == 8) {
        for (int signs = 0; signs < 8; ++signs) {
            const double x = (signs & 1) != 0 ? -third : third;
            const double y = (signs & 2) != 0 ? -third : third;
            const double z = (signs & 4) != 0 ? -third : third;
            if (count == 8 || x * y * z > 0.0) points.push_back({x, y, z});
        }
        return points;
    }
    if (count == 6) return {{1, 0, 0}, {-1, 0, 0}, {0, 1, 0}, {0, -1, 0}, {0, 0, 1}, {0, 0, -1}};
    if (count != 12) return spiral_directions(count);
    const double scale = 1.0 / std::sqrt(1.0 + std::numbers::phi * std::numbers::phi);
    for (int signs = 0; signs < 4; ++signs) {
        const double a = (signs & 1) != 0 ? -scale : scale;
        const double b = (signs & 2) != 0 ? -scale * std::numbers::phi : scale * std::numbers::phi;
        points.push_back({0.0, a, b});
        points.push_back({a, b, 0.0});
        points.push_back({b, 0.0, a});
    }
    return points;
}

double smallest_angle(const std::vector<Point>& points) {
    double closest = -1.0;
    for (std::size_t i = 0; i < points.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) closest = std::max(closest, dot(points[i], points[j]));
    }
    return points.size() < 2 ? pi : std::acos(std::min(1.0, closest));
}

/// Height above the centre, in radii, of the plane that leaves `fraction` of a sphere below it.
double cut_height(double fraction) {
    const auto excess = [&](double h) { return (2.0 + 3.0 * h - h * h * h) / 4.0 - fraction; };
    return find_root(excess, -1.0, 1.0, {1e-15, 200, "the plane between both halves"});
}

}  // namespace

LatticeShape lattice_sphere(double diameter, double spacing) {
    require_length(diameter, "sphere diameter");
    const double squared = diameter * diameter / 4.0;
    return cut(cubic(diameter, sphere_volume(diameter), diameter), spacing,
               [=](const Point& p) { return dot(p, p) <= squared ? 1 : 0; });
}

LatticeShape lattice_rod(double length, double diameter, double spacing) {
    require_length(diameter, "rod diameter");
    require_length(length, "rod length");
    require(length >= diameter, fmt::format("rod length of {:g} m", length),
            fmt::format("at least its diameter, {:g} m", diameter));
    const double volume =
        sphere_volume(diameter) + pi / 4.0 * diameter * diameter * (length - diameter);
    return cut(revolved(diameter, length, volume, diameter), spacing, [=](const Point& p) {
        const double beyond = std::max(0.0, std::abs(p[2]) - (length - diameter) / 2.0);
        return p[0] * p[0] + p[1] * p[1] + beyond * beyond <= diameter * diameter / 4.0 ? 1 : 0;
    });
}

LatticeShape lattice_spheroid(double polar_diameter, double equatorial_diameter, double spacing) {
    require_length(polar_diameter, "spheroid polar diameter");
    require_length(equatorial_diameter, "spheroid equatorial diameter");
    const double volume = pi / 6.0 * polar_diameter * equatorial_diameter * equatorial_diameter;
    const Body body = revolved(equatorial_diameter, polar_diameter, volume,
                               std::min(polar_diameter, equatorial_diameter));
    return cut(body, spacing, [=](const Point& p) {
        const double across =
            (p[0] * p[0] + p[1] * p[1]) / (equatorial_diameter * equatorial_diameter);
        return across + p[2] * p[2] / (polar_diameter * polar_diameter) <= 0.25 ? 1 : 0;
    });
}

LatticeShape lattice_disc(double diameter, double thickness, double spacing) {
    require_length(diameter, "disc diameter");
    require_length(thickness, "disc thickness");
    const Body body = revolved(diameter, thickness, pi / 4.0 * diameter * diameter * thickness,
                               std::min(diameter, thickness));
    return cut(body, spacing, [=](const Point& p) {
        const bool inside = p[0] * p[0] + p[1] * p[1] <= diameter * diameter / 4.0;
        return inside && std::abs(p[2]) <= thickness / 2.0 ? 1 : 0;
    });
}

LatticeShape lattice_cube(double edge, double spacing) {
    require_length(edge, "cube edge");
    return cut(cubic(edge, edge * edge * edge, edge), spacing,
               [=](const Point& p) { return largest(p) <= edge / 2.0 ? 1 : 0; });
}

LatticeShape lattice_cage(double edge, double wall, double opening, double spacing) {
    require_length(edge, "cage edge");
    require_length(wall, "cage wall");
    require(2.0 * wall < edge, fmt::format("cage wall of {:g} m", wall),
            fmt::format("less than half the edge, {:g} m", edge / 2.0));
    require(opening >= 0.0 && opening <= edge / 2.0,
            fmt::format("corner opening of {:g} m", opening),
            fmt::format("0 to half the edge, {:g} m", edge / 2.0));
    const double hollow = edge - 2.0 * wall;
    const double into_hollow = std::max(0.0, opening - 3.0 * wall);
    const double corners = 8.0 / 6.0 * (std::pow(opening, 3) - std::pow(into_hollow, 3));
    const double volume = edge * edge * edge - hollow * hollow * hollow - corners;
    return cut(cubic(edge, volume, wall), spacing, [=](const Point& p) {
        const double reach = std::abs(p[0]) + std::abs(p[1]) + std::abs(p[2]);
        const bool open = opening > 0.0 && reach > 1.5 * edge - opening;
        const double out = largest(p);
        return out <= edge / 2.0 && out > hollow / 2.0 && !open ? 1 : 0;
    });
}

LatticeShape lattice_star(double core_diameter, std::int64_t branches, double branch_length,
                          double branch_base_diameter, double spacing) {
    require_length(core_diameter, "star core diameter");
    require_length(branch_length, "branch length");
    require_length(branch_base_diameter, "branch base diameter");
    require(branches >= 1 && branches <= 200, fmt::format("star with {} branches", branches),
            "1 to 200");
    const double radius = core_diameter / 2.0;
    const double base = branch_base_diameter / 2.0;
    const std::vector<Point> axes = directions(branches);
    require(base < radius && 2.0 * std::asin(base / radius) <= smallest_angle(axes),
            fmt::format("branch base of {:g} m", branch_base_diameter),
            "branches that do not overlap on the core: a narrower base or fewer branches");
    const double foot = std::sqrt(radius * radius - base * base);
    const double tip = radius + branch_length;
    const double cap = radius - foot;
    const double branch =
        pi / 3.0 * base * base * (tip - foot) - pi / 3.0 * cap * cap * (3.0 * radius - cap);
    require(branch > 0.0, fmt::format("branch length of {:g} m", branch_length),
            "a cone that stands out of the core");
    const double volume = sphere_volume(core_diameter) + static_cast<double>(branches) * branch;
    return cut(cubic(2.0 * tip, volume, branch_base_diameter), spacing, [=](const Point& p) {
        const double squared = dot(p, p);
        if (squared <= radius * radius) return 1;
        return std::any_of(axes.begin(), axes.end(),
                           [&](const Point& axis) {
                               const double along = dot(p, axis);
                               const double wide = base * (tip - along) / (tip - foot);
                               return along >= foot && along <= tip &&
                                      squared - along * along <= wide * wide;
                           })
                   ? 1
                   : 0;
    });
}

LatticeShape lattice_janus(double diameter, double first_fraction, double spacing) {
    require_length(diameter, "janus diameter");
    require(first_fraction > 0.0 && first_fraction < 1.0,
            fmt::format("first fraction of {:g}", first_fraction), "above 0 and below 1");
    const double squared = diameter * diameter / 4.0;
    const double height = cut_height(first_fraction) * diameter / 2.0;
    return cut(cubic(diameter, sphere_volume(diameter), diameter), spacing, [=](const Point& p) {
        if (dot(p, p) > squared) return 0;
        return p[2] <= height ? 1 : 2;
    });
}

LatticeShape lattice_core_satellite(double core_diameter, std::int64_t satellites,
                                    double satellite_diameter, double spacing) {
    require_length(core_diameter, "core diameter");
    require_length(satellite_diameter, "satellite diameter");
    require(satellites >= 1 && satellites <= 200,
            fmt::format("core with {} satellites", satellites), "1 to 200");
    const std::vector<Point> axes = directions(satellites);
    const double distance = (core_diameter + satellite_diameter) / 2.0;
    require(
        2.0 * distance * std::sin(smallest_angle(axes) / 2.0) >= satellite_diameter * (1 - 1e-9),
        fmt::format("satellite diameter of {:g} m", satellite_diameter),
        "satellites that do not overlap: smaller or fewer ones");
    const double volume = sphere_volume(core_diameter) +
                          static_cast<double>(satellites) * sphere_volume(satellite_diameter);
    const double extent = core_diameter + 2.0 * satellite_diameter;
    const Body body = cubic(extent, volume, std::min(core_diameter, satellite_diameter));
    return cut(body, spacing, [=](const Point& p) {
        if (dot(p, p) <= core_diameter * core_diameter / 4.0) return 1;
        return std::any_of(axes.begin(), axes.end(),
                           [&](const Point& axis) {
                               const Point q{p[0] - distance * axis[0], p[1] - distance * axis[1],
                                             p[2] - distance * axis[2]};
                               return dot(q, q) <= satellite_diameter * satellite_diameter / 4.0;
                           })
                   ? 2
                   : 0;
    });
}

}  // namespace caravel::formulation::optics
