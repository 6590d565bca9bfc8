#include "caravel/study/imaged_agents.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/formulation/cards/magnetism_part.hpp"
#include "caravel/formulation/cards/parts.hpp"
#include "caravel/formulation/dry_composition.hpp"
#include "caravel/formulation/magnetism/langevin.hpp"
#include "caravel/formulation/radiation/radiolabel.hpp"
#include "caravel/imaging/mri/contrast.hpp"
#include "caravel/imaging/nuclear/nuclide.hpp"
#include "caravel/matter/xray.hpp"
#include "caravel/study/imaged_light.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace caravel::study {
namespace {

using formulation::CardContext;
using formulation::CardSection;
using imaging::ImagedAgent;
using imaging::RelaxingAgent;
using imaging::Relaxivity;

/// Runs `work`; where something is not known it stays out, and the note says so.
void try_to(std::vector<std::string>& notes, const std::string& what,
            const std::function<void()>& work) {
    try {
        work();
    } catch (const InputError& error) {
        notes.push_back(what + ": " + formulation::refusal_text(error));
    } catch (const NotAvailable& error) {
        notes.push_back(what + ": " + error.what());
    }
}

/// Adds relaxation per unit to every compartment.
void add_everywhere(RelaxingAgent& agent, const Relaxivity& more) {
    for (auto& r : agent.relaxivity) {
        r.r1 += more.r1;
        r.r2 += more.r2;
        r.r2_star += more.r2_star;
    }
}

/// Amount of metal (mol) per kg of dry carrier.
double metal_per_mass(const formulation::MagneticPart& part, double carrier_mass) {
    return part.domains * part.domain_volume() / part.metal_volume / carrier_mass;
}

void add_magnetic_relaxation(const CardContext& c, const AgentView& view, RelaxingAgent& agent) {
    const auto part = formulation::find_magnetic_part(c);
    const auto r = formulation::part_relaxivity(part, view.field, 0.5 * view.echo);
    const double metal = metal_per_mass(part, c.properties.carrier_mass);
    const double share = formulation::magnetism::langevin(part.moment() * view.field /
                                                          (boltzmann * part.temperature));
    imaging::ClusteredParticles packed;
    packed.magnetic_volume = part.domains * part.domain_volume() / c.properties.carrier_mass;
    packed.magnetisation = part.saturation * share;
    packed.half_echo = 0.5 * view.echo;
    const Relaxivity base{r.longitudinal * metal, r.transverse * metal, r.free_decay * metal};
    agent.relaxivity = imaging::compartment_relaxivities(base, packed);
    agent.magnetisation = packed.magnetic_volume * packed.magnetisation;
}

/// Value of a card section, or none.
const formulation::CardValue* value_of(const CardSection& section, const std::string& name) {
    for (const auto& v : section.values)
        if (v.name == name) return &v;
    return nullptr;
}

/// Ions on the particle: r1 and r2 per ion of the card times ions per mass.
void add_ions(const CardContext& c, const CardSection& section, RelaxingAgent& agent) {
    constexpr std::string_view ending = "_particle_relaxivity";
    for (const auto& v : section.values) {
        if (!v.name.ends_with(ending)) continue;
        const std::string ion = v.name.substr(0, v.name.size() - ending.size());
        const auto* r1 = value_of(section, ion + "_relaxivity_r1");
        const auto* r2 = value_of(section, ion + "_relaxivity_r2");
        if (r1 == nullptr || r2 == nullptr || !(r1->si > 0.0)) continue;
        const double per_mass = v.si / r1->si / avogadro / c.properties.carrier_mass;
        add_everywhere(agent, {r1->si * per_mass, r2->si * per_mass, r2->si * per_mass});
    }
}

/// Ions at the surface of an oxide: r2 is that of r1, times what ions of slow particles show.
void add_oxide(const CardContext& c, const CardSection& section, RelaxingAgent& agent,
               std::vector<std::string>& notes) {
    constexpr double transverse_over_longitudinal = 4.0;  // Na 2007: 3.2 to 4.7 for MnO (recalled)
    const auto* r1 = value_of(section, "relaxivity_r1");
    if (r1 == nullptr || value_of(section, "relaxivity_r2") != nullptr) return;
    for (const auto& layer : c.properties.layers) {
        const auto metals = c.library.find("relaxation", layer.material, "metal_ions_per_formula");
        const auto molar = c.library.find("materials", layer.material, "molar_mass");
        if (!metals || !molar) continue;
        const double per_mass = *metals * layer.dry_mass / *molar / c.properties.carrier_mass;
        const double slow = transverse_over_longitudinal * r1->si * per_mass;
        add_everywhere(agent, {r1->si * per_mass, slow, slow});
        notes.push_back(fmt::format("{}: r2 of {} is taken as {} times r1 (assumed).",
                                    c.formulation.name, layer.material,
                                    format_number(transverse_over_longitudinal)));
        return;
    }
}

bool relaxes(const RelaxingAgent& agent) {
    for (const auto& r : agent.relaxivity)
        if (r.r1 > 0.0 || r.r2 > 0.0) return true;
    return agent.fluorine > 0.0 || agent.exchanging_protons > 0.0;
}

std::optional<RelaxingAgent> relaxing_carrier(const CardContext& c, const AgentView& view,
                                              std::vector<std::string>& notes) {
    RelaxingAgent agent;
    const CardSection section = formulation::magnetism_section(c);
    if (value_of(section, "relaxivity_r2") != nullptr)
        try_to(notes, c.formulation.name + " in magnetic resonance",
               [&] { add_magnetic_relaxation(c, view, agent); });
    add_ions(c, section, agent);
    add_oxide(c, section, agent, notes);
    if (const auto* atoms = value_of(section, "fluorine_atoms"))
        agent.fluorine = atoms->si / avogadro / c.properties.carrier_mass;
    if (!relaxes(agent)) return std::nullopt;
    return agent;
}

/// A molecule in solution, or within the carrier of the context: per amount.
std::optional<RelaxingAgent> relaxing_molecule(const CardContext& c, const std::string& name) {
    RelaxingAgent agent;
    const CardSection section = formulation::magnetism_section(c);
    const auto* r1 = value_of(section, name + "_relaxivity_r1");
    const auto* r2 = value_of(section, name + "_relaxivity_r2");
    if (r1 != nullptr && r2 != nullptr) add_everywhere(agent, {r1->si, r2->si, r2->si});
    if (const auto atoms = c.library.find("relaxation", name, "fluorine_atoms"))
        agent.fluorine = *atoms;
    if (const auto protons = c.library.find("relaxation", name, "exchanging_protons")) {
        agent.exchanging_protons = *protons;
        agent.exchange_rate = c.library.value("relaxation", name, "exchange_rate");
        agent.exchange_shift = c.library.value("relaxation", name, "exchange_offset");
    }
    if (!relaxes(agent)) return std::nullopt;
    return agent;
}

/// Activity (Bq) of a label per dry mass of carrier when it is made; throws NotAvailable.
double fresh_activity(const CardContext& c, const formulation::Label& label, double half_life) {
    double per_mass = label.activity.value_or(0.0);
    if (label.count)
        per_mass +=
            formulation::radiation::activity(*label.count, half_life) / c.properties.carrier_mass;
    if (!(per_mass > 0.0)) throw NotAvailable("neither its count nor its activity is given");
    return per_mass;
}

void add_magnetic(const CardContext& c, ImagedAgent& agent) {
    formulation::MagneticPart part;
    try {
        part = formulation::find_magnetic_part(c);
    } catch (const NotAvailable&) {
        return;  // most particles are not magnetic
    }
    imaging::MagneticAgent m;
    m.core_diameter = part.diameter;
    m.spread = part.spread;
    m.saturation_magnetisation = part.saturation;
    m.core_volume = part.domains * part.domain_volume() / c.properties.carrier_mass;
    constexpr double iron = 55.845e-3;  // kg/mol
    m.iron = metal_per_mass(part, c.properties.carrier_mass) * iron;
    m.hydrodynamic_diameter = c.properties.hydrodynamic_diameter;
    m.anisotropy = part.anisotropy;
    agent.magnetic = m;
}

}  // namespace

ImagedAgent imaged_carrier(const formulation::Formulation& given, matter::Library& library,
                           const AgentView& view, std::vector<std::string>& notes) {
    formulation::Formulation f = given;
    if (view.field > 0.0) f.conditions.scanner_field = view.field;
    f.payloads.clear();  // agents of their own
    const auto properties = formulation::compute_properties(f, library);
    ImagedAgent agent;
    agent.name = f.name;
    if (!properties.is_particle() || !(properties.carrier_mass > 0.0)) return agent;
    const formulation::CardOptions options;
    const CardContext c{f, properties, library, options};
    const matter::XrayTables tables(library.root() / "xray");
    if (view.field > 0.0) agent.relaxing = relaxing_carrier(c, view, notes);
    try_to(notes, f.name + " in X-rays", [&] {
        agent.attenuating =
            imaging::AttenuatingAgent{formulation::dry_composition(properties, tables), 1.0};
    });
    try_to(notes, f.name + " in magnetic particle imaging", [&] { add_magnetic(c, agent); });
    agent.luminescent = luminescent_carrier(c);
    return agent;
}

ImagedAgent imaged_molecule(const std::string& name, matter::Library& library,
                            const AgentView& view, std::vector<std::string>& notes) {
    formulation::Formulation f;
    f.name = name;
    if (view.field > 0.0) f.conditions.scanner_field = view.field;
    formulation::Payload payload;
    payload.agent = name;
    payload.count = 1.0;
    f.payloads.push_back(payload);
    formulation::Properties dissolved;
    dissolved.payloads.push_back({name, "core", 0.0, 1.0, 0.0, 0.0, 0.0});
    const formulation::CardOptions options;
    const CardContext c{f, dissolved, library, options};
    ImagedAgent agent;
    agent.name = name;
    agent.unit = "mol/m3";
    if (view.field > 0.0) agent.relaxing = relaxing_molecule(c, name);
    const matter::XrayTables tables(library.root() / "xray");
    const auto molar = library.find("agents", name, "molar_mass");
    if (tables.has_named_composition(name) && molar)
        agent.attenuating = imaging::AttenuatingAgent{tables.composition(name), *molar};
    for (const auto& e : tables.elements())
        if (e.symbol == name)
            agent.attenuating = imaging::AttenuatingAgent{{{{name, 1.0}}}, e.atomic_weight};
    try_to(notes, name + " as a dye",
           [&] { agent.luminescent = luminescent_molecule(name, library); });
    return agent;
}

std::vector<ImagedLabel> imaged_labels(const formulation::Formulation& f, matter::Library& library,
                                       std::vector<std::string>& notes) {
    const auto properties = formulation::compute_properties(f, library);
    std::vector<ImagedLabel> labels;
    if (!properties.is_particle() || !(properties.carrier_mass > 0.0)) return labels;
    const formulation::CardOptions options;
    const CardContext c{f, properties, library, options};
    const matter::XrayTables tables(library.root() / "xray");
    for (const auto& label : f.labels) {
        if (label.kind != "isotope") continue;
        try_to(notes, f.name + ", label " + label.name, [&] {
            ImagedLabel seen;
            seen.half_life = imaging::emitter(library, tables, label.name).half_life;
            seen.detachment_half_life = label.detachment_half_life.value_or(0.0);
            seen.agent.name = fmt::format("{} on {}", label.name, f.name);
            seen.agent.radioactive.push_back(
                {label.name, fresh_activity(c, label, seen.half_life)});
            labels.push_back(std::move(seen));
        });
    }
    return labels;
}

std::vector<std::string> labelled_nuclides(
    const std::vector<formulation::Formulation>& formulations) {
    std::vector<std::string> names;
    for (const auto& f : formulations)
        for (const auto& label : f.labels)
            if (label.kind == "isotope") names.push_back(label.name);
    return names;
}

double ImagedLabel::left(double age) const {
    return formulation::radiation::remaining_label(age, half_life, detachment_half_life);
}

std::vector<ImagedPayload> imaged_payloads(const formulation::Formulation& given,
                                           matter::Library& library, const AgentView& view,
                                           std::vector<std::string>& notes) {
    formulation::Formulation f = given;
    if (view.field > 0.0) f.conditions.scanner_field = view.field;
    const auto properties = formulation::compute_properties(f, library);
    std::vector<ImagedPayload> payloads;
    if (!properties.is_particle() || !(properties.carrier_mass > 0.0)) return payloads;
    const formulation::CardOptions options;
    const CardContext c{f, properties, library, options};
    for (const auto& carried : properties.payloads) {
        const double amount = carried.molecules / avogadro / properties.carrier_mass;
        const auto known = std::find_if(payloads.begin(), payloads.end(),
                                        [&](const auto& p) { return p.payload == carried.agent; });
        if (known != payloads.end()) {
            known->amount_per_mass += amount;
            continue;
        }
        ImagedPayload payload{imaged_molecule(carried.agent, library, view, notes), carried.agent,
                              amount};
        if (!is_visible(payload.agent) || !(amount > 0.0)) continue;
        payload.agent.name = fmt::format("{} in {}", carried.agent, f.name);
        if (view.field > 0.0)
            if (auto within = relaxing_molecule(c, carried.agent)) payload.agent.relaxing = within;
        dim_within(c, payload.agent.luminescent);
        payloads.push_back(std::move(payload));
    }
    return payloads;
}

bool is_visible(const ImagedAgent& agent) {
    return agent.relaxing || agent.attenuating || !agent.radioactive.empty() || agent.magnetic ||
           !agent.luminescent.empty();
}

}  // namespace caravel::study
