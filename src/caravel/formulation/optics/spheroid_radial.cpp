#include "caravel/formulation/optics/spheroid_radial.hpp"

#include "caravel/formulation/optics/spheroid_series.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::formulation::optics {

std::vector<std::complex<double>> riccati_psi(int order, std::complex<double> z) {
    const double size = std::abs(z);
    const int start =
        std::max(order, static_cast<int>(size)) + 18 + static_cast<int>(8.0 * std::cbrt(size));
    // ratio psi_n / psi_(n-1), which neither overflows nor underflows
    std::vector<std::complex<double>> psi(static_cast<std::size_t>(std::max(order, 1)) + 1);
    std::complex<double> above = 1.0;  // unnormalised psi_n, psi_(n+1), kept in range by rescaling
    std::complex<double> beyond = 0.0;
    for (int n = start; n >= 0; --n) {
        if (static_cast<std::size_t>(n) < psi.size()) psi[static_cast<std::size_t>(n)] = above;
        const std::complex<double> below = (2.0 * n + 1.0) / z * above - beyond;
        beyond = above;
        above = below;
        const double magnitude = std::abs(above);
        if (magnitude > 1e100) {
            const double down = 1.0 / magnitude;
            above *= down;
            beyond *= down;
            for (std::size_t i = static_cast<std::size_t>(n); i < psi.size(); ++i) psi[i] *= down;
        }
    }
    const std::complex<double> psi0 = std::sin(z);
    const std::complex<double> psi1 = psi0 / z - std::cos(z);
    const bool use_first = std::abs(psi[1]) > std::abs(psi[0]);
    const std::complex<double> scale = use_first ? psi1 / psi[1] : psi0 / psi[0];
    for (std::complex<double>& value : psi) value *= scale;
    psi.resize(static_cast<std::size_t>(order) + 1);
    return psi;
}

std::vector<double> riccati_chi(int order, double x) {
    std::vector<double> chi(static_cast<std::size_t>(std::max(order, 1)) + 1);
    chi[0] = -std::cos(x);
    chi[1] = chi[0] / x - std::sin(x);
    for (std::size_t n = 2; n < chi.size(); ++n)
        chi[n] = (2.0 * static_cast<double>(n) - 1.0) / x * chi[n - 1] - chi[n - 2];
    chi.resize(static_cast<std::size_t>(order) + 1);
    return chi;
}

PairTable::PairTable(int order, std::size_t points)
    : side_(static_cast<std::size_t>(order) + 2),
      points_(points),
      real_(side_ * side_ * points, 0.0),
      imag_(side_ * side_ * points, 0.0) {}

SpheroidRadial::SpheroidRadial(int order, std::span<const double> x, std::complex<double> s)
    : regular(order, x.size()), irregular(order, x.size()) {
    for (const double xt : x) {
        psi.push_back(riccati_psi(order + 1, xt));
        chi.push_back(riccati_chi(order + 1, xt));
        psi_inside.push_back(riccati_psi(order + 1, s * xt));
    }
    for (int n = 0; n <= order + 1; ++n) {
        for (int k = n % 2; k <= order + 1; k += 2) {
            const auto in = static_cast<std::size_t>(n);
            const auto ik = static_cast<std::size_t>(k);
            for (std::size_t t = 0; t < x.size(); ++t) {
                const std::complex<double> inside = x[t] * psi_inside[t][ik];
                regular.real(n, k)[t] = psi[t][in].real() * inside.real();
                regular.imag(n, k)[t] = psi[t][in].real() * inside.imag();
                irregular.real(n, k)[t] = chi[t][in] * inside.real();
                irregular.imag(n, k)[t] = chi[t][in] * inside.imag();
            }
            if (n < k + 4) continue;
            worst_error = std::max(
                worst_error,
                keep_positive_powers(n, k, s, x, irregular.real(n, k), irregular.imag(n, k)));
        }
    }
}

}  // namespace caravel::formulation::optics
