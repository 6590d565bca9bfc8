// Transport with a flow through the faces of cells: flux-limited, conservative, no new extremes.
#pragma once

#include "caravel/tissue/fields/variable_diffusion.hpp"

namespace caravel::tissue {

/// d(capacity c)/dt + div(velocity c) = 0 with u = capacity c; second order where smooth (van Leer
/// limiter, strong-stability-preserving Runge-Kutta of 2 to 6 stages), as many of them and of steps
/// as the flow needs. Through the box's faces flows out what the velocity carries; inflow brings
/// `inflow_value` (of c). Cells of capacity 0 are closed. Values stay positive at any velocity, and
/// between the extremes of c where the flow has no divergence.
class Convection {
  public:
    explicit Convection(const Grid& grid);

    /// Velocity (m/s) on faces. Throws std::invalid_argument for another number of values or
    /// such as are not finite.
    void set_velocity(FaceField velocity);
    /// Longest step (s) that needs no sub-steps, the least of 0.49 capacity / (sum over axes of
    /// |velocity| / spacing); infinite without flow.
    double longest_step(exec::ThreadTeam& team, View<const double> capacity) const;

    /// Advances `u` (amount per volume of tissue) in place; `capacity` is the share of the volume
    /// that the substance may fill (empty: 1). Returns the amount (unit of u times m3) that left
    /// through the box's faces. Throws NumericalError when more than 100,000 sub-steps are needed,
    /// std::invalid_argument for another number of values or a step that is negative.
    double advance(exec::ThreadTeam& team, View<double> u, View<const double> capacity, double dt,
                   double inflow_value = 0.0);
    /// The same with memory that several substances share in turn.
    double advance(exec::ThreadTeam& team, View<double> u, View<const double> capacity, double dt,
                   double inflow_value, std::vector<double>& scratch) const;

    const FaceField& velocity() const { return velocity_; }

  private:
    Grid grid_;
    FaceField velocity_;
    std::vector<double> scratch_;
};

}  // namespace caravel::tissue
