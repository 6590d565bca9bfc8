// One Rosenbrock step of a compiled model: evaluation only, no step control. The arrays are in
// elimination order and padded to whole lanes, so that a form with one individual per lane can
// replace `Lane` by a wider vector and keep the step controller.
#pragma once

#include "caravel/kinetics/rate_program.hpp"
#include "caravel/kinetics/rosenbrock_tableau.hpp"
#include "caravel/kinetics/solver.hpp"
#include "caravel/kinetics/sparse_lu.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace caravel::kinetics {

/// The right-hand side in elimination order with the first-order reactions of one set of
/// coefficients gathered into a matrix, and the factors of (I/(gamma h) - J).
class BoundModel {
  public:
    explicit BoundModel(const CompiledModel& model);

    int size() const { return program_.size; }
    std::size_t padded_size() const { return padded_size_; }
    /// Place of the model's species i in the arrays of this class.
    std::span<const int> place() const { return place_; }

    /// Uses these coefficients from now on.
    void bind(std::span<const double> coefficients);
    /// rates += dy/dt at y with the bound coefficients.
    void add_rates(const double* y, double* rates);
    /// rates = dy/dt at y with other coefficients (dy/dt is linear in them).
    void rates_with(std::span<const double> coefficients, const double* y, double* rates);
    /// Factors I * diagonal - J(y); false when a pivot vanishes.
    bool factor(const double* y, double diagonal);
    void solve(double* x) const { lu_.solve(x); }

  private:
    struct Uptake {
        int from = 0;
        int to = 0;
        int load = 0;
        int coefficient = 0;
        double inverse_capacity = 0.0;
        std::array<int, 4> positions{};  // in the factors: (from, to) by source, then by load
    };

    void build_matrix();
    void collect_uptakes();
    bool is_one_species(int sum) const;
    void add_nonlinear(const double* coefficients, const double* y, double* rates);

    RateProgram program_;  // without the reactions in uptakes_
    SparseLu lu_;
    std::size_t padded_size_ = 0;
    std::vector<int> place_;
    std::vector<int> lu_positions_;  // of program_.positions
    std::vector<double> coefficients_;
    std::vector<double> linear_values_;  // -J of the first-order reactions, at LU positions
    std::vector<double> diagonal_;       // of the first-order matrix
    std::vector<SparseEntry> off_diagonal_;
    std::vector<std::uint32_t> entry_places_;  // of program_.linear in off_diagonal_
    std::vector<Uptake> uptakes_;
    std::vector<double> sums_;
};

/// Stages of one step. `Tableau` is one of the methods in rosenbrock_tableau.hpp.
template <class Tableau>
class RosenbrockStep {
  public:
    explicit RosenbrockStep(std::size_t padded_size)
        : padded_size_(padded_size),
          stages_(padded_size * Tableau::stages),
          state_(padded_size),
          forced_(padded_size),
          dense_(padded_size * Tableau::dense_terms) {}

    /// From y over h with the factors of `model`. Unless autonomous, time_derivative() holds df/dt
    /// and `bind_at(x)` binds the coefficients at t + x h.
    template <class Bind>
    void run(BoundModel& model, const double* y, double h, bool autonomous, Bind&& bind_at) {
        std::copy(y, y + padded_size_, state_.begin());
        run_stages(model, y, h, autonomous, bind_at,
                   std::make_index_sequence<static_cast<std::size_t>(Tableau::stages)>{});
        const double* const last = stage(Tableau::stages - 1);
        for (std::size_t i = 0; i < padded_size_; ++i) {
            state_[i] += last[i];
        }
    }

    /// Space for df/dt, to be filled before a step that is not autonomous.
    std::span<double> time_derivative() { return forced_; }
    const double* result() const { return state_.data(); }
    const double* error() const { return stage(Tableau::stages - 1); }

    /// Call once before `interpolate`.
    void prepare_interpolation() {
        for (int m = 0; m < Tableau::dense_terms; ++m) {
            double* const out = dense_.data() + static_cast<std::size_t>(m) * padded_size_;
            std::fill(out, out + padded_size_, 0.0);
            for (int j = 0; j < Tableau::stages; ++j) {
                const double* const k = stage(j);
                for (std::size_t i = 0; i < padded_size_; ++i) {
                    out[i] += Tableau::dense[m][j] * k[i];
                }
            }
        }
    }

    /// Value of component i at t + x h for a step from y.
    double interpolate(const double* y, double x, std::size_t i) const {
        double inner = 0.0;
        for (int m = Tableau::dense_terms - 1; m >= 0; --m) {
            inner = inner * x + dense_[static_cast<std::size_t>(m) * padded_size_ + i];
        }
        return (1.0 - x) * y[i] + x * (state_[i] + (1.0 - x) * inner);
    }

  private:
    // two doubles side by side, as every x86-64 has
    typedef double Lane __attribute__((vector_size(16), aligned(8), may_alias));

    static Lane& lane(double* p) { return *reinterpret_cast<Lane*>(p); }
    static const Lane& lane(const double* p) { return *reinterpret_cast<const Lane*>(p); }

    double* stage(int i) { return stages_.data() + static_cast<std::size_t>(i) * padded_size_; }
    const double* stage(int i) const {
        return stages_.data() + static_cast<std::size_t>(i) * padded_size_;
    }

    // u_i = u_(i-1) + k_(i-1) for the last stages of stiffly accurate methods
    template <std::size_t I>
    static constexpr bool continues_previous() {
        if constexpr (I < 2) {
            return false;
        } else {
            for (std::size_t j = 0; j + 1 < I; ++j) {
                if (Tableau::a[I][j] != Tableau::a[I - 1][j]) {
                    return false;
                }
            }
            return Tableau::a[I][I - 1] == 1.0;
        }
    }

    template <std::size_t I, std::size_t... J>
    void combine(const double* y, double inverse_h, std::index_sequence<J...>) {
        double* const rates = stage(static_cast<int>(I));
        double* const state = state_.data();
        const double* const k = stages_.data();
        const std::size_t n = padded_size_;
        for (std::size_t p = 0; p < n; p += 2) {
            Lane u;
            if constexpr (continues_previous<I>()) {
                u = lane(state + p) + lane(k + (I - 1) * n + p);
            } else {
                u = lane(y + p);
                ((u += Tableau::a[I][J] * lane(k + J * n + p)), ...);
            }
            Lane right{0.0, 0.0};
            ((right += Tableau::c[I][J] * lane(k + J * n + p)), ...);
            lane(state + p) = u;
            lane(rates + p) = inverse_h * right;
        }
    }

    template <std::size_t I, class Bind>
    void run_stage(BoundModel& model, const double* y, double h, bool autonomous, Bind& bind_at) {
        double* const rates = stage(static_cast<int>(I));
        combine<I>(y, 1.0 / h, std::make_index_sequence<I>{});
        if (!autonomous) {
            if constexpr (I > 0) {
                if (Tableau::alpha[I] != Tableau::alpha[I - 1]) {
                    bind_at(Tableau::alpha[I]);
                }
            }
            for (std::size_t p = 0; p < padded_size_; ++p) {
                rates[p] += h * Tableau::d[I] * forced_[p];
            }
        }
        model.add_rates(state_.data(), rates);
        model.solve(rates);
    }

    template <class Bind, std::size_t... I>
    void run_stages(BoundModel& model, const double* y, double h, bool autonomous, Bind& bind_at,
                    std::index_sequence<I...>) {
        (run_stage<I>(model, y, h, autonomous, bind_at), ...);
    }

    std::size_t padded_size_;
    std::vector<double> stages_;
    std::vector<double> state_;
    std::vector<double> forced_;
    std::vector<double> dense_;
};

}  // namespace caravel::kinetics
