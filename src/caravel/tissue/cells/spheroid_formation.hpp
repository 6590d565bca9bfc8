// How cells seeded into a well become one compact spheroid: where a growing one starts.
#pragma once

#include "caravel/tissue/cells/spheroid_setting.hpp"

namespace caravel::tissue {

/// Seeded cells sink and gather into one loose ball, which then compacts; they divide all along.
/// `gathering_time` does not depend on how many were seeded: a well's round bottom moves them, not
/// their encounters.
struct SpheroidFormation {
    double cell_volume = 0.0;       // m3 of packed tissue per cell
    double gathering_time = 0.0;    // s after seeding: one ball is seen
    double first_packing = 0.0;     // share of that ball's volume that cells fill, 0 to 1
    double compaction_time = 0.0;   // s, in which the share not filled falls to 1/e
    double least_seeding = 0.0;     // cells: wells of fewer, or of more than the next, were
    double greatest_seeding = 0.0;  // not seen to go this way
};

/// Formation of a line from data/cells.csv (cell_volume, gathering_time, first_packing,
/// compaction_time, least_seeding, greatest_seeding). Throws InputError for an unknown line, or one
/// without these rows.
SpheroidFormation make_formation(const std::string& line, matter::Library& library,
                                 const Location& where = {});

/// Throws InputError for volumes or times that are not positive, a first packing outside (0, 1], or
/// a range of seedings that is empty.
void check_formation(const SpheroidFormation& formation);

/// Whether spheroids of this many seeded cells are known to form this way.
bool formation_known(const SpheroidFormation& formation, double seeded_cells);

/// Share (0 to 1) of the seen ball's volume that cells fill at `time` (s after seeding):
/// 1 - (1 - first_packing) exp(-(time - gathering_time)/compaction_time); `first_packing` before.
double packing(const SpheroidFormation& formation, double time);

/// Radius (m) of the ball that the seeded cells and their daughters would fill without gaps at
/// `gathering_time`: where `RadialSpheroid` and `Spheroid` start. 4/3 pi r^3 = cells cell_volume
/// exp((division - apoptosis) gathering_time), with the rates at `oxygen` (Pa, of the medium).
/// Throws InputError for a number of cells that is not positive.
double gathered_radius(const SpheroidFormation& formation, const CellBiology& biology,
                       double oxygen, double seeded_cells);

/// Radius (m) seen from outside at `time` (s after seeding) when its cells would fill a ball of
/// `packed_radius` (m) without gaps. Oxygen and biology are computed in that ball: a loose one is
/// larger by up to first_packing^(-1/3), and the drop of pressure in it smaller by its inverse.
double seen_radius(const SpheroidFormation& formation, double packed_radius, double time);

}  // namespace caravel::tissue
