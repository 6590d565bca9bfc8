#include "caravel/stimulus/light/photon_kernels.hpp"

namespace caravel::stimulus {

void fly_photons_4(const PhotonScene& scene, PhotonWorker& worker) { fly_width<4>(scene, worker); }

}  // namespace caravel::stimulus
