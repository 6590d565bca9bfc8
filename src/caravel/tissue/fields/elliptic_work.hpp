// What an elliptic solver keeps: the operator, its preconditioner and the vectors of the iteration.
#pragma once

#include "caravel/tissue/fields/cell_tiles.hpp"
#include "caravel/tissue/fields/elliptic_solver.hpp"
#include "caravel/tissue/fields/multigrid.hpp"

namespace caravel::tissue {

/// Calls visit(side, number of the face on that side, cell) for every face of the box.
template <class Visit>
void over_walls(const Grid& g, const Visit& visit) {
    for (index_t k = 0; k < g.nz; ++k) {
        for (index_t j = 0; j < g.ny; ++j) {
            visit(std::size_t{0}, j + g.ny * k, g.index(0, j, k));
            visit(std::size_t{1}, j + g.ny * k, g.index(g.nx - 1, j, k));
        }
        for (index_t i = 0; i < g.nx; ++i) {
            visit(std::size_t{2}, i + g.nx * k, g.index(i, 0, k));
            visit(std::size_t{3}, i + g.nx * k, g.index(i, g.ny - 1, k));
        }
    }
    for (index_t j = 0; j < g.ny; ++j) {
        for (index_t i = 0; i < g.nx; ++i) {
            visit(std::size_t{4}, i + g.nx * j, g.index(i, j, 0));
            visit(std::size_t{5}, i + g.nx * j, g.index(i, j, g.nz - 1));
        }
    }
}

struct EllipticSolver::Work {
    Work(const Grid& given_grid, const Boundaries& given_boundaries);

    void set_conductances(exec::ThreadTeam& team, FaceField given);
    /// Largest coupling (1/s).
    double couple_cells(exec::ThreadTeam& team);
    void couple_walls();
    /// Diagonal of the operator with this loss (1/s, empty: none). The hierarchy follows when it is
    /// needed.
    void set_loss(exec::ThreadTeam& team, View<const double> loss);
    /// next = loss and couplings of these cells; returns how many have a loss.
    double add_losses(View<const double> loss, CellRange range, double* next) const;
    /// r = source + what the faces bring - A u; returns the 2-norm of source and faces.
    double start(exec::ThreadTeam& team, View<const double> u, View<const double> source);
    double residual_norm(exec::ThreadTeam& team);
    /// 2-norm of source and what the faces bring.
    double supply_norm(exec::ThreadTeam& team, View<const double> source);
    /// Conjugate gradients from the residual of start() until its 2-norm is at most `target`.
    /// Returns the number of iterations and the norm reached.
    EllipticResult iterate(exec::ThreadTeam& team, View<double> u, double target);
    /// Takes the mean out of r when nothing holds the mean of u. Throws NumericalError when the
    /// sources do not add to zero.
    void balance_sources(exec::ThreadTeam& team, View<const double> source);
    /// Sum of value(p), and mean of u, over cells that take part.
    template <class Value>
    double total(exec::ThreadTeam& team, const Value& value);
    double mean(exec::ThreadTeam& team, View<const double> u);
    void shift(exec::ThreadTeam& team, View<double> u, double by);
    Stencil<double> stencil() const {
        return {coupling[0].data(), coupling[1].data(), coupling[2].data(), row, plane};
    }

    Grid grid;
    Boundaries boundaries;
    index_t cells = 0;
    index_t row = 1;
    index_t plane = 1;
    FaceField conductances;
    std::array<PaddedCells<double>, 3> coupling;  // 1/s
    std::array<std::vector<double>, 6> wall;      // 1/s, of the cells at the box's faces
    PaddedCells<double> diagonal;                 // 1/s
    PaddedCells<double> direction;
    std::vector<double> residual;
    std::vector<double> image;
    std::vector<double> partial;
    std::vector<double> linear_loss;  // of Newton's method
    std::vector<double> linear_source;
    double scale = 1.0;     // s; single-precision copies are multiplied by it
    bool is_held = false;   // by a loss or a face: u has one solution
    bool is_fresh = false;  // the operator changed since the hierarchy was made
    Multigrid multigrid;
    StencilWidth width = widest_stencil();
};

}  // namespace caravel::tissue
