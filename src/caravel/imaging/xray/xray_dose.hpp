// Absorbed dose of an X-ray scan.
#pragma once

#include "caravel/exec/threads.hpp"
#include "caravel/imaging/xray/compton_walk.hpp"
#include "caravel/imaging/xray/tube_spectrum.hpp"

#include <cstdint>

namespace caravel::imaging {

/// Mean absorbed dose (Gy) in a long water cylinder of `radius` (m) across the beam, for a fluence
/// `beam` (photons per m2 at the axis, all views together): photons walk by Compton collisions
/// until they leave or are absorbed, energy is left where they collide. Of a beam narrower than the
/// cylinder it is the dose-length integral over the beam's width, as the CT dose index. Error of
/// chance below 1 %. For thin cylinders: fluence times energy times mu_en/rho.
double cylinder_dose(exec::ThreadTeam& team, const WaterTable& water, const PhotonSpectrum& beam,
                     double radius, std::uint64_t seed);

}  // namespace caravel::imaging
