// What every light-scattering solver gives.
#pragma once

namespace caravel::formulation::optics {

/// Cross-sections (m2) of one particle and the mean cosine of the scattering angle. Extinction =
/// scattering + absorption.
struct CrossSections {
    double extinction = 0.0;  // m2
    double scattering = 0.0;  // m2
    double absorption = 0.0;  // m2
    double anisotropy = 0.0;  // 1, mean cosine
};

}  // namespace caravel::formulation::optics
