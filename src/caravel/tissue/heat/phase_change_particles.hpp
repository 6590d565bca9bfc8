// Phase-change particles as tissue meets them: where their matter melts and what it takes up.
#pragma once

#include "caravel/formulation/properties.hpp"
#include "caravel/matter/table.hpp"

#include <string>

namespace caravel::tissue {

/// Melting of a carrier's matter, per dry mass of the carrier.
struct CarrierMelting {
    double solidus = 0.0;      // K
    double liquidus = 0.0;     // K
    double latent_heat = 0.0;  // J/kg
    std::string material{};    // the layer's that melts
};

/// Of the carrier's layers with facts of melting in data/thermal.csv (water left out: the tissue
/// counts it) the one that takes up most. Bulk values, without size effect. Throws NotAvailable
/// with the materials' names when none melts.
CarrierMelting carrier_melting(const formulation::Properties& carrier, matter::Library& library);

}  // namespace caravel::tissue
