#include "caravel/tissue/cells/tissue_motion.hpp"

#include "caravel/exec/reduce.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace caravel::tissue {

namespace {
constexpr double full_enough = 0.5;  // filling of neighbours within the tissue
constexpr double repacked = 0.5;     // share of the error that is mended in a step
constexpr double potential_tolerance = 1e-9;

/// Far from the tumour the potential is 1/r of the middle (of the whole tumour, where faces are
/// mirrored): through an open face at the height h above it the outward slope is h/r^2 of the
/// value. Gives velocity over the potential of the cell inside, with half a cell between it and the
/// face.
double open_conductance(const Grid& grid, const Vector3& middle, const Vector3& face,
                        std::size_t axis) {
    const Vector3 r{face[0] - middle[0], face[1] - middle[1], face[2] - middle[2]};
    const double square = r[0] * r[0] + r[1] * r[1] + r[2] * r[2];
    return 1.0 / (0.5 * grid.spacing[axis] + square / std::abs(r[axis]));
}

/// The faces across an axis: numbers of faces, and the distance of the cells on both sides.
struct Faces {
    Faces(const Grid& grid, std::size_t across)
        : axis(across),
          count{grid.nx, grid.ny, grid.nz},
          stride(across == 0   ? 1
                 : across == 1 ? grid.nx
                               : grid.nx * grid.ny) {
        ++count[axis];
    }
    std::size_t axis;
    std::array<index_t, 3> count;
    index_t stride;

    std::size_t number(const std::array<index_t, 3>& at) const {
        return static_cast<std::size_t>(at[0] + count[0] * (at[1] + count[1] * at[2]));
    }
    bool low(const std::array<index_t, 3>& at) const { return at[axis] == 0; }
    bool high(const std::array<index_t, 3>& at) const { return at[axis] == count[axis] - 1; }
};

/// Calls work(place of a face) for all faces across an axis.
template <class Work>
void for_faces(exec::ThreadTeam& team, const Faces& faces, const Work& work) {
    exec::for_each(
        team, faces.count[1] * faces.count[2],
        [&](index_t line) {
            std::array<index_t, 3> at{0, line % faces.count[1], line / faces.count[1]};
            for (; at[0] < faces.count[0]; ++at[0]) work(at);
        },
        16);
}

std::vector<double>& component(FaceField& field, std::size_t axis) {
    return axis == 0 ? field.x : axis == 1 ? field.y : field.z;
}
}  // namespace

TissueMotion::TissueMotion(const Domain& domain) : TissueMotion(domain.grid, domain.mirrored) {}

TissueMotion::TissueMotion(const Grid& grid, const std::array<bool, 6>& mirrored)
    : grid_(grid),
      solver_(grid, Boundaries{}),
      conductances_(grid),
      loss_(static_cast<std::size_t>(grid.cell_count()), 0.0),
      potential_(loss_.size(), 0.0),
      velocity_(grid) {
    Vector3 middle{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const std::array<index_t, 3> cells{grid.nx, grid.ny, grid.nz};
        const double length = static_cast<double>(cells[axis]) * grid.spacing[axis];
        const double share = mirrored[2 * axis] == mirrored[2 * axis + 1] ? 0.5
                             : mirrored[2 * axis]                         ? 0.0
                                                                          : 1.0;
        middle[axis] = grid.origin[axis] + share * length;
    }
    exec::ThreadTeam alone(1);
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const Faces faces(grid, axis);
        std::vector<double>& conductance = component(conductances_, axis);
        for_faces(alone, faces, [&](const std::array<index_t, 3>& at) {
            const bool outer = faces.low(at) || faces.high(at);
            double& value = conductance[faces.number(at)];
            value = outer ? 0.0 : 1.0 / grid.spacing[axis];
            if (!outer || mirrored[2 * axis + (faces.high(at) ? 1U : 0U)]) return;
            Vector3 face = grid.centre(at[0], at[1], at[2]);
            face[axis] -= 0.5 * grid.spacing[axis];
            value = open_conductance(grid, middle, face, axis);
            const index_t cell =
                grid.index(at[0], at[1], at[2]) - (faces.high(at) ? faces.stride : 0);
            loss_[static_cast<std::size_t>(cell)] += value / grid.spacing[axis];
        });
    }
}

void TissueMotion::forget() { std::fill(potential_.begin(), potential_.end(), 0.0); }

const FaceField& TissueMotion::velocity(exec::ThreadTeam& team, View<const double> growth) {
    if (growth.size() != grid_.cell_count())
        throw std::invalid_argument("growth has one value per voxel");
    if (!ready_) {
        const std::vector<double> ones(potential_.size(), 1.0);
        solver_.set_conductivity(team, view_of(ones));
        ready_ = true;
    }
    if (exec::max_abs(team, growth) == 0.0)
        std::fill(potential_.begin(), potential_.end(), 0.0);
    else
        solver_.solve(team, view_of(potential_), CellTerms{{}, view_of(loss_), growth},
                      potential_tolerance);
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const Faces faces(grid_, axis);
        const std::vector<double>& conductance = component(conductances_, axis);
        std::vector<double>& velocity = component(velocity_, axis);
        for_faces(team, faces, [&](const std::array<index_t, 3>& at) {
            const index_t cell = grid_.index(at[0], at[1], at[2]);
            const double below =
                faces.low(at) ? 0.0 : potential_[static_cast<std::size_t>(cell - faces.stride)];
            const double above = faces.high(at) ? 0.0 : potential_[static_cast<std::size_t>(cell)];
            const std::size_t face = faces.number(at);
            velocity[face] = conductance[face] * (below - above);
        });
    }
    return velocity_;
}

double TissueMotion::divergence_error(exec::ThreadTeam& team, View<const double> growth) const {
    const Grid& g = grid_;
    return exec::transform_reduce(
        team, g.cell_count(), 0.0,
        [&](index_t c) {
            const index_t i = c % g.nx;
            const index_t j = c / g.nx % g.ny;
            const index_t k = c / (g.nx * g.ny);
            const auto x = static_cast<std::size_t>(i + (g.nx + 1) * (j + g.ny * k));
            const auto y = static_cast<std::size_t>(i + g.nx * (j + (g.ny + 1) * k));
            const auto z = static_cast<std::size_t>(c);
            const auto layer = static_cast<std::size_t>(g.nx * g.ny);
            const double divergence =
                (velocity_.x[x + 1] - velocity_.x[x]) / g.spacing[0] +
                (velocity_.y[y + static_cast<std::size_t>(g.nx)] - velocity_.y[y]) / g.spacing[1] +
                (velocity_.z[z + layer] - velocity_.z[z]) / g.spacing[2];
            return std::abs(divergence - growth[c]);
        },
        exec::Maximum{});
}

void add_repacking(const Grid& grid, View<const double> filling, double dt, View<double> growth) {
    const auto neighbours_full = [&](index_t i, index_t j, index_t k) {
        const auto full = [&](index_t x, index_t y, index_t z) {
            return !grid.contains(x, y, z) || filling[grid.index(x, y, z)] >= full_enough;
        };
        return full(i - 1, j, k) && full(i + 1, j, k) && full(i, j - 1, k) && full(i, j + 1, k) &&
               full(i, j, k - 1) && full(i, j, k + 1);
    };
    for (index_t k = 0; k < grid.nz; ++k)
        for (index_t j = 0; j < grid.ny; ++j)
            for (index_t i = 0; i < grid.nx; ++i) {
                const index_t c = grid.index(i, j, k);
                const double excess = filling[c] - 1.0;
                if (excess > 0.0 || (filling[c] >= full_enough && neighbours_full(i, j, k)))
                    growth[c] += repacked * excess / dt;
            }
}

}  // namespace caravel::tissue
