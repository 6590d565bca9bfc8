#include "caravel/tissue/heat/phase_change_particles.hpp"

#include "caravel/base/error.hpp"

#include <fmt/format.h>

namespace caravel::tissue {

CarrierMelting carrier_melting(const formulation::Properties& carrier, matter::Library& library) {
    CarrierMelting best;
    std::string names;
    for (const formulation::LayerProperties& layer : carrier.layers) {
        if (layer.material == "water") continue;
        if (!names.empty()) names += ", ";
        names += layer.material;
        const auto heat = library.find("thermal", layer.material, "latent_heat");
        const auto onset = library.find("thermal", layer.material, "melting_onset");
        const auto end = library.find("thermal", layer.material, "melting_end");
        if (!heat || !onset || !end || !(carrier.carrier_mass > 0.0)) continue;
        const double taken_up = *heat * layer.dry_mass / carrier.carrier_mass;
        if (taken_up > best.latent_heat) best = {*onset, *end, taken_up, layer.material};
    }
    if (best.latent_heat > 0.0) return best;
    throw NotAvailable(fmt::format(
        "melting of a carrier of {}: data/thermal.csv gives none of its layers a latent_heat with "
        "melting_onset and melting_end, or the carrier's dry mass is not known",
        names.empty() ? "no layers" : names));
}

}  // namespace caravel::tissue
