// What the extracellular matrix lets through: diffusion, share of the space, water.
#pragma once

#include "caravel/input/visitor.hpp"
#include "caravel/matter/table.hpp"

namespace caravel::tissue {

/// Collagen and hyaluronan of the interstitium.
struct Matrix {
    double fibre_radius = 2e-9;     // m
    double fibre_fraction = 0.03;   // of the interstitial volume, both kinds of fibres
    double hyaluronan_share = 0.3;  // of the fibre volume that hyaluronidase can remove
    double pore_radius = 60e-9;     // m, of the spaces between fibre bundles and cells
    double tortuosity = 1.0;        // further factor on diffusion (cells as obstacles), <= 1
};

/// Diffusion coefficient (m2/s) of a sphere of radius r (m) in water at 37 C (Stokes-Einstein).
double free_diffusion(double radius);

/// Diffusion in the interstitium over diffusion in water, 0..1, for a sphere of radius r (m).
double hindrance(double radius, const Matrix& matrix);

/// Share of the interstitial volume that the centre of a sphere of radius r (m) can reach (Ogston).
double available_share(double radius, const Matrix& matrix);

/// Convection of the sphere over that of the fluid (retardation), 0..1.
double retardation(double radius, const Matrix& matrix);

/// Hydraulic conductivity (m2/Pa/s) of the matrix, `reference` being that of `reference_matrix`.
double hydraulic_conductivity(const Matrix& matrix, const Matrix& reference_matrix,
                              double reference);

}  // namespace caravel::tissue
