// The electric field within and around a layered sphere in a plane wave, and what becomes of it.
#pragma once

#include "caravel/formulation/optics/vector3.hpp"

#include <array>
#include <complex>
#include <span>
#include <vector>

namespace caravel::formulation::optics {

/// The field of a plane wave exp(i z) x-polarised with amplitude 1 and of what a layered sphere at
/// the origin adds. Lengths are multiples of 1/k, k the wave number in the medium.
class SphereField {
  public:
    /// Arguments and errors as mie_coefficients().
    SphereField(std::span<const double> size_parameters,
                std::span<const std::complex<double>> relative_indices);

    /// Total field (x, y, z components) at a point; at a surface that of its outer side, in a
    /// perfect conductor 0. Throws InputError farther than 1e5 from the origin.
    ComplexVector3 electric(const Vector3& position) const;

    /// Mean of |E|^2 over the sphere of a radius, on the outer side of a surface: exact sum.
    double mean_intensity(double radius) const;

    /// Mean of |E|^4 likewise, by a quadrature that is exact for the orders used. At the outer
    /// radius it is the usual estimate of the Raman enhancement averaged over the surface (equal
    /// local and re-radiated enhancement, no Stokes shift).
    double mean_squared_intensity(double radius) const;

    /// Absorption efficiency of each layer (absorbed power over that through pi r^2 of the whole
    /// sphere), from the flux through its two surfaces; their sum is the sphere's.
    std::vector<double> layer_absorption() const;

  private:
    struct Shell;  // the orders at one radius and the permittivity there
    struct Tangents;

    Shell at(double radius) const;
    static Tangents angular_sums(const Shell& shell, double cosine);

    std::vector<double> sizes_;
    std::vector<std::complex<double>> indices_;
};

}  // namespace caravel::formulation::optics
