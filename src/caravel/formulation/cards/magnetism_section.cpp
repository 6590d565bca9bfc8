#include "caravel/formulation/cards/magnetism_part.hpp"
#include "caravel/formulation/cards/parts.hpp"

#include <utility>

namespace caravel::formulation {
namespace {

void add_part(const MagneticPart& part, CardSection& section) {
    for (const std::string& note : part.notes) section.notes.push_back(note);
    add_magnetic_moments(part, section);
    add_magnetic_heating(part, section);
    add_magnetic_imaging(part, section);
    add_particle_relaxivity(part, section);
    add_magnetic_curves(part, section);
}

}  // namespace

CardSection magnetism_section(const CardContext& context) {
    CardSection section{"Magnetism", {}, {}, {}, {}};
    attempt(section, "magnetic_moment", [&] { add_part(find_magnetic_part(context), section); });
    // Without anything magnetic the refusal above is the answer; ions come on their own.
    add_ion_relaxivity(context, section);
    return section;
}

}  // namespace caravel::formulation
