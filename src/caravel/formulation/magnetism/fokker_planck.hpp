// Moments in an alternating field of any strength: the Fokker-Planck equation of a rotor in
// Legendre moments, for the turning particle (Brown) and for the moment in its crystal with the
// easy axis along the field (Neel).
#pragma once

#include <vector>

namespace caravel::formulation::magnetism {

/// A rotor with the energy U/kT = -barrier x^2 - xi(t) x, x = cos of the angle to the field.
struct Rotor {
    double diffusion_time = 0.0;  // s: free decay of <x>; Brown time, or tau0 G for Neel
    double barrier = 0.0;         // 1, sigma; 0 for Brown
};

/// Drive xi(t) = amplitude cos(2 pi frequency t).
struct RotorDrive {
    double amplitude = 0.0;  // 1, xi at the largest field
    double frequency = 0.0;  // Hz
    int steps = 512;         // per period, even
};

/// Periodic steady state at equal times over one period, from the largest field on.
struct PeriodicResponse {
    std::vector<double> first;   // <x> = M/Ms
    std::vector<double> second;  // <P2(x)>
};

/// Legendre moments that the distribution needs to 1e-10; the equations are cut there.
int moments_needed(double barrier, double amplitude);

/// mean P1, mean P2 in the static field xi, to about 1e-16 exp(barrier). Throws NotAvailable above
/// a barrier of 30 kT.
std::vector<double> equilibrium_moments(double barrier, double xi);

/// Longest relaxation time (s) without field: 1/lowest eigenvalue of the odd moments. Throws
/// NotAvailable above a barrier of 30 kT.
double longitudinal_time(const Rotor& rotor);

/// Periodic steady state, exact in time up to the step error (L-stable SDIRK of second order): the
/// affine map of half a period is closed by the symmetry mean Pn(t+T/2) = (-1)^n mean Pn(t), so
/// that slow switching costs no more than fast. Valid for axially symmetric problems without
/// inertia, precession or interaction. Throws InputError for values that are not positive and
/// NotAvailable above amplitude + 2 barrier = 500 (too many moments).
PeriodicResponse periodic_response(const Rotor& rotor, const RotorDrive& drive);

/// The same for easy axes fixed at random: moments driven by the field's projection on each axis
/// (six-point Gauss quadrature over the angle), transverse response left out. Right for barriers of
/// several kT; a moment without barrier would lose the transverse two thirds of its response.
PeriodicResponse random_axes_response(const Rotor& rotor, const RotorDrive& drive);

/// Area of the loop, the integral of h dm with h = H/amplitude and m = M/Ms: pi times the
/// out-of-phase fundamental, at most 4. Heat per cycle and magnetic volume: mu0 Ms amplitude area.
double loop_area(const std::vector<double>& magnetisation);

/// Fourier amplitudes (modulus) of order 0..highest over one period.
std::vector<double> harmonics(const std::vector<double>& signal, int highest);

}  // namespace caravel::formulation::magnetism
