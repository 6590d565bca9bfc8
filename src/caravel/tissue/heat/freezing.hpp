// Heat in tissue that freezes and thaws: enthalpy with latent heat over a mushy range.
#pragma once

#include "caravel/exec/threads.hpp"
#include "caravel/tissue/heat/heat_medium.hpp"

#include <memory>

namespace caravel::tissue {

/// How a step was solved.
struct FreezingStep {
    HeatBalance balance{};
    int newton_steps = 0;       // most sweeps of nonlinear relaxation in a piece
    int linear_iterations = 0;  // sweeps in all pieces
    int pieces = 1;             // into which the step had to be cut
};

/// Solves  dH/dt = div(k grad T) + perfusion + sources,  with H(T) the enthalpy per volume:
/// sensible heat, the tissue's latent heat between solidus and liquidus, and that of particles.
/// Perfusion and metabolism stop with the first ice. Backward Euler on finite volumes, solved by
/// nonlinear relaxation; energy is conserved to the round-off of the sum however far that went.
class FreezingSolver {
  public:
    /// `medium` must outlive the solver. Throws InputError as check().
    explicit FreezingSolver(const HeatMedium& medium);
    ~FreezingSolver();
    FreezingSolver(FreezingSolver&&) noexcept;
    FreezingSolver& operator=(FreezingSolver&&) noexcept;

    /// Looks again at the medium's factors (particles moved).
    void follow_medium();
    /// Enthalpy (J/m3, 0 at the liquidus of unfrozen tissue) of temperatures (K), and back. At a
    /// sharp front all of the latent heat lies at one temperature.
    void enthalpy_of(View<const double> temperature, View<double> enthalpy) const;
    void temperature_of(View<const double> enthalpy, View<double> temperature) const;
    /// Share (0 to 1) of the tissue's own water that is ice.
    void frozen_share(View<const double> enthalpy, View<double> share) const;
    /// One implicit step (s) in place. Same bits for any number of threads. Throws NumericalError
    /// when it does not converge.
    FreezingStep step(exec::ThreadTeam& team, View<double> enthalpy, const HeatDrive& drive,
                      double dt);

    struct Work;

  private:
    std::unique_ptr<Work> work_;
};

}  // namespace caravel::tissue
