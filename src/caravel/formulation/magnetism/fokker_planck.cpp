#include "caravel/formulation/magnetism/fokker_planck.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/base/quadrature.hpp"
#include "caravel/formulation/magnetism/band_solver.hpp"
#include "caravel/formulation/magnetism/dense_solver.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <utility>

namespace caravel::formulation::magnetism {
namespace {

using std::numbers::pi;

constexpr double largest_energy = 500.0;                   // amplitude + 2 barrier, kT
constexpr double largest_static_barrier = 30.0;            // kT; the rate over it is e^-30
constexpr double gamma = 1.0 - 1.0 / std::numbers::sqrt2;  // of the two-stage L-stable SDIRK

/// d<P>/dt = (fixed + xi driven) <P> + the same of <P0> = 1, moments 1..n, times diffusion time.
struct RotorEquations {
    PentadiagonalRows fixed, driven;
    std::array<double, 2> fixed_source{};   // of the rows 0 and 1
    std::array<double, 2> driven_source{};  // the first two moments couple to <P0>
};

RotorEquations make_equations(double barrier, int moments) {
    RotorEquations e;
    for (int n = 1; n <= moments; ++n) {
        const double k = n;
        const double rate = k * (k + 1.0) / 2.0;
        const double per = rate / (2.0 * k + 1.0);
        const double s = 2.0 * barrier * per;
        std::array<double, 5> fixed{};
        fixed[0] = s * (k - 1.0) / (2.0 * k - 1.0);
        fixed[2] = -rate + s * (k / (2.0 * k - 1.0) - (k + 1.0) / (2.0 * k + 3.0));
        fixed[4] = -s * (k + 2.0) / (2.0 * k + 3.0);
        e.fixed.push_back(fixed);
        e.driven.push_back({0.0, per, 0.0, -per, 0.0});
    }
    e.fixed_source = {0.0, moments > 1 ? e.fixed[1][0] : 0.0};
    e.driven_source = {e.driven[0][1], 0.0};
    return e;
}

/// y = (fixed + xi driven) x + source in the last column; several columns, row by row.
void apply(const RotorEquations& e, double xi, const std::vector<double>& x, std::size_t columns,
           std::vector<double>& y) {
    const std::size_t n = e.fixed.size();
    for (std::size_t i = 0; i < n; ++i) {
        double* const out = y.data() + i * columns;
        for (std::size_t c = 0; c < columns; ++c) out[c] = 0.0;
        for (std::size_t b = 0; b < 5; ++b) {
            if (i + b < 2 || i + b - 2 >= n) continue;
            const double a = e.fixed[i][b] + xi * e.driven[i][b];
            const double* const in = x.data() + (i + b - 2) * columns;
            for (std::size_t c = 0; c < columns; ++c) out[c] += a * in[c];
        }
        if (i < 2) out[columns - 1] += e.fixed_source[i] + xi * e.driven_source[i];
    }
}

/// Steps an affine map (homogeneous columns, inhomogeneous last) by the SDIRK.
class Stepper {
  public:
    Stepper(RotorEquations equations, std::size_t columns)
        : e_(std::move(equations)),
          columns_(columns),
          slope_(e_.fixed.size() * columns),
          stage_(e_.fixed.size() * columns) {}

    /// Advances by `h` (in diffusion times) with xi at the two stages.
    void step(double h, double xi_first, double xi_second, std::vector<double>& state) {
        solve_stage(h, xi_first, state);
        apply(e_, xi_first, stage_, columns_, slope_);
        for (std::size_t i = 0; i < state.size(); ++i) state[i] += (1.0 - gamma) * h * slope_[i];
        solve_stage(h, xi_second, state);
        state.swap(stage_);
    }

  private:
    /// stage = (1 - gamma h A)^-1 (state + gamma h source)
    void solve_stage(double h, double xi, const std::vector<double>& state) {
        matrix_ = e_.fixed;
        for (std::size_t i = 0; i < matrix_.size(); ++i) {
            for (std::size_t b = 0; b < 5; ++b)
                matrix_[i][b] = -gamma * h * (e_.fixed[i][b] + xi * e_.driven[i][b]);
            matrix_[i][2] += 1.0;
        }
        solver_.factor(matrix_);
        stage_ = state;
        for (std::size_t i = 0; i < 2 && i < matrix_.size(); ++i)
            stage_[i * columns_ + columns_ - 1] +=
                gamma * h * (e_.fixed_source[i] + xi * e_.driven_source[i]);
        solver_.solve(stage_, columns_);
    }

    RotorEquations e_;
    std::size_t columns_;
    std::vector<double> slope_, stage_;
    PentadiagonalRows matrix_;
    PentadiagonalSolver solver_;
};

void check(const Rotor& rotor, double amplitude) {
    require_positive(rotor.diffusion_time, "the diffusion time", "s");
    require_between(rotor.barrier, 0.0, 1e6, "the anisotropy barrier", "kT");
    require_between(amplitude, 0.0, 1e6, "xi", "1");
    const double energy = amplitude + 2.0 * rotor.barrier;
    if (energy > largest_energy)
        throw NotAvailable("Fokker-Planck by Legendre moments needs xi + 2 K V/kT up to " +
                           format_number(largest_energy, 4) + "; here it is " +
                           format_number(energy, 4));
}

void check_static(double barrier) {
    if (barrier > largest_static_barrier)
        throw NotAvailable("the static moments lose all digits above a barrier of " +
                           format_number(largest_static_barrier, 3) + " kT; here it is " +
                           format_number(barrier, 4));
}

/// The state at the start of the period that half a period maps on its mirror image.
std::vector<double> periodic_start(const RotorEquations& equations, const RotorDrive& drive,
                                   double h) {
    const std::size_t n = equations.fixed.size();
    const std::size_t columns = n + 1;
    std::vector<double> map(n * columns, 0.0);
    for (std::size_t i = 0; i < n; ++i) map[i * columns + i] = 1.0;
    Stepper stepper(equations, columns);
    for (int s = 0; s < drive.steps / 2; ++s) {
        const double phase = 2.0 * pi / drive.steps;
        stepper.step(h, drive.amplitude * std::cos(phase * (s + gamma)),
                     drive.amplitude * std::cos(phase * (s + 1)), map);
    }
    std::vector<double> system(n * columns);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t c = 0; c < n; ++c) system[i * columns + c] = -map[i * columns + c];
        system[i * columns + i] += i % 2 == 0 ? -1.0 : 1.0;  // row 0 is <P1>, which changes sign
        system[i * columns + n] = map[i * columns + n];
    }
    return solve_dense(std::move(system), n);
}

}  // namespace

int moments_needed(double barrier, double amplitude) {
    return 12 + static_cast<int>(std::ceil(7.0 * std::sqrt(amplitude + 2.0 * barrier)));
}

std::vector<double> equilibrium_moments(double barrier, double xi) {
    check({1.0, barrier}, std::abs(xi));
    check_static(barrier);
    const RotorEquations e = make_equations(barrier, moments_needed(barrier, std::abs(xi)));
    PentadiagonalRows matrix = e.fixed;
    std::vector<double> moments(matrix.size(), 0.0);
    for (std::size_t i = 0; i < matrix.size(); ++i)
        for (std::size_t b = 0; b < 5; ++b) matrix[i][b] += xi * e.driven[i][b];
    for (std::size_t i = 0; i < 2; ++i) moments[i] = -e.fixed_source[i] - xi * e.driven_source[i];
    PentadiagonalSolver solver;
    solver.factor(matrix);
    solver.solve(moments, 1);
    moments.resize(2);
    return moments;
}

double longitudinal_time(const Rotor& rotor) {
    check(rotor, 0.0);
    check_static(rotor.barrier);
    const RotorEquations e = make_equations(rotor.barrier, moments_needed(rotor.barrier, 0.0));
    PentadiagonalSolver solver;
    solver.factor(e.fixed);
    // Inverse iteration within the odd moments, which the even ones do not feed.
    std::vector<double> state(e.fixed.size(), 0.0);
    for (std::size_t i = 0; i < state.size(); i += 2) state[i] = 1.0 / static_cast<double>(i + 1);
    double time = 0.0;
    for (int iteration = 0; iteration < 200; ++iteration) {
        const double before = state[0];
        solver.solve(state, 1);
        const double next = -state[0] / before;
        for (double& value : state) value /= next;
        const bool settled = std::abs(next - time) < 1e-14 * next;
        time = next;
        if (settled) break;
    }
    return time * rotor.diffusion_time;
}

PeriodicResponse periodic_response(const Rotor& rotor, const RotorDrive& drive) {
    check(rotor, drive.amplitude);
    require_positive(drive.frequency, "the field frequency", "Hz");
    require_between(drive.steps, 16, 65536, "the number of steps per period", "1");
    if (drive.steps % 2 != 0)
        throw InputError(
            Diagnostic{{}, "the number of steps per period is odd", "an even number", ""});
    const RotorEquations equations =
        make_equations(rotor.barrier, moments_needed(rotor.barrier, drive.amplitude));
    const double h = 1.0 / (drive.frequency * drive.steps * rotor.diffusion_time);
    std::vector<double> state = periodic_start(equations, drive, h);
    PeriodicResponse response;
    Stepper stepper(equations, 1);
    for (int s = 0; s < drive.steps / 2; ++s) {
        response.first.push_back(state[0]);
        response.second.push_back(state[1]);
        const double phase = 2.0 * pi / drive.steps;
        stepper.step(h, drive.amplitude * std::cos(phase * (s + gamma)),
                     drive.amplitude * std::cos(phase * (s + 1)), state);
    }
    const std::size_t half = response.first.size();
    for (std::size_t i = 0; i < half; ++i) {
        response.first.push_back(-response.first[i]);
        response.second.push_back(response.second[i]);
    }
    return response;
}

PeriodicResponse random_axes_response(const Rotor& rotor, const RotorDrive& drive) {
    const QuadratureRule angles = gauss_legendre(6, 0.0, 1.0);
    PeriodicResponse sum;
    for (std::size_t i = 0; i < angles.size(); ++i) {
        const double cosine = angles.node[i];
        RotorDrive projected = drive;
        projected.amplitude *= cosine;
        const PeriodicResponse one = periodic_response(rotor, projected);
        sum.first.resize(one.first.size(), 0.0);
        sum.second.resize(one.second.size(), 0.0);
        const double part = angles.weight[i];
        for (std::size_t k = 0; k < one.first.size(); ++k) {
            sum.first[k] += part * cosine * one.first[k];
            // P2 of the angle to the field, of a moment spread evenly around its axis.
            sum.second[k] += part * (1.5 * cosine * cosine - 0.5) * one.second[k];
        }
    }
    return sum;
}

double loop_area(const std::vector<double>& magnetisation) {
    const auto n = static_cast<double>(magnetisation.size());
    double sum = 0.0;
    for (std::size_t k = 0; k < magnetisation.size(); ++k)
        sum += magnetisation[k] * std::sin(2.0 * pi * static_cast<double>(k) / n);
    return 2.0 * pi * sum / n;
}

std::vector<double> harmonics(const std::vector<double>& signal, int highest) {
    std::vector<double> amplitudes;
    const std::size_t n = signal.size();
    for (int order = 0; order <= highest; ++order) {
        double in = 0.0;
        double out = 0.0;
        for (std::size_t k = 0; k < n; ++k) {
            const double phase = 2.0 * pi *
                                 static_cast<double>((k * static_cast<std::size_t>(order)) % n) /
                                 static_cast<double>(n);
            in += signal[k] * std::cos(phase);
            out += signal[k] * std::sin(phase);
        }
        const double scale = (order == 0 ? 1.0 : 2.0) / static_cast<double>(n);
        amplitudes.push_back(scale * std::hypot(in, out));
    }
    return amplitudes;
}

}  // namespace caravel::formulation::magnetism
