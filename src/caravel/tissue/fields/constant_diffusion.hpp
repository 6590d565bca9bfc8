// Diffusion, linear loss and uniform supply of many species with constant coefficients on a box:
// one in-place pass of three line sweeps per step.
#pragma once

#include "caravel/base/grid.hpp"
#include "caravel/exec/threads.hpp"
#include "caravel/tissue/fields/boundary.hpp"

#include <memory>
#include <vector>

namespace caravel::tissue {

template <class T>
struct LineKernels;

/// du/dt = diffusion (d2u/dx2 + d2u/dy2 + d2u/dz2) - loss u + supply
struct DiffusingSpecies {
    double diffusion = 0.0;  // m2/s
    double loss = 0.0;       // 1/s
    double supply = 0.0;     // unit of u per s
    Boundaries boundaries{};
};

/// T is double or float. One-dimensional operators with constant coefficients on a box commute, so
/// the three sweeps together have the order in time of one. The steady state of faces, loss and
/// supply is kept exactly by the second-order schemes, and by backward_euler where supply is loss *
/// value of the open faces, or one axis alone is open. Several open axes without such a common
/// value cost one more field per species and, at the start, cells * (nx + ny + nz) operations.
template <class T>
class ConstantDiffusion {
  public:
    /// Throws std::invalid_argument for an empty grid, a step that is not positive or coefficients
    /// that are negative or not finite.
    ConstantDiffusion(const Grid& grid, std::vector<DiffusingSpecies> species, double dt,
                      TimeScheme scheme);
    /// The same with kernels other than this machine's widest (constant_diffusion_kernels.hpp); the
    /// results have the same bits.
    ConstantDiffusion(const Grid& grid, const std::vector<DiffusingSpecies>& species, double dt,
                      TimeScheme scheme, const LineKernels<T>& kernels);
    ~ConstantDiffusion();
    ConstantDiffusion(ConstantDiffusion&&) noexcept;
    ConstantDiffusion& operator=(ConstantDiffusion&&) noexcept;

    /// One step in place; `values` holds species after species, x fastest. Same bits for any
    /// number of threads. Throws std::invalid_argument for another number of values.
    void step(exec::ThreadTeam& team, View<T> values) const;

    /// Bytes of factors and fields that are kept beside the values.
    std::size_t memory() const;

  private:
    struct Work;
    std::unique_ptr<Work> work_;
};

}  // namespace caravel::tissue
