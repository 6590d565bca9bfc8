#include "caravel/formulation/radiation/local_dose.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/base/quadrature.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::formulation::radiation {
namespace {

constexpr double water_density = 1000.0;  // kg/m3
constexpr double micrometre = 1e-6;       // m

// Cole 1969, Radiation Research 38:7-33.
constexpr double cole_factor = 5.9;
constexpr double cole_offset = 0.007;
constexpr double cole_power = 0.565;
constexpr double cole_energy = 0.367;

/// Nodes on 0..1, for directions and paths.
const QuadratureRule& nodes() {
    static const QuadratureRule rule = gauss_legendre(48, 0.0, 1.0);
    return rule;
}

/// Cole's energy (J) at the residual range, slightly negative at its end.
double fitted_energy(double range) {
    return (cole_factor * std::pow(range / micrometre + cole_offset, cole_power) - cole_energy) *
           kiloelectronvolt;
}

/// Mean energy (J/m) that electrons of one range lose in water at `r`, per event and area.
double line_dose(const ElectronSource& s, double range, double r) {
    const double volume = 4.0 / 3.0 * std::numbers::pi * std::pow(s.radius, 3);
    const double sine = s.radius / r;
    const double least = std::sqrt(1.0 - sine * sine);  // cosine of the cone that sees the sphere
    double sum = 0.0;
    for (std::size_t i = 0; i < nodes().size(); ++i) {
        const double cosine = least + (1.0 - least) * nodes().node[i];
        const double miss = r * r * (1.0 - cosine * cosine);
        const double half = std::sqrt(std::max(s.radius * s.radius - miss, 0.0));
        const double gap = r * cosine - half;  // of water between the sphere and the point
        const double longest = std::min(2.0 * half, (range - gap) / s.stopping_ratio);
        if (longest <= 0.0) continue;
        // Of the electrons born along the chord: the integral of their stopping power is an energy.
        const double nearest = range - gap;
        const double lost =
            fitted_energy(nearest) - fitted_energy(nearest - s.stopping_ratio * longest);
        sum += nodes().weight[i] * lost / s.stopping_ratio;
    }
    return sum * (1.0 - least) * 0.5 / volume;
}

}  // namespace

double electron_range(double energy) {
    // The fit passes 0.3 nm beside the origin.
    const double kev = energy / kiloelectronvolt;
    const double um = std::pow((kev + cole_energy) / cole_factor, 1.0 / cole_power) - cole_offset;
    return std::max(um, 0.0) * micrometre;
}

double electron_energy(double range) { return std::max(fitted_energy(range), 0.0); }

std::vector<double> radial_dose(const ElectronSource& source, std::span<const double> r) {
    std::vector<double> dose;
    for (const double distance : r) {
        if (!(distance > source.radius))
            throw InputError(Diagnostic{{},
                                        "a distance lies inside the particle",
                                        "distances from the centre beyond its radius",
                                        ""});
        double sum = 0.0;
        for (const Emission& e : source.electrons)
            sum += e.number * line_dose(source, electron_range(e.energy), distance);
        dose.push_back(sum / water_density);
    }
    return dose;
}

double escaping_energy_fraction(const ElectronSource& source) {
    // Path lengths s from an even, isotropic source to the surface of a sphere of radius a are
    // distributed as 3/(4a) (1 - s^2/(4a^2)), 0 <= s <= 2a.
    double emitted = 0.0;
    double escaping = 0.0;
    for (const Emission& e : source.electrons) {
        const double range = electron_range(e.energy);
        emitted += e.number * e.energy;
        for (std::size_t i = 0; i < nodes().size(); ++i) {
            const double x = nodes().node[i];
            const double path = 2.0 * source.radius * x;
            const double left = range - source.stopping_ratio * path;
            if (left > 0.0)
                escaping +=
                    e.number * nodes().weight[i] * 1.5 * (1.0 - x * x) * electron_energy(left);
        }
    }
    return emitted > 0.0 ? escaping / emitted : 0.0;
}

}  // namespace caravel::formulation::radiation
