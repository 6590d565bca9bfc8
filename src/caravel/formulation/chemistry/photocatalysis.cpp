#include "caravel/formulation/chemistry/photocatalysis.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/base/constants.hpp"

namespace caravel::formulation::chemistry {

double threshold_wavelength(const Photocatalyst& catalyst) {
    require_positive(catalyst.gap, "the band gap", "J");
    return planck * speed_of_light / catalyst.gap;
}

double absorbed_photons(double absorption, double fluence_rate, double wavelength) {
    require_between(absorption, 0.0, 1.0, "the absorption cross-section", "m2");
    require_between(fluence_rate, 0.0, 1e20, "the fluence rate", "W/m2");
    require_positive(wavelength, "the wavelength", "m");
    return absorption * fluence_rate * wavelength / (planck * speed_of_light);
}

RadicalRate radical_rate(const Photocatalyst& catalyst, double absorption, double fluence_rate,
                         double wavelength) {
    const double photons = absorbed_photons(absorption, fluence_rate, wavelength);
    require_between(catalyst.hydroxyl_yield, 0.0, 1.0, "the hydroxyl yield", "");
    require_between(catalyst.superoxide_yield, 0.0, 1.0, "the superoxide yield", "");
    if (wavelength > threshold_wavelength(catalyst)) return {};
    return {catalyst.hydroxyl_yield * photons, catalyst.superoxide_yield * photons};
}

}  // namespace caravel::formulation::chemistry
