#include "caravel/tissue/vessels/network_growth.hpp"

#include "caravel/base/unit.hpp"
#include "caravel/exec/random.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::tissue {
namespace {

constexpr std::uint32_t site_purpose = 0x53495445;    // own streams of random numbers: sites,
constexpr std::uint32_t branch_purpose = 0x42524E43;  // branchings,
constexpr std::uint32_t root_purpose = 0x524F4F54;    // roots
constexpr double wanted_density_error = 0.03;
constexpr double accepted_density_error = 0.2;
constexpr int most_refinements = 16;

double squared_distance(const Vector3& a, const Vector3& b) {
    const Vector3 d{a[0] - b[0], a[1] - b[1], a[2] - b[2]};
    return d[0] * d[0] + d[1] * d[1] + d[2] * d[2];
}

Vector3 random_direction(exec::RandomStream& stream) {
    const double z = 2.0 * exec::uniform(stream) - 1.0;
    const double turn = 2.0 * std::numbers::pi * exec::uniform(stream);
    const double r = std::sqrt(std::max(0.0, 1.0 - z * z));
    return {r * std::cos(turn), r * std::sin(turn), z};
}

/// Share of tumour where x lies; 0 outside of the grid.
double share_at(const Domain& domain, const Vector3& x) {
    const Grid& g = domain.grid;
    std::array<index_t, 3> at{};
    for (std::size_t a = 0; a < 3; ++a)
        at[a] = static_cast<index_t>(std::floor((x[a] - g.origin[a]) / g.spacing[a]));
    if (!g.contains(at[0], at[1], at[2])) return 0.0;
    return domain.tumour_share[static_cast<std::size_t>(g.index(at[0], at[1], at[2]))];
}

/// Both ends of a capillary.
struct Site {
    Vector3 arterial;
    Vector3 venous;
};

/// One site per cell (of the given side) of a lattice, at a place drawn by chance, where tumour is.
std::vector<Site> sites_of(const Domain& domain, double cell, std::uint64_t seed) {
    const Grid& g = domain.grid;
    std::array<index_t, 3> n{};
    const std::array<index_t, 3> voxels{g.nx, g.ny, g.nz};
    for (std::size_t a = 0; a < 3; ++a)
        n[a] =
            static_cast<index_t>(std::ceil(static_cast<double>(voxels[a]) * g.spacing[a] / cell));
    std::vector<Site> sites;
    for (index_t c = 0; c < n[0] * n[1] * n[2]; ++c) {
        exec::RandomStream stream(seed, site_purpose, static_cast<std::uint64_t>(c));
        const std::array<index_t, 3> at{c % n[0], c / n[0] % n[1], c / (n[0] * n[1])};
        Vector3 x{};
        for (std::size_t a = 0; a < 3; ++a)
            x[a] = g.origin[a] +
                   (static_cast<double>(at[a]) + 0.15 + 0.7 * exec::uniform(stream)) * cell;
        if (!(exec::uniform(stream) < share_at(domain, x))) continue;
        const Vector3 along = random_direction(stream);
        // half the capillary's length; shorter where an end would leave the tumour
        for (double half = 0.35 * cell; half > 0.02 * cell; half *= 0.5) {
            Site site{x, x};
            for (std::size_t a = 0; a < 3; ++a) {
                site.arterial[a] -= half * along[a];
                site.venous[a] += half * along[a];
            }
            if (share_at(domain, site.arterial) <= 0.0 || share_at(domain, site.venous) <= 0.0)
                continue;
            sites.push_back(site);
            break;
        }
    }
    return sites;
}

/// Middles of voxels at the tumour's surface; of all its voxels when it has none.
std::vector<Vector3> surface_places(const Domain& domain) {
    const Grid& g = domain.grid;
    std::vector<Vector3> surface;
    std::vector<Vector3> all;
    const auto share = [&](index_t i, index_t j, index_t k) {
        return g.contains(i, j, k) ? domain.tumour_share[static_cast<std::size_t>(g.index(i, j, k))]
                                   : 1.0;
    };
    for (index_t k = 0; k < g.nz; ++k)
        for (index_t j = 0; j < g.ny; ++j)
            for (index_t i = 0; i < g.nx; ++i) {
                if (share(i, j, k) < 0.5) continue;
                all.push_back(g.centre(i, j, k));
                if (share(i - 1, j, k) < 0.5 || share(i + 1, j, k) < 0.5 ||
                    share(i, j - 1, k) < 0.5 || share(i, j + 1, k) < 0.5 ||
                    share(i, j, k - 1) < 0.5 || share(i, j, k + 1) < 0.5)
                    surface.push_back(all.back());
            }
    return surface.empty() ? all : surface;
}

/// Grows one tree from its root to one end of every site.
class TreeBuilder {
  public:
    TreeBuilder(VesselNetwork& network, const TreeInput& input, std::vector<Vector3> ends,
                std::size_t first_end, bool venous)
        : network_(network),
          input_(input),
          ends_(std::move(ends)),
          first_end_(first_end),
          venous_(venous) {
        for (std::size_t i = 0; i < ends_.size(); ++i) sites_.push_back(i);
    }

    void grow(const Vector3& root) {
        const double pressure = venous_ ? input_.pressures.outlet : input_.pressures.inlet;
        network_.nodes.push_back({root, pressure, 0.0});
        branch(network_.nodes.size() - 1, 0, sites_.size(), 1);
    }

  private:
    /// `path` numbers the branchings of the tree: 1 is the root's, 2 p and 2 p + 1 follow p.
    void branch(std::size_t parent, std::size_t begin, std::size_t end, std::uint64_t path) {
        const std::size_t count = end - begin;
        if (count == 1) {
            join(parent, first_end_ + sites_[begin], 1);
            return;
        }
        exec::RandomStream stream(input_.seed, branch_purpose + (venous_ ? 1U : 0U), path);
        sort_along_widest(begin, end);
        const double share = 0.4 + 0.2 * exec::uniform(stream);
        const auto wanted =
            static_cast<std::size_t>(std::lround(share * static_cast<double>(count)));
        const std::size_t middle = begin + std::clamp<std::size_t>(wanted, 1, count - 1);
        Vector3 x = network_.nodes[parent].position;
        const Vector3 centre = centre_of(begin, end);
        const double side =
            std::sqrt(squared_distance(ends_[sites_[begin]], ends_[sites_[end - 1]]));
        const Vector3 aside = random_direction(stream);
        for (std::size_t a = 0; a < 3; ++a)
            x[a] += 0.5 * (centre[a] - x[a]) + 0.05 * side * aside[a];
        const std::size_t node = network_.nodes.size();
        network_.nodes.push_back({x, std::nullopt, 0.0});
        join(parent, node, count);
        branch(node, begin, middle, 2 * path);
        branch(node, middle, end, 2 * path + 1);
    }

    void join(std::size_t parent, std::size_t child, std::size_t count) {
        const double murray = std::pow(static_cast<double>(count), 1.0 / input_.murray_exponent);
        const double widening = venous_ && count > 1 ? input_.venous_widening : 1.0;
        const double radius = input_.capillary_radius * murray * widening;
        if (venous_)
            network_.segments.push_back({child, parent, radius, 0.0});
        else
            network_.segments.push_back({parent, child, radius, 0.0});
    }

    void sort_along_widest(std::size_t begin, std::size_t end) {
        Vector3 low = ends_[sites_[begin]];
        Vector3 high = low;
        for (std::size_t i = begin; i < end; ++i)
            for (std::size_t a = 0; a < 3; ++a) {
                low[a] = std::min(low[a], ends_[sites_[i]][a]);
                high[a] = std::max(high[a], ends_[sites_[i]][a]);
            }
        std::size_t widest = 0;
        for (std::size_t a = 1; a < 3; ++a)
            if (high[a] - low[a] > high[widest] - low[widest]) widest = a;
        const auto place = [&](std::size_t i) {
            return sites_.begin() + static_cast<std::ptrdiff_t>(i);
        };
        std::sort(place(begin), place(end), [&](std::size_t a, std::size_t b) {
            return ends_[a][widest] < ends_[b][widest] ||
                   (ends_[a][widest] == ends_[b][widest] && a < b);
        });
    }

    Vector3 centre_of(std::size_t begin, std::size_t end) const {
        Vector3 sum{};
        for (std::size_t i = begin; i < end; ++i)
            for (std::size_t a = 0; a < 3; ++a) sum[a] += ends_[sites_[i]][a];
        for (double& x : sum) x /= static_cast<double>(end - begin);
        return sum;
    }

    VesselNetwork& network_;
    const TreeInput& input_;
    std::vector<Vector3> ends_;
    std::size_t first_end_;
    bool venous_;
    std::vector<std::size_t> sites_;
};

/// The two trees and their capillaries for a lattice of the given cell size.
VesselNetwork grow(const Domain& domain, const TreeInput& input, double cell,
                   const std::vector<Vector3>& surface) {
    VesselNetwork network;
    const auto sites = sites_of(domain, cell, input.seed);
    if (sites.empty()) return network;
    std::vector<Vector3> arterial;
    std::vector<Vector3> venous;
    for (const Site& site : sites) {
        arterial.push_back(site.arterial);
        venous.push_back(site.venous);
    }
    for (const auto* ends : {&arterial, &venous})
        for (const Vector3& x : *ends) network.nodes.push_back({x, std::nullopt, 0.0});
    for (std::size_t i = 0; i < sites.size(); ++i)
        network.segments.push_back({i, sites.size() + i, input.capillary_radius, 0.0});
    exec::RandomStream stream(input.seed, root_purpose, 0);
    const Vector3 towards = random_direction(stream);
    const auto height = [&](const Vector3& x) {
        return x[0] * towards[0] + x[1] * towards[1] + x[2] * towards[2];
    };
    const Vector3 artery = *std::max_element(
        surface.begin(), surface.end(),
        [&](const Vector3& a, const Vector3& b) { return height(a) < height(b); });
    const Vector3 vein =
        *std::max_element(surface.begin(), surface.end(), [&](const Vector3& a, const Vector3& b) {
            return squared_distance(a, artery) < squared_distance(b, artery);
        });
    TreeBuilder(network, input, std::move(arterial), 0, false).grow(artery);
    TreeBuilder(network, input, std::move(venous), sites.size(), true).grow(vein);
    return network;
}

void check(const TreeInput& input) {
    for (const double x :
         {input.spacing, input.capillary_radius, input.murray_exponent, input.venous_widening})
        if (!(x > 0.0) || !std::isfinite(x))
            throw InputError(Diagnostic{{},
                                        "a vessel tree with spacing " +
                                            format_number(input.spacing * 1e6, 4) +
                                            " um and capillary radius " +
                                            format_number(input.capillary_radius * 1e6, 4) + " um",
                                        "positive numbers",
                                        ""});
}

}  // namespace

VesselNetwork grow_tree(const Domain& domain, const TreeInput& input) {
    check(input);
    double volume = 0.0;
    for (const double share : domain.tumour_share) volume += share;
    volume *= domain.grid.cell_volume();
    const auto surface = surface_places(domain);
    const double target = volume / (input.spacing * input.spacing);  // m
    VesselNetwork best;
    double best_error = 1e300;
    double cell = 1.7 * input.spacing;
    for (int i = 0; i < most_refinements && !surface.empty(); ++i) {
        const double segments = 5.0 * volume / (cell * cell * cell);
        if (!(segments <= static_cast<double>(input.most_segments)))
            throw InputError(
                Diagnostic{{},
                           "a vessel tree of " + format_number(segments, 3) + " segments",
                           "at most " + std::to_string(input.most_segments),
                           "choose a wider vessel_spacing"});
        VesselNetwork network = grow(domain, input, cell, surface);
        const double length = network.total_length();
        const double error = std::abs(length / target - 1.0);
        if (error < best_error) {
            best_error = error;
            best = std::move(network);
        }
        if (error <= wanted_density_error) break;
        cell *= std::clamp(std::sqrt(length / target), 0.6, 1.6);
    }
    if (best.segments.empty() || best_error > accepted_density_error)
        throw InputError(Diagnostic{{},
                                    "no vessel tree with a spacing of " +
                                        format_number(input.spacing * 1e6, 4) +
                                        " um fits into this tumour",
                                    "a spacing well below the tumour's diameter",
                                    "use krogh, or a pattern"});
    return best;
}

}  // namespace caravel::tissue
