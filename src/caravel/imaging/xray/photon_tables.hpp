// Interaction of photons with matter, as the scanners need it.
#pragma once

#include "caravel/matter/composition.hpp"
#include "caravel/matter/photon_cross_sections.hpp"
#include "caravel/matter/table.hpp"
#include "caravel/matter/xray.hpp"

#include <string_view>

namespace caravel::imaging {

/// Cross-sections and tables of data/xray. Read once per scan.
struct PhotonTables {
    explicit PhotonTables(const matter::Library& library);

    matter::PhotonCrossSections cross_sections;
    matter::XrayTables tables;
};

/// Mass attenuation coefficient (m2/kg) at a photon energy (J): photoelectric absorption, coherent
/// and incoherent scattering, mixture rule, cubic splines of xraylib's tables (within 0.1 % of NIST
/// between 1 and 800 keV, away from edges).
double mass_attenuation(const PhotonTables& photons, const matter::Composition& composition,
                        double energy);

/// Part of it (m2/kg).
double mass_attenuation(const PhotonTables& photons, const matter::Composition& composition,
                        double energy, matter::PhotonProcess process);

}  // namespace caravel::imaging
