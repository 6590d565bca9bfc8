#include "caravel/formulation/magnetism/hopping_rotor.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/formulation/magnetism/band_solver.hpp"
#include "caravel/formulation/magnetism/dense_solver.hpp"
#include "caravel/formulation/magnetism/relaxation_time.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace caravel::formulation::magnetism {
namespace {

using std::numbers::pi;

constexpr std::size_t half_cells = 24;  // of the polar angle, on either side of the equator
constexpr std::size_t cells = 2 * half_cells;
constexpr double gamma = 1.0 - 1.0 / std::numbers::sqrt2;  // of the two-stage L-stable SDIRK

double bernoulli(double v) { return std::abs(v) < 1e-8 ? 1.0 - 0.5 * v : v / std::expm1(v); }

/// Cells of equal polar angle in x = cos(angle), from the equator to the pole; the mirror cell of
/// number j has the unknown 2j+1 beside 2j, so that hops and fluxes stay within two bands.
struct Grid {
    std::array<double, half_cells> centre{}, width{}, outer_face{};
    Grid() {
        for (std::size_t j = 0; j < half_cells; ++j) {
            const double step = 0.5 * pi / static_cast<double>(half_cells);
            const double inner = std::sin(step * static_cast<double>(j));
            outer_face[j] = std::sin(step * static_cast<double>(j + 1));
            width[j] = outer_face[j] - inner;
            centre[j] = 0.5 * (outer_face[j] + inner);
        }
    }
};

/// Rates (1/period) between the cells in the field xi; columns sum to 0.
class RateMatrix {
  public:
    RateMatrix(const HoppingRotor& rotor, double frequency)
        : rotor_(rotor), frequency_(frequency) {}

    const PentadiagonalRows& at(double xi) {
        rows_.assign(cells, {});
        const double turning = 0.5 / (rotor_.turning_time * frequency_);
        const double across = turning / (2.0 * grid_.centre[0] * grid_.width[0]);
        const double v = xi * 2.0 * grid_.centre[0];
        add(1, 0, across * bernoulli(-v));
        add(0, 1, across * bernoulli(v));
        for (std::size_t j = 0; j + 1 < half_cells; ++j) add_flux(j, turning, xi);
        for (std::size_t j = 0; j < half_cells; ++j) add_hops(j, xi);
        return rows_;
    }
    const Grid& grid() const { return grid_; }

  private:
    void add(std::size_t from, std::size_t to, double rate) {
        rows_[from][2] -= rate;
        rows_[to][from + 2 - to] += rate;
    }

    void add_flux(std::size_t j, double turning, double xi) {
        const double face = grid_.outer_face[j];
        const double apart = grid_.centre[j + 1] - grid_.centre[j];
        const double d = turning * (1.0 - face * face) / apart;
        const double out = d / grid_.width[j];
        const double in = d / grid_.width[j + 1];
        const double v = xi * apart;
        add(2 * j, 2 * j + 2, out * bernoulli(-v));
        add(2 * j + 2, 2 * j, in * bernoulli(v));
        add(2 * j + 1, 2 * j + 3, out * bernoulli(v));
        add(2 * j + 3, 2 * j + 1, in * bernoulli(-v));
    }

    void add_hops(std::size_t j, double xi) {
        const double x = grid_.centre[j];
        const double left =
            barrier_in_field(rotor_.barrier, x, std::abs(xi) / (2.0 * rotor_.barrier));
        // The diffusion time is that of the full barrier; only its height changes.
        const double time = left > 0.0
                                ? neel_time(rotor_.attempt_time, left) * rotor_.barrier / left
                                : neel_diffusion_time(rotor_.attempt_time, rotor_.barrier);
        if (std::isinf(time)) return;
        const double with = 0.5 * rotor_.hopping_share / (time * frequency_);
        const double against = with * std::exp(-2.0 * std::abs(xi) * x);
        add(2 * j + 1, 2 * j, xi >= 0.0 ? with : against);
        add(2 * j, 2 * j + 1, xi >= 0.0 ? against : with);
    }

    HoppingRotor rotor_;
    double frequency_;
    Grid grid_;
    PentadiagonalRows rows_;
};

void apply(const PentadiagonalRows& a, const std::vector<double>& x, std::size_t columns,
           std::vector<double>& y) {
    for (std::size_t i = 0; i < cells; ++i) {
        double* const out = y.data() + i * columns;
        for (std::size_t c = 0; c < columns; ++c) out[c] = 0.0;
        for (std::size_t b = 0; b < 5; ++b) {
            if (i + b < 2 || i + b - 2 >= cells || a[i][b] == 0.0) continue;
            const double* const in = x.data() + (i + b - 2) * columns;
            for (std::size_t c = 0; c < columns; ++c) out[c] += a[i][b] * in[c];
        }
    }
}

class Stepper {
  public:
    Stepper(RateMatrix& rates, std::size_t columns)
        : rates_(rates), columns_(columns), slope_(cells * columns), stage_(cells * columns) {}

    /// Advances by `h` periods with xi at the two stages.
    void step(double h, double xi_first, double xi_second, std::vector<double>& state) {
        const PentadiagonalRows& first = rates_.at(xi_first);
        solve_stage(h, first, state);
        apply(first, stage_, columns_, slope_);
        for (std::size_t i = 0; i < state.size(); ++i) state[i] += (1.0 - gamma) * h * slope_[i];
        solve_stage(h, rates_.at(xi_second), state);
        state.swap(stage_);
    }

  private:
    void solve_stage(double h, const PentadiagonalRows& rates, const std::vector<double>& state) {
        matrix_ = rates;
        for (std::array<double, 5>& row : matrix_) {
            for (double& entry : row) entry *= -gamma * h;
            row[2] += 1.0;
        }
        solver_.factor(matrix_);
        stage_ = state;
        solver_.solve(stage_, columns_);
    }

    RateMatrix& rates_;
    std::size_t columns_;
    std::vector<double> slope_, stage_;
    PentadiagonalRows matrix_;
    PentadiagonalSolver solver_;
};

template <class Each>
void half_period(Stepper& stepper, const RotorDrive& drive, std::vector<double>& state,
                 const Each& before_step) {
    const double phase = 2.0 * pi / drive.steps;
    for (int s = 0; s < drive.steps / 2; ++s) {
        before_step(state);
        stepper.step(1.0 / drive.steps, drive.amplitude * std::cos(phase * (s + gamma)),
                     drive.amplitude * std::cos(phase * (s + 1)), state);
    }
}

/// The density that half a period turns into its mirror image.
std::vector<double> periodic_start(RateMatrix& rates, const RotorDrive& drive) {
    std::vector<double> map(cells * cells, 0.0);
    for (std::size_t i = 0; i < cells; ++i) map[i * cells + i] = 1.0;
    Stepper stepper(rates, cells);
    half_period(stepper, drive, map, [](const std::vector<double>&) {});
    const std::size_t wide = cells + 1;
    std::vector<double> system(cells * wide, 0.0);
    for (std::size_t i = 0; i < cells; ++i) {
        for (std::size_t c = 0; c < cells; ++c) system[i * wide + c] = map[i * cells + c];
        system[i * wide + (i ^ 1U)] -= 1.0;
    }
    // Probability is conserved, so one of the equations follows from the others.
    for (std::size_t c = 0; c < wide; ++c) system[c] = 1.0;
    return solve_dense(std::move(system), cells);
}

void check(const HoppingRotor& rotor, const RotorDrive& drive) {
    require_positive(rotor.attempt_time, "the attempt time", "s");
    require_positive(rotor.turning_time, "the turning time", "s");
    require_between(rotor.hopping_share, 0.0, 1.0, "the share of hops", "1");
    require_between(rotor.barrier, 1e-6, 1e6, "the anisotropy barrier", "kT");
    require_between(drive.amplitude, 0.0, 1e6, "xi", "1");
    require_positive(drive.frequency, "the field frequency", "Hz");
    require_between(drive.steps, 16, 65536, "the number of steps per period", "1");
    if (drive.steps % 2 != 0)
        throw InputError(
            Diagnostic{{}, "the number of steps per period is odd", "an even number", ""});
}

}  // namespace

double barrier_in_field(double barrier, double along, double relative_field) {
    const double c = std::abs(along);
    const double s = std::sqrt(std::max(0.0, 1.0 - c * c));
    const double switching = std::pow(std::cbrt(c * c) + std::cbrt(s * s), -1.5);
    const double h = std::abs(relative_field) / switching;
    if (h >= 1.0) return 0.0;
    return barrier * std::pow(1.0 - h, 0.86 + 1.14 * switching);
}

std::vector<double> periodic_magnetisation(const HoppingRotor& rotor, const RotorDrive& drive) {
    check(rotor, drive);
    RateMatrix rates(rotor, drive.frequency);
    std::vector<double> density = periodic_start(rates, drive);
    std::vector<double> magnetisation;
    Stepper stepper(rates, 1);
    const Grid& grid = rates.grid();
    half_period(stepper, drive, density, [&](const std::vector<double>& p) {
        double mean = 0.0;
        for (std::size_t j = 0; j < half_cells; ++j)
            mean += grid.centre[j] * (p[2 * j] - p[2 * j + 1]);
        magnetisation.push_back(mean);
    });
    const std::size_t half = magnetisation.size();
    for (std::size_t i = 0; i < half; ++i) magnetisation.push_back(-magnetisation[i]);
    return magnetisation;
}

}  // namespace caravel::formulation::magnetism
