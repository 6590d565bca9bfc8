#include "caravel/imaging/mpi/point_spread.hpp"

#include "caravel/base/fft.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>
#include <utility>

namespace caravel::imaging {
namespace {

using std::numbers::pi;

/// Logarithm of the spectrum against the logarithm of the wave number.
class SpectrumTable {
  public:
    SpectrumTable(exec::ThreadTeam& team, const ParticleResponse& response, double low, double high,
                  int dimensions)
        : first_(std::log(low)), step_((std::log(high) - first_) / (points - 1)), values_(points) {
        team.run(points, [&](index_t i) {
            const double kappa = std::exp(first_ + step_ * static_cast<double>(i));
            const double value = sliced_spectrum(response, kappa, dimensions);
            values_[static_cast<std::size_t>(i)] = std::log(std::max(value, 1e-280));
        });
    }
    double at(double kappa) const {
        const double place = std::clamp((std::log(kappa) - first_) / step_, 0.0, points - 1.001);
        const auto i = static_cast<std::size_t>(place);
        const double t = place - static_cast<double>(i);
        return std::exp((1.0 - t) * values_[i] + t * values_[i + 1]);
    }

  private:
    static constexpr index_t points = 300;
    double first_;
    double step_;
    std::vector<double> values_;
};

/// Energy of the orders over their share of the mean square, on a lattice for interpolation.
class OrderEnergy {
  public:
    OrderEnergy(const MpiSettings& mpi, const std::vector<ReceivedOrder>& orders)
        : size_(static_cast<std::size_t>(mpi.highest_order) + 2), values_(size_ * size_ * size_) {
        for (const ReceivedOrder& order : orders) {
            double shares = 1.0;
            for (const int n : order.order) shares *= n > 0 ? 2.0 : 1.0;
            values_[index(order.order)] = shares * order.weight * order.weight;
        }
    }
    /// Orders are real numbers here; below 2 in all, where the drive's own frequency is stopped,
    /// those of 2 in the same direction.
    double at(Vector3 order) const {
        const double sum = order[0] + order[1] + order[2];
        if (sum >= static_cast<double>(size_) - 1.0) return 0.0;
        if (sum < 2.0) {
            for (double& n : order) n *= 2.0 / sum;
        }
        std::array<int, 3> low{};
        Vector3 t{};
        for (std::size_t a = 0; a < 3; ++a) {
            low[a] = static_cast<int>(order[a]);
            t[a] = order[a] - low[a];
        }
        double energy = 0.0;
        for (unsigned corner = 0; corner < 8; ++corner) {
            std::array<int, 3> at = low;
            double weight = 1.0;
            for (std::size_t a = 0; a < 3; ++a) {
                const bool upper = ((corner >> a) & 1U) != 0;
                at[a] += upper ? 1 : 0;
                weight *= upper ? t[a] : 1.0 - t[a];
            }
            if (weight > 0.0) energy += weight * values_[index(at)];
        }
        return energy;
    }

  private:
    std::size_t index(const std::array<int, 3>& n) const {
        return static_cast<std::size_t>(n[0]) +
               size_ * (static_cast<std::size_t>(n[1]) + size_ * static_cast<std::size_t>(n[2]));
    }
    std::size_t size_;
    std::vector<double> values_;
};

/// Axes along which the image has voxels, and what the middle of the path has of them.
struct Encoding {
    std::array<bool, 3> resolved{};
    Vector3 reach{};       // m, of the field-free point
    double density = 1.0;  // of frame time over places and gradients, and voxels
    int dimensions = 0;
};

Encoding encoding_of(const MpiSettings& mpi, const Grid& image, double slowing) {
    Encoding e;
    const std::array<index_t, 3> size{image.nx, image.ny, image.nz};
    for (std::size_t a = 0; a < 3; ++a) {
        e.resolved[a] = mpi.drive_amplitude[a] > 0.0;
        if (!e.resolved[a]) continue;
        const double gradient = std::abs(mpi.gradient[a]);
        e.reach[a] = slowing * mpi.drive_amplitude[a] / gradient;
        e.density /= pi * e.reach[a] * gradient * gradient * image.spacing[a];
        ++e.dimensions;
        if (size[a] == 1) e.resolved[a] = false;
    }
    return e;
}

/// Signal and noise at every wave number.
class Filler {
  public:
    Filler(exec::ThreadTeam& team, const MpiSettings& mpi, const ParticleResponse& response,
           const Grid& image, const Encoding& encoding, const OctantKernel& kernel)
        : mpi_(mpi), encoding_(encoding), kernel_(kernel) {
        double lowest = 1e300;
        double highest = 1e-300;
        for (std::size_t a = 0; a < 3; ++a) {
            if (!encoding.resolved[a]) continue;
            const double gradient = std::abs(mpi.gradient[a]);
            unit_[a] = 2.0 * pi / (static_cast<double>(kernel.length[a]) * image.spacing[a]);
            lowest = std::min(lowest, unit_[a] / gradient);
            highest += pi / (image.spacing[a] * gradient);
        }
        spectrum_.emplace(team, response, std::min(lowest, 0.5 * highest), highest,
                          encoding.dimensions);
    }

    /// Energy of a wave over that of a unit of order energy; none for the mean.
    std::optional<double> level(const std::array<index_t, 3>& at, const OrderEnergy& energy) const {
        double kappa = 0.0;
        Vector3 order{};
        for (std::size_t a = 0; a < 3; ++a) {
            if (!encoding_.resolved[a]) continue;
            const double wave = static_cast<double>(at[a]) * unit_[a];
            kappa += std::pow(wave / mpi_.gradient[a], 2);
            order[a] = wave * encoding_.reach[a];
        }
        if (!(kappa > 0.0)) return std::nullopt;
        const double spectrum = spectrum_->at(std::sqrt(kappa));
        return energy.at(order) * spectrum * spectrum;
    }

    /// Multiplicity of a frequency of the half axes in the whole.
    double copies(const std::array<index_t, 3>& at) const {
        double n = 1.0;
        for (std::size_t a = 0; a < 3; ++a)
            n *= at[a] == 0 || 2 * at[a] == kernel_.length[a] ? 1.0 : 2.0;
        return n;
    }

  private:
    const MpiSettings& mpi_;
    const Encoding& encoding_;
    const OctantKernel& kernel_;
    Vector3 unit_{};  // of wave numbers, 1/m
    std::optional<SpectrumTable> spectrum_;
};

/// Octants of the frequencies of one padded grid, filled plane by plane.
struct Octants {
    OctantKernel signal{};
    OctantKernel noise{};
    double peak = 0.0;      // mean of the signal
    double variance = 0.0;  // mean of the squared noise
};

/// Sums over a plane of wave numbers: of the signal, of the squared noise.
using PlaneSums = std::array<double, 2>;

PlaneSums fill_plane(const Filler& filler, const OrderEnergy& energy, double scale, double lambda,
                     index_t k, Octants& octants) {
    PlaneSums sums{};
    for (index_t j = 0; j < octants.signal.half[1]; ++j) {
        for (index_t i = 0; i < octants.signal.half[0]; ++i) {
            const auto at = static_cast<std::size_t>(octants.signal.index(i, j, k));
            const std::optional<double> level = filler.level({i, j, k}, energy);
            const double a = scale * level.value_or(0.0);
            const double signal = level ? a / (a + lambda) : 1.0;
            const double noise = std::sqrt(a) / (a + lambda);
            octants.signal.values[at] = signal;
            octants.noise.values[at] = noise;
            const double n = filler.copies({i, j, k});
            sums[0] += n * signal;
            sums[1] += n * noise * noise;
        }
    }
    return sums;
}

/// A kernel that wraps around at the grid's own ends.
OctantKernel wrapping_kernel(const Grid& grid) {
    OctantKernel kernel;
    kernel.length = {grid.nx, grid.ny, grid.nz};
    for (std::size_t a = 0; a < 3; ++a) kernel.half[a] = kernel.length[a] / 2 + 1;
    kernel.values.assign(static_cast<std::size_t>(kernel.half[0] * kernel.half[1] * kernel.half[2]),
                         0.0);
    return kernel;
}

}  // namespace

Grid noise_grid(const Grid& image) {
    Grid grid = image;
    grid.nx = even_fft_length(image.nx);
    grid.ny = even_fft_length(image.ny);
    grid.nz = even_fft_length(image.nz);
    return grid;
}

double sliced_spectrum(const ParticleResponse& response, double kappa, int dimensions) {
    if (dimensions == 3) return response.spectrum(kappa);
    // wave number across = kappa sinh u: the integrand falls at least as exp(-u)
    constexpr int steps = 120;
    constexpr double end = 12.0;
    double sum = 0.0;
    for (int i = 0; i <= steps; ++i) {
        const double u = end * i / steps;
        const double weight = (i == 0 || i == steps ? 1.0
                               : i % 2 == 1         ? 4.0
                                                    : 2.0) *
                              end / steps / 3.0;
        const double value = response.spectrum(kappa * std::cosh(u));
        if (!(value > 0.0)) continue;
        // kappa/whole * d(across), whole = kappa cosh u
        sum += weight * value *
               (dimensions == 2 ? kappa / pi : kappa * kappa * std::sinh(u) / (2.0 * pi));
    }
    return sum;
}

PointSpread system_point_spread(exec::ThreadTeam& team, const MpiSettings& mpi,
                                const ParticleResponse& response, const Grid& image,
                                const std::vector<ReceivedOrder>& orders, double lambda,
                                double slowing) {
    const Encoding encoding = encoding_of(mpi, image, slowing);
    const OrderEnergy energy(mpi, orders);
    const double voxel = response.moment_per_iron() * image.cell_volume();
    const double scale = voxel * voxel * encoding.density;
    const auto filled = [&](OctantKernel kernel) {
        Octants octants{kernel, std::move(kernel), 0.0, 0.0};
        const Filler filler(team, mpi, response, image, encoding, octants.signal);
        std::vector<PlaneSums> planes(static_cast<std::size_t>(octants.signal.half[2]));
        team.run(octants.signal.half[2], [&](index_t k) {
            planes[static_cast<std::size_t>(k)] =
                fill_plane(filler, energy, scale, lambda, k, octants);
        });
        const auto& length = octants.signal.length;
        const double points = static_cast<double>(length[0] * length[1] * length[2]);
        for (const PlaneSums& plane : planes) {
            octants.peak += plane[0] / points;
            octants.variance += plane[1] / points;
        }
        return octants;
    };
    Octants padded = filled(empty_kernel(image));
    Octants wrapped = filled(wrapping_kernel(noise_grid(image)));
    // The padded grid has the finer frequencies: its sum is the variance.
    if (wrapped.variance > 0.0)
        for (double& value : wrapped.noise.values)
            value *= std::sqrt(padded.variance / wrapped.variance);
    return {std::move(padded.signal), std::move(wrapped.noise), std::sqrt(padded.variance),
            padded.peak};
}

}  // namespace caravel::imaging
