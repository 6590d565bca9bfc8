#include "caravel/imaging/optical/voxel_light.hpp"

#include "caravel/base/error.hpp"
#include "caravel/stimulus/light/diffuse_light.hpp"
#include "caravel/stimulus/light/diffuse_light_source.hpp"
#include "caravel/stimulus/light/photon_transport.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>
#include <numbers>
#include <numeric>

namespace caravel::imaging {
namespace {

using stimulus::LightSourceInput;
using stimulus::PhotonMedium;

constexpr std::int64_t batch = 400'000;  // photons whose exits are held at a time

double longest_edge(const Grid& grid) {
    return std::max({static_cast<double>(grid.nx) * grid.spacing[0],
                     static_cast<double>(grid.ny) * grid.spacing[1],
                     static_cast<double>(grid.nz) * grid.spacing[2]});
}

/// Flux through the top of every column per fluence in its first voxel.
std::vector<double> surface_rates(const PhotonMedium& medium,
                                  const std::vector<BodyColumn>& columns) {
    const stimulus::TransportCoefficients all(medium);
    const double longest = longest_edge(medium.grid);
    std::map<double, double> factors;
    std::vector<double> rates(columns.size(), 0.0);
    for (std::size_t n = 0; n < columns.size(); ++n) {
        if (columns[n].top < 0) continue;
        const std::size_t at = static_cast<std::size_t>(columns[n].top) * columns.size() + n;
        const double index = medium.media[medium.label[at]].refractive_index;
        const auto [factor, is_new] = factors.emplace(index, 1.0);
        if (is_new) {
            const double r = stimulus::effective_reflection(index / medium.outside_index);
            factor->second = (1.0 + r) / (1.0 - r);
        }
        const double d = diffusion_coefficient(all.absorption[at], all.reduced[at], longest);
        rates[n] = 1.0 / (0.5 * medium.grid.spacing[2] / d + 2.0 * factor->second);
    }
    return rates;
}

/// Sum of a density over the body; `density` outside of it is set to 0.
double total_in_body(const PhotonMedium& medium, std::vector<double>& density) {
    double sum = 0.0;
    for (std::size_t i = 0; i < density.size(); ++i) {
        if (medium.media[medium.label[i]].exterior) density[i] = 0.0;
        sum += density[i];
    }
    return sum * medium.grid.cell_volume();
}

/// Fluence of diffuse light out of a density of sources.
std::vector<double> diffuse_fluence(exec::ThreadTeam& team, const PhotonMedium& medium,
                                    std::vector<double> source) {
    const double total = total_in_body(medium, source);
    if (!(total > 0.0)) return std::vector<double>(source.size(), 0.0);
    LightSourceInput light;
    light.kind = "volume";
    light.weights = std::move(source);
    std::vector<double> fluence = stimulus::diffuse_light(team, medium, light).fluence;
    for (double& f : fluence) f = std::max(0.0, f * total);
    return fluence;
}

/// The part of the grid's z extent above its low face, from which a beam starts.
LightSourceInput beam_source(const Grid& grid, const FluorescenceSettings& s) {
    const double width = static_cast<double>(grid.nx) * grid.spacing[0];
    const double height = static_cast<double>(grid.ny) * grid.spacing[1];
    const double depth = static_cast<double>(grid.nz) * grid.spacing[2];
    const bool from_below = s.illumination == "trans";
    LightSourceInput source;
    source.direction = {0.0, 0.0, from_below ? -1.0 : 1.0};
    const double z =
        from_below ? grid.origin[2] + depth + grid.spacing[2] : grid.origin[2] - grid.spacing[2];
    if (s.illumination == "point") {
        source.kind = "disk";
        source.radius = 0.5 * s.spot_diameter;
        source.position = {s.spot.empty() ? grid.origin[0] + 0.5 * width : s.spot[0],
                           s.spot.empty() ? grid.origin[1] + 0.5 * height : s.spot[1], z};
        return source;
    }
    source.kind = "planar";
    source.position = {grid.origin[0], grid.origin[1], z};
    source.edge_1 = {width, 0.0, 0.0};
    source.edge_2 = {0.0, height, 0.0};
    return source;
}

/// The same tissue as one medium with coefficients per voxel, where index and anisotropy allow it:
/// detectors then need not follow the path in each medium, which costs several times the flight.
PhotonMedium merged(const PhotonMedium& medium) {
    const stimulus::OpticalMedium& first = medium.media.front();
    for (const stimulus::OpticalMedium& other : medium.media)
        if (other.exterior || other.anisotropy != first.anisotropy ||
            other.refractive_index != first.refractive_index)
            return medium;
    if (medium.media.size() == 1 || !medium.added_scattering.empty()) return medium;
    PhotonMedium one = medium;
    one.media.resize(1);
    one.media[0].absorption = one.media[0].scattering = 0.0;
    one.added_anisotropy = first.anisotropy;
    one.added_absorption.resize(medium.label.size(), 0.0);
    one.added_scattering.resize(medium.label.size(), 0.0);
    for (std::size_t i = 0; i < medium.label.size(); ++i) {
        one.label[i] = 0;
        one.added_absorption[i] += medium.media[medium.label[i]].absorption;
        one.added_scattering[i] = medium.media[medium.label[i]].scattering;
    }
    return one;
}

/// Flies photons, which stop when the scan is to stop: it is asked as often as photons are dealt
/// out.
stimulus::PhotonTally fly(const ScanContext& context, const PhotonMedium& medium,
                          const LightSourceInput& source, stimulus::PhotonRun run) {
    std::atomic<bool> stop{context.interrupted && context.interrupted()};
    if (stop) throw Interrupted("fluorescence scan interrupted");
    if (context.interrupted) {
        run.cancel = &stop;
        run.progress = [&](double) {
            if (context.interrupted()) stop = true;
        };
    }
    return stimulus::transport_photons(context.team, medium, source, run);
}

/// Adds the photons of one run that left through the top of their column.
void add_exits(const PhotonMedium& medium, const std::vector<BodyColumn>& columns,
               const stimulus::PhotonTally& tally, std::vector<double>& counts) {
    const Grid& grid = medium.grid;
    for (const stimulus::PhotonExit& exit : tally.exits) {
        if (!(exit.direction[2] < 0.0)) continue;
        const auto cell = [&](std::size_t axis, index_t size) {
            const double at = (exit.position[axis] - grid.origin[axis]) / grid.spacing[axis];
            return std::clamp<index_t>(static_cast<index_t>(std::floor(at)), 0, size - 1);
        };
        const auto n = static_cast<std::size_t>(cell(0, grid.nx) + grid.nx * cell(1, grid.ny));
        if (columns[n].top < 0) continue;
        const double height = (exit.position[2] - grid.origin[2]) / grid.spacing[2];
        if (std::abs(height - static_cast<double>(columns[n].top)) > 1e-3) continue;
        counts[n] += exit.weight;
    }
}

/// Share of a cell, around its middle, within a disk.
double disk_share(double x, double y, const Grid& grid, double radius) {
    constexpr int points = 8;
    int inside = 0;
    for (int j = 0; j < points; ++j) {
        for (int i = 0; i < points; ++i) {
            const double dx = x + ((i + 0.5) / points - 0.5) * grid.spacing[0];
            const double dy = y + ((j + 0.5) / points - 0.5) * grid.spacing[1];
            if (std::hypot(dx, dy) <= radius) ++inside;
        }
    }
    return inside / static_cast<double>(points * points);
}

}  // namespace

std::vector<double> beam_profile(const Grid& grid, const FluorescenceSettings& settings) {
    std::vector<double> beam(static_cast<std::size_t>(grid.nx * grid.ny));
    if (settings.illumination != "point") {
        std::fill(beam.begin(), beam.end(), even_irradiance(settings));
        return beam;
    }
    const LightSourceInput source = beam_source(grid, settings);
    double sum = 0.0;
    for (index_t j = 0; j < grid.ny; ++j) {
        for (index_t i = 0; i < grid.nx; ++i) {
            const Vector3 at = grid.centre(i, j, 0);
            double& share = beam[static_cast<std::size_t>(i + grid.nx * j)];
            share = disk_share(at[0] - source.position[0], at[1] - source.position[1], grid,
                               source.radius);
            sum += share;
        }
    }
    if (!(sum > 0.0))
        throw InputError(Diagnostic{{},
                                    "the spot of light misses the object",
                                    "a place over the object",
                                    "spot is in the coordinates of the object's grid"});
    const double scale = settings.power.value_or(0.0) / (sum * grid.spacing[0] * grid.spacing[1]);
    for (double& share : beam) share *= scale;
    return beam;
}

std::vector<double> diffuse_excitation(exec::ThreadTeam& team, const PhotonMedium& medium,
                                       const std::vector<BodyColumn>& columns,
                                       const FluorescenceSettings& settings) {
    const stimulus::TransportCoefficients all(medium);
    const Grid& grid = medium.grid;
    const std::vector<double> beam = beam_profile(grid, settings);
    std::vector<double> source(medium.label.size(), 0.0), direct(medium.label.size(), 0.0);
    for (std::size_t n = 0; n < columns.size(); ++n) {
        if (columns[n].top < 0 || !(beam[n] > 0.0)) continue;
        const bool from_below = settings.illumination == "trans";
        std::vector<double> absorption, reduced;
        for (index_t k = columns[n].top; k <= columns[n].bottom; ++k) {
            const std::size_t at = static_cast<std::size_t>(k) * columns.size() + n;
            absorption.push_back(all.absorption[at]);
            reduced.push_back(all.reduced[at]);
        }
        const index_t entry = from_below ? columns[n].bottom : columns[n].top;
        const std::size_t first = static_cast<std::size_t>(entry) * columns.size() + n;
        const EnteringLight light =
            entering_light(absorption, reduced, grid.spacing[2],
                           medium.media[medium.label[first]].refractive_index, from_below);
        for (std::size_t d = 0; d < absorption.size(); ++d) {
            const std::size_t at =
                (static_cast<std::size_t>(columns[n].top) + d) * columns.size() + n;
            source[at] = beam[n] * light.source[d];
            direct[at] = beam[n] * light.fluence[d];
        }
    }
    std::vector<double> fluence = diffuse_fluence(team, medium, std::move(source));
    for (std::size_t i = 0; i < fluence.size(); ++i) fluence[i] += direct[i];
    return fluence;
}

std::vector<double> photon_excitation(const ScanContext& context, const PhotonMedium& medium,
                                      const FluorescenceSettings& settings) {
    const Grid& grid = medium.grid;
    const LightSourceInput source = beam_source(grid, settings);
    stimulus::PhotonRun run;
    run.photons = settings.photons;
    run.seed = context.seed;
    const stimulus::PhotonTally tally = fly(context, medium, source, run);
    const double area = static_cast<double>(grid.nx * grid.ny) * grid.spacing[0] * grid.spacing[1];
    const double power = settings.illumination == "point" ? settings.power.value_or(0.0)
                                                          : even_irradiance(settings) * area;
    std::vector<double> fluence = stimulus::fluence(tally, medium);
    for (double& f : fluence) f *= power;
    return fluence;
}

std::vector<double> diffuse_surface(exec::ThreadTeam& team, const PhotonMedium& medium,
                                    const std::vector<BodyColumn>& columns,
                                    const std::vector<double>& source) {
    const std::vector<double> fluence = diffuse_fluence(team, medium, source);
    std::vector<double> surface = surface_rates(medium, columns);
    for (std::size_t n = 0; n < columns.size(); ++n) {
        if (columns[n].top < 0) continue;
        surface[n] *= fluence[static_cast<std::size_t>(columns[n].top) * columns.size() + n];
    }
    return surface;
}

std::vector<double> photon_surface(const ScanContext& context, const PhotonMedium& medium,
                                   const std::vector<BodyColumn>& columns,
                                   const std::vector<double>& source, std::int64_t photons,
                                   std::uint32_t stream) {
    const Grid& grid = medium.grid;
    LightSourceInput light;
    light.kind = "volume";
    light.weights = source;
    const double total = total_in_body(medium, light.weights);
    std::vector<double> counts(columns.size(), 0.0);
    if (!(total > 0.0)) return counts;
    const double edge = longest_edge(grid);
    const PhotonMedium simple = merged(medium);
    std::int64_t done = 0;
    for (std::uint32_t part = 0; done < photons; ++part) {
        stimulus::PhotonRun run;
        run.photons = std::min(batch, photons - done);
        run.seed = context.seed;
        run.stream = stream * 100'000U + part;
        run.fluence = false;
        run.detectors = {{grid.origin, 4.0 * edge}};
        add_exits(medium, columns, fly(context, simple, light, run), counts);
        done += run.photons;
    }
    const double scale = total / (static_cast<double>(photons) * grid.spacing[0] * grid.spacing[1]);
    for (double& c : counts) c *= scale;
    return counts;
}

std::vector<double> escape_shares(exec::ThreadTeam& team, const PhotonMedium& medium,
                                  const std::vector<BodyColumn>& columns) {
    const std::vector<double> rates = surface_rates(medium, columns);
    std::vector<double> source(medium.label.size(), 0.0);
    for (std::size_t n = 0; n < columns.size(); ++n) {
        if (columns[n].top < 0) continue;
        source[static_cast<std::size_t>(columns[n].top) * columns.size() + n] =
            rates[n] / medium.grid.spacing[2];
    }
    return diffuse_fluence(team, medium, std::move(source));
}

}  // namespace caravel::imaging
