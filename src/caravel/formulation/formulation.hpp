// The particle as a scientist describes it: layers, coating, ligands, payload, labels, triggers,
// dose form, and how the body handles it where that has been measured or calibrated.
#pragma once

#include "caravel/formulation/colloid/surface_group.hpp"
#include "caravel/formulation/conditions.hpp"
#include "caravel/formulation/luminescence/dopant.hpp"
#include "caravel/formulation/magnetism/magnetic_core.hpp"
#include "caravel/formulation/material_definition.hpp"
#include "caravel/formulation/medium.hpp"
#include "caravel/formulation/release.hpp"
#include "caravel/formulation/shape.hpp"
#include "caravel/formulation/synthesis/recipe.hpp"
#include "caravel/formulation/trigger.hpp"
#include "caravel/input/visitor.hpp"

#include <optional>
#include <string>
#include <vector>

namespace caravel::formulation {

/// One shell of matter, from the centre outwards.
struct Layer {
    std::string material;
    std::optional<double> radius;     // m, outer radius (spheres)
    std::optional<double> thickness;  // m
    double porosity = 0.0;            // void fraction, filled with `filled_with`
    std::string filled_with = "water";
    std::optional<double> pore_diameter;  // m
};

/// Smaller particles inside a layer, taking the place of its matter.
struct Inclusion {
    std::string material;
    double diameter = 0.0;   // m
    std::int64_t count = 0;  // per particle
    std::int64_t layer = 1;  // counting from 1 at the centre
};

/// Molecules grafted or adsorbed on the outer surface.
struct Coating {
    std::string material;
    std::optional<double> density;    // 1/m2, chains per outer surface
    std::optional<double> thickness;  // m, in water, when measured
    std::string attachment = "grafted";
    std::string source;
};

/// Targeting molecules.
struct Ligand {
    std::string molecule;
    std::string receptor;                         // optional name in the receptor table
    std::int64_t count = 0;                       // per particle
    std::optional<double> dissociation_constant;  // mol/m3, of one bound ligand
    double active_fraction = 1.0;                 // oriented so that it can bind
};

/// A drug, gene, dye, gas or isotope carried by the particle.
struct Payload {
    std::string agent;
    std::string place = "core";
    std::optional<double> loading;        // kg/kg, payload mass per dry mass of the loaded particle
    std::optional<double> count;          // molecules per particle
    std::optional<double> concentration;  // mol/m3 in the volume of its place
    std::vector<Release> release;
};

/// Something a scanner sees: dye, isotope, contrast element.
struct Label {
    std::string name;
    std::string kind = "dye";
    std::string place = "surface";               // where it sits; surface: outside the coatings
    std::optional<double> count;                 // per particle
    std::optional<double> activity;              // Bq per kg particle
    std::optional<double> detachment_half_life;  // s
};

/// A trigger with another effect than release.
struct Response {
    std::string effect = "shed_coating";
    std::string name;                 // by which a later change is said to follow it
    std::string target;               // which coating, layer, payload or label; may be empty
    std::optional<Trigger> trigger;   // none: time alone
    std::optional<double> half_life;  // s, of the change at full response
    // What carriers are after a change of size, charge or aggregation in a tumour:
    std::string after;                  // name of the change before; empty: as injected
    std::optional<double> diameter;     // m, hydrodynamic
    std::optional<double> uptake_rate;  // 1/s, endocytosis out of the interstitium
    // What every change says anew, whatever was before it:
    double binding = 0.0;  // share (0 to 1) of the rate at which they bind to receptors
    bool trapped = false;  // held where they are

    /// Whether it makes a class of carriers that moves, binds and is taken up in its own way.
    bool makes_class() const;
};

/// Uptake and exchange of the carrier in one organ.
struct OrganDisposition {
    std::string organ;
    std::optional<double> uptake_clearance;       // m3/s/kg organ, phagocytic, on plasma
    std::optional<double> capacity;               // kg carrier per kg organ
    std::optional<double> release_half_life;      // s, of captured carrier back to plasma
    std::optional<double> degradation_half_life;  // s, of captured carrier
    std::optional<double> permeability_surface;   // m3/s/kg organ, into the interstitium
    std::optional<double> uptake_damping;         // 1, see Disposition
};

/// How one species handles the carrier. Values are calibrated to the named data.
struct Disposition {
    std::string species;
    std::string calibrated_with;  // data set; empty: values are assumptions
    std::string source;
    double degradation_half_life = 0.0;       // s in phagocytes; 0: never
    std::optional<double> renal_sieving;      // 0..1 of GFR
    std::optional<double> biliary_clearance;  // m3/s/kg liver
    /// Dose-dependent uptake (Shalgunov 2017): free payload in plasma, C, makes a signal
    /// R' = damping_synthesis C - damping_decay R; an organ's uptake falls as
    /// exp(-uptake_damping R).
    std::optional<double> damping_synthesis;  // m3/kg/s
    std::optional<double> damping_decay;      // 1/s
    std::vector<OrganDisposition> organs;
};

/// What is injected.
struct DoseForm {
    std::optional<double> concentration;  // kg/m3 of the first payload's agent (else: dry carrier)
    std::optional<double> particle_concentration;  // 1/m3
    std::string medium = "water";
};

struct Formulation {
    std::string name;
    std::string title;
    std::string category;  // as in the systems table
    std::string reference;
    std::string status = "assumed";               // of the description as a whole
    std::optional<double> hydrodynamic_diameter;  // m, measured
    std::optional<double> zeta_potential;         // V, measured
    double polydispersity_index = 0.0;
    std::optional<double> density;  // kg/m3 of the whole particle, measured
    Shape shape;
    std::vector<Layer> layers;
    std::vector<Inclusion> inclusions;
    std::vector<Coating> coatings;
    std::vector<Ligand> ligands;
    std::vector<Payload> payloads;
    std::vector<Label> labels;
    std::vector<Response> responses;
    std::vector<Disposition> dispositions;
    DoseForm dose_form;
    Medium medium;          // in which the card's properties are computed
    Conditions conditions;  // and at which fields and amounts
    std::vector<MaterialDefinition> materials;
    std::vector<colloid::SurfaceGroup> surface_groups;
    std::vector<luminescence::Dopant> dopants;
    std::optional<magnetism::MagneticCore> magnetic;
    std::optional<synthesis::Recipe> synthesis;
};

void describe(input::Visitor& v, Layer& layer);
void describe(input::Visitor& v, Inclusion& inclusion);
void describe(input::Visitor& v, Coating& coating);
void describe(input::Visitor& v, Ligand& ligand);
void describe(input::Visitor& v, Payload& payload);
void describe(input::Visitor& v, Label& label);
void describe(input::Visitor& v, Response& response);
void describe(input::Visitor& v, OrganDisposition& disposition);
void describe(input::Visitor& v, Disposition& disposition);
void describe(input::Visitor& v, DoseForm& dose_form);
void describe(input::Visitor& v, Formulation& formulation);

/// The organs a disposition can name.
const input::Choices& organ_names();
const input::Choices& species_names();

}  // namespace caravel::formulation
