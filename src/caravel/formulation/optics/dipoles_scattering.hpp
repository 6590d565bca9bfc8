// Light that a lattice of dipoles scatters into all directions.
#pragma once

#include "caravel/exec/threads.hpp"
#include "caravel/formulation/optics/dipole_shape.hpp"
#include "caravel/formulation/optics/dipoles_krylov.hpp"
#include "caravel/formulation/optics/vector3.hpp"

namespace caravel::formulation::optics {

/// Scattering cross-section in units of spacing^2 for unit incident field, and its mean cosine with
/// the incident direction.
struct ScatteringIntegral {
    double cross_section = 0.0;
    double anisotropy = 0.0;
};

/// Integral over all directions n of kd^4 |sum_j (1 - nn) p_j exp(-i kd n r_j)|^2 for dipole
/// moments p (in spacing^3; x, y and z components one after the other). Gauss-Legendre in cos theta
/// times equal steps in phi, exact for spherical harmonics up to twice the order at which Mie
/// series of the circumscribed sphere are cut.
ScatteringIntegral integrate_scattering(exec::ThreadTeam& team, const DipoleShape& shape, double kd,
                                        const Vector3& incident, const SplitVector& moments);

}  // namespace caravel::formulation::optics
