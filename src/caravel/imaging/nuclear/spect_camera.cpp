#include "caravel/imaging/nuclear/spect_camera.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

namespace caravel::imaging {
namespace {

constexpr double hexagonal = 0.26;  // of the square root of the open share of the sphere
constexpr double technetium_line = 140.511 * kiloelectronvolt;

/// Density (kg/m3) of what collimators are made of.
double collimator_density(const std::string& material) {
    constexpr std::array<std::pair<std::string_view, double>, 4> known{
        {{"Pb", 11350.0}, {"W", 19250.0}, {"Au", 19300.0}, {"Pt", 21450.0}}};
    for (const auto& [name, density] : known)
        if (name == material) return density;
    throw InputError(Diagnostic{{},
                                fmt::format("no collimator is made of '{}'", material),
                                "Pb, W, Au or Pt",
                                "collimator_material = \"Pb\""});
}

}  // namespace

double Collimator::blur(double z) const {
    if (!pinhole) return std::hypot(hole * (length + z) / length, intrinsic);
    const double magnification = distance / z;
    return std::hypot(hole * (1.0 + 1.0 / magnification), intrinsic / magnification);
}

double Collimator::sensitivity(double z) const {
    if (!pinhole)
        return std::pow(hexagonal * hole / length, 2) * std::pow(hole / (hole + septa), 2);
    return count * hole * hole / (16.0 * z * z);
}

Collimator collimator_at(const SpectSettings& spect, const matter::XrayTables& tables,
                         double energy) {
    const double attenuation = collimator_density(spect.collimator_material) *
                               tables.curve(spect.collimator_material).attenuation(energy);
    Collimator collimator;
    collimator.pinhole = spect.collimator == "pinhole";
    collimator.hole = spect.hole_diameter;
    collimator.septa = spect.septa;
    collimator.distance = spect.detector_distance;
    collimator.intrinsic = spect.intrinsic_resolution;
    if (collimator.pinhole) {
        collimator.hole =
            std::sqrt(spect.hole_diameter *
                      (spect.hole_diameter + 2.0 / attenuation * std::tan(0.5 * spect.acceptance)));
        collimator.count = static_cast<double>(spect.pinholes);
        return collimator;
    }
    collimator.length = spect.hole_length - 2.0 / attenuation;
    if (!(collimator.length > 0.0))
        throw InputError(Diagnostic{
            {},
            fmt::format("photons of {} keV cross the collimator of {} mm {}",
                        format_number(energy / kiloelectronvolt, 4),
                        format_number(1e3 * spect.hole_length, 4), spect.collimator_material),
            fmt::format("hole_length above {} mm", format_number(2e3 / attenuation, 4)),
            "longer holes, or a nuclide of lower energy"});
    return collimator;
}

EnergyWindow spect_window(const SpectSettings& spect, double line) {
    return {line * (1.0 - 0.5 * spect.window_width), line * (1.0 + 0.5 * spect.window_width),
            spect.energy_resolution, technetium_line};
}

}  // namespace caravel::imaging
