#include "caravel/imaging/mri/mri_maps_tissue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace caravel::imaging {
namespace {

constexpr const char* table = "tissue_mri";
constexpr std::array<double, 4> fields{1.5, 3.0, 7.0, 9.4};  // T, contexts of the table

std::optional<double> at(matter::Library& library, const std::string& name, const char* property,
                         double field) {
    return library.find(table, name, property, fmt::format("{:g} T", field));
}

/// Time (s) between the neighbouring fields for which the table has one; empty: it has none.
std::optional<double> between(matter::Library& library, const std::string& name,
                              const char* property, double field) {
    std::optional<double> below;
    double below_field = 0.0;
    for (const double f : fields) {
        if (!library.table(table).find(name, property, fmt::format("{:g} T", f))) continue;
        if (f >= field) {
            const auto above = at(library, name, property, f);
            if (!below || f == field) return above;
            const double share = std::log(field / below_field) / std::log(f / below_field);
            return *below * std::pow(*above / *below, share);
        }
        below_field = f;
        below = at(library, name, property, f);
    }
    return below;
}

double rate(matter::Library& library, const std::string& name, const char* property, double field) {
    // what a study states of its tissue goes before the shipped rows of single fields
    if (const auto any_field = library.find(table, name, property)) return 1.0 / *any_field;
    const auto time = between(library, name, property, field);
    return 1.0 / (time ? *time : library.value(table, name, property));
}

}  // namespace

MriTissue mri_tissue(matter::Library& library, const std::string& name, double field,
                     const Location& where) {
    library.require(table, name, where);
    MriTissue tissue;
    tissue.proton_density = library.value(table, name, "proton_density");
    if (!(tissue.proton_density > 0.0)) return tissue;
    tissue.r1 = rate(library, name, "t1", field);
    tissue.r2 = rate(library, name, "t2", field);
    tissue.r2_star = std::max(rate(library, name, "t2_star", field), tissue.r2);
    tissue.diffusion = library.find(table, name, "diffusion").value_or(0.0);
    return tissue;
}

}  // namespace caravel::imaging
