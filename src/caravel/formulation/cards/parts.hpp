// The parts of a particle card, one per domain of physics; make_card() puts them together.
#pragma once

#include "caravel/formulation/card.hpp"

namespace caravel::formulation {

CardSection structure_section(const CardContext& context);
CardSection synthesis_section(const CardContext& context);
CardSection surface_section(const CardContext& context);
CardSection light_section(const CardContext& context);
CardSection luminescence_section(const CardContext& context);
CardSection magnetism_section(const CardContext& context);
CardSection radiation_section(const CardContext& context);
CardSection thermal_section(const CardContext& context);
CardSection chemistry_section(const CardContext& context);

}  // namespace caravel::formulation
