// Coincidences of photon pairs of which one was scattered once in the object.
#pragma once

#include "caravel/base/grid.hpp"
#include "caravel/exec/threads.hpp"
#include "caravel/imaging/compton.hpp"

#include <vector>

namespace caravel::imaging {

/// What emits and scatters, on one coarse grid. The ring's axis is z.
struct ScatterObject {
    Grid grid{};
    index_t coarsening = 1;            // voxels along the edge of what is one scatterer
    std::vector<float> rate{};         // 1/(s m3), annihilations
    std::vector<float> attenuation{};  // 1/m at 511 keV
};

/// A cylinder of detectors as seen by the simulation.
struct ScatterRing {
    Vector3 centre{};
    double radius = 0.0;  // m
    double length = 0.0;  // m
    index_t rings = 7;    // axial detectors
    index_t around = 32;  // detectors of one ring
    EnergyWindow window{};
};

/// Scattered coincidences of direct planes: rate per height of the plane, offset of the line and
/// angle (1/(s m2 rad)), all ring differences together, for detectors that count every photon
/// that hits them at 511 keV and others by window.accepts(E) / window.accepts(511 keV).
struct ScatterPlanes {
    index_t planes = 0;  // 2 rings - 1, evenly from -length/2 + half a ring to the other end
    index_t around = 0;
    double radius = 0.0;
    double first_plane = 0.0;         // m from the ring's centre
    double plane_spacing = 0.0;       // m
    std::vector<double> value{};      // plane, detector a, detector b (fastest)
    std::vector<double> logarithm{};  // of value, not below 1e-9 of the largest

    /// Line at `offset` (m) along (cos, sin) of `angle` (rad) that runs along (-sin, cos), at
    /// height z (m from the centre). Cubic in the logarithm between the detectors, for beyond the
    /// object scatter falls by factors from one to the next; linear between the planes, to 0 at
    /// the ring's ends.
    double at(double offset, double angle, double z) const;

  private:
    double in_plane(index_t plane, double u, double v) const;
};

/// Single-scatter simulation (J. M. Ollinger, Phys. Med. Biol. 41:153, 1996; C. C. Watson, IEEE
/// Trans. Nucl. Sci. 47:1587, 2000): for every voxel that attenuates and every pair of detectors
/// the Klein-Nishina probability, the emission along one leg, and the attenuation of both photons
/// on their ways, that of the scattered one in the ratio of the Klein-Nishina cross-sections.
/// Blocks of `coarsening` voxels scatter at the middle of their attenuation; emission and
/// attenuation along the legs come from the voxels.
ScatterPlanes simulate_single_scatter(exec::ThreadTeam& team, const ScatterObject& object,
                                      const ScatterRing& ring);

}  // namespace caravel::imaging
