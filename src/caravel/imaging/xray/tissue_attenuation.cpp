#include "caravel/imaging/xray/tissue_attenuation.hpp"

#include <string>

namespace caravel::imaging {
namespace {

constexpr std::string_view table = "tissue_xray";

}  // namespace

matter::Composition tissue_composition(matter::Library& library, std::string_view tissue) {
    library.require(table, tissue, {});
    std::vector<std::pair<matter::Composition, double>> parts;
    for (const matter::Fact* fact : library.table(table).all(tissue)) {
        if (fact->property != "mass_fraction") continue;
        const double fraction = library.value(table, tissue, fact->property, fact->context);
        parts.emplace_back(matter::Composition{{{fact->context, 1.0}}}, fraction);
    }
    return matter::mix(parts);
}

double tissue_density(matter::Library& library, std::string_view tissue) {
    return library.value(table, tissue, "density");
}

double tissue_attenuation(const matter::XrayTables& tables, matter::Library& library,
                          std::string_view tissue, double energy) {
    return tissue_density(library, tissue) *
           tables.attenuation(tissue_composition(library, tissue), energy);
}

}  // namespace caravel::imaging
