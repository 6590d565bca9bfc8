// Liquid water and its temperature.
#pragma once

namespace caravel::matter {

// All functions take the temperature in K and throw InputError outside of 273.15 K to 373.15 K.

/// Viscosity (Pa s), 2.414e-5 10^(247.8/(T - 140)), within 2.5 % (Vogel form as commonly cited).
double water_viscosity(double temperature);

/// Self-diffusion coefficient (m2/s), 1.635e-8 (T/215.05 - 1)^2.063. Source: M. Holz, S. R. Heil,
/// A. Sacco, Phys Chem Chem Phys 2 (2000) 4740.
double water_diffusion(double temperature);

/// Static relative permittivity. Source: C. G. Malmberg, A. A. Maryott, J Res NBS 56 (1956) 1.
double water_permittivity(double temperature);

}  // namespace caravel::matter
