#include "caravel/inference/fit/objective.hpp"

#include "caravel/base/unit.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace caravel::inference::fit {
namespace {

// Keeps sums of log sigma and of log priors positive, so that they have a root.
constexpr double headroom = 30.0;

constexpr double solver_slack = 10.0;  // absolute tolerances below 0 that solvers accept

// log sigma is counted from the size of the value where sigma has its unit.
double log_sigma_origin(const Datum& datum) {
    if (is_logarithmic(datum.noise) || datum.observation.value == 0.0) return 0.0;
    return std::log(std::abs(datum.observation.value));
}

NumericalError bad_prediction(const Datum& datum, const char* what, double value) {
    NumericalFailure failure;
    failure.process = "fit";
    failure.quantity = std::string(what) + " of " + datum.observable;
    failure.place = datum.condition;
    failure.time = datum.time;
    failure.problem = "is " + format_number(value);
    failure.advice = "narrow the bounds of the parameters.";
    return NumericalError(std::move(failure));
}

// As FitObjective::predict has it. Rows of exact derivatives follow.
void lift_unresolved(const FitProblem& problem, Prediction& p) {
    for (std::size_t i = 0; i < p.resolution.size(); ++i) {
        const double e = p.resolution[i];
        if (!is_unresolved(problem.data[i], p, i) || p.value[i] < -solver_slack * e) continue;
        const double slope = std::exp(p.value[i] / e - 1.0);
        p.value[i] = e * slope;
        if (p.value_by_parameter.rows == 0) continue;
        for (std::size_t j = 0; j < p.value_by_parameter.columns; ++j)
            p.value_by_parameter(i, j) *= slope;
    }
}

void check_prediction(const FitProblem& problem, const Prediction& p) {
    CARAVEL_EXPECTS(p.value.size() == problem.data.size());
    CARAVEL_EXPECTS(p.sigma.size() == problem.data.size());
    for (std::size_t i = 0; i < p.value.size(); ++i) {
        const Datum& datum = problem.data[i];
        if (!std::isfinite(p.value[i])) throw bad_prediction(datum, "prediction", p.value[i]);
        if (!(p.sigma[i] > 0.0) || !std::isfinite(p.sigma[i]))
            throw bad_prediction(datum, "sigma", p.sigma[i]);
        if (!is_logarithmic(datum.noise) || p.value[i] > 0.0) continue;
        if (p.value[i] < 0.0 || datum.observation.censoring != Censoring::left)
            throw bad_prediction(datum, "prediction under noise of the logarithm", p.value[i]);
    }
}

// Columns of the estimated parameters, by theta.
Matrix chosen_columns(const Matrix& all, const std::vector<std::size_t>& columns,
                      const std::vector<double>& slopes) {
    Matrix result(all.rows, columns.size());
    for (std::size_t i = 0; i < all.rows; ++i)
        for (std::size_t j = 0; j < columns.size(); ++j)
            result(i, j) = all(i, columns[j]) * slopes[j];
    return result;
}

void add_outer(Matrix& sum, double weight, std::span<const double> row) {
    for (std::size_t j = 0; j < row.size(); ++j) {
        if (row[j] == 0.0) continue;
        for (std::size_t k = 0; k < row.size(); ++k) sum(j, k) += weight * row[j] * row[k];
    }
}

// Rows whose squares add up to the positive part of a symmetric matrix.
void write_root(const Matrix& matrix, std::size_t first_row, Matrix& jacobian) {
    const SymmetricEigen eigen = eigen_symmetric(matrix);
    for (std::size_t k = 0; k < matrix.rows; ++k) {
        const double root = std::sqrt(std::max(0.0, eigen.values[k]));
        for (std::size_t j = 0; j < matrix.rows; ++j)
            jacobian(first_row + k, j) = root * eigen.vectors(j, k);
    }
}

Box box_of(const ParameterSpace& space) {
    return {{space.lower().begin(), space.lower().end()},
            {space.upper().begin(), space.upper().end()}};
}

}  // namespace

Noise noise_of(const Datum& datum, double sigma) { return {datum.noise, sigma, datum.freedom}; }

bool is_logarithmic(NoiseKind kind) {
    return kind == NoiseKind::log_normal || kind == NoiseKind::log_student_t;
}

bool is_student(NoiseKind kind) {
    return kind == NoiseKind::student_t || kind == NoiseKind::log_student_t;
}

bool is_unresolved(const Datum& datum, const Prediction& prediction, std::size_t i) {
    return is_logarithmic(datum.noise) && i < prediction.resolution.size() &&
           prediction.resolution[i] > 0.0 && prediction.value[i] < prediction.resolution[i];
}

FitObjective::FitObjective(FitProblem problem)
    : problem_(std::move(problem)),
      space_((require_fit_problem(problem_), problem_.parameters)),
      box_(box_of(space_)) {
    for (std::size_t i = 0; i < problem_.parameters.size(); ++i) {
        if (!problem_.parameters[i].is_estimated) continue;
        columns_.push_back(i);
        has_prior_ = has_prior_ || problem_.parameters[i].prior.has_value();
    }
    const std::vector<double> middle = space_.from_cube(std::vector<double>(columns_.size(), 0.5));
    greatest_prior_ = space_.log_prior(middle, {}) + headroom * static_cast<double>(space_.size());
}

Prediction FitObjective::predict(std::span<const double> theta, bool derivatives) const {
    Prediction p;
    problem_.predict(space_.values(theta), derivatives, p);
    lift_unresolved(problem_, p);
    check_prediction(problem_, p);
    if (!derivatives) return p;
    if (p.value_by_parameter.rows == 0) {
        differentiate(theta, p);
        return p;
    }
    const std::vector<double> slopes = space_.slopes(theta);
    p.value_by_parameter = chosen_columns(p.value_by_parameter, columns_, slopes);
    p.sigma_by_parameter = p.sigma_by_parameter.rows == 0
                               ? Matrix(p.value.size(), columns_.size())
                               : chosen_columns(p.sigma_by_parameter, columns_, slopes);
    guard_finite(p.value_by_parameter.values, "fit", "derivative", describe_point(theta));
    guard_finite(p.sigma_by_parameter.values, "fit", "derivative of sigma", describe_point(theta));
    return p;
}

void FitObjective::differentiate(std::span<const double> theta, Prediction& p) const {
    const std::size_t n = p.value.size();
    const VectorFunction both = [&](std::span<const double> at, std::span<double> out) {
        const Prediction q = predict(at, false);
        std::copy(q.value.begin(), q.value.end(), out.begin());
        std::copy(q.sigma.begin(), q.sigma.end(), out.begin() + static_cast<std::ptrdiff_t>(n));
    };
    const Matrix all = difference_jacobian(both, 2 * n, theta, box_.lower, box_.upper);
    const std::size_t cut = n * theta.size();
    p.value_by_parameter = Matrix(n, theta.size());
    p.sigma_by_parameter = Matrix(n, theta.size());
    const auto middle = all.values.begin() + static_cast<std::ptrdiff_t>(cut);
    std::copy(all.values.begin(), middle, p.value_by_parameter.values.begin());
    std::copy(middle, all.values.end(), p.sigma_by_parameter.values.begin());
}

double FitObjective::value(std::span<const double> theta, std::span<double> gradient) const {
    const Prediction p = predict(theta, !gradient.empty());
    double sum = -space_.log_prior(theta, gradient);
    for (double& g : gradient) g = -g;
    for (std::size_t i = 0; i < p.value.size(); ++i) {
        const Datum& datum = problem_.data[i];
        const LogLikelihood l =
            log_likelihood(noise_of(datum, p.sigma[i]), datum.observation, p.value[i]);
        sum -= l.value;
        for (std::size_t j = 0; j < gradient.size(); ++j)
            gradient[j] -= l.by_prediction * p.value_by_parameter(i, j) +
                           l.by_sigma * p.sigma_by_parameter(i, j);
    }
    return sum;
}

double FitObjective::negative_log_likelihood(std::span<const double> theta) const {
    return value(theta) + space_.log_prior(theta, {});
}

double FitObjective::log_density(std::span<const double> theta) const {
    return space_.log_prior(theta, {}, Density::of_scaled) - negative_log_likelihood(theta);
}

LeastSquaresProblem FitObjective::least_squares() const {
    LeastSquaresProblem problem;
    problem.residuals = problem_.data.size();
    if (!problem_.fixed_noise) problem.residuals += 1 + space_.size();
    if (has_prior_) problem.residuals += 1 + space_.size();
    problem.box = box_;
    problem.evaluate = [this](std::span<const double> theta, std::span<double> residuals,
                              Matrix* jacobian) { fill_residuals(theta, residuals, jacobian); };
    return problem;
}

void FitObjective::fill_residuals(std::span<const double> theta, std::span<double> residuals,
                                  Matrix* jacobian) const {
    const Prediction p = predict(theta, jacobian != nullptr);
    std::fill(residuals.begin(), residuals.end(), 0.0);
    if (jacobian != nullptr) *jacobian = Matrix(residuals.size(), theta.size());
    for (std::size_t i = 0; i < p.value.size(); ++i) {
        const Datum& datum = problem_.data[i];
        const Noise noise = noise_of(datum, p.sigma[i]);
        const Residual r = residual(noise, datum.observation, p.value[i]);
        residuals[i] = r.value;
        if (jacobian == nullptr) continue;
        double by_sigma = 0.0;
        if (!problem_.fixed_noise && std::abs(r.value) > 1e-12) {
            const double score = log_likelihood(noise, datum.observation, p.value[i]).by_sigma;
            const bool is_known = datum.observation.censoring == Censoring::none;
            by_sigma = (-score - (is_known ? 1.0 / p.sigma[i] : 0.0)) / r.value;
        }
        for (std::size_t j = 0; j < theta.size(); ++j)
            (*jacobian)(i, j) = r.by_prediction * p.value_by_parameter(i, j) +
                                by_sigma * p.sigma_by_parameter(i, j);
    }
    if (!problem_.fixed_noise) add_noise_rows(p, residuals, jacobian);
    if (has_prior_) add_prior_row(theta, residuals, jacobian);
}

void FitObjective::add_noise_rows(const Prediction& p, std::span<double> residuals,
                                  Matrix* jacobian) const {
    const std::size_t row = p.value.size();
    double sum = 0.0;
    for (std::size_t i = 0; i < row; ++i) {
        if (problem_.data[i].observation.censoring != Censoring::none) continue;
        sum += std::log(p.sigma[i]) - log_sigma_origin(problem_.data[i]) + headroom;
    }
    if (!(sum > 0.0)) throw bad_prediction(problem_.data.front(), "sigma", p.sigma.front());
    residuals[row] = std::sqrt(2.0 * sum);
    if (jacobian == nullptr) return;
    Matrix curvature(space_.size(), space_.size());
    for (std::size_t i = 0; i < row; ++i) {
        if (problem_.data[i].observation.censoring != Censoring::none) continue;
        add_outer(curvature, 1.0 / (p.sigma[i] * p.sigma[i]), p.sigma_by_parameter.row(i));
        for (std::size_t j = 0; j < space_.size(); ++j)
            (*jacobian)(row, j) += p.sigma_by_parameter(i, j) / (p.sigma[i] * residuals[row]);
    }
    write_root(curvature, row + 1, *jacobian);
}

void FitObjective::add_prior_row(std::span<const double> theta, std::span<double> residuals,
                                 Matrix* jacobian) const {
    const std::size_t row = residuals.size() - 1 - space_.size();
    std::vector<double> slope(jacobian == nullptr ? 0 : space_.size());
    const double rest = greatest_prior_ - space_.log_prior(theta, slope);
    guard_finite(rest, "fit", "prior", describe_point(theta));
    residuals[row] = std::sqrt(2.0 * std::max(rest, 1e-300));
    if (jacobian == nullptr) return;
    for (std::size_t j = 0; j < slope.size(); ++j) (*jacobian)(row, j) = -slope[j] / residuals[row];
    write_root(prior_curvature(theta), row + 1, *jacobian);
}

Matrix FitObjective::prior_curvature(std::span<const double> theta) const {
    const std::size_t n = theta.size();
    Matrix curvature(n, n);
    std::vector<double> at(theta.begin(), theta.end());
    std::vector<double> low(n);
    std::vector<double> high(n);
    for (std::size_t i = 0; i < n; ++i) {
        const DifferencePair pair = difference_pair(theta, i, box_.lower, box_.upper);
        at[i] = pair.low;
        space_.log_prior(at, low);
        at[i] = pair.high;
        space_.log_prior(at, high);
        at[i] = theta[i];
        curvature(i, i) = std::max(0.0, (low[i] - high[i]) / (pair.high - pair.low));
    }
    return curvature;
}

Matrix FitObjective::information(std::span<const double> theta) const {
    const Prediction p = predict(theta, true);
    Matrix sum = has_prior_ ? prior_curvature(theta) : Matrix(theta.size(), theta.size());
    std::vector<double> score(theta.size());
    for (std::size_t i = 0; i < p.value.size(); ++i) {
        const Datum& datum = problem_.data[i];
        if (datum.observation.censoring != Censoring::none) {
            const LogLikelihood l =
                log_likelihood(noise_of(datum, p.sigma[i]), datum.observation, p.value[i]);
            for (std::size_t j = 0; j < score.size(); ++j)
                score[j] = l.by_prediction * p.value_by_parameter(i, j) +
                           l.by_sigma * p.sigma_by_parameter(i, j);
            add_outer(sum, 1.0, score);
            continue;
        }
        const double n = datum.freedom;
        const double location = is_student(datum.noise) ? (n + 1.0) / (n + 3.0) : 1.0;
        const double spread = is_student(datum.noise) ? 2.0 * n / (n + 3.0) : 2.0;
        const double unit = is_logarithmic(datum.noise) ? p.value[i] * p.sigma[i] : p.sigma[i];
        add_outer(sum, location / (unit * unit), p.value_by_parameter.row(i));
        add_outer(sum, spread / (p.sigma[i] * p.sigma[i]), p.sigma_by_parameter.row(i));
    }
    return sum;
}

}  // namespace caravel::inference::fit
