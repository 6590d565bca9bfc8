#include "caravel/formulation/cards/parts.hpp"

namespace caravel::formulation {

CardSection thermal_section(const CardContext&) { return {"Heat and sound", {}, {}, {}, {}}; }

}  // namespace caravel::formulation
