#include "caravel/formulation/optics/coupled_dipoles.hpp"

#include "caravel/base/error.hpp"
#include "caravel/formulation/optics/complex_lu.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::formulation::optics {

namespace {

using Complex = std::complex<double>;

// k^2 G of the dipole field E = k^2 G p (p in units of the permittivity).
void set_pair(ComplexRows& matrix, std::size_t row, std::size_t column, const Vector3& apart,
              double k, const Complex& polarisability) {
    const double d = norm(apart), kd = k * d;
    const Complex wave = std::polar(k * k / (4.0 * std::numbers::pi * d), kd);
    const Complex near(-1.0 / (kd * kd), 1.0 / kd);
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t j = 0; j < 3; ++j) {
            const double along = apart[i] * apart[j] / (d * d);
            const Complex g = (i == j ? 1.0 + near : Complex(0.0)) - along * (1.0 + 3.0 * near);
            matrix.set(row + i, column + j, -polarisability * wave * g);
        }
    }
}

void check(const ClusterInput& input, CoupledDipoleResult& result) {
    result.smallest_gap_ratio = 1e9;
    for (std::size_t i = 0; i < input.spheres.size(); ++i) {
        const ClusterSphere& s = input.spheres[i];
        if (s.coefficients.a.empty()) {
            throw InputError(Diagnostic{
                {}, fmt::format("sphere {} has no a_1", i), "at least one Mie coefficient", ""});
        }
        result.largest_size = std::max(result.largest_size, input.wave_number * s.radius);
        for (std::size_t j = i + 1; j < input.spheres.size(); ++j) {
            const ClusterSphere& o = input.spheres[j];
            const double gap = norm(difference(s.centre, o.centre)) - s.radius - o.radius;
            result.smallest_gap_ratio =
                std::min(result.smallest_gap_ratio, gap / std::max(s.radius, o.radius));
        }
    }
    if (result.largest_size <= 1.0 && result.smallest_gap_ratio >= least_dipole_gap_ratio) return;
    throw InputError(Diagnostic{{},
                                fmt::format("coupled dipoles at k R = {:.3g} and gap / R = {:.3g}",
                                            result.largest_size, result.smallest_gap_ratio),
                                fmt::format("k R <= 1 and gap / R >= {}", least_dipole_gap_ratio),
                                "use coupled multipoles (cluster_cross_sections)"});
}

}  // namespace

CoupledDipoleResult coupled_dipoles(const ClusterInput& input) {
    CoupledDipoleResult result;
    check(input, result);
    const double k = input.wave_number;
    const double unit = 6.0 * std::numbers::pi / (k * k * k);
    const std::size_t n = input.spheres.size();
    ComplexRows matrix(3 * n, 3 * n), dipoles(3 * n, 1);
    std::vector<Complex> incident(3 * n);
    for (std::size_t i = 0; i < n; ++i) {
        const ClusterSphere& s = input.spheres[i];
        const Complex alpha = Complex(0.0, unit) * s.coefficients.a.front();
        const Complex phase = std::polar(1.0, k * dot(input.direction, s.centre));
        for (std::size_t j = 0; j < n; ++j) {
            if (j == i) continue;
            set_pair(matrix, 3 * i, 3 * j, difference(s.centre, input.spheres[j].centre), k, alpha);
        }
        for (std::size_t c = 0; c < 3; ++c) {
            matrix.set(3 * i + c, 3 * i + c, 1.0);
            incident[3 * i + c] = input.polarisation[c] * phase;
            dipoles.set(3 * i + c, 0, alpha * incident[3 * i + c]);
        }
    }
    ComplexLu(std::move(matrix), 1).solve(dipoles);
    for (std::size_t i = 0; i < n; ++i) {
        const Complex a1 = input.spheres[i].coefficients.a.front();
        double moment = 0.0;
        for (std::size_t c = 0; c < 3; ++c) {
            const Complex p = dipoles(3 * i + c, 0);
            result.fixed.extinction += k * std::imag(std::conj(incident[3 * i + c]) * p);
            moment += std::norm(p);
        }
        const double loss = a1 == 0.0 ? 0.0 : std::real(1.0 / a1) - 1.0;
        result.sphere_absorption.push_back(k * moment * loss / unit);
        result.fixed.absorption += result.sphere_absorption.back();
    }
    result.fixed.scattering = result.fixed.extinction - result.fixed.absorption;
    return result;
}

}  // namespace caravel::formulation::optics
