// One grid of the multigrid hierarchy and how values pass to the next coarser one.
#pragma once

#include "caravel/tissue/fields/boundary.hpp"
#include "caravel/tissue/fields/stencil_kernels.hpp"

#include <array>
#include <vector>

namespace caravel::tissue {

/// Values of cells with a plane of zeros before and after them.
template <class T>
class PaddedCells {
  public:
    void resize(index_t cells, index_t pad) {
        pad_ = pad;
        values_.assign(static_cast<std::size_t>(cells + 2 * pad), T{});
    }
    T* data() { return values_.data() + pad_; }
    const T* data() const { return values_.data() + pad_; }
    std::size_t bytes() const { return values_.size() * sizeof(T); }

  private:
    index_t pad_ = 0;
    std::vector<T> values_;
};

/// Cells of one axis: widths, and which of the next coarser axis's cells a cell takes its value
/// from (linear between centres).
struct LevelAxis {
    std::vector<double> width;  // m
    bool coarsened = false;     // the next level has half as many cells
    struct Source {
        index_t near = 0;
        index_t far = 0;
        float near_weight = 1.0F;
        float far_weight = 0.0F;
    };
    std::vector<Source> sources;  // per cell of this axis
    struct Gather {
        index_t first = 0;
        index_t count = 0;
        std::array<float, 4> weights{};
    };
    std::vector<Gather> gathers;  // per cell of the coarser axis: the transpose of `sources`

    index_t size() const { return static_cast<index_t>(width.size()); }
};

/// Axis with half the cells; an odd last cell stays alone.
LevelAxis coarser_axis(const LevelAxis& fine);

/// Fills sources and gathers of `fine` for the coarser axis. On sides with `zero_value` values fall
/// linearly to zero at the wall, otherwise they are level there.
void link_axes(LevelAxis& fine, const LevelAxis& coarse, std::array<bool, 2> zero_value);

/// Operator and work fields of one level, single precision.
struct MultigridLevel {
    std::array<LevelAxis, 3> axes;
    index_t cells = 0;
    index_t row = 1;
    index_t plane = 1;
    std::array<PaddedCells<float>, 3> coupling;  // as in Stencil
    std::array<std::vector<float>, 6> wall;      // to the box's faces: x low, x high, ...
    PaddedCells<float> loss;                     // of every cell
    PaddedCells<float> diagonal;
    PaddedCells<float> inverse;
    PaddedCells<float> share;  // of a correction that a cell takes: 1, less where loss prevails
    PaddedCells<float> f;
    PaddedCells<float> u;
    PaddedCells<float> work;

    /// Memory for these axes.
    void allocate();
    Stencil<float> stencil() const {
        return {coupling[0].data(), coupling[1].data(), coupling[2].data(), row, plane};
    }
    std::size_t bytes() const;
};

/// Level with the axes halved whose cells are closest together: semi-coarsening for voxels that are
/// not cubes. Links the axes of `fine` to it. `condition` are those of the box's faces.
MultigridLevel coarser_level(MultigridLevel& fine, const Boundaries& condition);

/// Couplings and walls of `coarse` from those of `fine`: in parallel across a face, weakened by the
/// longer way between centres.
void average_couplings(const MultigridLevel& fine, MultigridLevel& coarse,
                       const Boundaries& condition);

/// Loss of plane k of `coarse` as the sum of that of `fine`, which counts up to a cell's couplings:
/// a cell that a greater loss holds near zero is a wall to its neighbours.
void sum_loss_plane(const MultigridLevel& fine, MultigridLevel& coarse, index_t k);

/// Diagonal, its inverse and share in plane k from couplings, walls and loss.
void finish_diagonal_plane(MultigridLevel& level, index_t k);

/// coarse.f = transpose of the interpolation of `values` (fine, times share), for coarse plane k.
void restrict_plane(const MultigridLevel& fine, const float* values, MultigridLevel& coarse,
                    index_t k, std::vector<float>& line);

/// values (fine) += share times interpolation of coarse.u in fine plane k.
void prolong_plane(const MultigridLevel& fine, const MultigridLevel& coarse, float* values,
                   index_t k, std::vector<float>& line);

}  // namespace caravel::tissue
