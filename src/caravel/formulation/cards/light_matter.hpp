// What light meets in each layer of a particle: permittivity with pores, inclusions and, in metals,
// the damping of electrons at surfaces.
#pragma once

#include "caravel/formulation/card.hpp"
#include "caravel/formulation/optical_material.hpp"
#include "caravel/formulation/optics/permittivity.hpp"

#include <complex>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace caravel::formulation {

/// One material as light sees it.
struct LightMatter {
    std::vector<matter::RefractiveIndex> tables;          // solid, then pores, then inclusions
    double porosity = 0.0;                                // of the solid, filled with tables[1]
    std::vector<double> inclusions;                       // volume fractions of the layer
    double in_medium = 1.0;                               // part of the volume; the rest is medium
    std::optional<optics::FreeElectrons> free_electrons;  // where a metals row exists
    double path = 0.0;                                    // m, mean path of electrons

    /// Relative permittivity at a wavelength in vacuum (m): bulk table with size correction for
    /// `path` times `scale`, Bruggeman with the pores, Maxwell-Garnett with the inclusions, and
    /// Maxwell-Garnett in the medium of index `medium`. Throws InputError outside a table.
    std::complex<double> permittivity(double wavelength, double medium, double scale = 1.0) const;
};

/// The matter of layer `layer` with its pores and inclusions; `path` (m) is the electrons' mean
/// path there, `volume` (m3) that of the layer. A material that the formulation brings along is
/// used as given, without size correction. Throws InputError for materials without an index.
LightMatter layer_matter(const CardContext& context, std::size_t layer, double path);

/// A material by name, solid.
LightMatter plain_matter(const CardContext& context, const std::string& material, double path);

/// Wavelengths (m) that every table covers, and which tables end it, with their own ranges.
struct LightRange {
    double shortest = 0.0, longest = 1.0;
    std::string shortest_by, longest_by;
};
LightRange common_range(std::span<const LightMatter> matters,
                        const matter::RefractiveIndex& medium);

/// What the matters are made of: descriptions joined, the weakest status, and what was corrected.
struct LightSources {
    std::string text;
    CardStatus status = CardStatus::computed;
    std::string correction;  // of metals; empty without
};
LightSources light_sources(std::span<const LightMatter> matters,
                           const matter::RefractiveIndex& medium);

}  // namespace caravel::formulation
