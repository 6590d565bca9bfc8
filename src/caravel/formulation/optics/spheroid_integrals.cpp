#include "caravel/formulation/optics/spheroid_integrals.hpp"

#include "caravel/base/quadrature.hpp"
#include "caravel/formulation/optics/angular_functions.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::formulation::optics {
namespace {

using Complex = std::complex<double>;

/// sum_t f(t) table(n, k, t).
Complex weighted_sum(const std::vector<double>& f, const PairTable& table, int n, int k) {
    const double* real = table.real(n, k);
    const double* imag = table.imag(n, k);
    double sum_real[2] = {0.0, 0.0};  // two chains each, for the processor's sake
    double sum_imag[2] = {0.0, 0.0};
    const std::size_t even = f.size() / 2 * 2;
    for (std::size_t t = 0; t < even; t += 2) {
        for (std::size_t lane = 0; lane < 2; ++lane) {
            sum_real[lane] += f[t + lane] * real[t + lane];
            sum_imag[lane] += f[t + lane] * imag[t + lane];
        }
    }
    if (even < f.size()) {
        sum_real[0] += f[even] * real[even];
        sum_imag[0] += f[even] * imag[even];
    }
    return {sum_real[0] + sum_real[1], sum_imag[0] + sum_imag[1]};
}

/// to(n, k) += factor from(i, j).
void accumulate(PairTable& to, int n, int k, double factor, const PairTable& from, int i, int j,
                std::size_t points) {
    double* real = to.real(n, k);
    double* imag = to.imag(n, k);
    const double* from_real = from.real(i, j);
    const double* from_imag = from.imag(i, j);
    for (std::size_t t = 0; t < points; ++t) {
        real[t] += factor * from_real[t];
        imag[t] += factor * from_imag[t];
    }
}

/// Products with derivatives from those without, by psi' = ((k+1) psi_(k-1) - k psi_(k+1))/(2k+1)
/// and psi/z = (psi_(k-1) + psi_(k+1))/(2k+1), which hold for the powers >= 0 alone as well.
void derive_products(const PairTable& base, int order, std::size_t points, PairTable& first,
                     PairTable& second) {
    for (int n = 1; n <= order; ++n) {
        for (int k = 1; k <= order; ++k) {
            const double a = n;
            const double b = k;
            if ((n + k) % 2 != 0) {
                const double fk = 1.0 / (2.0 * b + 1.0);
                const double fn = 1.0 / (2.0 * a + 1.0);
                accumulate(first, n, k, fk * (b + 1.0), base, n, k - 1, points);
                accumulate(first, n, k, -fk * b, base, n, k + 1, points);
                accumulate(second, n, k, fn * (a + 1.0), base, n - 1, k, points);
                accumulate(second, n, k, -fn * a, base, n + 1, k, points);
                continue;
            }
            const double f = 1.0 / ((2.0 * a + 1.0) * (2.0 * b + 1.0));
            const double sum = a + b + 1.0;
            accumulate(first, n, k, f * (b + 1.0) * sum, base, n - 1, k - 1, points);
            accumulate(first, n, k, f * b * (b - a), base, n - 1, k + 1, points);
            accumulate(first, n, k, f * (b + 1.0) * (b - a), base, n + 1, k - 1, points);
            accumulate(first, n, k, f * b * sum, base, n + 1, k + 1, points);
            accumulate(second, n, k, f * (a + 1.0) * sum, base, n - 1, k - 1, points);
            accumulate(second, n, k, f * (a + 1.0) * (a - b), base, n - 1, k + 1, points);
            accumulate(second, n, k, f * a * (a - b), base, n + 1, k - 1, points);
            accumulate(second, n, k, f * a * sum, base, n + 1, k + 1, points);
        }
    }
}

double triangular(int n) { return n * (n + 1.0); }

}  // namespace

SpheroidSurface::SpheroidSurface(double x_equator, double x_pole, int points) {
    const QuadratureRule rule = gauss_legendre(points);
    const double a2 = x_equator * x_equator;
    const double c2 = x_pole * x_pole;
    for (std::size_t t = rule.node.size() / 2; t < rule.node.size(); ++t) {
        const double u = rule.node[t];
        const double xt = x_equator * x_pole / std::sqrt(c2 * (1.0 - u) * (1.0 + u) + a2 * u * u);
        cosine.push_back(u);
        weight.push_back(2.0 * rule.weight[t]);
        x.push_back(xt);
        slope.push_back(xt * xt * xt * (1.0 / c2 - 1.0 / a2) * u);
    }
}

int spheroid_quadrature_points(double x_equator, double x_pole, int order, double tolerance) {
    const double large = std::max(x_equator, x_pole);
    const double small = std::min(x_equator, x_pole);
    int points = 10 + order + order / 4 + static_cast<int>(large);
    if (large - small > 1e-9 * large) {
        const double rate = std::log((large + small) / (large - small));
        points += static_cast<int>(std::min(38.0, 7.0 - std::log(tolerance)) / rate);
    }
    return points + points % 2;
}

struct SpheroidIntegrals::Angular {
    Angular(int azimuthal, int order, const SpheroidSurface& surface)
        : m(azimuthal),
          functions(azimuthal, order, surface.cosine),
          product(surface.x.size()),
          other(surface.x.size()) {
        for (std::size_t t = 0; t < surface.x.size(); ++t) {
            const double u = surface.cosine[t];
            const double w = surface.weight[t] * surface.slope[t] / surface.x[t];
            weight.push_back(w);
            weight_sine.push_back(w * std::sqrt((1.0 - u) * (1.0 + u)));
        }
    }
    int m;
    AngularFunctions functions;
    std::vector<double> weight;       // w (dx/dtheta) / (x sin(theta))
    std::vector<double> weight_sine;  // w (dx/dtheta) / x
    mutable std::vector<double> product, other;
};

SpheroidIntegrals::SpheroidIntegrals(const SpheroidSurface& surface,
                                     std::complex<double> relative_index, int order)
    : surface_(surface),
      s_(relative_index),
      order_(order),
      radial_(order, surface.x, relative_index),
      regular_first_(order, surface.x.size()),
      regular_second_(order, surface.x.size()),
      irregular_first_(order, surface.x.size()),
      irregular_second_(order, surface.x.size()) {
    const std::size_t points = surface.x.size();
    derive_products(radial_.regular, order, points, regular_first_, regular_second_);
    derive_products(radial_.irregular, order, points, irregular_first_, irregular_second_);
    for (int n = 1; n <= order; ++n) derive_diagonal(n);
}

SpheroidIntegrals::Entry SpheroidIntegrals::same_type(const Angular& f, int n, int k,
                                                      bool magnetic) const {
    const double nn = triangular(n);
    const double kk = triangular(k);
    const double* dn = f.functions.d(n);
    const double* dk = f.functions.d(k);
    const double* tn = f.functions.tau(n);
    const double* tk = f.functions.tau(k);
    for (std::size_t t = 0; t < f.product.size(); ++t) {
        f.product[t] = f.weight_sine[t] * nn * dn[t] * tk[t];
        f.other[t] = -f.weight_sine[t] * kk * tn[t] * dk[t];
    }
    const Complex factor = (1.0 / s_ - s_) / (nn - kk);
    const Complex i(0.0, 1.0);
    if (magnetic) {
        for (std::size_t t = 0; t < f.product.size(); ++t) f.product[t] += f.other[t];
        const Complex p = weighted_sum(f.product, radial_.regular, n, k);
        return {factor * p, factor * (p + i * weighted_sum(f.product, radial_.irregular, n, k))};
    }
    const Complex p = weighted_sum(f.product, regular_first_, n, k) +
                      weighted_sum(f.other, regular_second_, n, k);
    const Complex r = weighted_sum(f.product, irregular_first_, n, k) +
                      weighted_sum(f.other, irregular_second_, n, k);
    return {factor * p, factor * (p + i * r)};
}

SpheroidIntegrals::Entry SpheroidIntegrals::mixed_type(const Angular& f, int n, int k,
                                                       bool row_magnetic) const {
    if (f.m == 0) return {};
    const double* dn = f.functions.d(n);
    const double* dk = f.functions.d(k);
    for (std::size_t t = 0; t < f.product.size(); ++t)
        f.product[t] = f.weight[t] * f.m * dn[t] * dk[t];
    const Complex i(0.0, 1.0);
    const Complex factor = (row_magnetic ? i : -i) * (s_ - 1.0 / s_);
    const PairTable& regular = row_magnetic ? regular_first_ : regular_second_;
    const PairTable& irregular = row_magnetic ? irregular_first_ : irregular_second_;
    const Complex p = weighted_sum(f.product, regular, n, k);
    return {factor * p, factor * (p + i * weighted_sum(f.product, irregular, n, k))};
}

void SpheroidIntegrals::derive_diagonal(int n) {
    const Complex inverse = 1.0 / s_;
    const auto at = static_cast<std::size_t>(n);
    const double degree = n;
    for (std::size_t t = 0; t < surface_.x.size(); ++t) {
        const double per_x = degree / surface_.x[t];
        const Complex inside = radial_.psi_inside[t][at];
        const Complex slope = radial_.psi_inside[t][at - 1] - per_x * inverse * inside;
        const double psi = radial_.psi[t][at].real();
        const double psi_slope = radial_.psi[t][at - 1].real() - per_x * psi;
        const double chi = radial_.chi[t][at];
        const double chi_slope = radial_.chi[t][at - 1] - per_x * chi;
        const auto store = [&](PairTable& table, const Complex& value) {
            table.real(n, n)[t] = value.real();
            table.imag(n, n)[t] = value.imag();
        };
        store(regular_first_, inverse * inside * psi_slope - slope * psi);
        store(irregular_first_, inverse * inside * chi_slope - slope * chi);
        store(regular_second_, inside * psi_slope - inverse * slope * psi);
        store(irregular_second_, inside * chi_slope - inverse * slope * chi);
    }
}

SpheroidIntegrals::Entry SpheroidIntegrals::diagonal(const Angular& f, int n, bool magnetic) const {
    const double* d = f.functions.d(n);
    const double* pi = f.functions.pi(n);
    const double* tau = f.functions.tau(n);
    for (std::size_t t = 0; t < f.product.size(); ++t) {
        const double x = surface_.x[t];
        f.product[t] = surface_.weight[t] * (pi[t] * pi[t] + tau[t] * tau[t]);
        f.other[t] = f.weight_sine[t] * triangular(n) * d[t] * tau[t] / (x * x);
    }
    const Complex i(0.0, 1.0);
    if (magnetic) {
        const Complex p = weighted_sum(f.product, regular_first_, n, n);
        return {p, p + i * weighted_sum(f.product, irregular_first_, n, n)};
    }
    const Complex edge = 1.0 - 1.0 / (s_ * s_);
    const Complex p = weighted_sum(f.product, regular_second_, n, n) +
                      edge * weighted_sum(f.other, radial_.regular, n, n);
    const Complex r = weighted_sum(f.product, irregular_second_, n, n) +
                      edge * weighted_sum(f.other, radial_.irregular, n, n);
    return {p, p + i * r};
}

std::array<SpheroidBlock, 2> SpheroidIntegrals::blocks(int m) const {
    const Angular f(m, order_, surface_);
    return {block(f, 0), block(f, 1)};
}

SpheroidBlock SpheroidIntegrals::block(const Angular& f, int parity) const {
    SpheroidBlock result;
    for (int n = f.functions.first_degree(); n <= order_; ++n) {
        result.degree.push_back(n);
        result.magnetic.push_back((n + parity) % 2 != 0);
    }
    const std::size_t size = result.degree.size();
    result.p = ComplexMatrix(size);
    result.q = ComplexMatrix(size);
    for (std::size_t i = 0; i < size; ++i) {
        for (std::size_t j = 0; j < size; ++j) {
            const int n = result.degree[i];
            const int k = result.degree[j];
            const Entry entry = i == j ? diagonal(f, n, result.magnetic[i])
                                : result.magnetic[i] == result.magnetic[j]
                                    ? same_type(f, n, k, result.magnetic[i])
                                    : mixed_type(f, n, k, result.magnetic[i]);
            result.p(i, j) = entry.p;
            result.q(i, j) = entry.q;
        }
    }
    return result;
}

}  // namespace caravel::formulation::optics
