// The light that carriers and dyes give off, as cameras see it.
#pragma once

#include "caravel/formulation/card.hpp"
#include "caravel/imaging/agent.hpp"

#include <string>
#include <vector>

namespace caravel::study {

/// Emitters of a carrier per dry mass: dyes and dots at their main band; lanthanides once for the
/// light above and once for that below the energy of the exciting light.
std::vector<imaging::LuminescentAgent> luminescent_carrier(const formulation::CardContext& carrier);

/// Gives dyes in solution the quantum yield that crowding, transfer and metal leave them within the
/// carrier, where its card knows it.
void dim_within(const formulation::CardContext& carrier,
                std::vector<imaging::LuminescentAgent>& dyes);

/// A dye of data/emitters.csv in solution, per amount; nothing for other agents.
std::vector<imaging::LuminescentAgent> luminescent_molecule(const std::string& agent,
                                                            matter::Library& library);

}  // namespace caravel::study
