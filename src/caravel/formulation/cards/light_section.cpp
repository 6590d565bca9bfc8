#include "caravel/formulation/cards/parts.hpp"

namespace caravel::formulation {

CardSection light_section(const CardContext&) { return {"Light", {}, {}, {}, {}}; }

}  // namespace caravel::formulation
