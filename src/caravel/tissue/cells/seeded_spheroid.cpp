#include "caravel/tissue/cells/seeded_spheroid.hpp"

#include <cmath>
#include <stdexcept>

namespace caravel::tissue {

namespace {
constexpr double longest_step = 0.05 * 86400.0;  // s
}

SeededSpheroid::SeededSpheroid(const CellBiology& biology, const SpheroidSurroundings& surroundings,
                               const SpheroidFormation& formation, double seeded_cells, int shells)
    : formation_(formation),
      gathered_(gathered_radius(formation, biology, surroundings.oxygen, seeded_cells)),
      packed_(biology, surroundings, gathered_, shells),
      time_(formation.gathering_time) {}

void SeededSpheroid::advance(double dt) {
    if (!(dt >= 0.0)) throw std::invalid_argument("a spheroid does not grow backwards");
    const int steps = static_cast<int>(std::ceil(dt / longest_step - 1e-9));
    for (int s = 0; s < steps; ++s) packed_.advance(dt / steps);
    time_ += dt;
}

SpheroidStructure SeededSpheroid::structure() const {
    SpheroidStructure s = packed_.structure();
    s.time = time_;
    s.radius = seen_radius(formation_, gathered_, s.radius, time_);
    return s;
}

}  // namespace caravel::tissue
