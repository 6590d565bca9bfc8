// What follows from a formulation's description alone: geometry, masses, payload per particle, and
// the particles in a dose.
#pragma once

#include "caravel/formulation/formulation.hpp"
#include "caravel/matter/table.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caravel::formulation {

/// What one layer holds.
struct LayerProperties {
    std::string material;
    double outer_diameter = 0.0;    // m, largest extent up to and including this layer (the core
                                    // of satellites: its own)
    double volume = 0.0;            // m3, pores and inclusions included
    double pore_volume = 0.0;       // m3
    double pore_surface = 0.0;      // m2, of cylindrical pores: 4 volume/diameter
    double inclusion_volume = 0.0;  // m3
    double mass = 0.0;              // kg, with inclusions and what fills the pores
    double dry_mass = 0.0;          // kg, without water and payload
    double hydration_volume = 0.0;  // m3 of water between the branches of a dendrimer
    double water_volume = 0.0;      // m3, of all water in the layer, without payload
};

/// What one coating adds.
struct CoatingProperties {
    std::string material;
    double chains = 0.0;     // per particle; 0 when the density is not given
    double thickness = 0.0;  // m; 0 when not measured
    double mass = 0.0;       // kg per particle
};

/// How much of one payload a particle carries.
struct PayloadProperties {
    std::string agent;
    std::string place;
    double molar_mass = 0.0;  // kg/mol
    double molecules = 0.0;   // per particle
    double mass = 0.0;        // kg per particle
    double amount = 0.0;      // mol per particle
    double capacity = 0.0;    // kg per particle, if packed densely into the pores; 0 without pores
};

/// Per particle. A formulation without layers is a dissolved drug: everything is 0 and
/// is_particle() is false.
struct Properties {
    double outer_diameter = 0.0;         // m, largest extent of all layers, without coating
    double hydrodynamic_diameter = 0.0;  // m, measured or from geometry and coating thickness
    double volume = 0.0;                 // m3 enclosed by the outermost layer
    double surface_area = 0.0;           // m2 of the outermost layer
    double pore_volume = 0.0;            // m3
    double pore_surface = 0.0;           // m2
    double void_water_volume = 0.0;      // m3 that the shape encloses but its matter leaves free
    double carrier_mass = 0.0;         // kg, dry: layers and coatings that water and payload leave
    double water_mass = 0.0;           // kg of water in core, pores and voids beside payload
    double payload_mass = 0.0;         // kg
    double particle_mass = 0.0;        // kg: carrier, water and payload
    double density = 0.0;              // kg/m3: mass without coatings over volume
    double particle_molar_mass = 0.0;  // kg per mol of particles
    double coating_chains = 0.0;       // all coatings
    std::vector<LayerProperties> layers;
    std::vector<CoatingProperties> coatings;
    std::vector<PayloadProperties> payloads;  // in the order of the formulation
    std::vector<std::string> notes;           // what was left out or assumed
    std::vector<std::string>
        unknown_densities;  // of materials given without: then no mass is known

    bool is_particle() const { return !layers.empty(); }
};

/// Density (kg/m3) of a packed organic payload of which none is known (assumed).
inline constexpr double packed_drug_density = 1300.0;

/// Makes the materials that the formulation brings along known to the library. Throws InputError
/// for a name that stands twice and, at its place, for a mistake in a table file.
void define_materials(const Formulation& formulation, matter::Library& library);

/// Whether a density that is missing is an error, or leaves all masses 0.
enum class Masses { required, where_known };

/// Geometry, masses and payload of one particle. `loading` counts against the dry mass of the
/// loaded particle, as laboratories state it: m_i = L_i/(1 - sum L) (carrier + payloads given
/// otherwise). Sizes stay as given: a payload displaces the water and then the matter of its place,
/// volume for volume. Throws InputError for impossible descriptions and unknown materials or
/// agents.
Properties compute_properties(const Formulation& formulation, matter::Library& library,
                              Masses masses = Masses::required);

/// Molar mass (kg/mol) of the ideal poly(amidoamine) dendrimer; none for other particles.
std::optional<double> ideal_dendrimer_molar_mass(const Formulation& formulation);

/// What a number of particles amounts to.
struct DoseProperties {
    double particles = 0.0;
    double carrier_mass = 0.0;  // kg, dry
    double surface_area = 0.0;  // m2
    double volume = 0.0;        // m3 of particles
    std::optional<double>
        suspension_volume;                  // m3 injected, when the dose form gives a concentration
    std::optional<double> volume_fraction;  // of particles in the suspension
};

/// Totals over `particles` particles.
DoseProperties compute_dose(const Formulation& formulation, const Properties& properties,
                            double particles);

/// Particles per volume of suspension (1/m3) from the dose form: as given, or from the
/// concentration of the first payload's agent (without payload: of the dry carrier). Empty when
/// none is given.
std::optional<double> particle_concentration(const Formulation& formulation,
                                             const Properties& properties);

/// Number of particles that carry `mass` (kg) of the agent. Throws InputError for an agent that the
/// particle does not carry or carries in an unknown amount.
double particles_for_agent_mass(const Properties& properties, std::string_view agent, double mass);

/// A property of the geometry or the masses, by name.
struct PropertyKind {
    std::string_view name;
    std::string_view unit;
    std::string_view doc;
};
const std::vector<PropertyKind>& property_kinds();

/// The named property in SI; throws InputError with "did you mean" for an unknown name. All other
/// properties stand on the card (card.hpp).
double property(const Formulation& formulation, const Properties& properties,
                std::string_view name);

}  // namespace caravel::formulation
