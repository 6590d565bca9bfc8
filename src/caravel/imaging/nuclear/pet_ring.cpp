#include "caravel/imaging/nuclear/pet_ring.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/quadrature.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::imaging {
namespace {

constexpr double photon_angle_blur = 0.0022;  // of the ring's diameter

double filled_share(const PetSettings& pet) {
    return std::pow(pet.crystal_size / pet.crystal_pitch, 2);
}

/// Share of photons at this cosine to the axis that the crystals stop.
double stopped(const PetSettings& pet, double cosine) {
    const double sine = std::sqrt(1.0 - cosine * cosine);
    return -std::expm1(-pet.crystal_attenuation * pet.crystal_depth / sine);
}

/// Integral of stopped()^power over the cosines from low to high.
double stopped_over(const PetSettings& pet, double low, double high, int power) {
    if (!(high > low)) return 0.0;
    const QuadratureRule rule = gauss_legendre(16, low, high);
    double sum = 0.0;
    for (std::size_t i = 0; i < rule.size(); ++i)
        sum += rule.weight[i] * std::pow(stopped(pet, rule.node[i]), power);
    return sum;
}

double cosine_to(double radius, double along) { return along / std::hypot(radius, along); }

}  // namespace

double annihilation_energy() { return electron_mass * speed_of_light * speed_of_light; }

double pair_solid_angle(double radius, double length, double z) {
    return std::max(0.0, cosine_to(radius, 0.5 * length - std::abs(z)));
}

double single_solid_angle(double radius, double length, double z) {
    return 0.5 * (cosine_to(radius, 0.5 * length - z) + cosine_to(radius, 0.5 * length + z));
}

EnergyWindow pet_window(const PetSettings& pet) {
    return {pet.energy_window_low, pet.energy_window_high, pet.energy_resolution,
            annihilation_energy()};
}

double window_share(const PetSettings& pet, double energy) {
    const double compton = 1.0 - pet.photofraction;
    const EnergyWindow window = pet_window(pet);
    const double full = pet.photofraction + compton * pet.captured_share;
    // The photon leaves with energy - T when the electron got T.
    const double escaped = compton * (1.0 - pet.captured_share) *
                           scattered_into(energy, std::max(energy - window.high, 1e-6 * energy),
                                          std::max(energy - window.low, 1e-6 * energy));
    return full * window.accepts(energy) + escaped;
}

double pair_sensitivity(const PetSettings& pet, double z) {
    const double radius = 0.5 * pet.ring_diameter;
    const double highest = pair_solid_angle(radius, pet.axial_length, z);
    if (pet.efficiency) return *pet.efficiency * highest;
    return stopped_over(pet, 0.0, highest, 2) *
           std::pow(filled_share(pet) * window_share(pet, annihilation_energy()), 2);
}

double single_sensitivity(const PetSettings& pet, double z) {
    const double radius = 0.5 * pet.ring_diameter;
    const double up = cosine_to(radius, 0.5 * pet.axial_length - z);
    const double down = cosine_to(radius, -0.5 * pet.axial_length - z);
    if (pet.efficiency) return std::sqrt(*pet.efficiency) * 0.5 * std::max(0.0, up - down);
    return 0.5 * stopped_over(pet, down, up, 1) * filled_share(pet) *
           window_share(pet, annihilation_energy());
}

double bed_middle(const PetSettings& pet, std::int64_t bed) {
    return 0.5 * pet.axial_length *
           (static_cast<double>(bed) - 0.5 * static_cast<double>(pet.bed_positions - 1));
}

double bed_sensitivity(const PetSettings& pet, double z) {
    double sum = 0.0;
    for (std::int64_t bed = 0; bed < pet.bed_positions; ++bed)
        sum += pair_sensitivity(pet, z - bed_middle(pet, bed));
    return sum / static_cast<double>(pet.bed_positions);
}

double scanned_length(const PetSettings& pet) {
    return 0.5 * pet.axial_length * static_cast<double>(pet.bed_positions + 1);
}

double detector_blur(const PetSettings& pet) {
    return std::hypot(0.5 * pet.crystal_size, photon_angle_blur * pet.ring_diameter,
                      pet.decoding_blur);
}

double randoms_rate(double coincidence_window, double singles) {
    return coincidence_window * singles * singles;
}

}  // namespace caravel::imaging
