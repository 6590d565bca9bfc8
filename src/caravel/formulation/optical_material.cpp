#include "caravel/formulation/optical_material.hpp"

#include "caravel/base/unit.hpp"

#include <fmt/format.h>

namespace caravel::formulation {
namespace {

const MaterialDefinition* find_definition(const Formulation& formulation, std::string_view name) {
    for (const MaterialDefinition& material : formulation.materials)
        if (material.name == name) return &material;
    return nullptr;
}

}  // namespace

matter::RefractiveIndex refractive_index(const Formulation& formulation,
                                         const matter::Library& library,
                                         std::string_view material) {
    const MaterialDefinition* own = find_definition(formulation, material);
    if (own != nullptr && own->n)
        return matter::RefractiveIndex::constant(
            {*own->n, own->k}, fmt::format("{} (n = {}, k = {}, given)", material,
                                           format_number(*own->n), format_number(own->k)));
    if (own != nullptr && own->table.ends_with(".csv"))
        return matter::RefractiveIndex::table(
            own->table, fmt::format("{} (table {}, given)", material, own->table));
    if (own != nullptr && !own->table.empty())
        return matter::find_refractive_index(library, own->table);
    return matter::find_refractive_index(library, material);
}

matter::RefractiveIndex medium_refractive_index(const Formulation& formulation,
                                                const matter::Library& library) {
    if (const auto n = formulation.medium.refractive_index)
        return matter::RefractiveIndex::constant(
            *n, fmt::format("medium (n = {}, given)", format_number(*n)));
    return refractive_index(formulation, library, formulation.medium.material);
}

}  // namespace caravel::formulation
