#include "caravel/response/treatment/loaded_tissue.hpp"

#include <cmath>
#include <map>
#include <utility>

namespace caravel::response {
namespace {

constexpr double step = 0.02;  // of the volume fraction

/// Sums over the voxels of one step.
struct Step {
    std::uint16_t number = 0;
    double voxels = 0.0;
    double filled = 0.0;
    double conductivity = 0.0;
    double capacity = 0.0;
};

double factor_at(const std::vector<double>& factors, std::size_t i) {
    return factors.empty() ? 1.0 : factors[i];
}

}  // namespace

void split_loaded(const std::vector<std::uint16_t>& label,
                  const std::vector<tissue::ThermalTissue>& tissues, const ParticleShare& share,
                  tissue::HeatMedium& medium) {
    medium.label = label;
    medium.tissues = tissues;
    std::map<std::pair<std::uint16_t, long>, Step> steps;
    const auto key_of = [&](std::size_t i) {
        return std::pair(label[i], std::lround(share.filled[i] / step));
    };
    const auto is_loaded = [&](std::size_t i) {
        return share.filled[i] >= least_filled && tissues[label[i]].latent_heat > 0.0;
    };
    for (std::size_t i = 0; i < label.size(); ++i) {
        if (!is_loaded(i)) continue;
        Step& s = steps[key_of(i)];
        s.voxels += 1.0;
        s.filled += share.filled[i];
        s.conductivity += share.frozen_conductivity[i] / factor_at(medium.conductivity_factor, i);
        s.capacity += share.frozen_capacity[i] / factor_at(medium.capacity_factor, i);
    }
    for (auto& [key, s] : steps) {
        s.number = static_cast<std::uint16_t>(medium.tissues.size());
        tissue::ThermalTissue loaded = tissues[key.first];
        loaded.latent_heat *= 1.0 - s.filled / s.voxels;
        loaded.frozen_conductivity *= s.conductivity / s.voxels;
        loaded.frozen_heat_capacity *= s.capacity / s.voxels;
        medium.tissues.push_back(std::move(loaded));
    }
    for (std::size_t i = 0; i < label.size(); ++i)
        if (is_loaded(i)) medium.label[i] = steps.at(key_of(i)).number;
}

}  // namespace caravel::response
