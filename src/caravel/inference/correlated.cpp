#include "caravel/inference/correlated.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/exec/normal_quantile.hpp"
#include "caravel/inference/guards.hpp"

#include <cmath>
#include <utility>

namespace caravel::inference {
namespace {

void require_same_size(std::size_t numbers, std::size_t rows, const std::string& what) {
    if (numbers == rows) return;
    throw InputError(Diagnostic{{},
                                what + " has " + std::to_string(rows) + " rows",
                                std::to_string(numbers) + ", one for each quantity",
                                ""});
}

std::vector<double> logarithms(std::span<const double> median) {
    std::vector<double> result;
    for (std::size_t i = 0; i < median.size(); ++i) {
        require_positive(median[i], "the median of log-normal quantity " + std::to_string(i), "");
        result.push_back(std::log(median[i]));
    }
    return result;
}

}  // namespace

CorrelatedNormal::CorrelatedNormal(std::vector<double> mean, const Matrix& covariance)
    : mean_(std::move(mean)), lower_(require_cholesky(covariance, "the covariance matrix")) {
    require_finite(mean_, "the mean of correlated quantity");
    require_same_size(mean_.size(), covariance.rows, "the covariance matrix");
}

void CorrelatedNormal::from_normal(std::span<const double> z, std::span<double> out) const {
    CARAVEL_EXPECTS(z.size() == size() && out.size() == size());
    for (std::size_t i = 0; i < size(); ++i) {
        double sum = mean_[i];
        for (std::size_t k = 0; k <= i; ++k) sum += lower_(i, k) * z[k];
        out[i] = sum;
    }
}

void CorrelatedNormal::from_cube(std::span<const double> u, std::span<double> out) const {
    std::vector<double> z(u.size());
    for (std::size_t i = 0; i < u.size(); ++i) {
        if (!(u[i] > 0.0 && u[i] < 1.0)) {
            throw InputError(Diagnostic{
                {},
                "coordinate " + std::to_string(i) + " of a sample is " + format_number(u[i]),
                "a number above 0 and below 1",
                "use a scrambled sequence, whose points never lie on an edge"});
        }
        z[i] = exec::normal_quantile(u[i]);
    }
    from_normal(z, out);
}

Matrix covariance_of(std::span<const double> standard_deviation, const Matrix& correlation) {
    require_same_size(standard_deviation.size(), correlation.rows, "the correlation matrix");
    Matrix covariance = correlation;
    for (std::size_t i = 0; i < correlation.rows; ++i) {
        require_positive(standard_deviation[i], "standard deviation " + std::to_string(i), "");
        require_between(correlation(i, i), 1.0, 1.0,
                        "the correlation of quantity " + std::to_string(i) + " with itself", "");
        for (std::size_t j = 0; j < correlation.columns; ++j) {
            covariance(i, j) = correlation(i, j) * standard_deviation[i] * standard_deviation[j];
        }
    }
    return covariance;
}

CorrelatedLogNormal::CorrelatedLogNormal(std::span<const double> median,
                                         std::span<const double> sigma,
                                         const Matrix& correlation_of_logs)
    : logs_(logarithms(median), covariance_of(sigma, correlation_of_logs)) {}

void CorrelatedLogNormal::from_normal(std::span<const double> z, std::span<double> out) const {
    logs_.from_normal(z, out);
    for (double& x : out) x = std::exp(x);
}

void CorrelatedLogNormal::from_cube(std::span<const double> u, std::span<double> out) const {
    logs_.from_cube(u, out);
    for (double& x : out) x = std::exp(x);
}

double correlation_of_logs(double correlation, double sigma1, double sigma2) {
    require_between(correlation, -1.0, 1.0, "the correlation of two log-normal quantities", "");
    require_positive(sigma1, "sigma of the first quantity", "");
    require_positive(sigma2, "sigma of the second quantity", "");
    const double product =
        std::sqrt(std::expm1(sigma1 * sigma1)) * std::sqrt(std::expm1(sigma2 * sigma2));
    const double lowest = std::expm1(-sigma1 * sigma2) / product;
    const double highest = std::expm1(sigma1 * sigma2) / product;
    require_between(correlation, lowest, highest, "the correlation of two log-normal quantities",
                    "", "other values exist for no pair with these widths");
    return std::log1p(correlation * product) / (sigma1 * sigma2);
}

}  // namespace caravel::inference
