// Electrons and fluorescence of a photoelectric interaction in one element.
#pragma once

#include "caravel/formulation/radiation/vacancy_cascade.hpp"

namespace caravel::formulation::radiation {

/// Share of photoelectric interactions in each subshell at a photon energy (J), from the jump
/// ratios at the edges: (J - 1)/J of what the shells further in leave. What remains (outer shells)
/// is not listed.
struct ShellShare {
    std::string shell;
    double edge = 0.0;   // J
    double share = 0.0;  // of all photoelectric interactions
};
std::vector<ShellShare> shell_shares(const matter::XrayTables& tables, std::string_view element,
                                     double energy);

/// Expected electrons and photons per photoelectric interaction: photoelectron (energy - edge) and
/// the cascade after it; interactions in outer shells give a photoelectron of the whole energy.
Cascade photoelectric_emission(const matter::XrayTables& tables, std::string_view element,
                               double energy);

}  // namespace caravel::formulation::radiation
