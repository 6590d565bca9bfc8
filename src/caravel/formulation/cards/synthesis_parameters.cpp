#include "caravel/formulation/cards/synthesis_parameters.hpp"

#include <string>
#include <string_view>

namespace caravel::formulation {
namespace {

using synthesis::Arrhenius;
using synthesis::Parameters;

constexpr std::string_view table = "synthesis";

/// The rows of one name.
class Rows {
  public:
    Rows(matter::Library& library, std::string_view name) : library_(library), name_(name) {
        library.require(table, name, {});
    }
    double get(std::string_view property) const { return library_.value(table, name_, property); }
    std::optional<double> find(std::string_view property) const {
        return library_.find(table, name_, property);
    }
    double get_or(std::string_view property, double fallback) const {
        return find(property).value_or(fallback);
    }
    /// `property`, `property_energy` and `property_temperature`; the last two may be missing.
    Arrhenius arrhenius(const std::string& property) const {
        return {get(property), get_or(property + "_energy", 0.0),
                get_or(property + "_temperature", 298.15)};
    }
    std::optional<double> in_context(std::string_view property, std::string_view context) const {
        return library_.find(table, name_, property, context);
    }

  private:
    matter::Library& library_;
    std::string name_;
};

synthesis::Chemistry read_chemistry(const synthesis::Solution& solution, matter::Library& library) {
    const Rows rows(library, solution.chemistry);
    synthesis::Chemistry c;
    c.molar_volume = rows.get("molar_volume");
    c.interfacial_energy = rows.get("interfacial_energy");
    c.sites = rows.get_or("adsorption_sites", 0.0);
    c.solubility = rows.arrhenius("solubility");
    c.conversion = rows.arrhenius("conversion");
    c.reagent_order = rows.get_or("reagent_order", 1.0);
    c.reference_ratio = rows.get_or("reference_ratio", 1.0);
    c.reference_irradiance = rows.get_or("reference_irradiance", 0.0);
    c.diffusivity = rows.arrhenius("diffusivity");
    c.surface_rate = rows.arrhenius("surface_rate");
    if (rows.find("surface_conversion"))
        c.surface_conversion = rows.arrhenius("surface_conversion");
    c.nucleation_prefactor = rows.get("nucleation_prefactor");
    c.heterogeneous_factor = rows.get_or("heterogeneous_factor", 1.0);
    c.collision_barrier = rows.find("collision_barrier");
    c.collision_energy = rows.get_or("collision_energy", 0.0);
    c.collision_temperature = rows.get_or("collision_energy_temperature", 298.15);
    c.lowest_temperature = rows.get_or("lowest_temperature", c.lowest_temperature);
    c.highest_temperature = rows.get_or("highest_temperature", c.highest_temperature);
    c.viscosity = rows.get_or("viscosity", 1e-3);
    for (const matter::Fact* fact : library.table(table).all(solution.chemistry))
        if (fact->property == "binding_energy")
            c.binding[fact->context] = *rows.in_context("binding_energy", fact->context);
    return c;
}

struct Read {
    matter::Library& library;

    Parameters operator()(const synthesis::CitrateReduction&) const {
        const Rows rows(library, "Au_citrate");
        synthesis::TurkevichParameters p;
        p.oxidation = rows.arrhenius("oxidation");
        p.consumption = rows.arrhenius("consumption");
        p.equivalents = rows.get("equivalents");
        p.organisers = rows.get("organisers");
        p.loss = rows.arrhenius("loss");
        p.nucleation = rows.arrhenius("nucleation");
        p.growth = rows.arrhenius("growth");
        p.nucleus = rows.get("nucleus");
        p.molar_volume = rows.get("molar_volume");
        return p;
    }
    Parameters operator()(const synthesis::Microemulsion& r) const {
        const Rows rows(library, r.chemistry);
        synthesis::MicroemulsionSystem s;
        s.head_area = rows.get("head_area");
        s.molar_volume = rows.get("molar_volume");
        s.critical_nucleus = rows.get("critical_nucleus");
        s.droplet_spread = rows.get("droplet_spread");
        return s;
    }
    Parameters operator()(const synthesis::Nanoprecipitation& r) const {
        const Rows polymer(library, r.polymer);
        const Rows solvent(library, r.solvent);
        synthesis::PrecipitationSystem s;
        s.polymer_density = polymer.get("density");
        s.chain_mass = polymer.get("chain_mass");
        s.hamaker = polymer.get("hamaker");
        s.striation = r.striation ? *r.striation : polymer.get("striation");
        s.solvent_diffusivity = solvent.get("diffusivity");
        s.solvent_interaction = solvent.get("water_interaction");
        if (r.stabiliser.empty()) return s;
        const Rows stabiliser(library, r.stabiliser);
        s.stabiliser_mass = stabiliser.get("chain_mass");
        s.stabiliser_diffusivity = stabiliser.get("diffusivity");
        s.stabiliser_sites = stabiliser.get("adsorption_sites");
        s.stabiliser_constant = stabiliser.get("adsorption_constant");
        s.stabiliser_barrier = stabiliser.get("collision_barrier");
        s.intrinsic_viscosity = stabiliser.get("intrinsic_viscosity");
        return s;
    }
    Parameters operator()(const synthesis::EmulsionEvaporation& r) const {
        const Rows polymer(library, r.polymer);
        const Rows solvent(library, r.solvent);
        synthesis::EmulsionSystem s;
        s.polymer_density = polymer.get("density");
        s.interfacial_energy = solvent.get("interfacial_energy");
        s.critical_weber = polymer.get("critical_weber");
        if (r.stabiliser.empty()) return s;
        const Rows stabiliser(library, r.stabiliser);
        s.stabiliser_mass = stabiliser.get("chain_mass");
        s.stabiliser_sites = stabiliser.get("adsorption_sites");
        s.stabiliser_constant = stabiliser.get("adsorption_constant");
        s.saturation = stabiliser.get_or("saturation", s.saturation);
        s.intrinsic_viscosity = stabiliser.get("intrinsic_viscosity");
        return s;
    }
    Parameters operator()(const synthesis::BallMilling& r) const {
        const Rows rows(library, r.chemistry);
        synthesis::MillingSystem s;
        s.density = rows.get("density");
        s.shear_modulus = rows.get("shear_modulus");
        s.burgers_vector = rows.get("burgers_vector");
        s.poisson_ratio = rows.get("poisson_ratio");
        s.hardness = rows.get("hardness");
        s.boundary_energy = rows.get("boundary_energy");
        s.efficiency = rows.get("efficiency");
        return s;
    }
    Parameters operator()(const synthesis::WireExplosion& r) const {
        const Rows rows(library, r.chemistry);
        synthesis::WireSystem s;
        s.density = rows.get("density");
        s.sublimation_energy = rows.get("sublimation_energy");
        s.temperature = rows.get("coagulation_temperature");
        s.volume_expansion = rows.get("volume_expansion");
        return s;
    }
    // Every other recipe is one in a liquid.
    template <class T>
    Parameters operator()(const T& r) const {
        return read_chemistry(r.solution, library);
    }
};

}  // namespace

Parameters synthesis_parameters(const synthesis::Recipe& recipe, matter::Library& library) {
    return std::visit(Read{library}, recipe.method);
}

}  // namespace caravel::formulation
