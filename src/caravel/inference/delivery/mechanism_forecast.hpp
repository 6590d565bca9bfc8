// Forecasts of the fitted property laws with intervals, and their update by early points.
#pragma once

#include "caravel/inference/delivery/mechanism_discrepancy.hpp"
#include "caravel/inference/delivery/mechanism_model.hpp"
#include "caravel/inference/delivery/mechanism_observation.hpp"

namespace caravel::inference::delivery {

/// What held-out articles say of forecasts, per calibration class.
struct ForecastCalibrations {
    std::vector<std::vector<double>> observation;  // coefficients of observation_terms()
    std::vector<double> prior_factor;              // on the half-widths, nothing known
    std::vector<Discrepancy> discrepancy;          // what an early point moves
    std::vector<double> updated_factor;            // on the half-widths, early points known
};
ForecastCalibrations no_calibration();

/// Draws the parameters, effects and residuals of forecasts; the same draws for every case.
class MechanismForecaster {
  public:
    MechanismForecaster(HierarchicalFit fit, ForecastCalibrations calibrations);

    /// Medians at the mode of parameters and effects under the observation law, 90 % intervals from
    /// draws about it. With `known` points the median moves and the interval shrinks as the
    /// Gaussian process of what is left says; a known limit counts only where the median breaks it.
    std::vector<Forecast> operator()(const DeliveryCase& asked, std::span<const Point> known,
                                     std::span<const Question> questions) const;

    /// The mode's log10 fraction at a question without observation law, and the time (s) where the
    /// greatest of its times lies.
    struct Raw {
        double value = 0.0;
        double time = 0.0;
    };
    std::vector<Raw> raw(const DeliveryCase& asked, std::span<const Question> questions) const;

    const HierarchicalFit& fit() const { return fit_; }
    const ForecastCalibrations& calibrations() const { return calibrations_; }

  private:
    double median(const DeliveryCase& asked, Place place, const Raw& raw, bool is_greatest) const;
    std::vector<Forecast> prior(const DeliveryCase& asked,
                                std::span<const Question> questions) const;
    std::vector<Forecast> updated(const DeliveryCase& asked, std::span<const Point> known,
                                  std::span<const Question> questions) const;

    HierarchicalFit fit_;
    ForecastCalibrations calibrations_;
    Matrix root_;             // of theta's covariance
    std::vector<double> sd_;  // of the sum of study and case effects
};

}  // namespace caravel::inference::delivery
