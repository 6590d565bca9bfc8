// The chemistry part of a card: which matter meets the liquid, and with what surface.
#pragma once

#include "caravel/formulation/card.hpp"
#include "caravel/formulation/cards/thermal_facts.hpp"
#include "caravel/formulation/cards/thermal_part.hpp"
#include "caravel/formulation/chemistry/rate_law.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace caravel::formulation {

/// Matter that the liquid reaches.
struct ExposedMatter {
    std::string material;
    double area = 0.0;    // m2 per particle
    double volume = 0.0;  // m3 per particle, of the solid
    int layer = -1;       // -1: an inclusion
    bool porous = false;
};

/// From the outermost layer inwards through porous and watery layers; inclusions of porous layers.
/// Organic coatings count as permeable.
std::vector<ExposedMatter> exposed_matter(const CardContext& c);

/// Conditions at which the card states activities.
struct ChemistryConditions {
    double peroxide = 0.1;     // mol/m3, of a tumour
    double glutathione = 5.0;  // mol/m3, of a tumour cell
    double glucose = 5.0;      // mol/m3, of plasma
    double dye = 0.8;          // mol/m3, of the reduced partner of a peroxidase
};

void add_catalysis(const CardContext& c, const std::vector<ExposedMatter>& exposed,
                   CardSection& section);
void add_fenton(const CardContext& c, const std::vector<ExposedMatter>& exposed,
                CardSection& section);
void add_photocatalysis(const CardContext& c, const std::vector<ExposedMatter>& exposed,
                        CardSection& section);
void add_degradation(const CardContext& c, const std::vector<ExposedMatter>& exposed,
                     CardSection& section);

}  // namespace caravel::formulation
