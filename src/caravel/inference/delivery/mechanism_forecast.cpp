#include "caravel/inference/delivery/mechanism_forecast.hpp"

#include "caravel/base/error.hpp"

#include <fmt/format.h>

#include <cmath>

namespace caravel::inference::delivery {

namespace {

/// Whether a known point says more than the forecast: values do, limits where they are broken.
bool speaks(const Point& point, double median) {
    if (!(point.fraction.value > 0.0)) return false;
    const double value = std::log10(point.fraction.value);
    switch (point.fraction.censoring) {
    case Censoring::left: return median > value;
    case Censoring::right: return median < value;
    default: return true;
    }
}

}  // namespace

MechanismForecaster::MechanismForecaster(HierarchicalFit fit,
                                         std::vector<Discrepancy> discrepancies)
    : fit_(std::move(fit)), discrepancies_(std::move(discrepancies)) {
    if (discrepancies_.size() != noise_class_count)
        throw InputError(Diagnostic{{},
                                    fmt::format("{} discrepancies", discrepancies_.size()),
                                    fmt::format("{}, one for a class", noise_class_count),
                                    "refit the laws"});
}

std::vector<double> MechanismForecaster::raw(const DeliveryCase& asked,
                                             std::span<const Place> places,
                                             std::span<const double> times) const {
    const std::vector<double> none(fit_.components.study.size(), 0.0);
    const ReducedBody typical = kinetics_of(facts_of(asked), fit_.theta, none);
    std::vector<double> values;
    for (std::size_t i = 0; i < places.size(); ++i)
        values.push_back(log_fraction(typical, places[i], times[i]));
    return values;
}

std::vector<DiscrepancyPoint> MechanismForecaster::points_of(const DeliveryCase& asked,
                                                             const Question& question) const {
    const std::vector<Place> places(question.times.size(), question.place);
    const std::vector<double> values = raw(asked, places, question.times);
    std::vector<DiscrepancyPoint> points;
    for (std::size_t i = 0; i < values.size(); ++i)
        points.push_back(
            discrepancy_point(discrepancies_, asked, question.place, question.times[i], values[i]));
    return points;
}

std::vector<Point> MechanismForecaster::speaking(const DeliveryCase& asked,
                                                 std::span<const Point> known) const {
    std::vector<Point> kept;
    for (const Point& point : known) {
        const DiscrepancyPoint at = points_of(asked, {point.place, {point.time}}).front();
        if (speaks(point, discrepancy_mean(discrepancies_[at.klass], at))) kept.push_back(point);
    }
    return kept;
}

std::vector<Forecast> MechanismForecaster::operator()(const DeliveryCase& asked,
                                                      std::span<const Point> known,
                                                      std::span<const Question> questions) const {
    std::vector<DiscrepancyPoint> given;
    std::vector<double> residuals;
    for (const Point& point : known) {
        const DiscrepancyPoint at = points_of(asked, {point.place, {point.time}}).front();
        const double expected = discrepancy_mean(discrepancies_[at.klass], at);
        if (!speaks(point, expected)) continue;
        given.push_back(at);
        residuals.push_back(std::log10(point.fraction.value) - expected);
    }
    std::vector<Forecast> forecasts;
    for (const Question& question : questions) {
        const std::vector<DiscrepancyPoint> points = points_of(asked, question);
        const Discrepancy& own = discrepancies_[noise_class(question.place)];
        forecasts.push_back(greatest_of(joint_forecast(discrepancies_, points, given, residuals),
                                        given.empty() ? own.prior_factor : own.updated_factor));
    }
    return forecasts;
}

}  // namespace caravel::inference::delivery
