// Random walk of photons by Compton collisions.
#pragma once

#include "caravel/base/grid.hpp"
#include "caravel/exec/random.hpp"
#include "caravel/imaging/xray/photon_tables.hpp"

#include <vector>

namespace caravel::imaging {

/// Water for photons of 1 to 150 keV in steps of 1 keV, coherent scattering left out: it hardly
/// turns a photon.
class WaterTable {
  public:
    WaterTable(const PhotonTables& photons, matter::Library& library);

    double attenuation(double energy) const;      // 1/m, photoelectric and Compton
    double scattered_share(double energy) const;  // of collisions

  private:
    double at(const std::vector<double>& table, double energy) const;

    std::vector<double> attenuation_;
    std::vector<double> share_;
};

struct ComptonEvent {
    double cosine = 1.0;
    double energy = 0.0;  // J, after the collision
};

/// Angle and energy after a collision with a free electron (Klein and Nishina 1929), by rejection.
ComptonEvent sample_compton(exec::RandomStream& stream, double energy);

/// Chance per solid angle (1/sr) that a Compton collision turns a photon by this cosine.
double compton_density(double energy, double cosine);

/// Turns a unit vector by an angle of that cosine, around by chance.
Vector3 turned(exec::RandomStream& stream, const Vector3& direction, double cosine);

}  // namespace caravel::imaging
