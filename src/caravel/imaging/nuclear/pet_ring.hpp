// What a ring of crystals counts: geometry, efficiency, blur, randoms.
#pragma once

#include "caravel/imaging/compton.hpp"
#include "caravel/imaging/nuclear/pet_scan.hpp"

namespace caravel::imaging {

/// Energy of an annihilation photon (J).
double annihilation_energy();

/// Share of the pairs emitted at height `z` (m from the middle) on the axis of a ring whose both
/// photons hit it: sin(atan((L/2 - |z|)/R)); 0 beyond its ends.
double pair_solid_angle(double radius, double length, double z);

/// Share of single photons that hit it.
double single_solid_angle(double radius, double length, double z);

/// Window of the ring's detectors.
EnergyWindow pet_window(const PetSettings& pet);

/// Share of the photons of `energy` (J), stopped in a crystal, that count: full absorption
/// (photoelectric, or Compton with capture in the same block) within the window, and escaped
/// Compton photons whose electron lies within it.
double window_share(const PetSettings& pet, double energy);

/// Counts per pair emitted at height z on the axis: solid angle, crystals' share of the surface,
/// absorption along the slanting way through the crystals (both photons alike), window. With
/// `efficiency` given: that times the solid angle.
double pair_sensitivity(const PetSettings& pet, double z);

/// Counts per single photon emitted there.
double single_sensitivity(const PetSettings& pet, double z);

/// pair_sensitivity() over all bed positions, mean over the scan's time; z from the middle of the
/// scanned length.
double bed_sensitivity(const PetSettings& pet, double z);

/// Length (m) that the bed positions cover together.
double scanned_length(const PetSettings& pet);

/// Middle of a bed position (m from the middle of the scanned length).
double bed_middle(const PetSettings& pet, std::int64_t bed);

/// Full width at half maximum (m) in the middle: half a crystal, angle between the photons (0.0022
/// of the ring's diameter) and decoding, added in squares (S. E. Derenzo and W. W. Moses 1993,
/// recalled).
double detector_blur(const PetSettings& pet);

/// Rate (1/s) of accidental coincidences between all crystals at a rate of singles (1/s): the sum
/// of 2 tau r_i r_j over the pairs, tau R^2.
double randoms_rate(double coincidence_window, double singles);

}  // namespace caravel::imaging
