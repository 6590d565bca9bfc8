// One axis of a diffusion step with constant coefficients: the factors of its tridiagonal solves
// and how supply and face values act in one step.
#pragma once

#include "caravel/base/view.hpp"
#include "caravel/tissue/fields/boundary.hpp"

#include <vector>

namespace caravel::tissue {

/// du/dt = A u + g on a line of equal cells: A u = diffusion d2u/dx2 - loss u with homogeneous
/// faces, g = supply and what the faces' values feed.
struct AxisProblem {
    index_t cells = 1;
    double spacing = 1.0;    // m
    double diffusion = 0.0;  // m2/s
    double loss = 0.0;       // 1/s
    double supply = 0.0;     // unit of u per s
    FaceCondition low{};
    FaceCondition high{};
};

/// The step u -> R u + supply, with R the scheme's function of dt A.
struct AxisStep {
    bool sweeps = false;           // whether R differs from 1
    std::vector<double> scale;     // see LineFactors
    std::vector<double> coupling;  // see LineFactors
    std::vector<double> response;  // R 1
    std::vector<double> supply;    // unit of u
};

/// Rate (1/s) at which a cell loses to the value at its face: the half cell and, for exchange, the
/// face's own resistance in series; second order.
double face_rate(const AxisProblem& axis, const FaceCondition& face);

AxisStep axis_step(const AxisProblem& axis, double dt, TimeScheme scheme);

}  // namespace caravel::tissue
