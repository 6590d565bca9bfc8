// Core-satellite particles: where the satellites sit, and the cluster that light sees.
#pragma once

#include "caravel/formulation/optics/cluster.hpp"

#include <complex>
#include <vector>

namespace caravel::formulation::optics {

/// Equal satellites around one spherical core, held off by a spacer of the medium's index.
struct CoreSatellites {
    double core_radius = 0.0;       // m
    double satellite_radius = 0.0;  // m
    double spacer = 0.0;            // m, core surface to satellite surface
    int satellites = 0;
    double least_gap = 0.0;  // m, between satellites; what a ligand keeps free
};

struct SatellitePlaces {
    std::vector<Vector3> centres;  // m, about the centre of the core
    double nearest_gap = 0.0;      // m, between satellite surfaces; 0 for a single one
    double coverage = 0.0;         // share of the shell of satellite centres shaded by satellites
};

/// Quasi-uniform places: Fibonacci spiral relaxed as equal charges on a sphere (Thomson), the same
/// every time. Throws InputError for lengths that are not positive, and where satellites would come
/// nearer than least_gap; the message names the largest count that this placement holds.
SatellitePlaces place_satellites(const CoreSatellites& particle);

/// Core (first) and satellites as input of cluster_cross_sections(): indices relative to the medium
/// at this wave number (1/m). `orders` Mie coefficients each.
ClusterInput core_satellite_cluster(const CoreSatellites& particle, double wave_number,
                                    std::complex<double> core_index,
                                    std::complex<double> satellite_index, int orders = 40);

}  // namespace caravel::formulation::optics
