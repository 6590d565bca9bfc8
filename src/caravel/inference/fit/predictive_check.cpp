#include "caravel/inference/fit/predictive_check.hpp"

#include "caravel/base/statistics.hpp"
#include "caravel/exec/random.hpp"
#include "caravel/inference/shards.hpp"
#include "caravel/inference/special.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace caravel::inference::fit {
namespace {

constexpr std::uint32_t purpose = 0x66697476;  // own stream of random numbers

// Bailey, Math. Comput. 62 (1994) 779.
double student(exec::RandomStream& random, double freedom) {
    const double u = exec::uniform_open(random);
    const double v = exec::uniform_open(random);
    return std::sqrt(freedom * (std::pow(u, -2.0 / freedom) - 1.0)) *
           std::cos(2.0 * std::numbers::pi * v);
}

double simulated(const Datum& datum, double prediction, double sigma, exec::RandomStream& random) {
    const double e =
        is_student(datum.noise) ? student(random, datum.freedom) : exec::normal(random);
    return is_logarithmic(datum.noise) ? prediction * std::exp(sigma * e) : prediction + sigma * e;
}

// Rows whose combination with standard normal numbers has the covariance.
Matrix root_of(const Matrix& covariance) {
    const SymmetricEigen eigen = eigen_symmetric(covariance);
    Matrix root(covariance.rows, covariance.rows);
    for (std::size_t k = 0; k < root.rows; ++k)
        for (std::size_t j = 0; j < root.columns; ++j)
            root(k, j) = std::sqrt(std::max(0.0, eigen.values[k])) * eigen.vectors(j, k);
    return root;
}

std::vector<double> draw_theta(const FitObjective& objective, const FitResult& result,
                               const Matrix& root, exec::RandomStream& random) {
    if (!result.chains.empty()) {
        const auto pick = [&](std::size_t count) {
            const auto at =
                static_cast<std::size_t>(exec::uniform(random) * static_cast<double>(count));
            return std::min(at, count - 1);
        };
        const ChainState& chain = result.chains[pick(result.chains.size())];
        const std::size_t n = chain.theta.size();
        const auto begin =
            chain.draws.begin() + static_cast<std::ptrdiff_t>(n * pick(chain.draws.size() / n));
        return {begin, begin + static_cast<std::ptrdiff_t>(n)};
    }
    std::vector<double> theta = result.theta;
    for (std::size_t k = 0; k < theta.size(); ++k) {
        const double z = exec::normal(random);
        for (std::size_t j = 0; j < theta.size(); ++j) theta[j] += z * root(k, j);
    }
    objective.box().project(theta);
    return theta;
}

void take_quantiles(const std::vector<double>& values, std::size_t i, PredictiveCheck& check) {
    const auto at = [&](double p) {
        return values.empty() ? std::numeric_limits<double>::quiet_NaN()
                              : caravel::quantile(values, p);
    };
    check.low[i] = at(0.05);
    check.median[i] = at(0.5);
    check.high[i] = at(0.95);
}

}  // namespace

PredictiveCheck predictive_check(const FitObjective& objective, const FitResult& result,
                                 std::uint64_t seed, std::size_t samples, exec::ThreadTeam& team,
                                 const std::atomic<bool>* cancel) {
    const std::vector<Datum>& data = objective.problem().data;
    const Matrix root = root_of(result.identifiability.covariance);
    std::vector<std::vector<double>> all(samples);
    const auto work = [&](index_t k) {
        exec::RandomStream random(seed, purpose, static_cast<std::uint64_t>(k));
        try {
            const Prediction p =
                objective.predict(draw_theta(objective, result, root, random), false);
            std::vector<double> values(data.size());
            for (std::size_t i = 0; i < data.size(); ++i)
                values[i] = simulated(data[i], p.value[i], p.sigma[i], random);
            all[static_cast<std::size_t>(k)] = std::move(values);
        } catch (const NumericalError&) {
            // Left out.
        }
    };
    run_shards(static_cast<index_t>(samples), work, team, {}, cancel);
    if (is_cancelled(cancel)) throw Interrupted("interrupted during the predictive check");
    PredictiveCheck check;
    check.low.resize(data.size());
    check.median = check.high = check.low;
    double inside = 0.0;
    double known = 0.0;
    for (std::size_t i = 0; i < data.size(); ++i) {
        std::vector<double> values;
        for (const auto& one : all)
            if (!one.empty()) values.push_back(one[i]);
        check.samples = values.size();
        take_quantiles(values, i, check);
        if (data[i].observation.censoring != Censoring::none) continue;
        known += 1.0;
        const double value = data[i].observation.value;
        if (check.low[i] <= value && value <= check.high[i]) inside += 1.0;
    }
    check.inside = known > 0.0 ? inside / known : std::numeric_limits<double>::quiet_NaN();
    return check;
}

double normal_score(const Datum& datum, double prediction, double sigma) {
    if (datum.observation.censoring != Censoring::none)
        return std::numeric_limits<double>::quiet_NaN();
    const double value = datum.observation.value;
    const double z = is_logarithmic(datum.noise) ? std::log(value / prediction) / sigma
                                                 : (value - prediction) / sigma;
    if (!is_student(datum.noise)) return z;
    const double tail = std::exp(log_student_cdf(-std::abs(z), datum.freedom));
    return std::copysign(-exec::normal_quantile(std::max(tail, 1e-300)), z);
}

}  // namespace caravel::inference::fit
