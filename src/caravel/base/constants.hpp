// Constants of nature and of the unit system, by their SI values.
#pragma once

#include <numbers>

namespace caravel {

// Exact by definition (SI Brochure, 9th edition, 2019).
inline constexpr double avogadro = 6.02214076e23;                            // 1/mol
inline constexpr double boltzmann = 1.380649e-23;                            // J/K
inline constexpr double planck = 6.62607015e-34;                             // J s
inline constexpr double reduced_planck = planck / (2.0 * std::numbers::pi);  // J s
inline constexpr double speed_of_light = 299792458.0;                        // m/s
inline constexpr double elementary_charge = 1.602176634e-19;                 // C
inline constexpr double gas_constant = avogadro * boltzmann;                 // J/(mol K)
inline constexpr double faraday = avogadro * elementary_charge;              // C/mol
inline constexpr double electronvolt = elementary_charge;                    // J
inline constexpr double kiloelectronvolt = 1e3 * electronvolt;               // J
inline constexpr double megaelectronvolt = 1e6 * electronvolt;               // J

// Measured (CODATA 2018).
inline constexpr double vacuum_permittivity = 8.8541878128e-12;  // F/m
inline constexpr double vacuum_permeability = 1.25663706212e-6;  // H/m
inline constexpr double electron_mass = 9.1093837015e-31;        // kg
inline constexpr double bohr_magneton = 9.2740100783e-24;        // J/T

}  // namespace caravel
