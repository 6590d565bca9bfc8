// How cells seeded into a well become one compact spheroid: where a growing one starts.
#pragma once

#include "caravel/tissue/cells/spheroid_setting.hpp"

namespace caravel::tissue {

/// Seeded cells sink and gather at the bottom of the well, where they lie as a flat heap whose
/// thickness does not depend on their number (as that of a puddle does not); it then draws together
/// into a ball. Cells divide all along. Nor does `gathering_time` depend on their number: the
/// well's round bottom moves them, not their encounters.
struct SpheroidFormation {
    double cell_volume = 0.0;       // m3 of packed tissue per cell
    double gathering_time = 0.0;    // s after seeding: one heap is seen
    double heap_thickness = 0.0;    // m, of its cells packed without gaps; thinner heaps are balls
    double rounding_time = 0.0;     // s, in which what it is wider than a ball falls to 1/e
    double least_seeding = 0.0;     // cells: wells of fewer, or of more than the next, were
    double greatest_seeding = 0.0;  // not seen to go this way
};

/// Formation of a line from data/cells.csv (cell_volume, gathering_time, heap_thickness,
/// rounding_time, least_seeding, greatest_seeding). Throws InputError for an unknown line, or one
/// without these rows.
SpheroidFormation make_formation(const std::string& line, matter::Library& library,
                                 const Location& where = {});

/// Throws InputError for volumes, lengths or times that are not positive, or a range of seedings
/// that is empty.
void check_formation(const SpheroidFormation& formation);

/// Whether spheroids of this many seeded cells are known to form this way.
bool formation_known(const SpheroidFormation& formation, double seeded_cells);

/// Radius (m) of the ball that the seeded cells and their daughters would fill without gaps at
/// `gathering_time`: where `RadialSpheroid` and `Spheroid` start. 4/3 pi r^3 = cells cell_volume
/// exp((division - apoptosis) gathering_time), with the rates at `oxygen` (Pa, of the medium).
/// Throws InputError for a number of cells that is not positive.
double gathered_radius(const SpheroidFormation& formation, const CellBiology& biology,
                       double oxygen, double seeded_cells);

/// Radius (m) of the heap against that of the ball of its cells (`gathered_radius`, m), 1 or more:
/// pi R^2 heap_thickness = 4/3 pi r^3 gives R/r = sqrt(4 r/(3 heap_thickness)).
double flatness(const SpheroidFormation& formation, double gathered_radius);

/// Radius (m) seen from above at `time` (s after seeding) of cells that gathered as `gathered`
/// (m, the radius of their ball) and now would fill a ball of `packed` (m):
/// packed (1 + (flatness - 1) exp(-(time - gathering_time)/rounding_time)). Oxygen and biology are
/// computed in the ball; in a heap its way is shorter.
double seen_radius(const SpheroidFormation& formation, double gathered, double packed, double time);

}  // namespace caravel::tissue
