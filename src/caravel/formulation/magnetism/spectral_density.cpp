#include "caravel/formulation/magnetism/spectral_density.hpp"

#include "caravel/base/checks.hpp"

#include <complex>

namespace caravel::formulation::magnetism {

double freed_density(double angular, double diffusion, double relaxation) {
    require_positive(diffusion, "the diffusion time", "s");
    const double damping = relaxation > 0.0 ? diffusion / relaxation : 0.0;
    const std::complex<double> w = std::sqrt(std::complex<double>(damping, angular * diffusion));
    return ((1.0 + w / 4.0) / (1.0 + w + 4.0 * w * w / 9.0 + w * w * w / 9.0)).real();
}

}  // namespace caravel::formulation::magnetism
