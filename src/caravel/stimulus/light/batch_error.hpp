// The error of chance of numbers that several independent batches of photons give.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace caravel::stimulus {

/// Mean and standard error of a row of numbers over even batches. With ten batches a standard error
/// is itself known to a quarter, and the mean lies within batch_interval() of it with 90 %.
class BatchError {
  public:
    /// Throws std::invalid_argument for another number of values than before.
    void add(std::span<const double> values);
    int batches() const { return batches_; }
    double mean(std::size_t i) const { return mean_[i]; }
    /// Standard error of the mean; NaN with fewer than two batches.
    double standard_error(std::size_t i) const;

  private:
    int batches_ = 0;
    std::vector<double> mean_;
    std::vector<double> squares_;  // of the deviations from the mean
};

/// Into how many batches photons are cut.
inline constexpr int photon_batches = 10;

/// Half width of the 90 % interval of a mean over so many batches, in standard errors: Student's t
/// (0.95, batches - 1). NaN with fewer than two.
double batch_interval(int batches);

}  // namespace caravel::stimulus
