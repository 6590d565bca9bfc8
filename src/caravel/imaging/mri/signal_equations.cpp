#include "caravel/imaging/mri/signal_equations.hpp"

#include <cmath>
#include <complex>
#include <numbers>

namespace caravel::imaging::mri {

double spoiled_gradient_echo(double r1, double r2_star, double repetition_time, double echo_time,
                             double flip) {
    const double e1 = std::exp(-repetition_time * r1);
    const double kept = 1.0 - e1 * std::cos(flip);
    if (kept == 0.0) return 0.0;  // no relaxation and no flip
    return std::sin(flip) * -std::expm1(-repetition_time * r1) / kept *
           std::exp(-echo_time * r2_star);
}

double ernst_angle(double r1, double repetition_time) {
    return std::acos(std::exp(-repetition_time * r1));
}

double balanced_steady_state(double r1, double r2, double repetition_time, double echo_time,
                             double flip) {
    const double e1 = std::exp(-repetition_time * r1);
    const double e2 = std::exp(-repetition_time * r2);
    const double divisor = 1.0 - (e1 - e2) * std::cos(flip) - e1 * e2;
    if (divisor == 0.0) return 0.0;
    return std::sin(flip) * -std::expm1(-repetition_time * r1) / divisor *
           std::exp(-echo_time * r2);
}

double balanced_steady_state(double r1, double r2, double repetition_time, double echo_time,
                             double flip, double off_resonance) {
    const double e1 = std::exp(-repetition_time * r1);
    const double e2 = std::exp(-repetition_time * r2);
    // With alternating pulses the frame gains half a turn per repetition.
    const double turn = off_resonance * repetition_time + std::numbers::pi;
    const double c = std::cos(flip);
    const double b =
        (1.0 - e1 * c) * (1.0 - e2 * std::cos(turn)) - e2 * (e1 - c) * (e2 - std::cos(turn));
    if (b == 0.0) return 0.0;
    const double size = std::abs(1.0 - e2 * std::polar(1.0, turn));
    return std::abs(std::sin(flip)) * -std::expm1(-repetition_time * r1) * size / b *
           std::exp(-echo_time * r2);
}

double dephased_steady_state(double r1, double r2, double r2_star, double repetition_time,
                             double echo_time, double flip) {
    const double e1 = std::exp(-repetition_time * r1);
    const double e2 = std::exp(-repetition_time * r2);
    const double c = std::cos(flip);
    const double root = std::sqrt(
        (1.0 - e2 * e2) / ((1.0 - e1 * c) * (1.0 - e1 * c) - e2 * e2 * (e1 - c) * (e1 - c)));
    if (!std::isfinite(root) || c == -1.0) return 0.0;
    return std::abs(std::tan(0.5 * flip)) * (1.0 - (e1 - c) * root) *
           std::exp(-echo_time * r2_star);
}

double spin_echo(double r1, double r2, double repetition_time, double echo_time) {
    return std::exp(-echo_time * r2) *
           (1.0 - 2.0 * std::exp(-(repetition_time - 0.5 * echo_time) * r1) +
            std::exp(-repetition_time * r1));
}

double inversion_recovery(double r1, double repetition_time, double inversion_time) {
    return inversion_recovery(r1, repetition_time, inversion_time, 1.0);
}

double inversion_recovery(double r1, double repetition_time, double inversion_time,
                          double efficiency) {
    return 1.0 - (1.0 + efficiency) * std::exp(-inversion_time * r1) +
           efficiency * std::exp(-repetition_time * r1);
}

double saturation_recovery(double r1, double time) { return -std::expm1(-time * r1); }

double inversion_null(double r1, double repetition_time) {
    if (r1 <= 0.0) return 0.0;
    return std::log(2.0 / (1.0 + std::exp(-repetition_time * r1))) / r1;
}

double stejskal_tanner_b(double gamma, double gradient, double duration, double separation) {
    const double q = gamma * gradient * duration;
    return q * q * (separation - duration / 3.0);
}

double carr_purcell_diffusion_rate(double gamma, double gradient, double diffusion,
                                   double echo_spacing) {
    const double rate = gamma * gradient * echo_spacing;
    return rate * rate * diffusion / 12.0;
}

double saturation_transfer(double r1_water, double exchange_rate, double fraction, double w1,
                           double saturation_time) {
    if (exchange_rate <= 0.0 || fraction <= 0.0) return 0.0;
    const double labelling = w1 * w1 / (w1 * w1 + exchange_rate * exchange_rate);
    const double flow = exchange_rate * fraction;
    return flow * labelling / (r1_water + flow) * -std::expm1(-(r1_water + flow) * saturation_time);
}

}  // namespace caravel::imaging::mri
