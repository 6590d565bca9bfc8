// Whether a sphere of given size can be seen: closed forms.
#pragma once

#include "caravel/base/grid.hpp"

#include <optional>

namespace caravel::imaging {

/// A sphere in even surroundings as an image shows it. Lengths in m.
struct DetectionTask {
    double contrast = 0.0;  // sphere less surroundings without blur (projection: per m of path)
    double noise = 0.0;     // standard deviation of a voxel, same unit (projection: of a pixel)
    Vector3 spacing{1e-3, 1e-3, 1e-3};
    Vector3 blur{};               // full widths at half maximum of the point spread
    Vector3 noise_correlation{};  // full widths of the kernel that smoothed the noise; 0: white
    bool projection = false;      // pixels hold integrals along z
};

/// Detectability d' of a sphere by the non-prewhitening observer who knows place and profile:
/// integral(s^2) / sqrt(double integral(s K s)) with s the blurred sphere and K the noise's
/// covariance. Voxels average: their width counts as blur of the same variance (3 % low for spheres
/// much smaller than a voxel). Source: H. H. Barrett, K. J. Myers, Foundations of Image Science
/// (2004), chapter 13.
double detectability_index(const DetectionTask& task, double diameter);

/// d' of the ideal linear (Hotelling) observer, who also undoes the noise's correlation; equal to
/// detectability_index() in white noise. Throws NumericalError where the noise is smoother than the
/// signal along an axis (d' would not be bounded by this model).
double ideal_detectability_index(const DetectionTask& task, double diameter);

/// Area under the ROC of an observer with normal responses: Phi(d'/sqrt 2); and back.
double area_under_curve(double detectability);
double detectability_for_area(double area);

/// Contrast in the middle of a sphere over that before an isotropic normal point spread:
/// erf(a) - 2 a exp(-a^2)/sqrt(pi), a = R/(sqrt 2 s).
double peak_recovery(double diameter, double fwhm);
/// The same as mean over the sphere.
double mean_recovery(double diameter, double fwhm);

/// Smallest sphere (m) with at least this d' between `low` and `high`; empty when none.
std::optional<double> smallest_diameter(const DetectionTask& task, double detectability,
                                        double low = 1e-5, double high = 0.1);

/// Smallest spheres by both habits.
struct DetectionLimit {
    std::optional<double> area_095{};  // m, area under the ROC of 0.95: d' = 2.326
    std::optional<double> rose{};      // m, Rose's criterion: d' = 5
};
DetectionLimit detection_limit(const DetectionTask& task);

}  // namespace caravel::imaging
