#include "caravel/imaging/reading/detectability.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/quadrature.hpp"
#include "caravel/base/roots.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/exec/normal_quantile.hpp"
#include "caravel/imaging/blur.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

namespace caravel::imaging {
namespace {

using std::numbers::pi;

double square(double x) { return x * x; }

/// Volume common to two balls of a diameter at a distance (m3).
double common_volume(double diameter, double distance) {
    const double x = distance / diameter;
    if (x >= 1.0) return 0.0;
    return pi / 6.0 * diameter * diameter * diameter * (1.0 - 1.5 * x + 0.5 * x * x * x);
}

/// Points and weights along one axis: a normal density of variance 2 v, a point for v = 0, or even
/// (projection), from 0 to the sphere's diameter; weights count both sides.
QuadratureRule axis_rule(double v, bool even, double diameter) {
    if (!even && v <= 0.0) return {{0.0}, {1.0}};
    const double end = even ? diameter : std::min(diameter, 7.0 * std::sqrt(2.0 * v));
    QuadratureRule rule = gauss_legendre(24, 0.0, end);
    for (std::size_t n = 0; n < rule.size(); ++n) {
        const double density =
            even ? 1.0 : std::exp(-square(rule.node[n]) / (4.0 * v)) / std::sqrt(4.0 * pi * v);
        rule.weight[n] *= 2.0 * density;
    }
    return rule;
}

/// integral |B(k)|^2 exp(-sum v_a k_a^2) dk/(2 pi)^n over the axes that the image has: the overlap
/// of the sphere with itself, spread by a normal distribution of variances 2 v.
double blurred_energy(double diameter, const Vector3& v, bool projection) {
    const QuadratureRule x = axis_rule(v[0], false, diameter);
    const QuadratureRule y = axis_rule(v[1], false, diameter);
    const QuadratureRule z = axis_rule(v[2], projection, diameter);
    double sum = 0.0;
    for (std::size_t k = 0; k < z.size(); ++k) {
        for (std::size_t j = 0; j < y.size(); ++j) {
            const double beside = square(z.node[k]) + square(y.node[j]);
            const double weight = z.weight[k] * y.weight[j];
            for (std::size_t i = 0; i < x.size(); ++i)
                sum += weight * x.weight[i] *
                       common_volume(diameter, std::sqrt(beside + square(x.node[i])));
        }
    }
    return sum;
}

/// Variances of signal blur and noise kernel per axis (m2), and the noise power at frequency 0.
struct Spread {
    Vector3 signal{};
    Vector3 noise{};
    double power = 0.0;  // noise^2 m^n
};

Spread spread_of(const DetectionTask& task) {
    Spread s;
    s.power = square(task.noise);
    const std::size_t axes = task.projection ? 2 : 3;
    for (std::size_t a = 0; a < axes; ++a) {
        const double voxel = square(task.spacing[a]) / 12.0;
        s.signal[a] = square(task.blur[a] / fwhm_per_sigma) + voxel;
        s.noise[a] = square(task.noise_correlation[a] / fwhm_per_sigma);
        // white within a voxel, or a kernel with the same deviation of one voxel
        const double length = std::sqrt(4.0 * pi * s.noise[a]);
        if (length <= task.spacing[a]) s.noise[a] = 0.0;
        s.power *= std::max(length, task.spacing[a]);
    }
    return s;
}

Vector3 added(const Vector3& a, const Vector3& b, double sign) {
    return {a[0] + sign * b[0], a[1] + sign * b[1], a[2] + sign * b[2]};
}

void demand_task(const DetectionTask& task, double diameter) {
    const bool sound = std::isfinite(task.contrast) && task.noise > 0.0 &&
                       std::isfinite(task.noise) && diameter > 0.0 && std::isfinite(diameter) &&
                       std::all_of(task.spacing.begin(), task.spacing.end(),
                                   [](double width) { return width > 0.0; });
    if (!sound)
        throw InputError(Diagnostic{
            {},
            fmt::format("a sphere of {} m at contrast {} in noise of {}", format_number(diameter),
                        format_number(task.contrast), format_number(task.noise)),
            "a positive diameter, noise and voxel width",
            ""});
}

}  // namespace

double detectability_index(const DetectionTask& task, double diameter) {
    demand_task(task, diameter);
    const Spread s = spread_of(task);
    const double signal = blurred_energy(diameter, s.signal, task.projection);
    const double noise =
        s.power * blurred_energy(diameter, added(s.signal, s.noise, 1.0), task.projection);
    return std::abs(task.contrast) * signal / std::sqrt(noise);
}

double ideal_detectability_index(const DetectionTask& task, double diameter) {
    demand_task(task, diameter);
    const Spread s = spread_of(task);
    const Vector3 left = added(s.signal, s.noise, -1.0);
    if (*std::min_element(left.begin(), left.end()) < 0.0)
        throw NumericalError({"ideal observer", "detectability", "", 0.0, 0.0,
                              "has no bound where noise is smoother than the signal",
                              "use the non-prewhitening observer"});
    const double energy = blurred_energy(diameter, left, task.projection);
    return std::abs(task.contrast) * std::sqrt(energy / s.power);
}

double area_under_curve(double detectability) { return 0.5 * std::erfc(-0.5 * detectability); }

double detectability_for_area(double area) {
    if (!(area > 0.0 && area < 1.0))
        throw InputError(
            Diagnostic{{},
                       fmt::format("an area under the curve of {}", format_number(area)),
                       "more than 0 and less than 1",
                       ""});
    return std::numbers::sqrt2 * exec::normal_quantile(area);
}

double peak_recovery(double diameter, double fwhm) {
    if (!(fwhm > 0.0)) return 1.0;
    const double a = 0.5 * diameter * fwhm_per_sigma / fwhm / std::numbers::sqrt2;
    // the difference below cancels for small spheres
    if (a < 1e-2) return 4.0 / (3.0 * std::sqrt(pi)) * a * a * a * (1.0 - 0.6 * a * a);
    return std::erf(a) - 2.0 * a * std::exp(-a * a) / std::sqrt(pi);
}

double mean_recovery(double diameter, double fwhm) {
    if (!(fwhm > 0.0)) return 1.0;
    // overlap of the ball with itself, averaged over displacements x = r/d of a normal spread
    const double b = diameter * fwhm_per_sigma / fwhm;  // diameter over standard deviation
    const QuadratureRule rule = gauss_legendre(64, 0.0, std::min(1.0, 9.0 / b));
    double sum = 0.0;
    for (std::size_t n = 0; n < rule.size(); ++n) {
        const double x = rule.node[n];
        const double overlap = 1.0 - 1.5 * x + 0.5 * x * x * x;
        sum += rule.weight[n] * overlap * x * x * std::exp(-0.5 * square(b * x));
    }
    return sum * std::sqrt(2.0 / pi) * b * b * b;
}

std::optional<double> smallest_diameter(const DetectionTask& task, double detectability, double low,
                                        double high) {
    const auto excess = [&](double log_diameter) {
        return detectability_index(task, std::exp(log_diameter)) - detectability;
    };
    if (excess(std::log(high)) < 0.0) return std::nullopt;
    if (excess(std::log(low)) >= 0.0) return low;
    RootSearch search;
    search.tolerance = 1e-9;
    return std::exp(find_root(excess, std::log(low), std::log(high), search));
}

DetectionLimit detection_limit(const DetectionTask& task) {
    return {smallest_diameter(task, detectability_for_area(0.95)), smallest_diameter(task, 5.0)};
}

}  // namespace caravel::imaging
