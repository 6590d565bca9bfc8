// Exchange of a solute over the vessel wall with filtration (Patlak), and the wall's pores.
#pragma once

namespace caravel::tissue {

/// Pores of a vessel wall: two populations.
struct WallPores {
    double small_radius = 4.5e-9;     // m
    double small_area_length = 1760;  // 1/m, pore area per wall area and length
    double large_radius = 500e-9;     // m
    double large_area_length = 65.0;  // 1/m
};

/// Permeability (m/s) of the pores to a sphere of radius r (m) without filtration; with the default
/// pores that of body::tumour_vessel_permeability. Throws InputError for a radius or pores that
/// are not positive. @cite Schmidt2009
double permeability(double radius, const WallPores& pores);

/// Solute drag reflection coefficient (0..1) of the pores, hydraulically weighted: 1 - sum of W of
/// each pore times its share of A/L r_pore^2. Throws InputError as permeability() does.
double reflection_coefficient(double radius, const WallPores& pores);

/// Rates (1/s, per tissue volume) of a solute over the wall: plasma concentration times `out` goes
/// into the tissue, interstitial concentration times `back` returns.
struct WallRates {
    double out = 0.0;
    double back = 0.0;
};

/// Patlak: out - back = filtration (1 - reflection), back = PS Pe/(exp(Pe) - 1), with
/// Pe = filtration (1 - reflection)/PS; `filtration` (1/s, per tissue volume) may be negative. Both
/// rates are never negative; without permeability the solute goes where the fluid does. Throws
/// InputError for a negative PS, a reflection outside 0..1, or numbers that are not finite.
WallRates wall_rates(double permeability_surface, double reflection, double filtration);

}  // namespace caravel::tissue
