// Constants of nature and of the unit system, by their SI values.
#pragma once

namespace caravel {

/// Particles per amount of substance (1/mol), exact by definition (SI Brochure, 9th edition, 2019).
inline constexpr double avogadro = 6.02214076e23;

}  // namespace caravel
