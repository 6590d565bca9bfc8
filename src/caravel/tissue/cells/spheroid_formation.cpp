#include "caravel/tissue/cells/spheroid_formation.hpp"

#include "caravel/base/checks.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::tissue {

SpheroidFormation make_formation(const std::string& line, matter::Library& library,
                                 const Location& where) {
    library.require("cells", line, where);
    SpheroidFormation f;
    f.cell_volume = library.value("cells", line, "cell_volume");
    f.gathering_time = library.value("cells", line, "gathering_time");
    f.first_packing = library.value("cells", line, "first_packing");
    f.compaction_time = library.value("cells", line, "compaction_time");
    f.least_seeding = library.value("cells", line, "least_seeding");
    f.greatest_seeding = library.value("cells", line, "greatest_seeding");
    check_formation(f);
    return f;
}

void check_formation(const SpheroidFormation& f) {
    require_positive(f.cell_volume, "the volume of a cell", "m3");
    require_positive(f.gathering_time, "the time of gathering", "s");
    require_positive(f.first_packing, "the first packing", "");
    require_between(f.first_packing, 0.0, 1.0, "the first packing", "");
    require_positive(f.compaction_time, "the time of compaction", "s");
    require_positive(f.least_seeding, "the least seeding", "cells");
    require_between(f.greatest_seeding, f.least_seeding, 1e12, "the greatest seeding", "cells");
}

bool formation_known(const SpheroidFormation& f, double seeded_cells) {
    return seeded_cells >= f.least_seeding && seeded_cells <= f.greatest_seeding;
}

double packing(const SpheroidFormation& f, double time) {
    const double since = std::max(0.0, time - f.gathering_time);
    return 1.0 - (1.0 - f.first_packing) * std::exp(-since / f.compaction_time);
}

double gathered_radius(const SpheroidFormation& f, const CellBiology& biology, double oxygen,
                       double seeded_cells) {
    check_formation(f);
    require_positive(seeded_cells, "the number of seeded cells", "cells");
    const double rate = proliferation_rate(biology, oxygen) - biology.apoptosis_rate;
    const double volume = seeded_cells * f.cell_volume * std::exp(rate * f.gathering_time);
    return std::cbrt(0.75 * volume / std::numbers::pi);
}

double seen_radius(const SpheroidFormation& f, double packed_radius, double time) {
    return packed_radius / std::cbrt(packing(f, time));
}

}  // namespace caravel::tissue
