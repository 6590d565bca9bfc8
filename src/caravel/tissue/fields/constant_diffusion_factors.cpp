#include "caravel/tissue/fields/constant_diffusion_factors.hpp"

#include <cmath>

namespace caravel::tissue {

namespace {

using Line = std::vector<double>;

// How much of dt A stands in the matrix that is solved with.
double implicit_weight(TimeScheme scheme) {
    switch (scheme) {
    case TimeScheme::backward_euler: return 1.0;
    case TimeScheme::crank_nicolson: return 0.5;
    case TimeScheme::l_stable: break;
    }
    return 1.0 - std::sqrt(0.5);
}

struct Factors {
    Line scale;
    Line coupling;

    // (1 - w A)^-1 b
    Line solve(const Line& b) const {
        Line p(b.size());
        double carried = 0.0;
        for (std::size_t i = 0; i < b.size(); ++i) {
            carried = b[i] * scale[i] + carried * coupling[i];
            p[i] = carried;
        }
        carried = 0.0;
        for (std::size_t i = b.size(); i-- > 0;) {
            carried = p[i] + carried * coupling[i];
            p[i] = carried;
        }
        return p;
    }
};

// Elimination of 1 - w A from the low end. `rest` is 1 - coupling of the cell before, carried
// instead of subtracted, so that nothing cancels however large w A is.
Factors factorise(const AxisProblem& axis, double weight) {
    const auto n = static_cast<std::size_t>(axis.cells);
    const double link = weight * (axis.diffusion / (axis.spacing * axis.spacing));
    Factors f{Line(n), Line(n)};
    double rest = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
        double sink = 1.0 + weight * axis.loss;
        if (i == 0) sink += weight * face_rate(axis, axis.low);
        if (i + 1 == n) sink += weight * face_rate(axis, axis.high);
        const double kept = i == 0 ? sink : sink + link * rest;
        const double pivot = i + 1 == n ? kept : kept + link;
        f.scale[i] = 1.0 / pivot;
        f.coupling[i] = link / pivot;
        rest = kept / pivot;
    }
    return f;
}

Line mix(double a, const Line& x, double b, const Line& y) {
    Line result(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) result[i] = a * x[i] + b * y[i];
    return result;
}

// R(z) - 1 = z phi(z): what a constant g feeds in one step is dt phi g.
Line fed(const Factors& f, const Line& g, double dt, TimeScheme scheme) {
    const Line once = f.solve(g);
    if (scheme != TimeScheme::l_stable) return mix(dt, once, 0.0, g);
    const double weight = implicit_weight(scheme);
    return f.solve(mix(dt * (1.0 - weight), once, dt * weight, g));
}

Line response(const Factors& f, TimeScheme scheme) {
    const Line ones(f.scale.size(), 1.0);
    const Line once = f.solve(ones);
    if (scheme == TimeScheme::backward_euler) return once;
    if (scheme == TimeScheme::crank_nicolson) return mix(2.0, once, -1.0, ones);
    return f.solve(mix(1.0 + std::sqrt(2.0), once, -std::sqrt(2.0), ones));
}

}  // namespace

double face_rate(const AxisProblem& axis, const FaceCondition& face) {
    const double half_cell = 2.0 * axis.diffusion / axis.spacing;  // m/s
    switch (face.kind) {
    case FaceCondition::Kind::zero_flux: return 0.0;
    case FaceCondition::Kind::value: return half_cell / axis.spacing;
    case FaceCondition::Kind::exchange: break;
    }
    if (half_cell == 0.0 || face.exchange == 0.0) return 0.0;
    return 1.0 / (1.0 / half_cell + 1.0 / face.exchange) / axis.spacing;
}

AxisStep axis_step(const AxisProblem& axis, double dt, TimeScheme scheme) {
    const double low = face_rate(axis, axis.low);
    const double high = face_rate(axis, axis.high);
    Line g(static_cast<std::size_t>(axis.cells), axis.supply);
    g.front() += low * axis.low.value;
    g.back() += high * axis.high.value;
    Factors f = factorise(axis, dt * implicit_weight(scheme));
    AxisStep step;
    step.sweeps =
        axis.loss > 0.0 || low > 0.0 || high > 0.0 || (axis.cells > 1 && axis.diffusion > 0.0);
    step.response = response(f, scheme);
    step.supply = fed(f, g, dt, scheme);
    if (scheme == TimeScheme::crank_nicolson) {
        for (double& scale : f.scale) scale *= 2.0;
    }
    step.scale = std::move(f.scale);
    step.coupling = std::move(f.coupling);
    return step;
}

}  // namespace caravel::tissue
