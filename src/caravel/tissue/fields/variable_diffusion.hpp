// Diffusion with coefficients that vary in space: line sweeps with a coefficient per face.
#pragma once

#include "caravel/base/grid.hpp"
#include "caravel/exec/threads.hpp"
#include "caravel/tissue/fields/boundary.hpp"

#include <vector>

namespace caravel::tissue {

/// Values on the faces between cells: x has (nx+1) ny nz of them, x fastest; y has nx (ny+1) nz; z
/// has nx ny (nz+1). Face i of a line is the lower face of cell i.
struct FaceField {
    explicit FaceField(const Grid& grid, double initial = 0.0);
    std::vector<double> x;
    std::vector<double> y;
    std::vector<double> z;
};

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

/// Steps in time by delta-form line sweeps (Douglas-Gunn for crank_nicolson, its L-stable relative
/// for l_stable; split first-order sweeps for backward_euler, which keep every value positive).
class VariableDiffusion {
  public:
    VariableDiffusion(const Grid& grid, const Boundaries& boundaries);

    /// Conductivity of every cell (unit of conductivity). Throws std::invalid_argument for another
    /// number of values or negative ones.
    void set_conductivity(exec::ThreadTeam& team, View<const double> conductivity);
    void set_conductances(FaceField conductances);

    /// One step in place; the integral of capacity u changes by source, loss and what passes the
    /// faces of the box alone (to round-off). Same bits for any number of threads.
    void step(exec::ThreadTeam& team, View<double> u, const CellTerms& terms, double dt,
              TimeScheme scheme);

    const FaceField& conductances() const { return conductances_; }

  private:
    Grid grid_;
    Boundaries boundaries_;
    FaceField conductances_;
    std::vector<double> scratch_;
};

/// How a step that must stay positive was taken.
struct PositiveStep {
    int halvings = 0;          // of the step, at second order
    bool first_order = false;  // backward Euler was needed
};

/// One l_stable step that ends without negative values: halved, at last in four backward Euler
/// steps, until none is there. Nothing is clipped. `saved` is memory for u.
PositiveStep step_positive(exec::ThreadTeam& team, VariableDiffusion& diffusion, View<double> u,
                           const CellTerms& terms, double dt, std::vector<double>& saved);

}  // namespace caravel::tissue
