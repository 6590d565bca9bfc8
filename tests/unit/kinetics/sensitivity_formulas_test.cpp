// Sensitivities of models whose rates are formulas, against the same models made of factors.
#include "caravel/kinetics/sensitivity.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <span>
#include <string>
#include <vector>

namespace caravel::kinetics {
namespace {

struct Outcome {
    std::vector<double> y;
    std::vector<double> s;
};

SolverOptions fixed_steps(double h) {
    SolverOptions options;
    options.relative_tolerance = 1e3;
    options.first_step = h;
    options.longest_step = h;
    return options;
}

Outcome run(const KineticModel& model, const std::vector<SensitivityParameter>& parameters,
            double end, const SolverOptions& options, const SensitivityForcing& forcing = {},
            const SensitivityOptions& sensitivity = {}) {
    const CompiledModel compiled(model);
    SensitivitySolver solver(compiled, options, parameters, sensitivity);
    Outcome result{model.initial(),
                   std::vector<double>(solver.species_count() * solver.parameter_count())};
    solver.start(result.s);
    double step = 0.0;
    solver.advance(result.y, result.s, 0.0, end, step, forcing);
    return result;
}

void expect_near(const std::vector<double>& one, const std::vector<double>& other,
                 double relative) {
    ASSERT_EQ(one.size(), other.size());
    for (std::size_t i = 0; i < one.size(); ++i) {
        EXPECT_NEAR(one[i], other[i], relative * std::abs(other[i]) + 1e-15) << i;
    }
}

SensitivityParameter coefficient(int index, double weight = 1.0) {
    return {"k", {{{index}, weight}}, {}, {}, {}, 1.0};
}

SensitivityParameter initial(int species) { return {"y0", {}, {{{species}, 1.0}}, {}, {}, 1.0}; }

struct Pair {
    const char* name;
    Shape shape;
    const char* formula;
};

class FormulaOfAFactor : public testing::TestWithParam<Pair> {};

// A -> B with the factor of a load of A and B, as a factor and as a formula; columns k, a, b, A(0).
TEST_P(FormulaOfAFactor, HasItsSensitivities) {
    const auto base = [] {
        KineticModel model;
        model.add_species({"A", "", 1.0, true}, 1.7);
        model.add_species({"B", "", 1.0, true}, 0.4);
        model.add_coefficient("k", 0.8);
        model.add_coefficient("a", 3.1);
        model.add_coefficient("b", 1.6);
        model.add_sum({"x", {{{0}, 0.5}, {{1}, 0.8}}, 0.1});
        model.add_coefficient("loss", 0.3);
        model.add_reaction({"loss", {{{1}, -1.0}}, {{3}, {1}, {}, {}}});
        return model;
    };
    KineticModel built_in = base();
    built_in.add_transfer("AB", {0}, {1}, {0}, {{GetParam().shape, {0}, 3.1, 1.6, {}}});
    KineticModel formula = base();
    formula.add_formula("AB", {{{0}, -1.0}, {{1}, 1.0}},
                        "k * A * (" + std::string(GetParam().formula) + ")");
    const Outcome expected = run(built_in,
                                 {coefficient(0),
                                  {"a", {}, {}, {{0, 1.0}}, {}, 1.0},
                                  {"b", {}, {}, {}, {{0, 1.0}}, 1.0},
                                  initial(0)},
                                 2.0, fixed_steps(0.1));
    const Outcome result =
        run(formula, {coefficient(0), coefficient(1), coefficient(2), initial(0)}, 2.0,
            fixed_steps(0.1));
    expect_near(result.y, expected.y, 1e-12);
    expect_near(result.s, expected.s, 1e-12);
}

INSTANTIATE_TEST_SUITE_P(Shapes, FormulaOfAFactor,
                         testing::Values(Pair{"capacity", Shape::capacity, "max(1 - x/a, 0)"},
                                         Pair{"michaelis", Shape::michaelis, "1 / (1 + x/a)"},
                                         Pair{"hill", Shape::hill, "x^b / (a^b + x^b)"},
                                         Pair{"inhibition", Shape::inhibition, "1 / (1 + (x/a)^b)"},
                                         Pair{"exponential", Shape::exponential, "exp(-x/a)"},
                                         Pair{"power", Shape::power, "(x/a)^b"},
                                         Pair{"logarithm", Shape::logarithm, "ln(a/x)"},
                                         Pair{"simeoni", Shape::simeoni, "(1 + (x/a)^b)^(-1/b)"},
                                         Pair{"linear", Shape::linear, "x/a"},
                                         Pair{"logistic", Shape::logistic, "1 - (x/a)^b"}),
                         [](const auto& one) { return one.param.name; });

// dA/dt = -k A + source with a formula or not; k and source follow time by a forcing.
KineticModel open_decay(bool formula) {
    KineticModel model;
    const SpeciesId a = model.add_species({"A", "", 1.0, true}, 2.0);
    const CoefficientId k = model.add_coefficient("k", 0.7);
    const CoefficientId source = model.add_coefficient("source", 0.2);
    if (formula) {
        model.add_formula("loss", {{a, -1.0}}, "k * A");
        model.add_formula("source", {{a, 1.0}}, "source");
    } else {
        model.add_reaction({"loss", {{a, -1.0}}, {k, a, {}, {}}});
        model.add_reaction({"source", {{a, 1.0}}, {source, {}, {}, {}}});
    }
    return model;
}

TEST(SensitivityOfFormulas, FollowsCoefficientsThatMoveWithTime) {
    const SensitivityForcing forcing = [](double t, std::span<double> k, std::span<double> w) {
        k[0] = 0.7 * (1.0 + 0.3 * std::sin(t));
        k[1] = 0.2 + 0.1 * t * t;
        w[0] = 1.0 + 0.3 * std::sin(t);
        w[1] = t * t;
    };
    const std::vector<SensitivityParameter> parameters{coefficient(0), coefficient(1), initial(0)};
    const Outcome expected = run(open_decay(false), parameters, 3.0, fixed_steps(0.125), forcing);
    const Outcome result = run(open_decay(true), parameters, 3.0, fixed_steps(0.125), forcing);
    expect_near(result.y, expected.y, 1e-12);
    expect_near(result.s, expected.s, 1e-12);
}

// All that a formula can depend on at once.
KineticModel forced_growth() {
    KineticModel model;
    model.add_species({"A", "", 1.0, true}, 0.6);
    model.add_species({"B", "", 1.0, true}, 1.1);
    model.add_coefficient("r", 0.9);
    model.add_coefficient("K", 3.0);
    model.add_coefficient("w", 1.7);
    model.add_formula("growth", {{{0}, 1.0}}, "r * A * (1 - (A + B)/K) * (1 + 0.4*sin(w*time)^2)");
    model.add_formula("turn", {{{0}, -1.0}, {{1}, 0.5}}, "A * B^1.5 * exp(-r*time) / (K + A)");
    return model;
}

const std::vector<SensitivityParameter> growth_parameters{coefficient(0), coefficient(1),
                                                          coefficient(2), initial(0), initial(1)};

TEST(SensitivityOfFormulas, AgreesWithDifferencesWhereTimeAndCoefficientsMove) {
    const KineticModel model = forced_growth();
    const auto forcing_at = [](std::array<double, 3> p) {
        return SensitivityForcing([p](double t, std::span<double> k, std::span<double> w) {
            const double share = 1.0 + 0.2 * std::cos(t);
            for (std::size_t i = 0; i < 3; ++i) {
                k[i] = p[i] * (i == 1 ? share : 1.0);
                w[i] = i == 1 ? share : 1.0;
            }
        });
    };
    const std::array<double, 3> p{0.9, 3.0, 1.7};
    SolverOptions options;
    options.relative_tolerance = 1e-11;
    const Outcome result = run(model, growth_parameters, 2.5, options, forcing_at(p));
    for (std::size_t j = 0; j < 3; ++j) {
        const auto state = [&](double change) {
            std::array<double, 3> other = p;
            other[j] += change;
            return run(model, growth_parameters, 2.5, options, forcing_at(other)).y;
        };
        const double h = 1e-3;
        const auto far = state(2 * h), near = state(h), back = state(-h), far_back = state(-2 * h);
        for (std::size_t i = 0; i < 2; ++i) {
            const double difference =
                (8.0 * (near[i] - back[i]) - (far[i] - far_back[i])) / (12.0 * h);
            EXPECT_NEAR(result.s[i * 5 + j], difference, 2e-9) << i << ' ' << j;
        }
    }
}

TEST(SensitivityOfFormulas, LeavesTheBitsOfTheState) {
    const KineticModel model = forced_growth();
    const CompiledModel compiled(model);
    for (const bool forced : {false, true}) {
        Solver plain(compiled);
        std::vector<double> y = model.initial();
        double step = 0.0;
        const Forcing forcing =
            forced ? Forcing([](double t, std::span<double> k) { k[1] = 3.0 + 0.1 * t; })
                   : Forcing();
        plain.advance(y, 0.0, 4.0, step, forcing);
        const SensitivityForcing same =
            forced ? SensitivityForcing([](double t, std::span<double> k, std::span<double>) {
                k[1] = 3.0 + 0.1 * t;
            })
                   : SensitivityForcing();
        EXPECT_EQ(run(model, growth_parameters, 4.0, {}, same).y, y);
    }
}

TEST(SensitivityOfFormulas, HasTheSameBitsWithAnyKernel) {
    const KineticModel model = forced_growth();
    for (const Method method : {Method::rodas4, Method::rodas4p, Method::rodas5p}) {
        SolverOptions solver;
        solver.method = method;
        SensitivityOptions options;
        options.kernels = usable_sensitivity_kernels().front();
        const Outcome expected = run(model, growth_parameters, 3.0, solver, {}, options);
        for (const SensitivityKernels& kernels : usable_sensitivity_kernels()) {
            options.kernels = kernels;
            EXPECT_EQ(run(model, growth_parameters, 3.0, solver, {}, options).s, expected.s)
                << kernels.name;
        }
    }
}

// dy/dt = -min(k y, c) from above c/k: y = y0 - c t, then (c/k) exp(-k (t - t1)).
TEST(SensitivityOfFormulas, TakesTheBranchOfTheStateAtAKink) {
    constexpr double k = 2.0, c = 0.5, start = 1.0;
    for (const char* const text :
         {"min(k*y, c)", "piecewise(c, k*y > c, k*y)", "c - max(c - k*y, 0)"}) {
        KineticModel model;
        model.add_species({"y", "", 1.0, true}, start);
        model.add_coefficient("k", k);
        model.add_coefficient("c", c);
        model.add_formula("loss", {{{0}, -1.0}}, text);
        const std::vector<SensitivityParameter> parameters{coefficient(0), coefficient(1),
                                                           initial(0)};
        SolverOptions options;
        options.relative_tolerance = 1e-9;
        const Outcome before = run(model, parameters, 1.0, options);
        EXPECT_NEAR(before.y[0], 0.5, 1e-12) << text;
        EXPECT_EQ(before.s[0], 0.0) << text;
        EXPECT_NEAR(before.s[1], -1.0, 1e-12) << text;
        EXPECT_EQ(before.s[2], 1.0) << text;
        const double t = 3.0;
        const double t1 = (start - c / k) / c;  // 1.5
        const double decay = std::exp(-k * (t - t1));
        const Outcome behind = run(model, parameters, t, options);
        EXPECT_NEAR(behind.y[0], c / k * decay, 1e-8) << text;
        const double by_k = decay * (-c / (k * k) - c / k * (t - t1) + c * (1.0 / (k * k)));
        const double by_c = decay * (1.0 / k + c * -start / (c * c));
        // one step runs across the kink, and nothing bounds the error of S there
        EXPECT_NEAR(behind.s[0], by_k, 2e-5) << text;
        EXPECT_NEAR(behind.s[1], by_c, 2e-5) << text;
        EXPECT_NEAR(behind.s[2], decay, 2e-5) << text;
    }
}

TEST(SensitivityOfFormulas, JumpsWithADelayAtTheRatesOfItsTime) {
    KineticModel model;
    model.add_species({"y", "", 1.0, true}, 1.0);
    model.add_coefficient("k", 0.5);
    model.add_formula("loss", {{{0}, -1.0}}, "k * time * y");
    const CompiledModel compiled(model);
    SensitivitySolver solver(compiled, {}, {{"lag", {}, {}, {}, {}, 1.0}});
    std::vector<double> y{1.0};
    std::vector<double> s{0.0};
    solver.jump({{{{0}, 3.0}}, {}, {{0, 1.0}}}, 2.0, y, s);
    EXPECT_DOUBLE_EQ(y[0], 4.0);
    EXPECT_DOUBLE_EQ(s[0], 3.0);  // f before less f behind: -1 + 4
}

TEST(SensitivityOfFormulas, StandBesideReactionsOfFactors) {
    KineticModel model;
    model.add_species({"A", "", 1.0, true}, 1.0);
    model.add_species({"B", "", 1.0, true}, 0.0);
    const CoefficientId k = model.add_coefficient("k", 0.4);
    model.add_formula("loss", {{{1}, -1.0}}, "k * B");
    model.add_transfer("AB", {0}, {1}, k);
    const double t = 2.0;
    SolverOptions options;
    options.relative_tolerance = 1e-11;
    const Outcome result = run(model, {coefficient(k.index), initial(0)}, t, options);
    const double decay = std::exp(-0.4 * t);  // A = e^-kt, B = k t e^-kt
    EXPECT_NEAR(result.s[0], -t * decay, 1e-10);
    EXPECT_NEAR(result.s[1], decay, 1e-10);
    EXPECT_NEAR(result.s[2], (t - 0.4 * t * t) * decay, 1e-10);
    EXPECT_NEAR(result.s[3], 0.4 * t * decay, 1e-10);
}

}  // namespace
}  // namespace caravel::kinetics
