// Prepares one sphere in double for sum_orders(): checks, starting orders, downward recurrences.
#pragma once

#include "caravel/formulation/optics/mie_sphere.hpp"

#include <complex>
#include <span>
#include <vector>

namespace caravel::formulation::optics::mie {

inline constexpr double smallest_size_parameter = 1e-12;
inline constexpr double largest_size_parameter = 1e5;

/// Throws InputError unless sizes ascend within (smallest_size_parameter, largest_size_parameter],
/// counts agree, indices are finite and not zero, have imaginary parts >= 0, and only the first is
/// a conductor.
void check_layers(std::span<const double> size_parameters,
                  std::span<const std::complex<double>> relative_indices);

bool is_conductor(std::complex<double> index);

/// Order at which a downward recurrence for the argument |z| starts so that order `orders` is
/// exact to the last bit: at most max(orders, |z|) + 16 + 8 |z|^(1/3), for small |z| earlier, where
/// the product of |z/(2n+1-|z|)|^2, which bounds how much of the start is left, falls below 1e-18.
int downward_start(double magnitude, int orders);

inline Complex<double> from_std(std::complex<double> z) { return {z.real(), z.imag()}; }
inline std::complex<double> to_std(const Complex<double>& z) { return {z.re, z.im}; }

/// The functions of a shell at order 0; see mie_recurrence.hpp for the second solution.
struct ShellStart {
    std::complex<double> delta_inner, delta_outer, ratio;
};
ShellStart shell_start(std::complex<double> index, double inner_size, double outer_size);

/// Owns what Sphere<double> points to.
class PreparedSphere {
  public:
    /// The layers must have passed check_layers().
    PreparedSphere(std::span<const double> size_parameters,
                   std::span<const std::complex<double>> relative_indices, int orders);
    PreparedSphere(const PreparedSphere&) = delete;
    PreparedSphere& operator=(const PreparedSphere&) = delete;

    /// At order 0; summing it changes the shells' state, so sum once.
    const Sphere<double>& sphere() const { return sphere_; }

  private:
    std::vector<std::vector<Complex<double>>> rho_;
    std::vector<double> rho_medium_;
    std::vector<Shell<double>> shells_;
    Sphere<double> sphere_;
};

}  // namespace caravel::formulation::optics::mie
