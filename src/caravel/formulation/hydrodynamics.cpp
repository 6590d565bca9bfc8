#include "caravel/formulation/hydrodynamics.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::formulation {
namespace {

/// Capacitance of the unit cube over 4 pi eps0 (Hwang and Mascagni 2004, J Appl Phys 95:3798).
constexpr double cube_capacitance = 0.6606782;

/// Spheroid with volume `volume` and polar/equatorial ratio `aspect`.
double equivalent_spheroid(double volume, double aspect) {
    const double equatorial = std::cbrt(6.0 * volume / (std::numbers::pi * aspect));
    return 2.0 * spheroid_friction_radius(aspect * equatorial, equatorial);
}

struct HydrodynamicDiameter {
    const ShapeVariant& shape;
    double g;
    double operator()(const Rod& s) const {
        return equivalent_spheroid(enclosed_volume(shape, g),
                                   (s.length + 2.0 * g) / (s.diameter + 2.0 * g));
    }
    double operator()(const Disc& s) const {
        return equivalent_spheroid(enclosed_volume(shape, g),
                                   (s.thickness + 2.0 * g) / (s.diameter + 2.0 * g));
    }
    double operator()(const Sandwich& s) const {
        return equivalent_spheroid(enclosed_volume(shape, g), g / s.diameter);
    }
    double operator()(const Spheroid& s) const {
        return 2.0 * spheroid_friction_radius(s.polar_diameter + 2.0 * g,
                                              s.equatorial_diameter + 2.0 * g);
    }
    double operator()(const Cube& s) const { return 2.0 * cube_capacitance * (s.edge + 2.0 * g); }
    double operator()(const Cage& s) const { return 2.0 * cube_capacitance * (s.edge + 2.0 * g); }
    template <class S>
    double operator()(const S&) const {
        return largest_extent(shape, g);
    }
};

}  // namespace

double spheroid_friction_radius(double polar_diameter, double equatorial_diameter) {
    const double c = polar_diameter / 2.0;
    const double a = equatorial_diameter / 2.0;
    const double x = std::sqrt(std::abs(c * c - a * a)) / std::max(a, c);
    if (x < 1e-4) return (2.0 * a + c) / 3.0;  // the next term is of order x^4
    return c > a ? c * x / std::atanh(x) : a * x / std::asin(x);
}

double hydrodynamic_diameter(const ShapeVariant& shape, double growth) {
    return std::visit(HydrodynamicDiameter{shape, growth}, shape);
}

}  // namespace caravel::formulation
