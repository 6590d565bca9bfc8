// Macroscopic dose enhancement and X-ray sources.
#pragma once

#include "caravel/matter/xray.hpp"

#include <vector>

namespace caravel::formulation::radiation {

/// One line or bin of a photon spectrum.
struct SpectrumBin {
    double energy = 0.0;  // J
    double weight = 0.0;  // photons, any scale
};
using Spectrum = std::vector<SpectrumBin>;

/// Ratio of the mass energy-absorption coefficients of a substance and of water, weighted with
/// photon energy over the spectrum. Throws InputError outside the tables.
double energy_absorption_ratio(const matter::XrayTables& tables,
                               const matter::Composition& substance, const Spectrum& spectrum);

/// Dose to water loaded with a mass fraction w of the substance over dose to water,
/// 1 - w + w mu_en/mu_en,water. Holds under charged-particle equilibrium and for weak attenuation
/// in the loaded region; the dose close to a particle is another question (see local_dose.hpp).
/// Throws InputError for w outside 0..1.
double dose_enhancement(double mass_fraction, double energy_absorption_ratio);

/// Emission lines of a nuclide above `lowest` (J).
Spectrum nuclide_spectrum(const matter::Nuclide& nuclide, double lowest);

/// Bremsstrahlung of a thick target at `peak` (J, tube voltage times e) after `aluminium` (m):
/// dN/dE ~ (peak - E)/E (Kramers 1923) times exp(-mu x), `bins` bins from 10 keV; no
/// characteristic lines. A model for estimates, not for dosimetry.
Spectrum tube_spectrum(const matter::XrayTables& tables, double peak, double aluminium,
                       int bins = 100);

}  // namespace caravel::formulation::radiation
