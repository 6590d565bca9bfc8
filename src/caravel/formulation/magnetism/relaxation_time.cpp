#include "caravel/formulation/magnetism/relaxation_time.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/base/constants.hpp"
#include "caravel/base/roots.hpp"
#include "caravel/base/sphere.hpp"

#include <cmath>
#include <limits>
#include <numbers>

namespace caravel::formulation::magnetism {
namespace {

constexpr double largest_exponent = 700.0;  // exp() overflows above 709

/// Barrier at which the Neel time equals `time`.
double barrier_for_time(double attempt_time, double time) {
    require_positive(attempt_time, "the attempt time", "s");
    require_positive(time, "the measurement time", "s");
    if (time <= 2.0 * attempt_time)
        throw InputError(Diagnostic{{},
                                    "the measurement time " + format_number(time, 3) +
                                        " s is not longer than the attempt time",
                                    "more than " + format_number(2.0 * attempt_time, 3) + " s",
                                    ""});
    const auto late = [&](double s) { return std::log(neel_time(attempt_time, s) / time); };
    return find_root(late, 1e-12, largest_exponent, {0.0, 200, "the barrier"});
}

}  // namespace

double barrier(const Macrospin& p) { return p.anisotropy * p.volume / (boltzmann * p.temperature); }

double neel_time_high_barrier(double attempt_time, double barrier) {
    require_positive(barrier, "the anisotropy barrier", "kT");
    if (barrier > largest_exponent) return std::numeric_limits<double>::infinity();
    return std::sqrt(std::numbers::pi) / 2.0 * attempt_time * std::exp(barrier) /
           std::sqrt(barrier);
}

double neel_diffusion_time(double attempt_time, double barrier) { return attempt_time * barrier; }

double neel_time(double attempt_time, double barrier) {
    require_positive(attempt_time, "the attempt time", "s");
    require_positive(barrier, "the anisotropy barrier", "kT");
    if (barrier > largest_exponent) return std::numeric_limits<double>::infinity();
    const double g = barrier;
    const double over = g / (1.0 + g) * std::sqrt(g / std::numbers::pi) + std::exp2(-g - 1.0);
    return neel_diffusion_time(attempt_time, g) * std::expm1(g) / (2.0 * g) / over;
}

double brown_time(double viscosity, double hydrodynamic_volume, double temperature) {
    require_positive(viscosity, "the viscosity", "Pa.s");
    require_positive(hydrodynamic_volume, "the hydrodynamic volume", "m3");
    require_positive(temperature, "the temperature", "K");
    return 3.0 * viscosity * hydrodynamic_volume / (boltzmann * temperature);
}

double effective_time(double a, double b) { return 1.0 / (1.0 / a + 1.0 / b); }

double blocking_temperature(double anisotropy, double volume, double attempt_time,
                            double measurement_time) {
    require_positive(anisotropy, "the anisotropy", "J/m3");
    require_positive(volume, "the magnetic volume", "m3");
    return anisotropy * volume / (boltzmann * barrier_for_time(attempt_time, measurement_time));
}

double superparamagnetic_limit(double anisotropy, double attempt_time, double measurement_time,
                               double temperature) {
    require_positive(anisotropy, "the anisotropy", "J/m3");
    require_positive(temperature, "the temperature", "K");
    const double volume =
        boltzmann * temperature * barrier_for_time(attempt_time, measurement_time) / anisotropy;
    return sphere_diameter(volume);
}

}  // namespace caravel::formulation::magnetism
