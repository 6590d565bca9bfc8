// Optics averaged over a size distribution, and the concentrations in which chemists give it.
#pragma once

#include "caravel/formulation/optics/cross_sections.hpp"
#include "caravel/formulation/size_distribution.hpp"

#include <functional>
#include <span>
#include <vector>

namespace caravel::formulation::optics {

using formulation::SizeNode;

/// log_normal_sizes for the median diameter (m) and the geometric standard deviation, 1 to exp(2).
std::vector<SizeNode> log_normal_nodes(double median_diameter, double geometric_deviation,
                                       int count = 16);

/// Nodes of a histogram: diameters (m) and counts or shares, not all zero.
std::vector<SizeNode> histogram_nodes(std::span<const double> diameters,
                                      std::span<const double> counts);

/// One size: cross-sections and the volume (m3) of the material that absorption is referred to.
struct SizedOptics {
    CrossSections cross_sections;
    double material_volume = 0.0;
};

/// Number averages.
struct EnsembleOptics {
    CrossSections per_particle;  // m2; anisotropy is weighted by scattering
    double mean_volume = 0.0;    // m3 of material per particle
    CrossSections per_volume;    // 1/m: m2 per m3 of material
};

/// Averages `optics` (called with a diameter in m) over the nodes.
EnsembleOptics ensemble_average(std::span<const SizeNode> nodes,
                                const std::function<SizedOptics(double)>& optics);

/// Decadic molar coefficient (m2/mol; 1 m2/mol = 10 L/(mol cm)) of particles with a cross-section
/// (m2): sigma N_A/ln 10.
double molar_coefficient(double cross_section);

/// Decadic mass coefficient (m2/kg; 1 L/(g cm) = 100 m2/kg) of particles with a cross-section (m2)
/// and a mass (kg): sigma/(mass ln 10).
double mass_coefficient(double cross_section, double particle_mass);

/// Share of the extinguished light that becomes heat, 0 to 1: the upper bound of the photothermal
/// efficiency, which a vessel lowers by what it reflects and what passes.
double photothermal_bound(const CrossSections& cross_sections);

}  // namespace caravel::formulation::optics
