#include "caravel/imaging/xray/xray_object.hpp"

#include "caravel/base/expects.hpp"
#include "caravel/imaging/xray/tissue_attenuation.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::imaging {
namespace {

constexpr double basis_tolerance = 2e-4;

/// One material's weighted curve minus what the basis explains of it.
struct Rest {
    std::vector<double> curve{};
    std::vector<double> projections{};  // on the orthonormal basis
    double size = 0.0;                  // of the whole curve
};

double dot(const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
}

std::vector<Rest> weighted_curves(std::span<const double> curves, std::span<const double> weights) {
    std::vector<Rest> all(curves.size() / weights.size());
    for (std::size_t m = 0; m < all.size(); ++m) {
        for (std::size_t e = 0; e < weights.size(); ++e)
            all[m].curve.push_back(std::sqrt(weights[e]) * curves[m * weights.size() + e]);
        all[m].size = std::sqrt(dot(all[m].curve, all[m].curve));
    }
    return all;
}

double misfit(const Rest& rest) {
    return rest.size > 0.0 ? std::sqrt(dot(rest.curve, rest.curve)) / rest.size : 0.0;
}

/// Takes the direction of one curve out of all.
void take_out(std::vector<Rest>& all, const std::vector<double>& direction) {
    for (Rest& rest : all) {
        const double share = dot(rest.curve, direction);
        for (std::size_t e = 0; e < direction.size(); ++e) rest.curve[e] -= share * direction[e];
        rest.projections.push_back(share);
    }
}

/// Shares of the members from projections on the orthonormal basis: back substitution, because a
/// member's projections end with its own direction.
std::vector<double> shares_of(const std::vector<Rest>& all,
                              const std::vector<std::size_t>& members) {
    const std::size_t n = members.size();
    std::vector<double> shares(all.size() * n);
    for (std::size_t m = 0; m < all.size(); ++m) {
        for (std::size_t k = n; k-- > 0;) {
            double value = all[m].projections[k];
            for (std::size_t j = k + 1; j < n; ++j)
                value -= shares[m * n + j] * all[members[j]].projections[k];
            shares[m * n + k] = value / all[members[k]].projections[k];
        }
    }
    for (std::size_t k = 0; k < n; ++k) {  // a member is itself, whatever rounding says
        for (std::size_t j = 0; j < n; ++j) shares[members[k] * n + j] = j == k ? 1.0 : 0.0;
    }
    return shares;
}

/// Curves (1/m, or 1/m per unit) of regions, then of agents that attenuate.
std::vector<double> material_curves(const PhotonTables& photons, matter::Library& library,
                                    const ImagedObject& object, std::span<const double> energies) {
    std::vector<double> curves;
    const auto append = [&](const matter::Composition& composition, double density) {
        for (const double energy : energies)
            curves.push_back(density * mass_attenuation(photons, composition, energy));
    };
    for (const ImagedRegion& region : object.regions)
        append(tissue_composition(library, region.tissue), tissue_density(library, region.tissue));
    for (const ImagedAgent& agent : object.agents)
        if (agent.attenuating) append(agent.attenuating->composition, agent.attenuating->mass);
    return curves;
}

/// Adds `share` times an agent's concentration to the volume.
void add_agent(const ImagedObject& object, std::size_t agent, double share,
               std::span<float> volume) {
    for (const AgentField& field : object.fields) {
        if (field.agent != agent || share == 0.0) continue;
        for (std::size_t i = 0; i < volume.size(); ++i)
            volume[i] += static_cast<float>(share * field.concentration[i]);
    }
}

/// Radius, bottom and top of all voxels that are not air (of all when everything is).
void measure(const ImagedObject& object, XrayObject& seen) {
    const Grid& grid = object.grid;
    const double middle_x = grid.origin[0] + 0.5 * grid.spacing[0] * static_cast<double>(grid.nx);
    const double middle_y = grid.origin[1] + 0.5 * grid.spacing[1] * static_cast<double>(grid.ny);
    double bottom = grid.origin[2] + grid.spacing[2] * static_cast<double>(grid.nz);
    double top = grid.origin[2];
    double radius2 = 0.0;
    std::vector<char> is_air;
    for (const ImagedRegion& region : object.regions) is_air.push_back(region.tissue == "air");
    for (index_t k = 0; k < grid.nz; ++k) {
        for (index_t j = 0; j < grid.ny; ++j) {
            for (index_t i = 0; i < grid.nx; ++i) {
                const auto voxel = static_cast<std::size_t>(grid.index(i, j, k));
                if (is_air[object.region[voxel]] != 0) continue;
                const Vector3 c = grid.centre(i, j, k);
                const double x = c[0] - middle_x;
                const double y = c[1] - middle_y;
                radius2 = std::max(radius2, x * x + y * y);
                bottom = std::min(bottom, c[2] - 0.5 * grid.spacing[2]);
                top = std::max(top, c[2] + 0.5 * grid.spacing[2]);
            }
        }
    }
    const bool empty = top <= bottom;
    seen.radius = std::sqrt(radius2) + 0.5 * std::max(grid.spacing[0], grid.spacing[1]);
    seen.bottom = empty ? grid.origin[2] : bottom;
    seen.top = empty ? grid.origin[2] + grid.spacing[2] * static_cast<double>(grid.nz) : top;
}

}  // namespace

AttenuationBasis attenuation_basis(std::span<const double> curves, std::span<const double> weights,
                                   double tolerance) {
    std::vector<Rest> all = weighted_curves(curves, weights);
    AttenuationBasis basis;
    while (basis.members.size() < std::min(all.size(), weights.size())) {
        std::size_t worst = 0;
        for (std::size_t m = 1; m < all.size(); ++m)
            if (misfit(all[m]) > misfit(all[worst])) worst = m;
        basis.residual = misfit(all[worst]);
        if (basis.residual <= tolerance) break;
        std::vector<double> direction = all[worst].curve;
        const double length = std::sqrt(dot(direction, direction));
        for (double& x : direction) x /= length;
        take_out(all, direction);
        basis.members.push_back(worst);
        basis.residual = 0.0;
    }
    basis.shares = shares_of(all, basis.members);
    return basis;
}

XrayObject xray_object(const PhotonTables& photons, matter::Library& library,
                       const ImagedObject& object, std::span<const double> energies,
                       std::span<const double> weights) {
    const std::vector<double> curves = material_curves(photons, library, object, energies);
    const AttenuationBasis basis = attenuation_basis(curves, weights, basis_tolerance);
    const auto cells = static_cast<std::size_t>(object.grid.cell_count());
    XrayObject seen;
    seen.grid = object.grid;
    seen.basis = basis.members.size();
    seen.residual = basis.residual;
    seen.amount.resize(seen.basis * cells);
    for (const ImagedRegion& region : object.regions) seen.tissues.push_back(region.tissue);
    for (std::size_t b = 0; b < seen.basis; ++b) {
        for (std::size_t e = 0; e < energies.size(); ++e)
            seen.attenuation.push_back(curves[basis.members[b] * energies.size() + e]);
        const std::span<float> volume = std::span<float>(seen.amount).subspan(b * cells, cells);
        std::vector<float> of_region;
        for (std::size_t r = 0; r < object.regions.size(); ++r)
            of_region.push_back(static_cast<float>(basis.shares[r * seen.basis + b]));
        for (std::size_t i = 0; i < cells; ++i) volume[i] = of_region[object.region[i]];
        std::size_t material = object.regions.size();
        for (std::size_t a = 0; a < object.agents.size(); ++a) {
            if (!object.agents[a].attenuating) continue;
            add_agent(object, a, basis.shares[material++ * seen.basis + b], volume);
        }
    }
    measure(object, seen);
    return seen;
}

std::vector<double> element_concentration(const ImagedObject& object, std::string_view element) {
    std::vector<double> sum(static_cast<std::size_t>(object.grid.cell_count()));
    for (const AgentField& field : object.fields) {
        const auto& attenuating = object.agents[field.agent].attenuating;
        if (!attenuating) continue;
        double mass = 0.0;
        for (const auto& [symbol, fraction] : attenuating->composition.mass_fractions)
            if (symbol == element) mass += fraction * attenuating->mass;
        if (mass == 0.0) continue;
        for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += mass * field.concentration[i];
    }
    return sum;
}

void integrate_through(const XrayObject& object, const Vector3& point, double x, double y,
                       std::span<double> integrals) {
    const Grid& grid = object.grid;
    const std::size_t cells = object.amount.size() / object.basis;
    const double step = std::min(grid.spacing[0], grid.spacing[1]);
    const double reach = std::hypot(grid.spacing[0] * static_cast<double>(grid.nx),
                                    grid.spacing[1] * static_cast<double>(grid.ny));
    const auto steps = static_cast<index_t>(std::ceil(reach / step));
    const auto k = std::clamp<index_t>(
        static_cast<index_t>(std::floor((point[2] - grid.origin[2]) / grid.spacing[2])), 0,
        grid.nz - 1);
    std::fill(integrals.begin(), integrals.end(), 0.0);
    for (index_t s = -steps; s <= steps; ++s) {
        const double along = static_cast<double>(s) * step;
        const auto i = static_cast<index_t>(
            std::floor((point[0] + along * x - grid.origin[0]) / grid.spacing[0]));
        const auto j = static_cast<index_t>(
            std::floor((point[1] + along * y - grid.origin[1]) / grid.spacing[1]));
        if (!grid.contains(i, j, k)) continue;
        const auto voxel = static_cast<std::size_t>(grid.index(i, j, k));
        for (std::size_t b = 0; b < object.basis; ++b)
            integrals[b] += step * static_cast<double>(object.amount[b * cells + voxel]);
    }
}

std::vector<double> mean_integrals(const XrayObject& object, const Vector3& point, int directions) {
    std::vector<double> mean(object.basis);
    std::vector<double> one(object.basis);
    for (int d = 0; d < directions; ++d) {
        const double angle = std::numbers::pi * (d + 0.5) / directions;
        integrate_through(object, point, std::cos(angle), std::sin(angle), one);
        for (std::size_t b = 0; b < one.size(); ++b) mean[b] += one[b] / directions;
    }
    return mean;
}

Vector3 middle(const XrayObject& object) {
    const Grid& grid = object.grid;
    return {grid.origin[0] + 0.5 * grid.spacing[0] * static_cast<double>(grid.nx),
            grid.origin[1] + 0.5 * grid.spacing[1] * static_cast<double>(grid.ny),
            0.5 * (object.bottom + object.top)};
}

}  // namespace caravel::imaging
