#include "caravel/tissue/grid/grid_fields.hpp"

#include "caravel/tissue/grid/grid_molecules.hpp"
#include "caravel/tissue/grid/hypoxia.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace caravel::tissue {
namespace {

std::span<const double> values_of(std::span<const double> fields, std::size_t i, std::size_t n) {
    return fields.subspan(i * n, n);
}

/// Share of tumour in a voxel below which its receptors are not shown.
constexpr double least_tumour = 1e-3;

class Shown {
  public:
    Shown(const GridPlan& plan, std::span<const double> fields)
        : plan_(plan), fields_(fields), n_(plan.domain.region.size()) {}

    /// Sum over the local species that `wanted` picks, times `factor`.
    template <class Wanted>
    std::vector<double> sum(double factor, const Wanted& wanted) const {
        std::vector<double> total = nothing();
        const auto& all = plan_.local.all_species();
        for (std::size_t s = 0; s < all.size(); ++s) {
            if (plan_.species[s].motion == Motion::outflow || !wanted(s, all[s])) continue;
            const auto u = values_of(fields_, s, n_);
            for (std::size_t i = 0; i < n_; ++i) total[i] += factor * u[i];
        }
        return total;
    }

    std::vector<double> stored(std::size_t place) const {
        std::vector<double> result = nothing();
        const auto u = values_of(fields_, place, n_);
        for (std::size_t i = 0; i < n_; ++i) result[i] += u[i];
        return result;
    }

    std::vector<double> volumes(const std::vector<int>& species) const {
        std::vector<double> total = nothing();
        for (const int s : species) {
            const auto u = values_of(fields_, static_cast<std::size_t>(s), n_);
            for (std::size_t i = 0; i < n_; ++i) total[i] += u[i];
        }
        return total;
    }

    /// Vessels against the start, those that a blockade takes left out.
    std::vector<double> vessels() const {
        const auto effect = values_of(fields_, plan_.vessel_row() + 1, n_);
        auto result = stored(plan_.vessel_row());
        const auto left = normalised_vessels(effect[0], plan_.input.angiogenesis->normalisation);
        for (double& v : result) v *= left.density;
        return result;
    }

    /// Share (0 to 1) of the tumour's receptors that hold a carrier; 0 where there is no tumour.
    std::vector<double> receptors_taken(const ReceptorSites& sites) const {
        auto held = volumes(sites.bound);
        const auto viable = volumes(plan_.viable);
        const auto dead = volumes(plan_.dead);
        for (std::size_t i = 0; i < n_; ++i) {
            if (std::isnan(held[i])) continue;
            const double tumour = viable[i] + dead[i];
            held[i] = tumour > least_tumour ? held[i] / (sites.capacity * tumour) : 0.0;
        }
        return held;
    }

  private:
    std::vector<double> nothing() const {
        std::vector<double> zero(n_, 0.0);
        for (std::size_t i = 0; i < n_; ++i)
            if (plan_.domain.region[i] == Region::outside)
                zero[i] = std::numeric_limits<double>::quiet_NaN();
        return zero;
    }

    const GridPlan& plan_;
    std::span<const double> fields_;
    std::size_t n_;
};

}  // namespace

std::vector<GridField> shown_fields(const GridPlan& plan, std::span<const double> fields,
                                    const std::vector<ShownSubstance>& substances) {
    const Shown shown(plan, fields);
    std::vector<GridField> result;
    const std::string cells = plan.name + ".cells.";
    const std::string nuclei = plan.name + ".nucleus.";
    for (const auto& s : substances) {
        const auto is_it = [&](const kinetics::Species& species) {
            return species.substance == s.substance;
        };
        result.push_back(
            {s.label + ".total", s.label + ", total", "ug/mL",
             shown.sum(s.mass, [&](std::size_t, const auto& species) { return is_it(species); })});
        result.push_back({s.label + ".interstitium", s.label + ", in the interstitial fluid",
                          "ug/mL", shown.sum(s.mass, [&](std::size_t i, const auto& species) {
                              return is_it(species) && plan.species[i].motion == Motion::fluid;
                          })});
        for (const auto& sites : plan.receptors)
            if (sites.substance == s.substance)
                result.push_back({s.label + ".receptors_taken", s.label + ", receptors taken", "%",
                                  shown.receptors_taken(sites)});
        auto inside = shown.sum(s.mass, [&](std::size_t, const auto& species) {
            return is_it(species) &&
                   (species.name.rfind(cells, 0) == 0 || species.name.rfind(nuclei, 0) == 0);
        });
        if (std::any_of(inside.begin(), inside.end(), [](double v) { return v > 0.0; }))
            result.push_back(
                {s.label + ".cells", s.label + ", inside cells", "ug/mL", std::move(inside)});
    }
    result.push_back({"viable_cells", "viable tumour", "%", shown.volumes(plan.viable)});
    result.push_back({"dead_cells", "dying tumour", "%", shown.volumes(plan.dead)});
    const std::size_t species = plan.species.size();
    if (plan.input.oxygen)
        result.push_back({"oxygen", "oxygen partial pressure", "mm[Hg]", shown.stored(species)});
    if (plan.input.fluid)
        result.push_back({"interstitial_fluid_pressure", "interstitial fluid pressure", "mm[Hg]",
                          shown.stored(species + 1)});
    for (std::size_t m = 0; m < plan.input.molecules.size(); ++m) {
        const auto& molecule = plan.input.molecules[m];
        auto values = shown.stored(species + 2 + m);
        for (double& v : values) v = signal_of(molecule, v);
        const bool ph = molecule.signal == "pH";
        result.push_back(
            {molecule.signal, molecule.signal, ph ? "1" : "umol/L", std::move(values)});
    }
    if (plan.input.angiogenesis)
        result.push_back({"vessel_density", "vessels against the start", "1", shown.vessels()});
    return result;
}

GridSummary summarise(const GridPlan& plan, std::span<const double> fields) {
    const std::size_t n = plan.domain.region.size();
    const Shown shown(plan, fields);
    const auto viable = shown.volumes(plan.viable);
    const auto dead = shown.volumes(plan.dead);
    const auto oxygen = values_of(fields, plan.species.size(), n);
    const auto pressure = values_of(fields, plan.species.size() + 1, n);
    GridSummary s;
    for (std::size_t i = 0; i < n; ++i) {
        const double volume = viable[i] + dead[i];
        if (!(volume > 0.0)) continue;
        s.volume += volume;
        s.dead_share += dead[i];
        s.mean_oxygen += volume * oxygen[i];
        if (oxygen[i] < hypoxic_pressure) s.hypoxic_share += volume;
        s.largest_pressure = std::max(s.largest_pressure, pressure[i]);
    }
    if (s.volume <= 0.0) return s;
    s.dead_share /= s.volume;
    s.mean_oxygen /= s.volume;
    s.hypoxic_share /= s.volume;
    s.volume *= plan.domain.grid.cell_volume() * plan.domain.copies;
    return s;
}

Penetration penetration(const GridPlan& plan, const std::vector<double>& depth,
                        const std::vector<double>& values) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < depth.size(); ++i)
        if (plan.domain.tumour_share[i] > 0.5) order.push_back(i);
    if (order.empty()) return {};
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return depth[a] < depth[b]; });
    const std::size_t core = std::max<std::size_t>(order.size() / 8, 1);
    double all = 0.0;
    double deep = 0.0;
    for (std::size_t k = 0; k < order.size(); ++k) {
        all += values[order[k]];
        if (k + core >= order.size()) deep += values[order[k]];
    }
    if (all <= 0.0) return {};
    Penetration p;
    p.core_to_mean = deep / static_cast<double>(core) / (all / static_cast<double>(order.size()));
    double so_far = 0.0;
    for (const std::size_t i : order) {
        so_far += values[i];
        p.depth_90 = depth[i];
        if (so_far >= 0.9 * all) break;
    }
    return p;
}

}  // namespace caravel::tissue
