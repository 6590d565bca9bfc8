#include "caravel/formulation/optics/satellites.hpp"

#include "caravel/base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>

namespace caravel::formulation::optics {

namespace {

constexpr int relaxation_steps = 400;
constexpr int most_satellites = 1000;

double nearest_distance(const std::vector<Vector3>& points) {
    double nearest = 2.0;
    for (std::size_t i = 0; i < points.size(); ++i) {
        for (std::size_t j = i + 1; j < points.size(); ++j) {
            nearest = std::min(nearest, norm(difference(points[i], points[j])));
        }
    }
    return nearest;
}

// Every point moves along the tangential force of its equals, at most a shrinking step.
void relax(std::vector<Vector3>& points) {
    const double spacing = std::sqrt(4.0 * std::numbers::pi / static_cast<double>(points.size()));
    for (int step = 0; step < relaxation_steps; ++step) {
        std::vector<Vector3> forces(points.size(), Vector3{});
        double largest = 0.0;
        for (std::size_t i = 0; i < points.size(); ++i) {
            for (std::size_t j = 0; j < points.size(); ++j) {
                if (j == i) continue;
                const Vector3 apart = difference(points[i], points[j]);
                const double d = norm(apart);
                for (std::size_t c = 0; c < 3; ++c) forces[i][c] += apart[c] / (d * d * d);
            }
            const double radial = dot(forces[i], points[i]);
            for (std::size_t c = 0; c < 3; ++c) forces[i][c] -= radial * points[i][c];
            largest = std::max(largest, norm(forces[i]));
        }
        if (largest < 1e-12) return;
        // soft limit: gentle forces converge linearly, strong ones move a tenth of the spacing
        const double gain = std::min(0.1 * spacing / largest, 0.15 * spacing * spacing * spacing);
        for (std::size_t i = 0; i < points.size(); ++i) {
            for (std::size_t c = 0; c < 3; ++c) points[i][c] += gain * forces[i][c];
            const double length = norm(points[i]);
            for (double& value : points[i]) value /= length;
        }
    }
}

std::vector<Vector3> unit_places(int n) {
    std::vector<Vector3> points = spiral_directions(n);
    relax(points);
    return points;
}

double gap_between(const CoreSatellites& p, const std::vector<Vector3>& unit) {
    const double shell = p.core_radius + p.spacer + p.satellite_radius;
    return shell * nearest_distance(unit) - 2.0 * p.satellite_radius;
}

// Discs of the needed angular distance cover at most 0.9069 of the sphere: start there, go down.
int largest_count(const CoreSatellites& p) {
    const double shell = p.core_radius + p.spacer + p.satellite_radius;
    const double chord = 2.0 * p.satellite_radius + p.least_gap;
    if (chord > 2.0 * shell) return 1;
    const double half_angle = std::asin(0.5 * chord / shell);
    const double bound = 0.9069 * 2.0 / (1.0 - std::cos(half_angle));
    int n = std::min({p.satellites - 1, static_cast<int>(bound) + 1, most_satellites});
    while (n > 1 && gap_between(p, unit_places(n)) < p.least_gap) --n;
    return n;
}

void check(const CoreSatellites& p) {
    const bool lengths = p.core_radius > 0.0 && p.satellite_radius > 0.0 && p.spacer > 0.0 &&
                         p.least_gap >= 0.0 &&
                         std::isfinite(p.core_radius + p.satellite_radius + p.spacer + p.least_gap);
    if (!lengths) {
        throw InputError(Diagnostic{{},
                                    "a length of the core-satellite particle is not usable",
                                    "radii and spacer above 0 m, least gap >= 0 m",
                                    "touching spheres have no converged field"});
    }
    if (p.satellites < 1 || p.satellites > most_satellites) {
        throw InputError(Diagnostic{{},
                                    fmt::format("{} satellites", p.satellites),
                                    fmt::format("1 to {}", most_satellites),
                                    ""});
    }
}

}  // namespace

SatellitePlaces place_satellites(const CoreSatellites& particle) {
    check(particle);
    const double shell = particle.core_radius + particle.spacer + particle.satellite_radius;
    std::vector<Vector3> unit = unit_places(particle.satellites);
    SatellitePlaces places;
    if (particle.satellites > 1) places.nearest_gap = gap_between(particle, unit);
    if (particle.satellites > 1 &&
        !(places.nearest_gap >= particle.least_gap && places.nearest_gap > 0.0)) {
        throw InputError(
            Diagnostic{{},
                       fmt::format("{} satellites leave {:.3g} nm between their surfaces",
                                   particle.satellites, places.nearest_gap * 1e9),
                       fmt::format("at least {:.3g} nm", particle.least_gap * 1e9),
                       fmt::format("at most {} satellites fit", largest_count(particle))});
    }
    for (Vector3& point : unit) {
        for (double& value : point) value *= shell;
    }
    places.centres = std::move(unit);
    const double half_angle = std::asin(particle.satellite_radius / shell);
    places.coverage = 0.5 * particle.satellites * (1.0 - std::cos(half_angle));
    return places;
}

ClusterInput core_satellite_cluster(const CoreSatellites& particle, double wave_number,
                                    std::complex<double> core_index,
                                    std::complex<double> satellite_index, int orders) {
    const SatellitePlaces places = place_satellites(particle);
    ClusterInput input;
    input.wave_number = wave_number;
    input.spheres.push_back(layered_cluster_sphere({}, std::span(&particle.core_radius, 1),
                                                   std::span(&core_index, 1), wave_number, orders));
    ClusterSphere satellite =
        layered_cluster_sphere({}, std::span(&particle.satellite_radius, 1),
                               std::span(&satellite_index, 1), wave_number, orders);
    for (const Vector3& centre : places.centres) {
        satellite.centre = centre;
        input.spheres.push_back(satellite);
    }
    return input;
}

}  // namespace caravel::formulation::optics
