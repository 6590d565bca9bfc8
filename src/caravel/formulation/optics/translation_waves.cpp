#include "caravel/formulation/optics/translation_waves.hpp"

#include "caravel/base/error.hpp"

#include <cmath>
#include <cstddef>
#include <numbers>
#include <string>

namespace caravel::formulation::optics {

namespace {

using Complex = std::complex<double>;

std::size_t at(int i) { return static_cast<std::size_t>(i); }

// j_l / j_{l-1} by downward recurrence from far above the order; then upward from j_0.
void regular_bessel(std::vector<Complex>& z, int order, double x) {
    z.assign(at(order + 1), 0.0);
    z[0] = 1.0;
    if (x == 0.0) return;
    const int start = std::max(order, static_cast<int>(x)) + 20 +
                      static_cast<int>(8.0 * std::cbrt(std::max(x, 1.0)));
    std::vector<double> ratio(at(start + 1), 0.0);
    for (int l = start; l >= 1; --l) {
        const double above = l < start ? ratio[at(l + 1)] : 0.0;
        ratio[at(l)] = 1.0 / ((2.0 * l + 1.0) / x - above);
    }
    const double j0 = std::sin(x) / x;
    const double j1 = x < 0.5 ? j0 * ratio[1] : (j0 - std::cos(x)) / x;
    // Start from the larger of the two: a zero of j_0 or j_1 must not spoil the others.
    z[0] = j0;
    if (order >= 1) z[1] = std::abs(j0) > std::abs(j1) ? j0 * ratio[1] : j1;
    for (int l = 2; l <= order; ++l) z[at(l)] = z[at(l - 1)] * ratio[at(l)];
}

void add_outgoing_part(std::vector<Complex>& z, int order, double x) {
    double before = std::sin(x) / x;  // y_{-1}
    double now = -std::cos(x) / x;    // y_0
    for (int l = 0; l <= order; ++l) {
        z[at(l)] += Complex(0.0, now);
        const double next = (2.0 * l + 1.0) / x * now - before;
        before = now;
        now = next;
    }
    if (std::isfinite(before) && std::abs(before) < 1e300) return;
    throw InputError(Diagnostic{{},
                                "multipole order " + std::to_string(order) +
                                    " overflows at distance x wave number = " + std::to_string(x),
                                "|h_l| below 1e300",
                                "lower the order or leave out spheres far below the wavelength"});
}

// Y_lm, Y_lm / sin(theta) and dY_lm/dtheta at azimuth 0 for m >= 0 (columns of one m).
struct AngularColumn {
    std::vector<double> y, over_sine, slope;  // by l, from m on
};

AngularColumn angular_column(int order, int m, double cosine, double sine) {
    AngularColumn column;
    column.y.assign(at(order + 1), 0.0);
    column.over_sine = column.slope = column.y;
    // For m >= 1 the recurrence runs on Y / sin(theta), which is finite at the poles.
    double start = std::sqrt(0.25 / std::numbers::pi);
    for (int i = 1; i <= m; ++i) start *= -std::sqrt((2.0 * i + 1.0) / (2.0 * i));
    std::vector<double>& q = m == 0 ? column.y : column.over_sine;
    q[at(m)] = start * (m == 0 ? 1.0 : std::pow(sine, m - 1));
    for (int l = m + 1; l <= order; ++l) {
        const double a = std::sqrt((4.0 * l * l - 1.0) / (1.0 * l * l - 1.0 * m * m));
        const double k = l - 1.0;
        const double b = l - 2 >= m ? std::sqrt((k * k - 1.0 * m * m) / (4.0 * k * k - 1.0)) : 0.0;
        q[at(l)] = a * (cosine * q[at(l - 1)] - (l - 2 >= m ? b * q[at(l - 2)] : 0.0));
    }
    if (m == 0) return column;
    for (int l = m; l <= order; ++l) {
        column.y[at(l)] = q[at(l)] * sine;
        const double c =
            l > m ? std::sqrt((2.0 * l + 1.0) / (2.0 * l - 1.0) * (1.0 * l * l - 1.0 * m * m))
                  : 0.0;
        column.slope[at(l)] = l * cosine * q[at(l)] - (l > m ? c * q[at(l - 1)] : 0.0);
    }
    return column;
}

// All columns; the slope of m = 0 follows from m = 1.
std::vector<AngularColumn> angular_columns(int order, double cosine, double sine) {
    std::vector<AngularColumn> columns;
    for (int m = 0; m <= order; ++m) columns.push_back(angular_column(order, m, cosine, sine));
    for (int l = 1; l <= order; ++l) {
        columns[0].slope[at(l)] = std::sqrt(l * (l + 1.0)) * columns[1].y[at(l)];
    }
    return columns;
}

struct Frame {
    double radius, cosine, sine;
    Complex phase;  // exp(i azimuth)
    Vector3 r, theta, phi;
};

Frame spherical_frame(const Vector3& p) {
    Frame f{};
    f.radius = norm(p);
    const double rho = std::hypot(p[0], p[1]);
    f.cosine = f.radius > 0.0 ? p[2] / f.radius : 1.0;
    f.sine = f.radius > 0.0 ? rho / f.radius : 0.0;
    const double c = rho > 0.0 ? p[0] / rho : 1.0;
    const double s = rho > 0.0 ? p[1] / rho : 0.0;
    f.phase = {c, s};
    f.r = {f.sine * c, f.sine * s, f.cosine};
    f.theta = {f.cosine * c, f.cosine * s, -f.sine};
    f.phi = {-s, c, 0.0};
    return f;
}

// Components of X_lm along theta and phi, without exp(i m phi); m of either sign.
struct Tangent {
    double theta;       // real
    double phi_over_i;  // the phi component is i times this
    double y;
};

Tangent tangent(const AngularColumn& column, int l, int m) {
    const double sign = m < 0 && m % 2 != 0 ? -1.0 : 1.0;
    const double root = std::sqrt(l * (l + 1.0));
    return {-sign * m * column.over_sine[at(l)] / root, -sign * column.slope[at(l)] / root,
            sign * column.y[at(l)]};
}

Complex power(const Complex& phase, int m) {
    Complex result = 1.0;
    for (int i = 0; i < std::abs(m); ++i) result *= phase;
    return m < 0 ? std::conj(result) : result;
}

ComplexVector3 cartesian(const Frame& f, const Complex& r, const Complex& t, const Complex& p) {
    ComplexVector3 e;
    for (std::size_t i = 0; i < 3; ++i) e[i] = r * f.r[i] + t * f.theta[i] + p * f.phi[i];
    return e;
}

}  // namespace

std::vector<Complex> spherical_bessel(WaveKind kind, int order, double x) {
    std::vector<Complex> z;
    regular_bessel(z, order, x);
    if (kind == WaveKind::outgoing) add_outgoing_part(z, order, x);
    return z;
}

ComplexVector3 wave_field(WaveKind kind, std::span<const Complex> coefficients, int order,
                          double wave_number, const Vector3& position) {
    const Frame f = spherical_frame(position);
    // At the very centre only l = 1 is left; a tiny radius gives its limit to rounding.
    const double x = std::max(wave_number * f.radius, 1e-30);
    const std::vector<Complex> z = spherical_bessel(kind, order, x);
    const std::vector<AngularColumn> columns = angular_columns(order, f.cosine, f.sine);
    const Complex i(0.0, 1.0);
    Complex r = 0.0, theta = 0.0, phi = 0.0;
    for (int m = -order; m <= order; ++m) {
        Complex r_m = 0.0, theta_m = 0.0, phi_m = 0.0;
        for (int l = std::max(1, std::abs(m)); l <= order; ++l) {
            const Tangent t = tangent(columns[at(std::abs(m))], l, m);
            const Complex slope = z[at(l - 1)] - z[at(l)] * (l / x);  // (x z)' / x
            const Complex& magnetic = coefficients[at(2 * mode_index(l, m))];
            const Complex electric = coefficients[at(2 * mode_index(l, m) + 1)];
            // curl turns X into r x X: theta -> phi, phi -> -theta.
            theta_m += magnetic * z[at(l)] * t.theta - electric * slope * i * t.phi_over_i;
            phi_m += magnetic * z[at(l)] * i * t.phi_over_i + electric * slope * t.theta;
            r_m += electric * i * std::sqrt(l * (l + 1.0)) * z[at(l)] / x * t.y;
        }
        const Complex turn = power(f.phase, m);
        r += r_m * turn;
        theta += theta_m * turn;
        phi += phi_m * turn;
    }
    return cartesian(f, r, theta, phi);
}

WaveCoefficients plane_wave(int order, const Vector3& direction,
                            const ComplexVector3& polarisation) {
    const Frame f = spherical_frame(direction);
    const std::vector<AngularColumn> columns = angular_columns(order, f.cosine, f.sine);
    Complex theta = 0.0, phi = 0.0;
    for (std::size_t c = 0; c < 3; ++c) {
        theta += f.theta[c] * polarisation[c];
        phi += f.phi[c] * polarisation[c];
    }
    const Complex i(0.0, 1.0);
    WaveCoefficients a(at(2 * mode_count(order)));
    Complex factor = 4.0 * std::numbers::pi;
    for (int l = 1; l <= order; ++l) {
        factor *= i;
        for (int m = -l; m <= l; ++m) {
            const Tangent t = tangent(columns[at(std::abs(m))], l, m);
            const Complex turn = factor * std::conj(power(f.phase, m));
            const std::size_t mode = at(2 * mode_index(l, m));
            a[mode] = turn * (t.theta * theta - i * t.phi_over_i * phi);
            // i k x e has theta component -i e_phi and phi component i e_theta
            a[mode + 1] = turn * (t.theta * (-i * phi) - i * t.phi_over_i * (i * theta));
        }
    }
    return a;
}

}  // namespace caravel::formulation::optics
