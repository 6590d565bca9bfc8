#include "caravel/imaging/xray/detector_response.hpp"

#include "caravel/imaging/blur.hpp"

#include <cmath>
#include <limits>
#include <numbers>
#include <string>

namespace caravel::imaging {
namespace {

/// Chemical formula of a detector material.
std::string detector_formula(const std::string& material) {
    if (material == "GOS") return "Gd2O2S";
    if (material == "CZT") return "Cd0.9Zn0.1Te";
    return material;
}

/// Chance that a photon of `energy` is recorded above `threshold`.
double recorded_above(double energy, double threshold, double fwhm) {
    if (!(fwhm > 0.0)) return energy >= threshold ? 1.0 : 0.0;
    const double z = (threshold - energy) * fwhm_per_sigma / fwhm;
    return 0.5 * std::erfc(z / std::numbers::sqrt2);
}

}  // namespace

double absorbed_share(const PhotonTables& photons, matter::Library& library,
                      const CtDetector& detector, double energy) {
    if (detector.material == "ideal") return detector.fill_factor;
    const matter::Composition composition =
        photons.tables.composition(detector_formula(detector.material));
    const double density = library.value("xray_detectors", detector.material, "density");
    const double mu =
        mass_attenuation(photons, composition, energy, matter::PhotonProcess::photo) +
        mass_attenuation(photons, composition, energy, matter::PhotonProcess::compton);
    return detector.fill_factor * -std::expm1(-mu * density * detector.thickness);
}

DetectorResponse detector_response(const PhotonTables& photons, matter::Library& library,
                                   const CtDetector& detector, std::span<const double> energies) {
    const bool counting = detector.kind == "photon_counting";
    std::vector<double> edges = detector.thresholds;
    if (edges.empty()) edges.push_back(0.0);
    edges.push_back(std::numeric_limits<double>::infinity());
    DetectorResponse response;
    response.channels = counting ? edges.size() - 1 : 1;
    for (std::size_t channel = 0; channel < response.channels; ++channel) {
        for (const double energy : energies) {
            const double share = absorbed_share(photons, library, detector, energy);
            if (!counting) {
                response.mean.push_back(share * energy);
                response.second.push_back(share * energy * energy);
                continue;
            }
            const double above = recorded_above(energy, edges[channel], detector.energy_resolution);
            const double beyond =
                recorded_above(energy, edges[channel + 1], detector.energy_resolution);
            response.mean.push_back(share * (above - beyond));
            response.second.push_back(share * (above - beyond));
        }
    }
    if (!counting) response.floor_variance = detector.electronic_noise * detector.electronic_noise;
    return response;
}

}  // namespace caravel::imaging
