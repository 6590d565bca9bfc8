#include "caravel/formulation/medium.hpp"

namespace caravel::formulation {

void describe(input::Visitor& v, Medium& m) {
    v.text({"material", "what the particle is in: a named material"}, m.material);
    v.number({"refractive_index", "real and constant (default: of the material)"},
             m.refractive_index, {"1", 1.0, 4.0});
    v.number({"temperature", "of the liquid"}, m.temperature, {"K", 273.15, 373.15});
    v.number({"viscosity", "of the liquid (default: of water at its temperature)"}, m.viscosity,
             {"mPa.s", 1e-3, 1e9});
    v.number({"ionic_strength", "of a 1:1 salt"}, m.ionic_strength, {"mmol/L", 0.0, 5000.0});
    v.number({"ph", "pH"}, m.ph, {"1", 0.0, 14.0});
}

}  // namespace caravel::formulation
