// Which parameters matter at all: elementary effects along random trajectories.
#pragma once

#include "caravel/inference/bootstrap.hpp"

namespace caravel::inference {

/// Trajectories on a grid of `levels` in the unit cube, each changing every parameter once by
/// levels / (2 (levels - 1)).
struct MorrisPlan {
    std::size_t dimensions = 0;
    std::uint64_t trajectories = 20;
    int levels = 4;  // even
    std::uint64_t seed = 0;

    std::uint64_t points() const { return trajectories * (dimensions + 1); }
};

/// Point i of the plan, a pure function of (plan, i). Throws InputError for an empty plan or an odd
/// number of levels, std::logic_error for i >= points().
std::vector<double> morris_point(const MorrisPlan& plan, std::uint64_t i);

/// Of one parameter, in the unit of the output per full width of the parameter.
struct MorrisEffect {
    double mean = 0.0;       // mu
    Estimate mean_absolute;  // mu*: how much it matters
    Estimate deviation;      // sigma: how far its effect depends on the place (needs 2 or more)
};

/// Effects of all parameters from the outputs of all points in order; error bars by resampling
/// trajectories. Throws InputError naming the point of an output that is not finite.
/// Sources: M. D. Morris, Technometrics 33 (1991) 161; F. Campolongo, J. Cariboni, A. Saltelli,
/// Environ. Model. Softw. 22 (2007) 1509.
std::vector<MorrisEffect> morris_effects(const MorrisPlan& plan, std::span<const double> outputs,
                                         const BootstrapOptions& options = {});

}  // namespace caravel::inference
