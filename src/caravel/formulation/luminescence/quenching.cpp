#include "caravel/formulation/luminescence/quenching.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/base/constants.hpp"

#include <cmath>
#include <limits>
#include <numbers>

namespace caravel::formulation::luminescence {
namespace {

constexpr double any = std::numeric_limits<double>::max();

}  // namespace

double perrin_yield(double concentration, double half_concentration) {
    require_between(concentration, 0.0, any, "the local concentration", "mol/m3");
    require_positive(half_concentration, "the concentration of half quenching", "mol/m3");
    return std::exp(-std::numbers::ln2 * concentration / half_concentration);
}

double perrin_radius(double half_concentration) {
    require_positive(half_concentration, "the concentration of half quenching", "mol/m3");
    return std::cbrt(3.0 * std::numbers::ln2 /
                     (4.0 * std::numbers::pi * avogadro * half_concentration));
}

double perrin_half_concentration(double radius) {
    require_positive(radius, "the sphere of action", "m");
    return 3.0 * std::numbers::ln2 / (4.0 * std::numbers::pi * avogadro * std::pow(radius, 3));
}

double stern_volmer_yield(double rate_constant, double lifetime, double concentration) {
    require_between(rate_constant, 0.0, any, "the rate constant", "m3/(mol s)");
    require_between(lifetime, 0.0, any, "the lifetime", "s");
    require_between(concentration, 0.0, any, "the quencher's concentration", "mol/m3");
    return 1.0 / (1.0 + rate_constant * lifetime * concentration);
}

Emission with_dynamic_loss(const Emission& free, double efficiency) {
    require_between(efficiency, 0.0, 1.0, "the efficiency of transfer", "");
    return {free.quantum_yield * (1.0 - efficiency), free.lifetime * (1.0 - efficiency)};
}

Emission with_static_loss(const Emission& free, double fraction) {
    require_between(fraction, 0.0, 1.0, "the dark fraction", "");
    return {free.quantum_yield * (1.0 - fraction), free.lifetime};
}

double activation_ratio(double free_yield, double quenched_yield, double open) {
    require_positive(quenched_yield, "the quenched quantum yield", "");
    require_between(open, 0.0, 1.0, "the freed fraction", "");
    return (open * free_yield + (1.0 - open) * quenched_yield) / quenched_yield;
}

}  // namespace caravel::formulation::luminescence
