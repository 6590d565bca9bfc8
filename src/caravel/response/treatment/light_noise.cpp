#include "caravel/response/treatment/light_noise.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <numeric>

namespace caravel::response {
namespace {

constexpr index_t most_blocks = 64;  // along an axis
/// Beyond this many diffusion lengths sqrt(4at) nothing arrives.
constexpr double reach = 3.0;
/// The brightest place need not be the warmest: so many of the brightest are tried.
constexpr std::size_t candidates = 4;

Grid coarse(const Grid& grid, index_t edge) {
    const auto up = [edge](index_t n) { return (n + edge - 1) / edge; };
    Grid blocks = grid;
    blocks.nx = up(grid.nx);
    blocks.ny = up(grid.ny);
    blocks.nz = up(grid.nz);
    for (double& h : blocks.spacing) h *= static_cast<double>(edge);
    return blocks;
}

}  // namespace

double heat_kernel(double distance, double ball, double diffusivity, double time) {
    const double length = std::sqrt(4.0 * diffusivity * time);
    if (distance >= ball)
        return std::erfc(distance / length) / (4.0 * std::numbers::pi * diffusivity * distance);
    const double x = ball / length;
    const double integral = 0.5 * x * x * std::erfc(x) + 0.25 * std::erf(x) -
                            0.5 * x * std::exp(-x * x) / std::sqrt(std::numbers::pi);
    return 3.0 * length * length * integral /
           (4.0 * std::numbers::pi * diffusivity * ball * ball * ball);
}

LightNoise::LightNoise(const Grid& grid, const tissue::ThermalTissue& tissue, double exposure)
    : grid_(grid),
      edge_((std::max({grid.nx, grid.ny, grid.nz}) + most_blocks - 1) / most_blocks),
      diffusivity_(tissue.conductivity / tissue.volumetric_heat_capacity()),
      time_(tissue.perfusion > 0.0 ? std::min(exposure, 1.0 / tissue.perfusion) : exposure) {
    blocks_ = coarse(grid, edge_);
    spread();
}

void LightNoise::spread() {
    const double length = std::sqrt(4.0 * diffusivity_ * time_);
    const double ball = std::cbrt(0.75 * blocks_.cell_volume() / std::numbers::pi);
    const std::array<index_t, 3> size{blocks_.nx, blocks_.ny, blocks_.nz};
    for (std::size_t d = 0; d < 3; ++d) {
        const auto far = static_cast<index_t>(std::min(reach * length / blocks_.spacing[d], 1e3));
        far_[d] = std::min(size[d], far + 1);
    }
    const auto off = [&](std::size_t d, index_t n) {
        return static_cast<double>(n) * blocks_.spacing[d];
    };
    for (index_t k = 0; k < far_[2]; ++k)
        for (index_t j = 0; j < far_[1]; ++j)
            for (index_t i = 0; i < far_[0]; ++i)
                kernel_.push_back(heat_kernel(std::hypot(off(0, i), off(1, j), off(2, k)), ball,
                                              diffusivity_, time_));
}

void LightNoise::add(const stimulus::PhotonTally& batch) {
    std::vector<double> sums(static_cast<std::size_t>(blocks_.cell_count()), 0.0);
    const auto cells = static_cast<std::size_t>(grid_.cell_count());
    const auto length = static_cast<std::size_t>(grid_.nx);
    for (std::size_t row = 0; row < batch.absorbed.size(); row += length) {
        const auto v = static_cast<index_t>(row % cells);
        const index_t j = v / grid_.nx % grid_.ny / edge_;
        const index_t k = v / (grid_.nx * grid_.ny) / edge_;
        double* block = sums.data() + blocks_.index(0, j, k);
        index_t left = edge_;  // voxels of the block
        for (std::size_t i = 0; i < length; ++i) {
            *block += static_cast<double>(batch.absorbed[row + i]);
            if (--left > 0) continue;
            left = edge_;
            ++block;
        }
    }
    auto& share = batches_.emplace_back(sums.size());
    const auto all = static_cast<double>(std::max<std::int64_t>(batch.launched, 1));
    std::transform(sums.begin(), sums.end(), share.begin(),
                   [all](double sum) { return static_cast<float>(sum / all); });
}

double LightNoise::reached(const std::vector<float>& blocks, std::size_t place) const {
    const auto here = static_cast<index_t>(place);
    const std::array<index_t, 3> size{blocks_.nx, blocks_.ny, blocks_.nz};
    const std::array<index_t, 3> at{here % size[0], here / size[0] % size[1],
                                    here / (size[0] * size[1])};
    std::array<index_t, 3> low{};
    std::array<index_t, 3> high{};
    for (std::size_t d = 0; d < 3; ++d) {
        low[d] = std::max<index_t>(0, at[d] - far_[d] + 1);
        high[d] = std::min(size[d] - 1, at[d] + far_[d] - 1);
    }
    double sum = 0.0;
    for (index_t k = low[2]; k <= high[2]; ++k)
        for (index_t j = low[1]; j <= high[1]; ++j)
            for (index_t i = low[0]; i <= high[0]; ++i) {
                const float left = blocks[static_cast<std::size_t>(blocks_.index(i, j, k))];
                if (left <= 0.0F) continue;
                const index_t row = std::abs(j - at[1]) + far_[1] * std::abs(k - at[2]);
                const auto away = static_cast<std::size_t>(std::abs(i - at[0]) + far_[0] * row);
                sum += kernel_[away] * static_cast<double>(left);
            }
    return sum;
}

std::size_t LightNoise::warmest() const {
    std::vector<float> all(batches_.front().size(), 0.0F);
    for (const auto& batch : batches_)
        std::transform(all.begin(), all.end(), batch.begin(), all.begin(), std::plus<>());
    std::vector<std::size_t> order(all.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto tried = std::min(candidates, order.size());
    const auto end = order.begin() + static_cast<std::ptrdiff_t>(tried);
    std::partial_sort(order.begin(), end, order.end(), [&](std::size_t a, std::size_t b) {
        return all[a] != all[b] ? all[a] > all[b] : a < b;
    });
    std::size_t found = order.front();
    double most = 0.0;
    for (auto place = order.begin(); place != end; ++place) {
        const double heat = reached(all, *place);
        if (heat <= most) continue;
        most = heat;
        found = *place;
    }
    return found;
}

double LightNoise::rise_error() const {
    constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
    if (batches_.size() < 2) return unknown;
    const std::size_t place = warmest();
    stimulus::BatchError error;
    for (const auto& batch : batches_) {
        const double rise = reached(batch, place);
        error.add({&rise, 1});
    }
    return error.mean(0) > 0.0 ? error.standard_error(0) / error.mean(0) : unknown;
}

}  // namespace caravel::response
