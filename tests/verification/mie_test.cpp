// Mie against the textbook's matching of Riccati-Bessel functions in 200 digits, where upward
// recurrences are good enough, and against integrals of the field.
#include "caravel/formulation/optics/layered_sphere.hpp"
#include "caravel/formulation/optics/mie_sphere.hpp"
#include "caravel/formulation/optics/sphere_near_field.hpp"

#include <gtest/gtest.h>

#include <boost/multiprecision/cpp_bin_float.hpp>

#include <cmath>
#include <complex>
#include <numbers>
#include <random>
#include <vector>

namespace caravel::formulation::optics {
namespace {

using std::numbers::pi;
using Complex = std::complex<double>;
using Real = boost::multiprecision::number<boost::multiprecision::cpp_bin_float<200>,
                                           boost::multiprecision::et_off>;
using Wide = mie::Complex<Real>;

Wide over(const Wide& a, const Wide& b) { return a * mie::reciprocal(b); }
Wide wide(Complex z) { return {Real(z.real()), Real(z.imag())}; }

/// psi_n and chi_n (-x y_n) of one argument, raised order by order.
struct Bessel {
    Wide z;
    Wide psi_before, psi, chi_before, chi;

    explicit Bessel(const Wide& argument) : z(argument) {
        const Real s = sin(z.re), c = cos(z.re), sh = sinh(z.im), ch = cosh(z.im);
        psi = {s * ch, c * sh};
        psi_before = {c * ch, -s * sh};
        chi = psi_before;
        chi_before = {-psi.re, -psi.im};
    }
    void raise(int n) {
        const Wide f = over({Real(2 * n - 1), Real(0)}, z);
        const Wide psi_next = f * psi - psi_before;
        const Wide chi_next = f * chi - chi_before;
        psi_before = psi;
        psi = psi_next;
        chi_before = chi;
        chi = chi_next;
    }
    Wide slope(const Wide& before, const Wide& at, int n) const {
        return before - over({Real(n), Real(0)}, z) * at;
    }
};

struct Ends {
    Bessel inner, outer;
};

/// a_n (electric) or b_n by matching Phi and Phi'/q at each surface, q = eps or 1.
Wide matched(const std::vector<Wide>& m, const std::vector<Ends>& ends, const Bessel& medium, int n,
             bool electric) {
    Wide phi, slope;
    for (std::size_t l = 0; l < m.size(); ++l) {
        const Wide factor = electric ? mie::reciprocal(m[l]) : m[l];
        Wide alpha{Real(1), Real(0)}, beta;
        if (l > 0) {  // psi chi' - psi' chi = -1 with chi = -z y_n
            const Bessel& f = ends[l].inner;
            const Wide along = over(slope, factor);
            alpha = along * f.chi - phi * f.slope(f.chi_before, f.chi, n);
            beta = phi * f.slope(f.psi_before, f.psi, n) - along * f.psi;
        }
        const Bessel& f = ends[l].outer;
        phi = alpha * f.psi + beta * f.chi;
        slope = factor *
                (alpha * f.slope(f.psi_before, f.psi, n) + beta * f.slope(f.chi_before, f.chi, n));
    }
    const Wide psi_slope = medium.slope(medium.psi_before, medium.psi, n);
    const Wide chi_slope = medium.slope(medium.chi_before, medium.chi, n);
    const Wide i{Real(0), Real(1)};
    const Wide zeta = medium.psi - i * medium.chi;
    const Wide zeta_slope = psi_slope - i * chi_slope;
    return over(slope * medium.psi - phi * psi_slope, slope * zeta - phi * zeta_slope);
}

/// The product's recurrences in 200 digits, for spheres whose upward recurrences would lose more.
mie::EfficiencySums<Real> recurred(double x, Complex index, int orders, int start) {
    const Wide m = wide(index);
    const Real inverse = 1 / Real(x);
    std::vector<Wide> core(static_cast<std::size_t>(orders) + 1);
    std::vector<Real> medium(core.size());
    mie::fill_rho(m * m, inverse, start, orders, core.data());
    mie::fill_rho(inverse, start, orders, medium.data());
    mie::Sphere<Real> sphere;
    sphere.rho_core = core.data();
    sphere.inverse_core = sphere.inverse_outer = inverse;
    sphere.rho_medium = medium.data();
    sphere.kappa = mie::reciprocal(m * m);
    sphere.less_one = sphere.kappa - Wide{Real(1), Real(0)};
    mie::EfficiencySums<Real> sums;
    mie::sum_orders(sphere, orders, sums);
    return sums;
}

struct Oracle {
    double extinction, scattering, absorption, backscattering, anisotropy;
};

Oracle oracle_of(const mie::EfficiencySums<Real>& sums, double x) {
    const Real area = Real(x) * Real(x);
    const auto efficiency = [&](const Real& sum) { return static_cast<double>(2 * sum / area); };
    return {efficiency(sums.extinction), efficiency(sums.scattering), efficiency(sums.absorption),
            static_cast<double>(mie::norm(sums.back) / area),
            static_cast<double>(2 * sums.asymmetry / sums.scattering)};
}

Oracle oracle(const std::vector<double>& x, const std::vector<Complex>& indices, int orders) {
    std::vector<Wide> m;
    std::vector<Ends> ends;
    for (std::size_t l = 0; l < x.size(); ++l) {
        m.push_back(wide(indices[l]));
        const Real inner(x[l > 0 ? l - 1 : 0]);
        ends.push_back({Bessel(mie::scaled(m[l], inner)), Bessel(mie::scaled(m[l], Real(x[l])))});
    }
    Bessel medium({Real(x.back()), Real(0)});
    mie::EfficiencySums<Real> sums;
    for (int n = 1; n <= orders; ++n) {
        for (Ends& e : ends) {
            e.inner.raise(n);
            e.outer.raise(n);
        }
        medium.raise(n);
        const Wide a = matched(m, ends, medium, n, true);
        const Wide b = matched(m, ends, medium, n, false);
        sums(n, {a, a.re - mie::norm(a)}, {b, b.re - mie::norm(b)});
    }
    return oracle_of(sums, x.back());
}

/// Largest errors over some spheres, relative to the value; absorption relative to extinction,
/// backscattering relative to scattering, anisotropy absolute.
struct Errors {
    double extinction = 0.0, scattering = 0.0, absorption = 0.0, back = 0.0, anisotropy = 0.0;

    void add(const std::vector<double>& x, const std::vector<Complex>& m) {
        compare(layered_sphere(x, m), oracle(x, m, mie_orders(x.back()) + 10));
    }
    void compare(const SphereResult& r, const Oracle& o) {
        raise(extinction, r.extinction, o.extinction, o.extinction);
        raise(scattering, r.scattering, o.scattering, o.scattering);
        raise(absorption, r.absorption, o.absorption, o.extinction);
        raise(back, r.backscattering, o.backscattering, o.scattering);
        raise(anisotropy, r.anisotropy, o.anisotropy, 1.0);
    }
    static void raise(double& worst, double value, double truth, double scale) {
        worst = std::max(worst, std::abs(value - truth) / scale);
    }
    void expect_below(double cross_section, double direction) const {
        EXPECT_LT(extinction, cross_section);
        EXPECT_LT(scattering, cross_section);
        EXPECT_LT(absorption, cross_section);
        EXPECT_LT(back, direction);
        EXPECT_LT(anisotropy, direction);
    }
};

// The accuracy that docs/models/mie.md declares.
constexpr double declared = 1e-13;
constexpr double declared_direction = 1e-12;

TEST(MieVerification, HomogeneousSpheresHaveTheDeclaredAccuracy) {
    const std::vector<Complex> indices{{1.5, 0.0},   {0.75, 0.0}, {1.33, 1e-5}, {1.5, 1.0},
                                       {10.0, 10.0}, {0.2, 4.0},  {4.0, 0.0},   {1.33, 1e-9}};
    for (const double x : {1e-3, 0.01, 0.1, 1.0, 3.0, 10.0, 30.0, 100.0}) {
        SCOPED_TRACE(x);
        Errors errors;
        for (const Complex m : indices) errors.add({x}, {m});
        errors.expect_below(declared, 10.0 * declared_direction);
    }
}

TEST(MieVerification, LayeredSpheresHaveTheDeclaredAccuracy) {
    std::mt19937_64 random(7);
    std::uniform_real_distribution<double> u(0.0, 1.0);
    for (const double x : {1e-3, 0.1, 1.0, 3.0, 10.0, 20.0})
        for (const int layers : {2, 3, 5}) {
            SCOPED_TRACE(std::to_string(x) + ", layers " + std::to_string(layers));
            Errors errors;
            for (int trial = 0; trial < 20; ++trial) {
                std::vector<double> sizes;
                std::vector<Complex> m;
                for (int l = 0; l < layers; ++l) {
                    sizes.push_back(x * (l + 0.05 + 0.9 * u(random)) / (layers - 0.5));
                    m.emplace_back(0.1 + 3.0 * u(random), trial % 2 == 0 ? 4.0 * u(random) : 0.0);
                }
                errors.add(sizes, m);
            }
            errors.expect_below(declared, declared_direction);
        }
}

TEST(MieVerification, MetalShellsHaveTheDeclaredAccuracy) {
    const Complex gold{0.12, 3.9};
    Errors errors;
    for (const double x : {0.05, 0.7, 5.0, 40.0})
        for (const double thickness : {0.01, 0.1, 0.5})
            errors.add({x * (1.0 - thickness), x}, {1.09, gold});
    errors.add({10.0, 60.0}, {{0.2, 3.0}, {1.5, 1.0}});  // nothing of the core is seen
    errors.expect_below(declared, declared_direction);
}

// what a film of the relative thickness t adds is known to about 1e-16/t of itself
TEST(MieVerification, FilmsOfAPartInAMillionKeepNineDigits) {
    Errors errors;
    for (const double x : {0.05, 0.7, 5.0, 40.0})
        errors.add({x * (1.0 - 1e-6), x}, {1.09, {0.12, 3.9}});
    errors.expect_below(1e-9, 1e-9);
    EXPECT_LT(errors.scattering, 1e-12);
}

// sin z of the shell vanishes at its surface to the last bit
TEST(MieVerification, NodesOfTheFieldAtASurfaceDoNoHarm) {
    Errors errors;
    for (const double x : {pi, 2.0 * pi, 20.0 * pi}) {
        errors.add({x}, {2.0});
        errors.add({0.5 * x, x}, {1.5, 1.0});
        errors.add({0.5 * x, x}, {4.0, 2.0});
    }
    errors.expect_below(declared, declared_direction);
}

TEST(MieVerification, NearlyIndexMatchedSpheresLoseDigitsWithTheContrast) {
    for (const double x : {0.1, 1.0, 10.0}) {
        Errors errors;
        errors.add({x}, {1.0001});
        errors.expect_below(1e-12, 1e-11);
    }
}

// MIEV0 prints Qsca 1.236575 and g .846309 for the first (gate row W16), Du 1.236574
TEST(MieVerification, HugeSpheresAgainstTwoHundredDigits) {
    Errors errors;
    for (const Complex m : {Complex(1.5, 1.0), Complex(1.33, 1e-5)}) {
        const SphereResult r = layered_sphere(std::vector<double>{1e4}, std::vector<Complex>{m});
        const Oracle o = oracle_of(recurred(1e4, m, r.orders + 50, 22000), 1e4);
        errors.compare(r, o);
        if (m.imag() < 1.0) continue;
        EXPECT_NEAR(o.scattering, 1.2365743121, 1e-10);
        EXPECT_NEAR(o.anisotropy, 0.8463099581, 1e-10);
    }
    errors.expect_below(1e-12, 1e-8);
}

TEST(MieVerification, TheRecurrencesAgreeWithTheTextbookToManyDigits) {
    const Oracle textbook = oracle({10.0}, {{1.5, 0.3}}, 40);
    const Oracle own = oracle_of(recurred(10.0, {1.5, 0.3}, 40, 300), 10.0);
    EXPECT_DOUBLE_EQ(textbook.extinction, own.extinction);
    EXPECT_DOUBLE_EQ(textbook.absorption, own.absorption);
    EXPECT_DOUBLE_EQ(textbook.backscattering, own.backscattering);
}

// rows BH_A_abs and W1 of the gates: a peer prints .20599534080, MIEV0 -.397357
TEST(MieVerification, DigitsInWhichPublishedRowsAreOff) {
    const double x = 2.0 * pi * 0.525 / 0.6328;
    EXPECT_NEAR(oracle({x}, {{1.55, 0.1}}, 40).backscattering, 0.2059953408111, 1e-12);
    // a conductor as a metal so dense that its field ends within 1e-8 of the surface
    const SphereResult w1 =
        layered_sphere(std::vector<double>{0.099}, std::vector<Complex>{perfect_conductor()});
    const Oracle metal = oracle({0.099}, {{0.0, 1e9}}, 8);
    EXPECT_NEAR(metal.anisotropy, -0.3973691, 1e-7);
    EXPECT_NEAR(metal.anisotropy, w1.anisotropy, 1e-7);
}

TEST(MieVerification, FiveLayersOfThePublishedCase) {
    const std::vector<Complex> m{{1.8, 1.7}, {0.8, 0.7}, {1.2, 0.09}, {2.8, 0.2}, {1.5, 0.4}};
    const std::vector<double> x{0.4642, 0.7114, 0.7393, 0.9168, 1.0};
    const SphereResult r = layered_sphere(x, m);
    EXPECT_NEAR(r.extinction, 1.41154, 5e-6);
    EXPECT_NEAR(r.scattering, 0.417695, 5e-7);
    EXPECT_NEAR(r.backscattering, 0.159427, 5e-7);
    EXPECT_NEAR(r.anisotropy, 0.386328, 5e-7);  // published .367376 by an integer division
}

// Du 2004, table 1: the two cases that the table of the gates lacks
TEST(MieVerification, DuCases) {
    const SphereResult d = layered_sphere(std::vector<double>{1000.0}, std::vector<Complex>{0.75});
    EXPECT_NEAR(d.extinction, 1.997908, 5.1e-7);
    const std::vector<Complex> m{{1.5, 1.0}};
    const SphereResult g = layered_sphere(std::vector<double>{0.055}, m);
    EXPECT_NEAR(g.extinction, 0.10149104, 5.1e-9);
    EXPECT_NEAR(g.scattering, 1.131687e-5, 5.1e-12);
    const SphereResult j = layered_sphere(std::vector<double>{1e4}, m);
    EXPECT_NEAR(j.scattering, 1.236574, 5.1e-7);
}

TEST(MieVerification, OpticalTheoremFromThreeSeparateSums) {
    std::mt19937_64 random(11);
    std::uniform_real_distribution<double> u(0.0, 1.0);
    double worst = 0.0;
    for (int trial = 0; trial < 2000; ++trial) {
        const double x = std::pow(10.0, -3.0 + 6.0 * u(random));
        std::vector<double> sizes;
        std::vector<Complex> m;
        const int layers = 1 + trial % 6;
        for (int l = 0; l < layers; ++l) {
            sizes.push_back(x * (l + 0.05 + 0.9 * u(random)) / layers);
            const double k = trial % 3 == 0 ? 0.0 : std::pow(10.0, -8.0 + 9.0 * u(random));
            m.emplace_back(0.05 + 3.5 * u(random), k);
        }
        const SphereResult r = layered_sphere(sizes, m);
        worst =
            std::max(worst, std::abs(r.scattering + r.absorption - r.extinction) / r.extinction);
    }
    EXPECT_LT(worst, 1e-12);
}

TEST(MieVerification, AFiveHundredLayerLensIsLossless) {
    std::vector<double> x;
    std::vector<Complex> m;
    for (int l = 1; l <= 500; ++l) {
        const double r = (l - 0.5) / 500.0;
        x.push_back(60.0 * l / 500.0);
        m.emplace_back(std::sqrt(2.0 - r * r), 0.0);
    }
    const SphereResult lens = layered_sphere(x, m);
    EXPECT_NEAR(lens.extinction / lens.scattering, 1.0, 1e-12);
    EXPECT_NEAR(lens.absorption, 0.0, 1e-12);
}

// gold-like shell: the field's own integral is what the far field says is missing
TEST(MieVerification, AbsorptionIsTheIntegralOfTheFieldOverEachLayer) {
    const std::vector<double> x{0.6, 0.8, 1.1};
    const std::vector<Complex> m{{1.1, 0.2}, {0.2, 3.0}, {1.5, 0.05}};
    const SphereField field(x, m);
    const std::vector<double> by_flux = field.layer_absorption();
    double total = 0.0;
    for (std::size_t l = 0; l < x.size(); ++l) {
        const double inner = l == 0 ? 0.0 : x[l - 1];
        const int cells = 200;  // Gauss with two points each: fourth order
        const double h = (x[l] - inner) / cells;
        double sum = 0.0;
        for (int i = 0; i < cells; ++i)
            for (const double side : {-1.0, 1.0}) {
                const double r = inner + h * (i + 0.5 + side * 0.5 / std::sqrt(3.0));
                sum += 0.5 * h * r * r * field.mean_intensity(r);
            }
        const double integral = 4.0 * std::imag(m[l] * m[l]) * sum / (x.back() * x.back());
        EXPECT_NEAR(integral / by_flux[l], 1.0, 1e-8) << l;
        total += by_flux[l];
    }
    EXPECT_NEAR(total / layered_sphere(x, m).absorption, 1.0, 1e-13);
}

// E tangential and eps E normal pass each surface
TEST(MieVerification, FieldsMatchAcrossSurfaces) {
    const std::vector<double> x{2.0, 2.3, 3.0};
    const std::vector<Complex> m{{1.5, 0.1}, {0.2, 3.0}, {1.7, 0.0}};
    const SphereField field(x, m);
    const double step = 1e-9;
    for (std::size_t l = 0; l < x.size(); ++l) {
        const Complex within = m[l] * m[l];
        const Complex without = l + 1 < x.size() ? m[l + 1] * m[l + 1] : Complex(1.0);
        for (const double theta : {0.3, 1.2, 2.5}) {
            const double phi = 0.7;
            const std::array<double, 3> radial{std::sin(theta) * std::cos(phi),
                                               std::sin(theta) * std::sin(phi), std::cos(theta)};
            const auto at = [&](double r) {
                return field.electric({r * radial[0], r * radial[1], r * radial[2]});
            };
            const ComplexVector3 in = at(x[l] * (1.0 - step));
            const ComplexVector3 out = at(x[l] * (1.0 + step));
            Complex in_normal = 0.0;
            Complex out_normal = 0.0;
            for (std::size_t i = 0; i < 3; ++i) {
                in_normal += in[i] * radial[i];
                out_normal += out[i] * radial[i];
            }
            EXPECT_LT(std::abs(within * in_normal - without * out_normal), 1e-6);
            for (std::size_t i = 0; i < 3; ++i)
                EXPECT_LT(std::abs(in[i] - in_normal * radial[i] - out[i] + out_normal * radial[i]),
                          1e-6);
        }
    }
}

}  // namespace
}  // namespace caravel::formulation::optics
