// The heat of a treatment: with or without ice, with what particles add to the tissue's constants.
#pragma once

#include "caravel/response/treatment/treatment_plan.hpp"
#include "caravel/tissue/heat/freezing.hpp"
#include "caravel/tissue/heat/pennes.hpp"

#include <memory>
#include <span>
#include <variant>

namespace caravel::response {

class TreatmentHeat {
  public:
    /// `plan` must outlive the heat. Throws InputError as the solvers, and for two kinds of
    /// phase-change particles.
    explicit TreatmentHeat(const TreatmentPlan& plan);

    /// Whether enthalpy is kept: something may freeze, or particles melt.
    bool freezes() const { return freezing_.has_value(); }
    /// Takes the particles' share of conductivity, capacity and latent heat. Gives a mark that is
    /// the same for the same shares, so that a state can say which enthalpy it holds.
    double follow_load(const TreatmentLoad& load);
    /// Temperatures (K) of tissue at rest under what always acts, and their enthalpy.
    void rest(exec::ThreadTeam& team, const tissue::HeatDrive& drive, std::span<double> temperature,
              std::span<double> enthalpy);
    /// Enthalpy of temperatures after the load changed (a no-op without ice).
    void set_enthalpy(std::span<const double> temperature, std::span<double> enthalpy) const;
    /// One step (s); both rows are up to date afterwards.
    tissue::HeatBalance step(exec::ThreadTeam& team, std::span<double> temperature,
                             std::span<double> enthalpy, const tissue::HeatDrive& drive, double dt);
    /// Share (0 to 1) of water that is ice.
    void frozen_share(std::span<const double> enthalpy, std::span<double> share) const;

  private:
    std::vector<double> load_phase_change(const TreatmentLoad& load) const;
    bool is_followed(const TreatmentLoad& load) const;

    const TreatmentPlan& plan_;
    std::vector<std::vector<double>> followed_{};  // the agents' loads that the medium has
    double mark_ = 0.0;
    std::unique_ptr<tissue::HeatMedium> medium_;  // stays in place for the solvers
    std::optional<tissue::PennesSolver> pennes_;
    std::optional<tissue::FreezingSolver> freezing_;
};

}  // namespace caravel::response
