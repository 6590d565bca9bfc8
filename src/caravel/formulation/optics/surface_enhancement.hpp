// Near field of a cluster and the electromagnetic enhancement of Raman scattering at its surfaces.
#pragma once

#include "caravel/formulation/optics/cluster.hpp"

#include <optional>
#include <vector>

namespace caravel::formulation::optics {

/// Total electric field (in units of the incident amplitude) at a point outside all spheres, from
/// the waves that cluster_cross_sections() gave for the same input. Throws InputError inside a
/// sphere.
ComplexVector3 electric_field(const ClusterInput& input, const ClusterWaves& waves,
                              const Vector3& point);

/// Means over the surface that molecules at `distance` from one sphere occupy.
struct SurfaceField {
    double mean_square = 0.0;  // mean |E|^2 / |E0|^2
    double mean_fourth = 0.0;  // mean |E|^4 / |E0|^4, the usual estimate of the Raman enhancement
    double mean_raman = 0.0;   // mean |E(w)|^2 |E(w_Raman)|^2; = mean_fourth without a second wave
    double maximum = 0.0;      // largest |E|^2 on the nodes
    Vector3 hot_spot{};        // m, where
    double excluded = 0.0;     // share of the surface within another sphere, left out of the means
};

struct SurfaceEnhancement {
    std::vector<SurfaceField> spheres;
    SurfaceField all;  // weighted by surface, largest maximum
    /// Relative change of mean |E|^4 against the solution with lower orders; absent where the waves
    /// bring none (order given by the caller). Often 100 times that of the cross-sections.
    std::optional<double> convergence;
};

/// Where the molecules sit and how finely the surface is sampled.
struct SurfaceSampling {
    double distance = 0.0;  // m, from the metal to the molecule, >= 0
    int polar_nodes = 0;  // Gauss nodes in cos(theta); 0: 2 N + 4, exact for |E|^4 of the waves of
                          // the sphere itself; twice as many azimuths
};

/// Mean |E|^2, |E|^4 and hot spot around every sphere for the illumination of `input`.
/// Electromagnetic enhancement only; chemical enhancement, quenching and the tensor of the molecule
/// are left out. The |E|^4 form holds where the Raman shift is small beside the width of the band.
SurfaceEnhancement surface_enhancement(const ClusterInput& input, const ClusterWaves& waves,
                                       const SurfaceSampling& sampling = {});

/// As above with the field at the Raman-shifted wave number from its own solution: the same spheres
/// in the same places with the coefficients of the shifted wavelength.
SurfaceEnhancement surface_enhancement(const ClusterInput& input, const ClusterWaves& waves,
                                       const ClusterInput& shifted_input,
                                       const ClusterWaves& shifted_waves,
                                       const SurfaceSampling& sampling = {});

}  // namespace caravel::formulation::optics
