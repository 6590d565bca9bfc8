#include "caravel/inference/delivery/mechanism_discrepancy.hpp"

#include "caravel/base/error.hpp"
#include "caravel/exec/random.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::inference::delivery {

namespace {

constexpr double ninety = 1.6448536269514722;

Matrix cholesky_of(const Matrix& covariance) {
    auto lower = try_cholesky(covariance);
    if (!lower)
        throw NumericalError({"discrepancy", "covariance of a case's values", "", 0.0, 0.0,
                              "is not positive definite", "refit the laws"});
    return std::move(*lower);
}

double quantile_of(const std::vector<double>& sorted, double p) {
    const double at = p * static_cast<double>(sorted.size() - 1);
    const auto low = static_cast<std::size_t>(at);
    const std::size_t high = std::min(low + 1, sorted.size() - 1);
    return sorted[low] + (at - static_cast<double>(low)) * (sorted[high] - sorted[low]);
}

Matrix covariances(std::span<const Discrepancy> all, std::span<const DiscrepancyPoint> rows,
                   std::span<const DiscrepancyPoint> columns) {
    Matrix c(rows.size(), columns.size());
    for (std::size_t i = 0; i < rows.size(); ++i)
        for (std::size_t j = 0; j < columns.size(); ++j)
            c(i, j) = discrepancy_covariance(all, rows[i], columns[j]);
    return c;
}

void add_noise(std::span<const Discrepancy> all, std::span<const DiscrepancyPoint> points,
               Matrix& c) {
    for (std::size_t i = 0; i < points.size(); ++i)
        c(i, i) += noise_variance(all[points[i].klass].model.spread, points[i].decades);
}

}  // namespace

Discrepancy no_discrepancy() {
    Discrepancy d;
    d.terms = DiscrepancyTerms({"constant", "laws"});
    d.model.slopes = {-1.5, 1.0};
    d.model.covariance = Matrix(2, 2);
    return d;
}

DiscrepancyPoint discrepancy_point(std::span<const Discrepancy> all, const DeliveryCase& c,
                                   Place place, double time, double raw) {
    const std::size_t klass = noise_class(place);
    const double decades = decades_of(time);
    return {klass, place, decades, all[klass].terms.row(c, raw, decades)};
}

double discrepancy_mean(const Discrepancy& own, const DiscrepancyPoint& at) {
    return dot(own.model.slopes, at.terms);
}

double shared_level(std::span<const Discrepancy> all, std::size_t klass) {
    const MixedSpread& s = all[klass].model.spread;
    const bool has_one_place =
        klass != noise_class(Place::heart) && klass != noise_class(Place::urine);
    return s.article_level + (has_one_place ? s.series_level : 0.0);
}

double discrepancy_covariance(std::span<const Discrepancy> all, const DiscrepancyPoint& a,
                              const DiscrepancyPoint& b) {
    const Discrepancy& first = all[a.klass];
    const Discrepancy& second = all[b.klass];
    const double growth = deviation_growth(first.model.spread, a.decades) *
                          deviation_growth(second.model.spread, b.decades);
    if (a.klass != b.klass)
        return growth * first.loading * second.loading *
               std::sqrt(shared_level(all, a.klass) * shared_level(all, b.klass));
    const MixedSpread& s = first.model.spread;
    const double r = process_correlation(a.decades, b.decades);
    double c = s.article_level + s.article_process * r;
    if (a.place == b.place) c += s.series_level + s.series_process * r;
    return dot(a.terms, multiply(first.model.covariance, b.terms)) + growth * c;
}

JointForecast joint_forecast(std::span<const Discrepancy> all,
                             std::span<const DiscrepancyPoint> asked,
                             std::span<const DiscrepancyPoint> known,
                             std::span<const double> residuals) {
    JointForecast joint;
    for (const DiscrepancyPoint& point : asked)
        joint.mean.push_back(discrepancy_mean(all[point.klass], point));
    joint.covariance = covariances(all, asked, asked);
    add_noise(all, asked, joint.covariance);
    if (known.empty()) return joint;
    Matrix given = covariances(all, known, known);
    add_noise(all, known, given);
    const Matrix lower = cholesky_of(given);
    const std::vector<double> gain = solve_cholesky(lower, residuals);
    const Matrix with = covariances(all, asked, known);
    for (std::size_t i = 0; i < asked.size(); ++i) {
        joint.mean[i] += dot(with.row(i), gain);
        const std::vector<double> known_part = solve_cholesky(lower, with.row(i));
        for (std::size_t j = 0; j < asked.size(); ++j)
            joint.covariance(i, j) -= dot(with.row(j), known_part);
    }
    return joint;
}

Forecast greatest_of(const JointForecast& joint, double factor) {
    constexpr std::size_t draws = 400;
    const std::size_t n = joint.mean.size();
    if (n == 0) throw InputError(Diagnostic{{}, "a greatest value of none", "one or more", ""});
    const Matrix lower = cholesky_of(joint.covariance);
    if (n == 1) {
        const double half = factor * ninety * lower(0, 0);
        return {joint.mean[0], joint.mean[0] - half, joint.mean[0] + half};
    }
    exec::RandomStream stream(20, 4, 0);
    std::vector<double> values;
    std::vector<double> z(n);
    for (std::size_t d = 0; d < draws; ++d) {
        for (double& x : z) x = d % 2 == 0 ? exec::normal(stream) : -x;
        double most = -1e300;
        for (std::size_t i = 0; i < n; ++i) {
            double value = joint.mean[i];
            for (std::size_t j = 0; j <= i; ++j) value += lower(i, j) * z[j];
            most = std::max(most, value);
        }
        values.push_back(most);
    }
    std::sort(values.begin(), values.end());
    const double median = quantile_of(values, 0.5);
    return {median, median + factor * (quantile_of(values, 0.05) - median),
            median + factor * (quantile_of(values, 0.95) - median)};
}

}  // namespace caravel::inference::delivery
