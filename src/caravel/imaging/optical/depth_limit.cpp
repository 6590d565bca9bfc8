#include "caravel/imaging/optical/depth_limit.hpp"

#include "caravel/base/quadrature.hpp"
#include "caravel/imaging/optical/layered_light.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace caravel::imaging {
namespace {

/// Nodes and weights over x = k a: panels that double, more nodes where the disk's waves swing.
struct Waves {
    std::vector<double> x{}, weight{};
    Waves() {
        double low = 0.0;
        for (double high = 1e-3; high < 40.0; low = high, high *= 2.0) {
            const QuadratureRule rule = gauss_legendre(high < 4.0 ? 8 : 40, low, high);
            for (std::size_t i = 0; i < rule.size(); ++i) {
                x.push_back(rule.node[i]);
                weight.push_back(rule.weight[i]);
            }
        }
    }
};

/// Pixels of the camera within the disk, at least one.
double pixels_of(const InclusionScene& scene, const Inclusion& inclusion) {
    const double area = 0.25 * std::numbers::pi * inclusion.diameter * inclusion.diameter;
    return std::max(1.0, area / (scene.camera.pixel * scene.camera.pixel));
}

/// Variance of a pixel of background, that of the image taken off included.
double background_variance(const InclusionScene& scene) {
    const double one = pixel_variance(scene.camera, scene.background);
    return one + (scene.background_images > 0.0 ? one / scene.background_images : 0.0);
}

}  // namespace

LightLayers deepened(const LightLayers& layers, double depth) {
    constexpr double finest = 0.1e-3;  // m
    LightLayers deep = layers;
    deep.thickness = std::min(layers.thickness, finest);
    const auto count = static_cast<std::size_t>(std::ceil(depth / deep.thickness));
    const auto mean = [](const std::vector<double>& values) {
        return std::accumulate(values.begin(), values.end(), 0.0) /
               static_cast<double>(values.size());
    };
    const double absorption = mean(layers.absorption), reduced = mean(layers.reduced);
    deep.absorption.assign(count, absorption);
    deep.reduced.assign(count, reduced);
    for (std::size_t d = 0; d < count; ++d) {
        const double z = (static_cast<double>(d) + 0.5) * deep.thickness;
        const auto from = static_cast<std::size_t>(z / layers.thickness);
        if (from >= layers.size()) break;
        deep.absorption[d] = layers.absorption[from];
        deep.reduced[d] = layers.reduced[from];
    }
    return deep;
}

std::vector<double> inclusion_signals(const InclusionScene& scene, const Inclusion& inclusion) {
    const Waves waves;
    const double radius = 0.5 * inclusion.diameter;
    std::vector<double> lateral, weight;
    for (std::size_t i = 0; i < waves.x.size(); ++i) {
        const double x = waves.x[i];
        const double disk = 2.0 * std::cyl_bessel_j(1.0, x) / x;
        lateral.push_back(x * x / (radius * radius));
        weight.push_back(waves.weight[i] * x * disk * disk /
                         (2.0 * std::numbers::pi * radius * radius));
    }
    const LayeredLight light(scene.emission);
    std::vector<double> escape(light.size() * lateral.size());
    light.escape(lateral, escape);
    const std::vector<double> fluence = layered_fluence(scene.excitation, scene.from_below);
    const double volume = std::numbers::pi / 6.0 * std::pow(inclusion.diameter, 3);
    const double pixel = scene.camera.pixel * scene.camera.pixel * scene.camera.collection *
                         scene.camera.exposure * scene.camera.frames;
    std::vector<double> signals(light.size(), 0.0);
    for (std::size_t d = 0; d < signals.size(); ++d) {
        double flux = 0.0;  // 1/m2 per photon
        for (std::size_t i = 0; i < lateral.size(); ++i)
            flux += weight[i] * escape[d * lateral.size() + i];
        signals[d] = pixel * volume * inclusion.emission(scene.irradiance * fluence[d]) * flux;
    }
    return signals;
}

double inclusion_contrast(const InclusionScene& scene, const Inclusion& inclusion,
                          double electrons) {
    return electrons * std::sqrt(pixels_of(scene, inclusion)) /
           std::sqrt(electrons + background_variance(scene));
}

double depth_limit(const InclusionScene& scene, const Inclusion& inclusion,
                   const std::vector<double>& signals, double least) {
    const double needed = least_signal(scene, inclusion, least);
    const double h = scene.emission.thickness;
    for (std::size_t d = signals.size(); d-- > 0;) {
        if (!(signals[d] >= needed)) continue;
        const double here = (static_cast<double>(d) + 0.5) * h;
        if (d + 1 == signals.size() || !(signals[d + 1] > 0.0)) return here;
        return here + h * std::log(signals[d] / needed) / std::log(signals[d] / signals[d + 1]);
    }
    return 0.0;
}

// electrons^2 pixels = least^2 (electrons + variance)
double least_signal(const InclusionScene& scene, const Inclusion& inclusion, double least) {
    const double half = 0.5 * least * least / pixels_of(scene, inclusion);
    return half + std::sqrt(half * half + 2.0 * half * background_variance(scene));
}

}  // namespace caravel::imaging
