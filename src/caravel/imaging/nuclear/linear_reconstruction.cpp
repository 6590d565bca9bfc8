#include "caravel/imaging/nuclear/linear_reconstruction.hpp"

#include "caravel/exec/for_each.hpp"
#include "caravel/imaging/blur.hpp"
#include "caravel/imaging/nuclear/spectral_filter.hpp"
#include "caravel/imaging/sinc.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace caravel::imaging {
namespace {

constexpr double pi = std::numbers::pi;
constexpr double weakest = 1e-4;  // model blur is not inverted below

double normal_transfer(const Vector3& fwhm, const Vector3& k) {
    double exponent = 0.0;
    for (std::size_t a = 0; a < 3; ++a)
        exponent += std::pow(2.0 * pi * k[a] * fwhm[a] / fwhm_per_sigma, 2);
    return std::exp(-0.5 * exponent);
}

/// Of imaging::blur(), whose kernel is the mean of the normal over a voxel.
double voxel_blur(const Grid& grid, const Vector3& fwhm, const Vector3& k) {
    double transfer = normal_transfer(fwhm, k);
    for (std::size_t a = 0; a < 3; ++a)
        if (fwhm[a] > 0.0) transfer *= sinc(k[a] * grid.spacing[a]);
    return transfer;
}

/// Of the three-point kernels of SpectProjector: what a plane near the camera gets in few passes,
/// the rest in many.
double stepwise_blur(const LinearReconstruction& r, double frequency) {
    const double h = r.grid.spacing[0];
    const auto variance = [h](double fwhm) { return std::pow(fwhm / (fwhm_per_sigma * h), 2); };
    const double near = variance(r.nearest_blur);
    const double rest = std::max(0.0, variance(r.true_blur[0]) - near);
    const double wave = 1.0 - std::cos(2.0 * pi * frequency * h);
    const double passes = std::max(1.0, std::ceil(near / 0.5));
    return std::pow(1.0 - near / passes * wave, passes) * std::exp(-rest * wave);
}

double stepwise_blur(const LinearReconstruction& r, const Vector3& k) {
    return stepwise_blur(r, std::hypot(k[0], k[1])) * stepwise_blur(r, k[2]);
}

double length(const Vector3& k) { return std::hypot(k[0], k[1], k[2]); }

/// Rays interpolate linearly across the axis they run along most, rotations across both.
double basis(const Grid& grid, bool rotated, const Vector3& k) {
    if (rotated) return std::pow(sinc(k[0] * grid.spacing[0]) * sinc(k[1] * grid.spacing[1]), 2);
    const double s = sinc(std::max(k[0] * grid.spacing[0], k[1] * grid.spacing[1]));
    return s * s;
}

/// Transfer of the positrons against frequency, tabulated.
class RangeTable {
  public:
    RangeTable(const std::optional<RangeKernel>& kernel, double highest) : highest_(highest) {
        if (!kernel) return;
        constexpr std::size_t points = 2048;
        values_.resize(points + 1);
        for (std::size_t i = 0; i <= points; ++i)
            values_[i] = kernel->transfer(highest * static_cast<double>(i) / points);
    }
    double at(double frequency) const {
        if (values_.empty()) return 1.0;
        const double place =
            std::min(frequency / highest_, 1.0) * static_cast<double>(values_.size() - 1);
        const auto i = std::min(static_cast<std::size_t>(place), values_.size() - 2);
        const double part = place - static_cast<double>(i);
        return (1.0 - part) * values_[i] + part * values_[i + 1];
    }

  private:
    std::vector<double> values_{};
    double highest_ = 1.0;
};

double highest_frequency(const Grid& grid) {
    return length({0.5 / grid.spacing[0], 0.5 / grid.spacing[1], 0.5 / grid.spacing[2]});
}

/// Blur and basis of the reconstruction's model.
double model_transfer(const LinearReconstruction& r, const Vector3& k) {
    const bool blurs = r.model_blur[0] > 0.0;
    if (r.rotated) return basis(r.grid, true, k) * (blurs ? stepwise_blur(r, k) : 1.0);
    return basis(r.grid, false, k) * voxel_blur(r.grid, r.model_blur, k);
}

/// Of the scanner for data that come from voxels or from what is finer.
double scanner_transfer(const LinearReconstruction& r, const Vector3& k) {
    if (r.rotated) return basis(r.grid, true, k) * stepwise_blur(r, k);
    if (r.from_voxels) return basis(r.grid, false, k) * normal_transfer(r.true_blur, k);
    const double voxel = sinc(k[0] * r.grid.spacing[0]) * sinc(k[1] * r.grid.spacing[1]);
    return normal_transfer(r.true_blur, k) / voxel;
}

/// Distance from the z axis of frequency space; none below what the grid can hold.
double across_axis(const Grid& grid, const Vector3& k) {
    const double extent = static_cast<double>(std::max(grid.nx, grid.ny)) * grid.spacing[0];
    return std::max(std::hypot(k[0], k[1]), 0.25 / extent);
}

/// signal() without the positrons.
double signal_without_range(const LinearReconstruction& r, const Vector3& k, double information) {
    return r.convergence(k, information) * scanner_transfer(r, k) /
           std::max(weakest, model_transfer(r, k)) *
           voxel_blur(r.grid, {r.post_filter, r.post_filter, r.post_filter}, k);
}

}  // namespace

double LinearReconstruction::convergence(const Vector3& frequency, double information) const {
    const double model = model_transfer(*this, frequency);
    const double removed = information * model * model / (pi * across_axis(grid, frequency));
    return removed >= 1.0 ? 1.0 : -std::expm1(updates * std::log1p(-removed));
}

double LinearReconstruction::signal(const Vector3& frequency, double information) const {
    const double range = positrons ? positrons->transfer(length(frequency)) : 1.0;
    return range * signal_without_range(*this, frequency, information);
}

double LinearReconstruction::noise(const Vector3& frequency, double information) const {
    return std::sqrt(pi * across_axis(grid, frequency)) * convergence(frequency, information) /
           std::max(weakest, model_transfer(*this, frequency)) *
           voxel_blur(grid, {post_filter, post_filter, post_filter}, frequency);
}

double LinearReconstruction::noise_integral(double information) const {
    constexpr int points = 20;  // per axis, of one octant
    const int deep = grid.nz > 1 ? points : 1;
    double sum = 0.0;
    for (int k = 0; k < deep; ++k) {
        for (int j = 0; j < points; ++j) {
            for (int i = 0; i < points; ++i) {
                const Vector3 frequency{
                    0.5 * (i + 0.5) / points / grid.spacing[0],
                    0.5 * (j + 0.5) / points / grid.spacing[1],
                    deep > 1 ? 0.5 * (k + 0.5) / points / grid.spacing[2] : 0.0};
                sum += std::pow(noise(frequency, information), 2);
            }
        }
    }
    return sum / (points * points * deep);
}

void filter_volume(exec::ThreadTeam& team, const LinearReconstruction& reconstruction,
                   double information, double margin, std::span<double> signal,
                   std::span<double> noise) {
    const RangeTable range(reconstruction.positrons, highest_frequency(reconstruction.grid));
    const double scale = 1.0 / std::sqrt(reconstruction.noise_integral(information));
    filter_pair(
        team, reconstruction.grid, margin,
        [&](const Vector3& k) {
            return std::pair(
                range.at(length(k)) * signal_without_range(reconstruction, k, information),
                scale * reconstruction.noise(k, information));
        },
        signal, noise);
}

std::vector<double> voxel_deviation(exec::ThreadTeam& team,
                                    const LinearReconstruction& reconstruction, double typical,
                                    std::span<const double> mean, std::span<const double> weight,
                                    std::span<const double> gain) {
    // The integral over the frequencies against the logarithm of the information.
    constexpr int points = 25;
    const double highest = std::max(8.0 * typical, 1e-30);
    const double step = std::log(1e6) / (points - 1);
    std::array<double, points> table{};
    team.run(points, [&](index_t i) {
        table[static_cast<std::size_t>(i)] = std::log(reconstruction.noise_integral(
            highest * std::exp(-step * static_cast<double>(points - 1 - i))));
    });
    const Grid& grid = reconstruction.grid;
    const double bins =
        reconstruction.views * grid.spacing[0] * grid.spacing[1] / reconstruction.bin;
    std::vector<double> deviation(mean.size(), 0.0);
    exec::for_each(team, static_cast<index_t>(mean.size()), [&](index_t n) {
        const auto i = static_cast<std::size_t>(n);
        if (!(mean[i] > 0.0 && gain[i] > 0.0 && weight[i] > 0.0)) return;
        const double information = mean[i] * weight[i] / gain[i];
        const double place = std::clamp((points - 1) + std::log(information / highest) / step, 0.0,
                                        points - 1.000001);
        const auto low = static_cast<std::size_t>(place);
        const double part = place - static_cast<double>(low);
        const double integral = std::exp((1.0 - part) * table[low] + part * table[low + 1]);
        deviation[i] = std::sqrt(integral / (weight[i] * bins));
    });
    return deviation;
}

void blur_emission(exec::ThreadTeam& team, const Grid& grid,
                   const std::optional<RangeKernel>& positrons, const Vector3& fwhm,
                   std::span<double> volume) {
    const RangeTable range(positrons, highest_frequency(grid));
    double margin = 2.0 * std::max({fwhm[0], fwhm[1], fwhm[2]});
    if (positrons)
        margin = std::max(
            margin, 3.0 * *std::max_element(positrons->sigma.begin(), positrons->sigma.end()));
    filter_pair(team, grid, margin,
                [&](const Vector3& k) {
                    return std::pair(range.at(length(k)) * normal_transfer(fwhm, k), 1.0);
                },
                volume, {});
}

}  // namespace caravel::imaging
