#include "caravel/formulation/synthesis/milling.hpp"

#include "caravel/base/error.hpp"

#include <cmath>
#include <numbers>

#include <fmt/format.h>

namespace caravel::formulation::synthesis {

double dislocation_limit(double shear_modulus, double burgers_vector, double poisson_ratio,
                         double hardness) {
    return 3.0 * shear_modulus * burgers_vector /
           (std::numbers::pi * (1.0 - poisson_ratio) * hardness);
}

MillingResult mill(const MillingSystem& s) {
    MillingResult r;
    r.limit_diameter =
        dislocation_limit(s.shear_modulus, s.burgers_vector, s.poisson_ratio, s.hardness);
    if (s.start_diameter < r.limit_diameter)
        throw InputError(Diagnostic{
            {},
            fmt::format("the powder starts at {:.3g} nm", 1e9 * s.start_diameter),
            fmt::format("at least the milling limit of {:.3g} nm", 1e9 * r.limit_diameter),
            "milling cannot make finer crystallites than its limit"});
    const double impacts = s.speed / (s.free_path * s.ball_diameter);  // 1/s per ball
    r.specific_energy = 0.5 * s.speed * s.speed * s.ball_to_powder * impacts * s.duration;
    const double scale = 6.0 * s.boundary_energy / (s.efficiency * s.density * r.limit_diameter);
    r.progress = -std::expm1(-r.specific_energy / scale);
    const double start = 1.0 / s.start_diameter;
    r.mean_diameter = 1.0 / (start + (1.0 / r.limit_diameter - start) * r.progress);
    return r;
}

}  // namespace caravel::formulation::synthesis
