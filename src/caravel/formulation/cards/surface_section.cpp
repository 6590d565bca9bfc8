#include "caravel/formulation/cards/parts.hpp"
#include "caravel/formulation/cards/surface_parts.hpp"

#include <utility>

namespace caravel::formulation {

CardSection surface_section(const CardContext& context) {
    CardSection section{"Surface and colloid", {}, {}, {}, {}};
    if (!context.properties.is_particle()) return section;
    surface::require_possible_coats(context);
    std::optional<surface::Surface> found;
    attempt(section, "surface", [&] { found = surface::make_surface(context); });
    if (!found) return section;
    surface::add_charge(context, *found, section);
    surface::add_coats(context, *found, section);
    surface::add_stability(context, *found, section);
    surface::add_corona(context, *found, section);
    surface::add_markers(context, section);
    if (context.formulation.medium.material != "water")
        section.notes.emplace_back("the surface part takes the liquid for water with salt");
    if (!found->is_sphere)
        section.notes.emplace_back(
            "double layer, attraction and corona are those of the sphere "
            "with the particle's area");
    return section;
}

}  // namespace caravel::formulation
