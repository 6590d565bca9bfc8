#include "caravel/formulation/dry_composition.hpp"

#include "caravel/base/error.hpp"

namespace caravel::formulation {

std::vector<std::pair<std::string, double>> dry_masses(const Properties& properties) {
    std::vector<std::pair<std::string, double>> masses;
    for (const LayerProperties& layer : properties.layers)
        if (layer.dry_mass > 0.0) masses.emplace_back(layer.material, layer.dry_mass);
    for (const CoatingProperties& coating : properties.coatings)
        if (coating.mass > 0.0) masses.emplace_back(coating.material, coating.mass);
    return masses;
}

matter::Composition dry_composition(const Properties& properties,
                                    const matter::XrayTables& tables) {
    std::vector<std::pair<matter::Composition, double>> parts;
    for (const auto& [material, mass] : dry_masses(properties))
        parts.emplace_back(tables.composition(material), mass);
    if (parts.empty()) throw NotAvailable("the particle has no dry matter");
    return matter::mix(parts);
}

}  // namespace caravel::formulation
