// A growing avascular tumour that is a sphere at all times: one dimension, milliseconds a run.
#pragma once

#include "caravel/tissue/cells/spheroid_setting.hpp"

#include <array>
#include <vector>

namespace caravel::tissue {

/// Shells that move with the cells: each step the volume that biology makes or removes in a shell
/// pushes what lies outside of it; then equal shells are cut anew (conservative, van Leer).
/// Oxygen is quasi-steady. Cells always fill the sphere. First order in the step with a small
/// constant: 0.04 % of the radius at steps of 0.05 d; uniform growth is exact.
class RadialSpheroid {
  public:
    /// A sphere of dividing cells. Throws InputError for radii, pressures or coefficients that are
    /// not positive, a medium that ends inside the sphere, or fewer than 8 shells.
    RadialSpheroid(const CellBiology& biology, const SpheroidSurroundings& surroundings,
                   double radius, int shells = 120);

    /// Advances by dt (s). Throws NumericalError when the sphere reaches the medium's radius or no
    /// oxygen field is found.
    void advance(double dt);

    SpheroidStructure structure() const;
    double radius() const { return radius_; }
    const std::vector<CellStates>& states() const { return states_; }  // from the centre outwards
    const std::vector<double>& oxygen() const { return oxygen_; }      // Pa, at middles of shells
    /// Born, died and cleared since the start (m3).
    const CellTurnover& turnover() const { return turnover_; }

  private:
    void solve_oxygen();
    double linearised_step(std::vector<double>& trial) const;
    std::array<double, 2> supply(double outer_shell) const;
    void remap(const std::vector<double>& edges);
    double position_of(double share, bool of_dead) const;

    CellBiology biology_;
    SpheroidSurroundings surroundings_;
    double radius_;
    double time_ = 0.0;
    std::vector<CellStates> states_;
    std::vector<double> oxygen_;
    std::vector<double> earlier_oxygen_;
    CellTurnover turnover_;
};

}  // namespace caravel::tissue
