// Size-dependent permeability of a vessel wall and sieving in the kidney.
#pragma once

namespace caravel::body {

/// Permeability (m/s) of a tumour vessel wall to a sphere of radius r (m): two-pore model with
/// P = sum_k D K(l_k) (1 - l_k)^2 (A/L)_k, l = r/r_pore, D = 3e-6 cm2/s nm / r,
/// pores of 4.5 nm (A/L 17.6 1/cm) and 500 nm (0.65 1/cm). Valid 1 nm to 200 nm; 90 nm liposomes
/// measured 2e-8 cm/s against 2.9e-8 here. @cite Schmidt2009 @cite Yuan1994
double tumour_vessel_permeability(double radius);

/// Hindrance of diffusion K(l) (1-l)^2 in a cylindrical pore, l = radius/pore radius in [0, 1)
/// (Renkin): (1-l)^2 (1 - 2.104 l + 2.09 l^3 - 0.95 l^5); 0 for l >= 1.
double renkin_hindrance(double ratio);

/// Fraction (0..1) of filtered plasma's particles that pass the glomerulus, as a logistic in the
/// hydrodynamic diameter (m) with midpoint 5.5 nm and width 0.5 nm (Choi 2007: cut-off 5.5-6 nm;
/// the width is assumed).
double glomerular_sieving(double hydrodynamic_diameter);

}  // namespace caravel::body
