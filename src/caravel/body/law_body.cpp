#include "caravel/body/law_rates.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::body {

LawBody law_body(const Physiology& physiology) {
    LawBody body;
    body.body_weight = physiology.body_weight;
    body.blood_total = physiology.blood_volume();
    body.plasma_volume = physiology.plasma_fraction() * body.blood_total;
    body.glomerular_filtration = physiology.glomerular_filtration_rate;
    body.rate_scale = std::pow(physiology.body_weight / 0.02, -0.25);
    for (const Organ& organ : physiology.organs) {
        const auto found = std::find(law_organs().begin(), law_organs().end(), organ.name);
        // The gut stands for the intestine; what has no clearance of its own joins the rest.
        std::size_t i = static_cast<std::size_t>(found - law_organs().begin());
        if (organ.name == "gut") i = 9;
        i = std::min(i, law_organ_count - 1);
        body.organ_mass[i] += organ.volume * tissue_density;
        body.blood_volume[i] += organ.vascular_fraction * organ.volume;
    }
    return body;
}

}  // namespace caravel::body
