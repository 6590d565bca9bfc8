// What is read out of the camera's images: amounts, pH, contrast, limits.
#pragma once

#include "caravel/imaging/image.hpp"
#include "caravel/imaging/object.hpp"
#include "caravel/imaging/optical/camera.hpp"
#include "caravel/imaging/optical/fluorescence_light.hpp"

#include <vector>

namespace caravel::imaging {

/// The images of one band.
struct BandImage {
    std::vector<double> signal{};    // electrons per pixel, background taken off if asked for
    std::vector<double> raw{};       // without that
    std::vector<double> variance{};  // electrons^2 of `signal`, as expected
    std::vector<double> without{};   // `signal` as expected without agents; empty: 0
    double background = 0.0;         // electrons per pixel, mean over the body
    std::int64_t full = 0;           // pixels that were
};

/// Everything that readings need.
struct FluorescenceView {
    const ScanContext& context;
    const ImagedObject& object;
    const FluorescenceSettings& settings;
    const FluorescenceLight& light;
    const std::vector<Camera>& cameras;  // one per band, with its exposure
    const Grid& pixels;
    const std::vector<BandImage>& bands;
};

/// Maps of every agent's amount per area; with background = "none" the tissue's own light is one
/// more emitter. Throws InputError as Unmixing.
void add_amounts(const FluorescenceView& view, ScanResult& result);

/// The map of pH.
void add_ph(const FluorescenceView& view, ScanResult& result);

/// Depth limits, detection limits, tumour against background, fullness.
void add_numbers(const FluorescenceView& view, ScanResult& result);

}  // namespace caravel::imaging
