#include "caravel/inference/fit/objective.hpp"

#include "fit_example.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace caravel::inference::fit {
namespace {

/// y = a + b t with sigma estimated: values, one below a limit, one above.
FitProblem line(NoiseKind noise) {
    FitProblem problem;
    problem.parameters = {{.name = "a", .lower = 0.5, .upper = 50.0, .scale = Scale::log10},
                          {.name = "b", .lower = 0.01, .upper = 5.0},
                          {.name = "sigma", .lower = 0.01, .upper = 5.0, .scale = Scale::log10}};
    problem.fixed_noise = false;
    const std::vector<double> y{2.1, 2.9, 4.6, 1.5, 7.0, 6.0};
    for (std::size_t i = 0; i < y.size(); ++i) {
        Datum d;
        d.observable = "y";
        d.time = static_cast<double>(i);
        d.observation.value = y[i];
        d.noise = noise;
        if (i == 3) d.observation.censoring = Censoring::left;
        if (i == 5) d.observation.censoring = Censoring::right;
        problem.data.push_back(d);
    }
    problem.predict = [](std::span<const double> x, bool derivatives, Prediction& p) {
        p = {};
        for (int t = 0; t < 6; ++t) p.value.push_back(x[0] + x[1] * t);
        p.sigma.assign(6, x[2]);
        if (!derivatives) return;
        p.value_by_parameter = Matrix(6, 3);
        p.sigma_by_parameter = Matrix(6, 3);
        for (std::size_t t = 0; t < 6; ++t) {
            p.value_by_parameter(t, 0) = 1.0;
            p.value_by_parameter(t, 1) = static_cast<double>(t);
            p.sigma_by_parameter(t, 2) = 1.0;
        }
    };
    return problem;
}

class EveryNoise : public testing::TestWithParam<NoiseKind> {};

TEST_P(EveryNoise, GradientIsThatOfTheValue) {
    FitProblem problem = line(GetParam());
    problem.parameters[1].prior = Normal{1.0, 0.5};
    const FitObjective objective(problem);
    const std::vector<double> theta{0.3, 0.8, -0.4};
    std::vector<double> gradient(3);
    objective.value(theta, gradient);
    std::vector<double> quotients(3);
    difference_gradient([&](std::span<const double> x) { return objective.value(x); }, theta,
                        objective.box().lower, objective.box().upper, quotients);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(gradient[i], quotients[i], 2e-7);
}

TEST_P(EveryNoise, HalfTheSquaresAreTheObjectiveButForAConstant) {
    FitProblem problem = line(GetParam());
    problem.parameters[0].prior = LogNormal{3.0, 0.4};
    const FitObjective objective(problem);
    const LeastSquaresProblem squares = objective.least_squares();
    const auto difference = [&](const std::vector<double>& theta) {
        std::vector<double> r(squares.residuals);
        squares.evaluate(theta, r, nullptr);
        return 0.5 * dot(r, r) - objective.value(theta);
    };
    const double constant = difference({0.3, 0.8, -0.4});
    EXPECT_NEAR(difference({0.7, 0.2, 0.3}), constant, 1e-10);
    EXPECT_NEAR(difference({-0.1, 2.0, -0.9}), constant, 1e-10);
}

TEST_P(EveryNoise, GradientOfTheSquaresIsThatOfTheObjective) {
    FitProblem problem = line(GetParam());
    problem.parameters[1].prior = Laplace{1.0, 0.5};
    const FitObjective objective(problem);
    const LeastSquaresProblem squares = objective.least_squares();
    const std::vector<double> theta{0.3, 0.8, -0.4};
    std::vector<double> r(squares.residuals);
    Matrix jacobian;
    squares.evaluate(theta, r, &jacobian);
    std::vector<double> gradient(3);
    objective.value(theta, gradient);
    const std::vector<double> from_squares = multiply_transposed(jacobian, r);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(from_squares[i], gradient[i], 1e-9);
}

TEST_P(EveryNoise, DifferenceQuotientsReplaceMissingDerivatives) {
    const FitProblem own = line(GetParam());
    FitProblem without = own;
    without.predict = [&](std::span<const double> x, bool, Prediction& p) {
        own.predict(x, false, p);
    };
    const FitObjective a(own);
    const FitObjective b(without);
    const std::vector<double> theta{0.3, 0.8, -0.4};
    std::vector<double> ga(3);
    std::vector<double> gb(3);
    EXPECT_EQ(a.value(theta, ga), b.value(theta, gb));
    for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(ga[i], gb[i], 1e-7);
}

INSTANTIATE_TEST_SUITE_P(All, EveryNoise,
                         testing::Values(NoiseKind::normal, NoiseKind::log_normal,
                                         NoiseKind::student_t, NoiseKind::log_student_t));

TEST(FitObjective, ValueIsTheNegativeLogLikelihood) {
    FitProblem problem = line(NoiseKind::normal);
    problem.data.resize(1);
    const auto whole = problem.predict;
    problem.predict = [whole](std::span<const double> x, bool, Prediction& p) {
        whole(x, false, p);
        p.value.resize(1);
        p.sigma.resize(1);
    };
    const FitObjective objective(problem);
    // 2.1 measured, 2 predicted, sigma 0.5: log(0.5) + log(2 pi)/2 + 0.2^2/2.
    const double expected = std::log(0.5) + 0.9189385332046727 + 0.02;
    EXPECT_NEAR(objective.value(std::vector<double>{std::log10(2.0), 1.0, std::log10(0.5)}),
                expected, 1e-14);
}

TEST(FitObjective, InformationOfALineIsThatOfTextbooks) {
    FitProblem problem = line(NoiseKind::normal);
    for (Datum& d : problem.data) d.observation.censoring = Censoring::none;
    for (Parameter& p : problem.parameters) p.scale = Scale::linear;
    const FitObjective objective(problem);
    const Matrix f = objective.information(std::vector<double>{2.0, 1.0, 0.5});
    EXPECT_NEAR(f(0, 0), 6 / 0.25, 1e-12);
    EXPECT_NEAR(f(0, 1), 15 / 0.25, 1e-12);
    EXPECT_NEAR(f(1, 1), 55 / 0.25, 1e-12);
    EXPECT_NEAR(f(2, 2), 2 * 6 / 0.25, 1e-12);
    EXPECT_EQ(f(0, 2), 0.0);
}

std::string mistakes_of(const FitProblem& problem) {
    try {
        const FitObjective objective(problem);
    } catch (const InputError& error) {
        return error.what();
    }
    return "none";
}

TEST(FitObjective, RefusesEverythingThatIsWrongAtOnce) {
    FitProblem problem = line(NoiseKind::log_normal);
    problem.parameters[1].lower = std::nan("");
    problem.data[0].observation.value = std::nan("");
    problem.data[1].time = -2.0;
    problem.data[2].observation.value = 0.0;
    const std::string text = mistakes_of(problem);
    EXPECT_NE(text.find("b"), std::string::npos);
    EXPECT_NE(text.find("measured value 0 (y) is nan, expected a finite number"), std::string::npos)
        << text;
    EXPECT_NE(text.find("measured value 1 (y) is at time -2, expected a time of at least 0"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("measured value 2 (y) is 0 under noise of the logarithm"),
              std::string::npos)
        << text;
}

TEST(FitObjective, RefusesParametersWithoutBounds) {
    FitProblem problem = line(NoiseKind::normal);
    problem.parameters[0].lower = std::nan("");
    const std::string text = mistakes_of(problem);
    EXPECT_NE(text.find("'a'"), std::string::npos) << text;
    EXPECT_NE(text.find("bound"), std::string::npos) << text;
}

TEST(FitObjective, RefusesAnObservableWithoutOneMeasuredValue) {
    FitProblem problem = line(NoiseKind::normal);
    for (Datum& d : problem.data) d.observation.censoring = Censoring::left;
    EXPECT_NE(mistakes_of(problem).find("all values of y are censored"), std::string::npos);
}

TEST(FitObjective, RefusesAnEmptyProblem) {
    FitProblem problem = line(NoiseKind::normal);
    problem.data.clear();
    EXPECT_NE(mistakes_of(problem).find("there are no data"), std::string::npos);
}

TEST(FitObjective, NamesThePredictionThatIsNoNumber) {
    FitProblem problem = line(NoiseKind::normal);
    problem.predict = [](std::span<const double>, bool, Prediction& p) {
        p.value.assign(6, 1.0);
        p.sigma.assign(6, 1.0);
        p.value[4] = std::numeric_limits<double>::infinity();
    };
    const FitObjective objective(problem);
    try {
        objective.value(std::vector<double>{0.3, 0.8, -0.4});
        ADD_FAILURE();
    } catch (const NumericalError& error) {
        EXPECT_EQ(error.failure().quantity, "prediction of y");
        EXPECT_EQ(error.failure().problem, "is inf");
    }
}

TEST(FitObjective, HoldsItsProblemItself) {
    const FitObjective objective(test::two_compartment_problem(2));
    const FitProblem again = test::two_compartment_problem(2);
    EXPECT_EQ(objective.problem().data.size(), again.data.size());
    EXPECT_EQ(objective.value(objective.space().nominal()),
              FitObjective(again).value(objective.space().nominal()));
}

}  // namespace
}  // namespace caravel::inference::fit
