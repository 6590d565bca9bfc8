// The recurrences of Mie theory for a layered sphere, for any real type: double, a pack of doubles,
// or a multiprecision number (the oracle of the tests).
//
// Riccati-Bessel functions psi_n, zeta_n (regular, outgoing) of z = m x, x = k r, enter only by
//   rho_n   = m psi_{n+1}/psi_n               (downward: rho_n = eps / ((2n+3)/x - rho_{n+1}))
//   delta_n = (2n+1)/x - m zeta_{n-1}/zeta_n  (upward: delta_n = (2n+1)/x - eps / delta_{n-1})
// with eps = m^2, so that m psi'/psi = (n+1)/x - rho and m zeta'/zeta = (n+1)/x - delta, and the
// Wronskian gives rho - delta = m i/(psi zeta). These forms hold no difference of nearly equal
// numbers for small x, no product that passes a zero of psi and no exponential that overflows.
//
// In a shell any second solution may stand for zeta. Where |z| < 1 it is chi = -z y_n, which is
// real for real m: a tiny lossless shell then absorbs exactly nothing.
#pragma once

namespace caravel::formulation::optics::mie {

/// A complex number over any real type; std::complex takes only the built-in ones.
template <class T>
struct Complex {
    T re{};
    T im{};
};

template <class T>
[[gnu::always_inline]] inline Complex<T> operator+(const Complex<T>& a, const Complex<T>& b) {
    return {a.re + b.re, a.im + b.im};
}
template <class T>
[[gnu::always_inline]] inline Complex<T> operator-(const Complex<T>& a, const Complex<T>& b) {
    return {a.re - b.re, a.im - b.im};
}
template <class T>
[[gnu::always_inline]] inline Complex<T> operator*(const Complex<T>& a, const Complex<T>& b) {
    return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}
template <class T>
[[gnu::always_inline]] inline Complex<T> scaled(const Complex<T>& a, const T& s) {
    return {a.re * s, a.im * s};
}
template <class T>
[[gnu::always_inline]] inline T norm(const Complex<T>& a) {
    return a.re * a.re + a.im * a.im;
}
template <class T>
[[gnu::always_inline]] inline Complex<T> reciprocal(const Complex<T>& a) {
    const T s = 1.0 / norm(a);
    return {a.re * s, -a.im * s};
}
/// real - a
template <class T>
[[gnu::always_inline]] inline Complex<T> subtract(const T& real, const Complex<T>& a) {
    return {real - a.re, -a.im};
}

/// Fills rho[1 .. orders] from rho[start] = 0.
template <class T>
[[gnu::always_inline]] inline void fill_rho(const Complex<T>& permittivity, const T& inverse_x,
                                            int start, int orders, Complex<T>* rho) {
    Complex<T> r{};
    for (int n = start - 1; n >= 1; --n) {
        const T odd = inverse_x * static_cast<double>(2 * n + 3);
        r = permittivity * reciprocal(subtract(odd, r));
        if (n <= orders) rho[n] = r;
    }
}

/// The same for the medium, whose permittivity is 1.
template <class T>
[[gnu::always_inline]] inline void fill_rho(const T& inverse_x, int start, int orders, T* rho) {
    T r{};
    for (int n = start - 1; n >= 1; --n) {
        r = 1.0 / (inverse_x * static_cast<double>(2 * n + 3) - r);
        if (n <= orders) rho[n] = r;
    }
}

/// delta_0 of the medium: 1/x - i.
template <class T>
[[gnu::always_inline]] inline Complex<T> first_delta(const T& inverse_x) {
    return {inverse_x, T{} - 1.0};
}

/// What one shell needs at one order.
template <class T>
struct ShellFunctions {
    Complex<T> rho_inner, rho_outer;      // at the two surfaces, both with the shell's permittivity
    Complex<T> delta_inner, delta_outer;  // likewise
    Complex<T> ratio;                     // zeta(outer)/zeta(inner)
};

/// Raises delta and the ratio from order n - 1 to n.
template <class T>
[[gnu::always_inline]] inline void raise(ShellFunctions<T>& f, int n,
                                         const Complex<T>& permittivity, const T& inverse_inner,
                                         const T& inverse_outer) {
    const double odd = static_cast<double>(2 * n + 1);
    const Complex<T> inner = reciprocal(f.delta_inner);
    f.ratio = f.ratio * (f.delta_outer * inner);
    f.delta_inner = subtract<T>(inverse_inner * odd, permittivity * inner);
    f.delta_outer = subtract<T>(inverse_outer * odd, permittivity * reciprocal(f.delta_outer));
}

/// The field's radial function at a surface: x dPhi/dx / Phi = n + 1 - x num/den. Kept as a ratio:
/// den vanishes at a perfect conductor and at nodes.
template <class T>
struct Surface {
    Complex<T> num;
    Complex<T> den;
};

/// Electric multipoles into the next material: kappa = eps_next/eps, less_one = kappa - 1, and
/// c = (n+1)/x. Magnetic ones do not change.
template <class T>
[[gnu::always_inline]] inline void cross(Surface<T>& s, const Complex<T>& kappa,
                                         const Complex<T>& less_one, const T& c) {
    s.num = kappa * s.num - scaled(less_one, c) * s.den;
}

/// From the inner to the outer surface of a shell, with W = rho - delta and `z_w_outer` =
/// ratio^2 W_outer. Phi(inner) den(outer) / (Phi(outer) den(inner)) = ratio W_inner W_outer.
template <class T>
[[gnu::always_inline]] inline void pass(Surface<T>& s, const ShellFunctions<T>& f,
                                        const Complex<T>& w_inner, const Complex<T>& z_w_outer) {
    const Complex<T> u = w_inner * (s.num - f.delta_inner * s.den);
    const Complex<T> v = z_w_outer * (s.num - f.rho_inner * s.den);
    s.num = f.rho_outer * u - f.delta_outer * v;
    s.den = u - v;
}

/// Keeps the ratio's parts within range over many layers; returns the factor.
template <class T>
[[gnu::always_inline]] inline T rescale(Surface<T>& s) {
    const T factor = 1.0 / (norm(s.num) + norm(s.den));
    s.num = scaled(s.num, factor);
    s.den = scaled(s.den, factor);
    return factor;
}

/// A scattering coefficient c and Re c - |c|^2, the latter from the flux into the sphere.
template <class T>
struct Coefficient {
    Complex<T> value;
    T absorbed;
};

/// c = (psi/zeta)(h - rho)/(h - delta) with h = num/den. As psi is real in the medium, psi/zeta is
/// -i Im W / conj W, which makes |1 - 2c| = 1 for real h by construction. The common phase of num
/// and den goes first: what is left of Im h decides about weak absorption.
template <class T>
[[gnu::always_inline]] inline Coefficient<T> coefficient(const Surface<T>& s, const T& rho,
                                                         const Complex<T>& delta) {
    const Complex<T> w = subtract(rho, delta);
    const Complex<T> turned = s.num * Complex<T>{s.den.re, -s.den.im};
    const T d = norm(s.den);
    const Complex<T> y = {turned.re - d * rho, turned.im};
    const T w2 = norm(w);
    const Complex<T> below = {w.re * y.re + w.im * y.im + w2 * d, w.re * y.im - w.im * y.re};
    const T inverse = w.im / norm(below);
    Coefficient<T> c;
    c.value.re = (y.im * below.re - y.re * below.im) * inverse;
    c.value.im = -(y.re * below.re + y.im * below.im) * inverse;
    c.absorbed = w2 * d * y.im * inverse;
    return c;
}

}  // namespace caravel::formulation::optics::mie
