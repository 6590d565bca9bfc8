// Correlated normal and log-normal quantities, such as the organ sizes of a virtual patient.
#pragma once

#include "caravel/inference/matrix.hpp"

#include <span>
#include <vector>

namespace caravel::inference {

/// x = mean + L z with L L^T the covariance; a logarithmic quantity is exp of that.
class CorrelatedNormal {
  public:
    /// Normal quantities. Throws InputError when the lengths differ, a number is not finite or the
    /// matrix is no covariance (require_cholesky).
    CorrelatedNormal(std::vector<double> mean, const Matrix& covariance);

    std::size_t size() const { return mean_.size(); }

    /// The quantities for standard normal numbers z; throws std::logic_error for other lengths.
    void from_normal(std::span<const double> z, std::span<double> out) const;

    /// The same for a point of the open unit cube (Sobol, Latin hypercube, uniform_open), by the
    /// normal quantile; throws InputError for a coordinate that is not inside (0, 1).
    void from_cube(std::span<const double> u, std::span<double> out) const;

  private:
    std::vector<double> mean_;
    Matrix lower_;
};

/// covariance_ij = correlation_ij sd_i sd_j. Throws InputError when a standard deviation is not
/// above 0, a diagonal is not 1 or the lengths differ.
Matrix covariance_of(std::span<const double> standard_deviation, const Matrix& correlation);

/// Log-normal quantities: CorrelatedNormal of the logarithms, from medians, standard deviations of
/// the logarithms and correlations of the logarithms. exp is taken by from_cube.
class CorrelatedLogNormal {
  public:
    CorrelatedLogNormal(std::span<const double> median, std::span<const double> sigma,
                        const Matrix& correlation_of_logs);

    std::size_t size() const { return logs_.size(); }
    void from_normal(std::span<const double> z, std::span<double> out) const;
    void from_cube(std::span<const double> u, std::span<double> out) const;

  private:
    CorrelatedNormal logs_;
};

/// Correlation of the logarithms of two log-normal quantities whose values have this correlation:
/// log(1 + correlation cv1 cv2) / (sigma1 sigma2). Throws InputError when no log-normal pair has
/// it.
double correlation_of_logs(double correlation, double sigma1, double sigma2);

}  // namespace caravel::inference
