#include "caravel/formulation/chemistry/dissolution.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/base/constants.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::formulation::chemistry {
namespace {

constexpr double room = 298.15;
constexpr double body = 310.15;

double arrhenius(double activation, double temperature, double reference) {
    return std::exp(-activation / gas_constant * (1.0 / temperature - 1.0 / reference));
}

void check_conditions(double ph, double temperature) {
    require_between(ph, 0.0, 14.0, "the pH", "");
    require_between(temperature, 273.0, 373.2, "the temperature", "K");
}

void check(const ShrinkingCore& c) {
    require_positive(c.radius, "the radius", "m");
    require_positive(c.molar_volume, "the molar volume", "m3/mol");
    require_between(c.dimensions, 1.0, 3.0, "the number of shrinking dimensions", "");
}

}  // namespace

double surface_rate(const SurfaceRate& rate, double ph, double temperature, double reductant) {
    check_conditions(ph, temperature);
    require_between(reductant, 0.0, 1e5, "the concentration of the reductant", "mol/m3");
    return rate.acid * std::pow(10.0, -rate.acid_order * ph) *
               arrhenius(rate.acid_activation, temperature, room) +
           rate.neutral * arrhenius(rate.neutral_activation, temperature, room) +
           rate.reductive * reductant;
}

double recession(const ShrinkingCore& core, double surface_rate) {
    check(core);
    require_between(surface_rate, 0.0, 1e6, "the surface rate", "mol/(m2.s)");
    return surface_rate * core.molar_volume;
}

double share_left(const ShrinkingCore& core, double surface_rate, double time) {
    const double left = 1.0 - recession(core, surface_rate) * std::max(0.0, time) / core.radius;
    return left > 0.0 ? std::pow(left, core.dimensions) : 0.0;
}

double dissolution_half_life(const ShrinkingCore& core, double surface_rate) {
    const double speed = recession(core, surface_rate);
    require_positive(speed, "the speed of the surface", "m/s");
    return core.radius / speed * (1.0 - std::pow(2.0, -1.0 / core.dimensions));
}

double diffusion_limited_share(const ShrinkingCore& core, double diffusion, double solubility,
                               double time) {
    check(core);
    require_positive(diffusion, "the diffusion coefficient", "m2/s");
    require_positive(solubility, "the solubility", "mol/m3");
    const double left = 1.0 - 2.0 * diffusion * solubility * core.molar_volume *
                                  std::max(0.0, time) / (core.radius * core.radius);
    return left > 0.0 ? std::pow(left, 1.5) : 0.0;
}

double mixed_time(const ShrinkingCore& core, double surface_rate, double diffusion,
                  double solubility, double radius) {
    const double speed = recession(core, surface_rate);
    require_positive(speed, "the speed of the surface", "m/s");
    require_positive(diffusion * solubility, "diffusion times solubility", "mol/(m.s)");
    require_between(radius, 0.0, core.radius, "the final radius", "m");
    const double r0 = core.radius;
    return (r0 - radius) / speed +
           (r0 - radius) * (r0 + radius) / (2.0 * diffusion * solubility * core.molar_volume);
}

double bulk_rate(const BulkRate& rate, double ph, double temperature) {
    check_conditions(ph, temperature);
    return (rate.neutral + rate.acid * std::pow(10.0, -rate.acid_order * ph)) *
           arrhenius(rate.activation, temperature, body);
}

}  // namespace caravel::formulation::chemistry
