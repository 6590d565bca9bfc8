// Size of a semiconductor dot from its first absorption peak, and back: measured curves.
#pragma once

#include <vector>

namespace caravel::formulation::luminescence {

/// A polynomial D = sum c_k lambda^k with the sizes it was fitted on.
struct SizingCurve {
    std::vector<double> coefficients;  // c_k in m^(1-k), from k = 0
    double smallest = 0.0;             // m, diameters of the samples
    double largest = 0.0;              // m
};

/// The polynomial itself (m), at any wavelength (m): W. W. Yu, L. Qu, W. Guo, X. Peng, Chem. Mater.
/// 15, 2854 (2003).
double sizing_polynomial(const SizingCurve& curve, double wavelength);

/// Diameter (m) of the dot whose first absorption peak stands at `wavelength` (m). Throws
/// InputError outside the sizes of the curve.
double dot_diameter(const SizingCurve& curve, double wavelength);

/// Wavelength (m) of the first absorption peak of a dot of `diameter` (m): the inverse of
/// dot_diameter() on its rising branch that ends at the largest size. Throws InputError outside the
/// sizes of the curve.
double first_absorption(const SizingCurve& curve, double diameter);

/// Molar absorption (m2/mol, decadic) at the first peak, prefactor (m2/mol) times (D/1 nm) to the
/// exponent. Throws InputError for sizes that are not positive.
double dot_absorption(double prefactor, double exponent, double diameter);

/// Gap E = E0 + 1/(a D^2 + b D + c) (J) of a dot of `diameter` (m); E0 in J, a in 1/(J m2), b in
/// 1/(J m), c in 1/J. I. Moreels and others, ACS Nano 3, 3023 (2009), for PbS; Chem. Mater. 19,
/// 6101 (2007), for PbSe.
struct GapCurve {
    double bulk = 0.0;
    double square = 0.0;
    double linear = 0.0;
    double constant = 0.0;
};
double dot_gap(const GapCurve& curve, double diameter);

/// Diameter (m) of the dot with `gap` (J), the exact inverse of dot_gap(). Throws InputError for a
/// gap that is not above the bulk's or above that of the smallest dot.
double dot_diameter(const GapCurve& curve, double gap);

/// Vacuum wavelength (m) of a photon energy (J), and the reverse.
double photon_wavelength(double energy);
double photon_energy(double wavelength);

}  // namespace caravel::formulation::luminescence
