#include "caravel/inference/delivery/early_update.hpp"

#include "caravel/base/error.hpp"
#include "caravel/exec/random.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>

namespace caravel::inference::delivery {
namespace {

constexpr std::size_t numbers = 6;  // clearance, uptake, outflow; three that do nothing

/// Concentration in blood (0) or tumour (1) at t in h for a row of standard normal numbers.
double content(std::span<const double> z, int place, double t) {
    const double k = 0.05 * std::exp(0.9 * z[0]);
    const double in = 0.01 * std::exp(1.1 * z[1]);
    const double out = 0.02 * std::exp(0.6 * z[2]);
    if (place == 0) return std::exp(-k * t);
    return in * (std::exp(-k * t) - std::exp(-out * t)) / (out - k);
}

struct Asked {
    int place = 0;
    double time = 0.0;
};

std::vector<std::vector<double>> contents(std::span<const double> latent,
                                          const std::vector<Asked>& asked) {
    std::vector<std::vector<double>> rows;
    for (std::size_t i = 0; i + numbers <= latent.size(); i += numbers) {
        rows.emplace_back();
        for (const Asked& a : asked)
            rows.back().push_back(content(latent.subspan(i, numbers), a.place, a.time));
    }
    return rows;
}

std::vector<double> normal_rows(std::size_t rows, std::uint64_t seed) {
    exec::RandomStream stream(seed, 7, 0);
    std::vector<double> z(rows * numbers);
    for (double& value : z) value = exec::normal(stream);
    return z;
}

const std::vector<Asked> early = {{0, 1.0}, {1, 1.0}, {0, 4.0}, {1, 4.0}};
const std::vector<Asked> later = {{0, 24.0}, {1, 24.0}, {1, 72.0}};

std::vector<EarlyPoint> measured(std::span<const double> truth, double sigma, std::uint64_t seed) {
    exec::RandomStream stream(seed, 8, 0);
    std::vector<EarlyPoint> points;
    const auto exact = contents(truth, early);
    for (const double value : exact.front()) {
        // Student's law with 4 degrees of freedom: a normal number over the root of chi^2/4.
        const double z = exec::normal(stream);
        const double chi = -2.0 * std::log(exec::uniform_open(stream) * exec::uniform_open(stream));
        points.push_back({{value * std::exp(sigma * z / std::sqrt(chi / 4.0))}, sigma});
    }
    return points;
}

EarlyUpdate update(const std::vector<EarlyPoint>& points, std::uint64_t seed,
                   const std::vector<double>& prior) {
    EarlyUpdateOptions options;
    options.seed = seed;
    return update_draws(
        prior, numbers, points, [](std::span<const double> z) { return contents(z, early); },
        options);
}

struct Interval {
    double low = 0.0;
    double high = 0.0;
    double width() const { return std::log(high / low); }
};

Interval interval(const EarlyUpdate& updated, const Asked& asked) {
    std::vector<double> values;
    for (const auto& row : contents(updated.latent, {asked})) values.push_back(row[0]);
    return {weighted_quantile(values, updated.weights, 0.05),
            weighted_quantile(values, updated.weights, 0.95)};
}

EarlyUpdate unchanged(const std::vector<double>& prior) {
    const std::size_t rows = prior.size() / numbers;
    return {prior, std::vector<double>(rows, 1.0 / static_cast<double>(rows)), 0.0, 0.0, 0, 0, 0.0};
}

TEST(EarlyUpdate, IntervalsOfLaterNumbersCoverAndShrinkOverAHundredRepeats) {
    for (const double sigma : {0.68, 0.1}) {
        std::array<int, 3> covered{};
        std::array<double, 3> narrower{};
        const std::vector<double> prior = normal_rows(200, 1);
        for (std::uint64_t repeat = 0; repeat < 100; ++repeat) {
            const std::vector<double> truth = normal_rows(1, 1000 + repeat);
            const EarlyUpdate updated = update(measured(truth, sigma, repeat), repeat, prior);
            for (std::size_t k = 0; k < later.size(); ++k) {
                const double value = contents(truth, later)[0][k];
                const Interval after = interval(updated, later[k]);
                covered[k] += value >= after.low && value <= after.high ? 1 : 0;
                narrower[k] += after.width() / interval(unchanged(prior), later[k]).width() / 100.0;
            }
        }
        for (std::size_t k = 0; k < later.size(); ++k) {
            RecordProperty("covered_" + std::to_string(sigma) + "_" + std::to_string(k),
                           covered[k]);
            EXPECT_GE(covered[k], 80) << sigma << ' ' << k;
            EXPECT_LE(covered[k], 97) << sigma << ' ' << k;
            EXPECT_LT(narrower[k], 0.95) << sigma << ' ' << k;
        }
        EXPECT_LT(narrower[1], sigma > 0.5 ? 0.8 : 0.6);
    }
}

TEST(EarlyUpdate, AgreesWithTheExactPosteriorOfOneNumber) {
    // One point of blood at t = 1/k0: ln C = -exp(0.9 z). Posterior by quadrature.
    const double sigma = 0.05;
    const std::vector<EarlyPoint> points = {{{0.2}, sigma}};
    const std::vector<double> prior = normal_rows(2000, 3);
    EarlyUpdateOptions options;
    options.least_size = 1e9;  // moved in any case
    const EarlyUpdate updated = update_draws(
        prior, numbers, points,
        [](std::span<const double> z) {
            return contents(z, {{0, 20.0}});
        },
        options);
    EXPECT_GT(updated.stages, 0);
    double sum = 0.0, mean = 0.0, square = 0.0;
    for (int i = -60000; i <= 60000; ++i) {
        const double z = 1e-4 * i;
        const std::array<double, numbers> row{z};
        const double r = (std::log(0.2) - std::log(content(row, 0, 20.0))) / sigma;
        const double density = std::exp(-0.5 * z * z) * std::pow(1.0 + r * r / 4.0, -2.5);
        sum += density;
        mean += density * z;
        square += density * z * z;
    }
    mean /= sum;
    const double sd = std::sqrt(square / sum - mean * mean);
    double own = 0.0, own_square = 0.0;
    for (std::size_t i = 0; i < 2000; ++i) {
        own += updated.latent[i * numbers] / 2000.0;
        own_square += std::pow(updated.latent[i * numbers], 2) / 2000.0;
    }
    EXPECT_NEAR(own, mean, 4.0 * sd / std::sqrt(1000.0));
    EXPECT_NEAR(std::sqrt(own_square - own * own), sd, 0.1 * sd);
}

TEST(EarlyUpdate, WeighsWherePointsSayLittleAndMovesWhereTheySayMuch) {
    const std::vector<double> prior = normal_rows(200, 1);
    const std::vector<double> truth = normal_rows(1, 2);
    const EarlyUpdate weighed = update(measured(truth, 3.0, 1), 1, prior);
    EXPECT_EQ(weighed.stages, 0);
    EXPECT_EQ(weighed.latent, prior);
    EXPECT_GE(weighed.effective_size, 50.0);
    const EarlyUpdate moved = update(measured(truth, 0.05, 1), 1, prior);
    EXPECT_GT(moved.stages, 1);
    EXPECT_LT(moved.reweighted_size, 50.0);
    EXPECT_GE(moved.effective_size, 150.0);
    EXPECT_GT(moved.accepted, 0.1);
}

TEST(EarlyUpdate, SameSeedGivesTheSameBits) {
    const std::vector<double> prior = normal_rows(100, 1);
    const auto points = measured(normal_rows(1, 2), 0.1, 1);
    EXPECT_EQ(update(points, 5, prior).latent, update(points, 5, prior).latent);
    EXPECT_NE(update(points, 5, prior).latent, update(points, 6, prior).latent);
}

TEST(EarlyUpdate, DrawsThatFailGetNoWeight) {
    const std::vector<double> prior = normal_rows(100, 1);
    const std::vector<EarlyPoint> points = {{{0.5}, 5.0}};
    const auto half = [](std::span<const double> z) {
        auto rows = contents(z, {{0, 10.0}});
        for (std::size_t i = 0; i < rows.size(); i += 2) rows[i].clear();
        return rows;
    };
    EarlyUpdateOptions options;
    options.least_size = 20.0;
    const EarlyUpdate updated = update_draws(prior, numbers, points, half, options);
    ASSERT_EQ(updated.stages, 0);
    for (std::size_t i = 0; i < 100; i += 2) EXPECT_EQ(updated.weights[i], 0.0);
    const auto all = [](std::span<const double> z) {
        return std::vector<std::vector<double>>(z.size() / numbers);
    };
    EXPECT_THROW(update_draws(prior, numbers, points, all), NumericalError);
}

TEST(EarlyUpdate, RefusesPointsWithoutValueOrScatter) {
    const std::vector<double> prior = normal_rows(10, 1);
    const auto predict = [](std::span<const double> z) { return contents(z, {{0, 1.0}}); };
    for (const EarlyPoint bad : {EarlyPoint{{0.0}, 1.0}, EarlyPoint{{-1.0}, 1.0},
                                 EarlyPoint{{std::nan("")}, 1.0}, EarlyPoint{{1.0}, 0.0}})
        EXPECT_THROW(update_draws(prior, numbers, std::vector{bad}, predict), InputError);
    EXPECT_THROW(
        update_draws(std::vector<double>(7), numbers, std::vector{EarlyPoint{{1.0}, 1.0}}, predict),
        InputError);
}

TEST(EarlyUpdate, AValueBelowTheLimitPullsDown) {
    const std::vector<double> prior = normal_rows(200, 1);
    const std::vector<EarlyPoint> points = {{{0.05, Censoring::left}, 0.2}};
    const auto predict = [](std::span<const double> z) { return contents(z, {{0, 20.0}}); };
    const EarlyUpdate updated = update_draws(prior, numbers, points, predict);
    EXPECT_LT(interval(updated, {0, 20.0}).high, interval(unchanged(prior), {0, 20.0}).high);
    EXPECT_LT(interval(updated, {0, 20.0}).high, 0.15);
}

TEST(WeightedQuantile, HandNumbers) {
    const std::vector<double> values = {3.0, 1.0, 2.0};
    EXPECT_DOUBLE_EQ(weighted_quantile(values, std::vector{1.0, 1.0, 1.0}, 0.5), 2.0);
    EXPECT_DOUBLE_EQ(weighted_quantile(values, std::vector{0.0, 1.0, 1.0}, 0.5), 1.5);
    EXPECT_DOUBLE_EQ(weighted_quantile(values, std::vector{2.0, 1.0, 1.0}, 0.0), 1.0);
    EXPECT_DOUBLE_EQ(weighted_quantile(values, std::vector{2.0, 1.0, 1.0}, 1.0), 3.0);
    EXPECT_DOUBLE_EQ(weighted_quantile(values, std::vector{2.0, 1.0, 1.0}, 0.5), 2.0 + 1.0 / 3.0);
    EXPECT_THROW(weighted_quantile(values, std::vector{0.0, 0.0, 0.0}, 0.5), InputError);
}

}  // namespace
}  // namespace caravel::inference::delivery
