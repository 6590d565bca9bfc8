// Solves a product of three one-dimensional implicit operators in two passes over the field.
#pragma once

#include "caravel/tissue/fields/line_sweeps.hpp"
#include "caravel/tissue/fields/variable_diffusion.hpp"

namespace caravel::tissue {

/// result of M result = base (capacity (u + ahead (v - u)) + t source) + residual (capacity u
/// + t source - (C v - t L v)); result may be the memory of u.
struct ResidualSolve {
    View<const double> u{};
    View<const double> v{};
    View<double> result{};
    double base = 0.0;  // 0: a change, for which the faces of the box hold 0
    double ahead = 0.0;
    double residual = 0.0;
};

/// M = (C - t L_x) C^-1 (C - t L_y) C^-1 (C - t L_z), every operator with its own faces of the box.
/// `Face`: float or double, in which conductances are kept.
template <class Face>
class FactoredSolver {
  public:
    /// Numbers of scratch per thread.
    static index_t scratch_size(const Grid& grid);

    /// Everything passed stays with the caller; `storage` is C, empty for 1.
    FactoredSolver(const Grid& grid, const Boundaries& boundaries,
                   const FaceNumbers<Face>& conductances, const CellTerms& terms,
                   View<const double> storage, double time, View<double> scratch);

    /// M result = capacity u + t source; result may be the memory of u.
    void solve_start(exec::ThreadTeam& team, View<const double> u, View<double> result) const;
    void solve_residual(exec::ThreadTeam& team, const ResidualSolve& solve) const;
    /// u += change
    void add(exec::ThreadTeam& team, View<const double> change, View<double> u) const;

  private:
    struct Lines {
        const Face* faces = nullptr;
        double scale = 0.0;  // t over spacing
        double low = 0.0;
        double high = 0.0;
    };

    Lines lines(int axis, bool homogeneous) const;
    template <class Fill>
    void sweep(exec::ThreadTeam& team, double* values, bool homogeneous, const Fill& fill) const;
    void sweep_plane(double* values, index_t k, bool homogeneous, double* scratch) const;
    void sweep_slab(double* values, index_t j, bool homogeneous, double* scratch) const;
    void fill_residual(const ResidualSolve& solve, index_t j, index_t k, double* scratch) const;
    sweeps::StartRow start_row(const double* u, double* result, index_t cell) const;

    Grid grid_;
    Boundaries boundaries_;
    const FaceNumbers<Face>* conductances_;
    CellTerms terms_;
    View<const double> storage_;
    double time_;
    View<double> scratch_;
    sweeps::SweepKernels<Face> kernels_;
    std::vector<double> ones_;
    std::vector<double> zeros_;
    std::vector<double> beyond_;  // rows of the values beyond y low, y high, z low, z high
};

}  // namespace caravel::tissue
