// What the dry matter of a particle is made of.
#pragma once

#include "caravel/formulation/properties.hpp"
#include "caravel/matter/xray.hpp"

#include <string>
#include <utility>
#include <vector>

namespace caravel::formulation {

/// Materials and masses (kg per particle) of layers without their water, inclusions within them,
/// and of coatings. Payloads are left out.
std::vector<std::pair<std::string, double>> dry_masses(const Properties& properties);

/// Elements of that matter (mass fractions). Throws NotAvailable for a particle without dry matter,
/// InputError for a material of unknown composition.
matter::Composition dry_composition(const Properties& properties, const matter::XrayTables& tables);

}  // namespace caravel::formulation
