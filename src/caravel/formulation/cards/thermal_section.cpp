#include "caravel/formulation/cards/parts.hpp"
#include "caravel/formulation/cards/thermal_part.hpp"

#include <cmath>
#include <numbers>
#include <utility>

namespace caravel::formulation {

void add_value(CardSection& section, const FactReader& facts, std::string name, double si,
               std::string unit, std::string doc, std::string method, std::string validity) {
    section.values.push_back({std::move(name), si, std::move(unit), std::move(doc),
                              std::move(method), std::move(validity), facts.sources(),
                              facts.status(), std::nullopt});
}

double volume_radius(const CardContext& c) {
    return std::cbrt(3.0 * c.properties.volume / (4.0 * std::numbers::pi));
}

CardSection thermal_section(const CardContext& context) {
    CardSection section{"Heat and sound", {}, {}, {}, {}};
    if (!context.properties.is_particle()) {
        section.refusals.push_back({"effective_conductivity", "a dissolved drug has no layers"});
        return section;
    }
    add_heat(context, section);
    add_melting(context, section);
    add_ice(context, section);
    add_sound(context, section);
    add_gas_and_droplet(context, section);
    return section;
}

}  // namespace caravel::formulation
