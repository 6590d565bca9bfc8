#include "caravel/imaging/nuclear/linear_reconstruction.hpp"

#include "caravel/base/large_pages.hpp"
#include "caravel/exec/for_each.hpp"
#include "caravel/imaging/normal_transfer.hpp"
#include "caravel/imaging/nuclear/reconstruction_spectrum.hpp"
#include "caravel/imaging/nuclear/spectral_filter.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace caravel::imaging {
namespace {

double length(const Vector3& k) { return std::sqrt(k[0] * k[0] + k[1] * k[1] + k[2] * k[2]); }

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

}  // namespace

void filter_volume(exec::ThreadTeam& team, const LinearReconstruction& reconstruction,
                   double information, double margin, std::span<double> signal,
                   std::span<double> noise) {
    const Grid& grid = reconstruction.grid;
    const RangeTable range(reconstruction.positrons, highest_frequency(grid));
    const SpectrumTables tables(reconstruction);
    const ReconstructionSpectrum spectrum(reconstruction, tables, information);
    const double scale = noise.empty() ? 0.0 : 1.0 / std::sqrt(spectrum.noise_integral());
    const OctantFrequencies k = octant_frequencies(grid, margin);
    const std::size_t nx = k[0].size();
    std::vector<ReconstructionSpectrum::Across> across(nx * k[1].size());
    exec::for_each(team, static_cast<index_t>(across.size()), [&](index_t n) {
        const auto i = static_cast<std::size_t>(n);
        across[i] = spectrum.across(k[0][i % nx], k[1][i / nx]);
    });
    std::vector<ReconstructionSpectrum::Along> along;
    for (const double kz : k[2]) along.push_back(spectrum.along(kz));
    filter_pair(
        team, grid, margin,
        [&](const OctantPoint& p) {
            const ReconstructionSpectrum::Across& plane = across[p.x + nx * p.y];
            const ReconstructionSpectrum::Passed passed = spectrum.at(plane, along[p.z]);
            const double image = range.at(length(p.frequency)) * passed.signal;
            return std::pair(image, noise.empty() ? image : scale * passed.noise);
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
    const SpectrumTables tables(reconstruction);
    team.run(points, [&](index_t i) {
        const double information = highest * std::exp(-step * static_cast<double>(points - 1 - i));
        table[static_cast<std::size_t>(i)] =
            std::log(ReconstructionSpectrum(reconstruction, tables, information).noise_integral());
    });
    const Grid& grid = reconstruction.grid;
    const double bins =
        reconstruction.views * grid.spacing[0] * grid.spacing[1] / reconstruction.bin;
    auto deviation = large_vector<double>(mean.size());
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
                [&](const OctantPoint& p) {
                    return std::pair(
                        range.at(length(p.frequency)) * normal_transfer(fwhm, p.frequency), 1.0);
                },
                volume, {});
}

}  // namespace caravel::imaging
