// The integrator on rates given as formulas: exact solutions and the order with explicit time.
#include "caravel/kinetics/expression_tape.hpp"
#include "caravel/kinetics/solver.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace {

using namespace caravel::kinetics;

double run(const KineticModel& model, double end, SolverOptions options,
           const Forcing& forcing = {}) {
    const CompiledModel compiled(model);
    Solver solver(compiled, options);
    std::vector<double> y = model.initial();
    double step = 0.0;
    solver.advance(y, 0.0, end, step, forcing);
    return y[0];
}

// Fixed steps: tolerances so loose that every step is accepted.
SolverOptions fixed_steps(double h, Method method) {
    SolverOptions options;
    options.relative_tolerance = 1e8;
    options.first_step = h;
    options.longest_step = h;
    options.method = method;
    return options;
}

// y' = -k (y - sin t) + cos t has the solution sin t from y(0) = 0: stiff for large k, and wrong at
// first order without df/dt.
KineticModel followed_sine(double k, const char* formula) {
    KineticModel model;
    const SpeciesId y = model.add_species({"y", "", 1.0, false}, 0.0);
    model.add_coefficient("k", k);
    model.add_coefficient("s", 0.0);
    model.add_coefficient("c", 1.0);
    model.add_formula("follow", {{y, 1.0}}, formula);
    return model;
}

double observed_order(const KineticModel& model, Method method, const Forcing& forcing = {}) {
    constexpr double end = 2.0;
    const double coarse =
        std::abs(run(model, end, fixed_steps(0.05, method), forcing) - std::sin(end));
    const double fine =
        std::abs(run(model, end, fixed_steps(0.025, method), forcing) - std::sin(end));
    return std::log2(coarse / fine);
}

TEST(ExpressionIntegration, KeepsTheOrderWithExplicitTime) {
    const KineticModel model = followed_sine(2.0, "-k * (y - sin(time)) + cos(time)");
    EXPECT_GT(observed_order(model, Method::rodas4), 3.8);
    EXPECT_GT(observed_order(model, Method::rodas4p), 3.8);
    EXPECT_GT(observed_order(model, Method::rodas5p), 4.8);
}

TEST(ExpressionIntegration, KeepsTheOrderWithNonlinearTimeDependence) {
    // y = sin t solves y' = cos t + (y^2 - sin(t)^2) exp(-t)
    const KineticModel model = followed_sine(0.0, "cos(time) + (y^2 - sin(time)^2) * exp(-time)");
    EXPECT_GT(observed_order(model, Method::rodas4), 3.8);
    EXPECT_GT(observed_order(model, Method::rodas5p), 4.8);
}

TEST(ExpressionIntegration, KeepsTheOrderWhenForcedCoefficientsStandInsideAFormula) {
    // nonlinear in the forced coefficient s = sin t; c = cos t
    const KineticModel model = followed_sine(2.0, "-k * (y - s) * exp(s) + c");
    const Forcing forcing = [](double t, std::span<double> coefficients) {
        coefficients[1] = std::sin(t);
        coefficients[2] = std::cos(t);
    };
    EXPECT_GT(observed_order(model, Method::rodas4, forcing), 3.8);
    EXPECT_GT(observed_order(model, Method::rodas5p, forcing), 4.8);
}

TEST(ExpressionIntegration, FollowsAStiffDriver) {
    const KineticModel model = followed_sine(1e6, "-k * (y - sin(time)) + cos(time)");
    SolverOptions options;
    options.relative_tolerance = 1e-9;
    EXPECT_NEAR(run(model, 10.0, options), std::sin(10.0), 1e-8);
}

// Lambert's W for x >= 0 by Newton's method on w + log w = log x.
double log_lambert(double log_x) {
    double w = log_x > 1.0 ? log_x - std::log(log_x) : std::exp(log_x);
    for (int i = 0; i < 100; ++i) w -= (w + std::log(w) - log_x) / (1.0 + 1.0 / w);
    return w;
}

TEST(ExpressionIntegration, MeetsMichaelisMentenByLambertsW) {
    // S' = -V S/(K + S): S(t) = K W(S0/K exp((S0 - V t)/K))
    constexpr double v = 0.7;
    constexpr double km = 2.0;
    constexpr double s0 = 5.0;
    KineticModel model;
    const SpeciesId s = model.add_species({"S", "", s0, true}, s0);
    model.add_coefficient("V", v);
    model.add_coefficient("K", km);
    model.add_formula("decay", {{s, -1.0}}, "V * S / (K + S)");
    SolverOptions options;
    options.relative_tolerance = 1e-11;
    for (const double t : {1.0, 5.0, 10.0, 20.0}) {
        const double exact = km * log_lambert(std::log(s0 / km) + (s0 - v * t) / km);
        EXPECT_NEAR(run(model, t, options), exact, 1e-9 * exact) << t;
    }
}

TEST(ExpressionIntegration, MeetsLogisticGrowth) {
    KineticModel model;
    const SpeciesId n = model.add_species({"N", "", 1.0, true}, 1.0);
    model.add_coefficient("r", 0.3);
    model.add_coefficient("K", 1000.0);
    model.add_formula("growth", {{n, 1.0}}, "r * N * (1 - N / K)");
    SolverOptions options;
    options.relative_tolerance = 1e-11;
    const double exact = 1000.0 / (1.0 + 999.0 * std::exp(-0.3 * 25.0));
    EXPECT_NEAR(run(model, 25.0, options), exact, 1e-9 * exact);
}

TEST(ExpressionIntegration, GivesTheResultOfTheBuiltInLaws) {
    // the same Lotka-Volterra system by mass action and by formulas
    const auto build = [](bool formulas) {
        KineticModel model;
        const SpeciesId x = model.add_species({"x", "", 1.0, true}, 1.0);
        const SpeciesId y = model.add_species({"y", "", 1.0, true}, 0.5);
        const CoefficientId a = model.add_coefficient("a", 1.1);
        const CoefficientId b = model.add_coefficient("b", 0.4);
        const CoefficientId c = model.add_coefficient("c", 0.4);
        if (formulas) {
            model.add_formula("birth", {{x, 1.0}}, "a * x");
            model.add_formula("meal", {{x, -1.0}, {y, 0.25}}, "b * x * y");
            model.add_formula("death", {{y, -1.0}}, "c * y");
        } else {
            model.add_reaction({"birth", {{x, 1.0}}, {a, x, {}, {}}});
            model.add_reaction({"meal", {{x, -1.0}, {y, 0.25}}, {b, x, y, {}}});
            model.add_reaction({"death", {{y, -1.0}}, {c, y, {}, {}}});
        }
        return model;
    };
    SolverOptions options;
    options.relative_tolerance = 1e-10;
    const double expected = run(build(false), 30.0, options);
    EXPECT_NEAR(run(build(true), 30.0, options), expected, 1e-8 * expected);
}

}  // namespace
