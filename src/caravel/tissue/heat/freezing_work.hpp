// What the freezing solver keeps: voxels in two colours, each in rows of its own, with a rim.
#pragma once

#include "caravel/tissue/heat/freezing.hpp"
#include "caravel/tissue/heat/freezing_passes.hpp"
#include "caravel/tissue/heat/freezing_sweeps.hpp"

#include <array>
#include <vector>

namespace caravel::tissue {

namespace freezing {

/// Voxels of a grid and a rim of one voxel, numbered colour after colour like a chess board, so
/// that neighbours of a row of one colour are rows of the other.
struct Colours {
    explicit Colours(const Grid& grid)
        : length((grid.nx + 3) / 2),
          rows(grid.ny + 2),
          planes(grid.nz + 2),
          half(length * rows * planes),
          nx(grid.nx) {}

    /// Element of voxel (i, j, k), from -1 (rim) to n.
    index_t element(index_t i, index_t j, index_t k) const {
        const index_t colour = (i + j + k + 1) & 1;
        return colour * half + row(j, k) + ((i + 1) >> 1);
    }
    index_t row(index_t j, index_t k) const { return length * ((j + 1) + rows * (k + 1)); }
    /// First voxel of a colour in a row: 0 or 1.
    static index_t first(index_t colour, index_t j, index_t k) { return (colour + j + k + 1) & 1; }
    index_t count(index_t first_voxel) const { return (nx - first_voxel + 1) / 2; }
    std::size_t size() const { return static_cast<std::size_t>(2 * half); }

    index_t length;
    index_t rows;
    index_t planes;
    index_t half;
    index_t nx;
};

inline std::size_t place(index_t element) { return static_cast<std::size_t>(element); }

/// 1/m2, of a grid's voxels along an axis.
inline double per_square(const Grid& grid, std::size_t axis) {
    return 1.0 / (grid.spacing[axis] * grid.spacing[axis]);
}

}  // namespace freezing

struct FreezingSolver::Work {
    explicit Work(const HeatMedium& given);

    void follow_medium();
    VoxelHeat voxel_heat(index_t cell) const;
    const EnthalpyCurve& curve_of(index_t cell) const {
        return curves[medium->label[static_cast<std::size_t>(cell)]];
    }
    double conductivity_factor(index_t cell) const;

    /// One implicit step (s); number of sweeps, or 0 when they did not settle (the enthalpy is then
    /// as before).
    int try_step(exec::ThreadTeam& team, View<double> enthalpy, const HeatDrive& drive, double dt,
                 HeatBalance& books);

    void link_voxels();
    void link_face(std::size_t side);
    void plan_stretch(double dt);
    void plan_fields(double dt);
    void plan_acting(double dt);
    /// Factors of the sweep with this number, from those of the sweep before.
    void stretch_changes(int sweep);
    /// What acts in row (j, k).
    freezing::ActingRow acting_row(View<const double> enthalpy, const HeatDrive& drive, index_t j,
                                   index_t k) const;
    void load(exec::ThreadTeam& team, View<const double> enthalpy, const HeatDrive& drive,
              double dt);
    void load_crossings(exec::ThreadTeam& team, View<const double> enthalpy);
    void load_walls(View<const double> enthalpy, double dt);
    /// One sweep over both colours; true when nothing changes much any more.
    bool sweep(exec::ThreadTeam& team);
    /// All elements of a colour in row (j, k).
    freezing::RelaxRow row_of(index_t colour, index_t j, index_t k) const;
    bool is_calm(index_t k, index_t tile) const;
    bool is_calm_row(index_t k, index_t y) const;
    void relax_plane(index_t colour, index_t k);
    /// Whether a convective face touches row (j, k).
    bool is_cooled(index_t j, index_t k) const;
    HeatBalance finish(exec::ThreadTeam& team, View<double> enthalpy, const HeatDrive& drive,
                       double dt);
    double wall_heat(View<const double> enthalpy, double dt) const;

    const HeatMedium* medium = nullptr;
    freezing::Colours colours;
    StencilWidth width = widest_stencil();
    bool is_single = true;                         // one tissue in all voxels
    bool has_crossings = false;                    // between tissues that conduct unlike each other
    std::vector<EnthalpyCurve> curves{};           // of every tissue
    std::vector<std::uint16_t> conduction{};       // of every tissue: the first that conducts alike
    std::vector<freezing::ActingTissue> acting{};  // of every tissue
    std::vector<freezing::Stretch> jacobi_squared{};  // of every tissue: share of an error left
    std::array<std::vector<freezing::Stretch>, 2> stretch{};  // of either colour

    // by element
    std::vector<std::uint16_t> curve{};
    std::array<std::vector<float>, 3> integral_way{};  // of the face below along x, y, z
    std::array<std::vector<float>, 3> way{};
    std::vector<double> factor{};
    std::vector<double> latent{};
    std::vector<double> supply{};
    std::vector<double> exchange{};
    std::vector<double> temperature{};
    std::vector<double> integral{};
    freezing::RelaxFields fields{};  // views of them

    index_t tiles_x = 1;           // groups of voxels along a row
    index_t tiles_y = 1;           // groups of rows in a plane
    std::vector<double> change{};  // K, of every tile in the last sweep
    std::vector<double> next_change{};
    std::vector<double> row_change{};  // K, of every row of tiles
    std::vector<double> next_row_change{};
    std::vector<freezing::RowState> states{};  // of every row
    std::vector<HeatBalance> partial{};
};

}  // namespace caravel::tissue
