#include "caravel/tissue/fields/convection_stage.hpp"

#include "caravel/tissue/fields/flux_rows.hpp"

#include <algorithm>

namespace caravel::tissue {

namespace {

double sum(const double* values, index_t count, double total = 0.0) {
    for (index_t i = 0; i < count; ++i) {
        total += values[i];
    }
    return total;
}

/// Closes the faces in front of and behind the cells of a row that hold nothing.
void close_row(const double* capacity, index_t count, double* low, double* high) {
    for (index_t i = 0; i < count; ++i) {
        if (!(capacity[i] > 0.0)) low[i] = high[i] = 0.0;
    }
}

/// Does the planes of one thread in ascending order; fluxes through a face are computed once, those
/// between two threads twice with the same bits.
class Piece {
  public:
    Piece(const Grid& grid, const ConvectionStage& stage, double* memory)
        : grid_(grid),
          rows_(grid),
          stage_(stage),
          kernels_(fluxes::usable_kernels().back()),
          y_ghosts_(memory),
          z_ghosts_(y_ghosts_ + 2 * rows_.width),
          flux_x_(z_ghosts_ + 2 * rows_.width),
          flux_y_(flux_x_ + rows_.x_faces),
          flux_z_(flux_y_ + rows_.width) {}

    static index_t memory(const Grid& g) {
        const ConvectionRows rows(g);
        return 5 * rows.width + rows.x_faces + rows.width * g.ny;
    }

    /// Sets what leaves the box from each plane per time in this stage (unit of u times m3 per s).
    void run(index_t first, index_t end, double* leaving) {
        for (index_t j = 0; j < grid_.ny && first < end; ++j) {
            set_z_ghosts(j, first);
            face_row(z_row(j, first), stage_.velocity.z + rows_.plain(j, first), flux_z(j));
        }
        for (index_t k = first; k < end; ++k) leaving[k] = run_plane(k);
    }

  private:
    /// Rows of cells on both sides of a face, two deep.
    struct Around {
        const double* low2;
        const double* low;
        const double* high;
        const double* high2;
    };

    double area(std::size_t axis) const { return grid_.cell_volume() / grid_.spacing[axis]; }
    double* flux_z(index_t j) const { return flux_z_ + rows_.width * j; }

    double all_of_z(double total = 0.0) const {
        for (index_t j = 0; j < grid_.ny; ++j) total = sum(flux_z(j), grid_.nx, total);
        return total;
    }

    double run_plane(index_t k) {
        double leaving = k == 0 ? -area(2) * all_of_z() : 0.0;
        set_y_ghosts(k);
        face_row(y_row(0, k), stage_.velocity.y + rows_.y_face(0, k), flux_y_);
        leaving -= area(1) * sum(flux_y_, grid_.nx);
        for (index_t j = 0; j < grid_.ny; ++j) leaving += row(j, k);
        leaving += area(1) * sum(flux_y_, grid_.nx);
        leaving += k + 1 == grid_.nz ? area(2) * all_of_z() : 0.0;
        return leaving;
    }

    double row(index_t j, index_t k) {
        const index_t nx = grid_.nx;
        const index_t start = rows_.cell(j, k);
        const double* const c = stage_.c + start;
        kernels_.face_row(
            {flux_x_, stage_.velocity.x + rows_.x_face(j, k), c - 2, c - 1, c, c + 1, nx + 1});
        set_z_ghosts(j, k + 1);
        const Around y = y_row(j + 1, k);
        const Around z = z_row(j, k + 1);
        double* const result = stage_.result + start;
        kernels_.cell_row(
            {result,
             stage_.kept == nullptr ? nullptr : stage_.kept + start,
             c,
             stage_.inverse + rows_.plain(j, k),
             flux_x_,
             {{flux_y_, stage_.velocity.y + rows_.y_face(j + 1, k), y.low2, y.high, y.high2},
              {flux_z(j), stage_.velocity.z + rows_.plain(j, k + 1), z.low2, z.high, z.high2}},
             {stage_.dt / grid_.spacing[0], stage_.dt / grid_.spacing[1],
              stage_.dt / grid_.spacing[2]},
             stage_.keep,
             stage_.take,
             nx});
        end_row(grid_, stage_.velocity, stage_.inflow, j, k, result);
        return area(0) * (flux_x_[nx] - flux_x_[0]);
    }

    void face_row(const Around& cells, const double* velocity, double* flux) const {
        kernels_.face_row(
            {flux, velocity, cells.low2, cells.low, cells.high, cells.high2, grid_.nx});
    }

    /// Rows around a face of a line of `count` rows at distance `stride`; `c` is row 0.
    static Around around(const double* c, index_t stride, index_t count, index_t face,
                         const double* below, const double* above) {
        const auto at = [&](index_t row) {
            return row < 0 ? below : row >= count ? above : c + stride * row;
        };
        return {at(face - 2), at(face - 1), at(face), at(face + 1)};
    }

    Around y_row(index_t face, index_t k) const {
        return around(stage_.c + rows_.cell(0, k), rows_.cells, grid_.ny, face, y_ghosts_,
                      y_ghosts_ + rows_.width);
    }

    Around z_row(index_t j, index_t face) const {
        return around(stage_.c + rows_.cell(j, 0), rows_.cells * grid_.ny, grid_.nz, face,
                      z_ghosts_, z_ghosts_ + rows_.width);
    }

    void set_ghosts(double sign, const double* velocity, const double* last, const double* before,
                    double* ghosts) const {
        kernels_.ghost_row({ghosts, velocity, last, before, sign, stage_.inflow, grid_.nx});
    }

    void set_y_ghosts(index_t k) const {
        const index_t last = grid_.ny - 1;
        const double* const c = stage_.c;
        set_ghosts(1.0, stage_.velocity.y + rows_.y_face(0, k), c + rows_.cell(0, k),
                   c + rows_.cell(std::min(last, index_t{1}), k), y_ghosts_);
        set_ghosts(-1.0, stage_.velocity.y + rows_.y_face(grid_.ny, k), c + rows_.cell(last, k),
                   c + rows_.cell(std::max(last - 1, index_t{0}), k), y_ghosts_ + rows_.width);
    }

    /// Those that a face of column j needs.
    void set_z_ghosts(index_t j, index_t face) const {
        const index_t last = grid_.nz - 1;
        const double* const c = stage_.c;
        if (face <= 1) {
            set_ghosts(1.0, stage_.velocity.z + rows_.plain(j, 0), c + rows_.cell(j, 0),
                       c + rows_.cell(j, std::min(last, index_t{1})), z_ghosts_);
        }
        if (face >= last) {
            set_ghosts(-1.0, stage_.velocity.z + rows_.plain(j, grid_.nz), c + rows_.cell(j, last),
                       c + rows_.cell(j, std::max(last - 1, index_t{0})), z_ghosts_ + rows_.width);
        }
    }

    Grid grid_;
    ConvectionRows rows_;
    ConvectionStage stage_;
    fluxes::FluxKernels kernels_;
    double* y_ghosts_;  // below the first row, above the last
    double* z_ghosts_;
    double* flux_x_;
    double* flux_y_;  // of the faces that the next row of cells begins with
    double* flux_z_;  // and the next plane
};

}  // namespace

VelocityRows lay_out(exec::ThreadTeam& team, const Grid& g, const FaceField& velocity,
                     View<const double> capacity, double* memory) {
    const ConvectionRows rows(g);
    double* const x = memory;
    double* const y = x + rows.x_numbers();
    double* const z = y + rows.y_numbers();
    const auto closes = [&](index_t k) { return !capacity.empty() && k >= 0 && k < g.nz; };
    team.run(g.nz + 1, [&](index_t k) {
        for (index_t j = 0; j < g.ny; ++j) {
            double* const to = z + rows.plain(j, k);
            std::copy_n(velocity.z.data() + g.nx * (j + g.ny * k), g.nx, to);
            for (const index_t cell : {k - 1, k})
                if (closes(cell)) close_row(capacity.data() + g.index(0, j, cell), g.nx, to, to);
        }
        if (k == g.nz) return;
        for (index_t j = 0; j < g.ny; ++j)
            std::copy_n(velocity.x.data() + (g.nx + 1) * (j + g.ny * k), g.nx + 1,
                        x + rows.x_face(j, k));
        for (index_t j = 0; j <= g.ny; ++j)
            std::copy_n(velocity.y.data() + g.nx * (j + (g.ny + 1) * k), g.nx,
                        y + rows.y_face(j, k));
        for (index_t j = 0; closes(k) && j < g.ny; ++j) {
            const double* const holds = capacity.data() + g.index(0, j, k);
            double* const across = x + rows.x_face(j, k);
            close_row(holds, g.nx, across, across + 1);
            close_row(holds, g.nx, y + rows.y_face(j, k), y + rows.y_face(j + 1, k));
        }
    });
    return {x, y, z};
}

void end_row(const Grid& g, const VelocityRows& velocity, double inflow, index_t j, index_t k,
             double* c) {
    const index_t nx = g.nx;
    const double* const v = velocity.x + ConvectionRows(g).x_face(j, k);
    fluxes::set_beyond(c[-1], c[0], c[std::min(nx - 1, index_t{1})]);
    fluxes::set_beyond(c[nx], c[nx - 1], c[std::max(nx - 2, index_t{0})]);
    if (v[0] > 0.0) c[-1] = inflow;
    if (v[nx] < 0.0) c[nx] = inflow;
    c[-2] = c[-1];
    c[nx + 1] = c[nx];
}

index_t stage_memory(const Grid& grid, int threads) {
    return ConvectionRows::whole(grid.nz) + threads * Piece::memory(grid);
}

double run_stage(exec::ThreadTeam& team, const Grid& grid, const ConvectionStage& stage,
                 double* memory) {
    double* const leaving = memory;
    double* const pieces = memory + ConvectionRows::whole(grid.nz);
    const index_t size = team.size();
    team.run(size, [&](index_t member) {
        Piece piece(grid, stage, pieces + member * Piece::memory(grid));
        piece.run(member * grid.nz / size, (member + 1) * grid.nz / size, leaving);
    });
    return sum(leaving, grid.nz);
}

}  // namespace caravel::tissue
