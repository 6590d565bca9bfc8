// What a user says of a fluorescence scan.
#pragma once

#include "caravel/imaging/optical/camera.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace caravel::imaging {

/// One filter before the camera: lets light through from centre - width/2 to centre + width/2.
struct EmissionBand {
    std::string name = "band";  // letters, digits and _
    double centre = 840e-9;     // m
    double width = 40e-9;       // m
};
void describe(input::Visitor& v, EmissionBand& band);

/// A map of pH from the ratio of two bands.
struct RatioSettings {
    std::string agent{};      // whose
    std::string numerator{};  // bands, by name
    std::string denominator{};
    double smallest_signal = 5.0;  // standard deviations that both bands must have
};
void describe(input::Visitor& v, RatioSettings& ratio);

/// [fluorescence] of a scanner or protocol: a camera above the low z face of the object.
struct FluorescenceSettings {
    double excitation = 785e-9;        // m, in vacuum
    std::string illumination = "epi";  // epi, trans: even, from the camera's side or the other
                                       // side; point: a round beam from the camera's side
    std::optional<double> irradiance;  // W/m2, of epi and trans; 100 W/m2 when nothing is given
    std::optional<double> power;       // W, of point
    double spot_diameter = 2e-3;       // m, of point
    std::vector<double> spot{};        // m, x and y of the point; the middle when empty
    double filter_density = 6.0;       // decades by which the filter stops excitation
    std::vector<EmissionBand> bands{EmissionBand{}};
    CameraSettings camera{};
    std::optional<double> field_of_view;  // m, of the square that is imaged; the object's when not
    bool autofluorescence = true;
    std::string background = "control";  // none, control: an image of the same tissue without agent
    std::int64_t background_frames = 16;  // averaged for it
    std::string method = "diffusion";     // diffusion, monte_carlo; of the acquisition tier
    std::int64_t photons = 2'000'000;     // of each Monte Carlo run
    bool unmix = false;                   // amounts of the agents from the bands
    std::optional<RatioSettings> ratio{};
    double reference_depth = 0.5e-3;                  // m, at which amounts are calibrated
    double inclusion_diameter = 1e-3;                 // m, of the depth limit
    std::optional<double> inclusion_concentration{};  // the agent's unit; the object's highest
};
void describe(input::Visitor& v, FluorescenceSettings& settings);

/// Throws InputError for what describe() complains about and for what only values show: bands on
/// the excitation, a spot without power, ratios of bands that are not there.
void check_settings(const FluorescenceSettings& settings);

/// Irradiance (W/m2) of an even field.
double even_irradiance(const FluorescenceSettings& settings);

}  // namespace caravel::imaging
