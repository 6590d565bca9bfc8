#include "caravel/formulation/optics/cluster_system.hpp"

#include "caravel/base/error.hpp"
#include "caravel/exec/for_each.hpp"
#include "caravel/formulation/optics/cluster_krylov.hpp"
#include "caravel/formulation/optics/complex_lu.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace caravel::formulation::optics {

namespace {

using Complex = std::complex<double>;

constexpr double krylov_tolerance = 1e-12;
constexpr double krylov_acceptable = 1e-9;
constexpr int krylov_limit = 1500;

std::size_t at(int i) { return static_cast<std::size_t>(i); }

}  // namespace

ClusterSystem::ClusterSystem(const std::vector<ClusterSphere>& spheres, double wave_number,
                             std::vector<int> orders, int threads)
    : wave_number_(wave_number), orders_(std::move(orders)), threads_(threads), first_{0} {
    for (std::size_t i = 0; i < spheres.size(); ++i) {
        const int order = orders_[i];
        first_.push_back(first_.back() + at(2 * mode_count(order)));
        const std::vector<Complex> h =
            spherical_bessel(WaveKind::outgoing, order, wave_number * spheres[i].radius);
        for (int l = 1; l <= order; ++l) {
            for (int m = -l; m <= l; ++m) {
                response_.push_back(-spheres[i].coefficients.b[at(l - 1)]);
                response_.push_back(-spheres[i].coefficients.a[at(l - 1)]);
                scale_.insert(scale_.end(), 2, std::abs(h[at(l)]));
            }
        }
    }
    const int top = *std::max_element(orders_.begin(), orders_.end());
    const AxialTable table(top, top);
    for (std::size_t i = 0; i < spheres.size(); ++i) {
        for (std::size_t j = i + 1; j < spheres.size(); ++j) {
            pairs_.emplace_back(table, WaveKind::outgoing, orders_[i], orders_[j], wave_number,
                                difference(spheres[i].centre, spheres[j].centre));
        }
    }
}

const WaveTranslation& ClusterSystem::pair(std::size_t low, std::size_t high) const {
    const std::size_t n = orders_.size();
    return pairs_[low * (2 * n - low - 1) / 2 + high - low - 1];
}

void ClusterSystem::couple(std::size_t sphere, std::span<const Complex> outgoing,
                           std::span<Complex> arriving) const {
    for (std::size_t j = 0; j < orders_.size(); ++j) {
        const auto source = outgoing.subspan(first_[j], first_[j + 1] - first_[j]);
        if (sphere < j) pair(sphere, j).add(source, arriving);
        if (j < sphere) pair(j, sphere).add_reverse(source, arriving);
    }
}

void ClusterSystem::multiply(std::span<const Complex> in, std::span<Complex> out) const {
    std::vector<Complex> outgoing(in.size());
    for (std::size_t k = 0; k < in.size(); ++k) outgoing[k] = in[k] / scale_[k];
    exec::ThreadTeam team(threads_);
    exec::for_each(
        team, static_cast<index_t>(orders_.size()),
        [&](index_t sphere) {
            const auto i = static_cast<std::size_t>(sphere);
            std::vector<Complex> arriving(first_[i + 1] - first_[i]);
            couple(i, outgoing, arriving);
            for (std::size_t k = first_[i]; k < first_[i + 1]; ++k) {
                out[k] = in[k] - scale_[k] * (response_[k] * arriving[k - first_[i]]);
            }
        },
        1);
}

ClusterSystem::Solution ClusterSystem::solve(const std::vector<WaveCoefficients>& excitations,
                                             bool direct) const {
    return direct ? solve_dense(excitations) : solve_iterative(excitations);
}

ClusterSystem::Solution ClusterSystem::solve_dense(
    const std::vector<WaveCoefficients>& excitations) const {
    const std::size_t n = size();
    ComplexRows matrix(n, n);
    exec::ThreadTeam team(threads_);
    // Column by column within each block: the waves that one unit source sends to one sphere.
    exec::for_each(
        team, static_cast<index_t>(orders_.size()),
        [&](index_t target) {
            const auto i = static_cast<std::size_t>(target);
            std::vector<Complex> arriving(first_[i + 1] - first_[i]);
            for (std::size_t j = 0; j < orders_.size(); ++j) {
                std::vector<Complex> unit(first_[j + 1] - first_[j]);
                for (std::size_t c = 0; c < unit.size() && i != j; ++c) {
                    std::fill(arriving.begin(), arriving.end(), 0.0);
                    unit[c] = 1.0 / scale_[first_[j] + c];
                    if (i < j) pair(i, j).add(unit, arriving);
                    if (j < i) pair(j, i).add_reverse(unit, arriving);
                    unit[c] = 0.0;
                    for (std::size_t r = 0; r < arriving.size(); ++r) {
                        const std::size_t row = first_[i] + r;
                        matrix.set(row, first_[j] + c, -scale_[row] * response_[row] * arriving[r]);
                    }
                }
            }
            for (std::size_t k = first_[i]; k < first_[i + 1]; ++k) matrix.set(k, k, 1.0);
        },
        1);
    ComplexRows x(n, excitations.size());
    for (std::size_t e = 0; e < excitations.size(); ++e) {
        for (std::size_t k = 0; k < n; ++k) {
            x.set(k, e, scale_[k] * response_[k] * excitations[e][k]);
        }
    }
    ComplexLu(std::move(matrix), threads_).solve(x);
    Solution solution;
    for (std::size_t e = 0; e < excitations.size(); ++e) {
        WaveCoefficients& p = solution.outgoing.emplace_back(n);
        for (std::size_t k = 0; k < n; ++k) p[k] = x(k, e) / scale_[k];
    }
    return solution;
}

ClusterSystem::Solution ClusterSystem::solve_iterative(
    const std::vector<WaveCoefficients>& excitations) const {
    Solution solution;
    for (const WaveCoefficients& excitation : excitations) {
        std::vector<Complex> right(size());
        for (std::size_t k = 0; k < size(); ++k) {
            right[k] = scale_[k] * (response_[k] * excitation[k]);
        }
        GmresResult found = solve_gmres(
            [this](std::span<const Complex> in, std::span<Complex> out) { multiply(in, out); },
            right, krylov_tolerance, krylov_limit);
        if (!(found.residual <= krylov_acceptable)) {
            throw NumericalError(
                {"coupled multipoles", "residual of GMRES", "", 0.0, 0.0,
                 "stays above 1e-9 after " + std::to_string(found.iterations) + " products",
                 "use fewer spheres with the direct solver, or wider gaps"});
        }
        for (std::size_t k = 0; k < size(); ++k) found.solution[k] /= scale_[k];
        solution.iterations = std::max(solution.iterations, found.iterations);
        solution.residual = std::max(solution.residual, found.residual);
        solution.outgoing.push_back(std::move(found.solution));
    }
    return solution;
}

double ClusterSystem::absorbed(std::size_t sphere, const WaveCoefficients& outgoing) const {
    double sum = 0.0;
    for (std::size_t k = first_[sphere]; k < first_[sphere + 1]; ++k) {
        const Complex t = -response_[k];
        if (t == 0.0) continue;
        sum += std::real(outgoing[k] * std::conj(outgoing[k] / t)) - std::norm(outgoing[k]);
    }
    return sum / (wave_number_ * wave_number_);
}

}  // namespace caravel::formulation::optics
