#include "caravel/formulation/cards/parts.hpp"

namespace caravel::formulation {

CardSection chemistry_section(const CardContext&) { return {"Chemistry", {}, {}, {}, {}}; }

}  // namespace caravel::formulation
