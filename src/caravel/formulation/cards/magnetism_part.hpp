// What is magnetic about a formulation: its domains, and the sphere around which water diffuses.
#pragma once

#include "caravel/formulation/cards/card_facts.hpp"
#include "caravel/formulation/magnetism/relaxivity.hpp"
#include "caravel/formulation/magnetism/specific_absorption.hpp"

#include <optional>
#include <string>
#include <vector>

namespace caravel::formulation {

/// The single-domain grains of one particle.
struct MagneticPart {
    std::string material;
    double diameter = 0.0;  // m, number median of one domain, sphere of the same volume
    double spread = 0.0;    // 1, sigma of the logarithm of the diameter
    double domains = 1.0;   // per particle
    double saturation = 0.0;
    double anisotropy = 0.0;
    double attempt_time = 0.0;
    double density = 0.0;
    double metal_volume = 0.0;         // m3 of magnetic matter per mol of its metal
    double sphere_diameter = 0.0;      // m, that water cannot enter
    double fill = 1.0;                 // magnetic fraction of that sphere
    double curie_temperature = 0.0;    // K
    Conditions conditions;             // fields at which properties are stated
    double viscosity = 0.0;            // Pa s
    double temperature = 0.0;          // K
    double water_diffusion = 0.0;      // m2/s in the medium
    double hydrodynamic_volume = 0.0;  // m3
    CardBasis moment_basis;            // of what follows from the magnetisation
    CardBasis turning_basis;           // of that and the barrier
    CardBasis metal_basis;             // of that and the content of metal
    std::vector<std::string> notes;

    double domain_volume() const;
    double moment() const;  // A m2, of one domain of median size
    magnetism::Ensemble ensemble(int classes) const;
    magnetism::Macrospin macrospin() const;  // of median size
};

/// The magnetic part. Throws NotAvailable when nothing is magnetic or the domain is larger than a
/// single one, InputError when a size is missing or the temperature is outside the data.
MagneticPart find_magnetic_part(const CardContext& context);

/// Viscosity (Pa s) of the medium: as given, or of water at its temperature.
double medium_viscosity(const CardContext& context);

/// Self-diffusion (m2/s) of water in the medium: of pure water, slowed by the medium's viscosity.
double medium_water_diffusion(const CardContext& context);

/// Relaxivities (m3/(mol s)) per metal at a flux density and half echo time.
struct CardRelaxivity {
    double longitudinal = 0.0;
    double transverse = 0.0;
    double free_decay = 0.0;
    double empirical = 0.0;
    magnetism::TransverseRates median;  // of the median size
};
CardRelaxivity part_relaxivity(const MagneticPart& part, double flux_density, double echo);

/// The groups of values that the section is made of.
void add_magnetic_moments(const MagneticPart& part, CardSection& section);
void add_magnetic_heating(const MagneticPart& part, CardSection& section);
void add_magnetic_imaging(const MagneticPart& part, CardSection& section);
void add_magnetic_curves(const MagneticPart& part, CardSection& section);
void add_particle_relaxivity(const MagneticPart& part, CardSection& section);
/// Chelated ions, ions on oxide surfaces, fluorine, exchanging protons; nothing where there are
/// none.
void add_ion_relaxivity(const CardContext& context, CardSection& section);

}  // namespace caravel::formulation
