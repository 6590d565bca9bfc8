#include "caravel/formulation/optics/gans.hpp"

#include "caravel/base/error.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

#include <fmt/format.h>

namespace caravel::formulation::optics {
namespace {

using Complex = std::complex<double>;
using std::numbers::pi;

/// Carlson's R_D(x, y, z) by duplication (Carlson 1995), relative error about 1e-15.
double carlson_rd(double x, double y, double z) {
    double sum = 0.0;
    double power = 1.0;
    for (int pass = 0; pass < 40; ++pass) {
        const double mean = (x + y + 3.0 * z) / 5.0;
        const double dx = 1.0 - x / mean;
        const double dy = 1.0 - y / mean;
        const double dz = 1.0 - z / mean;
        if (std::max({std::abs(dx), std::abs(dy), std::abs(dz)}) < 2e-3) {
            const double ea = dx * dy;
            const double eb = dz * dz;
            const double e2 = ea - 6.0 * eb;
            const double e3 = (3.0 * ea - 8.0 * eb) * dz;
            const double e4 = 3.0 * (ea - eb) * eb;
            const double e5 = ea * eb * dz;
            const double series = 1.0 - 3.0 * e2 / 14.0 + e3 / 6.0 + 9.0 * e2 * e2 / 88.0 -
                                  3.0 * e4 / 22.0 - 9.0 * e2 * e3 / 52.0 + 3.0 * e5 / 26.0;
            return 3.0 * sum + power * series / (mean * std::sqrt(mean));
        }
        const double lambda =
            std::sqrt(x) * std::sqrt(y) + std::sqrt(y) * std::sqrt(z) + std::sqrt(z) * std::sqrt(x);
        sum += power / (std::sqrt(z) * (z + lambda));
        power /= 4.0;
        x = (x + lambda) / 4.0;
        y = (y + lambda) / 4.0;
        z = (z + lambda) / 4.0;
    }
    throw NumericalError({"quasi-static ellipsoid", "depolarisation factor", "", 0.0, 0.0,
                          "does not converge", "use a less extreme ratio of axes"});
}

void check(const std::array<double, 3>& axes, double wavenumber, Complex index) {
    const double largest = *std::max_element(axes.begin(), axes.end());
    if (!std::isfinite(wavenumber) || !(wavenumber > 0.0))
        throw InputError(Diagnostic{{},
                                    fmt::format("wavenumber {:g} 1/m in the medium", wavenumber),
                                    "a number above 0",
                                    "2 pi times the index of the medium over the wavelength"});
    if (!std::isfinite(index.real()) || !std::isfinite(index.imag()) || index.imag() < 0.0)
        throw InputError(Diagnostic{
            {},
            fmt::format("relative index {:g} + {:g}i of an ellipsoid", index.real(), index.imag()),
            "finite, with an imaginary part of at least 0",
            "an absorbing material has a positive imaginary part"});
    if (!(wavenumber * largest <= gans_largest_size))
        throw InputError(Diagnostic{
            {},
            fmt::format("quasi-static ellipsoid of size parameter {:.4g}", wavenumber * largest),
            fmt::format("k times the largest semi-axis of at most {:g}", gans_largest_size),
            "use the T-matrix of a spheroid or discrete dipoles"});
}

}  // namespace

std::array<double, 3> depolarisation_factors(const std::array<double, 3>& semi_axes) {
    for (const double axis : semi_axes)
        if (!std::isfinite(axis) || !(axis > 0.0))
            throw InputError(Diagnostic{
                {}, fmt::format("semi-axis {:g} of an ellipsoid", axis), "a length above 0", ""});
    const double scale = *std::max_element(semi_axes.begin(), semi_axes.end());
    const double a = semi_axes[0] / scale;
    const double b = semi_axes[1] / scale;
    const double c = semi_axes[2] / scale;
    const double third = a * b * c / 3.0;
    return {third * carlson_rd(b * b, c * c, a * a), third * carlson_rd(c * c, a * a, b * b),
            third * carlson_rd(a * a, b * b, c * c)};
}

GansResult gans_cross_sections(const std::array<double, 3>& semi_axes, double wavenumber,
                               Complex relative_index, GansModel model) {
    const std::array<double, 3> factors = depolarisation_factors(semi_axes);
    check(semi_axes, wavenumber, relative_index);
    const double k = wavenumber;
    const double volume = 4.0 / 3.0 * pi * semi_axes[0] * semi_axes[1] * semi_axes[2];
    const Complex contrast = relative_index * relative_index - 1.0;
    GansResult result;
    for (std::size_t i = 0; i < 3; ++i) {
        Complex alpha = volume * contrast / (1.0 + factors[i] * contrast);
        const bool modified = model == GansModel::modified_long_wavelength;
        if (modified)
            alpha /= 1.0 - k * k / (4.0 * pi * semi_axes[i]) * alpha -
                     Complex(0.0, k * k * k / (6.0 * pi)) * alpha;
        CrossSections& c = result.along[i];
        c.scattering = k * k * k * k / (6.0 * pi) * std::norm(alpha);
        const double dissipated = k * alpha.imag();
        c.absorption = modified ? dissipated - c.scattering : dissipated;
        c.extinction = c.absorption + c.scattering;
        result.polarisability[i] = alpha;
        result.average.extinction += c.extinction / 3.0;
        result.average.scattering += c.scattering / 3.0;
        result.average.absorption += c.absorption / 3.0;
    }
    result.size_parameter = k * *std::max_element(semi_axes.begin(), semi_axes.end());
    return result;
}

}  // namespace caravel::formulation::optics
