// Sensitivities of models with formulas against exact derivatives, and the observed order.
#include "caravel/kinetics/sensitivity.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace caravel::kinetics {
namespace {

KineticModel one_formula(double start, const std::string& rate,
                         const std::vector<std::pair<std::string, double>>& coefficients) {
    KineticModel model;
    const SpeciesId y = model.add_species({"y", "", 1.0, true}, start);
    for (const auto& [name, value] : coefficients) {
        model.add_coefficient(name, value);
    }
    model.add_formula("rate", {{y, 1.0}}, rate);
    return model;
}

// Derivatives by the coefficients in order, then by the initial value.
std::vector<SensitivityParameter> all_parameters(const KineticModel& model) {
    std::vector<SensitivityParameter> list;
    for (std::size_t i = 0; i < model.coefficients().size(); ++i) {
        list.push_back({model.coefficients()[i].name, {{{static_cast<int>(i)}, 1.0}}, {}, {}, {}});
    }
    list.push_back({"y0", {}, {{{0}, 1.0}}, {}, {}, 1.0});
    return list;
}

struct Problem {
    KineticModel model;
    std::vector<double> exact;  // derivatives at the end
};

constexpr double end = 2.0;

// K ln(y0/y) + y0 - y = V t
Problem michaelis_menten() {
    constexpr double v = 0.9, k = 0.4, start = 2.0;
    double y = start;
    for (int i = 0; i < 50; ++i) {
        y -= (k * std::log(y / start) + y - start + v * end) * y / (k + y);
    }
    const double share = y / (k + y);
    return {one_formula(start, "-V*y/(K + y)", {{"V", v}, {"K", k}}),
            {-end * share, std::log(start / y) * share, (k / start + 1.0) * share}};
}

// y = K y0 / (y0 + (K - y0) e^-rt)
Problem logistic() {
    constexpr double r = 1.4, k = 3.0, start = 0.5;
    const double e = std::exp(-r * end);
    const double below = start + (k - start) * e;
    return {one_formula(start, "r*y*(1 - y/K)", {{"r", r}, {"K", k}}),
            {k * start * (k - start) * end * e / (below * below),
             start * start * (1.0 - e) / (below * below), k * k * e / (below * below)}};
}

// y = y0 exp(-k (t + b (1 - cos w t)/w))
Problem forced() {
    constexpr double k = 0.6, b = 0.5, w = 3.0, start = 1.5;
    const double extent = end + b * (1.0 - std::cos(w * end)) / w;
    const double y = start * std::exp(-k * extent);
    const double by_w = b * (std::sin(w * end) * end / w - (1.0 - std::cos(w * end)) / (w * w));
    return {one_formula(start, "-k*y*(1 + b*sin(w*time))", {{"k", k}, {"b", b}, {"w", w}}),
            {-extent * y, -k * (1.0 - std::cos(w * end)) / w * y, -k * by_w * y, y / start}};
}

double error(const Problem& problem, const SolverOptions& options,
             const SensitivityOptions& sensitivity = {}) {
    const CompiledModel compiled(problem.model);
    SensitivitySolver solver(compiled, options, all_parameters(problem.model), sensitivity);
    std::vector<double> y = problem.model.initial();
    std::vector<double> s(solver.parameter_count());
    solver.start(s);
    double step = 0.0;
    solver.advance(y, s, 0.0, end, step);
    double worst = 0.0;
    for (std::size_t i = 0; i < s.size(); ++i) {
        worst = std::max(worst, std::abs(s[i] - problem.exact[i]));
    }
    return worst;
}

double observed_order(const Problem& problem, Method method) {
    const auto with_step = [&](double h) {
        SolverOptions options;
        options.relative_tolerance = 1e3;
        options.first_step = h;
        options.longest_step = h;
        options.method = method;
        return error(problem, options);
    };
    return std::log2(with_step(0.03125) / with_step(0.015625));
}

TEST(FormulaSensitivities, OfMichaelisMentenHaveTheOrderOfTheMethod) {
    EXPECT_NEAR(observed_order(michaelis_menten(), Method::rodas4), 4.0, 0.3);
    EXPECT_NEAR(observed_order(michaelis_menten(), Method::rodas4p), 4.0, 0.3);
    EXPECT_NEAR(observed_order(michaelis_menten(), Method::rodas5p), 5.0, 0.3);
}

TEST(FormulaSensitivities, OfLogisticGrowthHaveTheOrderOfTheMethod) {
    EXPECT_NEAR(observed_order(logistic(), Method::rodas4), 4.0, 0.3);
    EXPECT_NEAR(observed_order(logistic(), Method::rodas4p), 4.0, 0.3);
    EXPECT_NEAR(observed_order(logistic(), Method::rodas5p), 5.0, 0.3);
}

TEST(FormulaSensitivities, OfRatesThatChangeWithTimeHaveTheOrderOfTheMethod) {
    EXPECT_NEAR(observed_order(forced(), Method::rodas4), 4.0, 0.3);
    EXPECT_NEAR(observed_order(forced(), Method::rodas4p), 4.0, 0.3);
    EXPECT_NEAR(observed_order(forced(), Method::rodas5p), 5.0, 0.3);
}

TEST(FormulaSensitivities, MeetTheToleranceOfTheState) {
    SolverOptions options;
    options.relative_tolerance = 1e-9;
    for (const Problem& problem : {michaelis_menten(), logistic(), forced()}) {
        EXPECT_LT(error(problem, options), 1e-7);
        EXPECT_LT(error(problem, options, {.in_error_test = true}), 2e-8);
    }
}

}  // namespace
}  // namespace caravel::kinetics
