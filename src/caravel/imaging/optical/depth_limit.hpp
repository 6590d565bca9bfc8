// How deep a small glowing sphere may lie and still be seen.
#pragma once

#include "caravel/imaging/optical/camera.hpp"
#include "caravel/imaging/optical/tissue_light.hpp"

#include <functional>
#include <vector>

namespace caravel::imaging {

/// A sphere under a camera. Its light is spread over a disk of its own diameter at its depth and
/// read over a disk of the same diameter on the surface.
struct Inclusion {
    double diameter = 1e-3;  // m
    /// Electrons' worth of photons (1/(m3 s)) at a fluence rate (W/m2).
    std::function<double(double)> emission{};
};

/// What the camera sees of it and beside it.
struct InclusionScene {
    LightLayers excitation{};
    LightLayers emission{};
    double irradiance = 0.0;  // W/m2, even
    bool from_below = false;
    double background = 0.0;         // electrons per pixel
    double background_images = 0.0;  // averaged for what is taken off; 0: none is
    Camera camera{};
};

/// Layers of at most 0.1 mm down to `depth` (m) that go on with the mean of their tissue.
LightLayers deepened(const LightLayers& layers, double depth);

/// Electrons per pixel, mean over the disk, of the sphere with its middle in each layer: emission
/// in the even fluence of its middle times (1/2 pi) integral of G(k, z) (2 J1(ka)/(ka))^2 k dk,
/// G the escape of the wave k from that depth. The sphere's own shade is left out.
std::vector<double> inclusion_signals(const InclusionScene& scene, const Inclusion& inclusion);

/// Contrast to noise of a mean over the disk against the same area of background.
double inclusion_contrast(const InclusionScene& scene, const Inclusion& inclusion,
                          double electrons);

/// Depth (m) of the middle below which the contrast to noise stays under `least`: 0 when it is
/// nowhere reached, the last layer's when it is reached there.
double depth_limit(const InclusionScene& scene, const Inclusion& inclusion,
                   const std::vector<double>& signals, double least);

/// Electrons per pixel that come to a contrast to noise of `least`.
double least_signal(const InclusionScene& scene, const Inclusion& inclusion, double least);

}  // namespace caravel::imaging
