#include "caravel/base/error.hpp"
#include "caravel/base/suggest.hpp"
#include "caravel/formulation/properties.hpp"

#include <fmt/format.h>

namespace caravel::formulation {
namespace {

using Getter = double (*)(const Formulation&, const Properties&);

struct Entry {
    PropertyKind kind;
    Getter value = nullptr;
};

double payload_molecules(const Formulation&, const Properties& p) {
    double sum = 0.0;
    for (const PayloadProperties& payload : p.payloads) sum += payload.molecules;
    return sum;
}

double ligands(const Formulation& f, const Properties&) {
    double sum = 0.0;
    for (const Ligand& ligand : f.ligands) sum += static_cast<double>(ligand.count);
    return sum;
}

double per(double numerator, double denominator) {
    return denominator > 0.0 ? numerator / denominator : 0.0;
}

Entry known(std::string_view name, std::string_view unit, std::string_view doc, Getter value) {
    return {{name, unit, doc}, value};
}

using F = const Formulation&;
using P = const Properties&;

std::vector<Entry> geometry_entries() {
    return {
        known("outer_diameter", "nm", "largest extent of all layers",
              [](F, P p) { return p.outer_diameter; }),
        known("hydrodynamic_diameter", "nm", "measured, or geometry and coating",
              [](F, P p) { return p.hydrodynamic_diameter; }),
        known("volume", "nm3", "enclosed by the outermost layer", [](F, P p) { return p.volume; }),
        known("surface_area", "nm2", "of the outermost layer",
              [](F, P p) { return p.surface_area; }),
        known("pore_volume", "nm3", "of all layers", [](F, P p) { return p.pore_volume; }),
        known("specific_surface_area", "m2/g", "outer surface and pores per dry carrier mass",
              [](F, P p) { return per(p.surface_area + p.pore_surface, p.carrier_mass); }),
        known("polydispersity_index", "1", "variance of size over mean squared",
              [](F f, P) { return f.polydispersity_index; }),
    };
}

std::vector<Entry> mass_entries() {
    return {
        known("carrier_mass", "fg", "dry particle without payload",
              [](F, P p) { return p.carrier_mass; }),
        known("water_mass", "fg", "water inside the particle", [](F, P p) { return p.water_mass; }),
        known("payload_mass", "fg", "all payloads of a particle",
              [](F, P p) { return p.payload_mass; }),
        known("particle_mass", "fg", "carrier, water and payload",
              [](F, P p) { return p.particle_mass; }),
        known("density", "g/mL", "particle mass without coatings over volume",
              [](F, P p) { return p.density; }),
        known("particle_molar_mass", "kg/mol", "of particles as a substance",
              [](F, P p) { return p.particle_molar_mass; }),
        known("loading", "kg/kg", "payload per dry mass of the loaded particle",
              [](F, P p) { return per(p.payload_mass, p.payload_mass + p.carrier_mass); }),
        known("payload_molecules", "1", "molecules of all payloads per particle",
              payload_molecules),
        known("coating_chains", "1", "chains per particle",
              [](F, P p) { return p.coating_chains; }),
        known("ligands", "1", "targeting molecules per particle", ligands),
    };
}

const std::vector<Entry>& entries() {
    static const std::vector<Entry> all = [] {
        std::vector<Entry> list;
        for (const auto& part : {geometry_entries(), mass_entries()})
            list.insert(list.end(), part.begin(), part.end());
        return list;
    }();
    return all;
}

}  // namespace

const std::vector<PropertyKind>& property_kinds() {
    static const std::vector<PropertyKind> kinds = [] {
        std::vector<PropertyKind> list;
        for (const Entry& entry : entries()) list.push_back(entry.kind);
        return list;
    }();
    return kinds;
}

double property(const Formulation& formulation, const Properties& properties,
                std::string_view name) {
    std::vector<std::string_view> names;
    for (const Entry& entry : entries()) {
        names.push_back(entry.kind.name);
        if (entry.kind.name != name) continue;
        return entry.value(formulation, properties);
    }
    throw InputError(
        Diagnostic{{}, fmt::format("unknown property '{}'", name), "", did_you_mean(name, names)});
}

}  // namespace caravel::formulation
