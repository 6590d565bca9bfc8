#include "caravel/stimulus/light/photon_kernels.hpp"

namespace caravel::stimulus {

void fly_photons_1(const PhotonScene& scene, PhotonWorker& worker) { fly_width<1>(scene, worker); }

}  // namespace caravel::stimulus
