#include "caravel/formulation/magnetism/magnetic_core.hpp"

#include "caravel/formulation/extent.hpp"

namespace caravel::formulation::magnetism {

void describe(input::Visitor& v, MagneticCore& c) {
    v.number({"diameter", "of one magnetic domain (default: from the layers)"}, c.diameter,
             extent());
    v.number({"size_spread", "sigma of the logarithm of the diameter"}, c.size_spread,
             {"1", 0.0, 2.0});
    v.number({"saturation_magnetisation", "(default: of the material)"}, c.saturation_magnetisation,
             {"kA/m", 1e-3, 1e4});
    v.number({"anisotropy", "effective uniaxial constant (default: of the material)"}, c.anisotropy,
             {"kJ/m3", 1e-4, 1e5});
}

}  // namespace caravel::formulation::magnetism
