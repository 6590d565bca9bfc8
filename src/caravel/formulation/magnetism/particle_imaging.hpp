// What magnetic particle imaging receives from a particle.
#pragma once

#include <vector>

namespace caravel::formulation::magnetism {

/// Fourier sine amplitudes a_1..a_highest of L(xi sin wt), a moment that follows the field at once
/// (Gleich and Weizenecker 2005, Nature 435:1214); even ones are 0. Entry k holds a_k, entry 0 is
/// 0. To rounding for xi below 200. Throws InputError for a negative xi or an order outside 1..99.
std::vector<double> langevin_harmonics(double xi, int highest);

/// Full width at half maximum (m) of the point spread of an ideal particle at the gradient
/// `gradient` of H (A/m per m): 4.161048 kB T/(mu0 m G) (Rahmer et al. 2009; Goodwill and Conolly
/// 2010).
double point_spread_width(double moment, double gradient, double temperature);

}  // namespace caravel::formulation::magnetism
