#include "caravel/imaging/mri/gridding.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/fft.hpp"
#include "caravel/imaging/fourier.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace caravel::imaging {
namespace {

constexpr double two_pi = 2.0 * std::numbers::pi;
constexpr index_t width = 6;
constexpr double beta = 13.855;  // pi sqrt(width^2 / 4 (2 - 1/2)^2 - 0.8)

double kernel(double distance) {
    const double x = 2.0 * distance / static_cast<double>(width);
    if (!(std::abs(x) < 1.0)) return 0.0;
    return std::cyl_bessel_i(0.0, beta * std::sqrt(1.0 - x * x)) / static_cast<double>(width);
}

double kernel_transform(double u) {
    const double x = std::numbers::pi * static_cast<double>(width) * u;
    const double root = std::sqrt(std::max(beta * beta - x * x, 1e-12));
    return std::sinh(root) / root;
}

/// Where one sample meets the fine grid along one axis.
struct Touch {
    std::array<index_t, width> place{};
    std::array<double, width> share{};

    Touch(double k, index_t points, index_t fine) {
        const auto period = static_cast<double>(fine);
        // the grid repeats itself: far beyond it no index would hold the place
        const double at = std::fmod(k * period / static_cast<double>(points), period);
        if (!std::isfinite(at))
            throw InputError(Diagnostic{
                {}, "a sample has no place in k space", "finite gradients and times", ""});
        const auto first = static_cast<index_t>(std::ceil(at - 0.5 * static_cast<double>(width)));
        for (index_t n = 0; n < width; ++n) {
            const auto i = static_cast<std::size_t>(n);
            place[i] = ((first + n) % fine + fine) % fine;
            share[i] = kernel(static_cast<double>(first + n) - at);
        }
    }
};

template <class Meet>
void meet_grid(const Touch& x, const Touch& y, index_t fine_x, const Meet& meet) {
    for (std::size_t j = 0; j < width; ++j) {
        for (std::size_t i = 0; i < width; ++i)
            meet(static_cast<std::size_t>(x.place[i] + fine_x * y.place[j]),
                 x.share[i] * y.share[j]);
    }
}

/// Image points lie half a step off whole fractions of the field of view.
std::complex<double> half_step(double kx, double ky, index_t nx, index_t ny) {
    return std::polar(1.0, std::numbers::pi *
                               (kx / static_cast<double>(nx) + ky / static_cast<double>(ny)) * 1.0);
}

}  // namespace

Trajectory spiral_trajectory(const MriSettings& mri, index_t points) {
    Trajectory t;
    const double edge = 0.5 * static_cast<double>(points);
    const auto arms = static_cast<double>(mri.interleaves);
    const double turns = edge / arms;
    // many arms on a small matrix still need two samples each to have a length
    const auto samples = std::max<index_t>(
        2, static_cast<index_t>(std::ceil(1.4 * std::numbers::pi * edge * edge / arms)));
    const auto last = static_cast<double>(samples - 1);
    // even speed along the arm, but no faster than 0.7 cycles a sample outwards: all arms meet in
    // the middle, where only that counts
    const double steepest = std::max(1.01, 0.7 * last / edge);
    const double bend = 0.5 / (steepest - 1.0);
    for (std::int64_t arm = 0; arm < mri.interleaves; ++arm) {
        for (index_t n = 0; n < samples; ++n) {
            const double share = static_cast<double>(n) / last;
            const double s = std::sqrt(bend * bend + (1.0 + 2.0 * bend) * share) - bend;
            const double angle = two_pi * (turns * s + static_cast<double>(arm) / arms);
            t.kx.push_back(edge * s * std::cos(angle));
            t.ky.push_back(edge * s * std::sin(angle));
            t.time.push_back(static_cast<double>(n) / mri.bandwidth);
        }
    }
    t.density = density_compensation(t, points);
    return t;
}

Trajectory radial_trajectory(const MriSettings& mri, index_t points) {
    Trajectory t;
    const std::int64_t spokes = mri_spokes(mri);
    constexpr double step = 0.5;  // cycles per field of view: no aliasing within twice of it
    for (std::int64_t spoke = 0; spoke < spokes; ++spoke) {
        const double angle = two_pi * static_cast<double>(spoke) / static_cast<double>(spokes);
        for (index_t n = 0; n < points; ++n) {
            const double k = step * static_cast<double>(n);
            t.kx.push_back(k * std::cos(angle));
            t.ky.push_back(k * std::sin(angle));
            t.time.push_back(static_cast<double>(n) / mri.bandwidth);
            // the middle's share makes the sum over rings exact to third order in the step
            const double ring = n == 0 ? std::numbers::pi * step * step / 6.0 : two_pi * k * step;
            t.density.push_back(ring / static_cast<double>(spokes));
        }
    }
    return t;
}

Trajectory plane_trajectory(const MriSettings& mri, const Grid& image) {
    const index_t points = std::max(image.nx, image.ny);
    Trajectory t =
        mri.sequence == "ute" ? radial_trajectory(mri, points) : spiral_trajectory(mri, points);
    const double across_x = static_cast<double>(image.nx) / static_cast<double>(points);
    const double across_y = static_cast<double>(image.ny) / static_cast<double>(points);
    for (double& k : t.kx) k *= across_x;
    for (double& k : t.ky) k *= across_y;
    for (double& d : t.density) d *= across_x * across_y;
    return t;
}

std::vector<double> density_compensation(const Trajectory& trajectory, index_t points,
                                         int iterations) {
    const index_t fine = even_fft_length(2 * points + 2 * width);
    std::vector<Touch> x;
    std::vector<Touch> y;
    x.reserve(trajectory.size());
    y.reserve(trajectory.size());
    for (std::size_t n = 0; n < trajectory.size(); ++n) {
        x.emplace_back(trajectory.kx[n], points, 2 * points);
        y.emplace_back(trajectory.ky[n], points, 2 * points);
        for (auto* touch : {&x.back(), &y.back()}) {
            for (index_t& place : touch->place) place = (place + points) % (2 * points) + width;
        }
    }
    std::vector<double> weights(trajectory.size(), 1.0);
    std::vector<double> grid;
    for (int it = 0; it < iterations; ++it) {
        grid.assign(static_cast<std::size_t>(fine * fine), 0.0);
        for (std::size_t n = 0; n < weights.size(); ++n)
            meet_grid(x[n], y[n], fine,
                      [&](std::size_t at, double share) { grid[at] += share * weights[n]; });
        for (std::size_t n = 0; n < weights.size(); ++n) {
            double sum = 0.0;
            meet_grid(x[n], y[n], fine,
                      [&](std::size_t at, double share) { sum += share * grid[at]; });
            if (sum > 0.0) weights[n] /= sum;
        }
    }
    // the kernel was applied twice; its area in cells of a quarter of the frequencies' squares
    const double area = std::pow(std::sinh(beta) / beta, 4.0) / 4.0;
    for (double& weight : weights) weight *= area;
    return weights;
}

Gridder::Gridder(index_t nx, index_t ny)
    : nx_(nx), ny_(ny), fine_x_(even_fft_length(2 * nx)), fine_y_(even_fft_length(2 * ny)) {}

std::vector<double> Gridder::apodisation(index_t points, index_t fine) const {
    std::vector<double> values;
    const index_t middle = points / 2;
    for (index_t i = 0; i < points; ++i)
        values.push_back(
            kernel_transform(static_cast<double>(i - middle) / static_cast<double>(fine)));
    return values;
}

std::vector<std::complex<double>> Gridder::forward(exec::ThreadTeam& team,
                                                   const ComplexField& plane,
                                                   const Trajectory& trajectory) const {
    ComplexVolume fine({fine_x_, fine_y_, 1});
    const auto ax = apodisation(nx_, fine_x_);
    const auto ay = apodisation(ny_, fine_y_);
    // the backward transform has the sign +, and divides by the number of points
    const double all = static_cast<double>(fine_x_ * fine_y_) / static_cast<double>(nx_ * ny_);
    for (index_t j = 0; j < ny_; ++j) {
        for (index_t i = 0; i < nx_; ++i) {
            const index_t x = (i - nx_ / 2 + fine_x_) % fine_x_;
            const index_t y = (j - ny_ / 2 + fine_y_) % fine_y_;
            const auto from = static_cast<std::size_t>(i + nx_ * j);
            const auto to = static_cast<std::size_t>(x + fine_x_ * y);
            const double scale =
                all / (ax[static_cast<std::size_t>(i)] * ay[static_cast<std::size_t>(j)]);
            fine.re[to] = plane.re[from] * scale;
            fine.im[to] = plane.im.empty() ? 0.0 : plane.im[from] * scale;
        }
    }
    transform_backward(team, fine);
    const double shift_x = nx_ % 2 == 0 ? 1.0 : 0.0;
    const double shift_y = ny_ % 2 == 0 ? 1.0 : 0.0;
    std::vector<std::complex<double>> samples(trajectory.size());
    for (std::size_t n = 0; n < samples.size(); ++n) {
        const Touch x(trajectory.kx[n], nx_, fine_x_);
        const Touch y(trajectory.ky[n], ny_, fine_y_);
        std::complex<double> sum;
        meet_grid(x, y, fine_x_, [&](std::size_t at, double share) {
            sum += share * std::complex<double>(fine.re[at], fine.im[at]);
        });
        samples[n] =
            sum * half_step(shift_x * trajectory.kx[n], shift_y * trajectory.ky[n], nx_, ny_);
    }
    return samples;
}

ComplexField Gridder::adjoint(exec::ThreadTeam& team,
                              const std::vector<std::complex<double>>& samples,
                              const Trajectory& trajectory) const {
    ComplexVolume fine({fine_x_, fine_y_, 1});
    const double shift_x = nx_ % 2 == 0 ? 1.0 : 0.0;
    const double shift_y = ny_ % 2 == 0 ? 1.0 : 0.0;
    for (std::size_t n = 0; n < samples.size(); ++n) {
        const Touch x(trajectory.kx[n], nx_, fine_x_);
        const Touch y(trajectory.ky[n], ny_, fine_y_);
        const std::complex<double> value =
            trajectory.density[n] * samples[n] *
            std::conj(half_step(shift_x * trajectory.kx[n], shift_y * trajectory.ky[n], nx_, ny_));
        meet_grid(x, y, fine_x_, [&](std::size_t at, double share) {
            fine.re[at] += share * value.real();
            fine.im[at] += share * value.imag();
        });
    }
    transform_forward(team, fine);
    const auto ax = apodisation(nx_, fine_x_);
    const auto ay = apodisation(ny_, fine_y_);
    ComplexField plane;
    plane.size = {nx_, ny_, 1};
    for (index_t j = 0; j < ny_; ++j) {
        for (index_t i = 0; i < nx_; ++i) {
            const index_t x = (i - nx_ / 2 + fine_x_) % fine_x_;
            const index_t y = (j - ny_ / 2 + fine_y_) % fine_y_;
            const auto from = static_cast<std::size_t>(x + fine_x_ * y);
            const double scale =
                1.0 / (ax[static_cast<std::size_t>(i)] * ay[static_cast<std::size_t>(j)]);
            plane.re.push_back(fine.re[from] * scale);
            plane.im.push_back(fine.im[from] * scale);
        }
    }
    return plane;
}

double gridding_noise(const Trajectory& trajectory, const MriSettings& mri, const Grid& image) {
    double squares = 0.0;
    for (std::size_t n = 0; n < trajectory.size(); ++n) {
        squares += trajectory.density[n] * trajectory.density[n];
    }
    const double plane = std::sqrt(squares / static_cast<double>(image.nx * image.ny));
    return mri.volume ? plane * window_noise(mri.filter, image.nz) : plane;
}

}  // namespace caravel::imaging
