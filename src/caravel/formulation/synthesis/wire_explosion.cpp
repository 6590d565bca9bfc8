#include "caravel/formulation/synthesis/wire_explosion.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"

#include <cmath>
#include <numbers>

#include <fmt/format.h>

namespace caravel::formulation::synthesis {
namespace {

using std::numbers::pi;

constexpr double collision_constant = 6.55;
// Self-preserving distribution of the free-molecular range: geometric standard deviation of the
// diameter 1.46, read as lognormal.
constexpr double geometric_deviation = 1.46;

}  // namespace

WireResult explode_wire(const WireSystem& s) {
    if (s.energy_ratio <= 1.0)
        throw InputError(Diagnostic{
            {},
            fmt::format("the pulse brings {:.3g} of the sublimation energy", s.energy_ratio),
            "more than 1",
            "a wire that is not vaporised breaks into micrometre drops"});
    if (!(s.medium_density < s.density))
        throw InputError(Diagnostic{{},
                                    fmt::format("a medium of {:.4g} kg/m3", s.medium_density),
                                    fmt::format("less than the wire's {:.4g}", s.density),
                                    ""});
    WireResult r;
    r.expansion_speed = std::sqrt(2.0 * (s.energy_ratio - 1.0) * s.sublimation_energy);
    r.plume_diameter = s.wire_diameter * std::sqrt(s.density / s.medium_density);
    r.time = 0.5 * r.plume_diameter / r.expansion_speed;
    r.exposure = s.medium_density / s.density * r.time;
    const double kernel = std::pow(3.0 / (4.0 * pi), 1.0 / 6.0) *
                          std::sqrt(6.0 * boltzmann * s.temperature / s.density);
    const double power = 5.0 / 12.0 * collision_constant * kernel * r.exposure;
    const double volume = std::pow(power, 1.2) * s.volume_expansion;
    const double log_deviation = std::log(geometric_deviation);
    // Number mean from the diameter of the mean volume, lognormal.
    r.mean_diameter = std::cbrt(6.0 * volume / pi) * std::exp(-log_deviation * log_deviation);
    r.spread = std::sqrt(std::expm1(log_deviation * log_deviation));
    return r;
}

}  // namespace caravel::formulation::synthesis
