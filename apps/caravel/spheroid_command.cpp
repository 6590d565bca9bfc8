#include "commands.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/study/study_run.hpp"
#include "caravel/tissue/cells/seeded_spheroid.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace caravel::apps {
namespace {

constexpr double day = 86400.0;  // s
constexpr double longest = 365.0 * day;

void print_row(const tissue::SpheroidStructure& s, double cell_volume) {
    fmt::print("{:.6g},{:.5g},{:.4f},{:.4f},{:.5g},{:.5g}\n", s.time / day, from_si(s.radius, "um"),
               s.inhibited, s.necrotic, from_si(s.centre_oxygen, "mm[Hg]"),
               s.living_volume / cell_volume);
}

}  // namespace

void command_spheroid(const Options& o) {
    matter::Library library(study::default_data_paths().root);
    const auto formation = tissue::make_formation(o.what, library);
    tissue::CellBiologyInput input;
    input.line = o.what;
    const auto biology = tissue::make_cell_biology(input, library);
    const double until = time_of("--until", o.until);
    if (until < formation.gathering_time || until > longest)
        throw UsageError("--until " + o.until + ": expected a time from " +
                         format_quantity(formation.gathering_time, "d") +
                         ", when the cells have gathered, to 365 d");
    const auto seeded = static_cast<double>(o.seeded_cells);
    tissue::SeededSpheroid spheroid(biology, tissue::make_surroundings(o.what, library), formation,
                                    seeded);
    if (!tissue::formation_known(formation, seeded))
        fmt::print(stderr, "note: {} was seen to form spheroids in this way from {} to {} cells\n",
                   o.what, formation.least_seeding, formation.greatest_seeding);
    fmt::print("day,radius_um,inhibited,necrotic,centre_oxygen_mmHg,living_cells\n");
    print_row(spheroid.structure(), formation.cell_volume);
    while (spheroid.time() < until * (1.0 - 1e-12)) {
        const double next = (std::floor(spheroid.time() / day + 1e-9) + 1.0) * day;
        spheroid.advance(std::min(next, until) - spheroid.time());
        print_row(spheroid.structure(), formation.cell_volume);
    }
}

}  // namespace caravel::apps
