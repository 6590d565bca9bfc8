// The pieces together: a decaying concentration with values below the limit of detection, fitted in
// log10 of its parameters from several starts.
#include "caravel/base/error.hpp"
#include "caravel/exec/random.hpp"
#include "caravel/inference/identifiability.hpp"
#include "caravel/inference/least_squares.hpp"
#include "caravel/inference/multi_start.hpp"
#include "caravel/inference/noise.hpp"
#include "caravel/inference/parameter_space.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace caravel::inference {
namespace {

constexpr double times[] = {0.5, 1.0, 2.0, 4.0, 8.0, 12.0, 24.0, 36.0};
constexpr double amplitude = 12.0;
constexpr double rate = 0.15;
constexpr double spread = 0.2;

ParameterSpace space() {
    return ParameterSpace({{"amplitude", 0.1, 1e3, std::nan(""), Scale::log10},
                           {"rate", 1e-3, 10.0, std::nan(""), Scale::log10}});
}

// Data of repeat `r`; without noise for r < 0. Values below the limit are given as the limit.
std::vector<Observation> observe(int r, double limit) {
    std::vector<Observation> data;
    exec::RandomStream stream(31, 1, static_cast<std::uint64_t>(r + 1));
    for (const double t : times) {
        const double e = r < 0 ? 0.0 : spread * exec::normal(stream);
        const double y = amplitude * std::exp(-rate * t + e);
        data.push_back(y < limit ? Observation{limit, Censoring::left}
                                 : Observation{y, Censoring::none});
    }
    return data;
}

LeastSquaresProblem problem_of(const ParameterSpace& parameters,
                               const std::vector<Observation>& data) {
    const Box box{{parameters.lower().begin(), parameters.lower().end()},
                  {parameters.upper().begin(), parameters.upper().end()}};
    const Noise noise{NoiseKind::log_normal, spread, 4.0};
    require_usable(noise, data, "blood");
    return {data.size(), box,
            [&parameters, &data, noise](std::span<const double> theta, std::span<double> out,
                                        Matrix* jacobian) {
                const std::vector<double> x = parameters.values(theta);
                const std::vector<double> slope = parameters.slopes(theta);
                for (std::size_t i = 0; i < data.size(); ++i) {
                    const double y = x[0] * std::exp(-x[1] * times[i]);
                    const Residual r = residual(noise, data[i], y);
                    out[i] = r.value;
                    if (jacobian == nullptr) continue;
                    (*jacobian)(i, 0) = r.by_prediction * y / x[0] * slope[0];
                    (*jacobian)(i, 1) = -r.by_prediction * y * times[i] * slope[1];
                }
            }};
}

LeastSquaresState fit(const ParameterSpace& parameters, const LeastSquaresProblem& problem) {
    exec::ThreadTeam team(1);
    std::vector<std::vector<double>> starts;
    for (std::uint64_t i = 0; i < 4; ++i) {
        starts.push_back(parameters.from_cube(start_in_cube({2, 4, 9}, i)));
    }
    MultiStart result;
    const LocalSolver solver = [&](const std::vector<double>& start) {
        const LeastSquaresState state = minimise_squares(problem, start);
        return LocalFit{start, state.theta, state.cost, state.stop, state.evaluations, ""};
    };
    run_multi_start(starts, solver, team, result);
    return minimise_squares(problem, result.best().theta);
}

TEST(Fit, RecoversParametersOfDataWithoutNoise) {
    const ParameterSpace parameters = space();
    const auto data = observe(-1, 0.0);
    const LeastSquaresState state = fit(parameters, problem_of(parameters, data));
    const std::vector<double> x = parameters.values(state.theta);
    EXPECT_NEAR(x[0] / amplitude, 1.0, 1e-9);
    EXPECT_NEAR(x[1] / rate, 1.0, 1e-9);
}

// 95 % intervals from the curvature, 1.3 of 8 values censored on average: 300 repeats, binomial
// limits at 4.9 deviations 0.888 and 1. Replacing censored values by the limit is biased.
TEST(Fit, IntervalsHoldTheTruthWithCensoredValues) {
    const ParameterSpace parameters = space();
    constexpr int repeats = 300;
    int held = 0;
    int held_naively = 0;
    int censored = 0;
    for (int r = 0; r < repeats; ++r) {
        auto data = observe(r, 0.3);
        const auto count = [&](bool is_naive) {
            if (is_naive) {
                for (Observation& o : data) o.censoring = Censoring::none;
            }
            const LeastSquaresProblem problem = problem_of(parameters, data);
            const LeastSquaresState state = fit(parameters, problem);
            Matrix jacobian(data.size(), 2);
            std::vector<double> residuals(data.size());
            problem.evaluate(state.theta, residuals, &jacobian);
            const auto report = analyse_curvature(gram(jacobian), parameters.names(), {4.0, 4.0});
            const double off = (state.theta[1] - std::log10(rate)) / *report.standard_error[1];
            return std::abs(off) < 1.96 ? 1 : 0;
        };
        for (const Observation& o : data) censored += o.censoring == Censoring::left ? 1 : 0;
        held += count(false);
        held_naively += count(true);
    }
    EXPECT_GT(held / 300.0, 0.888);
    EXPECT_LT(held_naively, held - 100);
    EXPECT_GT(censored, 300);
    RecordProperty("held", held);
    RecordProperty("held_naively", held_naively);
}

TEST(Fit, ReportsWhatEarlyDataDoNotDetermine) {
    // Amplitude and bioavailability only appear as a product.
    const ParameterSpace parameters({{"amplitude", 0.1, 1e3, std::nan(""), Scale::log10},
                                     {"available", 1e-3, 1.0, std::nan(""), Scale::log10}});
    const std::vector<double> theta{1.0, -0.5};
    const Matrix jacobian = difference_jacobian(
        [&](std::span<const double> t, std::span<double> out) {
            const std::vector<double> x = parameters.values(t);
            for (std::size_t i = 0; i < 8; ++i) {
                out[i] = std::log(x[0] * x[1] * std::exp(-rate * times[i])) / spread;
            }
        },
        8, theta, parameters.lower(), parameters.upper());
    const auto report = analyse_curvature(gram(jacobian), parameters.names(), {4.0, 3.0});
    EXPECT_EQ(report.undetermined(), 1U);
    EXPECT_FALSE(report.standard_error[0]);
    EXPECT_NE(report.messages.at(0).find("available"), std::string::npos);
}

}  // namespace
}  // namespace caravel::inference
