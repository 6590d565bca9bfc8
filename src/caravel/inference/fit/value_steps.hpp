// Where a model is run for a difference quotient by one of its parameters.
#pragma once

#include "caravel/inference/differences.hpp"
#include "caravel/inference/parameter_space.hpp"

namespace caravel::inference::fit {

/// Two values around `value`, inside the bounds. On the scale log10 they are 1e-4 of the value to
/// either side, wherever it lies between bounds many decades apart; on the scale logit 1e-4 in
/// theta; on the linear scale 1e-4 of the greater of |value| and 1e-3 of the width. A quotient over
/// them has a relative error of order 1e-8, or of order 1e-4 on a bound, where it is one-sided.
/// These are wider than difference_pair, whose steps are for functions exact to rounding:
/// integrators repeat themselves to about 1e-8 only.
DifferencePair values_around(const Parameter& parameter, double value);

}  // namespace caravel::inference::fit
