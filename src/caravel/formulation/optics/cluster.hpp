// Light scattering by clusters of spheres: superposition T-matrix (coupled multipoles).
#pragma once

#include "caravel/formulation/optics/cross_sections.hpp"
#include "caravel/formulation/optics/layered_sphere.hpp"
#include "caravel/formulation/optics/translation_waves.hpp"

#include <complex>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace caravel::formulation::optics {

/// One sphere, homogeneous or layered: its outer radius and what it answers to each order.
struct ClusterSphere {
    Vector3 centre{};              // m
    double radius = 0.0;           // m
    MieCoefficients coefficients;  // as many orders as may be used, equally many a and b
};

/// `automatic`: dense factors up to 200 unknowns, and up to 3000 where many waves are solved for
/// (the average); else GMRES, with the dense factors in reserve up to 3000.
enum class ClusterSolver { automatic, direct, iterative };

struct ClusterInput {
    std::vector<ClusterSphere> spheres;
    double wave_number = 0.0;                    // 1/m, in the (lossless) medium
    Vector3 direction{0.0, 0.0, 1.0};            // of the incident plane wave, unit vector
    ComplexVector3 polarisation{1.0, 0.0, 0.0};  // unit vector perpendicular to direction
    bool orientation_average = true;             // over all directions and polarisations as well
    int order = 0;                               // multipole order of every sphere; 0: chosen
    double tolerance = 1e-4;                     // relative, for the chosen order
    ClusterSolver solver = ClusterSolver::automatic;
    int threads = 1;  // changes no bit of the result
};

/// Outgoing waves of each sphere about its own centre.
struct ClusterWaves {
    std::vector<WaveCoefficients> outgoing;
    std::vector<int> orders;
    /// The solution with orders about 15 % lower, kept where the order was chosen: it tells how far
    /// near fields, which converge later than cross-sections, are settled.
    std::vector<WaveCoefficients> lower_outgoing;
    std::vector<int> lower_orders;
};

struct ClusterResult {
    CrossSections fixed;                    // for the given direction and polarisation
    std::vector<double> sphere_absorption;  // m2, of each sphere, same illumination
    std::optional<CrossSections> average;   // over all orientations; anisotropy is not given (0)
    std::vector<double> average_sphere_absorption;  // m2
    ClusterWaves waves;                             // for the given direction and polarisation
    /// Relative change of extinction and absorption against orders about 15 % lower, a bound of the
    /// truncation error where it falls geometrically; absent when the order was given.
    std::optional<double> convergence;
    double energy_residual = 0.0;  // |ext - sca - abs| / ext of three independent sums
    int average_orders = 0;        // orders of incident waves summed for the average
    int iterations = 0;            // of GMRES; 0 for the direct solver
};

/// A sphere of concentric layers at `centre`: outer radii (m) from the inside out, indices relative
/// to the medium; `orders` Mie coefficients.
ClusterSphere layered_cluster_sphere(const Vector3& centre, std::span<const double> outer_radii,
                                     std::span<const std::complex<double>> relative_indices,
                                     double wave_number, int orders = 40);

/// Orders that the geometry asks of each sphere for a relative error `tolerance` of cross-sections:
/// x + 4.05 x^(1/3) + 2 as for a lone sphere plus ln(1/tolerance) / (2 xi), xi the smallest
/// bispherical coordinate of its surface with any neighbour (images between two spheres shrink by
/// exp(-xi) per order). A guess; cluster_cross_sections() tests it.
std::vector<int> estimated_orders(const ClusterInput& input);

/// Cross-sections (m2) of a cluster in a lossless medium for one plane wave and, on demand,
/// averaged over all orientations (analytically: sum over the regular waves about the middle of the
/// cluster up to the order x + 4.05 x^(1/3) + 8 of the sphere around it).
///
/// With order 0, orders rise until two solutions agree within `tolerance`. Throws InputError for
/// overlapping spheres, bad vectors, and where the orders that the spheres bring do not reach
/// `tolerance` (gap too small); NumericalError where GMRES does not converge.
/// Equations: Mackowski and Mishchenko, J. Opt. Soc. Am. A 13, 2266 (1996).
ClusterResult cluster_cross_sections(const ClusterInput& input);

}  // namespace caravel::formulation::optics
