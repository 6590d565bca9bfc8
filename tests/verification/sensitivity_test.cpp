// Sensitivities against exact derivatives, and the observed order of the method.
#include "caravel/kinetics/sensitivity.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

namespace caravel::kinetics {
namespace {

// Steps of this length, whatever the error.
SolverOptions fixed_steps(Method method, double h) {
    SolverOptions options;
    options.relative_tolerance = 1e3;
    options.first_step = h;
    options.longest_step = h;
    options.method = method;
    return options;
}

// A -> B -> with rates k1, k2 from A(0) = a; columns k1, k2, a.
struct Chain {
    static constexpr double k1 = 1.3, k2 = 0.7, a = 2.0;
    KineticModel model;

    Chain() {
        const SpeciesId first = model.add_species({"A", "", 1.0, true}, a);
        const SpeciesId second = model.add_species({"B", "", 1.0, true}, 0.0);
        const CoefficientId c1 = model.add_coefficient("k1", k1);
        const CoefficientId c2 = model.add_coefficient("k2", k2);
        model.add_transfer("AB", first, second, c1);
        model.add_reaction({"out", {{second, -1.0}}, {c2, second, {}, {}}});
    }
    static std::vector<SensitivityParameter> parameters() {
        return {{"k1", {{{0}, 1.0}}, {}, {}, {}, 1.0},
                {"k2", {{{1}, 1.0}}, {}, {}, {}, 1.0},
                {"a", {}, {{{0}, 1.0}}, {}, {}, 1.0}};
    }
    static std::vector<double> exact(double t) {
        const double e1 = std::exp(-k1 * t);
        const double e2 = std::exp(-k2 * t);
        const double d = k2 - k1;
        return {-a * t * e1,
                0.0,
                e1,
                a * ((e1 - e2) / d - k1 * t * e1 / d + k1 * (e1 - e2) / (d * d)),
                a * k1 * (t * e2 / d - (e1 - e2) / (d * d)),
                k1 * (e1 - e2) / d};
    }
};

// dy/dt = -V y / (K + y): K ln(y0/y) + y0 - y = V t; columns V, K, y0.
struct Saturation {
    static constexpr double v = 0.9, k = 0.4, start = 2.0;
    KineticModel model;

    Saturation() {
        const SpeciesId y = model.add_species({"y", "", 1.0, true}, start);
        const CoefficientId c = model.add_coefficient("V/K", v / k);
        const SumId sum = model.add_sum({"y", {{y, 1.0}}, 0.0});
        model.add_reaction(
            {"loss", {{y, -1.0}}, {c, y, {}, {{Shape::michaelis, sum, k, 1.0, {}}}}});
    }
    static std::vector<SensitivityParameter> parameters() {
        return {{"V", {{{0}, 1.0 / k}}, {}, {}, {}, 1.0},
                {"K", {{{0}, -v / (k * k)}}, {}, {{0, 1.0}}, {}, 1.0},
                {"y0", {}, {{{0}, 1.0}}, {}, {}, 1.0}};
    }
    static double state(double t) {
        double y = start;
        for (int i = 0; i < 50; ++i) {
            y -= (k * std::log(y / start) + y - start + v * t) * y / (k + y);
        }
        return y;
    }
    static std::vector<double> exact(double t) {
        const double y = state(t);
        const double share = y / (k + y);
        return {-t * share, std::log(start / y) * share, (k / start + 1.0) * share};
    }
};

template <class Case>
double error(const SolverOptions& options, double end, bool half_way = false) {
    const Case problem;
    const CompiledModel compiled(problem.model);
    SensitivitySolver solver(compiled, options, Case::parameters());
    std::vector<double> y = problem.model.initial();
    std::vector<double> s(solver.species_count() * solver.parameter_count());
    solver.start(s);
    double step = 0.0;
    double worst = 0.0;
    const auto compare = [&](double t, std::span<const double> values) {
        const std::vector<double> exact = Case::exact(t);
        for (std::size_t i = 0; i < exact.size(); ++i) {
            worst = std::max(worst, std::abs(values[i] - exact[i]));
        }
    };
    const std::array inside{0.37 * options.longest_step};
    if (half_way) {
        solver.advance(y, s, 0.0, end, step, {}, inside,
                       [&](std::size_t, double t, std::span<const double>,
                           std::span<const double> values) { compare(t, values); });
    } else {
        solver.advance(y, s, 0.0, end, step);
        compare(end, s);
    }
    return worst;
}

template <class Case>
double observed_order(Method method) {
    return std::log2(error<Case>(fixed_steps(method, 0.125), 2.0) /
                     error<Case>(fixed_steps(method, 0.0625), 2.0));
}

TEST(ForwardSensitivities, OfALinearChainHaveTheOrderOfTheMethod) {
    EXPECT_NEAR(observed_order<Chain>(Method::rodas4), 4.0, 0.25);
    EXPECT_NEAR(observed_order<Chain>(Method::rodas4p), 4.0, 0.25);
    EXPECT_GT(observed_order<Chain>(Method::rodas5p), 4.75);  // 5.8 at these steps
}

TEST(ForwardSensitivities, OfMichaelisMentenHaveTheOrderOfTheMethod) {
    EXPECT_NEAR(observed_order<Saturation>(Method::rodas4), 4.0, 0.4);
    EXPECT_NEAR(observed_order<Saturation>(Method::rodas4p), 4.0, 0.4);
    EXPECT_NEAR(observed_order<Saturation>(Method::rodas5p), 5.0, 0.4);
}

TEST(ForwardSensitivities, OfDenseOutputHaveItsLocalOrder) {
    const double ratio = error<Saturation>(fixed_steps(Method::rodas5p, 0.125), 0.125, true) /
                         error<Saturation>(fixed_steps(Method::rodas5p, 0.0625), 0.0625, true);
    EXPECT_GT(std::log2(ratio), 4.6);  // order 4: local error of order 5
}

TEST(ForwardSensitivities, MeetTheToleranceOfTheState) {
    SolverOptions options;
    options.relative_tolerance = 1e-8;
    EXPECT_LT(error<Chain>(options, 5.0), 1e-7);
    EXPECT_LT(error<Saturation>(options, 3.0), 1e-7);
}

}  // namespace
}  // namespace caravel::kinetics
