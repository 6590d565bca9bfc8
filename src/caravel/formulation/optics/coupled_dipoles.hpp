// The cheap tier for clusters: every sphere one electric dipole with its Mie polarisability.
#pragma once

#include "caravel/formulation/optics/cluster.hpp"

#include <vector>

namespace caravel::formulation::optics {

struct CoupledDipoleResult {
    CrossSections fixed;  // m2, direction and polarisation of the input; no cosine
    std::vector<double> sphere_absorption;  // m2
    double smallest_gap_ratio = 0.0;        // gap over the larger radius of the pair; 1e9 if alone
    double largest_size = 0.0;              // size parameter k R
};

/// Smallest gap over the larger radius that coupled_dipoles() accepts. Even above, the error is of
/// the order of (1 + gap/R)^-5; see docs/models/sphere_clusters.md for measured ones.
inline constexpr double least_dipole_gap_ratio = 0.2;

/// Coupled dipoles with alpha = 6 pi i a_1 / k^3 (Doyle 1989): exact radiation damping, no higher
/// orders, no magnetic dipole; 3 unknowns per sphere. Throws InputError for k R > 1 or gaps below
/// least_dipole_gap_ratio. Use cluster_cross_sections() for averages and near fields.
CoupledDipoleResult coupled_dipoles(const ClusterInput& input);

}  // namespace caravel::formulation::optics
