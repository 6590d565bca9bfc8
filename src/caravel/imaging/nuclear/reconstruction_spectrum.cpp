#include "caravel/imaging/nuclear/reconstruction_spectrum.hpp"

#include "caravel/imaging/normal_transfer.hpp"
#include "caravel/imaging/sinc.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace caravel::imaging {
namespace {

constexpr double pi = std::numbers::pi;
constexpr double least = 1e-60;  // m, information below counts as that

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

/// Rays interpolate linearly across the axis they run along most.
double ray_basis(const Grid& grid, double kx, double ky) {
    const double s = sinc(std::max(std::abs(kx) * grid.spacing[0], std::abs(ky) * grid.spacing[1]));
    return s * s;
}

}  // namespace

SpectrumTables::SpectrumTables(const LinearReconstruction& r)
    : cycle(r.updates, r.chord > 0.0 ? r.subsets : 1, static_cast<index_t>(r.views)),
      model{BlurTransfer(r.model_blur[0], r.grid.spacing[0]),
            BlurTransfer(r.model_blur[1], r.grid.spacing[1]),
            BlurTransfer(r.model_blur[2], r.grid.spacing[2])},
      post{BlurTransfer(r.post_filter, r.grid.spacing[0]),
           BlurTransfer(r.post_filter, r.grid.spacing[1]),
           BlurTransfer(r.post_filter, r.grid.spacing[2])} {}

ReconstructionSpectrum::ReconstructionSpectrum(const LinearReconstruction& reconstruction,
                                               const SpectrumTables& tables, double information)
    : r_(reconstruction), tables_(tables), information_(information), chord_(reconstruction.chord) {
    // Of a place that is hotter than the rest, waves end where it ends.
    if (chord_ > 0.0 && information_ * chord_ > r_.true_share)
        chord_ = r_.true_share / information_;
}

double ReconstructionSpectrum::coverage(double frequency) const {
    if (chord_ > 0.0) return chord_ * tabulated_coverage(frequency * chord_);
    // none below what the grid can hold
    const double extent =
        static_cast<double>(std::max(r_.grid.nx, r_.grid.ny)) * r_.grid.spacing[0];
    return 1.0 / (pi * std::max(frequency, 0.25 / extent));
}

ReconstructionSpectrum::Across ReconstructionSpectrum::turned(double kx, double ky) const {
    const double frequency = std::hypot(kx, ky);
    const Vector3& h = r_.grid.spacing;
    // rotations interpolate linearly across both axes
    const double basis = std::pow(sinc(kx * h[0]) * sinc(ky * h[1]), 2);
    const double scanner = basis * stepwise_blur(r_, frequency);
    const double model = r_.model_blur[0] > 0.0 ? scanner : basis;
    const double seen = coverage(frequency);
    return {seen * model * model, seen * model * scanner, 1.0, 0.0};
}

ReconstructionSpectrum::Across ReconstructionSpectrum::straight(double kx, double ky) const {
    const Grid& grid = r_.grid;
    const Vector3& h = grid.spacing;
    // Voxels repeat the image's spectrum, and lines see the repetitions as well.
    double all = 0.0;
    for (int b = -1; b <= 1; ++b) {
        for (int a = -1; a <= 1; ++a) {
            const double x = kx + a / h[0];
            const double y = ky + b / h[1];
            all += std::pow(ray_basis(grid, x, y), 2) * coverage(std::hypot(x, y));
        }
    }
    const double frequency = std::hypot(kx, ky);
    const double model = tables_.model[0](kx) * tables_.model[1](ky);
    const double scanner =
        normal_transfer(r_.true_blur[0], kx) * normal_transfer(r_.true_blur[1], ky) * model;
    const double seen = r_.from_voxels ? all
                                       : coverage(frequency) * ray_basis(grid, kx, ky) /
                                             (sinc(kx * h[0]) * sinc(ky * h[1]));
    return {all * model * model, seen * scanner, 1.0, tables_.cycle.place(frequency * chord_)};
}

ReconstructionSpectrum::Across ReconstructionSpectrum::across(double kx, double ky) const {
    Across factors = r_.rotated ? turned(kx, ky) : straight(kx, ky);
    factors.post = tables_.post[0](kx) * tables_.post[1](ky);
    return factors;
}

ReconstructionSpectrum::Along ReconstructionSpectrum::along(double kz) const {
    Along factors;
    if (r_.rotated) {
        factors.scanner = stepwise_blur(r_, kz);
        if (r_.model_blur[2] > 0.0) factors.model = factors.scanner;
    } else {
        factors.scanner = normal_transfer(r_.true_blur[2], kz);
        factors.model = tables_.model[2](kz);
    }
    factors.post = tables_.post[2](kz);
    return factors;
}

ReconstructionSpectrum::Passed ReconstructionSpectrum::at(const Across& across,
                                                          const Along& along) const {
    const double seen = std::max(least, across.information * along.model * along.model);
    const double removed = information_ * seen;
    const double passed = removed < 1.0 ? -std::expm1(r_.updates * std::log1p(-removed)) : 1.0;
    const double kept = passed * across.post * along.post;
    return {kept * across.cross * along.model * along.scanner / seen,
            kept * std::sqrt(tables_.cycle.excess(removed, across.place) / seen)};
}

double ReconstructionSpectrum::noise_integral() const {
    constexpr int points = 20;  // per axis, of one octant
    const auto middle = [&](int i, std::size_t axis) {
        return 0.5 * (i + 0.5) / points / r_.grid.spacing[axis];
    };
    std::vector<Along> planes;
    if (r_.grid.nz == 1) planes.push_back(along(0.0));
    for (int k = 0; k < points && r_.grid.nz > 1; ++k) planes.push_back(along(middle(k, 2)));
    double sum = 0.0;
    for (int j = 0; j < points; ++j) {
        for (int i = 0; i < points; ++i) {
            const Across factors = across(middle(i, 0), middle(j, 1));
            for (const Along& plane : planes) sum += std::pow(at(factors, plane).noise, 2);
        }
    }
    return sum / (points * points * static_cast<double>(planes.size()));
}

}  // namespace caravel::imaging
