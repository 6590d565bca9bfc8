#include "caravel/formulation/thermal/bubble.hpp"

#include "caravel/base/checks.hpp"

#include <cmath>
#include <numbers>

namespace caravel::formulation::thermal {
namespace {

void check(const Bubble& b, const BubbleLiquid& l) {
    require_between(b.radius, 1e-9, 1e-2, "the bubble's radius", "m");
    require_between(b.polytropic, 1.0, 5.0 / 3.0, "the polytropic exponent", "");
    require_between(b.surface_tension, 0.0, 1.0, "the surface tension", "N/m");
    require_between(b.shell_elasticity, 0.0, 1e4, "the shell elasticity", "N/m");
    require_between(b.shell_viscosity, 0.0, 1.0, "the shell viscosity", "kg/s");
    require_positive(l.density, "the liquid's density", "kg/m3");
    require_positive(l.speed, "the liquid's speed of sound", "m/s");
    require_positive(l.pressure, "the pressure at rest", "Pa");
}

}  // namespace

double bubble_resonance(const Bubble& bubble, const BubbleLiquid& liquid) {
    check(bubble, liquid);
    const double k = bubble.polytropic;
    const double stiffness =
        3.0 * k * liquid.pressure +
        ((3.0 * k - 1.0) * 2.0 * bubble.surface_tension + 4.0 * bubble.shell_elasticity) /
            bubble.radius;
    return std::sqrt(stiffness / liquid.density) / (2.0 * std::numbers::pi * bubble.radius);
}

double minnaert_frequency(double radius, double polytropic, const BubbleLiquid& liquid) {
    return bubble_resonance({radius, polytropic, 0.0, 0.0, 0.0}, liquid);
}

BubbleDamping bubble_damping(const Bubble& bubble, const BubbleLiquid& liquid, double frequency) {
    check(bubble, liquid);
    require_positive(frequency, "the frequency", "Hz");
    const double omega = 2.0 * std::numbers::pi * frequency;
    const double r = bubble.radius;
    BubbleDamping d;
    d.viscous = 4.0 * liquid.viscosity / (omega * liquid.density * r * r);
    d.radiation = omega * r / liquid.speed;
    d.shell = 4.0 * bubble.shell_viscosity / (omega * liquid.density * r * r * r);
    return d;
}

double bubble_scattering(const Bubble& bubble, const BubbleLiquid& liquid, double frequency) {
    const double d = bubble_damping(bubble, liquid, frequency).total();
    const double ratio = bubble_resonance(bubble, liquid) / frequency;
    const double off = ratio * ratio - 1.0;
    return 4.0 * std::numbers::pi * bubble.radius * bubble.radius / (off * off + d * d);
}

double bubble_extinction(const Bubble& bubble, const BubbleLiquid& liquid, double frequency) {
    const BubbleDamping d = bubble_damping(bubble, liquid, frequency);
    return bubble_scattering(bubble, liquid, frequency) * d.total() / d.radiation;
}

Bubble with_thin_shell(Bubble bubble, double shear_modulus, double shear_viscosity,
                       double thickness) {
    require_between(thickness, 0.0, 0.2 * bubble.radius, "the shell's thickness", "m");
    bubble.shell_elasticity = 3.0 * shear_modulus * thickness;
    bubble.shell_viscosity = 3.0 * shear_viscosity * thickness;
    return bubble;
}

}  // namespace caravel::formulation::thermal
