// Field on the surface of a spheroid.
#pragma once

#include "caravel/formulation/optics/spheroid.hpp"

#include <complex>

namespace caravel::formulation::optics {

/// Averages over the outer side of the surface, in powers of the incident amplitude.
struct SpheroidSurfaceField {
    double square = 0.0;          // mean |E|^2
    double normal_square = 0.0;   // mean |E normal|^2
    double fourth = 0.0;          // mean |E|^4: SERS enhancement of a layer of molecules
    double largest_square = 0.0;  // largest |E|^2 among the nodes
};

/// Surface averages of a spheroid as in `spheroid_cross_sections` at one incidence. The field is
/// the internal one, whose expansion holds up to the surface, carried over it by the boundary
/// conditions. Errors as there.
SpheroidSurfaceField spheroid_surface_field(double equatorial_radius, double polar_radius,
                                            double medium_wavenumber,
                                            std::complex<double> relative_index,
                                            Incidence incidence,
                                            const SpheroidOptions& options = {});

}  // namespace caravel::formulation::optics
