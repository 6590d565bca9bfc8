#include "caravel/formulation/shape.hpp"

#include "caravel/base/sphere.hpp"
#include "caravel/formulation/extent.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::formulation {
namespace {

using input::Presence;
using std::numbers::pi;

constexpr std::int64_t many = 1'000'000'000;
/// Part of a plane that equal circles can cover, pi/sqrt(12).
constexpr double densest_circles = 0.9069;

double cube_of(double x) { return x * x * x; }

double sphere_surface(double diameter) { return pi * diameter * diameter; }

/// Surface of an ellipsoid of revolution with semi-axes c (polar) and a (equatorial), exact.
double spheroid_surface(double polar, double equatorial) {
    const double c = polar / 2.0;
    const double a = equatorial / 2.0;
    const double difference = std::abs(a - c) / std::max(a, c);
    if (difference < 1e-8) return 4.0 * pi * a * c;
    if (c > a) {
        const double e = std::sqrt(1.0 - (a * a) / (c * c));
        return 2.0 * pi * a * a * (1.0 + c / (a * e) * std::asin(e));
    }
    const double e = std::sqrt(1.0 - (c * c) / (a * a));
    return 2.0 * pi * a * a * (1.0 + (1.0 - e * e) / e * std::atanh(e));
}

/// Outer diameter of a cluster: the sphere that holds its grains at the packing fraction.
double cluster_diameter(const Cluster& s) {
    return s.grain_diameter * std::cbrt(static_cast<double>(s.grains) / s.packing_fraction);
}

/// Volume and lateral surface of the branches that stick out of a star's core (cones; the small
/// overlap with the core's cap is neglected).
double branch_volume(const Star& s) {
    return static_cast<double>(s.branches) * pi / 12.0 * s.branch_base_diameter *
           s.branch_base_diameter * s.branch_length;
}

double branch_extra_surface(const Star& s) {
    const double r = s.branch_base_diameter / 2.0;
    return static_cast<double>(s.branches) * pi * (r * std::hypot(r, s.branch_length) - r * r);
}

/// The sphere around a core with its satellites.
double satellite_sphere(const CoreSatellite& s) {
    return s.core_diameter + 2.0 * (s.gap + s.satellite_diameter);
}

/// Outer diameter of wall i of a vesicle, counting from outside.
double wall_diameter(const Vesicle& s, std::int64_t i) {
    return s.diameter - 2.0 * static_cast<double>(i) * (s.wall + s.water_gap);
}

struct EnclosedVolume {
    double g;
    double operator()(const Sphere&) const { return sphere_volume(2.0 * g); }
    double operator()(const Rod& s) const {
        const double d = s.diameter + 2.0 * g;
        return sphere_volume(d) + pi / 4.0 * d * d * (s.length - s.diameter);
    }
    double operator()(const Spheroid& s) const {
        const double e = s.equatorial_diameter + 2.0 * g;
        return pi / 6.0 * e * e * (s.polar_diameter + 2.0 * g);
    }
    double operator()(const Disc& s) const {
        const double d = s.diameter + 2.0 * g;
        return pi / 4.0 * d * d * (s.thickness + 2.0 * g);
    }
    double operator()(const Cube& s) const { return cube_of(s.edge + 2.0 * g); }
    double operator()(const Cage& s) const { return cube_of(s.edge + 2.0 * g); }
    double operator()(const Star& s) const {
        // A thin layer covers the branches too: surface times thickness, exact for the core.
        return sphere_volume(s.core_diameter + 2.0 * g) + branch_volume(s) +
               branch_extra_surface(s) * g;
    }
    double operator()(const Janus& s) const { return sphere_volume(s.diameter + 2.0 * g); }
    double operator()(const Cluster& s) const {
        return sphere_volume(cluster_diameter(s) + 2.0 * g);
    }
    double operator()(const CoreSatellite& s) const {
        if (g == 0.0)
            return sphere_volume(s.core_diameter) +
                   static_cast<double>(s.satellites) * sphere_volume(s.satellite_diameter);
        return sphere_volume(satellite_sphere(s) + 2.0 * g);
    }
    double operator()(const Sandwich& s) const { return pi / 4.0 * s.diameter * s.diameter * g; }
    double operator()(const Vesicle& s) const { return sphere_volume(s.diameter + 2.0 * g); }
    double operator()(const Micelle& s) const { return sphere_volume(s.core_diameter + 2.0 * g); }
    double operator()(const Dendrimer& s) const { return sphere_volume(s.diameter + 2.0 * g); }
};

struct OuterSurface {
    double g;
    double operator()(const Sphere&) const { return sphere_surface(2.0 * g); }
    double operator()(const Rod& s) const {
        const double d = s.diameter + 2.0 * g;
        return sphere_surface(d) + pi * d * (s.length - s.diameter);
    }
    double operator()(const Spheroid& s) const {
        return spheroid_surface(s.polar_diameter + 2.0 * g, s.equatorial_diameter + 2.0 * g);
    }
    double operator()(const Disc& s) const {
        const double d = s.diameter + 2.0 * g;
        return pi * d * (d / 2.0 + s.thickness + 2.0 * g);
    }
    double operator()(const Cube& s) const { return 6.0 * (s.edge + 2.0 * g) * (s.edge + 2.0 * g); }
    double operator()(const Cage& s) const { return 6.0 * (s.edge + 2.0 * g) * (s.edge + 2.0 * g); }
    double operator()(const Star& s) const {
        return sphere_surface(s.core_diameter + 2.0 * g) + branch_extra_surface(s);
    }
    double operator()(const Janus& s) const { return sphere_surface(s.diameter + 2.0 * g); }
    double operator()(const Cluster& s) const {
        return sphere_surface(cluster_diameter(s) + 2.0 * g);
    }
    double operator()(const CoreSatellite& s) const {
        if (g == 0.0)
            return sphere_surface(s.core_diameter) +
                   static_cast<double>(s.satellites) * sphere_surface(s.satellite_diameter);
        return sphere_surface(satellite_sphere(s) + 2.0 * g);
    }
    double operator()(const Sandwich& s) const { return pi * s.diameter * (s.diameter / 2.0 + g); }
    double operator()(const Vesicle& s) const { return sphere_surface(s.diameter + 2.0 * g); }
    double operator()(const Micelle& s) const { return sphere_surface(s.core_diameter + 2.0 * g); }
    double operator()(const Dendrimer& s) const { return sphere_surface(s.diameter + 2.0 * g); }
};

struct LargestExtent {
    double g;
    double operator()(const Sphere&) const { return 2.0 * g; }
    double operator()(const Rod& s) const { return s.length + 2.0 * g; }
    double operator()(const Spheroid& s) const {
        return std::max(s.polar_diameter, s.equatorial_diameter) + 2.0 * g;
    }
    double operator()(const Disc& s) const { return std::max(s.diameter, s.thickness) + 2.0 * g; }
    double operator()(const Cube& s) const { return s.edge + 2.0 * g; }
    double operator()(const Cage& s) const { return s.edge + 2.0 * g; }
    double operator()(const Star& s) const {
        return s.core_diameter + 2.0 * s.branch_length + 2.0 * g;
    }
    double operator()(const Janus& s) const { return s.diameter + 2.0 * g; }
    double operator()(const Cluster& s) const { return cluster_diameter(s) + 2.0 * g; }
    double operator()(const CoreSatellite& s) const { return satellite_sphere(s) + 2.0 * g; }
    double operator()(const Sandwich& s) const { return std::max(s.diameter, g); }
    double operator()(const Vesicle& s) const { return s.diameter + 2.0 * g; }
    double operator()(const Micelle& s) const { return s.core_diameter + 2.0 * g; }
    double operator()(const Dendrimer& s) const { return s.diameter + 2.0 * g; }
};

struct SolidVolumes {
    std::vector<double> operator()(const Sphere&) const { return {}; }
    std::vector<double> operator()(const Cage& s) const {
        return {cube_of(s.edge) - cube_of(s.edge - 2.0 * s.wall)};
    }
    std::vector<double> operator()(const Janus& s) const {
        const double v = sphere_volume(s.diameter);
        return {s.first_fraction * v, (1.0 - s.first_fraction) * v};
    }
    std::vector<double> operator()(const Cluster& s) const {
        return {static_cast<double>(s.grains) * sphere_volume(s.grain_diameter)};
    }
    std::vector<double> operator()(const CoreSatellite& s) const {
        return {sphere_volume(s.core_diameter),
                static_cast<double>(s.satellites) * sphere_volume(s.satellite_diameter)};
    }
    std::vector<double> operator()(const Sandwich&) const { return {}; }
    std::vector<double> operator()(const Vesicle& s) const {
        double volume = 0.0;
        for (std::int64_t i = 0; i < s.walls; ++i) {
            const double outer = wall_diameter(s, i);
            volume += sphere_volume(outer) - sphere_volume(std::max(outer - 2.0 * s.wall, 0.0));
        }
        return {volume};
    }
    template <class S>
    std::vector<double> operator()(const S& s) const {
        return {EnclosedVolume{0.0}(s)};
    }
};

}  // namespace

void describe(input::Visitor&, Sphere&) {}

void describe(input::Visitor& v, Rod& s) {
    v.number({"length", "end to end", Presence::required}, s.length, extent());
    v.number({"diameter", "diameter", Presence::required}, s.diameter, extent());
    if (s.length < s.diameter)
        v.complain("length", "a rod is shorter than it is wide", "length >= diameter",
                   "use a spheroid or a disc");
}

void describe(input::Visitor& v, Spheroid& s) {
    v.number({"polar_diameter", "along the axis of revolution", Presence::required},
             s.polar_diameter, extent());
    v.number({"equatorial_diameter", "across the axis", Presence::required}, s.equatorial_diameter,
             extent());
}

void describe(input::Visitor& v, Disc& s) {
    v.number({"diameter", "diameter", Presence::required}, s.diameter, extent());
    v.number({"thickness", "thickness", Presence::required}, s.thickness, extent());
}

void describe(input::Visitor& v, Cube& s) {
    v.number({"edge", "edge length", Presence::required}, s.edge, extent());
}

void describe(input::Visitor& v, Cage& s) {
    v.number({"edge", "outer edge length", Presence::required}, s.edge, extent());
    v.number({"wall", "wall thickness", Presence::required}, s.wall, extent());
    if (2.0 * s.wall > s.edge)
        v.complain("wall", "the walls of the cage overlap", "at most half the edge");
}

void describe(input::Visitor& v, Star& s) {
    v.number({"core_diameter", "diameter of the core", Presence::required}, s.core_diameter,
             extent());
    v.integer({"branches", "number of branches", Presence::required}, s.branches, 1, 10000);
    v.number({"branch_length", "from the core's surface to the tip", Presence::required},
             s.branch_length, extent());
    v.number({"branch_base_diameter", "diameter of a branch at the core", Presence::required},
             s.branch_base_diameter, extent());
    if (v.describes_types()) return;
    const double most =
        densest_circles * 4.0 * std::pow(s.core_diameter / s.branch_base_diameter, 2);
    if (s.core_diameter > 0.0 && static_cast<double>(s.branches) > most)
        v.complain("branches", "the branches of the star overlap",
                   fmt::format("at most {}", std::floor(most)));
}

void describe(input::Visitor& v, Janus& s) {
    v.number({"diameter", "diameter", Presence::required}, s.diameter, extent());
    v.number({"first_fraction", "volume fraction of the first layer"}, s.first_fraction,
             {"1", 0.0, 1.0, true, true});
}

void describe(input::Visitor& v, Cluster& s) {
    v.integer({"grains", "number of grains", Presence::required}, s.grains, 1, many);
    v.number({"grain_diameter", "diameter of a grain", Presence::required}, s.grain_diameter,
             extent());
    // Nothing packs denser than pi/sqrt(18) = 0.7405 (Kepler).
    v.number({"packing_fraction", "volume fraction of grains in the cluster"}, s.packing_fraction,
             {"1", 0.0, s.grains == 1 ? 1.0 : 0.7405, true, false});
}

void describe(input::Visitor& v, CoreSatellite& s) {
    v.number({"core_diameter", "diameter of the core", Presence::required}, s.core_diameter,
             extent());
    v.integer({"satellites", "number of satellites", Presence::required}, s.satellites, 1, many);
    v.number({"satellite_diameter", "diameter of a satellite", Presence::required},
             s.satellite_diameter, extent());
    v.number({"gap", "between the surfaces of core and satellites"}, s.gap, distance());
    if (v.describes_types()) return;
    const double most = most_satellites(s.core_diameter, s.satellite_diameter, s.gap);
    if (s.satellite_diameter > 0.0 && static_cast<double>(s.satellites) > most)
        v.complain("satellites", "the satellites overlap",
                   fmt::format("at most {}", std::floor(most)));
}

void describe(input::Visitor& v, Sandwich& s) {
    v.number({"diameter", "diameter of the sheets", Presence::required}, s.diameter, extent());
}

void describe(input::Visitor& v, Vesicle& s) {
    v.number({"diameter", "outer diameter", Presence::required}, s.diameter, extent());
    v.number({"wall", "thickness of one wall", Presence::required}, s.wall, extent());
    v.integer({"walls", "number of walls"}, s.walls, 1, 10000);
    v.number({"water_gap", "water between walls"}, s.water_gap, distance());
    if (v.describes_types()) return;
    if (wall_diameter(s, s.walls - 1) < 2.0 * s.wall)
        v.complain("wall", "the walls of the vesicle overlap in its centre",
                   "thinner or fewer walls, or a larger diameter");
}

void describe(input::Visitor& v, Micelle& s) {
    v.number({"core_diameter", "diameter of the core", Presence::required}, s.core_diameter,
             extent());
    v.integer({"aggregation_number", "chains per micelle", Presence::required},
              s.aggregation_number, 1, many);
    v.number({"chain_length", "stretched length of a chain in the core"}, s.chain_length, extent());
    if (v.describes_types()) return;
    if (s.chain_length && s.core_diameter > 2.0 * *s.chain_length)
        v.complain("core_diameter", "the core of the micelle is wider than its chains can reach",
                   "at most twice the stretched chain");
}

void describe(input::Visitor& v, Dendrimer& s) {
    v.number({"diameter", "diameter in water", Presence::required}, s.diameter, extent());
    v.integer({"generation", "generation, from 0", Presence::required}, s.generation, 0, 12);
    v.integer({"core_branches", "branches of the core (ethylene diamine: 4)"}, s.core_branches, 1,
              64);
    v.integer({"branching", "branches per branch"}, s.branching, 1, 8);
}

void describe(input::Visitor& v, Shape& shape) {
    v.alternatives({"kind", "shape of the innermost part"}, shape.form);
}

double enclosed_volume(const ShapeVariant& shape, double growth) {
    return std::visit(EnclosedVolume{growth}, shape);
}

double outer_surface(const ShapeVariant& shape, double growth) {
    return std::visit(OuterSurface{growth}, shape);
}

double largest_extent(const ShapeVariant& shape, double growth) {
    return std::visit(LargestExtent{growth}, shape);
}

int layers_in_shape(const ShapeVariant& shape) {
    return static_cast<int>(solid_volumes(shape).size());
}

std::vector<double> solid_volumes(const ShapeVariant& shape) {
    return std::visit(SolidVolumes{}, shape);
}

bool is_sized_by_layers(const ShapeVariant& shape) {
    return std::holds_alternative<Sphere>(shape) || std::holds_alternative<Sandwich>(shape);
}

double surface_groups(const Dendrimer& s) {
    return static_cast<double>(s.core_branches) *
           std::pow(static_cast<double>(s.branching), static_cast<double>(s.generation));
}

double most_satellites(double core_diameter, double small, double gap) {
    const double ratio = (core_diameter + small + 2.0 * gap) / small;
    return std::max(densest_circles * 4.0 * ratio * ratio, 1.0);
}

}  // namespace caravel::formulation
