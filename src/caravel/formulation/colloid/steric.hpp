// Repulsion of two equal spheres that carry polymer layers.
#pragma once

namespace caravel::formulation::colloid {

/// Energy (J) of two spheres of `radius` (m, below the layer) with brushes of `height` (m) and
/// `density` chains per area (1/m2), surfaces `gap` apart: Alexander-de Gennes pressure
/// kT s^-3 [(2L/h)^(9/4) - (h/2L)^(3/4)] under Derjaguin's approximation; 0 beyond 2 L. Sources:
/// S. Alexander, J Phys France 38 (1977) 983; P. G. de Gennes, Adv Colloid Interface Sci 27 (1987)
/// 189. Brushes (overlapping chains) thin against the radius.
double brush_repulsion(double height, double density, double radius, double gap,
                       double temperature);

/// Energy (J) with chains that do not overlap, 36 pi R kT G Rg exp(-h/Rg): A. K. Dolan,
/// S. F. Edwards, Proc R Soc A 337 (1974) 509. Gaps above about 2 Rg.
double mushroom_repulsion(double gyration_radius, double density, double radius, double gap,
                          double temperature);

/// A layer of polymer of which only thickness and amount are known.
struct PolymerLayer {
    double thickness = 0.0;        // m
    double volume_fraction = 0.0;  // of polymer in it
    double chi = 0.45;             // Flory-Huggins, below 0.5 in a good solvent
    double chain_volume = 0.0;     // m3 of one chain, dry; 0: no elastic part
};

/// Energy (J), mixing of overlapping layers plus their compression below one thickness:
/// B. Vincent, J. Edwards, S. Emmett, A. Jones, Colloids Surf 18 (1986) 261.
double layer_repulsion(const PolymerLayer& layer, double radius, double gap, double temperature);

}  // namespace caravel::formulation::colloid
