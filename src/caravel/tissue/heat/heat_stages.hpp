// Explicit steps of the heat equation: forward Euler, and Runge-Kutta-Chebyshev of second order.
#pragma once

#include "caravel/base/grid.hpp"
#include "caravel/exec/threads.hpp"
#include "caravel/tissue/fields/variable_diffusion.hpp"
#include "caravel/tissue/heat/heat_kernels.hpp"

#include <vector>

namespace caravel::tissue {

/// Coefficients of a Runge-Kutta-Chebyshev step of second order with damping 2/13 (Sommeijer,
/// Shampine and Verwer 1997, J Comput Appl Math 88:315), written for changes d_j of the field:
/// d_1 = first dt f_0 and d_j = keep d_{j-1} + before d_{j-2} + step dt A d_{j-1} + start dt f_0.
struct ChebyshevStage {
    double keep = 0.0;
    double before = 0.0;
    double step = 0.0;
    double start = 0.0;
    double weight = 0.0;  // of d_{j-1} in the mean change over the step
};
struct ChebyshevStages {
    double first = 0.0;
    std::vector<ChebyshevStage> later;  // stages 2 to s
};

/// Throws std::logic_error for fewer than two stages.
ChebyshevStages chebyshev_stages(int stages);
/// Largest step (in units of 1/spectral radius) that is stable.
double chebyshev_reach(int stages);
/// Fewest stages for a step (s) at a spectral radius (1/s). Throws NumericalError above 10,000.
int chebyshev_stage_count(double dt, double spectral_radius);

/// Explicit steps of  du/dt = div(k grad u)/C - loss u + supply  in a box that no heat leaves
/// (what passes its faces is part of loss and supply); u is a rise above some temperature, so that
/// single precision resolves it. T is double or float.
template <class T>
class HeatStages {
  public:
    /// `capacity` (J/m3/K) and `conductivity` (W/m/K): one value per voxel, or one for all. `faces`
    /// (W/m2/K) take the place of harmonic means where neighbours differ; read here alone. Throws
    /// std::invalid_argument for other sizes or values that are not positive.
    HeatStages(exec::ThreadTeam& team, const Grid& grid, View<const double> capacity,
               View<const double> conductivity, const FaceField* faces = nullptr);
    /// The same with kernels other than this machine's widest; the results have the same bits.
    void use(const heat::HeatKernels<T>& kernels) { kernels_ = kernels; }
    /// 1/s per voxel, not negative; empty: none. Stays with the caller.
    void set_loss(View<const T> loss);

    /// Bound of the spectral radius (1/s); forward Euler is stable up to 2 over it.
    double spectral_radius() const { return conduction_ + largest_loss_; }
    /// out = u + dt (rate + supply), supply (unit of u per s) empty for none; out is not u.
    void euler(exec::ThreadTeam& team, View<const T> u, View<const T> supply, double dt,
               View<T> out) const;
    /// One step of Runge-Kutta-Chebyshev in place. `mean`, where not empty, gets the field's mean
    /// over the step: with it dt (A mean + supply) is the step's change to round-off. Returns the
    /// number of stages.
    int chebyshev(exec::ThreadTeam& team, View<T> u, View<const T> supply, double dt, View<T> mean);
    /// Bytes kept beside the field.
    std::size_t memory() const;

  private:
    void find_uniform_rows(View<const double> capacity, View<const double> conductivity);
    void fill_faces(exec::ThreadTeam& team, View<const double> capacity,
                    View<const double> conductivity, const FaceField* given);
    void find_fastest(exec::ThreadTeam& team);
    heat::HeatRow<T> row(const T* u, index_t j, index_t k) const;
    template <class Fill>
    void over_rows(exec::ThreadTeam& team, const T* u, const Fill& fill) const;
    template <class Work>
    void over_values(exec::ThreadTeam& team, const Work& work) const;

    Grid grid_;
    heat::HeatKernels<T> kernels_;
    std::vector<T> diffusivity_;  // m2/s per row; 0: the row is not uniform
    std::vector<T> faces_x_;      // W/m3/K
    std::vector<T> faces_y_;
    std::vector<T> faces_z_;
    std::vector<T> inverse_;
    View<const T> loss_{};
    double conduction_ = 0.0;
    double largest_loss_ = 0.0;
    std::vector<T> slope_;  // f_0
    std::vector<T> odd_;    // changes of odd and even stages
    std::vector<T> even_;
};

extern template class HeatStages<double>;
extern template class HeatStages<float>;

}  // namespace caravel::tissue
