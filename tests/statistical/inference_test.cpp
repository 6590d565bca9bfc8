// Samplers and chains against exact moments and intervals against their promised coverage. Seeds
// are fixed, so a test either always passes or always fails; limits are those of a one in a million
// false alarm (4.9 standard errors).
#include "caravel/exec/random.hpp"
#include "caravel/inference/correlated.hpp"
#include "caravel/inference/latin_hypercube.hpp"
#include "caravel/inference/metropolis.hpp"
#include "caravel/inference/morris.hpp"
#include "caravel/inference/profile.hpp"
#include "caravel/inference/sobol.hpp"
#include "caravel/inference/sobol_indices.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace caravel::inference {
namespace {

constexpr double limit = 4.9;

// Mean of one scrambled point over seeds: 1/2 with variance 1/12.
TEST(ScrambledSobol, MakesEveryPointUniform) {
    for (const Scrambling kind :
         {Scrambling::digital_shift, Scrambling::linear, Scrambling::nested}) {
        constexpr int seeds = 4000;
        for (const std::uint64_t index : {0U, 1U, 77U}) {
            std::array<double, 3> sum{};
            double product = 0.0;
            for (std::uint64_t seed = 0; seed < seeds; ++seed) {
                std::array<double, 3> u{};
                SobolSequence(3, kind, seed).point(index, u);
                for (std::size_t d = 0; d < 3; ++d) sum[d] += u[d] - 0.5;
                product += (u[0] - 0.5) * (u[2] - 0.5);
            }
            for (const double s : sum) EXPECT_LT(std::abs(s), limit * std::sqrt(seeds / 12.0));
            EXPECT_LT(std::abs(product), limit * std::sqrt(seeds) / 12.0);
        }
    }
}

TEST(LatinHypercube, LeavesCoordinatesUncorrelatedOverSeeds) {
    constexpr int seeds = 2000;
    constexpr std::uint64_t n = 8;
    double sum = 0.0;
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
        const LatinHypercube sample(n, 2, seed);
        for (std::uint64_t i = 0; i < n; ++i) {
            std::array<double, 2> u{};
            sample.point(i, u);
            sum += (u[0] - 0.5) * (u[1] - 0.5);
        }
    }
    EXPECT_LT(std::abs(sum), limit * std::sqrt(static_cast<double>(seeds * n)) / 12.0 * 1.1);
}

MetropolisPlan plan_of(std::size_t dimensions, double width) {
    MetropolisPlan plan;
    plan.box = Box{std::vector<double>(dimensions, -width), std::vector<double>(dimensions, width)};
    plan.seed = 20240601;
    return plan;
}

void expect_mean(const PosteriorSummary& s, double mean) {
    EXPECT_LT(std::abs(s.mean - mean), limit * s.mean_error);
    EXPECT_LT(s.r_hat, 1.02);
    EXPECT_GT(s.effective_size, 400.0);
}

// Four dimensions, correlation 0.9 between neighbours and widths from 0.01 to 10.
TEST(Metropolis, SamplesACorrelatedNormalLaw) {
    constexpr std::size_t n = 4;
    const std::array<double, n> mean{1.0, -2.0, 0.0, 3.0};
    const std::array<double, n> sd{0.01, 1.0, 10.0, 0.3};
    Matrix correlation(n, n);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) {
            correlation(i, j) =
                std::pow(0.9, std::abs(static_cast<double>(i) - static_cast<double>(j)));
        }
    }
    const Matrix lower = require_cholesky(covariance_of(sd, correlation), "covariance");
    const ScalarFunction density = [&](std::span<const double> x) {
        std::vector<double> d(n);
        for (std::size_t i = 0; i < n; ++i) d[i] = x[i] - mean[i];
        return -0.5 * dot(d, solve_cholesky(lower, d));
    };
    MetropolisPlan plan = plan_of(n, 100.0);
    plan.warm_up = 6000;
    plan.draws = 30000;
    exec::ThreadTeam team(2);
    std::vector<ChainState> chains;
    run_chains(plan, density, {{1, -2, 0, 3}, {1.02, -1, 9, 3.2}, {1, -3, 0, 3}, {0.99, -2, -9, 3}},
               team, chains);
    for (std::size_t i = 0; i < n; ++i) {
        const PosteriorSummary s = summarise(draws_of(chains, i));
        expect_mean(s, mean[i]);
        // The variance as a mean of squares, with the error of their own effective size.
        Chains squares = draws_of(chains, i);
        for (auto& chain : squares) {
            for (double& x : chain) x = (x - mean[i]) * (x - mean[i]) / (sd[i] * sd[i]);
        }
        expect_mean(summarise(squares), 1.0);
    }
    Chains product = draws_of(chains, 0);
    const Chains other = draws_of(chains, 1);
    for (std::size_t c = 0; c < product.size(); ++c) {
        for (std::size_t i = 0; i < product[c].size(); ++i) {
            product[c][i] = (product[c][i] - mean[0]) / sd[0] * (other[c][i] - mean[1]) / sd[1];
        }
    }
    expect_mean(summarise(product), 0.9);
}

// Haario's banana: x1 normal with deviation 10, x2 = z + b (x1^2 - 100) with b = 0.03, z standard
// normal. Means 0 and 0, variances 100 and 1 + 2 b^2 10^4 = 19.
TEST(Metropolis, SamplesABanana) {
    constexpr double b = 0.03;
    const ScalarFunction density = [](std::span<const double> x) {
        const double z = x[1] - b * (x[0] * x[0] - 100.0);
        return -0.5 * (x[0] * x[0] / 100.0 + z * z);
    };
    MetropolisPlan plan = plan_of(2, 500.0);
    plan.warm_up = 20000;
    plan.draws = 50000;
    plan.thinning = 4;
    exec::ThreadTeam team(2);
    std::vector<ChainState> chains;
    run_chains(plan, density, {{0, -3}, {10, 0}, {-10, 0}, {5, -2}}, team, chains);
    const double mean[] = {0.0, 0.0};
    const double variance[] = {100.0, 19.0};
    for (std::size_t i = 0; i < 2; ++i) {
        const PosteriorSummary s = summarise(draws_of(chains, i));
        expect_mean(s, mean[i]);
        Chains squares = draws_of(chains, i);
        for (auto& chain : squares) {
            for (double& x : chain) x = x * x / variance[i];
        }
        const PosteriorSummary v = summarise(squares);
        expect_mean(v, 1.0);
    }
}

// An autoregressive chain x' = a x + e has the integrated time (1 + a) / (1 - a).
TEST(EffectiveSampleSize, IsThatOfAnAutoregressiveChain) {
    for (const double a : {-0.3, 0.0, 0.6, 0.9}) {
        Chains chains;
        for (std::uint64_t c = 0; c < 4; ++c) {
            exec::RandomStream stream(7, 1, c);
            double x = exec::normal(stream) / std::sqrt(1.0 - a * a);
            chains.emplace_back();
            for (int i = 0; i < 20000; ++i) {
                chains.back().push_back(x);
                x = a * x + exec::normal(stream);
            }
        }
        const double exact = 80000.0 * (1.0 - a) / (1.0 + a);
        const double found = effective_sample_size(chains);
        EXPECT_NEAR(found / exact, 1.0, 0.1) << a;
    }
}

// Slope and intercept of 10 points with unit noise: a 90 % profile interval holds the truth in 90
// of 100 repeats; binomial limits over 400 repeats at 4.9 deviations are 0.83 and 0.97.
TEST(Profile, CoversTheTruthAsOftenAsPromised) {
    constexpr int repeats = 400;
    int covered = 0;
    for (std::uint64_t r = 0; r < repeats; ++r) {
        exec::RandomStream stream(11, 2, r);
        std::array<double, 10> y{};
        for (std::size_t i = 0; i < 10; ++i) {
            y[i] = 2.0 + 0.7 * static_cast<double>(i) + exec::normal(stream);
        }
        const Box box{{-10.0, -5.0}, {15.0, 5.0}};
        const Objective f = [&](std::span<const double> x, std::span<double> g) {
            double sum = 0.0;
            if (!g.empty()) g[0] = g[1] = 0.0;
            for (std::size_t i = 0; i < 10; ++i) {
                const double t = static_cast<double>(i);
                const double e = x[0] + x[1] * t - y[i];
                sum += 0.5 * e * e;
                if (g.empty()) continue;
                g[0] += e;
                g[1] += e * t;
            }
            return sum;
        };
        const QuasiNewtonState fit = minimise(f, box, std::vector<double>{0.0, 0.0});
        ProfileOptions options;
        options.confidence = 0.9;
        const Profile p = profile_likelihood(f, box, fit.theta, 1, options);
        ASSERT_TRUE(p.is_closed());
        covered += *p.below.limit <= 0.7 && 0.7 <= *p.above.limit ? 1 : 0;
    }
    const double share = covered / static_cast<double>(repeats);
    EXPECT_GT(share, 0.83);
    EXPECT_LT(share, 0.97);
}

// Interaction x1 x2: S = 3/7 each, T = 4/7. Bootstrap intervals of 95 % over 200 seeds; the base
// points fill the space evenly, so they cover more often than promised (measured: all 200), never
// less.
TEST(SobolIndices, IntervalsCoverTheExactIndices) {
    constexpr int repeats = 200;
    int first = 0;
    int total = 0;
    for (std::uint64_t seed = 0; seed < repeats; ++seed) {
        const SobolIndexPlan plan{2, 128, seed};
        std::vector<double> outputs;
        for (std::uint64_t i = 0; i < plan.points(); ++i) {
            const std::vector<double> u = sobol_index_point(plan, i);
            outputs.push_back(u[0] * u[1]);
        }
        const auto found = sobol_indices(plan, outputs, {300, 0.95, seed});
        first += found[0].first.low <= 3.0 / 7.0 && 3.0 / 7.0 <= found[0].first.high ? 1 : 0;
        total += found[0].total.low <= 4.0 / 7.0 && 4.0 / 7.0 <= found[0].total.high ? 1 : 0;
    }
    EXPECT_GT(first / 200.0, 0.87);
    EXPECT_GT(total / 200.0, 0.87);
}

}  // namespace
}  // namespace caravel::inference
