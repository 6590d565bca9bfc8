#include "caravel/study/phantom_agents.hpp"

#include "caravel/formulation/cards/parts.hpp"
#include "caravel/formulation/properties.hpp"
#include "caravel/tissue/heat/phase_change_particles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace caravel::study {
namespace {

using formulation::CardSection;

/// Why something could not be computed, on one line.
std::string reason_of(const std::exception& error) {
    if (const auto* input = dynamic_cast<const InputError*>(&error))
        return formulation::refusal_text(*input);
    return error.what();
}

std::optional<double> value_of(const CardSection& section, std::string_view name) {
    for (const auto& v : section.values)
        if (v.name == name) return v.si;
    return std::nullopt;
}

/// Conductivity (W/m/K) of the spheres that raise a medium's like the particles do: the card's
/// effective conductivity at 10 mg/mL, solved for Maxwell's sphere. Rods may do more than spheres
/// of any conductivity can; they get a very large one.
double sphere_conductivity(const CardSection& section, double density) {
    constexpr double load = 10.0;  // kg/m3
    constexpr double largest = 1e6;
    const auto loaded = value_of(section, "effective_conductivity_10");
    const auto change = value_of(section, "conductivity_change_10");
    if (!loaded || !change || density <= 0.0) return 0.0;
    const double medium = *loaded / (1.0 + *change);
    const double beta = *change / (load / density * (*change + 3.0));
    if (beta >= 1.0 - 1e-6) return largest;
    return medium * (1.0 + 2.0 * beta) / (1.0 - beta);
}

void set_heat(const formulation::Formulation& f, response::TreatedAgent& agent,
              matter::Library& library, std::vector<std::string>& notes) {
    const auto properties = formulation::compute_properties(f, library);
    if (!properties.is_particle() || properties.volume <= 0.0) return;
    agent.density = properties.carrier_mass / properties.volume;
    const formulation::CardOptions options;
    const CardSection section = formulation::thermal_section({f, properties, library, options});
    agent.conductivity = sphere_conductivity(section, agent.density);
    // The card counts per particle with its water; the plan per dry mass.
    if (const auto c = value_of(section, "specific_heat_capacity"))
        agent.heat_capacity = *c * properties.density / agent.density;
    try {
        const auto melting = tissue::carrier_melting(properties, library);
        agent.latent_heat = melting.latent_heat;
        agent.solidus = melting.solidus;
        agent.liquidus = melting.liquidus;
    } catch (const NotAvailable&) {
        // Most particles do not melt.
    }
    const bool makes_ice = std::any_of(f.responses.begin(), f.responses.end(),
                                       [](const auto& r) { return r.effect == "ice"; });
    if (makes_ice && agent.latent_heat <= 0.0) {
        agent.ice_nucleation = 1.0;
        notes.push_back(fmt::format(
            "{}: 1 mg/mL doubles the sites at which ice begins in cells (assumed; ice_nucleation).",
            f.name));
    }
    for (const auto& r : section.refusals)
        if (r.name.starts_with("effective"))
            notes.push_back(fmt::format("{}: {} is left out: {}", f.name, r.name, r.reason));
}

void set_magnetic(const formulation::Formulation& f, const std::vector<stimulus::CoilInput>& coils,
                  const std::vector<double>& largest_fields, response::TreatedAgent& agent,
                  matter::Library& library, std::vector<std::string>& notes) {
    try {
        for (std::size_t c = 0; c < coils.size(); ++c)
            agent.magnetic.emplace_back(f, library, coils[c].frequency, largest_fields[c]);
    } catch (const InputError& error) {
        agent.magnetic.clear();
        notes.push_back(fmt::format("{} takes no heat from coils: {}", f.name, reason_of(error)));
    } catch (const NotAvailable& error) {
        agent.magnetic.clear();
        notes.push_back(fmt::format("{} takes no heat from coils: {}", f.name, error.what()));
    }
}

stimulus::AbsorberOptics optics_or_reason(const formulation::Formulation& f,
                                          matter::Library& library, double wavelength, double index,
                                          bool with_payload) {
    try {
        return stimulus::particle_optics(f, library, wavelength, index, with_payload);
    } catch (const InputError& error) {
        return {f.name, 0.0, 0.0, 0.0, reason_of(error)};
    } catch (const NotAvailable& error) {
        return {f.name, 0.0, 0.0, 0.0, error.what()};
    }
}

}  // namespace

response::TreatedAgent treated_carrier(const formulation::Formulation& formulation,
                                       const std::vector<stimulus::LightInput>& lights,
                                       const std::vector<stimulus::CoilInput>& coils,
                                       const std::vector<double>& largest_fields, double index,
                                       matter::Library& library, std::vector<std::string>& notes,
                                       bool with_payload) {
    response::TreatedAgent agent;
    agent.name = formulation.name;
    for (const auto& light : lights)
        agent.optics.push_back(
            optics_or_reason(formulation, library, light.wavelength, index, with_payload));
    set_magnetic(formulation, coils, largest_fields, agent, library, notes);
    try {
        set_heat(formulation, agent, library, notes);
    } catch (const NotAvailable& error) {
        notes.push_back(fmt::format("{} leaves the tissue's heat constants as they are: {}",
                                    formulation.name, error.what()));
    }
    return agent;
}

response::TreatedAgent treated_agent(const std::string& agent,
                                     const std::vector<stimulus::LightInput>& lights,
                                     matter::Library& library) {
    response::TreatedAgent treated;
    treated.name = agent;
    treated.carrier = false;
    for (const auto& light : lights)
        treated.optics.push_back(stimulus::agent_optics(agent, library, light.wavelength));
    return treated;
}

}  // namespace caravel::study
