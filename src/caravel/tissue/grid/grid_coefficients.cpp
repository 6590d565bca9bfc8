#include "caravel/tissue/grid/grid_coefficients.hpp"

#include "caravel/tissue/grid/grid_molecules.hpp"
#include "caravel/tissue/grid/grid_oxygen.hpp"
#include "caravel/tissue/grid/grid_transport.hpp"
#include "caravel/tissue/interstitium/wall_exchange.hpp"

#include <cmath>

namespace caravel::tissue {
GridCoefficients::GridCoefficients(const GridPlan& plan) : plan_(plan) {
    for (const auto& c : plan.local.coefficients()) values_.push_back({c.value, nullptr});
    maps_.resize(values_.size());
}

std::vector<double>& GridCoefficients::map_of(int coefficient) {
    const auto c = static_cast<std::size_t>(coefficient);
    if (maps_[c].empty()) maps_[c].resize(plan_.domain.region.size());
    values_[c].values = maps_[c].data();
    return maps_[c];
}

void GridCoefficients::set_wall(const VaryingCoefficient& c, const SceneBuilder& builder,
                                const Scene& scene, const GridTransport& transport) {
    const Solute& solute = solute_of(c);
    const auto space = transport.capacity(c.solute);
    auto& map = map_of(c.coefficient);
    for (std::size_t i = 0; i < map.size(); ++i) {
        const auto v = static_cast<index_t>(i);
        const auto rates = wall_rates(builder.permeability_surface(scene, solute, i),
                                      solute.reflection, scene.filtration[i]);
        if (c.law == Law::wall_out)
            map[i] =
                scene.blood[i] > 0.0 ? rates.out / (scene.blood[i] * solute.plasma_space) : 0.0;
        else
            map[i] = space[v] > 0.0 ? rates.back / space[v] : 0.0;
    }
}

/// Value of a coefficient that follows the scene in voxel i.
double GridCoefficients::value_in(const VaryingCoefficient& c, const SceneBuilder& builder,
                                  const Scene& scene, View<const double> space,
                                  std::size_t i) const {
    const auto over = [](double rate, double volume) { return volume > 0.0 ? rate / volume : 0.0; };
    const auto v = static_cast<index_t>(i);
    switch (c.law) {
    case Law::venous_outflow: return over(scene.perfusion[i], scene.blood[i]);
    case Law::lymph:
        // Lymph vessels are in normal tissue and drain what is there.
        return over(scene.drainage[i] * (1.0 - builder.tumour_part(scene, solute_of(c), i)),
                    (1.0 - scene.share[i]) * space[v]) +
               c.value * scene.share[i];
    case Law::tumour_part:
        return c.value * (c.solute >= 0 ? builder.tumour_part(scene, solute_of(c), i)
                                        : builder.tumour_part_of_blood(scene, i));
    case Law::interstitium: return over(c.value * plan_.tumour.interstitial_fraction, space[v]);
    case Law::binding:
        return over(c.value * plan_.tumour.interstitial_fraction, space[v]) *
               builder.tumour_part(scene, solute_of(c), i);
    default: return c.value;
    }
}

void GridCoefficients::follow_scene(const SceneBuilder& builder, const Scene& scene,
                                    const GridTransport& transport) {
    for (const auto& c : plan_.varying) {
        if (c.law == Law::proliferation || c.law == Law::necrosis) continue;  // with the window
        if (c.law == Law::wall_out || c.law == Law::wall_back) {
            set_wall(c, builder, scene, transport);
            continue;
        }
        const auto space = c.solute >= 0 ? transport.capacity(c.solute) : View<const double>{};
        auto& map = map_of(c.coefficient);
        for (std::size_t i = 0; i < map.size(); ++i) map[i] = value_in(c, builder, scene, space, i);
    }
}

void GridCoefficients::follow_window(const Scene& scene, std::span<const double> inflow,
                                     std::span<const double> signals,
                                     std::span<const double> oxygen,
                                     std::span<const double> molecules,
                                     const TreatedTissueFields& treated, double start, double end) {
    const double middle = 0.5 * (start + end);
    for (std::size_t e = 0; e < plan_.exchanges.size(); ++e) {
        auto& map = map_of(plan_.exchanges[e].coefficient);
        // Amount per second and volume: blood spreads with perfusion.
        const double rate = scene.flow > 0.0 ? inflow[e] / (end - start) / scene.flow : 0.0;
        for (std::size_t i = 0; i < map.size(); ++i) map[i] = rate * scene.perfusion[i];
    }
    for (const auto& c : plan_.varying) {
        if (c.law != Law::proliferation && c.law != Law::necrosis) continue;
        auto& map = map_of(c.coefficient);
        for (std::size_t i = 0; i < map.size(); ++i)
            map[i] = c.law == Law::necrosis
                         ? c.value * necrosis_rate(plan_.biology, oxygen[i])
                         : c.value * proliferation_share(plan_.biology, oxygen[i]);
    }
    const auto signal = [&](int source, std::size_t i) {
        if (source == oxygen_signal) return oxygen[i];
        if (source == temperature_signal) return treated.temperature[i];
        if (!is_field(source)) return signals[static_cast<std::size_t>(source)];
        const auto m = static_cast<std::size_t>(molecule_signal(0) - source);
        return signal_of(plan_.input.molecules[m], molecules[m * oxygen.size() + i]);
    };
    for (const auto& r : plan_.releases) {
        const double age = std::abs(middle - r.birth);
        bool local = false;
        for (const int source : r.signals) local = local || is_field(source);
        const auto at = [&](std::size_t i) {
            return formulation::release_rate(r.laws, age, r.transit_time, [&](std::size_t law) {
                return signal(r.signals[law], i);
            });
        };
        if (!local) {
            values_[static_cast<std::size_t>(r.coefficient)] = {at(0), nullptr};
            continue;
        }
        auto& map = map_of(r.coefficient);
        for (std::size_t i = 0; i < map.size(); ++i) map[i] = at(i);
    }
    for (const auto& s : plan_.switches) {
        const auto at = [&](std::size_t i) {
            return s.rate * formulation::response_factor(s.trigger.response, signal(s.signal, i));
        };
        if (!is_field(s.signal)) {
            values_[static_cast<std::size_t>(s.coefficient)] = {at(0), nullptr};
            continue;
        }
        auto& map = map_of(s.coefficient);
        for (std::size_t i = 0; i < map.size(); ++i) map[i] = at(i);
    }
}

}  // namespace caravel::tissue
