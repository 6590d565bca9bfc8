#include "caravel/tissue/cells/spheroid_formation.hpp"

#include "caravel/base/checks.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::tissue {

namespace {
/// Refuses a line without formation and names those that have it.
void require_formation(const std::string& line, const matter::Library& library,
                       const Location& where) {
    library.require("cells", line, where);
    const auto& table = library.table("cells");
    if (table.find(line, "cell_volume") != nullptr) return;
    std::string known;
    for (const auto& name : table.names())
        if (table.find(name, "cell_volume") != nullptr) known += (known.empty() ? "" : ", ") + name;
    throw InputError(Diagnostic{where, "how spheroids of line '" + line + "' form is not known",
                                "a line with cell_volume and the rows after it in data/cells.csv",
                                "known: " + known});
}
}  // namespace

SpheroidFormation make_formation(const std::string& line, matter::Library& library,
                                 const Location& where) {
    require_formation(line, library, where);
    SpheroidFormation f;
    f.cell_volume = library.value("cells", line, "cell_volume");
    f.gathering_time = library.value("cells", line, "gathering_time");
    f.heap_thickness = library.value("cells", line, "heap_thickness");
    f.rounding_time = library.value("cells", line, "rounding_time");
    f.least_seeding = library.value("cells", line, "least_seeding");
    f.greatest_seeding = library.value("cells", line, "greatest_seeding");
    check_formation(f);
    return f;
}

void check_formation(const SpheroidFormation& f) {
    require_positive(f.cell_volume, "the volume of a cell", "m3");
    require_positive(f.gathering_time, "the time of gathering", "s");
    require_positive(f.heap_thickness, "the thickness of the heap", "m");
    require_positive(f.rounding_time, "the time of rounding", "s");
    require_positive(f.least_seeding, "the least seeding", "cells");
    require_between(f.greatest_seeding, f.least_seeding, 1e12, "the greatest seeding", "cells");
}

bool formation_known(const SpheroidFormation& f, double seeded_cells) {
    return seeded_cells >= f.least_seeding && seeded_cells <= f.greatest_seeding;
}

double gathered_radius(const SpheroidFormation& f, const CellBiology& biology, double oxygen,
                       double seeded_cells) {
    check_formation(f);
    require_positive(seeded_cells, "the number of seeded cells", "cells");
    const double rate = proliferation_rate(biology, oxygen) - biology.apoptosis_rate;
    const double volume = seeded_cells * f.cell_volume * std::exp(rate * f.gathering_time);
    return std::cbrt(0.75 * volume / std::numbers::pi);
}

double flatness(const SpheroidFormation& f, double gathered_radius) {
    return std::max(1.0, std::sqrt(4.0 * gathered_radius / (3.0 * f.heap_thickness)));
}

double seen_radius(const SpheroidFormation& f, double gathered, double packed, double time) {
    const double since = std::max(0.0, time - f.gathering_time);
    return packed * (1.0 + (flatness(f, gathered) - 1.0) * std::exp(-since / f.rounding_time));
}

}  // namespace caravel::tissue
