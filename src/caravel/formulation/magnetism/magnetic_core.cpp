#include "caravel/formulation/magnetism/magnetic_core.hpp"

namespace caravel::formulation::magnetism {

void describe(input::Visitor& v, MagneticCore& c) {
    v.number({"diameter", "of one magnetic domain (default: from the layers)"}, c.diameter,
             input::positive("nm"));
    v.number({"size_spread", "sigma of the logarithm of the diameter"}, c.size_spread,
             {"1", 0.0, 2.0});
    v.number({"saturation_magnetisation", "(default: of the material)"}, c.saturation_magnetisation,
             input::positive("kA/m"));
    v.number({"anisotropy", "effective uniaxial constant (default: of the material)"}, c.anisotropy,
             input::positive("kJ/m3"));
}

}  // namespace caravel::formulation::magnetism
