// Predictions that are 0, or 0 but for rounding, under noise of the logarithm.
#include "caravel/inference/fit/fit_run.hpp"
#include "caravel/inference/fit/verdict.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include <unistd.h>

namespace caravel::inference::fit {
namespace {

constexpr double e = 1e-9;  // what the integration resolves

/// y(0) = a, y(1) = b: measured 1 each, noise of the logarithm with sigma 1.
FitProblem two_values(bool exact, double resolution = e) {
    FitProblem problem;
    problem.name = "two";
    problem.identity = "two";
    problem.time_unit = "h";
    problem.parameters = {{.name = "a", .lower = 0.1, .upper = 10.0},
                          {.name = "b", .lower = -1e-7, .upper = 1e-7}};
    for (const double t : {0.0, 1.0}) {
        Datum d;
        d.observable = "y";
        d.condition = "c";
        d.time = t;
        d.observation.value = 1.0;
        d.noise = NoiseKind::log_normal;
        d.where = {"values.tsv", 2 + static_cast<int>(t), 1};
        problem.data.push_back(d);
    }
    problem.predict = [exact, resolution](std::span<const double> x, bool derivatives,
                                          Prediction& p) {
        p = {};
        p.value = {x[0], x[1]};
        p.sigma = {1.0, 1.0};
        p.resolution = {resolution, resolution};
        if (derivatives && exact) p.value_by_parameter = identity(2);
    };
    return problem;
}

double value_at(double b) { return FitObjective(two_values(true)).value(std::vector{1.0, b}); }

TEST(FitUnresolved, RoundingBelowZeroCountsAsAFewTolerances) {
    const double c = std::log(2.0 * 3.14159265358979323846);  // of two normal densities
    // e exp(p / e - 1) at p = 0 is e / exp(1).
    EXPECT_NEAR(value_at(0.0), c + 0.5 * std::pow(std::log(e) - 1.0, 2), 1e-9);
    EXPECT_NEAR(value_at(-1e-17), value_at(0.0), 1e-6);
    EXPECT_NEAR(value_at(-5.0 * e), c + 0.5 * std::pow(std::log(e) - 6.0, 2), 1e-9);
}

TEST(FitUnresolved, ResolvedPredictionsAreLeftAsTheyAre) {
    const FitObjective objective(two_values(true));
    EXPECT_EQ(objective.predict(std::vector{1.0, 3.0 * e}, false).value[1], 3.0 * e);
    EXPECT_EQ(objective.predict(std::vector{1.0, e}, false).value[1], e);
    EXPECT_NEAR(objective.predict(std::vector{1.0, (1.0 - 1e-6) * e}, false).value[1],
                (1.0 - 1e-6) * e, 1e-12 * e);
}

TEST(FitUnresolved, WhatSolversDoNotAcceptIsStillRefused) {
    EXPECT_THROW(value_at(-11.0 * e), NumericalError);
    const FitObjective unknown(two_values(true, 0.0));
    EXPECT_THROW(unknown.value(std::vector{1.0, -1e-17}), NumericalError);
    EXPECT_THROW(unknown.value(std::vector{1.0, 0.0}), NumericalError);
}

TEST(FitUnresolved, GradientIsThatOfTheValue) {
    const FitObjective objective(two_values(true));
    for (const double b : {-3.0 * e, -0.2 * e, 0.0, 0.7 * e, 2.0 * e}) {
        std::vector<double> gradient(2);
        objective.value(std::vector{1.5, b}, gradient);
        const double h = 1e-4 * e;
        const double slope =
            (objective.value(std::vector{1.5, b + h}) - objective.value(std::vector{1.5, b - h})) /
            (2.0 * h);
        EXPECT_NEAR(gradient[1], slope, 1e-5 * std::abs(slope)) << b;
    }
}

TEST(FitUnresolved, ResultSaysHowManyPredictionsAreUnresolved) {
    const FitProblem problem = two_values(true);
    const Prediction p = FitObjective(problem).predict(std::vector{1.0, -1e-17}, false);
    const auto text = unresolved_message(problem, p);
    ASSERT_TRUE(text);
    EXPECT_EQ(text->rfind("1 of 2 predictions under noise of the logarithm are 0 within", 0), 0u)
        << *text;
    EXPECT_NE(text->find("y of c at 1 h"), std::string::npos) << *text;
    const Prediction fine = FitObjective(problem).predict(std::vector{1.0, 1e-8}, false);
    EXPECT_FALSE(unresolved_message(problem, fine));
}

TEST(FitUnresolved, ValueBelowALimitMayBePredictedAsNothing) {
    FitProblem problem = two_values(true, 0.0);
    problem.data[1].observation.censoring = Censoring::left;
    problem.data.push_back(problem.data[0]);
    problem.data[2].observation.value = 2.0;
    problem.predict = [](std::span<const double> x, bool derivatives, Prediction& p) {
        p = {};
        p.value = {x[0], 0.0, x[0]};
        p.sigma = {1.0, 1.0, 1.0};
        if (derivatives) {
            p.value_by_parameter = Matrix(3, 2);
            p.value_by_parameter(0, 0) = p.value_by_parameter(2, 0) = 1.0;
        }
    };
    const FitObjective objective(problem);
    std::vector<double> gradient(2);
    // The probability of "below 1" is 1: two densities of y remain, one of them over 2.
    const double expected =
        std::log(2.0 * 3.14159265358979323846) + std::log(2.0) + 0.5 * std::pow(std::log(2.0), 2);
    EXPECT_NEAR(objective.value(std::vector{1.0, 0.0}, gradient), expected, 1e-12);
    EXPECT_NEAR(gradient[0], -std::log(2.0), 1e-12);
    EXPECT_NO_THROW(require_predictions_above_zero(objective));
}

FitProblem zero_at_start() {
    FitProblem problem = two_values(false, 0.0);
    problem.predict = [](std::span<const double> x, bool, Prediction& p) {
        p = {};
        p.value = {0.0, x[0]};
        p.sigma = {1.0, 1.0};
    };
    return problem;
}

TEST(FitZero, ValueThatIsPredictedAsZeroIsNamedWithItsLineBeforeAnyStart) {
    try {
        require_predictions_above_zero(FitObjective(zero_at_start()));
        FAIL();
    } catch (const InputError& error) {
        ASSERT_EQ(error.diagnostics().size(), 1u);
        const Diagnostic& d = error.diagnostics().front();
        EXPECT_EQ(d.where.file, "values.tsv");
        EXPECT_EQ(d.where.line, 2);
        EXPECT_NE(d.what.find("y (c) at 0 h is 0"), std::string::npos) << d.what;
        for (const char* advice : {"drop the point", "normal", "detection limit"})
            EXPECT_NE(d.hint.find(advice), std::string::npos) << d.hint;
    }
}

TEST(FitZero, NothingIsWrittenForARefusedFit) {
    const auto out =
        std::filesystem::temp_directory_path() / ("fit_zero_" + std::to_string(::getpid()));
    FitRunOptions options;
    options.out = out;
    FitJob job;
    job.problem = zero_at_start();
    EXPECT_THROW(run_fit_job(job, options), InputError);
    EXPECT_FALSE(std::filesystem::exists(out));
}

TEST(FitZero, NormalNoiseAndPredictionsAboveZeroSomewhereAreNotRefused) {
    FitProblem normal = zero_at_start();
    normal.data[0].noise = NoiseKind::normal;
    EXPECT_NO_THROW(require_predictions_above_zero(FitObjective(normal)));
    FitProblem somewhere = zero_at_start();
    somewhere.predict = [](std::span<const double> x, bool, Prediction& p) {
        p = {};
        p.value = {x[0] > 5.0 ? x[0] : 0.0, x[0]};
        p.sigma = {1.0, 1.0};
    };
    EXPECT_NO_THROW(require_predictions_above_zero(FitObjective(somewhere)));
    FitProblem failing = zero_at_start();
    failing.predict = [](std::span<const double>, bool, Prediction&) {
        throw NumericalError({"test", "y", "", 0.0, 0.0, "fails", ""});
    };
    EXPECT_NO_THROW(require_predictions_above_zero(FitObjective(failing)));
}

}  // namespace
}  // namespace caravel::inference::fit
