// Maps of relaxation fitted to series of images.
#pragma once

#include "caravel/exec/threads.hpp"

#include <span>
#include <vector>

namespace caravel::imaging {

/// What a fit found in one voxel; all zero where there is too little signal.
struct RelaxationFit {
    double amplitude = 0.0;  // at time 0, or fully relaxed
    double rate = 0.0;       // 1/s
    double residual = 0.0;   // root mean square
};

/// Rate of amplitude exp(-t rate) by least squares (logarithms weighted with the squared signal,
/// then Gauss-Newton). Signals below `floor` at and after the first such echo are left out, since
/// the magnitude of noise does not decay; with fewer than two left the fit is zero.
RelaxationFit fit_decay(std::span<const double> times, std::span<const double> signals,
                        double floor = 0.0);

/// Rate of a + b exp(-t rate), all three free, on signed signals: exact for an inversion recovery
/// of any efficiency and repetition time, but blind to T1 below a third of the second inversion
/// time, when only one signal still moves. amplitude: a (1 + exp(-TR rate) for ideal pulses).
/// Source: J. K. Barral et al., Magn Reson Med 64 (2010) 1057.
RelaxationFit fit_recovery(std::span<const double> times, std::span<const double> signals);

/// Rate of an ideal inversion recovery with spin echoes, A m(TI) of inversion_spin_echo(): two
/// unknowns, so that four inversion times tell T1 from a tenth of the shortest to twice the longest
/// of them. Signed signals; amplitude: A.
RelaxationFit fit_inversion(std::span<const double> times, std::span<const double> signals,
                            double repetition_time, double echo_time);

/// The same as fit_recovery() on magnitudes: every polarity is tried (all before the null turned),
/// the best kept.
RelaxationFit fit_recovery_magnitude(std::span<const double> times,
                                     std::span<const double> magnitudes);

/// r1 of spoiled gradient echoes at several flip angles (rad): straight line of S / sin a against
/// S / tan a. amplitude: fully relaxed, T2* decay included.
/// Source: S. C. L. Deoni et al., Magn Reson Med 49 (2003) 515.
RelaxationFit fit_flip_angles(std::span<const double> angles, std::span<const double> signals,
                              double repetition_time);

/// r2 of echo trains with imperfect refocusing, by comparison with phase graphs.
class TrainFit {
  public:
    /// Trains of `count` echoes; `r1` (1/s) is assumed for all. Rates from `lowest` to `highest`
    /// (1/s) are found to about 0.1 %.
    TrainFit(double spacing, int count, double refocusing_angle, double r1, double lowest,
             double highest);
    RelaxationFit fit(std::span<const double> signals) const;

  private:
    double match(std::size_t rate, std::span<const double> signals) const;

    std::vector<double> rates_;
    std::vector<double> trains_;  // [rate * echoes + echo], normalised
    std::vector<double> norms_;
    std::size_t echoes_;
};

}  // namespace caravel::imaging
