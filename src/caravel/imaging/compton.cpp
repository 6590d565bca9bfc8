#include "caravel/imaging/compton.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/quadrature.hpp"
#include "caravel/imaging/blur.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::imaging {
namespace {

constexpr double rest_energy = electron_mass * speed_of_light * speed_of_light;
constexpr double electron_radius = elementary_charge * elementary_charge /
                                   (4.0 * std::numbers::pi * vacuum_permittivity * rest_energy);

}  // namespace

double scattered_energy(double energy, double cosine) {
    return energy / (1.0 + energy / rest_energy * (1.0 - cosine));
}

double scattering_cosine(double energy, double scattered) {
    return 1.0 - rest_energy * (1.0 / scattered - 1.0 / energy);
}

double klein_nishina(double energy, double cosine) {
    const double p = scattered_energy(energy, cosine) / energy;
    return 0.5 * electron_radius * electron_radius * p * p *
           (p + 1.0 / p - (1.0 - cosine * cosine));
}

double klein_nishina_total(double energy) {
    const double a = energy / rest_energy;
    if (a < 1e-3)  // where the closed form cancels
        return 8.0 / 3.0 * std::numbers::pi * electron_radius * electron_radius * (1.0 - 2.0 * a);
    const double b = 1.0 + 2.0 * a;
    const double log_b = std::log(b);
    return 2.0 * std::numbers::pi * electron_radius * electron_radius *
           ((1.0 + a) / (a * a) * (2.0 * (1.0 + a) / b - log_b / a) + log_b / (2.0 * a) -
            (1.0 + 3.0 * a) / (b * b));
}

double scattered_into(double energy, double low, double high) {
    const double from = std::clamp(scattering_cosine(energy, std::min(low, energy)), -1.0, 1.0);
    const double to = std::clamp(scattering_cosine(energy, std::min(high, energy)), -1.0, 1.0);
    if (!(to > from)) return 0.0;
    const QuadratureRule rule = gauss_legendre(32, from, to);
    double sum = 0.0;
    for (std::size_t i = 0; i < rule.size(); ++i)
        sum += rule.weight[i] * klein_nishina(energy, rule.node[i]);
    return 2.0 * std::numbers::pi * sum / klein_nishina_total(energy);
}

double EnergyWindow::accepts(double energy) const {
    if (!(energy > 0.0)) return 0.0;
    const double sigma = resolution / fwhm_per_sigma * std::sqrt(energy * reference);
    const double scale = 1.0 / (sigma * std::numbers::sqrt2);
    return 0.5 * (std::erf((high - energy) * scale) - std::erf((low - energy) * scale));
}

}  // namespace caravel::imaging
