// What the extracellular matrix lets through: diffusion, share of the space, water.
#pragma once

#include "caravel/input/visitor.hpp"
#include "caravel/matter/table.hpp"

#include <string_view>

namespace caravel::tissue {

/// Collagen and hyaluronan of the interstitium: a gel of fibres between wider, connected spaces
/// whose narrow places have the radius `pore_radius`.
struct Matrix {
    double fibre_radius = 2e-9;     // m
    double fibre_fraction = 0.03;   // of the interstitial volume, both kinds of fibres
    double hyaluronan_share = 0.3;  // of the fibre volume that hyaluronidase can remove
    double pore_radius = 60e-9;     // m, of the spaces between fibre bundles and cells
    double tortuosity = 0.4;        // further factor on diffusion (cells as obstacles), <= 1
    double open_share = 0.3;        // of the interstitial volume, wide enough for any particle
};

void describe(input::Visitor& v, Matrix& matrix);

/// The matrix of data/interstitium.csv, context "tumour" or "normal tissue". Throws InputError for
/// a context the table does not know.
Matrix tabulated_matrix(matter::Library& library, std::string_view context);

/// The matrix after hyaluronidase has removed `removed` (0..1) of the hyaluronan.
Matrix without_hyaluronan(const Matrix& matrix, double removed);

/// Diffusion coefficient (m2/s) of a sphere of radius r (m) in water at 37 C (Stokes-Einstein, 0.69
/// mPa s). Like all functions of a radius here it throws InputError for a radius that is not
/// positive and finite, or a matrix outside of its ranges.
double free_diffusion(double radius);

/// The same in a fluid of this viscosity (Pa s) at 37 C.
double free_diffusion(double radius, double viscosity);

/// Diffusion in the interstitium over diffusion in water, 0..1, for a sphere of radius r (m); it
/// acts on the gradient of the concentration in the space that the sphere can reach:
/// tortuosity exp(-sqrt(phi) (1 + r/r_f)) exp(-pi phi^(0.174 ln(59.6 r_f/r))) H(r/pore_radius).
/// Falls with r, from 0.34 (default matrix) for a point to 0 at the pore radius.
/// Sources: Ogston, Preston and Wells 1973; Clague and Phillips 1996; Dechadilok and Deen 2006.
double hindrance(double radius, const Matrix& matrix);

/// Share of the interstitial volume that the centre of a sphere of radius r (m) can reach: all of
/// the open spaces, and of the gel exp(-phi (1 + r/r_f)^2). Source: Ogston 1958.
double available_share(double radius, const Matrix& matrix);

/// Convection of the sphere over that of the fluid (retardation), 0..1; it acts on the
/// concentration in the space that the sphere can reach: exp(-sqrt(phi) r/r_f) W(r/pore_radius)
/// with W of body::convective_hindrance (the exponential is assumed).
double retardation(double radius, const Matrix& matrix);

/// Hydraulic conductivity (m2/Pa/s) of the matrix, `reference` being that of `reference_matrix`:
/// proportional to r_f^2 phi^-1.17 (Johnson, Berk, Jain and Deen 1996, a fit to the fibrous media
/// of Jackson and James 1986).
double hydraulic_conductivity(const Matrix& matrix, const Matrix& reference_matrix,
                              double reference);

/// Hindrance of diffusion H(l), partition included, of a sphere in a cylindrical pore, l = radius
/// over pore radius; falls from 1 at l = 0 to 0 at l = 1 and beyond. Dechadilok and Deen 2006 up to
/// 0.95, from there the approach to contact of Mavrovouniotis and Brenner 1988, joined on.
double pore_diffusion(double ratio);

}  // namespace caravel::tissue
