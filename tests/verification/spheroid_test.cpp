// The T-matrix of spheroids against Mie's series, energy conservation, published results and the
// angular integral of its own anisotropy.
#include "caravel/formulation/optics/spheroid.hpp"
#include "caravel/base/error.hpp"
#include "caravel/base/quadrature.hpp"
#include "caravel/formulation/optics/angular_functions.hpp"
#include "caravel/formulation/optics/gans.hpp"
#include "caravel/formulation/optics/spheroid_near_field.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <complex>
#include <cstdlib>
#include <numbers>
#include <vector>

namespace {

using namespace caravel::formulation::optics;
using caravel::gauss_legendre;
using caravel::QuadratureRule;
using Complex = std::complex<double>;
using std::numbers::pi;

/// Efficiencies of a homogeneous sphere: Bohren and Huffman's series with a continued product.
CrossSections mie(double x, Complex m) {
    const int orders = static_cast<int>(x + 4.05 * std::cbrt(x) + 12.0);
    const Complex y = m * x;
    std::vector<Complex> slope(static_cast<std::size_t>(orders) + 60, 0.0);
    for (std::size_t n = slope.size() - 1; n > 0; --n) {
        const Complex r = static_cast<double>(n) / y;
        slope[n - 1] = r - 1.0 / (slope[n] + r);
    }
    CrossSections q;
    Complex a_before = 0.0;
    Complex b_before = 0.0;
    for (int n = 1; n <= orders; ++n) {
        const auto order = static_cast<unsigned>(n);
        const auto psi = [&](unsigned k) { return x * std::sph_bessel(k, x); };
        const auto xi = [&](unsigned k) { return Complex(psi(k), x * std::sph_neumann(k, x)); };
        const Complex fa = slope[order] / m + n / x;
        const Complex fb = m * slope[order] + n / x;
        const Complex a = (fa * psi(order) - psi(order - 1)) / (fa * xi(order) - xi(order - 1));
        const Complex b = (fb * psi(order) - psi(order - 1)) / (fb * xi(order) - xi(order - 1));
        const double two = 2.0 * n + 1.0;
        q.extinction += two * (a + b).real();
        q.scattering += two * (std::norm(a) + std::norm(b));
        q.anisotropy += 2.0 * two / (n * (n + 1.0)) * (a * std::conj(b)).real();
        if (n > 1)
            q.anisotropy += 2.0 * (n - 1.0) * (n + 1.0) / n *
                            (a_before * std::conj(a) + b_before * std::conj(b)).real();
        a_before = a;
        b_before = b;
    }
    q.anisotropy /= q.scattering;
    q.extinction *= 2.0 * pi;  // cross-sections at wavenumber 1
    q.scattering *= 2.0 * pi;
    return q;
}

void expect_same(const CrossSections& a, const CrossSections& b, double tolerance) {
    EXPECT_NEAR(a.extinction / b.extinction, 1.0, tolerance);
    EXPECT_NEAR(a.scattering / b.scattering, 1.0, tolerance);
    EXPECT_NEAR(a.anisotropy, b.anisotropy, tolerance);
}

TEST(SpheroidVerification, IsMieAtAspectRatioOne) {
    for (const Complex m : {Complex(1.5, 0.0), Complex(1.33, 0.01), Complex(0.12, 2.7)}) {
        for (const double x : {0.1, 1.0, 6.0}) {
            const SpheroidResult r = spheroid_cross_sections(x, x, 1.0, m);
            const CrossSections q = mie(x, m);
            expect_same(r.average, q, 1e-11);
            expect_same(r.along_axis, q, 1e-11);
            expect_same(r.field_along_axis, q, 1e-11);
            expect_same(r.field_across_axis, q, 1e-11);
        }
    }
}

TEST(SpheroidVerification, TendsToMieQuadraticallyInTheOrientationAverage) {
    const double sphere = mie(2.0, 1.5).extinction;
    const auto difference = [&](double aspect) {
        const double a = 2.0 / std::cbrt(aspect);
        return spheroid_cross_sections(a, a * aspect, 1.0, 1.5).average.extinction - sphere;
    };
    EXPECT_NEAR(difference(1.02) / difference(1.01), 4.0, 0.1);
}

TEST(SpheroidVerification, ExtinctionIsScatteringWithoutAbsorption) {
    for (const double aspect : {0.1, 0.3, 0.99, 1.5, 4.0, 10.0}) {
        const double x = 3.0;
        const double a = aspect > 1.0 ? x / aspect : x;
        const SpheroidResult r = spheroid_cross_sections(a, a * aspect, 1.0, 1.6, {1e-11, 0, 0});
        for (const CrossSections& c :
             {r.average, r.along_axis, r.field_along_axis, r.field_across_axis})
            EXPECT_NEAR(c.scattering / c.extinction, 1.0, 1e-10) << aspect;
    }
}

TEST(SpheroidVerification, TIsSymmetric) {
    const SpheroidSolution solution = solve_spheroid(1.0, 3.0, 1.0, {1.5, 0.1});
    const TMatrix& t = solution.t;
    for (int m = 0; m < 4; ++m) {
        const int size = t.degrees(m);
        for (int i = 0; i < 2 * size; ++i)
            for (int j = 0; j < 2 * size; ++j) {
                const double sign = (i < size) == (j < size) ? 1.0 : -1.0;
                EXPECT_LT(std::abs(t.at(m, i, j) - sign * t.at(m, j, i)), 1e-10)
                    << m << ' ' << i << ' ' << j;
            }
    }
}

/// Coefficients of a plane wave along (sin b, 0, cos b), field in (theta) or across the plane.
std::vector<Complex> tilted_wave(int m, int order, double cosine, bool polar) {
    const AngularFunctions f(std::abs(m), order, std::array<double, 1>{cosine});
    std::vector<Complex> magnetic;
    std::vector<Complex> electric;
    for (int n = f.first_degree(); n <= order; ++n) {
        const Complex i_pi(0.0, (m < 0 ? -1.0 : 1.0) * f.pi(n)[0]);
        const double tau = f.tau(n)[0];
        const Complex in = std::pow(Complex(0.0, 1.0), n) * 4.0 * pi / std::sqrt(2.0 * pi);
        magnetic.push_back(in * (polar ? -i_pi : Complex(-tau)));
        electric.push_back(in / Complex(0.0, 1.0) * (polar ? Complex(tau) : -i_pi));
    }
    magnetic.insert(magnetic.end(), electric.begin(), electric.end());
    return magnetic;
}

struct Scattered {
    double power = 0.0;
    double forward = 0.0;  // power times the cosine of the scattering angle
};

/// The far field of the outgoing waves integrated over the sphere.
Scattered integrate_far_field(const TMatrix& t, double incident_cosine, bool polar) {
    const QuadratureRule rule = gauss_legendre(t.order() + 4);
    const int turns = 2 * t.order() + 4;
    const int first = -t.blocks() + 1;
    std::vector<std::vector<std::array<Complex, 2>>> far;  // [m][node]
    for (int m = first; m < t.blocks(); ++m) {
        const int size = t.degrees(std::abs(m));
        const auto in = tilted_wave(m, t.order(), incident_cosine, polar);
        const AngularFunctions f(std::abs(m), t.order(), rule.node);
        std::vector<std::array<Complex, 2>> field(rule.node.size());
        for (int row = 0; row < 2 * size; ++row) {
            Complex p = 0.0;
            for (int column = 0; column < 2 * size; ++column) {
                const bool flip = m < 0 && (row < size) != (column < size);
                p += (flip ? -1.0 : 1.0) * t.at(std::abs(m), row, column) *
                     in[static_cast<std::size_t>(column)];
            }
            const int n = f.first_degree() + row % size;
            p *= std::pow(Complex(0.0, -1.0), row < size ? n + 1 : n);
            for (std::size_t j = 0; j < field.size(); ++j) {
                const Complex i_pi(0.0, (m < 0 ? -1.0 : 1.0) * f.pi(n)[j]);
                const double tau = f.tau(n)[j];
                field[j][0] += p * (row < size ? i_pi : Complex(tau));
                field[j][1] += p * (row < size ? Complex(-tau) : i_pi);
            }
        }
        far.push_back(field);
    }
    Scattered sum;
    const double incident_sine = std::sqrt(1.0 - incident_cosine * incident_cosine);
    for (std::size_t j = 0; j < rule.node.size(); ++j) {
        const double u = rule.node[j];
        for (int turn = 0; turn < turns; ++turn) {
            const double angle = 2.0 * pi * turn / turns;
            std::array<Complex, 2> e{};
            for (int m = first; m < t.blocks(); ++m)
                for (std::size_t c = 0; c < 2; ++c)
                    e[c] +=
                        far[static_cast<std::size_t>(m - first)][j][c] * std::polar(1.0, m * angle);
            const double power = rule.weight[j] / turns * (std::norm(e[0]) + std::norm(e[1]));
            sum.power += power;  // 2 pi k^2 / (2 pi) of the cross-section
            sum.forward += power * (u * incident_cosine +
                                    std::sqrt(1.0 - u * u) * incident_sine * std::cos(angle));
        }
    }
    return sum;
}

TEST(SpheroidVerification, AnisotropyAtFixedIncidenceIsTheAngularIntegral) {
    for (const double c : {0.8, 3.0}) {
        const SpheroidSolution s = solve_spheroid(1.5, c, 1.0, {1.5, 0.05});
        const auto expect_incidence = [&](Incidence incidence, double cosine, bool polar) {
            const Scattered sum = integrate_far_field(s.t, cosine, polar);
            const CrossSections fixed = fixed_orientation(s.t, 1.0, incidence);
            EXPECT_NEAR(fixed.anisotropy, sum.forward / sum.power, 1e-12) << c;
            EXPECT_NEAR(fixed.scattering / sum.power, 1.0, 1e-12) << c;
        };
        expect_incidence(Incidence::along_axis, 1.0 - 1e-14, true);
        expect_incidence(Incidence::field_along_axis, 0.0, true);
        expect_incidence(Incidence::field_across_axis, 0.0, false);
    }
}

TEST(SpheroidVerification, AnisotropyInRandomOrientationIsTheMeanOverIncidences) {
    for (const double c : {0.6, 3.5}) {
        const SpheroidSolution s = solve_spheroid(1.5, c, 1.0, {1.5, 0.05}, {1e-8, 0, 0});
        const QuadratureRule rule = gauss_legendre(s.t.order() + 4);
        Scattered mean;
        for (std::size_t j = 0; j < rule.node.size(); ++j) {
            for (const bool polar : {true, false}) {
                const Scattered sum = integrate_far_field(s.t, rule.node[j], polar);
                mean.power += rule.weight[j] / 4.0 * sum.power;
                mean.forward += rule.weight[j] / 4.0 * sum.forward;
            }
        }
        const CrossSections average = orientation_average(s.t, 1.0);
        EXPECT_NEAR(average.anisotropy, mean.forward / mean.power, 1e-12) << c;
        EXPECT_NEAR(average.scattering / mean.power, 1.0, 1e-12) << c;
    }
}

TEST(SpheroidVerification, SmallRodsFollowTheQuasiStaticEllipsoid) {
    const Complex m(0.5, 1.5);
    const auto extinction_error = [&](double k) {
        const SpheroidResult r = spheroid_cross_sections(1.0, 3.0, k, m);
        const GansResult g = gans_cross_sections({1.0, 1.0, 3.0}, k, m);
        EXPECT_NEAR(g.along[2].extinction / r.field_along_axis.extinction, 1.0, 30.0 * k * k);
        return g.average.extinction / r.average.extinction - 1.0;
    };
    EXPECT_NEAR(extinction_error(2e-3) / extinction_error(1e-3), 4.0, 0.05);
}

TEST(SpheroidVerification, EstimatedErrorBoundsTheTrueOne) {
    const double exact =
        spheroid_cross_sections(1.0, 6.0, 1.0, 1.5, {1e-13, 0, 0}).average.extinction;
    for (const double tolerance : {1e-3, 1e-5, 1e-7, 1e-9}) {
        const SpheroidResult r = spheroid_cross_sections(1.0, 6.0, 1.0, 1.5, {tolerance, 0, 0});
        EXPECT_LT(std::abs(r.average.extinction / exact - 1.0), tolerance);
        EXPECT_LT(r.error, tolerance);
    }
}

TEST(SpheroidVerification, SurfaceFieldOfASmallSphereIsTheDipoleField) {
    const Complex eps(-4.0, 1.0);
    const SpheroidSurfaceField f =
        spheroid_surface_field(1.0, 1.0, 2e-3, std::sqrt(eps), Incidence::field_along_axis);
    // inside 3/(eps + 2) along the field; outside normal eps times that
    const double inside = std::norm(3.0 / (eps + 2.0));
    EXPECT_NEAR(f.normal_square / (inside * std::norm(eps) / 3.0), 1.0, 1e-4);
    EXPECT_NEAR(f.square / (inside * (std::norm(eps) + 2.0) / 3.0), 1.0, 1e-4);
    const double e4 = std::norm(eps) * std::norm(eps);
    EXPECT_NEAR(f.fourth / (inside * inside * (3.0 * e4 + 4.0 * std::norm(eps) + 8.0) / 15.0), 1.0,
                2e-4);
}

}  // namespace
