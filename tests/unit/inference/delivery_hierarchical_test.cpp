#include "caravel/inference/delivery/hierarchical.hpp"

#include "caravel/base/error.hpp"
#include "caravel/exec/random.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace caravel::inference::delivery {
namespace {

constexpr double study_sd = 0.5;
constexpr double case_sd = 0.3;
constexpr double scale = 0.15;

/// Studies of 1 to 4 cases of 5 points: y = a + b x + c exp(x / 2) + study + case + Student.
struct Simulated {
    HierarchicalProblem problem;
    std::vector<std::vector<double>> x;
    std::vector<double> truth = {0.4, -0.7, 0.2};
};

double student(exec::RandomStream& stream) {
    const double z = exec::normal(stream);
    const double chi = -2.0 * std::log(exec::uniform_open(stream) * exec::uniform_open(stream));
    return z / std::sqrt(chi / 4.0);
}

double mean_of(std::span<const double> t, double x) {
    return t[0] + t[1] * x + t[2] * std::exp(0.5 * x);
}

Simulated simulate(std::size_t studies, std::uint64_t seed) {
    Simulated s;
    s.problem.parameters = {{"a", 0.0, 2.0, -1}, {"b", 0.0, 2.0, -1}, {"c", 0.0, 2.0, -1}};
    s.problem.effects = {"level"};
    exec::RandomStream stream(seed, 1, 0);
    for (std::size_t k = 0; k < studies; ++k) {
        const double u = study_sd * exec::normal(stream);
        for (std::size_t c = 0; c < 1 + k % 4; ++c) {
            const double w = case_sd * exec::normal(stream);
            const double property = 2.0 * exec::normal(stream);
            HierarchicalCase data{k, {}, std::vector<std::size_t>(5, 0)};
            s.x.emplace_back();
            for (int i = 0; i < 5; ++i) {
                s.x.back().push_back(property + 0.2 * i);
                const double y = mean_of(s.truth, s.x.back().back()) + u + w;
                data.observations.push_back({y + scale * student(stream), Censoring::none});
            }
            s.problem.cases.push_back(data);
        }
    }
    s.problem.predict = [x = s.x](std::size_t index, std::span<const double> theta,
                                  std::span<const double> effects, std::span<double> prediction,
                                  Matrix* by_theta, Matrix* by_effects) {
        for (std::size_t i = 0; i < prediction.size(); ++i) {
            const double at = x[index][i];
            prediction[i] = mean_of(theta, at) + effects[0];
            if (by_theta != nullptr) {
                (*by_theta)(i, 0) = 1.0;
                (*by_theta)(i, 1) = at;
                (*by_theta)(i, 2) = std::exp(0.5 * at);
            }
            if (by_effects != nullptr) (*by_effects)(i, 0) = 1.0;
        }
    };
    return s;
}

HierarchicalOptions to_the_end() {
    HierarchicalOptions options;
    options.most_iterations = 100;
    return options;
}

TEST(Hierarchical, RecoversParametersAndVarianceComponents) {
    const Simulated s = simulate(150, 7);
    const HierarchicalFit fit = fit_hierarchical(s.problem, to_the_end());
    EXPECT_TRUE(fit.converged);
    for (std::size_t i = 0; i < 3; ++i)
        EXPECT_LT(std::abs(fit.theta[i] - s.truth[i]), 3.0 * std::sqrt(fit.covariance(i, i))) << i;
    // Relative standard errors: 1/sqrt(2 x 150) of the study, about 1/sqrt(2 x 225) of the case.
    EXPECT_NEAR(fit.components.study[0], study_sd, 3.0 * study_sd / std::sqrt(300.0));
    EXPECT_NEAR(fit.components.case_[0], case_sd, 3.0 * case_sd / std::sqrt(450.0));
    EXPECT_NEAR(fit.components.residual[0], scale, 0.015);
}

TEST(Hierarchical, ParameterErrorsHoldInRepeats) {
    int inside = 0;
    for (std::uint64_t seed = 100; seed < 140; ++seed) {
        const Simulated s = simulate(40, seed);
        const HierarchicalFit fit = fit_hierarchical(s.problem, to_the_end());
        for (std::size_t i = 0; i < 3; ++i)
            inside += std::abs(fit.theta[i] - s.truth[i]) < 1.645 * std::sqrt(fit.covariance(i, i));
    }
    // 90 % of 120 = 108, standard deviation 3.3 (parameters of one repeat are correlated: 5).
    EXPECT_NEAR(inside, 108, 10);
}

TEST(Hierarchical, CategoryEffectsShrinkToTheirOwnSpread) {
    Simulated s = simulate(150, 9);
    // A family of 6 effects that do nothing.
    for (int k = 0; k < 6; ++k) s.problem.parameters.push_back({"none", 0.0, 0.5, 0});
    s.problem.families = 1;
    const CasePrediction plain = s.problem.predict;
    s.problem.predict = [plain](std::size_t index, std::span<const double> theta,
                                std::span<const double> effects, std::span<double> prediction,
                                Matrix* by_theta, Matrix* by_effects) {
        plain(index, theta, effects, prediction, by_theta, by_effects);
        const std::size_t k = 3 + index % 6;
        for (std::size_t i = 0; i < prediction.size(); ++i) {
            prediction[i] += theta[k];
            if (by_theta != nullptr) (*by_theta)(i, k) = 1.0;
        }
    };
    HierarchicalOptions options = to_the_end();
    options.sd_prior_weight = 0.0;
    const HierarchicalFit fit = fit_hierarchical(s.problem, options);
    EXPECT_LT(fit.components.family[0], 0.12);
}

TEST(Hierarchical, CensoredPointsPullBelowTheirLimit) {
    Simulated s = simulate(60, 3);
    // Every second point is only known to lie below a value 1 above the truth: nothing changes;
    // below a value 1 under the truth: predictions fall.
    Simulated high = s;
    Simulated low = s;
    for (std::size_t c = 0; c < s.problem.cases.size(); ++c)
        for (std::size_t i = 0; i < 5; i += 2) {
            const double y = s.problem.cases[c].observations[i].value;
            high.problem.cases[c].observations[i] = {y + 1.0, Censoring::left};
            low.problem.cases[c].observations[i] = {y - 1.0, Censoring::left};
        }
    const double free = fit_hierarchical(s.problem, to_the_end()).theta[0];
    EXPECT_NEAR(fit_hierarchical(high.problem, to_the_end()).theta[0], free, 0.05);
    EXPECT_LT(fit_hierarchical(low.problem, to_the_end()).theta[0], free - 0.2);
}

TEST(Hierarchical, GivesTheSameBitsAgain) {
    const Simulated s = simulate(30, 5);
    const HierarchicalFit a = fit_hierarchical(s.problem);
    const HierarchicalFit b = fit_hierarchical(s.problem);
    EXPECT_EQ(a.theta, b.theta);
    EXPECT_EQ(a.covariance.values, b.covariance.values);
    EXPECT_EQ(a.components.study, b.components.study);
}

TEST(Hierarchical, WeightsAreDerivativesOfTheCost) {
    for (const Censoring kind : {Censoring::none, Censoring::left, Censoring::right}) {
        for (const double at : {-1.0, -0.1, 0.05, 0.4, 2.0}) {
            const Observation y{0.1, kind};
            const double h = 1e-6;
            const PointWeight w = weigh(y, at, 0.2, 4.0);
            const double slope =
                (weigh(y, at + h, 0.2, 4.0).cost - weigh(y, at - h, 0.2, 4.0).cost) / (2.0 * h);
            EXPECT_NEAR(w.slope, slope, 1e-5 * (1.0 + std::abs(slope)));
            EXPECT_GE(w.weight, 0.0);
        }
    }
}

TEST(Hierarchical, RefusesNoCases) {
    HierarchicalProblem problem;
    EXPECT_THROW(fit_hierarchical(problem), InputError);
}

}  // namespace
}  // namespace caravel::inference::delivery
