// What a fit makes small: the negative logarithm of likelihood times prior, as a smooth function,
// as a sum of squares and as the information that data hold.
#pragma once

#include "caravel/inference/fit/fit_problem.hpp"
#include "caravel/inference/least_squares.hpp"

namespace caravel::inference::fit {

/// Throws InputError with everything found: the mistakes of ParameterSpace, no data, a measured
/// value or time that is no number, a negative time, a value not above 0 under noise of the
/// logarithm, degrees of freedom not above 0, an observable of which all values are censored.
void require_fit_problem(const FitProblem& problem);

/// The objective of one problem in theta (see ParameterSpace). Safe for several threads.
class FitObjective {
  public:
    /// Throws as require_fit_problem.
    explicit FitObjective(FitProblem problem);

    const FitProblem& problem() const { return problem_; }
    const ParameterSpace& space() const { return space_; }
    const Box& box() const { return box_; }

    /// Predictions at theta; with derivatives by theta (data x theta) when asked for: the problem's
    /// own, else difference quotients. Throws NumericalError, naming the first datum, when a
    /// prediction is not finite or a sigma not above 0, or under noise of the logarithm a
    /// prediction is below 0 or, unless the value is known to be below a limit, 0.
    ///
    /// Under noise of the logarithm a prediction p that rounding may have left below the resolution
    /// e of its integration, down to -10 e as solvers accept it, is taken as e exp(p / e - 1): a
    /// positive number with the value and slope of p at e, so that a solution that has decayed to
    /// nothing is far from every measured value, not without any likelihood.
    Prediction predict(std::span<const double> theta, bool derivatives) const;

    /// -log likelihood - log prior (density of the values: maximum a posteriori). `gradient` in
    /// theta is overwritten unless empty.
    double value(std::span<const double> theta, std::span<double> gradient = {}) const;

    double negative_log_likelihood(std::span<const double> theta) const;

    /// log likelihood + log prior density of theta, for sampling in theta.
    double log_density(std::span<const double> theta) const;

    /// Residuals whose half sum of squares is value() plus a constant, for every kind of noise,
    /// with sigma estimated or not. After one residual for each datum come sqrt(2 (sum of log
    /// sigma + constant)) and the same of the prior; rows whose residual is always 0 carry in the
    /// Jacobian the curvature that residuals cannot show: 1 for each datum in log sigma (so that
    /// J^T J has the expected 2) and that of the prior.
    /// The objective must outlive it, where it is.
    LeastSquaresProblem least_squares() const;

    /// Expected information about theta: sum of w (df/dtheta)^2 + v (dsigma/dtheta)^2 with w, v =
    /// 1, 2 over sigma^2 (normal), (n + 1)/(n + 3), 2 n/(n + 3) (Student's law of n degrees of
    /// freedom); of a censored value the square of its score; plus the curvature of the prior.
    Matrix information(std::span<const double> theta) const;

  private:
    void fill_residuals(std::span<const double> theta, std::span<double> residuals,
                        Matrix* jacobian) const;
    void add_noise_rows(const Prediction& p, std::span<double> residuals, Matrix* jacobian) const;
    void add_prior_row(std::span<const double> theta, std::span<double> residuals,
                       Matrix* jacobian) const;
    Matrix prior_curvature(std::span<const double> theta) const;
    void differentiate(std::span<const double> theta, Prediction& p) const;

    FitProblem problem_;
    ParameterSpace space_;
    Box box_;
    std::vector<std::size_t> columns_;  // parameter that theta[i] is
    bool has_prior_ = false;
    double greatest_prior_ = 0.0;  // above every log prior density
};

/// Noise of datum i at a sigma.
Noise noise_of(const Datum& datum, double sigma);

/// Whether noise acts on the logarithm of the value.
bool is_logarithmic(NoiseKind kind);

/// Whether prediction i is nearer to 0 than its resolution and its noise acts on the logarithm.
bool is_unresolved(const Datum& datum, const Prediction& prediction, std::size_t i);

/// Throws InputError naming each measured value under noise of the logarithm, with its place in the
/// table, of which the prediction is 0 wherever it was tried (start and three points of the box):
/// before the first dose, or where a start value is 0. Points where the model fails do not count.
void require_predictions_above_zero(const FitObjective& objective);

/// Whether noise follows Student's law.
bool is_student(NoiseKind kind);

}  // namespace caravel::inference::fit
