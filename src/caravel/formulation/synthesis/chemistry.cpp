#include "caravel/formulation/synthesis/chemistry.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/base/suggest.hpp"
#include "caravel/formulation/synthesis/nanoprecipitation_emulsion.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

namespace caravel::formulation::synthesis {
namespace {

constexpr double standard_concentration = 1000.0;  // mol/m3
constexpr double one_per_mm3 = 1e9;                // 1/m3/s
// Beyond this barrier a collision never sticks in any time of interest.
constexpr double most_barrier = 60.0;  // kT

double binding_of(const Chemistry& chemistry, const Stabiliser& stabiliser) {
    if (stabiliser.binding_energy) return *stabiliser.binding_energy;
    const auto known = chemistry.binding.find(stabiliser.name);
    if (known != chemistry.binding.end()) return known->second;
    std::vector<std::string_view> names;
    std::string list;
    for (const auto& [name, energy] : chemistry.binding) {
        names.push_back(name);
        list += (list.empty() ? "" : ", ") + name;
    }
    throw InputError(Diagnostic{
        {},
        fmt::format("no binding energy of stabiliser '{}'", stabiliser.name),
        list.empty() ? "binding_energy beside it" : "binding_energy beside it, or one of: " + list,
        did_you_mean(stabiliser.name, names)});
}

double stability(const Chemistry& c, const Covering& covering, double temperature) {
    const double activation =
        c.collision_energy / gas_constant * (1.0 / temperature - 1.0 / c.collision_temperature);
    const double barrier =
        *c.collision_barrier * covering.coverage * covering.coverage + activation;
    return std::exp(std::clamp(barrier, 0.0, most_barrier));
}

void check_temperatures(const Chemistry& c, const Solution& s) {
    const auto check = [&](double t, const char* what) {
        if (t >= c.lowest_temperature && t <= c.highest_temperature) return;
        throw InputError(Diagnostic{
            {},
            fmt::format("{} of {:.4g} K with the parameter set '{}'", what, t, s.chemistry),
            fmt::format("{:.4g} to {:.4g} K", c.lowest_temperature, c.highest_temperature),
            "the set's rate constants are meant for this range only"});
    };
    for (const double t : s.programme) check(t, "a programme temperature");
    if (s.programme.empty()) check(s.temperature, "a reaction temperature");
    if (s.ageing_duration > 0.0) check(s.ageing_temperature, "an ageing temperature");
}

}  // namespace

Covering cover(const Chemistry& chemistry, const Solution& solution, double temperature) {
    double bound = 0.0;
    for (const Stabiliser& stabiliser : solution.stabilisers)
        bound += stabiliser.concentration / standard_concentration *
                 std::exp(binding_of(chemistry, stabiliser) / (gas_constant * temperature));
    return {bound / (1.0 + bound), covered_interfacial_energy(chemistry.interfacial_energy,
                                                              chemistry.sites, bound, temperature)};
}

double reaction_temperature(const Solution& solution) {
    if (solution.programme.empty()) return solution.temperature;
    return *std::max_element(solution.programme.begin(), solution.programme.end());
}

BurstSystem burst_system(const Chemistry& c, const Solution& s, double irradiance) {
    check_temperatures(c, s);
    const Covering covering = cover(c, s, reaction_temperature(s));
    BurstSystem b;
    b.precursor = s.precursor;
    if (s.feed_rate > 0.0) b.feeds.push_back({0.0, s.feed_duration, s.feed_rate});
    b.conversion = c.conversion;
    b.conversion.value *= std::pow(s.reagent_ratio / c.reference_ratio, c.reagent_order);
    if (c.reference_irradiance > 0.0) b.conversion.value *= irradiance / c.reference_irradiance;
    b.surface_conversion = c.surface_conversion;
    b.solubility = c.solubility;
    b.molar_volume = c.molar_volume;
    b.interfacial_energy = covering.interfacial_energy;
    b.heterogeneous_factor = c.heterogeneous_factor;
    b.nucleation_prefactor = c.nucleation_prefactor;
    b.diffusivity = c.diffusivity;
    b.surface_rate = c.surface_rate;
    b.surface_rate.value *= 1.0 - covering.coverage;
    if (c.collision_barrier) b.stability_ratio = stability(c, covering, reaction_temperature(s));
    b.viscosity = c.viscosity;
    b.temperature = s.programme.empty() ? TemperatureProgramme{{0.0}, {s.temperature}}
                                        : TemperatureProgramme{s.times, s.programme};
    b.duration = s.duration;
    return b;
}

double critical_supersaturation(const BurstSystem& system, double temperature) {
    const double thermal = boltzmann * temperature;
    const double volume = system.molar_volume / avogadro;
    const double gamma = system.interfacial_energy;
    const double barrier = 16.0 * std::numbers::pi / 3.0 * gamma * gamma * gamma * volume * volume *
                           system.heterogeneous_factor / (thermal * thermal * thermal);
    const double allowed = std::log(system.nucleation_prefactor / one_per_mm3);
    if (!(allowed > 0.0))
        throw InputError(Diagnostic{
            {},
            fmt::format("a nucleation prefactor of {:.3g} 1/m3/s", system.nucleation_prefactor),
            fmt::format("above {:.3g}", one_per_mm3),
            ""});
    return std::exp(std::sqrt(barrier / allowed));
}

double ripened_diameter(const BurstSystem& system, double diameter, double temperature,
                        double duration) {
    const double drive = 64.0 / 9.0 * system.interfacial_energy * system.molar_volume *
                         system.molar_volume * system.solubility(temperature) /
                         (gas_constant * temperature);
    const double diffusive = 1.0 / system.diffusivity(temperature);
    const double attachment = 2.0 / system.surface_rate(temperature);
    const auto rate = [&](double cube) {
        return drive / (diffusive + attachment / std::cbrt(cube));
    };
    double cube = diameter * diameter * diameter;
    double time = 0.0;
    while (time < duration) {
        const double h = std::min(0.01 * cube / rate(cube), duration - time);
        cube += h * rate(cube + 0.5 * h * rate(cube));
        time += h;
    }
    return std::cbrt(cube);
}

}  // namespace caravel::formulation::synthesis
