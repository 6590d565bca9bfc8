#include "caravel/inference/population/population_sample.hpp"

#include "caravel/base/suggest.hpp"
#include "caravel/exec/normal_quantile.hpp"
#include "caravel/inference/population/percentiles.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::inference::population {
namespace {

// Uniform numbers stay this far inside the unit interval.
constexpr double edge = 1e-12;

double normal_probability(double z) {
    return std::clamp(0.5 * std::erfc(-z / std::numbers::sqrt2), edge, 1.0 - edge);
}

std::size_t place_of(const std::string& name, const std::vector<std::string>& names) {
    const std::string plain = name == "subject.body_weight" ? "body_weight" : name;
    const auto found = std::find(names.begin(), names.end(), plain);
    if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
    const std::vector<std::string_view> views(names.begin(), names.end());
    throw InputError(Diagnostic{{},
                                "a correlation names '" + name + "', which is not sampled",
                                "a quantity of the population or a key of [[vary]]",
                                did_you_mean(name, views)});
}

}  // namespace

PopulationSample::PopulationSample(VirtualPopulation population, std::vector<VariedNumber> own,
                                   std::span<const CorrelationInput> correlations,
                                   std::uint64_t seed)
    : population_(std::move(population)), own_(std::move(own)) {
    lower_ = require_cholesky(correlation_matrix(correlations),
                              "the correlation matrix of the population");
    const int dimensions = static_cast<int>(1 + lower_.rows);
    for (std::uint64_t r = 0; r < replicates; ++r)
        sequences_.emplace_back(dimensions, Scrambling::nested, seed * replicates + r);
}

Matrix PopulationSample::correlation_matrix(std::span<const CorrelationInput> own) const {
    std::vector<std::string> names = population_.quantities();
    for (const auto& v : own_) names.push_back(v.key.key);
    Matrix matrix = identity(names.size());
    const auto set = [&](const std::string& a, const std::string& b, double value) {
        const std::size_t i = place_of(a, names);
        const std::size_t j = place_of(b, names);
        if (i == j)
            throw InputError(
                Diagnostic{{}, "a correlation names '" + a + "' twice", "two quantities", ""});
        matrix(i, j) = matrix(j, i) = value;
    };
    for (const auto& c : population_.correlations()) set(c.first, c.second, c.value);
    for (const auto& c : own) set(c.between.at(0), c.between.at(1), c.value);
    return matrix;
}

Individual PopulationSample::individual(std::uint64_t i) const {
    const SobolSequence& sequence = sequences_[i % replicates];
    std::vector<double> cube(static_cast<std::size_t>(sequence.dimensions()));
    sequence.point(i / replicates, cube);
    std::vector<double> z(cube.size() - 1);
    for (std::size_t k = 0; k < z.size(); ++k) z[k] = exec::normal_quantile(cube[k + 1]);
    std::vector<double> u(z.size());
    for (std::size_t k = 0; k < z.size(); ++k) {
        double score = 0.0;
        for (std::size_t j = 0; j <= k; ++j) score += lower_(k, j) * z[j];
        u[k] = normal_probability(score);
    }
    return at(cube[0], u);
}

Individual PopulationSample::at(double sex, std::span<const double> u) const {
    const std::size_t n = population_.quantities().size();
    Individual one{population_.subject(sex, u.first(n)), {}};
    for (std::size_t k = 0; k < own_.size(); ++k)
        one.own.push_back(
            truncated_quantile(own_[k].distribution, own_[k].low, own_[k].high, u[n + k]));
    return one;
}

}  // namespace caravel::inference::population
