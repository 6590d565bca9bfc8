#include "caravel/imaging/nuclear/single_scatter.hpp"

#include "caravel/base/expects.hpp"
#include "caravel/imaging/nuclear/pet_ring.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace caravel::imaging {
namespace {

constexpr index_t tiles = 16;  // groups of scatter points, whatever the number of threads
constexpr std::size_t table_size = 512;

constexpr double least_probability = 1e-6;  // 1/sr, times acceptance
constexpr double least_value = 1e-9;        // of the largest, for the logarithm

/// Functions of the cosine of the scattering angle, tabulated.
struct ScatterTable {
    std::array<double, table_size + 1> probability{};  // 1/sr per scattering, times acceptance
    std::array<double, table_size + 1> attenuation{};  // of the scattered photon over 511 keV
    double least_cosine = 1.0;                         // below it nothing is counted

    explicit ScatterTable(const EnergyWindow& window) {
        const double energy = annihilation_energy();
        const double total = klein_nishina_total(energy);
        const double accepted = window.accepts(energy);
        for (std::size_t i = table_size + 1; i-- > 0;) {
            const double cosine = 2.0 * static_cast<double>(i) / table_size - 1.0;
            const double left = scattered_energy(energy, cosine);
            probability[i] =
                klein_nishina(energy, cosine) / total * window.accepts(left) / accepted;
            attenuation[i] = klein_nishina_total(left) / total;
            if (probability[i] >= least_probability) least_cosine = cosine;
        }
    }
};

/// One detector as seen from a scatter point.
struct Leg {
    Vector3 direction{};
    double area = 0.0;      // cosine of incidence over distance squared, 1/m2
    double emission = 0.0;  // 1/(s m2)
    double depth = 0.0;     // integral of the attenuation at 511 keV
    double counted = 0.0;   // area times emission that gets there unscattered
};

struct Scene {
    const ScatterObject& object;
    const ScatterRing& ring;
    ScatterTable table;
    std::vector<Vector3> detectors{};  // ring after ring
    double step = 0.0;                 // m along legs
};

/// Linear between the middles of the voxels, nothing outside: both fields at once.
std::array<double, 2> sample(const ScatterObject& object, const Vector3& at) {
    const Grid& grid = object.grid;
    std::array<index_t, 3> low{};
    std::array<double, 3> part{};
    for (std::size_t a = 0; a < 3; ++a) {
        const double place = (at[a] - grid.origin[a]) / grid.spacing[a] - 0.5;
        low[a] = static_cast<index_t>(std::floor(place));
        part[a] = place - static_cast<double>(low[a]);
    }
    std::array<double, 2> sum{};
    for (index_t corner = 0; corner < 8; ++corner) {
        const index_t i = low[0] + (corner & 1);
        const index_t j = low[1] + (corner >> 1 & 1);
        const index_t k = low[2] + (corner >> 2);
        if (!grid.contains(i, j, k)) continue;
        const double weight = ((corner & 1) != 0 ? part[0] : 1.0 - part[0]) *
                              ((corner >> 1 & 1) != 0 ? part[1] : 1.0 - part[1]) *
                              ((corner >> 2) != 0 ? part[2] : 1.0 - part[2]);
        const auto n = static_cast<std::size_t>(grid.index(i, j, k));
        sum[0] += weight * static_cast<double>(object.rate[n]);
        sum[1] += weight * static_cast<double>(object.attenuation[n]);
    }
    return sum;
}

/// Length (m) along the ray from a point inside to where it leaves the grid (half a voxel wider).
double way_out(const Grid& grid, const Vector3& from, const Vector3& direction) {
    const std::array<index_t, 3> size{grid.nx, grid.ny, grid.nz};
    double length = 1e300;
    for (std::size_t a = 0; a < 3; ++a) {
        if (direction[a] == 0.0) continue;
        const double edge =
            direction[a] > 0.0
                ? grid.origin[a] + (static_cast<double>(size[a]) + 0.5) * grid.spacing[a]
                : grid.origin[a] - 0.5 * grid.spacing[a];
        length = std::min(length, (edge - from[a]) / direction[a]);
    }
    return length;
}

Leg leg_to(const Scene& scene, const Vector3& from, const Vector3& to) {
    const Vector3 d{to[0] - from[0], to[1] - from[1], to[2] - from[2]};
    const double distance = std::hypot(d[0], d[1], d[2]);
    Leg leg;
    leg.direction = {d[0] / distance, d[1] / distance, d[2] / distance};
    const ScatterRing& ring = scene.ring;
    const double outward = (leg.direction[0] * (to[0] - ring.centre[0]) +
                            leg.direction[1] * (to[1] - ring.centre[1])) /
                           ring.radius;
    leg.area = std::max(0.0, outward) / (distance * distance);
    const double length = std::min(distance, way_out(scene.object.grid, from, leg.direction));
    const auto steps = static_cast<index_t>(std::ceil(length / scene.step));
    const double step = length / static_cast<double>(steps);
    for (index_t i = 0; i < steps; ++i) {
        const double t = (static_cast<double>(i) + 0.5) * step;
        const auto [rate, attenuation] =
            sample(scene.object, {from[0] + t * leg.direction[0], from[1] + t * leg.direction[1],
                                  from[2] + t * leg.direction[2]});
        leg.emission += rate * step;
        leg.depth += attenuation * step;
    }
    leg.counted = leg.area * leg.emission * std::exp(-leg.depth);
    return leg;
}

/// Coincidences of two legs per scattering and area of both detectors.
double scattered_pair(const ScatterTable& table, const Leg& a, const Leg& b) {
    const double cosine = -(a.direction[0] * b.direction[0] + a.direction[1] * b.direction[1] +
                            a.direction[2] * b.direction[2]);
    if (cosine < table.least_cosine) return 0.0;
    const double place = std::clamp(0.5 * (cosine + 1.0), 0.0, 1.0) * table_size;
    const auto i = std::min(table_size - 1, static_cast<std::size_t>(place));
    const double part = place - static_cast<double>(i);
    const double probability =
        (1.0 - part) * table.probability[i] + part * table.probability[i + 1];
    const double ratio = (1.0 - part) * table.attenuation[i] + part * table.attenuation[i + 1];
    double sum = 0.0;
    if (a.counted > 0.0) sum += a.counted * b.area * std::exp(-ratio * b.depth);
    if (b.counted > 0.0) sum += b.counted * a.area * std::exp(-ratio * a.depth);
    return probability * sum;
}

/// Where scatterings are gathered, and how many of them per fluence rate (m2).
struct Scatterer {
    Vector3 at{};
    double strength = 0.0;
};

/// One block of voxels, strength 0 when it is empty.
Scatterer block_scatterer(const ScatterObject& object, const std::array<index_t, 3>& first) {
    const Grid& grid = object.grid;
    const index_t edge = object.coarsening;
    Scatterer block;
    for (index_t k = first[2]; k < std::min(first[2] + edge, grid.nz); ++k) {
        for (index_t j = first[1]; j < std::min(first[1] + edge, grid.ny); ++j) {
            for (index_t i = first[0]; i < std::min(first[0] + edge, grid.nx); ++i) {
                const double weight = std::max(
                    0.0,
                    grid.cell_volume() *
                        static_cast<double>(
                            object.attenuation[static_cast<std::size_t>(grid.index(i, j, k))]));
                const Vector3 centre = grid.centre(i, j, k);
                for (std::size_t a = 0; a < 3; ++a) block.at[a] += weight * centre[a];
                block.strength += weight;
            }
        }
    }
    if (block.strength > 0.0)
        for (double& place : block.at) place /= block.strength;
    return block;
}

std::vector<Scatterer> scatterers(const ScatterObject& object) {
    const Grid& grid = object.grid;
    const index_t edge = object.coarsening;
    std::vector<Scatterer> all;
    for (index_t k = 0; k < grid.nz; k += edge) {
        for (index_t j = 0; j < grid.ny; j += edge) {
            for (index_t i = 0; i < grid.nx; i += edge) {
                const Scatterer block = block_scatterer(object, {i, j, k});
                if (block.strength > 0.0) all.push_back(block);
            }
        }
    }
    return all;
}

void add_point(const Scene& scene, const Scatterer& scatterer, std::vector<double>& sum) {
    const ScatterRing& ring = scene.ring;
    std::vector<Leg> legs;
    legs.reserve(scene.detectors.size());
    for (const Vector3& detector : scene.detectors)
        legs.push_back(leg_to(scene, scatterer.at, detector));
    const double weight = scatterer.strength / (2.0 * std::numbers::pi);
    const auto around = static_cast<std::size_t>(ring.around);
    const auto rings = static_cast<std::size_t>(ring.rings);
    for (std::size_t p = 0; p < rings; ++p) {
        for (std::size_t q = 0; q < rings; ++q) {
            double* plane = sum.data() + (p + q) * around * around;
            for (std::size_t a = 0; a < around; ++a)
                for (std::size_t b = 0; b < a; ++b)
                    plane[a * around + b] +=
                        weight *
                        scattered_pair(scene.table, legs[p * around + a], legs[q * around + b]);
        }
    }
}

std::vector<Vector3> detector_places(const ScatterRing& ring) {
    std::vector<Vector3> places;
    for (index_t p = 0; p < ring.rings; ++p) {
        const double z =
            ((static_cast<double>(p) + 0.5) / static_cast<double>(ring.rings) - 0.5) * ring.length;
        for (index_t a = 0; a < ring.around; ++a) {
            const double phi =
                2.0 * std::numbers::pi * static_cast<double>(a) / static_cast<double>(ring.around);
            places.push_back({ring.centre[0] + ring.radius * std::cos(phi),
                              ring.centre[1] + ring.radius * std::sin(phi), ring.centre[2] + z});
        }
    }
    return places;
}

/// Sum of the tiles' parts, per height, offset and angle, for both orders of the detectors.
ScatterPlanes joined_planes(const ScatterRing& ring,
                            const std::vector<std::vector<double>>& parts) {
    ScatterPlanes planes;
    planes.planes = 2 * ring.rings - 1;
    planes.around = ring.around;
    planes.radius = ring.radius;
    const double width = ring.length / static_cast<double>(ring.rings);
    planes.first_plane = 0.5 * (width - ring.length);
    planes.plane_spacing = 0.5 * width;
    const std::size_t values = parts.front().size();
    planes.value.assign(values, 0.0);
    for (const std::vector<double>& part : parts)
        for (std::size_t i = 0; i < values; ++i) planes.value[i] += part[i];
    // Ring differences of one plane lie two widths apart; dA dA = 2 R/sin(delta) dtheta ds dz dz.
    const auto around = static_cast<std::size_t>(ring.around);
    for (std::size_t i = 0; i < values; ++i) {
        const std::size_t a = i / around % around;
        const std::size_t b = i % around;
        planes.value[i] *= 2.0 * width * 2.0 * ring.radius;
        if (b < a) planes.value[i - a * around - b + b * around + a] = planes.value[i];
    }
    const double largest = *std::max_element(planes.value.begin(), planes.value.end());
    const double least = std::max(least_value * largest, 1e-300);
    planes.logarithm.reserve(values);
    for (const double value : planes.value)
        planes.logarithm.push_back(std::log(std::max(value, least)));
    return planes;
}

}  // namespace

ScatterPlanes simulate_single_scatter(exec::ThreadTeam& team, const ScatterObject& object,
                                      const ScatterRing& ring) {
    const Grid& grid = object.grid;
    CARAVEL_EXPECTS(static_cast<index_t>(object.rate.size()) == grid.cell_count());
    CARAVEL_EXPECTS(static_cast<index_t>(object.attenuation.size()) == grid.cell_count());
    Scene scene{object, ring, ScatterTable(ring.window), detector_places(ring),
                0.5 * *std::min_element(grid.spacing.begin(), grid.spacing.end())};
    const std::vector<Scatterer> points = scatterers(object);
    const auto values = static_cast<std::size_t>((2 * ring.rings - 1) * ring.around * ring.around);
    std::vector<std::vector<double>> parts(tiles);
    team.run(tiles, [&](index_t tile) {
        std::vector<double>& part = parts[static_cast<std::size_t>(tile)];
        part.assign(values, 0.0);
        for (std::size_t n = static_cast<std::size_t>(tile); n < points.size(); n += tiles)
            add_point(scene, points[n], part);
    });
    return joined_planes(ring, parts);
}

namespace {

/// Weights of four neighbours, `part` of the way from the second to the third (E. Catmull and
/// R. Rom, Computer Aided Geometric Design, 1974).
std::array<double, 4> cubic_weights(double part) {
    const double square = part * part;
    const double cube = square * part;
    return {0.5 * (2.0 * square - cube - part), 0.5 * (3.0 * cube - 5.0 * square + 2.0),
            0.5 * (part + 4.0 * square - 3.0 * cube), 0.5 * (cube - square)};
}

}  // namespace

double ScatterPlanes::in_plane(index_t plane, double u, double v) const {
    const auto a = static_cast<index_t>(u);
    const auto b = static_cast<index_t>(v);
    const std::array<double, 4> along = cubic_weights(u - static_cast<double>(a));
    const std::array<double, 4> across = cubic_weights(v - static_cast<double>(b));
    const double* const cells = logarithm.data() + plane * around * around;
    double sum = 0.0;
    for (index_t i = 0; i < 4; ++i) {
        const double* const row = cells + (a + i - 1 + around) % around * around;
        double part = 0.0;
        for (index_t j = 0; j < 4; ++j)
            part += across[static_cast<std::size_t>(j)] * row[(b + j - 1 + around) % around];
        sum += along[static_cast<std::size_t>(i)] * part;
    }
    return std::exp(sum);
}

double ScatterPlanes::at(double offset, double angle, double z) const {
    if (!(std::abs(offset) < radius) || planes == 0) return 0.0;
    const double half = std::acos(offset / radius);
    const double turn = 2.0 * std::numbers::pi;
    const auto n = static_cast<double>(around);
    const auto place = [&](double phi) {
        const double cells = phi / turn * n;
        return cells - n * std::floor(cells / n);
    };
    const double u = place(angle + half);
    const double v = place(angle - half);
    const double w = (z - first_plane) / plane_spacing;
    const double below = std::floor(w);
    const auto k = static_cast<index_t>(below);
    const double part = w - below;
    // One plane beyond the outermost ones the ring ends.
    const auto plane = [&](index_t p) {
        if (p < 0 || p >= planes) return 0.0;
        return in_plane(p, u, v);
    };
    return ((1.0 - part) * plane(k) + part * plane(k + 1)) / std::sin(half);
}

}  // namespace caravel::imaging
