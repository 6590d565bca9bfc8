// Polymer chains fixed by one end: how large, how dense, how thick.
#pragma once

#include <string_view>

namespace caravel::formulation::colloid {

/// A flexible chain in a good solvent.
struct Chain {
    double segments = 0.0;        // monomers
    double segment_length = 0.0;  // m, along the chain and as excluded size
    double footprint = 0.0;       // m2, cross-section of the stretched chain
    double segment_volume = 0.0;  // m3, dry
};

/// How grafted chains share the surface.
enum class GraftRegime { mushroom, brush, dense_brush };
std::string_view to_text(GraftRegime regime);

/// Flory radius (m), a N^(3/5).
double flory_radius(const Chain& chain);

/// Radius of gyration (m), R_F/sqrt(6).
double gyration_radius(const Chain& chain);

/// Diameter (m) of the circle that one chain has to itself, 2/sqrt(pi density).
double graft_spacing(double density);

/// Mushroom while the Flory radius is below the chain's circle, dense brush above 2.8 of it, brush
/// between. Source: J. L. Perry et al., Nano Lett 12 (2012) 5304.
GraftRegime graft_regime(const Chain& chain, double density);

/// Most chains per area (1/m2), 1/footprint.
double largest_graft_density(const Chain& chain);

/// Throws InputError naming the largest density when `density` is above it, not finite or not
/// positive.
void require_graft_density(const Chain& chain, double density);

/// Thickness (m) of the layer on a sphere of `radius` (m): the Flory radius for mushrooms; the
/// blob height N a^(5/3) density^(1/3) of Alexander and de Gennes, thinned by the curvature as in
/// M. Daoud, J. P. Cotton, J Phys France 43 (1982) 531; never above the stretched chain. Throws
/// InputError for an impossible density.
double layer_thickness(const Chain& chain, double density, double radius);

/// Thickness (m) of the same chains without water.
double dry_thickness(const Chain& chain, double density, double radius);

/// Coverage of discs that arrive at random and stay where they fall (random sequential
/// adsorption), after an exposure tau = attempts per disc area; 0.547 at last. Available surface by
/// P. Schaaf, J. Talbot, J Chem Phys 91 (1989) 4401 in the closed form of Z. Adamczyk, 2006.
double random_sequential_coverage(double exposure);

/// Jamming coverage of discs.
inline constexpr double jamming_coverage = 0.547;

/// Grafting to: density (1/m2) after an exposure, chains being discs of their radius of gyration
/// that keep each other off. The crowding limit 0.547/(pi Rg2) is that of a good solvent; chains
/// that are grafted near their cloud point pack more densely.
double grafting_to_density(const Chain& chain, double exposure);

/// What a polymerisation from the surface gives.
struct GraftedFrom {
    double density = 0.0;   // 1/m2
    double segments = 0.0;  // mean, per chain
};

/// Grafting from: chains start on a fraction `efficiency` of the initiators (1/m2), at most as
/// densely as their cross-section allows; length = monomers taken up per chain. `monomer` is per
/// area of surface (1/m2), `conversion` 0 to 1. Throws InputError for fractions outside 0 to 1.
GraftedFrom grafting_from(double initiators, double efficiency, double monomer, double conversion,
                          double footprint);

/// Light that starts chains on a surface with photoinitiator.
struct PhotoGrafting {
    double initiators = 0.0;     // 1/m2
    double cross_section = 0.0;  // m2, absorption of one initiator
    double quantum_yield = 0.0;  // chains per absorbed photon
    double photon_flux = 0.0;    // 1/(m2 s)
    double time = 0.0;           // s
    double propagation = 0.0;    // 1/s, k_p [M]
    double termination = 0.0;    // m2/s, of two radicals on the surface
};

/// Density and length: initiators decay with k = cross_section yield flux; radicals reach
/// sqrt(rate/termination); kinetic chain length = propagation x radicals/rate.
GraftedFrom photo_grafting(const PhotoGrafting& light);

}  // namespace caravel::formulation::colloid
