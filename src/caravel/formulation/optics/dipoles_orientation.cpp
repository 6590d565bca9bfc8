#include "caravel/formulation/optics/dipoles_orientation.hpp"

#include "caravel/formulation/optics/vector3.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::formulation::optics {
namespace {

using Step = std::array<int, 3>;  // a direction before it is normalised

Step image(const LatticeMap& map, const Step& v) {
    Step result{};
    for (std::size_t a = 0; a < 3; ++a) {
        result[a] = map.sign[a] * v[static_cast<std::size_t>(map.from[a])];
    }
    return result;
}

double weight_of(OrientationRule rule, int entries) {
    constexpr std::array<std::array<double, 4>, 3> weights{
        {{0.0, 1.0 / 6.0, 0.0, 0.0},
         {0.0, 1.0 / 15.0, 0.0, 3.0 / 40.0},
         {0.0, 1.0 / 21.0, 4.0 / 105.0, 9.0 / 280.0}}};
    return weights[static_cast<std::size_t>(rule)][static_cast<std::size_t>(entries)];
}

Vector3 unit(const Step& v) {
    const double size = std::sqrt(double(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]));
    return {v[0] / size, v[1] / size, v[2] / size};
}

/// A vector at right angles to v with entries -1, 0 and 1.
Step across(const Step& v) {
    if (v[0] == 0) return {1, 0, 0};
    if (v[1] == 0) return {0, 1, 0};
    return {v[0], -v[1], 0};
}

/// Whether a turn by a third or a quarter about v leaves the shape: then one polarisation does.
bool turns_about(const std::vector<LatticeMap>& maps, const Step& v) {
    return std::any_of(maps.begin(), maps.end(), [&](const LatticeMap& map) {
        int trace = 0;
        for (std::size_t a = 0; a < 3; ++a) {
            if (map.from[a] == static_cast<int>(a)) trace += map.sign[a];
        }
        const Step x = image(map, {1, 0, 0}), y = image(map, {0, 1, 0}), z = image(map, {0, 0, 1});
        const int turned = x[0] * (y[1] * z[2] - y[2] * z[1]) - x[1] * (y[0] * z[2] - y[2] * z[0]) +
                           x[2] * (y[0] * z[1] - y[1] * z[0]);
        return turned == 1 && (trace == 0 || trace == 1) && image(map, v) == v;
    });
}

}  // namespace

std::vector<WeightedWave> orientation_waves(const DipoleShape& shape, OrientationRule rule) {
    const std::vector<LatticeMap> maps = symmetries(shape);
    std::vector<WeightedWave> waves;
    for (int code = 0; code < 27; ++code) {
        const Step v{code / 9 - 1, code / 3 % 3 - 1, code % 3 - 1};
        const double weight = weight_of(rule, v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
        std::vector<Step> orbit;
        for (const LatticeMap& map : maps) orbit.push_back(image(map, v));
        std::sort(orbit.begin(), orbit.end());
        orbit.erase(std::unique(orbit.begin(), orbit.end()), orbit.end());
        if (weight == 0.0 || orbit.front() != v) continue;
        const double all = weight * static_cast<double>(orbit.size());
        const PlaneWave wave{unit(v), unit(across(v))};
        if (turns_about(maps, v)) {
            waves.push_back({wave, all});
            continue;
        }
        waves.push_back({wave, all / 2.0});
        waves.push_back({{wave.direction, cross(wave.direction, wave.polarisation)}, all / 2.0});
    }
    return waves;
}

OrientationAverage orientation_average(FullWaveSolver& solver,
                                       std::span<const std::complex<double>> relative_indices,
                                       std::span<const WeightedWave> waves,
                                       const FullWaveOptions& options,
                                       std::span<const SplitVector> starts) {
    CARAVEL_EXPECTS(starts.empty() || starts.size() == waves.size());
    OrientationAverage mean;
    CrossSections& c = mean.cross_sections;
    for (std::size_t i = 0; i < waves.size(); ++i) {
        FullWaveOptions with_start = options;
        with_start.start = starts.empty() ? nullptr : &starts[i];
        FullWaveResult one = solver.solve(relative_indices, waves[i].wave, with_start);
        const double w = waves[i].weight;
        c.extinction += w * one.cross_sections.extinction;
        c.absorption += w * one.cross_sections.absorption;
        c.anisotropy += w * one.cross_sections.anisotropy * one.scattering_by_angles;
        c.scattering += w * one.scattering_by_angles;
        ++mean.solves;
        mean.steps += static_cast<int>(one.residuals.size()) - 1;
        mean.optical_theorem_error =
            std::max(mean.optical_theorem_error, one.optical_theorem_error);
        mean.residual = std::max(mean.residual, one.residual);
        mean.moments.push_back(std::move(one.moments));
    }
    c.anisotropy = c.scattering > 0.0 ? c.anisotropy / c.scattering : 0.0;
    c.scattering = c.extinction - c.absorption;
    return mean;
}

}  // namespace caravel::formulation::optics
