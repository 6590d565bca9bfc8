// Newton's method on a concave consumption. The tangent of v u/(u + half), continued as a line
// below zero, lies above the curve everywhere, and every linearised operator is an M-matrix: after
// one step the iterates lie below the solution and rise to it, from any first guess.
#include "caravel/base/error.hpp"
#include "caravel/tissue/fields/elliptic_work.hpp"

#include <cmath>
#include <stdexcept>

namespace caravel::tissue {

namespace {

constexpr int most_newton_steps = 100;
constexpr int steps_at_once = 8;    // before the way over wider laws is taken
constexpr int steps_per_stage = 3;  // of that way
constexpr double stage_factor = 0.125;
constexpr double zero_order_width = 1e-6;  // of the largest value that supplies the field

struct Tangent {
    double value = 0.0;
    double slope = 0.0;
};

/// Consumption over v_max. Zero order is the line u/width up to 1, then 1.
Tangent uptake(double u, double half, double width) {
    if (half == 0.0) return u < width ? Tangent{u / width, 1.0 / width} : Tangent{1.0, 0.0};
    if (u <= 0.0) return {u / half, 1.0 / half};
    const double part = half / (u + half);
    return {u / (u + half), part / (u + half)};
}

double value_at(View<const double> values, index_t p) { return values.empty() ? 0.0 : values[p]; }

void check_term(View<const double> values, index_t cells, const char* what) {
    if (!values.empty() && values.size() != cells) throw std::invalid_argument(what);
    for (const double value : values) {
        if (!(value >= 0.0) || !std::isfinite(value)) throw std::invalid_argument(what);
    }
}

void check_balance(const SaturableBalance& b, index_t cells) {
    check_term(b.consumption, cells, "consumption: one value per cell, finite, not negative");
    check_term(b.exchange, cells, "exchange: one value per cell, finite, not negative");
    check_term(b.vessel_value, cells, "vessel value: one value per cell, finite, not negative");
    if (!(b.half >= 0.0) || !(b.decay >= 0.0) || !std::isfinite(b.half + b.decay)) {
        throw std::invalid_argument("half and decay must be finite and not negative");
    }
}

/// Linearised terms about a field. The law's width (half, or that of the zero order's line) may be
/// widened: a narrow law moves the edge of the empty region by one cell per Newton step.
struct Newton {
    const SaturableBalance& balance;
    double width;
    std::vector<double>& loss;
    std::vector<double>& source;

    void linearise(exec::ThreadTeam& team, View<const double> u) {
        const auto cells = u.size();
        over_cells(team, cells, [&](CellRange range) {
            for (index_t p = range.begin; p < range.end; ++p) {
                const double most = value_at(balance.consumption, p);
                const Tangent at = uptake(u[p], balance.half > 0.0 ? width : 0.0, width);
                const double exchange = value_at(balance.exchange, p);
                const auto i = static_cast<std::size_t>(p);
                loss[i] = most * at.slope + exchange + balance.decay;
                source[i] = exchange * value_at(balance.vessel_value, p) -
                            most * (at.value - at.slope * u[p]);
            }
        });
    }
    void supply_alone(exec::ThreadTeam& team, index_t cells) {
        over_cells(team, cells, [&](CellRange range) {
            for (index_t p = range.begin; p < range.end; ++p) {
                source[static_cast<std::size_t>(p)] =
                    value_at(balance.exchange, p) * value_at(balance.vessel_value, p);
            }
        });
    }
};

double largest_supply(const EllipticSolver::Work& work, const SaturableBalance& balance,
                      View<const double> u) {
    double most = 0.0;
    for (const double value : balance.vessel_value) most = std::max(most, value);
    for (const double value : u) most = std::max(most, value);
    for (std::size_t side = 0; side < 6; ++side) {
        if (work.boundaries[side].kind == FaceCondition::Kind::zero_flux) continue;
        most = std::max(most, work.boundaries[side].value);
    }
    return most > 0.0 ? most : 1.0;
}

/// Where rounding of the solve left a value below zero, the cell's own balance with what its
/// neighbours hold above zero replaces it.
void settle_rounding(exec::ThreadTeam& team, EllipticSolver::Work& work, View<double> u,
                     const Newton& newton) {
    const index_t cells = u.size();
    double* positive = work.direction.data();
    const double* x = work.coupling[0].data();
    const double* y = work.coupling[1].data();
    const double* z = work.coupling[2].data();
    over_cells(team, cells, [&](CellRange range) {
        for (index_t p = range.begin; p < range.end; ++p) positive[p] = std::max(u[p], 0.0);
    });
    over_cells(team, cells, [&](CellRange range) {
        for (index_t p = range.begin; p < range.end; ++p) {
            if (u[p] >= 0.0 || !(work.diagonal.data()[p] > 0.0)) continue;
            const double inflow =
                x[p] * positive[p - 1] + x[p + 1] * positive[p + 1] +
                y[p] * positive[p - work.row] + y[p + work.row] * positive[p + work.row] +
                z[p] * positive[p - work.plane] + z[p + work.plane] * positive[p + work.plane];
            const auto& b = newton.balance;
            const double supply = value_at(b.exchange, p) * value_at(b.vessel_value, p);
            u[p] = (inflow + supply) / work.diagonal.data()[p];
        }
    });
}

}  // namespace

EllipticResult solve_saturable(exec::ThreadTeam& team, EllipticSolver& solver, View<double> u,
                               const SaturableBalance& balance, double tolerance) {
    EllipticSolver::Work& work = *solver.work_;
    if (u.size() != work.cells) throw std::invalid_argument("the field needs one value per cell");
    check_balance(balance, work.cells);
    const auto cells = static_cast<std::size_t>(work.cells);
    const double scale = largest_supply(work, balance, u);
    const double width = balance.half > 0.0 ? balance.half : zero_order_width * scale;
    work.linear_loss.resize(cells);
    work.linear_source.resize(cells);
    Newton newton{balance, width, work.linear_loss, work.linear_source};
    newton.supply_alone(team, work.cells);
    double reference = work.supply_norm(team, view_of(newton.source));
    EllipticResult total;
    for (int in_stage = 0; total.newton_steps <= most_newton_steps; ++in_stage) {
        if (total.newton_steps == steps_at_once) newton.width = std::max(width, 0.1 * scale);
        const bool is_stage = newton.width > width;
        if (is_stage && in_stage % steps_per_stage == 0) {
            newton.width = std::max(width, stage_factor * newton.width);
        }
        newton.linearise(team, u);
        work.set_loss(team, view_of(newton.loss));
        work.start(team, u, view_of(newton.source));
        if (!work.is_held) work.balance_sources(team, view_of(newton.source));
        const double residual = work.residual_norm(team);
        if (reference == 0.0) reference = residual;
        total.residual = reference > 0.0 ? residual / reference : 0.0;
        if (!is_stage && total.residual <= tolerance) {
            settle_rounding(team, work, u, newton);
            return total;
        }
        // of the residual, left to the next step; a narrow law is sensitive to the rest
        const double share = newton.width > 1e-3 * scale ? 0.02 : 1e-4;
        constexpr double margin = 0.3;
        const double target = std::max(share * residual, margin * tolerance * reference);
        total.iterations += work.iterate(team, u, target).iterations;
        ++total.newton_steps;
    }
    throw NumericalError(NumericalFailure{"elliptic solver", "field with saturable consumption", "",
                                          0.0, 0.0, "Newton's method does not converge",
                                          "ask for a looser tolerance"});
}

}  // namespace caravel::tissue
