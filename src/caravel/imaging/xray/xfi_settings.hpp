// An X-ray fluorescence scanner and how it is run.
#pragma once

#include "caravel/imaging/xray/ct_settings.hpp"
#include "caravel/input/visitor.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace caravel::imaging {

/// [xfi] Defaults: a pencil beam of 85 keV for gold in a mouse.
struct XfiSettings {
    std::string element = "Au";
    double beam_energy = 1.3618501389e-14;  // J (85 keV); of a monochromatic beam
    double photons = 2e7;                   // per position of the beam
    double beam_width = 1e-3;               // m, full width at half maximum
    double dwell_time = 0.1;                // s per position

    double detector_angle = 2.6179938779914944;  // rad from the beam's direction
    double solid_angle = 0.5;                    // sr, all detectors together
    double detector_efficiency = 0.8;            // at the line
    double energy_resolution = 9.613059804e-17;  // J (0.6 keV), full width at half maximum
    double multiple_scatter = 0.5;  // background of photons scattered more than once, per single

    std::string mode = "tomography";  // tomography, projection
    double resolution = 1e-3;         // m between positions
    double slice_thickness = 0.0;     // m; 0: as resolution
    double field_of_view = 0.0;       // m across; 0: the object's extent
    std::int64_t views = 60;          // of tomography, over a turn
    std::string window = "hann";
    bool attenuation_correction = true;
    bool noise = true;
};
void describe(input::Visitor& v, XfiSettings& settings);

/// Throws InputError for settings that contradict one another.
void check_xfi(const XfiSettings& settings);

}  // namespace caravel::imaging
