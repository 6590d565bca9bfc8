// The field that dipoles on a cubic lattice make at each other.
#pragma once

#include "caravel/exec/threads.hpp"
#include "caravel/formulation/optics/dipole_shape.hpp"
#include "caravel/formulation/optics/dipoles_tensor.hpp"

#include <span>

namespace caravel::formulation::optics {

/// Applies the interaction by Fourier transforms: y_i = sum over j != i of G(r_i - r_j) x_j.
/// Vectors hold all x components, then y, then z, of the dipoles in the order of their cells. The
/// tensor's transform is kept for half of two axes only. Bits do not depend on the number of
/// threads. An operator serves one call at a time.
class InteractionOperator {
  public:
    /// kd is the wave number in the medium times the spacing (full_wave only).
    InteractionOperator(const DipoleShape& shape, Coupling coupling, double kd,
                        exec::ThreadTeam& team);

    index_t dipoles() const { return dipoles_; }
    bool is_real() const { return real_; }

    /// Product with a real vector; only of a real operator.
    void apply(exec::ThreadTeam& team, std::span<const double> x, std::span<double> y);
    /// Product with the vector xr + i xi; only of a complex operator.
    void apply(exec::ThreadTeam& team, std::span<const double> xr, std::span<const double> xi,
               std::span<double> yr, std::span<double> yi);

    /// Bytes held.
    std::size_t memory() const;

  private:
    struct Work {
        Work(index_t x, index_t y, index_t z, index_t plane);
        FftBlock along_x;
        FftBlock along_y;
        std::array<FftBlock, 3> along_z;
        std::vector<double> re, im;  // three planes [z][ky] of one kx
    };
    struct Vector {
        const double* re;
        const double* im;
    };

    void index_cells(const DipoleShape& shape);
    template <class Task>
    void for_chunks(exec::ThreadTeam& team, index_t count, const Task& task);
    void row_forward(Work& work, const Vector& x, index_t component, index_t y);
    void row_forward_real(Work& work, const double* x, index_t component, index_t y);
    void row_backward(Work& work, double* re, double* im, index_t component, index_t y);
    void row_backward_real(Work& work, double* out, index_t component, index_t y);
    void slice(Work& work, index_t kx);
    void slice_forward(Work& work, index_t kx);
    void slice_backward(Work& work, index_t kx);
    void slice_product(Work& work, index_t kx, index_t ky);

    bool real_;
    index_t nx_, ny_, nz_;  // box
    index_t fx_, fy_, fz_;  // lengths of the transforms
    index_t zp_, yp_;       // nz and fy rounded up to whole lanes
    index_t slices_;        // kx that are computed
    index_t dipoles_ = 0;
    FftPlan plan_x_, plan_y_, plan_z_;
    std::vector<std::int32_t> dipole_at_;      // [x][y][zp], -1 where there is none
    std::vector<double> field_re_, field_im_;  // [component][kx][y][zp]
    TensorTransform tensor_;
    TensorKernel kernel_;
    std::vector<Work> work_;
};

}  // namespace caravel::formulation::optics
