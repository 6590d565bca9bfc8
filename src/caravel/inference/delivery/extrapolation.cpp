#include "caravel/inference/delivery/extrapolation.hpp"

#include "caravel/base/error.hpp"
#include "caravel/exec/random.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace caravel::inference::delivery {

namespace {

constexpr std::size_t steps = 200;

/// Integral of t P(t) over the window by the trapezium rule in the logarithm of time.
double first_moment(const ReducedBody& kinetics, double window) {
    const double start = 60.0;
    const double ratio = std::log(window / start) / static_cast<double>(steps);
    double sum = 0.5 * start * start * kinetics.plasma(start);
    double before = start * start * kinetics.plasma(start);
    for (std::size_t i = 1; i <= steps; ++i) {
        const double t = start * std::exp(ratio * static_cast<double>(i));
        const double now = t * t * kinetics.plasma(t);
        sum += 0.5 * (before + now) * ratio;
        before = now;
    }
    return sum;
}

std::array<double, 3> numbers_of(const ReducedBody& kinetics, double plasma_volume, double window) {
    const double area = kinetics.plasma_integral(window);
    const double clearance = plasma_volume / area;
    const double residence = first_moment(kinetics, window) / area;
    const double early = std::max(kinetics.plasma(window / 7.0), 1e-300);
    const double late = std::max(kinetics.plasma(5.0 * window / 7.0), 1e-300);
    const double fall = std::max(std::log(early / late), 1e-6);
    return {clearance, clearance * residence, std::numbers::ln2 * 4.0 / 7.0 * window / fall};
}

WithInterval interval_of(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const auto at = [&values](double p) {
        return values[static_cast<std::size_t>(p * static_cast<double>(values.size() - 1))];
    };
    return {at(0.5), at(0.05), at(0.95)};
}

}  // namespace

PlasmaKinetics extrapolate_plasma(const FittedLaws& laws, const body::ParticleInBody& particle,
                                  const body::LawBody& body, double leak, double window,
                                  std::size_t draws) {
    if (!(leak >= 0.0) || !(window > 0.0) || draws < 20)
        throw InputError(Diagnostic{{},
                                    "an extrapolation without leak, window or draws",
                                    "a leak of 0 or more, a window above 0 s and at least 20 draws",
                                    ""});
    CaseFacts facts;
    facts.particle = particle;
    facts.body = body;
    const HierarchicalFit& fit = laws.fit;
    const Matrix root = require_cholesky(fit.covariance, "covariance of the property laws");
    std::array<std::vector<double>, 3> values;
    exec::RandomStream stream(20, 5, 0);
    for (std::size_t d = 0; d < draws; ++d) {
        std::vector<double> z(fit.theta.size());
        for (double& value : z) value = exec::normal(stream);
        std::vector<double> theta = fit.theta;
        for (std::size_t i = 0; i < theta.size(); ++i)
            for (std::size_t j = 0; j <= i; ++j) theta[i] += root(i, j) * z[j];
        std::vector<double> effects;
        for (std::size_t k = 0; k < effect::count; ++k)
            effects.push_back(std::hypot(fit.components.study[k], fit.components.case_[k]) *
                              exec::normal(stream));
        const ReducedBody kinetics = kinetics_of(facts, log_rates(facts, theta, effects), leak);
        const std::array<double, 3> one = numbers_of(kinetics, body.plasma_volume, window);
        for (std::size_t k = 0; k < one.size(); ++k) values[k].push_back(one[k]);
    }
    return {interval_of(values[0]), interval_of(values[1]), interval_of(values[2])};
}

}  // namespace caravel::inference::delivery
