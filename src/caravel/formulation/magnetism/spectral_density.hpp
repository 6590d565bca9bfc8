// Spectral densities of spins that diffuse past each other.
#pragma once

namespace caravel::formulation::magnetism {

/// Freed's spectral density for hard spheres with force-free diffusion and a moment that itself
/// relaxes within `relaxation` (s; 0: never), normalised to 1 at 0: Re (1+W/4)/(1+W+4W^2/9+W^3/9),
/// W = sqrt(i w tauD + tauD/relaxation) (Freed 1978, J Chem Phys 68:4034; Ayant 1975 without
/// relaxation). `angular` in rad/s, `diffusion` = d^2/D in s.
double freed_density(double angular, double diffusion, double relaxation = 0.0);

}  // namespace caravel::formulation::magnetism
