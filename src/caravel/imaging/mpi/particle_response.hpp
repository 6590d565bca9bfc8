// How the moments of an agent answer the field of a particle scanner.
#pragma once

#include "caravel/imaging/agent.hpp"

#include <vector>

namespace caravel::imaging {

/// What the particles lie in.
struct ParticleSurroundings {
    double temperature = 310.15;  // K
    double viscosity = 1e-3;      // Pa s
    bool relaxation = true;       // moments lag behind the field
};

/// Langevin alignment averaged over the volume-weighted log-normal core diameters, and one Debye
/// time. No interaction between particles, no anisotropy but for the time.
class ParticleResponse {
  public:
    /// Throws InputError for an agent with sizes, magnetisation or iron that are not positive.
    ParticleResponse(const MagneticAgent& agent, const ParticleSurroundings& surroundings,
                     double largest_field);

    /// M/Ms over the flux density (1/T) at the flux density `field` (T, not negative): table with
    /// cubic interpolation, relative error below 1e-7 up to `largest_field`, exact above.
    double alignment_over_field(double field) const;
    /// d(M/Ms)/dB (1/T) at B, exact.
    double slope(double field) const;

    /// Moment (A m2) at saturation of 1 kg of iron.
    double moment_per_iron() const { return moment_per_iron_; }
    /// Debye time (s): Brown and Neel at once for the median core; 0 without relaxation.
    double relaxation_time() const { return relaxation_time_; }
    /// Full width at half maximum (T) of slope().
    double width() const;

    /// m(kappa) (T3): modulus of the Fourier transform of the alignment (a vector along the field)
    /// over the space of flux densities, kappa in 1/T: 2 pi^2/kappa^2 (coth(pi kappa/2) - 1) +
    /// pi^3/kappa csch^2(pi kappa/2) for L(B), 8 pi/kappa^3 as kappa goes to 0.
    double spectrum(double kappa) const;

  private:
    struct Node {
        double gain = 0.0;    // m/(kB T), 1/T
        double weight = 0.0;  // of the volume
    };
    double exact_over_field(double field) const;

    std::vector<Node> nodes_;
    std::vector<double> table_;
    double table_step_ = 1.0;
    double moment_per_iron_ = 0.0;
    double relaxation_time_ = 0.0;
};

}  // namespace caravel::imaging
