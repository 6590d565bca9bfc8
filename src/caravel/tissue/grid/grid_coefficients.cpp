#include "caravel/tissue/grid/grid_coefficients.hpp"

#include "caravel/exec/for_each.hpp"
#include "caravel/tissue/grid/grid_molecules.hpp"
#include "caravel/tissue/grid/grid_oxygen.hpp"
#include "caravel/tissue/interstitium/wall_exchange.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::tissue {
namespace {

/// Sets values[i] = value(i) on the team.
template <class Value, class Function>
void fill(exec::ThreadTeam& team, std::vector<Value>& values, const Function& value) {
    exec::for_each(team, static_cast<index_t>(values.size()), [&](index_t i) {
        const auto v = static_cast<std::size_t>(i);
        values[v] = value(v);
    });
}

}  // namespace

GridCoefficients::GridCoefficients(const GridPlan& plan) : plan_(plan) {
    for (const auto& c : plan.local.coefficients()) values_.push_back({c.value, nullptr});
    maps_.resize(values_.size());
    splits_.resize(plan.solutes.size());
}

std::vector<double>& GridCoefficients::map_of(int coefficient) {
    const auto c = static_cast<std::size_t>(coefficient);
    if (maps_[c].empty()) maps_[c].resize(plan_.domain.region.size());
    values_[c].values = maps_[c].data();
    return maps_[c];
}

/// Exchange through the walls of vessels in voxel i.
double GridCoefficients::wall_in(const VaryingCoefficient& c, const SceneBuilder& builder,
                                 const Scene& scene, std::size_t i) const {
    const Solute& solute = solute_of(c);
    const auto rates = wall_rates(builder.permeability_surface(scene, solute, i), solute.reflection,
                                  scene.filtration[i]);
    if (c.law == Law::wall_out)
        return scene.blood[i] > 0.0 ? rates.out / (scene.blood[i] * solute.plasma_space) : 0.0;
    return exists(i) ? rates.back * builder.at_walls(scene, c.solute, splits_of(c.solute)[i], i)
                     : 0.0;
}

/// Value of a coefficient that follows the scene in voxel i.
double GridCoefficients::value_in(const VaryingCoefficient& c, const SceneBuilder& builder,
                                  const Scene& scene, std::size_t i) const {
    const auto over = [](double rate, double volume) { return volume > 0.0 ? rate / volume : 0.0; };
    const auto parts = [&]() -> const SoluteSplit& { return splits_of(c.solute)[i]; };
    // What cells take up sees the fluid of the tumour's part.
    const auto taken_up = [&] { return c.value * plan_.tumour.interstitial_fraction; };
    if (!exists(i)) return 0.0;
    switch (c.law) {
    case Law::venous_outflow: return over(scene.perfusion[i], scene.blood[i]);
    case Law::lymph:
        // Lymph vessels are in normal tissue and drain what is there.
        return std::max(0.0, scene.drainage[i]) * parts().normal + c.value * parts().part;
    case Law::tumour_part:
        return c.value * (c.solute >= 0 ? parts().part : builder.tumour_part_of_blood(scene, i));
    case Law::interstitium: return taken_up() * parts().tumour;
    case Law::binding: return taken_up() * parts().tumour * scene.share[i];
    default: return c.value;
    }
}

void GridCoefficients::follow_scene(exec::ThreadTeam& team, const SceneBuilder& builder,
                                    const Scene& scene) {
    for (std::size_t k = 0; k < splits_.size(); ++k) {
        splits_[k].resize(scene.share.size());
        fill(team, splits_[k], [&](std::size_t i) {
            return exists(i) ? builder.split_in(scene, static_cast<int>(k), i) : splits_[k][i];
        });
    }
    for (const auto& c : plan_.varying) {
        if (c.law == Law::proliferation || c.law == Law::necrosis) continue;  // with the window
        const bool at_wall = c.law == Law::wall_out || c.law == Law::wall_back;
        fill(team, map_of(c.coefficient), [&](std::size_t i) {
            return at_wall ? wall_in(c, builder, scene, i) : value_in(c, builder, scene, i);
        });
    }
}

template <class Signal>
void GridCoefficients::follow_releases(exec::ThreadTeam& team, const Signal& signal,
                                       double middle) {
    for (const auto& r : plan_.releases) {
        const double age = std::abs(middle - r.birth);
        bool local = false;
        for (const int source : r.signals) local = local || is_field(source);
        const auto at = [&](std::size_t i) {
            return formulation::release_rate(r.laws, age, r.transit_time, [&](std::size_t law) {
                return signal(r.signals[law], i);
            });
        };
        const double everywhere = local ? 0.0 : at(0);
        if (!local && r.within < 0) {
            values_[static_cast<std::size_t>(r.coefficient)] = {everywhere, nullptr};
            continue;
        }
        auto& map = map_of(r.coefficient);
        const auto* const parts = r.within < 0 ? nullptr : splits_of(r.within).data();
        fill(team, map, [&](std::size_t i) {
            return (local ? at(i) : everywhere) * (parts == nullptr ? 1.0 : parts[i].part);
        });
    }
}

void GridCoefficients::follow_window(exec::ThreadTeam& team, const Scene& scene,
                                     std::span<const double> inflow,
                                     std::span<const double> signals,
                                     std::span<const double> oxygen,
                                     std::span<const double> molecules,
                                     const TreatedTissueFields& treated, double start, double end) {
    for (std::size_t e = 0; e < plan_.exchanges.size(); ++e) {
        auto& map = map_of(plan_.exchanges[e].coefficient);
        // Amount per second and volume: blood spreads with perfusion.
        const double rate = scene.flow > 0.0 ? inflow[e] / (end - start) / scene.flow : 0.0;
        for (std::size_t i = 0; i < map.size(); ++i) map[i] = rate * scene.perfusion[i];
    }
    for (const auto& c : plan_.varying) {
        if (c.law != Law::proliferation && c.law != Law::necrosis) continue;
        fill(team, map_of(c.coefficient), [&](std::size_t i) {
            return c.law == Law::necrosis ? c.value * necrosis_rate(plan_.biology, oxygen[i])
                                          : c.value * proliferation_share(plan_.biology, oxygen[i]);
        });
    }
    const auto signal = [&](int source, std::size_t i) {
        if (source == oxygen_signal) return oxygen[i];
        if (source == temperature_signal) return treated.temperature[i];
        if (!is_field(source)) return signals[static_cast<std::size_t>(source)];
        const auto m = static_cast<std::size_t>(molecule_signal(0) - source);
        return signal_of(plan_.input.molecules[m], molecules[m * oxygen.size() + i]);
    };
    follow_releases(team, signal, 0.5 * (start + end));
}

void GridCoefficients::follow_injection(std::span<const double> injected, double duration) {
    for (std::size_t k = 0; k < plan_.injected.size(); ++k) {
        const auto& what = plan_.injected[k];
        const double rate = k < injected.size() ? injected[k] / duration : 0.0;
        if (rate == 0.0) {
            values_[static_cast<std::size_t>(what.coefficient)] = {0.0, nullptr};
            continue;
        }
        const auto& density = plan_.sites[what.site].density;
        auto& map = map_of(what.coefficient);
        for (std::size_t i = 0; i < map.size(); ++i) map[i] = rate * density[i];
    }
}

}  // namespace caravel::tissue
