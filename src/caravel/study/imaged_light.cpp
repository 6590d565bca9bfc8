#include "caravel/study/imaged_light.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/formulation/cards/parts.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

namespace caravel::study {
namespace {

using formulation::CardContext;
using formulation::CardSection;
using imaging::LuminescentAgent;

constexpr double dye_width = 45e-9;   // m, full width at half maximum where none is known (assumed)
constexpr double line_width = 20e-9;  // m, of lanthanides' bands (assumed)

/// Values of one emitter of a luminescence section.
class Emitter {
  public:
    Emitter(const CardSection& section, std::string prefix)
        : section_(section), prefix_(std::move(prefix)) {}
    std::optional<double> operator()(const std::string& name) const {
        for (const auto& v : section_.values)
            if (v.name == prefix_ + name) return v.si;
        return std::nullopt;
    }
    const std::string& prefix() const { return prefix_; }

  private:
    const CardSection& section_;
    std::string prefix_;
};

std::vector<Emitter> emitters_of(const CardSection& section) {
    constexpr std::string_view ending = "emission_peak";
    std::vector<Emitter> found;
    for (const auto& v : section.values)
        if (v.name.ends_with(ending))
            found.emplace_back(section, v.name.substr(0, v.name.size() - ending.size()));
    return found;
}

/// A dye or dot: what it absorbs follows from its brightness over its yield.
std::optional<LuminescentAgent> dye_of(const Emitter& of, double carrier_mass) {
    const auto absorption = of("absorption_peak");
    const auto yield = of("quantum_yield");
    const auto brightness = of("brightness");
    if (!absorption || !yield || !brightness || !(*yield > 0.0)) return std::nullopt;
    LuminescentAgent agent;
    agent.emitter = of.prefix().empty() ? "emitter" : of.prefix().substr(0, of.prefix().size() - 1);
    agent.excitation_peak = *absorption;
    agent.emission_peak = *of("emission_peak");
    agent.excitation_width = agent.emission_width = dye_width;
    agent.quantum_yield = *yield;
    agent.absorption_cross_section =
        *brightness / *yield * std::numbers::ln10 / (avogadro * carrier_mass);
    return agent;
}

/// x = (irradiance/saturation)^(n-1) from the slope of light over irradiance, 1 + (n-1)/(1+x).
void set_power_law(double exponent, double irradiance, double yield, LuminescentAgent& agent) {
    agent.upconverting = true;
    agent.order = exponent < 1.95 ? 2.0 : exponent < 2.95 ? 3.0 : 4.0;
    const double rise = agent.order - 1.0;
    const double x = std::max(rise / std::max(exponent - 1.0, 0.02) - 1.0, 1e-3);
    agent.saturation = irradiance / std::pow(x, 1.0 / rise);
    agent.quantum_yield = yield * (1.0 + x) / (2.0 * x);
}

/// Wavelength of the strongest listed band within [from, to].
std::optional<double> strongest_band(const Emitter& of, double from, double to) {
    for (int i = 1; i <= 9; ++i) {
        const auto band = of("emission_band_" + std::to_string(i));
        if (band && *band >= from && *band <= to) return band;
    }
    return std::nullopt;
}

void add_lanthanides(const CardContext& c, const Emitter& of,
                     std::vector<LuminescentAgent>& agents) {
    const auto cross_section = of("pump_absorption_cross_section");
    if (!cross_section) return;
    LuminescentAgent agent;
    agent.emitter =
        of.prefix().empty() ? "lanthanide" : of.prefix().substr(0, of.prefix().size() - 1);
    agent.excitation_width = agent.emission_width = line_width;
    agent.excitation_peak = of("pump_wavelength").value_or(976e-9);
    agent.absorption_cross_section = *cross_section / c.properties.carrier_mass;
    if (const auto band = strongest_band(of, 900e-9, 1800e-9);
        band && of("infrared_quantum_yield").value_or(0.0) > 0.0) {
        LuminescentAgent infrared = agent;
        infrared.emission_peak = *band;
        infrared.emission_width = 3.0 * line_width;
        infrared.quantum_yield = *of("infrared_quantum_yield");
        agents.push_back(infrared);
    }
    const double yield = of("upconversion_quantum_yield").value_or(0.0);
    if (!(yield > 0.0)) return;
    agent.emission_peak = *of("emission_peak");
    set_power_law(of("upconversion_power_exponent").value_or(2.0),
                  c.formulation.conditions.irradiance, yield, agent);
    agents.push_back(agent);
}

}  // namespace

std::vector<LuminescentAgent> luminescent_carrier(const CardContext& carrier) {
    const CardSection section = formulation::luminescence_section(carrier);
    std::vector<LuminescentAgent> agents;
    for (const Emitter& of : emitters_of(section)) {
        if (const auto dye = dye_of(of, carrier.properties.carrier_mass))
            agents.push_back(*dye);
        else
            add_lanthanides(carrier, of, agents);
    }
    return agents;
}

void dim_within(const CardContext& carrier, std::vector<LuminescentAgent>& dyes) {
    if (dyes.empty()) return;
    const CardSection section = formulation::luminescence_section(carrier);
    for (auto& dye : dyes)
        for (const Emitter& of : emitters_of(section))
            if (of("emission_peak") == dye.emission_peak && of("quantum_yield"))
                dye.quantum_yield = *of("quantum_yield");
}

std::vector<LuminescentAgent> luminescent_molecule(const std::string& name,
                                                   matter::Library& library) {
    constexpr const char* table = "emitters";
    const auto absorption = library.find(table, name, "absorption_peak");
    const auto emission = library.find(table, name, "emission_peak");
    const auto strength = library.find(table, name, "molar_absorption");
    const auto yield = library.find(table, name, "quantum_yield");
    if (!absorption || !emission || !strength || !yield) return {};
    LuminescentAgent agent;
    agent.emitter = name;
    agent.excitation_peak = *absorption;
    agent.emission_peak = *emission;
    agent.excitation_width = library.find(table, name, "absorption_width").value_or(dye_width);
    agent.emission_width = library.find(table, name, "emission_width").value_or(dye_width);
    agent.quantum_yield = *yield;
    agent.absorption_cross_section = *strength * std::numbers::ln10;
    return {agent};
}

}  // namespace caravel::study
