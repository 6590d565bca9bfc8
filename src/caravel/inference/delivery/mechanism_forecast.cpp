#include "caravel/inference/delivery/mechanism_forecast.hpp"

#include "caravel/exec/random.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::inference::delivery {

namespace {

constexpr std::size_t draws = 160;
constexpr double freedom = 4.0;

/// Scaled coordinates: theta = mode + root u, effects = sd w; u, w are standard normal.
struct Scales {
    const HierarchicalFit& fit;
    const Matrix& root;
    const std::vector<double>& sd;

    void natural(std::span<const double> x, std::vector<double>& theta,
                 std::vector<double>& effects) const {
        theta = fit.theta;
        for (std::size_t i = 0; i < theta.size(); ++i)
            for (std::size_t j = 0; j <= i; ++j) theta[i] += root(i, j) * x[j];
        effects.resize(sd.size());
        for (std::size_t k = 0; k < sd.size(); ++k) effects[k] = sd[k] * x[theta.size() + k];
    }
};

double student(exec::RandomStream& stream) {
    // Normal over the root of chi-squared(4)/4; chi-squared(4) = -2 ln(u1 u2).
    const double z = exec::normal(stream);
    const double chi = -2.0 * std::log(exec::uniform_open(stream) * exec::uniform_open(stream));
    return z / std::sqrt(chi / freedom);
}

double sample_quantile(std::vector<double>& sorted, double p) {
    const double at = p * static_cast<double>(sorted.size() - 1);
    const auto low = static_cast<std::size_t>(at);
    const std::size_t high = std::min(low + 1, sorted.size() - 1);
    return sorted[low] + (at - static_cast<double>(low)) * (sorted[high] - sorted[low]);
}

/// The quantiles of the draws about their own median, carried to the forecast: the mode holds
/// better in held-out articles, because wide effects on several rates at once make draws of a
/// nonlinear model lower than what is typical.
Forecast about(double median, double factor, std::vector<double>& values) {
    std::sort(values.begin(), values.end());
    const double middle = sample_quantile(values, 0.5);
    return {median, median + factor * (sample_quantile(values, 0.05) - middle),
            median + factor * (sample_quantile(values, 0.95) - middle)};
}

/// log10 fractions of every question under draws of parameters, effects and residuals.
std::vector<std::vector<double>> drawn_values(const CaseFacts& facts, const Scales& scales,
                                              std::span<const Question> questions) {
    std::vector<std::vector<double>> values(questions.size());
    exec::RandomStream stream(20, 4, 0);
    std::vector<double> z(scales.fit.theta.size() + scales.sd.size());
    std::vector<double> theta;
    std::vector<double> effects;
    for (std::size_t d = 0; d < draws; ++d) {
        for (double& value : z) value = d % 2 == 0 ? exec::normal(stream) : -value;
        scales.natural(z, theta, effects);
        const ReducedBody kinetics = kinetics_of(facts, theta, effects);
        for (std::size_t k = 0; k < questions.size(); ++k) {
            const Place place = questions[k].place;
            const double sigma = scales.fit.components.residual[noise_class(place)];
            double most = -1e300;
            for (const double time : questions[k].times)
                most = std::max(
                    most, log_fraction(kinetics, place, time, effects) + sigma * student(stream));
            values[k].push_back(most);
        }
    }
    return values;
}

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

ForecastCalibrations no_calibration() {
    const std::vector<double> ones(calibration_class_count, 1.0);
    return {std::vector<std::vector<double>>(calibration_class_count,
                                             std::vector<double>(observation::count, 0.0)),
            ones, std::vector<Discrepancy>(calibration_class_count), ones};
}

MechanismForecaster::MechanismForecaster(HierarchicalFit fit, ForecastCalibrations calibrations)
    : fit_(std::move(fit)),
      calibrations_(std::move(calibrations)),
      root_(require_cholesky(fit_.covariance, "covariance of the property laws")) {
    for (std::size_t k = 0; k < fit_.components.study.size(); ++k)
        sd_.push_back(std::hypot(fit_.components.study[k], fit_.components.case_[k]));
}

std::vector<MechanismForecaster::Raw> MechanismForecaster::raw(
    const DeliveryCase& asked, std::span<const Question> questions) const {
    const std::vector<double> none(sd_.size(), 0.0);
    const ReducedBody typical = kinetics_of(facts_of(asked), fit_.theta, none);
    std::vector<Raw> values;
    for (const Question& question : questions) {
        Raw most{-1e300, 0.0};
        for (const double time : question.times) {
            const double value = log_fraction(typical, question.place, time);
            if (value > most.value) most = {value, time};
        }
        values.push_back(most);
    }
    return values;
}

double MechanismForecaster::median(const DeliveryCase& asked, Place place, const Raw& raw,
                                   bool is_greatest) const {
    return observed_median(calibrations_.observation[calibration_class(place, asked.animal)],
                           raw.value,
                           observation_terms(asked, place, raw.value, raw.time, is_greatest));
}

std::vector<Forecast> MechanismForecaster::prior(const DeliveryCase& asked,
                                                 std::span<const Question> questions) const {
    const Scales scales{fit_, root_, sd_};
    std::vector<std::vector<double>> values = drawn_values(facts_of(asked), scales, questions);
    const std::vector<Raw> modes = raw(asked, questions);
    std::vector<Forecast> forecasts;
    for (std::size_t k = 0; k < questions.size(); ++k) {
        const Question& q = questions[k];
        forecasts.push_back(
            about(median(asked, q.place, modes[k], q.times.size() > 1),
                  calibrations_.prior_factor[calibration_class(q.place, asked.animal)], values[k]));
    }
    return forecasts;
}

std::vector<Forecast> MechanismForecaster::updated(const DeliveryCase& asked,
                                                   std::span<const Point> known,
                                                   std::span<const Question> questions) const {
    const auto median_at = [&](Place place, double time) {
        const std::vector<Question> one = {{place, {time}}};
        return median(asked, place, raw(asked, one)[0], false);
    };
    std::vector<DiscrepancyPoint> points;
    std::vector<double> residuals;
    for (const Point& point : known) {
        const double expected = median_at(point.place, point.time);
        if (!speaks(point, expected)) continue;
        points.push_back({calibration_class(point.place, asked.animal), point.time});
        residuals.push_back(std::log10(point.fraction.value) - expected);
    }
    if (points.empty()) return prior(asked, questions);
    const DiscrepancyUpdate update(calibrations_.discrepancy, points, residuals);
    constexpr double ninety = 1.6448536269514722;
    std::vector<Forecast> forecasts;
    for (const Question& q : questions) {
        const std::size_t klass = calibration_class(q.place, asked.animal);
        double most = -1e300;
        double half = 0.0;
        for (const double time : q.times) {
            const double value = median_at(q.place, time) + update.mean({klass, time});
            if (!(value > most)) continue;
            most = value;
            half = ninety * calibrations_.updated_factor[klass] * update.sd({klass, time});
        }
        forecasts.push_back({most, most - half, most + half});
    }
    return forecasts;
}

std::vector<Forecast> MechanismForecaster::operator()(const DeliveryCase& asked,
                                                      std::span<const Point> known,
                                                      std::span<const Question> questions) const {
    return known.empty() ? prior(asked, questions) : updated(asked, known, questions);
}

}  // namespace caravel::inference::delivery
