// Burst nucleation and growth (LaMer): precursor -> monomer -> nuclei -> particles, with
// Gibbs-Thomson focusing and ripening, feeds, seeds and aggregation.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace caravel::formulation::synthesis {

/// A rate or concentration that depends on temperature: value * exp(-energy/R (1/T - 1/reference)).
struct Arrhenius {
    double value = 0.0;                     // at the reference temperature, in its own unit
    double energy = 0.0;                    // J/mol
    double reference_temperature = 298.15;  // K
    double operator()(double temperature) const;
};

/// Temperature against time: straight lines between the points, constant outside.
struct TemperatureProgramme {
    std::vector<double> times{0.0};            // s, increasing
    std::vector<double> temperatures{298.15};  // K
    double operator()(double time) const;
};

/// Precursor added at a constant rate.
struct Feed {
    double start = 0.0;     // s
    double duration = 0.0;  // s
    double rate = 0.0;      // mol/m3/s of precursor (dilution neglected)
};

/// Particles present at the start.
struct Seeds {
    double number = 0.0;    // 1/m3
    double diameter = 0.0;  // m, number mean
    double spread = 0.0;    // 1, standard deviation over mean
};

/// Everything the burst model needs. One monomer unit makes one formula unit of solid.
struct BurstSystem {
    double precursor = 0.0;  // mol/m3 at the start
    double monomer = 0.0;    // mol/m3 at the start
    std::vector<Feed> feeds;
    Arrhenius conversion;  // 1/s, precursor -> monomer, first order
    Arrhenius
        surface_conversion;  // m/s, precursor reduced on particle surface (autocatalysis); 0: none
    Arrhenius solubility;    // mol/m3, of a flat surface
    double molar_volume = 0.0;          // m3/mol of solid
    double interfacial_energy = 0.0;    // J/m2, with the stabiliser in place
    double heterogeneous_factor = 1.0;  // 0..1, lowers the nucleation barrier
    double nucleation_prefactor = 0.0;  // 1/m3/s
    Arrhenius diffusivity;              // m2/s of monomer
    Arrhenius surface_rate;  // m/s, attachment of monomer: growth is diffusion-limited when large
    std::optional<double> maximum_diameter;  // m, where growth ends (droplet, template); none: free
    std::optional<Seeds> seeds;
    std::optional<double> stability_ratio;  // Fuchs W of particle collisions; none: no aggregation
    double viscosity = 1e-3;                // Pa s, for Brownian collisions
    TemperatureProgramme temperature;
    double duration = 0.0;  // s
};

/// What came out, over time and at the end.
struct BurstResult {
    std::vector<double> times;             // s
    std::vector<double> precursor;         // mol/m3
    std::vector<double> monomer;           // mol/m3
    std::vector<double> supersaturation;   // 1, monomer over solubility
    std::vector<double> number;            // 1/m3
    std::vector<double> mean_diameter;     // m, number mean
    std::vector<double> spread;            // 1, standard deviation over mean
    std::vector<double> solid;             // mol/m3
    double balance_residual = 0.0;         // largest |precursor+monomer+solid-given| over given
    bool nucleated = false;                // whether a nucleation event took place
    double largest_supersaturation = 0.0;  // 1
    // Finite volume only: number density (1/m3 per m) at the cell centres, at the end.
    std::vector<double> diameters;  // m
    std::vector<double> density;    // 1/m4
};

/// By moments (GQMOM): milliseconds. Throws InputError for impossible systems, NumericalError when
/// the moments cannot be realised.
BurstResult run_burst_moments(const BurstSystem& system);

/// By a high-resolution finite-volume scheme on `cells` cells: the whole distribution.
BurstResult run_burst_volumes(const BurstSystem& system, int cells = 400);

}  // namespace caravel::formulation::synthesis
