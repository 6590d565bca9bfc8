// How good an image is: distances to a reference, resolution and noise texture.
#pragma once

#include "caravel/base/grid.hpp"
#include "caravel/exec/threads.hpp"

#include <span>
#include <vector>

namespace caravel::imaging {

/// Mean of |a - b| and root mean square of a - b (their unit); 0 of no values.
double mean_absolute_error(std::span<const double> a, std::span<const double> b);
double root_mean_square_error(std::span<const double> a, std::span<const double> b);

/// 20 log10(peak / root mean square error) (dB); +infinity for equal images.
double peak_signal_to_noise(std::span<const double> a, std::span<const double> b, double peak);

/// Mean structural similarity (Wang et al. 2004, IEEE Trans Image Process 13:600): normal window of
/// standard deviation 1.5 voxels cut at 5, K1 = 0.01, K2 = 0.03, over the axes with more than one
/// voxel; `range` is the range of the values. Windows that reach over the border are cut there and
/// scaled. 1 for equal images.
double structural_similarity(exec::ThreadTeam& team, const Grid& grid, std::span<const double> a,
                             std::span<const double> b, double range);

/// A value at a spatial frequency.
struct FrequencyPoint {
    double frequency = 0.0;  // 1/m
    double value = 0.0;
};

/// Modulation transfer from samples of an edge response, `pitch` (m) apart, from one plateau to the
/// other: Fourier transform of its differences, scaled to 1 at frequency 0 and corrected for the
/// differences' own sinc. Up to the Nyquist frequency. Throws InputError for an edge without step.
std::vector<FrequencyPoint> edge_transfer(std::span<const double> profile, double pitch);

/// The same from the profile of a thin wire; the mean of the first and last tenth is background.
std::vector<FrequencyPoint> wire_transfer(std::span<const double> profile, double pitch);

/// Lowest frequency (1/m) at which a curve falls below `level`, linear between points; the last
/// frequency where it never does.
double frequency_at(std::span<const FrequencyPoint> curve, double level);

/// Mean noise power of `count` square or oblong regions of nx * ny values, one after the other,
/// over rings of equal |frequency| (unit of the values squared times m2): its integral over both
/// frequencies is the variance. Of one region its mean is taken away, of several their mean image
/// (with the factor count / (count - 1)). Throws InputError for lengths that are not 2^a 3^b 5^c.
std::vector<FrequencyPoint> radial_noise_power(exec::ThreadTeam& team,
                                               std::span<const double> regions, index_t nx,
                                               index_t ny, double pitch);

}  // namespace caravel::imaging
