// A spheroid from the number of cells seeded: formation, then growth.
#pragma once

#include "caravel/tissue/cells/radial_spheroid.hpp"
#include "caravel/tissue/cells/spheroid_formation.hpp"

namespace caravel::tissue {

/// A radial spheroid that starts when its seeded cells have gathered, and is seen as wide as their
/// heap then still is. A spheroid on a grid starts alike, from `gathered_radius`.
class SeededSpheroid {
  public:
    /// Throws InputError as `gathered_radius` and `RadialSpheroid` do.
    SeededSpheroid(const CellBiology& biology, const SpheroidSurroundings& surroundings,
                   const SpheroidFormation& formation, double seeded_cells, int shells = 120);

    /// Advances by dt (s) in equal steps of 0.05 d at most. Throws std::invalid_argument for dt
    /// below 0.
    void advance(double dt);

    double time() const { return time_; }  // s after seeding
    /// Time after seeding and the radius that is seen; volumes are those of cells, fractions and
    /// pressures those of the packed ball.
    SpheroidStructure structure() const;
    const RadialSpheroid& packed() const { return packed_; }

  private:
    SpheroidFormation formation_;
    double gathered_;  // m
    RadialSpheroid packed_;
    double time_;
};

}  // namespace caravel::tissue
