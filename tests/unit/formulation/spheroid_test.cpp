#include "caravel/formulation/optics/spheroid.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/quadrature.hpp"
#include "caravel/formulation/optics/angular_functions.hpp"
#include "caravel/formulation/optics/spheroid_double_double.hpp"
#include "caravel/formulation/optics/spheroid_radial.hpp"
#include "caravel/formulation/optics/spheroid_series.hpp"
#include "caravel/formulation/optics/t_matrix_linear.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

namespace {

using namespace caravel::formulation::optics;
using caravel::gauss_legendre;
using caravel::QuadratureRule;
using Complex = std::complex<double>;

TEST(AngularFunctions, AreOrthonormal) {
    const QuadratureRule rule = gauss_legendre(40);
    for (const int m : {0, 1, 2, 9}) {
        const AngularFunctions f(m, 12, rule.node);
        for (int n = f.first_degree(); n <= 12; ++n) {
            for (int k = f.first_degree(); k <= 12; ++k) {
                double sum = 0.0;
                for (std::size_t t = 0; t < rule.node.size(); ++t)
                    sum += rule.weight[t] * (f.pi(n)[t] * f.pi(k)[t] + f.tau(n)[t] * f.tau(k)[t]);
                EXPECT_NEAR(sum, n == k ? 1.0 : 0.0, 2e-14) << m << ' ' << n << ' ' << k;
            }
        }
    }
}

TEST(DoubleDouble, KeepsTwiceTheDigits) {
    const DoubleDouble third = DoubleDouble(1.0) / DoubleDouble(3.0);
    const DoubleDouble rest = third * DoubleDouble(3.0) - DoubleDouble(1.0);
    EXPECT_LT(std::abs(rest.value()), 1e-31);
    const DoubleDouble sum = DoubleDouble(1.0) + DoubleDouble(1e-25);
    EXPECT_DOUBLE_EQ((sum - DoubleDouble(1.0)).value(), 1e-25);
}

TEST(RiccatiBessel, MeetsClosedFormsAndTheWronskian) {
    const Complex z(1.3, 2.7);
    const auto psi = riccati_psi(3, z);
    EXPECT_LT(std::abs(psi[0] - std::sin(z)), 1e-14 * std::abs(psi[0]));
    const Complex second = (3.0 / (z * z) - 1.0) * std::sin(z) - 3.0 / z * std::cos(z);
    EXPECT_LT(std::abs(psi[2] - second), 1e-13 * std::abs(second));
    for (const double x : {0.01, 1.0, 3.14159, 30.0}) {
        const auto p = riccati_psi(12, x);
        const auto chi = riccati_chi(12, x);
        for (std::size_t n = 1; n < 13; ++n)  // psi_n chi_(n-1) - psi_(n-1) chi_n = 1
            EXPECT_NEAR(p[n].real() * chi[n - 1] - p[n - 1].real() * chi[n], 1.0, 1e-12)
                << n << ' ' << x;
    }
}

/// Positive powers of x chi_n psi_k(s x) by the product of the two series.
Complex positive_powers(int n, int k, Complex s, double x) {
    std::vector<long double> chi;  // of x^(2b - n)
    std::vector<long double> psi;  // of (s x)^(k + 1 + 2a)
    long double c = -1.0L;
    long double p = 1.0L;
    for (int i = 1; i <= n; ++i) c *= 2.0L * i - 1.0L;
    for (int i = 0; i <= k; ++i) p /= 2.0L * i + 1.0L;
    for (int j = 0; j < 40; ++j) {
        chi.push_back(c);
        psi.push_back(p);
        c /= (2.0L * (j + 1)) * (2.0L * n - 2.0L * j - 1.0L);
        p *= -1.0L / ((2.0L * (j + 1)) * (2.0L * k + 2.0L * j + 3.0L));
    }
    std::complex<long double> sum = 0.0L;
    const std::complex<long double> sl(s.real(), s.imag());
    for (int b = 0; b < 40; ++b) {
        for (int a = 0; a < 40; ++a) {
            const int power = k + 2 - n + 2 * (a + b);
            if (power < 0) continue;
            sum += chi[static_cast<std::size_t>(b)] * psi[static_cast<std::size_t>(a)] *
                   std::pow(sl, k + 1 + 2 * a) *
                   std::pow(static_cast<long double>(x), static_cast<long double>(power));
        }
    }
    return {static_cast<double>(sum.real()), static_cast<double>(sum.imag())};
}

TEST(SpheroidSeries, IsThePartWithPositivePowers) {
    for (const Complex s : {Complex(1.5, 0.0), Complex(0.12, 2.7), Complex(1.01, 0.0)}) {
        for (const int n : {5, 8, 13}) {
            for (int k = n % 2; k <= n - 4; k += 2) {
                const double x = 0.9;
                const auto psi = riccati_psi(n, s * x);
                const double chi = riccati_chi(n, x)[static_cast<std::size_t>(n)];
                const Complex product = x * chi * psi[static_cast<std::size_t>(k)];
                std::array<double, 1> real{product.real()};
                std::array<double, 1> imag{product.imag()};
                const double error = keep_positive_powers(n, k, s, std::array<double, 1>{x},
                                                          real.data(), imag.data());
                const Complex expected = positive_powers(n, k, s, x);
                EXPECT_LT(std::abs(Complex(real[0], imag[0]) - expected),
                          1e-10 * std::abs(expected))
                    << n << ' ' << k << ' ' << s;
                EXPECT_LT(error, 1e-13);
            }
        }
    }
}

TEST(ComplexSolver, SolvesBadlyScaledSystems) {
    ComplexMatrix a(3);
    a.values = {{0, 0}, {2e100, 1}, {1, 0}, {1, 1}, {3e100, 0}, {0, 2}, {4, 0}, {1e100, 0}, {1, 0}};
    const std::vector<Complex> x{{1, 2}, {3e-100, 0}, {-1, 1}};
    std::vector<Complex> b(3);
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 3; ++j) b[i] += a(i, j) * x[j];
    const auto solved = solve_system(a, b);
    for (std::size_t i = 0; i < 3; ++i)
        EXPECT_LT(std::abs(solved[i] - x[i]), 1e-14 * std::abs(x[i]) + 1e-114) << i;
    EXPECT_THROW(solve_system(ComplexMatrix(2), {1.0, 1.0}), caravel::NumericalError);
}

std::string refusal(double a, double c, double k, Complex m, const SpheroidOptions& options = {}) {
    try {
        spheroid_cross_sections(a, c, k, m, options);
    } catch (const caravel::InputError& error) {
        return error.what();
    }
    return "accepted";
}

TEST(Spheroid, RefusesImpossibleInputWithAReason) {
    EXPECT_NE(refusal(-1.0, 1.0, 1.0, 1.5).find("semi-axes of -1"), std::string::npos);
    EXPECT_NE(refusal(1.0, 1.0, 0.0, 1.5).find("wavenumber"), std::string::npos);
    EXPECT_NE(refusal(1.0, 1.0, 1.0, {1.5, -0.1}).find("relative index"), std::string::npos);
    EXPECT_NE(refusal(1.0, 1.0, 1.0, std::numeric_limits<double>::quiet_NaN()).find("index"),
              std::string::npos);
    EXPECT_NE(refusal(1.0, 1.0, 1.0, 1.0).find("relative index 1"), std::string::npos);
    EXPECT_NE(refusal(1.0, 100.0, 0.1, 1.5).find("spheroid of aspect ratio 100"),
              std::string::npos);
    EXPECT_NE(refusal(1.0, 1.0, 1e-5, 1.5).find("quasi-static"), std::string::npos);
    EXPECT_NE(refusal(1.0, 1.0, 100.0, 1.5).find("too large"), std::string::npos);
}

TEST(Spheroid, NamesSizeAndAspectWhereTheOrdersDoNotConverge) {
    const std::string text = refusal(4.0, 20.0, 1.0, {0.12, 2.7});  // a large mirror
    EXPECT_NE(text.find("size parameter 20"), std::string::npos) << text;
    EXPECT_NE(text.find("aspect ratio 5"), std::string::npos) << text;
}

TEST(Spheroid, ForACappedRodKeepsVolumeAndAspectRatio) {
    const SpheroidAxes axes = spheroid_for_capped_rod(20e-9, 100e-9);
    EXPECT_NEAR(axes.polar / axes.equatorial, 5.0, 1e-12);
    const double rod = std::numbers::pi * 100.0 * (80.0 + 40.0 / 3.0);
    EXPECT_NEAR(4.0 / 3.0 * std::numbers::pi * axes.equatorial * axes.equatorial * axes.polar,
                rod * 1e-27, 1e-36);
    EXPECT_THROW(spheroid_for_capped_rod(20e-9, 10e-9), caravel::InputError);
}

}  // namespace
