#include "caravel/body/property_laws.hpp"

#include "caravel/base/constants.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::body {

double serum_zeta_potential(double zeta) { return -7.43e-3 + 0.0396 * zeta; }

double serum_diameter(double diameter, double zeta, double stealth) {
    constexpr double layer = 24e-9;
    constexpr double half = 5e-3;  // V
    return diameter + layer * (1.0 - stealth) * zeta * zeta / (zeta * zeta + half * half);
}

double convective_hindrance(double ratio) {
    if (ratio >= 1.0) return 0.0;
    const double open = (1.0 - ratio) * (1.0 - ratio);
    const double squared = ratio * ratio;
    return open * (1.0 + 3.867 * ratio - 1.907 * squared - 0.834 * squared * ratio) /
           (1.0 + 1.867 * ratio - 0.741 * squared);
}

double glomerular_passage(double diameter, double pore_diameter, double zeta, double charge) {
    const double open = convective_hindrance(diameter / pore_diameter);
    return std::min(1.0, open * std::exp(charge * zeta / 10e-3));
}

double fenestra_access(double diameter) {
    constexpr double median = 120e-9;
    constexpr double spread = 0.3;
    return 0.5 * std::erfc(std::log(diameter / median) / (spread * std::sqrt(2.0)));
}

double splenic_slit_retention(double diameter) {
    return 1.0 / (1.0 + std::pow(200e-9 / diameter, 4.0));
}

double interstitial_diffusivity(double diameter) {
    constexpr double viscosity = 0.69e-3;   // Pa s
    constexpr double temperature = 310.15;  // K
    constexpr double fibres = 0.03;
    constexpr double fibre_radius = 20e-9;  // m
    const double free = boltzmann * temperature / (3.0 * std::numbers::pi * viscosity * diameter);
    return free * std::exp(-std::sqrt(fibres) * (1.0 + 0.5 * diameter / fibre_radius));
}

double ligand_capture_rate(const LigandBinding& b) {
    const double more = std::max(0.0, b.ligands_in_contact - 1.0);
    const double single = b.association * b.receptor;  // 1/s
    const double leaving = b.dissociation * std::pow(1.0 + single / b.dissociation, -more);
    return b.ligands_in_contact * single * b.internalisation / (b.internalisation + leaving);
}

double binding_front_depth(double diffusivity, double free, double receptor, double time) {
    const double diffusive = std::sqrt(diffusivity * time);
    return receptor > 0.0
               ? std::min(diffusive, std::sqrt(2.0 * diffusivity * free * time / receptor))
               : diffusive;
}

}  // namespace caravel::body
