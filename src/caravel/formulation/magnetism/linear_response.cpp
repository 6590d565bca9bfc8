#include "caravel/formulation/magnetism/linear_response.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/base/constants.hpp"
#include "caravel/formulation/magnetism/langevin.hpp"

#include <cmath>
#include <numbers>

namespace caravel::formulation::magnetism {

LinearResponse linear_response(const Macrospin& p, const DriveField& drive, NeelForm form) {
    require_positive(drive.amplitude, "the field amplitude", "A/m");
    require_positive(drive.frequency, "the field frequency", "Hz");
    LinearResponse r;
    r.xi = langevin_argument(p.volume, p.saturation, drive.amplitude, p.temperature);
    const double g = barrier(p);
    r.neel = form == NeelForm::high_barrier ? neel_time_high_barrier(p.attempt_time, g)
                                            : neel_time(p.attempt_time, g);
    r.brown = brown_time(p.viscosity, p.hydrodynamic_volume, p.temperature);
    r.effective = effective_time(r.neel, r.brown);
    const double slope = r.xi * p.saturation / drive.amplitude;  // d(Ms xi)/dH
    r.equilibrium = slope * langevin_over_argument(r.xi);
    const double wt = 2.0 * std::numbers::pi * drive.frequency * r.effective;
    r.in_phase = r.equilibrium / (1.0 + wt * wt);
    r.out_of_phase = r.in_phase * wt;
    r.power_density = std::numbers::pi * vacuum_permeability * r.out_of_phase * drive.frequency *
                      drive.amplitude * drive.amplitude;
    return r;
}

double intrinsic_loss_power(double specific_absorption, const DriveField& drive) {
    require_positive(drive.amplitude, "the field amplitude", "A/m");
    require_positive(drive.frequency, "the field frequency", "Hz");
    return specific_absorption / (drive.frequency * drive.amplitude * drive.amplitude);
}

double field_frequency_product(const DriveField& drive) {
    return drive.amplitude * drive.frequency;
}

}  // namespace caravel::formulation::magnetism
