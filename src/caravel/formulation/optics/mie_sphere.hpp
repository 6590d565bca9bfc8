// Mie coefficients of a layered sphere order by order, over any real type.
#pragma once

#include "caravel/formulation/optics/mie_recurrence.hpp"

namespace caravel::formulation::optics::mie {

/// A shell and its state while the orders ascend; the core is described by Sphere.
template <class T>
struct Shell {
    Complex<T> permittivity;
    Complex<T> kappa;      // permittivity over that of the layer within
    Complex<T> less_one;   // kappa - 1
    T inverse_inner{};     // 1 / size parameter
    T inverse_outer{};     // 1 / size parameter
    ShellFunctions<T> at;  // starts at order 0
    const Complex<T>* rho_inner = nullptr;
    const Complex<T>* rho_outer = nullptr;
};

/// den of magnetic multipoles at a perfect conductor, where it vanishes; num is 1.
inline constexpr double nearly_zero = 1e-30;

/// A sphere ready to be summed. `rho_core` = nullptr is a perfect conductor.
template <class T>
struct Sphere {
    const Complex<T>* rho_core = nullptr;
    T inverse_core{};  // 1 / size parameter
    Shell<T>* shells = nullptr;
    int shell_count = 0;
    Complex<T> kappa;     // 1 over the outermost layer's permittivity
    Complex<T> less_one;  // kappa - 1
    T inverse_outer{};    // 1 / size parameter of the sphere
    const T* rho_medium = nullptr;
};

/// Takes both multipoles of order n through a shell, whose functions are at order n - 1 before;
/// `enters` is false at a conductor, whose surface does not see the next material.
template <class T>
[[gnu::always_inline]] inline void raise(Shell<T>& shell, int n, Surface<T>& electric,
                                         Surface<T>& magnetic, bool enters) {
    raise(shell.at, n, shell.permittivity, shell.inverse_inner, shell.inverse_outer);
    shell.at.rho_inner = shell.rho_inner[n];
    shell.at.rho_outer = shell.rho_outer[n];
    if (enters)
        cross<T>(electric, shell.kappa, shell.less_one,
                 shell.inverse_inner * static_cast<double>(n + 1));
    const Complex<T> w_inner = shell.at.rho_inner - shell.at.delta_inner;
    const Complex<T> z_w_outer =
        (shell.at.ratio * shell.at.ratio) * (shell.at.rho_outer - shell.at.delta_outer);
    pass(electric, shell.at, w_inner, z_w_outer);
    pass(magnetic, shell.at, w_inner, z_w_outer);
}

/// Calls sink(n, a, b) for n = 1 .. orders with the two Coefficients of each order.
template <class T, class Sink>
[[gnu::always_inline]] inline void sum_orders(const Sphere<T>& sphere, int orders, Sink& sink) {
    const T zero{};
    Complex<T> delta = first_delta(sphere.inverse_outer);
    for (int n = 1; n <= orders; ++n) {
        const double next = static_cast<double>(n + 1);
        const bool conductor = sphere.rho_core == nullptr;
        Surface<T> electric{Complex<T>{sphere.inverse_core * next, zero},
                            Complex<T>{zero + 1.0, zero}};
        Surface<T> magnetic{Complex<T>{zero + 1.0, zero}, Complex<T>{zero + nearly_zero, zero}};
        if (!conductor) {
            electric.num = magnetic.num = sphere.rho_core[n];
            magnetic.den.re = zero + 1.0;
        }
        for (int l = 0; l < sphere.shell_count; ++l) {
            if (l > 0) {
                rescale(electric);
                rescale(magnetic);
            }
            raise(sphere.shells[l], n, electric, magnetic, l > 0 || !conductor);
        }
        if (sphere.shell_count > 0 || !conductor)
            cross<T>(electric, sphere.kappa, sphere.less_one, sphere.inverse_outer * next);
        delta =
            subtract<T>(sphere.inverse_outer * static_cast<double>(2 * n + 1), reciprocal(delta));
        sink(n, coefficient(electric, sphere.rho_medium[n], delta),
             coefficient(magnetic, sphere.rho_medium[n], delta));
    }
}

/// Sums over the orders; the efficiencies are these over x^2.
template <class T>
struct EfficiencySums {
    T extinction{};  // sum (2n+1) Re(a+b)
    T scattering{};
    T absorption{};
    T asymmetry{};
    Complex<T> back;
    Complex<T> last_a, last_b;

    [[gnu::always_inline]] inline void operator()(int n, const Coefficient<T>& a,
                                                  const Coefficient<T>& b) {
        const double order = n;
        const double odd = 2.0 * order + 1.0;
        const double alternating = n % 2 == 0 ? odd : -odd;
        extinction += (a.value.re + b.value.re) * odd;
        scattering += (norm(a.value) + norm(b.value)) * odd;
        absorption += (a.absorbed + b.absorbed) * odd;
        back.re += (a.value.re - b.value.re) * alternating;
        back.im += (a.value.im - b.value.im) * alternating;
        asymmetry += (inner(last_a, a.value) + inner(last_b, b.value)) *
                         ((order - 1.0) * (order + 1.0) / order) +
                     inner(a.value, b.value) * (odd / (order * (order + 1.0)));
        last_a = a.value;
        last_b = b.value;
    }

  private:
    [[gnu::always_inline]] static inline T inner(const Complex<T>& a, const Complex<T>& b) {
        return a.re * b.re + a.im * b.im;
    }
};

}  // namespace caravel::formulation::optics::mie
