#include "caravel/tissue/vessels/angiogenesis.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::tissue {
namespace {

double saturation(double vegf, const AngiogenesisParameters& p) {
    const double c = std::max(0.0, vegf);
    return c / (p.half_vegf + c);
}

}  // namespace

double local_vegf(double oxygen_pressure, const AngiogenesisParameters& p) {
    const double ratio = std::max(0.0, oxygen_pressure) / p.hypoxic_pressure;
    return p.anoxic_vegf / (1.0 + std::pow(ratio, p.hypoxic_exponent));
}

double sprouting_rate(double vegf, const AngiogenesisParameters& p) {
    return p.sprouting_rate * saturation(vegf, p);
}

double target_density(double vegf, double base, const AngiogenesisParameters& p) {
    return base * (1.0 + (p.most_gain - 1.0) * saturation(vegf, p));
}

double density_after(double density, double base, double vegf, double time,
                     const AngiogenesisParameters& p) {
    const double target = target_density(vegf, base, p);
    const double rate = target > density ? sprouting_rate(vegf, p) : p.regression_rate;
    if (rate * time == 0.0) return density;
    return target + (density - target) * std::exp(-rate * time);
}

VesselFactors normalised_vessels(double effect, const NormalisationParameters& p) {
    const double e = std::clamp(effect, 0.0, 1.0);
    return {1.0 - p.density_loss * e, 1.0 - p.permeability_loss * e, 1.0 + p.flow_gain * e};
}

}  // namespace caravel::tissue
