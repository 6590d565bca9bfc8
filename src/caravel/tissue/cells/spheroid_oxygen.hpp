// Oxygen in and around a spheroid on a grid: in balance at once, or stepped in time.
#pragma once

#include "caravel/tissue/cells/spheroid_setting.hpp"
#include "caravel/tissue/fields/elliptic_solver.hpp"

namespace caravel::tissue {

/// Oxygen pressure (Pa) in the octant around the origin. Diffusion is mixed by the filling; beyond
/// the inscribed sphere of the box, or the medium's radius if that is less, the medium is well
/// stirred and exchanges with the medium's pressure through what medium lies outside. With
/// `held_faces` the medium is still up to the outer faces of the box, which hold its pressure.
class SpheroidOxygen {
  public:
    SpheroidOxygen(const Grid& octant, const CellBiology& biology,
                   const SpheroidSurroundings& surroundings, bool held_faces = false);

    /// States: dividing, resting, dead volume fractions, one after the other. Sets what diffusion
    /// and consumption the next balance or step sees.
    void set_tissue(exec::ThreadTeam& team, View<const double> states);
    /// Pressure in balance, from the present one as first guess.
    void balance(exec::ThreadTeam& team);
    /// Steps the pressure over dt (s) in steps of at most `step` (s), which should not be much
    /// longer than consumption takes to use the oxygen up: Crank and Nicolson's, whose balance is
    /// the same for every step; a step that would end below 0 is taken positively. Saturation is
    /// that at the start of each.
    void advance(exec::ThreadTeam& team, double dt, double step);

    const std::vector<double>& pressure() const { return pressure_; }

  private:
    void stir_outside();

    Grid grid_;
    CellBiology biology_;
    SpheroidSurroundings surroundings_;
    double stirring_ = 1.0;  // diffusion beyond the still medium, against the medium's
    EllipticSolver solver_;
    VariableDiffusion diffusion_;
    std::vector<double> pressure_;
    std::vector<double> conductivity_;
    std::vector<double> consumption_;  // Pa/s in plenty
    double half_ = 0.0;                // Pa
    std::vector<double> exchange_;     // 1/s
    std::vector<double> outside_;      // Pa
    std::vector<double> loss_;
    std::vector<double> source_;
    std::vector<double> saved_;
};

}  // namespace caravel::tissue
