// A CT scanner and how it is run.
#pragma once

#include "caravel/imaging/tomography/filtered_back_projection.hpp"
#include "caravel/imaging/tomography/geometry.hpp"
#include "caravel/input/visitor.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace caravel::imaging {

/// A sheet in the beam before the object.
struct XrayFilter {
    std::string material = "Al";  // element of data/xray
    double thickness = 0.5e-3;    // m
};
void describe(input::Visitor& v, XrayFilter& filter);

/// What turns X-rays into numbers.
struct CtDetector {
    std::string kind = "energy_integrating";  // energy_integrating, photon_counting
    std::string material = "ideal";           // ideal, CsI, GOS, CdTe, CZT, Si
    double thickness = 0.5e-3;                // m
    double fill_factor = 1.0;                 // share of a pixel that sees
    double electronic_noise = 0.0;     // J absorbed in one pixel and view, standard deviation
    std::vector<double> thresholds{};  // J, ascending, of photon_counting: lower ends of the bins
    double energy_resolution = 0.0;    // J, full width at half maximum
    double pixel_pitch = 100 * 1e-6;   // m
    std::int64_t columns = 0;          // 0: as many as the field of view needs
    std::int64_t rows = 0;             // 0: as many as the object's height needs
};
void describe(input::Visitor& v, CtDetector& detector);

/// [ct] Defaults: a cone-beam micro-CT for mice.
struct CtSettings {
    double tube_voltage = 80e3;  // V
    double tube_current = 1e-3;  // A
    double exposure = 0.3;       // s per view
    std::vector<XrayFilter> filters{XrayFilter{}};
    double focal_spot = 50 * 1e-6;  // m, edge of a square
    CtDetector detector{};

    std::string beam = "cone";        // parallel, fan, cone
    double source_to_centre = 0.3;    // m
    double source_to_detector = 0.4;  // m
    std::int64_t views = 360;
    double arc = 6.283185307179586;  // rad

    double resolution = 200 * 1e-6;           // m, edge of an image voxel
    double slice_thickness = 0.0;             // m, along z; 0: as resolution
    double field_of_view = 0.0;               // m across; 0: the object's extent
    std::string reconstruction = "filtered";  // filtered (FBP, FDK), sart
    std::string window = "hann";              // none, shepp_logan, cosine, hamming, hann
    std::int64_t iterations = 10;             // of sart

    std::string beam_hardening_correction = "water";  // none, water
    bool scatter = false;
    bool scatter_correction = false;  // what is known of the scatter's mean is taken off
    bool noise = true;

    std::string decomposition = "none";   // none, image, projection (photon_counting)
    std::vector<std::string> elements{};  // contrast elements to be told from water and calcium
};
void describe(input::Visitor& v, CtSettings& settings);

/// Throws InputError for settings that contradict one another or see nothing.
void check_ct(const CtSettings& settings);

/// The window as tomography knows it; throws InputError with "did you mean".
RampFilter ramp_filter(const std::string& window);

}  // namespace caravel::imaging
