#include "caravel/formulation/formulation.hpp"

#include "caravel/base/suggest.hpp"
#include "caravel/formulation/extent.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace caravel::formulation {
namespace {

using input::fraction;
using input::non_negative;
using input::positive;
using input::Presence;

}  // namespace

const input::Choices& organ_names() {
    static const input::Choices names{"lung", "heart",      "brain",  "liver", "spleen",
                                      "gut",  "kidney",     "muscle", "skin",  "fat",
                                      "bone", "lymph_node", "rest",   "tumour"};
    return names;
}

const input::Choices& species_names() {
    static const input::Choices names{"mouse", "rat", "human"};
    return names;
}

void describe(input::Visitor& v, Layer& l) {
    v.text({"material", "name in the materials table", Presence::required}, l.material);
    v.number({"radius", "outer radius (spheres)"}, l.radius, extent());
    v.number({"thickness", "thickness"}, l.thickness, extent());
    v.number({"porosity", "void fraction"}, l.porosity, {"1", 0.0, 1.0, false, true});
    v.text({"filled_with", "material in the pores"}, l.filled_with);
    v.number({"pore_diameter", "pore diameter"}, l.pore_diameter, extent());
    if (v.describes_types()) return;
    if (l.radius && l.thickness)
        v.complain("thickness", "a layer has either a radius or a thickness", "one of them");
}

void describe(input::Visitor& v, Inclusion& i) {
    v.text({"material", "name in the materials table", Presence::required}, i.material);
    v.number({"diameter", "of one inclusion", Presence::required}, i.diameter, extent());
    v.integer({"count", "inclusions per particle", Presence::required}, i.count, 1, most_pieces);
    v.integer({"layer", "in which layer, from the centre"}, i.layer, 1, 1000);
}

void describe(input::Visitor& v, Coating& c) {
    v.text({"material", "name in the materials table", Presence::required}, c.material);
    v.number({"density", "chains per outer surface"}, c.density, areal_density());
    v.number({"thickness", "measured thickness in water"}, c.thickness, extent());
    v.choice({"attachment", "how it is held"}, c.attachment,
             {"grafted", "adsorbed", "inserted", "membrane", "complexed"});
    v.text({"source", "where density or thickness come from"}, c.source);
}

void describe(input::Visitor& v, Ligand& l) {
    v.text({"molecule", "targeting molecule", Presence::required}, l.molecule);
    v.text({"receptor", "name in the receptor table"}, l.receptor);
    v.integer({"count", "ligands per particle", Presence::required}, l.count, 0, most_pieces);
    v.number({"dissociation_constant", "of one bound ligand"}, l.dissociation_constant,
             positive("nmol/L"));
    v.number({"active_fraction", "part that can bind"}, l.active_fraction, fraction());
}

void describe(input::Visitor& v, Payload& p) {
    v.text({"agent", "name in the agents table", Presence::required}, p.agent);
    v.choice({"place", "where it sits"}, p.place,
             {"core", "layer", "pores", "bilayer", "surface", "interior"});
    v.number({"loading", "payload mass per dry mass of the loaded particle"}, p.loading,
             {"kg/kg", 0.0, 1.0, true, true});
    v.number({"concentration", "in the volume of its place"}, p.concentration,
             {"mmol/L", 1e-12, 1e6});
    v.number({"count", "molecules per particle"}, p.count, mean_count());
    v.records({"release", "release laws; their rates add"}, p.release);
    if (v.describes_types()) return;
    const int given =
        int(p.loading.has_value()) + int(p.count.has_value()) + int(p.concentration.has_value());
    if (given > 1)
        v.complain("count", "the amount of payload is given more than once",
                   "one of loading, count, concentration");
}

void describe(input::Visitor& v, Label& l) {
    v.text({"name", "dye, isotope or element", Presence::required}, l.name);
    v.choice({"kind", "what kind of label"}, l.kind, {"dye", "isotope", "element", "spin", "gas"});
    v.choice({"place", "where it sits (surface: outside the coatings)"}, l.place,
             {"core", "layer", "surface", "interior"});
    v.number({"count", "labels per particle"}, l.count, {"1", 0.0, 1e20});
    v.number({"activity", "activity per mass of particles"}, l.activity, non_negative("MBq/mg"));
    v.number({"detachment_half_life", "loss of the label"}, l.detachment_half_life, positive("h"));
}

namespace {

/// Whether carriers may be others after this effect.
bool changes_carriers(const std::string& effect) {
    return effect == "size" || effect == "charge" || effect == "aggregation" ||
           effect == "assembly";
}

void check_response(input::Visitor& v, const Response& r) {
    if (!r.trigger && !r.half_life)
        v.complain("trigger", "a change needs a condition or a time",
                   "[formulation.response.trigger], or half_life = \"6 h\"");
    if (r.makes_class()) return;
    const std::pair<const char*, bool> unused[] = {{"after", !r.after.empty()},
                                                   {"uptake_rate", r.uptake_rate.has_value()},
                                                   {"binding", r.binding > 0.0},
                                                   {"trapped", r.trapped}};
    for (const auto& [key, given] : unused) {
        if (!given) continue;
        if (changes_carriers(r.effect))
            v.complain(key,
                       fmt::format("'{}' says how carriers are after a change of {}, which so far "
                                   "changes nothing",
                                   key, r.effect),
                       "a diameter, an uptake_rate or trapped = true beside it");
        else
            v.complain(key,
                       fmt::format("'{}' says how carriers are after a change of size, charge or "
                                   "aggregation; this is effect '{}'",
                                   key, r.effect),
                       "effect = \"size\", \"charge\", \"aggregation\" or \"assembly\" with a "
                       "diameter, an uptake_rate or trapped = true");
    }
}

}  // namespace

void describe(input::Visitor& v, Response& r) {
    v.choice({"effect", "what the trigger does", Presence::required}, r.effect,
             {"shed_coating", "charge", "size", "aggregation", "assembly", "signal", "heat",
              "radicals", "ice", "contrast", "targeting"});
    v.text({"name", "by which a later change is said to follow this one"}, r.name);
    v.text({"target", "which coating, layer, payload or label"}, r.target);
    v.record({"trigger", "local condition (default: time alone)"}, r.trigger);
    v.number({"half_life", "of the change at full response"}, r.half_life, positive("h"));
    v.text({"after", "name of the change that comes before (default: as injected)"}, r.after);
    v.number({"diameter", "hydrodynamic diameter after the change"}, r.diameter, positive("nm"));
    v.number({"uptake_rate", "endocytosis in tumours after the change (default: the tumour's)"},
             r.uptake_rate, non_negative("1/h"));
    v.number({"binding", "share of the binding rate that is left after the change (default: none)"},
             r.binding, fraction());
    v.flag({"trapped",
            "held by the tumour's matrix after the change (default: not, whatever was "
            "before)"},
           r.trapped);
    if (!v.describes_types()) check_response(v, r);
}

bool Response::makes_class() const {
    return changes_carriers(effect) && (diameter || uptake_rate || trapped);
}

void describe(input::Visitor& v, OrganDisposition& d) {
    v.choice({"organ", "organ", Presence::required}, d.organ, organ_names());
    v.number({"uptake_clearance", "phagocytic clearance of plasma per organ mass"},
             d.uptake_clearance, non_negative("mL/h/g"));
    v.number({"capacity", "carrier mass per organ mass at which uptake stops"}, d.capacity,
             positive("mg/g"));
    v.number({"release_half_life", "captured carrier back to plasma"}, d.release_half_life,
             positive("h"));
    v.number({"degradation_half_life", "of captured carrier"}, d.degradation_half_life,
             positive("h"));
    v.number({"permeability_surface", "vessel wall into interstitium, per organ mass"},
             d.permeability_surface, non_negative("mL/h/g"));
    v.number({"uptake_damping", "fall of uptake with the damping signal"}, d.uptake_damping,
             non_negative("1"));
}

void describe(input::Visitor& v, Disposition& d) {
    v.choice({"species", "species", Presence::required}, d.species, species_names());
    v.text({"calibrated_with", "data the values were calibrated to"}, d.calibrated_with);
    v.text({"source", "where uncalibrated values come from"}, d.source);
    v.number({"degradation_half_life", "of captured carrier; 0: never"}, d.degradation_half_life,
             non_negative("h"));
    v.number({"renal_sieving", "filtered fraction of GFR (default: from size)"}, d.renal_sieving,
             fraction());
    v.number({"biliary_clearance", "hepatobiliary clearance of plasma per liver mass"},
             d.biliary_clearance, non_negative("mL/h/g"));
    v.number({"damping_synthesis", "rise of the uptake-damping signal with free payload in plasma"},
             d.damping_synthesis, positive("mL/(ug.h)"));
    v.number({"damping_decay", "decay of the uptake-damping signal"}, d.damping_decay,
             positive("1/h"));
    v.records({"organ", "values per organ"}, d.organs);
    if (!v.reads()) return;
    for (const auto& organ : d.organs)
        if (organ.uptake_damping && !(d.damping_synthesis && d.damping_decay))
            v.complain("organ", "uptake_damping of " + organ.organ + " needs the damping signal",
                       "damping_synthesis and damping_decay");
}

void describe(input::Visitor& v, DoseForm& d) {
    v.number(
        {"concentration", "of the first payload's agent (without payload: of the dry carrier)"},
        d.concentration, {"mg/mL", 1e-12, 1e5});
    v.number({"particle_concentration", "particles per volume"}, d.particle_concentration,
             {"1/mL", 1e-6, 1e22});
    v.text({"medium", "what the particles are suspended in"}, d.medium);
}

namespace {

/// A change of carriers follows one that is written above it.
void check_changes(input::Visitor& v, const Formulation& f) {
    std::vector<std::string_view> names;
    for (const auto& change : f.responses) {
        if (!change.makes_class()) continue;
        if (!change.after.empty() &&
            std::find(names.begin(), names.end(), change.after) == names.end())
            v.complain("response",
                       fmt::format("a change of carriers follows '{}', which is no change above it",
                                   change.after),
                       "the name of a change of size, charge or aggregation",
                       did_you_mean(change.after, names));
        if (!change.name.empty()) names.push_back(change.name);
    }
}

}  // namespace

void describe(input::Visitor& v, Formulation& f) {
    v.text({"name", "short name, used by `of` and `formulation`"}, f.name);
    v.text({"title", "one line for people"}, f.title);
    v.text({"category", "field of use"}, f.category);
    v.text({"reference", "publication"}, f.reference);
    v.choice({"status", "how the description was obtained"}, f.status,
             {"measured", "calibrated", "assumed"});
    v.number({"hydrodynamic_diameter", "measured (default: geometry and coating)"},
             f.hydrodynamic_diameter, extent());
    v.number({"zeta_potential", "measured"}, f.zeta_potential, {"mV", -1000.0, 1000.0});
    v.number({"polydispersity_index", "variance of size over mean squared"}, f.polydispersity_index,
             fraction());
    v.number({"density", "of the whole particle (default: from the layers)"}, f.density,
             {"g/mL", 1e-6, 100.0});
    v.record({"shape", "shape of the innermost part (default: sphere)"}, f.shape);
    v.records({"layer", "shells from the centre outwards"}, f.layers);
    v.records({"inclusion", "smaller particles inside a layer"}, f.inclusions);
    v.records({"coating", "molecules on the surface"}, f.coatings);
    v.records({"ligand", "targeting molecules"}, f.ligands);
    v.records({"payload", "what is carried"}, f.payloads);
    v.records({"label", "what scanners see"}, f.labels);
    v.records({"response", "triggers with other effects than release"}, f.responses);
    v.records({"disposition", "how a species handles the carrier"}, f.dispositions);
    v.record({"dose_form", "what is injected"}, f.dose_form);
    v.record({"medium", "liquid in which properties are computed (default: saline water, 37 Cel)"},
             f.medium);
    v.record({"conditions", "fields and amounts at which properties are stated"}, f.conditions);
    v.records({"material", "materials given here instead of named"}, f.materials);
    v.records({"surface_group", "chargeable groups on the surface"}, f.surface_groups);
    v.records({"dopant", "luminescent ions in a layer"}, f.dopants);
    v.record({"magnetic", "what is known of the magnetic part"}, f.magnetic);
    v.record({"synthesis", "recipe the particle is made by"}, f.synthesis);
    if (!v.describes_types()) check_changes(v, f);
}

}  // namespace caravel::formulation
