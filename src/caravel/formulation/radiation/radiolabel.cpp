#include "caravel/formulation/radiation/radiolabel.hpp"

#include "caravel/base/constants.hpp"

#include <cmath>
#include <numbers>

namespace caravel::formulation::radiation {

double activity(double nuclei, double half_life) { return std::numbers::ln2 / half_life * nuclei; }

double carrier_free_specific_activity(double molar_mass, double half_life) {
    return activity(avogadro / molar_mass, half_life);
}

double remaining_label(double time, double half_life, double detachment_half_life) {
    const double detached = detachment_half_life > 0.0 ? time / detachment_half_life : 0.0;
    return std::exp2(-time / half_life - detached);
}

}  // namespace caravel::formulation::radiation
