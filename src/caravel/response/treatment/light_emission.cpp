#include "caravel/response/treatment/light_emission.hpp"

#include "caravel/response/photodynamic/activation.hpp"

#include <cmath>
#include <numeric>

namespace caravel::response {
namespace {

double amount_at(const LightEmission& emission, std::span<const View<const double>> agents,
                 std::size_t i) {
    double sum = 0.0;
    for (const std::size_t a : emission.agents)
        if (a < agents.size() && !agents[a].empty()) sum += agents[a][static_cast<index_t>(i)];
    return sum;
}

/// Of a unit of the agent.
struct Excitation {
    double rate = 0.0;     // W/m2 while the lamps are on, as the law counts it
    double taken = 0.0;    // W
    double photons = 0.0;  // W that would come out with a yield of 1
    double at_once = 0.0;  // likewise, with every lamp that shines on all the time
};

Excitation excitation_at(const LightEmission& emission, std::span<const ExcitingLight> lamps,
                         std::size_t i) {
    Excitation sum;
    for (std::size_t l = 0; l < lamps.size(); ++l) {
        const double cross_section = emission.absorption[l];
        if (!(cross_section > 0.0 && lamps[l].power > 0.0)) continue;
        const double lit = lamps[l].power * lamps[l].fluence[i];
        const double absorbed = lamps[l].duty * cross_section * lit;
        sum.rate += lit * cross_section / emission.reference;
        sum.taken += absorbed;
        const double shift = lamps[l].wavelength / emission.wavelength;
        sum.photons += absorbed * shift;
        sum.at_once += cross_section * lit * shift;
    }
    return sum;
}

}  // namespace

double emission_yield(const EmissionLaw& law, double fluence_rate) {
    if (law.order <= 1.0) return law.quantum_yield;
    return upconversion_yield(2.0 * law.quantum_yield, law.saturation, fluence_rate, law.order);
}

EmittedLight emitted_light(const LightEmission& emission, std::span<const ExcitingLight> lamps,
                           std::span<const View<const double>> agents, std::size_t voxels,
                           double volume) {
    EmittedLight light;
    light.density.assign(voxels, 0.0);
    for (std::size_t i = 0; i < voxels; ++i) {
        const double here = amount_at(emission, agents, i);
        if (!(here > 0.0)) continue;
        const Excitation excited = excitation_at(emission, lamps, i);
        const double yield = emission_yield(emission.law, excited.rate);
        light.density[i] = here * excited.photons * yield;
        light.taken += here * excited.taken * volume;
        light.emitted += light.density[i] * volume;
        light.at_once += here * excited.at_once * yield * volume;
    }
    return light;
}

double shape_change(std::span<const double> a, std::span<const double> b) {
    const double all_a = std::accumulate(a.begin(), a.end(), 0.0);
    const double all_b = std::accumulate(b.begin(), b.end(), 0.0);
    if (!(all_a > 0.0 && all_b > 0.0)) return 1.0;
    double off = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) off += std::abs(a[i] / all_a - b[i] / all_b);
    return 0.5 * off;
}

}  // namespace caravel::response
