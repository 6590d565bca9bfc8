// From light on the object to light on its way to the camera, before any noise.
#pragma once

#include "caravel/imaging/image.hpp"
#include "caravel/imaging/object.hpp"
#include "caravel/imaging/optical/emission.hpp"
#include "caravel/imaging/optical/fluorescence_settings.hpp"
#include "caravel/imaging/optical/tissue_light.hpp"

#include <string>
#include <vector>

namespace caravel::imaging {

/// Light of one band. Photons are weighted with the sensor's efficiency: electrons' worth.
struct BandLight {
    std::vector<double> agents{};  // 1/(m2 s) through the surface, per column, x fastest
    std::vector<double> tissue{};  // autofluorescence and excitation that the filter lets through
    LightLayers layers{};          // at the band's centre
};

struct FluorescenceLight {
    Grid columns{};  // one voxel thick
    LightLayers excitation{};
    std::vector<double> fluence{};  // W/m2 per voxel
    std::vector<BandLight> bands{};
    std::vector<BodyColumn> body{};
    double darkest_agent = 0.0;  // 1/m, highest absorption of agents at the excitation
};

/// Share of the light (W/m2) of each wavelength that the sensor turns into electrons, the user's
/// own value first.
double quantum_efficiency(const matter::Library& library, const CameraSettings& camera,
                          double wavelength);

/// agent_response() for many irradiances: the integrals over the band are done once.
class AgentResponse {
  public:
    AgentResponse(const matter::Library& library, const ImagedAgent& agent,
                  const FluorescenceSettings& settings, const EmissionBand& band);
    /// 1/(m3 s) per unit at an irradiance (W/m2) and a pH.
    double operator()(double irradiance, double ph) const;

  private:
    std::vector<LuminescentAgent> emitters_;
    std::vector<double> seen_{};
    double excitation_;
};

/// Electrons' worth of photons that one unit of an agent gives off into a band (1/(m3 s)), lit with
/// `irradiance` (W/m2), at a pH.
double agent_response(const matter::Library& library, const ImagedAgent& agent,
                      const FluorescenceSettings& settings, const EmissionBand& band,
                      double irradiance, double ph);

/// Electrons' worth of photons of a band per m of tissue and per photon of excitation: `production`
/// of data/autofluorescence.csv times the integral of exp(-shift/fall)/fall over the band. Without
/// the tissue's own factor. 0 for bands bluer than the excitation.
double autofluorescence(matter::Library& library, const FluorescenceSettings& settings,
                        const EmissionBand& band);

/// Runs the light of the scan: layers in the image tier, voxels in the acquisition tier.
FluorescenceLight fluorescence_light(const ScanContext& context, const ImagedObject& object,
                                     const FluorescenceSettings& settings, Tier tier);

}  // namespace caravel::imaging
