#include "caravel/formulation/cards/parts.hpp"

namespace caravel::formulation {

CardSection luminescence_section(const CardContext&) { return {"Luminescence", {}, {}, {}, {}}; }

}  // namespace caravel::formulation
