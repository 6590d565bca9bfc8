// The heat and sound part of a card: the particle as these see it.
#pragma once

#include "caravel/formulation/card.hpp"
#include "caravel/formulation/cards/thermal_facts.hpp"

#include <cstddef>
#include <cstdint>
#include <numbers>
#include <string>
#include <string_view>

namespace caravel::formulation {

/// Adds one computed number to a section.
void add_value(CardSection& section, const FactReader& facts, std::string name, double si,
               std::string unit, std::string doc, std::string method, std::string validity);

/// Calls `visit(material, volume)` for all matter inside the outermost surface: layers, pore
/// fillings, inclusions, and water in what the layers leave open.
template <class Visit>
void for_each_matter(const CardContext& c, const Visit& visit) {
    double filled = 0.0;
    for (std::size_t i = 0; i < c.properties.layers.size(); ++i) {
        const LayerProperties& l = c.properties.layers[i];
        filled += l.volume;
        visit(l.material, l.volume - l.pore_volume - l.inclusion_volume);
        if (l.pore_volume > 0.0) visit(c.formulation.layers[i].filled_with, l.pore_volume);
        for (const Inclusion& inclusion : c.formulation.inclusions)
            if (inclusion.layer == static_cast<std::int64_t>(i) + 1)
                visit(inclusion.material, static_cast<double>(inclusion.count) * std::numbers::pi /
                                              6.0 * inclusion.diameter * inclusion.diameter *
                                              inclusion.diameter);
    }
    const double open = c.properties.volume - filled;
    if (open > 1e-6 * c.properties.volume) visit(std::string("water"), open);
}

/// Radius (m) of the sphere of the particle's volume.
double volume_radius(const CardContext& c);

void add_heat(const CardContext& c, CardSection& section);
void add_melting(const CardContext& c, CardSection& section);
void add_ice(const CardContext& c, CardSection& section);
void add_sound(const CardContext& c, CardSection& section);
/// Bubbles and droplets; nothing when there is neither gas nor a volatile liquid.
void add_gas_and_droplet(const CardContext& c, CardSection& section);

/// The layer that makes the particle a gas bubble (or -1): a gas that fills most of it.
int gas_layer(const CardContext& c);

}  // namespace caravel::formulation
