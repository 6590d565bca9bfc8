// One stage of flux-limited convection over a grid, on rows laid out for vectors.
#pragma once

#include "caravel/base/grid.hpp"
#include "caravel/exec/threads.hpp"
#include "caravel/tissue/fields/variable_diffusion.hpp"

namespace caravel::tissue {

/// Where rows of numbers begin in memory that is aligned to `lanes` of them: whole vectors, so that
/// what lies behind a row may be worked out with it, and rows of cells with two ghosts on both
/// ends.
struct ConvectionRows {
    static constexpr index_t lanes = 8;
    static constexpr index_t whole(index_t count) { return (count + lanes - 1) / lanes * lanes; }

    explicit ConvectionRows(const Grid& g)
        : ny(g.ny), nz(g.nz), width(whole(g.nx)), cells(width + lanes), x_faces(whole(g.nx + 1)) {}

    index_t cell(index_t j, index_t k) const { return lanes + cells * (j + ny * k); }
    index_t cell_numbers() const { return cells * ny * nz + 2 * lanes; }
    /// Numbers without ghosts per cell, or per face of which the row above is the next cell's.
    index_t plain(index_t j, index_t k) const { return width * (j + ny * k); }
    index_t plain_numbers() const { return width * ny * nz; }
    index_t x_face(index_t j, index_t k) const { return x_faces * (j + ny * k); }
    index_t y_face(index_t j, index_t k) const { return width * (j + (ny + 1) * k); }
    index_t x_numbers() const { return x_faces * ny * nz; }
    index_t y_numbers() const { return width * (ny + 1) * nz; }
    index_t z_numbers() const { return width * ny * (nz + 1); }
    index_t face_numbers() const { return x_numbers() + y_numbers() + z_numbers(); }

    index_t ny;
    index_t nz;
    index_t width;    // of a row of numbers without ghosts
    index_t cells;    // from a row of cells to the next
    index_t x_faces;  // of a row of faces across x
};

/// Velocities as rows: faces across x, y, z.
struct VelocityRows {
    const double* x = nullptr;
    const double* y = nullptr;
    const double* z = nullptr;  // in the order of plain(j, face)
};

/// Copies the velocities to `memory` (face_numbers() of it); faces of cells without capacity are
/// closed (an empty view: none are).
VelocityRows lay_out(exec::ThreadTeam& team, const Grid& grid, const FaceField& velocity,
                     View<const double> capacity, double* memory);

/// One forward Euler stage: result = c - dt / capacity div(velocity c), or the mean of that and
/// `kept`.
struct ConvectionStage {
    VelocityRows velocity;
    const double* inverse = nullptr;  // of the capacity, rows of plain numbers
    const double* c = nullptr;        // rows of cells, like kept and result
    const double* kept = nullptr;
    double* result = nullptr;
    double keep = 0.0;
    double take = 1.0;
    double dt = 0.0;
    double inflow = 0.0;
};

/// Sets the ghosts on both ends of the row that begins at c.
void end_row(const Grid& grid, const VelocityRows& velocity, double inflow, index_t j, index_t k,
             double* c);

/// Numbers that run_stage needs.
index_t stage_memory(const Grid& grid, int threads);

/// Returns what leaves the box per time (unit of u times m3 per s). Same bits for any number of
/// threads.
double run_stage(exec::ThreadTeam& team, const Grid& grid, const ConvectionStage& stage,
                 double* memory);

}  // namespace caravel::tissue
