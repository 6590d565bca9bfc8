// What forecasts leave in one case, as a Gaussian process in log10 of time: an early point moves
// later forecasts as far as held-out cases say that it should.
#pragma once

#include "caravel/inference/delivery/mechanism_model.hpp"

namespace caravel::inference::delivery {

/// Standard deviations (log10) of what is left at one class of place.
struct Discrepancy {
    double level = 0.3;    // of the whole case
    double process = 0.2;  // that changes with time
    double noise = 0.12;   // of each point
    double early = 0.2;    // more noise per decade before 0.5 h
    double loading = 0.0;  // share of the level that all places have, signed, within (-1, 1)
};

/// Correlation length of the process in decades of time.
inline constexpr double discrepancy_length = 0.6;

/// Where a value lies.
struct DiscrepancyPoint {
    std::size_t klass = 0;  // of calibration
    double time = 0.0;      // s
};

/// Covariance of two points of one case without noise: level^2 + process^2 exp(-x^2/2 l^2), x the
/// distance in decades, in one place; the product of levels and loadings between places.
double discrepancy_covariance(std::span<const Discrepancy> all, const DiscrepancyPoint& a,
                              const DiscrepancyPoint& b);
double noise_variance(const Discrepancy& own, double time);

/// Mean and standard deviation of a new value (noise included) at a point, given residuals of the
/// same case.
class DiscrepancyUpdate {
  public:
    DiscrepancyUpdate(std::span<const Discrepancy> all, std::vector<DiscrepancyPoint> points,
                      std::span<const double> residuals);
    double mean(const DiscrepancyPoint& at) const;
    double sd(const DiscrepancyPoint& at) const;

  private:
    std::vector<double> covariances(const DiscrepancyPoint& at) const;

    std::span<const Discrepancy> all_;
    std::vector<DiscrepancyPoint> points_;
    Matrix lower_;
    std::vector<double> gain_;
};

/// Residuals of one held-out case.
struct CaseResiduals {
    std::vector<DiscrepancyPoint> points;
    std::vector<double> values;
    double weight = 1.0;
};

/// The most likely standard deviations per class by coordinate search on a grid (residuals beyond
/// 1.2 decades count as that), loadings of one common factor by least squares on the covariances
/// of mean residuals, drawn to 0. Classes without values keep the defaults.
std::vector<Discrepancy> fit_discrepancies(std::span<const CaseResiduals> cases);

}  // namespace caravel::inference::delivery
