#include "caravel/formulation/cards/chemistry_part.hpp"
#include "caravel/formulation/cards/parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::formulation {
namespace {

/// Surface (m2) of the layer, seen from outside, its satellites or grains counted one by one.
double outer_area(const CardContext& c, std::size_t layer) {
    const ShapeVariant& form = c.formulation.shape.form;
    if (const auto* cluster = std::get_if<Cluster>(&form); cluster && layer == 0)
        return static_cast<double>(cluster->grains) * std::numbers::pi * cluster->grain_diameter *
               cluster->grain_diameter;
    if (const auto* s = std::get_if<CoreSatellite>(&form); s && layer == 1)
        return static_cast<double>(s->satellites) * std::numbers::pi * s->satellite_diameter *
               s->satellite_diameter;
    if (const auto* janus = std::get_if<Janus>(&form); janus && layer < 2)
        return c.properties.surface_area *
               (layer == 0 ? janus->first_fraction : 1.0 - janus->first_fraction);
    if (layer + 1 == c.properties.layers.size()) return c.properties.surface_area;
    double inside = 0.0;
    for (std::size_t i = 0; i <= layer; ++i) inside += c.properties.layers[i].volume;
    return std::pow(std::numbers::pi, 1.0 / 3.0) * std::pow(6.0 * inside, 2.0 / 3.0);
}

/// Layers that lie beside each other instead of on top.
bool side_by_side(const CardContext& c) {
    const ShapeVariant& form = c.formulation.shape.form;
    return std::holds_alternative<Janus>(form) || std::holds_alternative<CoreSatellite>(form);
}

}  // namespace

std::vector<ExposedMatter> exposed_matter(const CardContext& c) {
    std::vector<ExposedMatter> out;
    for (std::size_t n = c.properties.layers.size(); n-- > 0;) {
        const LayerProperties& l = c.properties.layers[n];
        const bool porous = l.pore_volume > 0.0;
        const bool watery = l.material == "water";
        if (!watery)
            out.push_back({l.material, outer_area(c, n) + l.pore_surface,
                           l.volume - l.pore_volume - l.inclusion_volume, static_cast<int>(n),
                           l.pore_surface > 0.0});
        for (const Inclusion& i : c.formulation.inclusions)
            if ((porous || watery) && i.layer == static_cast<std::int64_t>(n) + 1) {
                const double area = std::numbers::pi * i.diameter * i.diameter;
                const auto count = static_cast<double>(i.count);
                out.push_back(
                    {i.material, count * area, count * area * i.diameter / 6.0, -1, false});
            }
        const bool beside = side_by_side(c) && n == 1;
        if (!porous && !watery && !beside) break;
    }
    return out;
}

CardSection chemistry_section(const CardContext& context) {
    CardSection section{"Chemistry", {}, {}, {}, {}};
    if (!context.properties.is_particle()) {
        section.refusals.push_back({"catalytic_activity", "a dissolved drug has no surface"});
        return section;
    }
    const std::vector<ExposedMatter> exposed = exposed_matter(context);
    add_catalysis(context, exposed, section);
    add_fenton(context, exposed, section);
    add_photocatalysis(context, exposed, section);
    add_degradation(context, exposed, section);
    return section;
}

}  // namespace caravel::formulation
