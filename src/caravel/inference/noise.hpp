// How measured values scatter about a prediction, with values known only to lie below or above a
// limit.
#pragma once

#include <limits>
#include <span>
#include <string>
#include <vector>

namespace caravel::inference {

/// What is known of a measured value.
enum class Censoring {
    none,
    left,   // not detected, below the limit of detection: the true value is below `value`
    right,  // saturated: the true value is above `value`
};

struct Observation {
    double value = std::numeric_limits<double>::quiet_NaN();
    Censoring censoring = Censoring::none;
};

enum class NoiseKind {
    normal,         // y = prediction + sigma e
    log_normal,     // log y = log prediction + sigma e
    student_t,      // as normal, e of Student's law: heavy tails
    log_student_t,  // as log_normal, e of Student's law
};

struct Noise {
    NoiseKind kind = NoiseKind::normal;
    double sigma = 1.0;    // unit of the value, or of the natural logarithm
    double freedom = 4.0;  // degrees of freedom of Student's law
};

/// A log-likelihood and its derivatives with respect to the prediction and sigma.
struct LogLikelihood {
    double value = 0.0;
    double by_prediction = 0.0;
    double by_sigma = 0.0;
};

/// log density of a measured value (of y, also on a logarithmic scale), or log probability of a
/// censored one. Throws NumericalError when the prediction is not finite or, on a logarithmic
/// scale, not positive (0 is below every limit: the log probability of a left-censored value is
/// then 0). The observation and noise are those that require_usable accepts.
LogLikelihood log_likelihood(const Noise& noise, const Observation& observation, double prediction);

/// A residual r with r^2/2 = constant - log likelihood, and dr/dprediction, for least squares with
/// sigma fixed; the sign is that of prediction - value. Exact for every kind and for censored
/// values. Throws as log_likelihood.
struct Residual {
    double value = 0.0;
    double by_prediction = 0.0;
};
Residual residual(const Noise& noise, const Observation& observation, double prediction);

/// Throws InputError when sigma or freedom is not above 0, a value is not finite or (logarithmic)
/// not positive, there is no observation or all are censored; `group` names the data.
void require_usable(const Noise& noise, std::span<const Observation> observations,
                    const std::string& group);

}  // namespace caravel::inference
