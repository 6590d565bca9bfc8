#include "caravel/imaging/reading/observer.hpp"

#include "caravel/base/error.hpp"
#include "caravel/imaging/blur.hpp"
#include "caravel/imaging/noise.hpp"
#include "caravel/imaging/symmetric_solve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>

namespace caravel::imaging {
namespace {

using Image = std::vector<double>;

/// A grid around the sphere that holds the blurred signal to four deviations.
Grid patch(const ObserverTrial& trial) {
    const DetectionTask& task = trial.task;
    Grid grid;
    grid.spacing = task.spacing;
    std::array<index_t, 3> count{1, 1, 1};
    for (std::size_t a = 0; a < (task.projection ? 2U : 3U); ++a) {
        const double half =
            0.5 * trial.diameter + 4.0 * task.blur[a] / fwhm_per_sigma + 2.0 * task.spacing[a];
        count[a] = 2 * static_cast<index_t>(std::ceil(half / task.spacing[a])) + 1;
    }
    grid.nx = count[0];
    grid.ny = count[1];
    grid.nz = count[2];
    for (std::size_t a = 0; a < 3; ++a)
        grid.origin[a] = -0.5 * static_cast<double>(count[a]) * grid.spacing[a];
    return grid;
}

/// Mean over a voxel of the sphere's indicator, or of its chord in a projection.
double voxel_mean(const ObserverTrial& trial, const Vector3& low) {
    constexpr int parts = 8;
    const Vector3& width = trial.task.spacing;
    const double radius = 0.5 * trial.diameter;
    double sum = 0.0;
    const auto at = [&](int n, std::size_t a) {
        return low[a] + (static_cast<double>(n) + 0.5) / parts * width[a];
    };
    for (int j = 0; j < parts; ++j) {
        for (int i = 0; i < parts; ++i) {
            const double left = radius * radius - at(i, 0) * at(i, 0) - at(j, 1) * at(j, 1);
            if (left <= 0.0) continue;
            const double half = std::sqrt(left);
            if (trial.task.projection)
                sum += 2.0 * half;
            else
                sum += std::max(0.0, std::min(half, low[2] + width[2]) - std::max(-half, low[2])) /
                       width[2];
        }
    }
    return sum / (parts * parts);
}

Image expected_signal(exec::ThreadTeam& team, const ObserverTrial& trial, const Grid& grid) {
    Image signal(static_cast<std::size_t>(grid.cell_count()));
    for (index_t k = 0; k < grid.nz; ++k) {
        for (index_t j = 0; j < grid.ny; ++j) {
            for (index_t i = 0; i < grid.nx; ++i) {
                const Vector3 low{grid.origin[0] + static_cast<double>(i) * grid.spacing[0],
                                  grid.origin[1] + static_cast<double>(j) * grid.spacing[1],
                                  grid.origin[2] + static_cast<double>(k) * grid.spacing[2]};
                signal[static_cast<std::size_t>(grid.index(i, j, k))] =
                    trial.task.contrast * voxel_mean(trial, low);
            }
        }
    }
    Vector3 fwhm = trial.task.blur;
    if (trial.task.projection) fwhm[2] = 0.0;
    blur(team, grid, fwhm, signal);
    return signal;
}

/// Smoothed noise on `grid`: drawn on a larger one, cut out and scaled by the kernel's own sum of
/// squares.
class NoiseSource {
  public:
    NoiseSource(exec::ThreadTeam& team, const ObserverTrial& trial, const Grid& grid)
        : team_(team), trial_(trial), inner_(grid), outer_(grid) {
        fwhm_ = trial.task.noise_correlation;
        if (trial.task.projection) fwhm_[2] = 0.0;
        for (std::size_t a = 0; a < 3; ++a)
            margin_[a] = static_cast<index_t>(std::ceil(2.0 * fwhm_[a] / grid.spacing[a]));
        outer_.nx += 2 * margin_[0];
        outer_.ny += 2 * margin_[1];
        outer_.nz += 2 * margin_[2];
        Image point(static_cast<std::size_t>(outer_.cell_count()), 0.0);
        point[static_cast<std::size_t>(outer_.index(outer_.nx / 2, outer_.ny / 2, outer_.nz / 2))] =
            1.0;
        blur(team, outer_, fwhm_, point);
        double squares = 0.0;
        for (const double v : point) squares += v * v;
        scale_ = trial.task.noise / std::sqrt(squares);
    }

    Image draw(std::uint32_t number) {
        Image noise(static_cast<std::size_t>(outer_.cell_count()), 0.0);
        add_gaussian_noise(team_, noise, scale_, trial_.seed, NoisePurpose::reader, number);
        blur(team_, outer_, fwhm_, noise);
        Image cut(static_cast<std::size_t>(inner_.cell_count()));
        for (index_t k = 0; k < inner_.nz; ++k) {
            for (index_t j = 0; j < inner_.ny; ++j) {
                const index_t from = outer_.index(margin_[0], j + margin_[1], k + margin_[2]);
                std::copy_n(noise.begin() + from, inner_.nx, cut.begin() + inner_.index(0, j, k));
            }
        }
        return cut;
    }

  private:
    exec::ThreadTeam& team_;
    const ObserverTrial& trial_;
    Grid inner_;
    Grid outer_;
    Vector3 fwhm_{};
    std::array<index_t, 3> margin_{};
    double scale_ = 1.0;
};

double product(std::span<const double> a, std::span<const double> b) {
    double sum = 0.0;
    for (std::size_t n = 0; n < a.size(); ++n) sum += a[n] * b[n];
    return sum;
}

/// Laguerre polynomial of degree n at x.
double laguerre(int n, double x) {
    double before = 1.0;
    double now = 1.0 - x;
    if (n == 0) return before;
    for (int k = 1; k < n; ++k) {
        const double next = ((2.0 * k + 1.0 - x) * now - k * before) / (k + 1.0);
        before = now;
        now = next;
    }
    return now;
}

std::vector<Image> channels(const ObserverTrial& trial, const Grid& grid) {
    double width = trial.channel_width;
    if (!(width > 0.0)) {
        const auto& blur = trial.task.blur;
        width = std::hypot(trial.diameter, *std::max_element(blur.begin(), blur.end()));
    }
    std::vector<Image> all(static_cast<std::size_t>(trial.channels),
                           Image(static_cast<std::size_t>(grid.cell_count())));
    for (index_t k = 0; k < grid.nz; ++k) {
        for (index_t j = 0; j < grid.ny; ++j) {
            for (index_t i = 0; i < grid.nx; ++i) {
                const Vector3 at = grid.centre(i, j, k);
                const double r2 = at[0] * at[0] + at[1] * at[1] + at[2] * at[2];
                const double x = 2.0 * std::numbers::pi * r2 / (width * width);
                for (int n = 0; n < trial.channels; ++n)
                    all[static_cast<std::size_t>(n)]
                       [static_cast<std::size_t>(grid.index(i, j, k))] =
                           std::exp(-0.5 * x) * laguerre(n, x);
            }
        }
    }
    return all;
}

using Responses = std::vector<std::vector<double>>;  // per image, per channel

std::vector<double> mean_of(std::span<const std::vector<double>> responses) {
    std::vector<double> mean(responses.front().size(), 0.0);
    for (const auto& r : responses)
        for (std::size_t c = 0; c < mean.size(); ++c)
            mean[c] += r[c] / static_cast<double>(responses.size());
    return mean;
}

std::vector<double> hotelling_template(std::span<const std::vector<double>> absent,
                                       std::span<const std::vector<double>> present) {
    const std::vector<double> without = mean_of(absent);
    std::vector<double> difference = mean_of(present);
    const std::size_t n = difference.size();
    std::vector<double> covariance(n * n, 0.0);
    const auto gather = [&](std::span<const std::vector<double>> group,
                            const std::vector<double>& mean) {
        for (const auto& r : group)
            for (std::size_t i = 0; i < n; ++i)
                for (std::size_t j = 0; j < n; ++j)
                    covariance[i * n + j] += (r[i] - mean[i]) * (r[j] - mean[j]);
    };
    gather(absent, without);
    gather(present, difference);
    for (std::size_t c = 0; c < n; ++c) difference[c] -= without[c];
    solve_symmetric(std::move(covariance), difference);
    return difference;
}

RocCurve channelised_curve(const Responses& absent, const Responses& present) {
    const std::size_t half = absent.size() / 2;
    const std::span<const std::vector<double>> without(absent);
    const std::span<const std::vector<double>> with(present);
    const std::vector<double> weights = hotelling_template(without.first(half), with.first(half));
    std::vector<double> a;
    std::vector<double> b;
    for (const auto& r : without.subspan(half)) a.push_back(product(r, weights));
    for (const auto& r : with.subspan(half)) b.push_back(product(r, weights));
    return roc_curve(a, b);
}

void demand_trial(const ObserverTrial& trial) {
    if (trial.images >= 8 && trial.channels >= 1 && trial.channels <= 12) return;
    throw InputError(Diagnostic{
        {},
        fmt::format("a trial of {} images and {} channels", trial.images, trial.channels),
        "8 images or more and 1 to 12 channels",
        ""});
}

}  // namespace

ObserverResult observer_trial(exec::ThreadTeam& team, const ObserverTrial& trial) {
    demand_trial(trial);
    detectability_index(trial.task, trial.diameter);  // refuses what cannot be drawn
    const Grid grid = patch(trial);
    const Image signal = expected_signal(team, trial, grid);
    const std::vector<Image> channel = channels(trial, grid);
    NoiseSource source(team, trial, grid);
    std::vector<double> matched[2];
    Responses responses[2];
    for (int n = 0; n < 2 * trial.images; ++n) {
        const std::size_t present = n < trial.images ? 0 : 1;
        Image image = source.draw(static_cast<std::uint32_t>(n));
        if (present == 1)
            for (std::size_t v = 0; v < image.size(); ++v) image[v] += signal[v];
        matched[present].push_back(product(image, signal));
        std::vector<double> response;
        for (const Image& c : channel) response.push_back(product(image, c));
        responses[present].push_back(std::move(response));
    }
    return {roc_curve(matched[0], matched[1]), channelised_curve(responses[0], responses[1])};
}

}  // namespace caravel::imaging
