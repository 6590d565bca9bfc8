// Compton scattering of annihilation and gamma photons by free electrons, and energy windows.
#pragma once

namespace caravel::imaging {

/// Energy (J) of a photon after scattering by an angle of this cosine (Compton 1923).
double scattered_energy(double energy, double cosine);

/// Cosine of the angle after which a photon of `energy` has `scattered` (J); below -1 when no angle
/// gives so little.
double scattering_cosine(double energy, double scattered);

/// Klein-Nishina cross-section per solid angle (m2/sr) of one electron.
double klein_nishina(double energy, double cosine);

/// Klein-Nishina cross-section (m2) of one electron: closed form, below 0.5 keV its series; to 1e-5
/// of itself or better.
double klein_nishina_total(double energy);

/// Share of all scatterings that leave a photon between `low` and `high` (J).
double scattered_into(double energy, double low, double high);

/// Window of a detector whose full width at half maximum over energy is `resolution` at `reference`
/// (J) and grows as the root of the energy.
struct EnergyWindow {
    double low = 0.0;   // J
    double high = 0.0;  // J
    double resolution = 0.1;
    double reference = 0.0;  // J

    /// Share of full absorptions of `energy` (J) counted within the window.
    double accepts(double energy) const;
};

}  // namespace caravel::imaging
