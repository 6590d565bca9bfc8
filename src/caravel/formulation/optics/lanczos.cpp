#include "caravel/formulation/optics/lanczos.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/quadrature.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::formulation::optics {
namespace {

using Complex = std::complex<double>;
constexpr double pi = std::numbers::pi;

void check_permittivity(Complex eps) {
    const bool possible = std::isfinite(std::norm(eps)) && eps.imag() >= 0.0 &&
                          (eps.imag() > 0.0 || eps.real() > 0.0);
    if (possible) return;
    throw InputError(
        Diagnostic{{},
                   fmt::format("relative permittivity {:g} + {:g} i", eps.real(), eps.imag()),
                   "a positive imaginary part, or a real number above 0",
                   "a metal without loss has resonances of no width"});
}

/// alpha / volume from the first `steps` coefficients.
Complex susceptibility(const AxisResponse& axis, Complex eps, std::size_t steps) {
    if (eps == 1.0) return 0.0;
    const Complex u = 1.0 / (eps - 1.0);
    Complex tail = u + axis.diagonal[steps - 1];
    for (std::size_t j = steps - 1; j-- > 0;) {
        tail = u + axis.diagonal[j] - axis.off_diagonal[j] * axis.off_diagonal[j] / tail;
    }
    return 1.0 / tail;
}

double change(const AxisResponse& axis, Complex eps) {
    const std::size_t steps = axis.diagonal.size();
    if (steps < 2 || eps == 1.0) return 0.0;
    const std::size_t fewer = steps - std::max<std::size_t>(1, steps / 10);
    const Complex last = susceptibility(axis, eps, steps);
    return std::abs(last - susceptibility(axis, eps, fewer)) / std::abs(last);
}

}  // namespace

QuadratureRule depolarisation_rule(const AxisResponse& axis) {
    return gauss_from_recurrence(axis.diagonal, axis.off_diagonal);
}

Complex SpectralResponse::polarisability(int axis, Complex eps_rel) const {
    check_permittivity(eps_rel);
    const AxisResponse& response = axes.at(static_cast<std::size_t>(axis));
    return volume * susceptibility(response, eps_rel, response.diagonal.size());
}

Complex SpectralResponse::radiating_polarisability(int axis, Complex eps_rel,
                                                   double wavenumber) const {
    const Complex alpha = polarisability(axis, eps_rel);
    const double retardation = axes.at(static_cast<std::size_t>(axis)).retardation;
    const double kd = wavenumber * spacing;
    const Complex shift(kd * kd * retardation / volume,
                        wavenumber * wavenumber * wavenumber / (6.0 * pi));
    return alpha / (1.0 - alpha * shift);
}

double SpectralResponse::convergence(Complex eps_rel) const {
    check_permittivity(eps_rel);
    return std::max({change(axes[0], eps_rel), change(axes[1], eps_rel), change(axes[2], eps_rel)});
}

CrossSections SpectralResponse::cross_sections(int axis, Complex eps_rel, double wavenumber) const {
    const Complex alpha = radiating_polarisability(axis, eps_rel, wavenumber);
    CrossSections result;
    const double k4 = wavenumber * wavenumber * wavenumber * wavenumber;
    result.scattering = k4 / (6.0 * pi) * std::norm(alpha);
    // Im(-1/alpha) without radiation, which does not cancel as extinction - scattering would.
    const Complex fixed = polarisability(axis, eps_rel);
    const double loss = fixed == 0.0 ? 0.0 : fixed.imag() / std::norm(fixed);
    result.absorption = wavenumber * loss * std::norm(alpha);
    result.extinction = result.scattering + result.absorption;
    return result;
}

CrossSections SpectralResponse::cross_sections(Complex eps_rel, double wavenumber) const {
    CrossSections mean;
    for (int axis = 0; axis < 3; ++axis) {
        const CrossSections one = cross_sections(axis, eps_rel, wavenumber);
        mean.scattering += one.scattering / 3.0;
        mean.absorption += one.absorption / 3.0;
    }
    mean.extinction = mean.scattering + mean.absorption;
    return mean;
}

bool serves(const AxisResponse& axis, const QuasiStaticOptions& options) {
    return !options.targets.empty() &&
           std::all_of(options.targets.begin(), options.targets.end(),
                       [&](Complex eps) { return change(axis, eps) <= options.tolerance; });
}

}  // namespace caravel::formulation::optics
