#include "caravel/base/error.hpp"
#include "caravel/formulation/luminescence/upconversion.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace caravel::formulation::luminescence {
namespace {

constexpr double first_step = 1e-7;  // s
constexpr double longest_step = 1e12;
constexpr double growth = 4.0;
constexpr int most_steps = 400;
constexpr double settled = 1e-13;  // relative change of every occupation

using Matrix = std::vector<double>;

// -d(change)/dn, row by row.
Matrix negative_jacobian(const RateSystem& system, const std::vector<double>& n) {
    const std::size_t size = n.size();
    Matrix j(size * size, 0.0);
    const auto at = [&](std::size_t row, std::size_t column) -> double& {
        return j[row * size + column];
    };
    for (const auto* steps : {&system.spontaneous, &system.excitation})
        for (const LevelStep& step : *steps) {
            at(step.from, step.from) += step.rate;
            at(step.to, step.from) -= step.rate;
        }
    for (const PairStep& p : system.pairs) {
        const double donor = p.rate * system.densities[system.ion_of(p.acceptor_from)];
        const double acceptor = p.rate * system.densities[system.ion_of(p.donor_from)];
        for (const auto& [column, other] : {std::pair{p.donor_from, n[p.acceptor_from]},
                                            std::pair{p.acceptor_from, n[p.donor_from]}}) {
            at(p.donor_from, column) += donor * other;
            at(p.donor_to, column) -= donor * other;
            at(p.acceptor_from, column) += acceptor * other;
            at(p.acceptor_to, column) -= acceptor * other;
        }
    }
    return j;
}

// Gaussian elimination with row exchange; the solution replaces b.
void solve(Matrix& a, std::vector<double>& b) {
    const std::size_t size = b.size();
    for (std::size_t k = 0; k < size; ++k) {
        std::size_t pivot = k;
        for (std::size_t i = k + 1; i < size; ++i)
            if (std::abs(a[i * size + k]) > std::abs(a[pivot * size + k])) pivot = i;
        if (pivot != k) {
            std::swap_ranges(a.begin() + static_cast<std::ptrdiff_t>(k * size),
                             a.begin() + static_cast<std::ptrdiff_t>((k + 1) * size),
                             a.begin() + static_cast<std::ptrdiff_t>(pivot * size));
            std::swap(b[k], b[pivot]);
        }
        for (std::size_t i = k + 1; i < size; ++i) {
            const double factor = a[i * size + k] / a[k * size + k];
            if (factor == 0.0) continue;
            for (std::size_t j = k; j < size; ++j) a[i * size + j] -= factor * a[k * size + j];
            b[i] -= factor * b[k];
        }
    }
    for (std::size_t k = size; k-- > 0;) {
        for (std::size_t j = k + 1; j < size; ++j) b[k] -= a[k * size + j] * b[j];
        b[k] /= a[k * size + k];
    }
}

// Each ion's ground level takes what makes its occupations add up to 1 in place of its own
// equation, which is the sum of the others.
void close_sums(const RateSystem& system, const std::vector<double>& n, Matrix& a,
                std::vector<double>& b) {
    for (std::size_t s = 0; s < system.ions.size(); ++s) {
        const std::size_t ground = system.first[s];
        const std::size_t end = ground + system.ions[s].ion.size();
        double sum = 0.0;
        for (std::size_t i = 0; i < n.size(); ++i) {
            const bool is_own = i >= ground && i < end;
            a[ground * n.size() + i] = is_own ? 1.0 : 0.0;
            if (is_own) sum += n[i];
        }
        b[ground] = 1.0 - sum;
    }
}

std::vector<double> ground_state(const RateSystem& system) {
    std::vector<double> n(system.size(), 0.0);
    for (const std::size_t first : system.first) n[first] = 1.0;
    return n;
}

[[noreturn]] void fail() {
    NumericalFailure failure;
    failure.process = "upconversion rate equations";
    failure.quantity = "level occupations";
    failure.problem = "did not reach a steady state";
    failure.advice = "lower the irradiance.";
    throw NumericalError(std::move(failure));
}

}  // namespace

std::vector<double> steady_occupations(const RateSystem& system) {
    std::vector<double> n = ground_state(system);
    double step = first_step;
    for (int iteration = 0; iteration < most_steps; ++iteration) {
        Matrix a = negative_jacobian(system, n);
        std::vector<double> b = occupation_change(system, n);
        for (std::size_t i = 0; i < n.size(); ++i) a[i * n.size() + i] += 1.0 / step;
        close_sums(system, n, a, b);
        solve(a, b);
        double change = 0.0;
        bool is_inside = true;
        for (std::size_t i = 0; i < n.size(); ++i) {
            const double next = n[i] + b[i];
            is_inside = is_inside && std::isfinite(next) && next > -1e-12;
            change = std::max(change, std::abs(b[i]) / std::max(std::abs(next), 1e-300));
        }
        if (!is_inside) {
            step *= 0.1;
            if (step < 1e-3 * first_step) fail();
            continue;
        }
        for (std::size_t i = 0; i < n.size(); ++i) n[i] = std::max(n[i] + b[i], 0.0);
        if (step >= longest_step && change < settled) return n;
        step = std::min(step * growth, longest_step);
    }
    fail();
}

}  // namespace caravel::formulation::luminescence
