// Radicals that a semiconductor makes from light.
#pragma once

namespace caravel::formulation::chemistry {

/// A photocatalyst.
struct Photocatalyst {
    double gap = 0.0;               // J
    double hydroxyl_yield = 0.0;    // OH per absorbed photon
    double superoxide_yield = 0.0;  // O2.- per absorbed photon
};

/// Longest wavelength (m, in vacuum) that acts: h c/gap.
double threshold_wavelength(const Photocatalyst& catalyst);

/// Photons absorbed per second by a particle of absorption cross-section `absorption` (m2) in a
/// fluence rate (W/m2) at one wavelength (m).
double absorbed_photons(double absorption, double fluence_rate, double wavelength);

/// Radicals per second.
struct RadicalRate {
    double hydroxyl = 0.0;
    double superoxide = 0.0;
};

/// Made per second and particle; nothing beyond the threshold wavelength or without light. The
/// catalyst is not used up. Yields are constant: at high intensity recombination lets them fall
/// with the root of it.
RadicalRate radical_rate(const Photocatalyst& catalyst, double absorption, double fluence_rate,
                         double wavelength);

}  // namespace caravel::formulation::chemistry
