#include "caravel/inference/noise.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/inference/guards.hpp"
#include "caravel/inference/special.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::inference {
namespace {

bool is_logarithmic(NoiseKind kind) {
    return kind == NoiseKind::log_normal || kind == NoiseKind::log_student_t;
}
bool is_student(NoiseKind kind) {
    return kind == NoiseKind::student_t || kind == NoiseKind::log_student_t;
}

// The standardised distance z = (value - prediction) / sigma and dz/dprediction.
struct Distance {
    double z;
    double by_prediction;
};

Distance distance(const Noise& noise, const Observation& observation, double prediction) {
    guard_finite(prediction, "log-likelihood", "prediction", "");
    if (!is_logarithmic(noise.kind)) {
        return {(observation.value - prediction) / noise.sigma, -1.0 / noise.sigma};
    }
    if (!(prediction > 0.0)) {
        NumericalFailure failure;
        failure.process = "log-likelihood";
        failure.quantity = "prediction";
        failure.problem = "is " + format_number(prediction) + " under noise of the logarithm";
        failure.advice = "use noise of the value where the prediction may be 0.";
        throw NumericalError(std::move(failure));
    }
    return {std::log(observation.value / prediction) / noise.sigma,
            -1.0 / (prediction * noise.sigma)};
}

// Nothing lies below every limit, whatever the noise of its logarithm.
bool is_surely_below(const Noise& noise, const Observation& observation, double prediction) {
    return is_logarithmic(noise.kind) && observation.censoring == Censoring::left &&
           prediction == 0.0;
}

double log_density_of(const Noise& noise, double z) {
    return is_student(noise.kind) ? log_student_density(z, noise.freedom) : log_normal_density(z);
}
double density_slope_of(const Noise& noise, double z) {
    return is_student(noise.kind) ? student_density_slope(z, noise.freedom) : -z;
}
double log_cdf_of(const Noise& noise, double z) {
    return is_student(noise.kind) ? log_student_cdf(z, noise.freedom) : log_normal_cdf(z);
}
double hazard_of(const Noise& noise, double z) {
    return is_student(noise.kind) ? student_hazard(z, noise.freedom) : normal_hazard(z);
}

}  // namespace

LogLikelihood log_likelihood(const Noise& noise, const Observation& observation,
                             double prediction) {
    if (is_surely_below(noise, observation, prediction)) return {};
    const Distance d = distance(noise, observation, prediction);
    double value = 0.0;
    double slope = 0.0;  // d value / dz
    double by_sigma = 0.0;
    if (observation.censoring == Censoring::none) {
        value = log_density_of(noise, d.z) - std::log(noise.sigma);
        if (is_logarithmic(noise.kind)) value -= std::log(observation.value);
        slope = density_slope_of(noise, d.z);
        by_sigma = -1.0 / noise.sigma;
    } else {
        const double side = observation.censoring == Censoring::left ? 1.0 : -1.0;
        value = log_cdf_of(noise, side * d.z);
        slope = side * hazard_of(noise, side * d.z);
    }
    return {value, slope * d.by_prediction, by_sigma - slope * d.z / noise.sigma};
}

Residual residual(const Noise& noise, const Observation& observation, double prediction) {
    if (is_surely_below(noise, observation, prediction)) return {};
    const Distance d = distance(noise, observation, prediction);
    if (observation.censoring != Censoring::none) {
        const double side = observation.censoring == Censoring::left ? 1.0 : -1.0;
        const double r = std::sqrt(-2.0 * log_cdf_of(noise, side * d.z));
        if (r == 0.0) return {0.0, 0.0};
        return {side * r, -hazard_of(noise, side * d.z) / r * d.by_prediction};
    }
    if (!is_student(noise.kind)) return {-d.z, -d.by_prediction};
    const double u = d.z * d.z / noise.freedom;
    const double r = std::sqrt((noise.freedom + 1.0) * std::log1p(u));
    const double slope = d.z == 0.0 ? std::sqrt((noise.freedom + 1.0) / noise.freedom)
                                    : -density_slope_of(noise, d.z) * d.z / (r * std::abs(d.z));
    return {-std::copysign(r, d.z), -slope * d.by_prediction};
}

void require_usable(const Noise& noise, std::span<const Observation> observations,
                    const std::string& group) {
    require_positive(noise.sigma, "sigma of the noise of " + group, "");
    if (is_student(noise.kind)) {
        require_positive(noise.freedom, "the degrees of freedom of the noise of " + group, "");
    }
    for (std::size_t i = 0; i < observations.size(); ++i) {
        const double value = observations[i].value;
        const bool is_wrong =
            !std::isfinite(value) || (is_logarithmic(noise.kind) && !(value > 0.0));
        if (!is_wrong) continue;
        throw InputError(Diagnostic{
            {},
            "value " + std::to_string(i) + " of " + group + " is " + format_number(value),
            is_logarithmic(noise.kind) ? "a finite number above 0" : "a finite number",
            "give a value below the limit of detection as censored at the limit"});
    }
    const auto is_measured = [](const Observation& o) { return o.censoring == Censoring::none; };
    if (std::any_of(observations.begin(), observations.end(), is_measured)) return;
    throw InputError(Diagnostic{{},
                                observations.empty()
                                    ? group + " has no value"
                                    : "all " + std::to_string(observations.size()) + " values of " +
                                          group + " are censored",
                                "at least one measured value",
                                "limits alone do not say where the value lies"});
}

}  // namespace caravel::inference
