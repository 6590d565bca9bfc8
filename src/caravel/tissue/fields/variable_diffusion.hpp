// Diffusion with coefficients that vary in space: line sweeps with a coefficient per face.
#pragma once

#include "caravel/base/grid.hpp"
#include "caravel/exec/threads.hpp"
#include "caravel/tissue/fields/boundary.hpp"

#include <vector>

namespace caravel::tissue {

/// Values on the faces between cells: x has (nx+1) ny nz of them, x fastest; y has nx (ny+1) nz; z
/// has nx ny (nz+1). Face i of a line is the lower face of cell i.
template <class Number>
struct FaceNumbers {
    explicit FaceNumbers(const Grid& grid, Number initial = 0);
    std::vector<Number> x;
    std::vector<Number> y;
    std::vector<Number> z;
};
using FaceField = FaceNumbers<double>;

/// Terms of  capacity du/dt = div(conductivity grad u) - loss u + source  in every cell. An empty
/// view stands for 1 (capacity) or 0 (loss, source).
struct CellTerms {
    View<const double> capacity{};
    View<const double> loss{};
    View<const double> source{};
};

/// Conductivity over distance (unit of conductivity per m) on every face; harmonic means of the
/// cells' conductivities inside, boundary conditions on the outside, no flux where either is zero.
FaceField conductances(const Grid& grid, View<const double> conductivity,
                       const Boundaries& boundaries);

/// Steps in time by line sweeps with M = prod over axes of (C - t L_axis), C = capacity + t loss:
/// backward_euler solves M u' = capacity u + t source (positive and bounded for any conductivity,
/// first order); crank_nicolson is Douglas-Gunn's delta form (grows at steps D dt/dx2 of 10 where
/// conductivity jumps from cell to cell); l_stable a two-stage SDIRK whose second stage also
/// removes the first order of the splitting (second order without commuting coefficients, damped at
/// any step where neighbours' conductivities differ by less than about two decades). For sharper
/// data take step_positive, which nothing makes grow. Cells of capacity 0 are closed and keep their
/// value. Conductances are kept in single precision (rounded by at most 6e-8 of each, the same for
/// both cells of a face): steps wait for memory, of which that saves a fifth.
class VariableDiffusion {
  public:
    /// Throws std::invalid_argument for cells without extent.
    VariableDiffusion(const Grid& grid, const Boundaries& boundaries);

    /// Conductivity of every cell (unit of conductivity). Throws std::invalid_argument for another
    /// number of values, negative ones, and (both functions) for conductances beyond single
    /// precision.
    void set_conductivity(exec::ThreadTeam& team, View<const double> conductivity);
    void set_conductances(const FaceField& conductances);

    /// One step in place; the integral of capacity u changes by source, loss and what passes the
    /// faces of the box alone (to round-off). Same bits for any number of threads. Throws
    /// std::invalid_argument for another number of values, a step that is not positive, or capacity
    /// or loss that is negative or not finite.
    void step(exec::ThreadTeam& team, View<double> u, const CellTerms& terms, double dt,
              TimeScheme scheme);
    /// The same with memory that several fields share in turn (faster, as it stays in cache).
    void step(exec::ThreadTeam& team, View<double> u, const CellTerms& terms, double dt,
              TimeScheme scheme, std::vector<double>& scratch) const;

  private:
    Grid grid_;
    Boundaries boundaries_;
    FaceNumbers<float> conductances_;
    std::vector<double> scratch_;
};

/// How a step that must stay positive was taken.
struct PositiveStep {
    int halvings = 0;          // of the step, at second order
    bool first_order = false;  // backward Euler was needed
};

/// One l_stable step that makes no value negative: halved up to three times, at last in four
/// backward Euler steps (which need a source that is not negative). Nothing is clipped. `saved` is
/// memory for u.
PositiveStep step_positive(exec::ThreadTeam& team, VariableDiffusion& diffusion, View<double> u,
                           const CellTerms& terms, double dt, std::vector<double>& saved);

}  // namespace caravel::tissue
