#include "caravel/imaging/reading/noise_covariance.hpp"

#include "caravel/imaging/blur.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace caravel::imaging {
namespace {

using Distance = std::array<index_t, 3>;

std::array<index_t, 3> size_of(const Grid& grid) { return {grid.nx, grid.ny, grid.nz}; }

Distance place(const Grid& grid, index_t cell) {
    return {cell % grid.nx, cell / grid.nx % grid.ny, cell / (grid.nx * grid.ny)};
}

/// Half of all distances up to `reach`: of d and -d the later one, without nought.
std::vector<Distance> half_space(const std::array<index_t, 3>& reach) {
    std::vector<Distance> all;
    for (index_t k = 0; k <= reach[2]; ++k) {
        for (index_t j = k == 0 ? 0 : -reach[1]; j <= reach[1]; ++j) {
            for (index_t i = k == 0 && j == 0 ? 1 : -reach[0]; i <= reach[0]; ++i)
                all.push_back({i, j, k});
        }
    }
    return all;
}

/// Value at `from` + `distance` of a field; nothing (null) outside the grid.
const double* neighbour(const Grid& grid, const std::vector<double>& field, const Distance& from,
                        const Distance& distance) {
    const index_t i = from[0] + distance[0];
    const index_t j = from[1] + distance[1];
    const index_t k = from[2] + distance[2];
    return grid.contains(i, j, k) ? &field[static_cast<std::size_t>(grid.index(i, j, k))] : nullptr;
}

/// Every n-th of `count`, at most `most`.
std::size_t stride_for(std::size_t count, std::size_t most) {
    return std::max<std::size_t>(1, (count + most - 1) / most);
}

/// Deviations from the mean where the image is even, NaN elsewhere.
std::vector<double> deviations(std::span<const double> values, const WeightedVoxels& even) {
    const auto count = static_cast<double>(even.voxel.size());
    double mean = 0.0;
    for (const index_t cell : even.voxel) mean += values[static_cast<std::size_t>(cell)] / count;
    std::vector<double> deviation(values.size(), std::numeric_limits<double>::quiet_NaN());
    for (const index_t cell : even.voxel) {
        const auto n = static_cast<std::size_t>(cell);
        deviation[n] = values[n] - mean;
    }
    return deviation;
}

/// Sums over pairs of voxels, per distance.
struct PairSums {
    std::vector<double> products{};
    std::vector<double> pairs{};
    explicit PairSums(std::size_t distances = 0)
        : products(distances, 0.0), pairs(distances, 0.0) {}
};

PairSums pair_sums(exec::ThreadTeam& team, const Grid& grid, const std::vector<double>& deviation,
                   const WeightedVoxels& even, const std::vector<Distance>& distances) {
    constexpr std::size_t most_voxels = 10000;
    constexpr std::size_t pieces = 16;  // of the voxels, whatever the number of threads
    const std::size_t stride = stride_for(even.voxel.size(), most_voxels);
    const std::size_t taken = (even.voxel.size() + stride - 1) / stride;
    std::vector<PairSums> parts(pieces);
    team.run(static_cast<index_t>(pieces), [&](index_t piece) {
        PairSums& part = parts[static_cast<std::size_t>(piece)];
        part = PairSums(distances.size());
        const auto number = static_cast<std::size_t>(piece);
        for (std::size_t n = number * taken / pieces; n < (number + 1) * taken / pieces; ++n) {
            const index_t cell = even.voxel[n * stride];
            const Distance from = place(grid, cell);
            const double own = deviation[static_cast<std::size_t>(cell)];
            for (std::size_t d = 0; d < distances.size(); ++d) {
                const double* other = neighbour(grid, deviation, from, distances[d]);
                if (other == nullptr || std::isnan(*other)) continue;
                part.products[d] += own * *other;
                part.pairs[d] += 1.0;
            }
        }
    });
    PairSums all(distances.size());
    for (const PairSums& part : parts) {
        for (std::size_t d = 0; d < distances.size(); ++d) {
            all.products[d] += part.products[d];
            all.pairs[d] += part.pairs[d];
        }
    }
    return all;
}

}  // namespace

NoiseCovariance white_noise(double sigma) { return {sigma * sigma, {}}; }

NoiseCovariance smoothed_noise(const Grid& grid, double sigma, const Vector3& fwhm) {
    NoiseCovariance noise = white_noise(sigma);
    std::array<index_t, 3> reach{};
    std::array<double, 3> width{};  // of the kernel, voxels
    for (std::size_t a = 0; a < 3; ++a) {
        width[a] = fwhm[a] / fwhm_per_sigma / grid.spacing[a];
        reach[a] = std::min(size_of(grid)[a] - 1, static_cast<index_t>(std::ceil(6.0 * width[a])));
    }
    for (const Distance& d : half_space(reach)) {
        double power = 0.0;
        for (std::size_t a = 0; a < 3; ++a) {
            const double steps = width[a] > 0.0 ? static_cast<double>(d[a]) / width[a] : 0.0;
            power += 0.25 * steps * steps;
        }
        noise.lags.push_back({d, noise.variance * std::exp(-power)});
    }
    return noise;
}

NoiseCovariance measured_noise(exec::ThreadTeam& team, const Grid& grid,
                               std::span<const double> values, const WeightedVoxels& even) {
    constexpr double fewest_pairs = 30.0;
    NoiseCovariance noise;
    if (even.voxel.size() < 2) return noise;
    const std::vector<double> deviation = deviations(values, even);
    for (const index_t cell : even.voxel) {
        const double d = deviation[static_cast<std::size_t>(cell)];
        noise.variance += d * d / static_cast<double>(even.voxel.size() - 1);
    }
    if (!(noise.variance > 0.0)) return noise;
    const index_t most = grid.nz == 1 ? 16 : 8;
    std::array<index_t, 3> reach{};
    for (std::size_t a = 0; a < 3; ++a) reach[a] = std::min(size_of(grid)[a] - 1, most);
    const std::vector<Distance> distances = half_space(reach);
    const PairSums sums = pair_sums(team, grid, deviation, even, distances);
    for (std::size_t n = 0; n < distances.size(); ++n) {
        if (sums.pairs[n] < fewest_pairs) continue;
        const double value = sums.products[n] / sums.pairs[n];
        if (std::abs(value) > 3.0 * noise.variance / std::sqrt(sums.pairs[n]))
            noise.lags.push_back({distances[n], value});
    }
    return noise;
}

double template_variance(const Grid& grid, const NoiseCovariance& noise,
                         const WeightedVoxels& weights) {
    constexpr std::size_t most_voxels = 20000;
    double squares = 0.0;
    for (const double w : weights.weight) squares += w * w;
    if (noise.lags.empty()) return noise.variance * squares;
    std::vector<double> field(static_cast<std::size_t>(grid.cell_count()), 0.0);
    for (std::size_t n = 0; n < weights.voxel.size(); ++n)
        field[static_cast<std::size_t>(weights.voxel[n])] = weights.weight[n];
    const std::size_t stride = stride_for(weights.voxel.size(), most_voxels);
    double sum = 0.0;
    double taken = 0.0;
    for (std::size_t n = 0; n < weights.voxel.size(); n += stride) {
        const double w = weights.weight[n];
        const Distance from = place(grid, weights.voxel[n]);
        taken += w * w;
        for (const NoiseCovariance::Lag& lag : noise.lags) {
            const double* other = neighbour(grid, field, from, lag.distance);
            if (other != nullptr) sum += 2.0 * w * *other * lag.covariance;
        }
    }
    const double scale = taken > 0.0 ? squares / taken : 0.0;
    return std::max(0.0, noise.variance * squares + scale * sum);
}

}  // namespace caravel::imaging
