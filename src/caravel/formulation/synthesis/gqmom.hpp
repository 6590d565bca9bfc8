// Generalised quadrature method of moments: more nodes than the moments give, from a closure.
#pragma once

#include "caravel/formulation/synthesis/moments.hpp"

namespace caravel::formulation::synthesis {

/// Recurrence lengthened to `count` coefficients by the gamma closure of Fox, Laurent and
/// Passalacqua (J Aerosol Sci 2023, 167:106096) on the positive half-line: all moments that were
/// given are kept, the higher ones continue like those of a gamma distribution with the measure's
/// mean and variance, and exactly so when it is one. Positive sizes and at least two coefficients;
/// otherwise the recurrence comes back as it is.
Recurrence generalised_recurrence(const Recurrence& recurrence, std::size_t count);

/// Recurrence of a gamma distribution with number `mass`, `mean` and `spread` (standard deviation
/// over mean, > 0).
Recurrence gamma_recurrence(double mass, double mean, double spread, std::size_t count);

}  // namespace caravel::formulation::synthesis
