#include "caravel/inference/noise.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/quadrature.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace caravel::inference {
namespace {

constexpr NoiseKind kinds[] = {NoiseKind::normal, NoiseKind::log_normal, NoiseKind::student_t,
                               NoiseKind::log_student_t};

bool is_logarithmic(NoiseKind kind) {
    return kind == NoiseKind::log_normal || kind == NoiseKind::log_student_t;
}

// Integral of the density of y from below up to `limit`, in z = sinh(s) so that the heavy tail is
// reached: y = prediction + sigma z or prediction exp(sigma z).
double integral_up_to(const Noise& noise, double prediction, double limit) {
    const bool logs = is_logarithmic(noise.kind);
    const double z_end = (logs ? std::log(limit / prediction) : limit - prediction) / noise.sigma;
    double sum = 0.0;
    // exp(sigma z) leaves the range of doubles below z = -700 / sigma.
    const double z_begin = logs ? -600.0 / noise.sigma : -1e9;
    const double s_begin = std::asinh(z_begin);
    const double s_end = std::asinh(z_end);
    for (int part = 0; part < 40; ++part) {
        const double from = s_begin + (s_end - s_begin) * part / 40.0;
        const double to = s_begin + (s_end - s_begin) * (part + 1) / 40.0;
        const QuadratureRule rule = gauss_legendre(30, from, to);
        for (std::size_t i = 0; i < rule.size(); ++i) {
            const double z = std::sinh(rule.node[i]);
            const double y =
                logs ? prediction * std::exp(noise.sigma * z) : prediction + noise.sigma * z;
            const double dy = noise.sigma * std::cosh(rule.node[i]) * (logs ? y : 1.0);
            const double density =
                std::exp(log_likelihood(noise, {y, Censoring::none}, prediction).value);
            sum += rule.weight[i] * density * dy;
        }
    }
    return sum;
}

TEST(Noise, CensoredProbabilityIsTheIntegralOfTheDensity) {
    for (const NoiseKind kind : kinds) {
        const Noise noise{kind, 0.3, 3.0};
        const double prediction = 1.4;
        // Of Student's law below -600 / 0.3 = -2000 there is a tail of (2 / z)^3 left, 1e-9.
        const double tolerance = kind == NoiseKind::log_student_t ? 2e-9 : 1e-11;
        for (const double limit : {0.9, 1.4, 2.2}) {
            const double below = integral_up_to(noise, prediction, limit);
            const double left =
                std::exp(log_likelihood(noise, {limit, Censoring::left}, prediction).value);
            const double right =
                std::exp(log_likelihood(noise, {limit, Censoring::right}, prediction).value);
            EXPECT_NEAR(left, below, tolerance) << static_cast<int>(kind);
            EXPECT_NEAR(left + right, 1.0, 1e-13);
        }
    }
}

TEST(Noise, DerivativesAreThoseOfTheLogLikelihood) {
    for (const NoiseKind kind : kinds) {
        for (const Censoring censoring : {Censoring::none, Censoring::left, Censoring::right}) {
            for (const double value : {0.02, 1.0, 1.4, 3.0}) {
                const Observation o{value, censoring};
                const Noise noise{kind, 0.3, 3.0};
                const double p = 1.4;
                const double h = 1e-6;
                const LogLikelihood l = log_likelihood(noise, o, p);
                const double by_prediction = (log_likelihood(noise, o, p + h).value -
                                              log_likelihood(noise, o, p - h).value) /
                                             (2.0 * h);
                const double by_sigma = (log_likelihood({kind, 0.3 + h, 3.0}, o, p).value -
                                         log_likelihood({kind, 0.3 - h, 3.0}, o, p).value) /
                                        (2.0 * h);
                const auto size = [](double x) { return 1e-7 * (1.0 + std::abs(x)); };
                EXPECT_NEAR(l.by_prediction, by_prediction, size(by_prediction));
                EXPECT_NEAR(l.by_sigma, by_sigma, size(by_sigma));
            }
        }
    }
}

TEST(Noise, HalfTheSquaredResidualIsTheLossOfLikelihood) {
    for (const NoiseKind kind : kinds) {
        const Noise noise{kind, 0.3, 3.0};
        for (const Censoring censoring : {Censoring::none, Censoring::left, Censoring::right}) {
            const Observation o{1.0, censoring};
            const double best =
                censoring == Censoring::none ? log_likelihood(noise, o, 1.0).value : 0.0;
            for (const double p : {0.3, 0.9, 1.0, 1.1, 3.0}) {
                const Residual r = residual(noise, o, p);
                EXPECT_NEAR(0.5 * r.value * r.value, best - log_likelihood(noise, o, p).value,
                            1e-12);
                const double h = 1e-6;
                const double slope =
                    (residual(noise, o, p + h).value - residual(noise, o, p - h).value) / (2.0 * h);
                EXPECT_NEAR(r.by_prediction, slope, 1e-6 * (1.0 + std::abs(slope)));
            }
        }
    }
}

TEST(Noise, StaysFiniteFarFromACensoredValue) {
    const Noise noise{NoiseKind::normal, 1e-3, 4.0};
    const LogLikelihood far = log_likelihood(noise, {1.0, Censoring::left}, 1e3);
    // log Phi(-z) = -z^2/2 - log(z sqrt(2 pi)) for z = 999000; the slope is -z / sigma.
    const double z = 999.0 / 1e-3;
    EXPECT_NEAR(far.value / (-0.5 * z * z), 1.0, 1e-9);
    EXPECT_NEAR(far.by_prediction / (-z / 1e-3), 1.0, 1e-9);
    const Residual near = residual(noise, {1.0, Censoring::left}, -1e3);
    EXPECT_EQ(near.value, 0.0);
    EXPECT_EQ(near.by_prediction, 0.0);
}

TEST(Noise, RefusesPredictionsThatHaveNoLikelihood) {
    const Observation o{1.0, Censoring::none};
    EXPECT_THROW(log_likelihood({NoiseKind::normal, 1.0, 4.0}, o, std::nan("")), NumericalError);
    EXPECT_THROW(log_likelihood({NoiseKind::log_normal, 1.0, 4.0}, o, 0.0), NumericalError);
    EXPECT_THROW(residual({NoiseKind::log_student_t, 1.0, 4.0}, o, -1.0), NumericalError);
}

std::string refusal(const Noise& noise, const std::vector<Observation>& observations) {
    try {
        require_usable(noise, observations, "observable 'blood'");
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

TEST(Noise, RefusesUnusableData) {
    const Noise noise{NoiseKind::log_normal, 0.3, 4.0};
    const Observation good{1.0, Censoring::none};
    EXPECT_EQ(refusal(noise, {good, {0.1, Censoring::left}}), "");
    EXPECT_NE(refusal(noise, {{0.1, Censoring::left}, {0.2, Censoring::left}})
                  .find("all 2 values of observable 'blood' are censored"),
              std::string::npos);
    EXPECT_NE(refusal(noise, {}).find("has no value"), std::string::npos);
    EXPECT_NE(refusal(noise, {good, {std::nan(""), Censoring::none}}).find("value 1"),
              std::string::npos);
    EXPECT_NE(refusal(noise, {good, {0.0, Censoring::none}}).find("value 1"), std::string::npos);
    EXPECT_NE(refusal({NoiseKind::normal, 0.0, 4.0}, {good}).find("sigma"), std::string::npos);
    EXPECT_NE(refusal({NoiseKind::student_t, 1.0, 0.0}, {good}).find("degrees of freedom"),
              std::string::npos);
}

}  // namespace
}  // namespace caravel::inference
