// Forecasts of the fitted property laws with intervals, and their update by early points.
#pragma once

#include "caravel/inference/delivery/mechanism_discrepancy.hpp"
#include "caravel/inference/delivery/mechanism_model.hpp"

namespace caravel::inference::delivery {

/// The laws with what held-out articles say of them.
class MechanismForecaster {
  public:
    /// `discrepancies` by class of noise; throws InputError for another number of them.
    MechanismForecaster(HierarchicalFit fit, std::vector<Discrepancy> discrepancies);

    /// Medians and 90 % intervals of the laws at the mode of parameters and effects under their
    /// discrepancy; of several times the greatest value. With `known` points the normal
    /// distribution is conditioned on them; a known limit counts only where the median breaks it.
    std::vector<Forecast> operator()(const DeliveryCase& asked, std::span<const Point> known,
                                     std::span<const Question> questions) const;

    /// The known points that a forecast is conditioned on: values above 0, limits that it breaks.
    std::vector<Point> speaking(const DeliveryCase& asked, std::span<const Point> known) const;

    /// The mode's log10 fraction at a place and time (s) without discrepancy.
    std::vector<double> raw(const DeliveryCase& asked, std::span<const Place> places,
                            std::span<const double> times) const;

    const HierarchicalFit& fit() const { return fit_; }
    const std::vector<Discrepancy>& discrepancies() const { return discrepancies_; }

  private:
    std::vector<DiscrepancyPoint> points_of(const DeliveryCase& asked,
                                            const Question& question) const;

    HierarchicalFit fit_;
    std::vector<Discrepancy> discrepancies_;
};

}  // namespace caravel::inference::delivery
