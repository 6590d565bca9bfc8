// Moment methods for growth: nodes of the distribution move along their characteristics.
#pragma once

#include "caravel/formulation/synthesis/growth.hpp"
#include "caravel/formulation/synthesis/moments.hpp"

#include <functional>

namespace caravel::formulation::synthesis {

/// Rate of change of a size, in its own unit per second.
using SizeRate = std::function<double(double size)>;

/// Size after `duration` of growth at `rate`, by fourth-order steps of at most `relative_step` of
/// the size; 0 when it falls to `smallest` or below.
double grown_size(double size, const SizeRate& rate, double duration, double smallest,
                  double relative_step = 0.02);

/// The same for a particle of radius `size` (m) at constant concentration (mol/m3).
double grown_radius(double radius, const GrowthLaw& law, double concentration, double duration,
                    double smallest);

/// Moves every node; nodes that vanish are removed. The moments of the result are those of the
/// grown distribution to the accuracy of the Gauss rule: exact where the k-th power of the grown
/// size is a polynomial of degree below twice the node count in the size before.
void grow(Quadrature& measure, const SizeRate& rate, double duration, double smallest);

/// Gauss rule of at most `count` nodes with the same first 2 count moments.
Quadrature compressed(const Quadrature& measure, std::size_t count);

/// Rule of `count` nodes that keeps the 2 n moments that `kept` <= n nodes carry and fills in the
/// rest of the half-line, small sizes too, by the gamma closure: for dissolution, which needs the
/// distribution where the Gauss rule has no node.
Quadrature refilled(const Quadrature& measure, std::size_t kept, std::size_t count);

}  // namespace caravel::formulation::synthesis
