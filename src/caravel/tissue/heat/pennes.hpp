// Heat in perfused tissue that does not freeze: Pennes' equation.
#pragma once

#include "caravel/exec/threads.hpp"
#include "caravel/tissue/heat/heat_medium.hpp"

#include <memory>

namespace caravel::tissue {

/// How Pennes' equation is stepped: explicit_stages takes Runge-Kutta-Chebyshev stages of second
/// order (as many as the step needs), implicit is second order and stable at any step.
enum class HeatScheme { explicit_stages, implicit };

/// Solves  rho c dT/dt = div(k grad T) + w rho_b c_b (T_a - T) + q_m + q + h (T_c - T).
class PennesSolver {
  public:
    /// `medium` must outlive the solver. Throws InputError as check().
    explicit PennesSolver(const HeatMedium& medium);
    ~PennesSolver();
    PennesSolver(PennesSolver&&) noexcept;
    PennesSolver& operator=(PennesSolver&&) noexcept;

    /// Looks again at the medium's factors (particles moved).
    void follow_medium();
    /// One step (s) in place, temperatures in K; gives the books of the step. Same bits for any
    /// number of threads. Throws NumericalError for temperatures that are not finite.
    HeatBalance step(exec::ThreadTeam& team, View<double> temperature, const HeatDrive& drive,
                     double dt, HeatScheme scheme = HeatScheme::implicit);
    /// The temperatures that no longer change; `temperature` is the first guess.
    void balance(exec::ThreadTeam& team, View<double> temperature, const HeatDrive& drive);

    struct Work;

  private:
    std::unique_ptr<Work> work_;
};

}  // namespace caravel::tissue
