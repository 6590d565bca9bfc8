// Water as particles and protons meet it.
#pragma once

namespace caravel::formulation::magnetism {

/// Viscosity (Pa s) of water at `temperature` (K): 2.414e-5 10^(247.8/(T-140)), 2.5 % from 273 K to
/// 373 K (Vogel form as commonly cited). Throws InputError outside.
double water_viscosity(double temperature);

/// Self-diffusion coefficient (m2/s) of water at `temperature` (K): 1.635e-8 (T/215.05 - 1)^2.063
/// (Holz, Heil and Sacco 2000, Phys Chem Chem Phys 2:4740), 273 K to 373 K. Throws InputError
/// outside.
double water_diffusion(double temperature);

}  // namespace caravel::formulation::magnetism
