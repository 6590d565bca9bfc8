#include "caravel/inference/delivery/mechanism_discrepancy.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::inference::delivery {

namespace {

double decades_of(double time) { return std::log10(std::max(time / 3600.0, 0.02)); }

/// Noiseless covariance within one class.
double within(const Discrepancy& d, double first, double second) {
    const double x = (decades_of(first) - decades_of(second)) / discrepancy_length;
    return d.level * d.level + d.process * d.process * std::exp(-0.5 * x * x);
}

/// Residuals of one class in one case.
struct Series {
    std::vector<double> times;
    std::vector<double> values;
    double weight = 1.0;
};

/// Minus log likelihood of all series, constants left out.
double cost_of(const Discrepancy& d, const std::vector<Series>& all) {
    double cost = 0.0;
    for (const Series& s : all) {
        const std::size_t n = s.times.size();
        Matrix covariance(n, n);
        for (std::size_t i = 0; i < n; ++i) {
            for (std::size_t j = 0; j <= i; ++j)
                covariance(i, j) = covariance(j, i) = within(d, s.times[i], s.times[j]);
            covariance(i, i) += noise_variance(d, s.times[i]);
        }
        const Matrix lower = try_cholesky(covariance).value();
        cost += 0.5 * s.weight * dot(s.values, solve_cholesky(lower, s.values));
        for (std::size_t i = 0; i < n; ++i) cost += s.weight * std::log(lower(i, i));
    }
    return cost;
}

Discrepancy most_likely(const std::vector<Series>& all) {
    static constexpr std::array<double, 10> grid = {0.05, 0.08, 0.12, 0.16, 0.2,
                                                    0.25, 0.32, 0.4,  0.5,  0.65};
    Discrepancy best;
    if (all.empty()) return best;
    double least = cost_of(best, all);
    for (int sweep = 0; sweep < 4; ++sweep)
        for (double Discrepancy::*const number :
             {&Discrepancy::level, &Discrepancy::process, &Discrepancy::noise, &Discrepancy::early})
            for (const double value : grid) {
                Discrepancy trial = best;
                trial.*number = value;
                const double cost = cost_of(trial, all);
                if (!(cost < least)) continue;
                least = cost;
                best = trial;
            }
    return best;
}

/// Products of mean residuals, summed over cases that have both places.
struct Correlations {
    Matrix sum{calibration_class_count, calibration_class_count};
    Matrix count{calibration_class_count, calibration_class_count};
};

Correlations correlations_of(std::span<const CaseResiduals> cases) {
    Correlations c;
    for (const CaseResiduals& one : cases) {
        std::array<double, calibration_class_count> mean{};
        std::array<double, calibration_class_count> n{};
        for (std::size_t i = 0; i < one.values.size(); ++i) {
            mean[one.points[i].klass] += one.values[i];
            n[one.points[i].klass] += 1.0;
        }
        for (std::size_t a = 0; a < calibration_class_count; ++a)
            for (std::size_t b = 0; b < calibration_class_count; ++b) {
                if (n[a] == 0.0 || n[b] == 0.0) continue;
                c.sum(a, b) += one.weight * mean[a] / n[a] * mean[b] / n[b];
                c.count(a, b) += one.weight;
            }
    }
    return c;
}

void fit_loadings(std::span<const CaseResiduals> cases, std::vector<Discrepancy>& all) {
    constexpr double pseudo_cases = 10.0;
    const Correlations c = correlations_of(cases);
    std::vector<double> loading(all.size(), 0.3);
    loading[noise_class(Place::blood)] = 0.5;
    for (int sweep = 0; sweep < 50; ++sweep)
        for (std::size_t a = 0; a < all.size(); ++a) {
            double product = 0.0;
            double square = pseudo_cases * 0.1;
            for (std::size_t b = 0; b < all.size(); ++b) {
                if (a == b || c.count(a, b) == 0.0) continue;
                product += c.sum(a, b) / (all[a].level * all[b].level) * loading[b];
                square += c.count(a, b) * loading[b] * loading[b];
            }
            loading[a] = std::clamp(product / square, -0.9, 0.9);
        }
    for (std::size_t a = 0; a < all.size(); ++a) all[a].loading = loading[a];
}

}  // namespace

double noise_variance(const Discrepancy& own, double time) {
    const double early = own.early * std::max(0.0, std::log10(0.5) - decades_of(time));
    return own.noise * own.noise + early * early;
}

double discrepancy_covariance(std::span<const Discrepancy> all, const DiscrepancyPoint& a,
                              const DiscrepancyPoint& b) {
    const Discrepancy& first = all[a.klass];
    const Discrepancy& second = all[b.klass];
    if (a.klass == b.klass) return within(first, a.time, b.time);
    return first.level * second.level * first.loading * second.loading;
}

DiscrepancyUpdate::DiscrepancyUpdate(std::span<const Discrepancy> all,
                                     std::vector<DiscrepancyPoint> points,
                                     std::span<const double> residuals)
    : all_(all), points_(std::move(points)) {
    const std::size_t n = points_.size();
    Matrix covariance(n, n);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j)
            covariance(i, j) = discrepancy_covariance(all_, points_[i], points_[j]);
        covariance(i, i) += noise_variance(all_[points_[i].klass], points_[i].time);
    }
    lower_ = require_cholesky(covariance, "covariance of the known points");
    gain_ = solve_cholesky(lower_, residuals);
}

std::vector<double> DiscrepancyUpdate::covariances(const DiscrepancyPoint& at) const {
    std::vector<double> values;
    for (const DiscrepancyPoint& point : points_)
        values.push_back(discrepancy_covariance(all_, at, point));
    return values;
}

double DiscrepancyUpdate::mean(const DiscrepancyPoint& at) const {
    return dot(covariances(at), gain_);
}

double DiscrepancyUpdate::sd(const DiscrepancyPoint& at) const {
    const std::vector<double> with = covariances(at);
    const double variance =
        discrepancy_covariance(all_, at, at) - dot(with, solve_cholesky(lower_, with));
    return std::sqrt(std::max(0.0, variance) + noise_variance(all_[at.klass], at.time));
}

std::vector<Discrepancy> fit_discrepancies(std::span<const CaseResiduals> cases) {
    constexpr double most = 1.2;
    std::vector<std::vector<Series>> series(calibration_class_count);
    for (const CaseResiduals& one : cases) {
        std::vector<Series> own(calibration_class_count);
        for (std::size_t i = 0; i < one.values.size(); ++i) {
            own[one.points[i].klass].times.push_back(one.points[i].time);
            own[one.points[i].klass].values.push_back(std::clamp(one.values[i], -most, most));
        }
        for (std::size_t k = 0; k < own.size(); ++k) {
            if (own[k].times.empty()) continue;
            own[k].weight = one.weight;
            series[k].push_back(std::move(own[k]));
        }
    }
    std::vector<Discrepancy> all;
    for (const std::vector<Series>& of_class : series) all.push_back(most_likely(of_class));
    fit_loadings(cases, all);
    return all;
}

}  // namespace caravel::inference::delivery
