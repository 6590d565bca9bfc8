#include "caravel/formulation/optics/layered_sphere.hpp"

#include "caravel/base/error.hpp"
#include "caravel/formulation/optics/mie_setup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace caravel::formulation::optics {
namespace {

using mie::Coefficient;

struct Collect {
    MieCoefficients& result;
    void operator()(int, const Coefficient<double>& a, const Coefficient<double>& b) const {
        result.a.push_back(mie::to_std(a.value));
        result.b.push_back(mie::to_std(b.value));
        result.absorbed.push_back(a.absorbed + b.absorbed);
    }
};

SphereResult result_of(const mie::EfficiencySums<double>& sums, double x, int orders) {
    const double scale = 2.0 / (x * x);
    SphereResult r;
    r.extinction = scale * sums.extinction;
    r.scattering = scale * sums.scattering;
    r.absorption = scale * sums.absorption;
    r.backscattering = norm(sums.back) / (x * x);
    if (sums.scattering > 0.0) r.anisotropy = 2.0 * sums.asymmetry / sums.scattering;
    r.orders = orders;
    if (!std::isfinite(r.extinction + r.scattering + r.absorption + r.anisotropy))
        throw NumericalError({"Mie series", "efficiencies", fmt::format("size parameter {}", x),
                              0.0, 0.0, "are not finite",
                              "change a radius or an index in its last digits"});
    return r;
}

}  // namespace

std::complex<double> perfect_conductor() { return {0.0, std::numeric_limits<double>::infinity()}; }

int mie_orders(double x) {
    return std::max(3, static_cast<int>(std::ceil(x + 6.0 * std::cbrt(x) + 1.0)));
}

int mie_field_orders(double x) {
    return static_cast<int>(std::ceil(x + 11.0 * std::cbrt(x) + 6.0));
}

MieCoefficients mie_coefficients(std::span<const double> size_parameters,
                                 std::span<const std::complex<double>> relative_indices,
                                 int orders) {
    mie::check_layers(size_parameters, relative_indices);
    if (orders == 0) orders = mie_orders(size_parameters.back());
    if (orders < 0) {
        const std::string what = fmt::format("{} orders of Mie coefficients", orders);
        throw InputError(Diagnostic{{}, what, "0 (chosen by the size) or a positive number", ""});
    }
    const mie::PreparedSphere prepared(size_parameters, relative_indices, orders);
    MieCoefficients result;
    Collect collect{result};
    mie::sum_orders(prepared.sphere(), orders, collect);
    return result;
}

SphereResult layered_sphere(std::span<const double> size_parameters,
                            std::span<const std::complex<double>> relative_indices) {
    mie::check_layers(size_parameters, relative_indices);
    const double x = size_parameters.back();
    const int orders = mie_orders(x);
    const mie::PreparedSphere prepared(size_parameters, relative_indices, orders);
    mie::EfficiencySums<double> sums;
    mie::sum_orders(prepared.sphere(), orders, sums);
    return result_of(sums, x, orders);
}

SphereResult efficiencies(const MieCoefficients& coefficients, double size_parameter) {
    mie::EfficiencySums<double> sums;
    const std::size_t orders = coefficients.a.size();
    for (std::size_t i = 0; i < orders; ++i)
        sums(static_cast<int>(i) + 1, {mie::from_std(coefficients.a[i]), coefficients.absorbed[i]},
             {mie::from_std(coefficients.b[i]), 0.0});
    return result_of(sums, size_parameter, static_cast<int>(orders));
}

std::vector<ScatteringAmplitudes> scattering_amplitudes(const MieCoefficients& coefficients,
                                                        std::span<const double> cosines) {
    std::vector<ScatteringAmplitudes> result(cosines.size());
    for (std::size_t i = 0; i < cosines.size(); ++i) {
        const double mu = cosines[i];
        double before = 0.0;
        double pi = 1.0;
        for (std::size_t k = 0; k < coefficients.a.size(); ++k) {
            const double n = static_cast<double>(k + 1);
            const double tau = n * mu * pi - (n + 1.0) * before;
            const double weight = (2.0 * n + 1.0) / (n * (n + 1.0));
            result[i].s1 += weight * (coefficients.a[k] * pi + coefficients.b[k] * tau);
            result[i].s2 += weight * (coefficients.a[k] * tau + coefficients.b[k] * pi);
            const double next = ((2.0 * n + 1.0) * mu * pi - (n + 1.0) * before) / n;
            before = pi;
            pi = next;
        }
    }
    return result;
}

CrossSections sphere_cross_sections(std::span<const double> outer_radii,
                                    std::span<const std::complex<double>> indices,
                                    double medium_index, double vacuum_wavelength) {
    if (!(medium_index > 0.0) || !(vacuum_wavelength > 0.0)) {
        const std::string what =
            fmt::format("medium index {} and wavelength {} m", medium_index, vacuum_wavelength);
        throw InputError(
            Diagnostic{{}, what, "both positive", "an absorbing medium is not modelled"});
    }
    const double k = 2.0 * std::numbers::pi * medium_index / vacuum_wavelength;
    std::vector<double> x(outer_radii.begin(), outer_radii.end());
    std::vector<std::complex<double>> m(indices.begin(), indices.end());
    for (double& size : x) size *= k;
    for (std::complex<double>& index : m)
        if (!mie::is_conductor(index)) index /= medium_index;
    const SphereResult r = layered_sphere(x, m);
    const double area = std::numbers::pi * outer_radii.back() * outer_radii.back();
    return {area * r.extinction, area * r.scattering, area * r.absorption, r.anisotropy};
}

}  // namespace caravel::formulation::optics
