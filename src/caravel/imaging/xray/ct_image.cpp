#include "caravel/imaging/xray/ct_image.hpp"

#include "caravel/imaging/blur.hpp"
#include "caravel/imaging/noise.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace caravel::imaging {
namespace {

constexpr int directions = 24;      // of rays through a node of the noise map
constexpr index_t most_nodes = 12;  // along an axis
constexpr double pi = 3.141592653589793;

double square(double x) { return x * x; }

/// Water-relative attenuation on the object's grid.
std::vector<double> relative_attenuation(exec::ThreadTeam& team, const CtModel& model,
                                         std::size_t channel) {
    const std::vector<double> of_basis =
        effective_attenuation(one_channel(model.scan, channel), 0, model.centre);
    const Polychromatic water = one_channel(model.water, channel);
    // Water's mean over the spectrum that is detected behind the object, not behind water.
    const std::vector<double> photons = arriving_photons(model.scan, model.centre);
    double signal = 0.0;
    double of_water = 0.0;
    for (std::size_t e = 0; e < photons.size(); ++e) {
        signal += photons[e] * water.response.mean[e];
        of_water += photons[e] * water.response.mean[e] * water.attenuation[e];
    }
    of_water /= signal;
    std::vector<double> sum(model.object.volume(0).size());
    constexpr std::size_t piece = 1 << 14;
    team.run(static_cast<index_t>((sum.size() + piece - 1) / piece), [&](index_t tile) {
        const std::size_t first = static_cast<std::size_t>(tile) * piece;
        const std::size_t last = std::min(first + piece, sum.size());
        for (std::size_t b = 0; b < of_basis.size(); ++b) {
            const std::span<const float> volume = model.object.volume(b);
            const double share = of_basis[b] / of_water;
            for (std::size_t i = first; i < last; ++i)
                sum[i] += share * static_cast<double>(volume[i]);
        }
    });
    return sum;
}

/// As resample(), which need not be asked when the grids are one.
std::vector<double> onto(exec::ThreadTeam& team, const Grid& from, std::vector<double> values,
                         const Grid& to) {
    if (from == to) return values;
    return resample(team, from, values, to);
}

/// A lattice of nodes over a grid, at the middles of equal parts.
struct Lattice {
    Grid grid{};
    std::array<index_t, 3> count{1, 1, 1};

    Vector3 node(index_t i, index_t j, index_t k) const {
        Vector3 at = grid.origin;
        const std::array<index_t, 3> cells{grid.nx, grid.ny, grid.nz};
        const std::array<index_t, 3> number{i, j, k};
        for (std::size_t a = 0; a < 3; ++a)
            at[a] += grid.spacing[a] * static_cast<double>(cells[a]) *
                     (static_cast<double>(number[a]) + 0.5) / static_cast<double>(count[a]);
        return at;
    }
};

Lattice noise_lattice(const Grid& grid) {
    return {grid,
            {std::min(grid.nx, most_nodes), std::min(grid.ny, most_nodes),
             std::min<index_t>(grid.nz, most_nodes / 2)}};
}

/// Node below a cell's middle, and the share of the next.
struct Place {
    index_t low = 0;
    index_t high = 0;
    double share = 0.0;
};
std::vector<Place> places(index_t cells, index_t nodes) {
    std::vector<Place> all(static_cast<std::size_t>(cells));
    for (std::size_t i = 0; i < all.size(); ++i) {
        const double x = std::clamp((static_cast<double>(i) + 0.5) * static_cast<double>(nodes) /
                                            static_cast<double>(cells) -
                                        0.5,
                                    0.0, static_cast<double>(nodes - 1));
        all[i].low = std::min(static_cast<index_t>(x), nodes - 1);
        all[i].high = std::min(all[i].low + 1, nodes - 1);
        all[i].share = x - static_cast<double>(all[i].low);
    }
    return all;
}

/// Nodes to cells, linear.
std::vector<double> spread_nodes(exec::ThreadTeam& team, const Lattice& lattice,
                                 const std::vector<double>& nodes) {
    const Grid& grid = lattice.grid;
    const auto x = places(grid.nx, lattice.count[0]);
    const auto y = places(grid.ny, lattice.count[1]);
    const auto z = places(grid.nz, lattice.count[2]);
    const auto at = [&](index_t i, index_t j, index_t k) {
        return nodes[static_cast<std::size_t>(i + lattice.count[0] * (j + lattice.count[1] * k))];
    };
    std::vector<double> cells(static_cast<std::size_t>(grid.cell_count()));
    team.run(grid.nz, [&](index_t k) {
        const Place& pz = z[static_cast<std::size_t>(k)];
        std::vector<double> line(static_cast<std::size_t>(lattice.count[0]));
        for (index_t j = 0; j < grid.ny; ++j) {
            const Place& py = y[static_cast<std::size_t>(j)];
            for (index_t i = 0; i < lattice.count[0]; ++i)
                line[static_cast<std::size_t>(i)] =
                    (1.0 - pz.share) * ((1.0 - py.share) * at(i, py.low, pz.low) +
                                        py.share * at(i, py.high, pz.low)) +
                    pz.share * ((1.0 - py.share) * at(i, py.low, pz.high) +
                                py.share * at(i, py.high, pz.high));
            double* row = cells.data() + grid.index(0, j, k);
            for (std::size_t i = 0; i < x.size(); ++i)
                row[i] = (1.0 - x[i].share) * line[static_cast<std::size_t>(x[i].low)] +
                         x[i].share * line[static_cast<std::size_t>(x[i].high)];
        }
    });
    return cells;
}

/// Line integrals of the basis along all directions through all nodes.
std::vector<float> integrate_nodes(exec::ThreadTeam& team, const CtModel& model,
                                   const Lattice& lattice) {
    const index_t nodes = lattice.count[0] * lattice.count[1] * lattice.count[2];
    const auto rays = static_cast<std::size_t>(nodes) * directions;
    std::vector<float> integrals(model.object.basis * rays);
    team.run(nodes, [&](index_t node) {
        std::vector<double> one(model.object.basis);
        const index_t i = node % lattice.count[0];
        const index_t j = node / lattice.count[0] % lattice.count[1];
        const Vector3 at = lattice.node(i, j, node / (lattice.count[0] * lattice.count[1]));
        for (int d = 0; d < directions; ++d) {
            const double angle = pi * (d + 0.5) / directions;
            integrate_through(model.object, at, std::cos(angle), std::sin(angle), one);
            for (std::size_t b = 0; b < one.size(); ++b)
                integrals[b * rays + static_cast<std::size_t>(node) * directions +
                          static_cast<std::size_t>(d)] = static_cast<float>(one[b]);
        }
    });
    return integrals;
}

}  // namespace

std::vector<double> perfect_volume(exec::ThreadTeam& team, const CtModel& model,
                                   std::size_t channel, const Grid& grid) {
    return onto(team, model.object.grid, relative_attenuation(team, model, channel), grid);
}

std::vector<float> noise_rays(exec::ThreadTeam& team, const CtModel& model) {
    return integrate_nodes(team, model, noise_lattice(model.image));
}

std::vector<double> noise_map(exec::ThreadTeam& team, const CtModel& model,
                              const CtSettings& settings, std::size_t channel,
                              std::span<const float> integrals) {
    const Lattice lattice = noise_lattice(model.image);
    const Polychromatic one = one_channel(model.scan, channel);
    const WaterScale scale = model.scale(channel, settings);
    const std::size_t rays = integrals.size() / model.object.basis;
    std::vector<double> means(rays);
    std::vector<double> variances(rays);
    project_signals(team, one, integrals, rays, means, variances);
    const double gain = noise_gain(settings);
    std::vector<double> sigma(rays / directions);
    for (std::size_t node = 0; node < sigma.size(); ++node) {
        double sum = 0.0;
        for (std::size_t ray = node * directions; ray < (node + 1) * directions; ++ray) {
            if (!(means[ray] > 0.0)) continue;
            const double depth = -std::log(means[ray] / scale.air());
            sum += variances[ray] * square(scale.slope(depth) / means[ray]);
        }
        sigma[node] = std::sqrt(gain * sum / directions);
    }
    return spread_nodes(team, lattice, sigma);
}

double mean_noise(const CtModel& model, std::span<const double> map,
                  std::span<const double> perfect) {
    double sum = 0.0;
    double count = 0.0;
    for (std::size_t i = 0; i < map.size(); ++i) {
        if (perfect[i] < 0.5) continue;
        sum += square(map[i]);
        count += 1.0;
    }
    if (count > 0.0) return std::sqrt(sum / count);
    return map.empty() ? 0.0
                       : map[static_cast<std::size_t>(model.image.index(
                             model.image.nx / 2, model.image.ny / 2, model.image.nz / 2))];
}

namespace {

/// How much of a contrast is left: without water correction it is seen at the mean slope from the
/// edge inwards.
double contrast_left(const CtModel& model, const CtSettings& settings, std::size_t channel) {
    const WaterScale scale = model.scale(channel, settings);
    const WaterScale right(one_channel(model.water, channel), model.longest, model.water_at_centre,
                           true);
    ChannelSignal behind;
    channel_signals(one_channel(model.scan, channel), model.centre, std::span(&behind, 1));
    const double depth = -std::log(behind.mean / scale.air());
    return scale.slope(depth) / right.slope(depth);
}

}  // namespace

std::vector<CtVolume> image_volumes(const ScanContext& context, const CtModel& model,
                                    const CtSettings& settings, const CtChannels& channels) {
    exec::ThreadTeam& team = context.team;
    std::vector<CtVolume> volumes;
    const Vector3 spread = point_spread(settings);
    Vector3 rest{};  // what the mean over a voxel does not blur anyway
    for (std::size_t a = 0; a < 3; ++a) {
        const double box = square(fwhm_per_sigma * model.image.spacing[a]) / 12.0;
        rest[a] = std::sqrt(std::max(0.0, square(spread[a]) - box));
    }
    std::vector<float> rays;
    if (settings.noise) rays = noise_rays(team, model);
    for (const std::size_t channel : channels) {
        CtVolume volume;
        std::vector<double> fine = relative_attenuation(team, model, channel);
        volume.perfect = onto(team, model.object.grid, fine, model.image);
        blur(team, model.object.grid, rest, fine, true);
        volume.values = onto(team, model.object.grid, std::move(fine), model.image);
        const double contrast = contrast_left(model, settings, channel);
        for (double& value : volume.values) value = 1.0 + contrast * (value - 1.0);
        if (settings.noise) {
            const std::vector<double> sigma = noise_map(team, model, settings, channel, rays);
            volume.noise = mean_noise(model, sigma, volume.perfect);
            std::vector<double> drawn(volume.values.size());
            add_gaussian_noise(team, drawn, 1.0, context.seed, NoisePurpose::photons,
                               static_cast<std::uint32_t>(channel));
            for (std::size_t i = 0; i < drawn.size(); ++i) volume.values[i] += sigma[i] * drawn[i];
        }
        volumes.push_back(std::move(volume));
    }
    return volumes;
}

}  // namespace caravel::imaging
