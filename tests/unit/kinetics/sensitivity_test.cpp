#include "caravel/kinetics/sensitivity.hpp"
#include "../../support/mouse_model.hpp"
#include "caravel/base/error.hpp"
#include "caravel/kinetics/batch_individual.hpp"
#include "caravel/kinetics/sensitivity_predictions.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace caravel::kinetics {
namespace {

SolverOptions tolerance(double relative) {
    SolverOptions options;
    options.relative_tolerance = relative;
    return options;
}

struct Outcome {
    std::vector<double> y;
    std::vector<double> s;
};

Outcome run(const KineticModel& model, const std::vector<SensitivityParameter>& parameters,
            double end, double relative = 1e-9, const SensitivityOptions& sensitivity = {}) {
    const CompiledModel compiled(model);
    SensitivitySolver solver(compiled, tolerance(relative), parameters, sensitivity);
    Outcome result{model.initial(),
                   std::vector<double>(solver.species_count() * solver.parameter_count())};
    solver.start(result.s);
    double step = 0.0;
    solver.advance(result.y, result.s, 0.0, end, step);
    return result;
}

// The model with the parameter moved by `change`.
std::vector<double> moved(const KineticModel& model, const SensitivityParameter& parameter,
                          double change, double end) {
    Individual numbers = individual_of(model);
    for (const CoefficientWeight& link : parameter.coefficients) {
        numbers.coefficients[static_cast<std::size_t>(link.coefficient.index)] +=
            change * link.weight;
    }
    for (const FactorWeight& link : parameter.factor_a) {
        numbers.factor_a[link.place] += change * link.weight;
    }
    for (const FactorWeight& link : parameter.factor_b) {
        numbers.factor_b[link.place] += change * link.weight;
    }
    for (const Term& term : parameter.initial) {
        numbers.initial[static_cast<std::size_t>(term.species.index)] += change * term.weight;
    }
    const KineticModel other = model_of(model, numbers);
    const CompiledModel compiled(other);
    Solver solver(compiled, tolerance(1e-12));
    std::vector<double> y = other.initial();
    double step = 0.0;
    solver.advance(y, 0.0, end, step);
    return y;
}

// Central differences of two steps, extrapolated.
void expect_differences(const KineticModel& model,
                        const std::vector<SensitivityParameter>& parameters, double end,
                        double change, double relative) {
    const Outcome result = run(model, parameters, end, 1e-10);
    const std::size_t count = parameters.size();
    for (std::size_t p = 0; p < count; ++p) {
        const auto far = moved(model, parameters[p], 2.0 * change, end);
        const auto near = moved(model, parameters[p], change, end);
        const auto back = moved(model, parameters[p], -change, end);
        const auto far_back = moved(model, parameters[p], -2.0 * change, end);
        double largest = 0.0;
        for (std::size_t i = 0; i < near.size(); ++i) {
            largest = std::max(largest, std::abs(result.s[i * count + p]));
        }
        for (std::size_t i = 0; i < near.size(); ++i) {
            const double difference =
                (8.0 * (near[i] - back[i]) - (far[i] - far_back[i])) / (12.0 * change);
            EXPECT_NEAR(result.s[i * count + p], difference,
                        relative * std::abs(difference) + 1e-9 * largest)
                << parameters[p].name << ", species " << i;
        }
    }
}

int coefficient(const KineticModel& model, const std::string& name) {
    for (std::size_t i = 0; i < model.coefficients().size(); ++i) {
        if (model.coefficients()[i].name == name) {
            return static_cast<int>(i);
        }
    }
    throw std::invalid_argument(name);
}

// Logarithms of coefficients of the mouse, of a capacity, and of the dose.
std::vector<SensitivityParameter> mouse_parameters(const KineticModel& mouse) {
    std::vector<SensitivityParameter> list;
    for (const char* const name : {"liver.uptake", "spleen.uptake", "muscle.extravasation",
                                   "tumour.uptake", "rest.release", "excretion.bile"}) {
        const int index = coefficient(mouse, name);
        list.push_back({name,
                        {{{index}, mouse.coefficients()[static_cast<std::size_t>(index)].value}},
                        {},
                        {},
                        {},
                        1.0});
    }
    SensitivityParameter organs{"all coefficients", {}, {}, {}, {}, 1.0};
    for (std::size_t i = 0; i < mouse.coefficients().size(); ++i) {
        organs.coefficients.push_back({{static_cast<int>(i)}, mouse.coefficients()[i].value});
    }
    list.push_back(organs);
    for (const char* const name : {"liver.uptake", "tumour.uptake"}) {
        const std::size_t place = factor_place(mouse, name);
        list.push_back({std::string(name) + " capacity",
                        {},
                        {},
                        {{place, individual_of(mouse).factor_a[place]}},
                        {},
                        1.0});
    }
    list.push_back({"dose", {}, {{mouse.species("venous.particle"), 120.0}}, {}, {}, 1.0});
    return list;
}

// A -> B with one factor of this shape on A, over a volume where wanted.
KineticModel shaped(Shape shape, bool divided) {
    KineticModel model;
    const SpeciesId a = model.add_species({"A", "x", 1.0, true}, 1.7);
    const SpeciesId b = model.add_species({"B", "x", 1.0, true}, 0.4);
    const SpeciesId v = model.add_species({"V", "", 1.0, true}, 1.2);
    const CoefficientId k = model.add_coefficient("k", 0.8);
    const CoefficientId growth = model.add_coefficient("growth", 0.3);
    const CoefficientId pair = model.add_coefficient("pair", 0.2);
    const SumId load = model.add_sum({"load", {{a, 0.5}, {b, 0.8}}, 0.1});
    const SumId volume = model.add_sum({"volume", {{v, 1.0}}, 0.0});
    Factor factor{shape, load, 3.1, 1.6, {}};
    if (divided) {
        factor.divisor = volume;
    }
    model.add_transfer("AB", a, b, k, {factor});
    model.add_reaction({"growth", {{v, 1.0}}, {growth, v, {}, {}}});
    model.add_reaction({"pair", {{a, -1.0}, {b, 1.0}}, {pair, a, b, {}}});
    return model;
}

class EveryShape : public testing::TestWithParam<int> {};

TEST_P(EveryShape, AgreesWithDifferences) {
    for (const bool divided : {false, true}) {
        const KineticModel model = shaped(static_cast<Shape>(GetParam()), divided);
        std::vector<SensitivityParameter> parameters{
            {"k", {{{0}, 1.0}}, {}, {}, {}, 1.0},
            {"growth", {{{1}, 1.0}}, {}, {}, {}, 1.0},
            {"pair", {{{2}, 1.0}}, {}, {}, {}, 1.0},
            {"A0", {}, {{{0}, 1.0}}, {}, {}, 1.0},
            {"a", {}, {}, {{0, 1.0}}, {}, 1.0},
            {"b", {}, {}, {}, {{0, 1.0}}, 1.0},
            {"mixed", {{{0}, 0.5}, {{2}, -0.1}}, {{{1}, 0.3}}, {{0, 2.0}}, {{0, 0.1}}, 1.0}};
        expect_differences(model, parameters, 2.0, 3e-3, 1e-7);
    }
}

INSTANTIATE_TEST_SUITE_P(Shapes, EveryShape, testing::Range(0, 10));

TEST(SensitivitySolver, AgreesWithDifferencesOnTheWholeBodyMouse) {
    const KineticModel mouse = test::mouse_model();
    expect_differences(mouse, mouse_parameters(mouse), 24.0 * 3600.0, 2e-3, 1e-6);
}

TEST(SensitivitySolver, LeavesTheBitsOfTheState) {
    const KineticModel mouse = test::mouse_model();
    const CompiledModel compiled(mouse);
    const std::vector<double> times = test::mouse_output_times();
    for (const Method method : {Method::rodas4, Method::rodas4p, Method::rodas5p}) {
        for (const bool forced : {false, true}) {
            SolverOptions options;
            options.method = method;
            Solver plain(compiled, options);
            SensitivitySolver solver(compiled, options, mouse_parameters(mouse));
            const double rate = compiled.coefficients()[0];
            const auto set = [=](double t, std::span<double> k) { k[0] = rate * (1 + 1e-6 * t); };
            std::vector<double> y = mouse.initial();
            std::vector<double> own = y;
            std::vector<double> s(solver.species_count() * solver.parameter_count());
            solver.start(s);
            std::vector<double> outputs;
            std::vector<double> own_outputs;
            double step = 0.0;
            double own_step = 0.0;
            plain.advance(y, 0.0, times.back(), step, forced ? Forcing(set) : Forcing(), times,
                          [&](std::size_t, double, std::span<const double> values) {
                              outputs.insert(outputs.end(), values.begin(), values.end());
                          });
            const SensitivityForcing own_set = [=](double t, std::span<double> k,
                                                   std::span<double>) { set(t, k); };
            solver.advance(
                own, s, 0.0, times.back(), own_step, forced ? own_set : SensitivityForcing(), times,
                [&](std::size_t, double, std::span<const double> values, std::span<const double>) {
                    own_outputs.insert(own_outputs.end(), values.begin(), values.end());
                });
            EXPECT_EQ(own, y);
            EXPECT_EQ(own_outputs, outputs);
            EXPECT_EQ(own_step, step);
            EXPECT_EQ(solver.statistics().accepted, plain.statistics().accepted);
            EXPECT_EQ(solver.statistics().rejected, plain.statistics().rejected);
        }
    }
}

TEST(SensitivitySolver, GivesTheSameBitsWithAnyKernelTileAndThread) {
    const KineticModel mouse = test::mouse_model();
    const std::vector<SensitivityParameter> few = mouse_parameters(mouse);
    const Outcome reference =
        run(mouse, few, 3600.0, 1e-6, {false, usable_sensitivity_kernels()[0]});
    // From one group of lanes to a whole tile, and several tiles.
    for (const std::size_t count : {4U, 8U, 12U, 16U, 20U, 24U, 53U}) {
        std::vector<SensitivityParameter> many;
        while (many.size() < count) many.push_back(few[many.size() % few.size()]);
        for (const SensitivityKernels& kernels : usable_sensitivity_kernels()) {
            Outcome wide;
            std::thread([&] { wide = run(mouse, many, 3600.0, 1e-6, {false, kernels}); }).join();
            for (std::size_t i = 0; i < wide.s.size(); ++i) {
                const std::size_t p = i % count % few.size();
                ASSERT_EQ(wide.s[i], reference.s[i / count * few.size() + p])
                    << kernels.name << ' ' << count;
            }
        }
    }
}

TEST(SensitivitySolver, LeavesAConservedTotalToItsDose) {
    const KineticModel mouse = test::mouse_model();
    const std::vector<SensitivityParameter> parameters = mouse_parameters(mouse);
    const Outcome result = run(mouse, parameters, 168.0 * 3600.0, 1e-6);
    for (std::size_t p = 0; p < parameters.size(); ++p) {
        double total = 0.0;
        double extent = 0.0;
        for (std::size_t i = p; i < result.s.size(); i += parameters.size()) {
            total += result.s[i];
            extent += std::abs(result.s[i]);
        }
        const double expected = parameters[p].name == "dose" ? 120.0 : 0.0;
        EXPECT_NEAR(total, expected, 1e-12 * (extent + 120.0)) << parameters[p].name;
    }
}

TEST(SensitivitySolver, DerivesMassActionOfOneSpeciesWithItself) {
    KineticModel model;  // dA/dt = -2 k A^2: A = 1 / (1/A0 + 2 k t)
    const SpeciesId a = model.add_species({"A", "", 1.0, true}, 3.0);
    const CoefficientId k = model.add_coefficient("k", 0.4);
    model.add_reaction({"pair", {{a, -2.0}}, {k, a, a, {}}});
    const Outcome result =
        run(model, {{"k", {{k, 1.0}}, {}, {}, {}, 1.0}, {"A0", {}, {{a, 1.0}}, {}, {}, 1.0}}, 1.5);
    const double y = 1.0 / (1.0 / 3.0 + 1.2);
    EXPECT_NEAR(result.s[0], -3.0 * y * y, 1e-8);
    EXPECT_NEAR(result.s[1], y * y / 9.0, 1e-8);
}

KineticModel decay(double rate) {
    KineticModel model;
    const SpeciesId a = model.add_species({"A", "", 1.0, true}, 1.0);
    model.add_reaction({"loss", {{a, -1.0}}, {model.add_coefficient("k", rate), a, {}, {}}});
    return model;
}

TEST(SensitivitySolver, FollowsForcingWhoseSlopeIsAParameter) {
    const KineticModel model = decay(0.0);  // k = p (1 + t^2): A = exp(-p (t + t^3/3))
    const CompiledModel compiled(model);
    for (const Method method : {Method::rodas4, Method::rodas5p}) {
        SolverOptions options = tolerance(1e-9);
        options.method = method;
        SensitivitySolver solver(compiled, options, {{"p", {{{0}, 0.0}}, {}, {}, {}, 1.0}});
        const double p = 0.6;
        std::vector<double> y{1.0};
        std::vector<double> s{0.0};
        double step = 0.0;
        double inside = 0.0;
        solver.advance(
            y, s, 0.0, 2.0, step,
            [p](double t, std::span<double> k, std::span<double> weights) {
                k[0] = p * (1.0 + t * t);
                weights[0] = 1.0 + t * t;
            },
            std::vector<double>{0.7},
            [&](std::size_t, double, std::span<const double>, std::span<const double> values) {
                inside = values[0];
            });
        const auto exact = [p](double t) {
            const double integral = t + t * t * t / 3.0;
            return -integral * std::exp(-p * integral);
        };
        EXPECT_NEAR(s[0], exact(2.0), 1e-8);
        EXPECT_NEAR(inside, exact(0.7), 1e-7);
    }
}

TEST(SensitivitySolver, JumpsWithADoseAndItsDelay) {
    const KineticModel model = decay(0.5);
    const CompiledModel compiled(model);
    SensitivitySolver solver(compiled, tolerance(1e-10),
                             {{"k", {{{0}, 1.0}}, {}, {}, {}, 1.0},
                              {"dose", {}, {}, {}, {}, 1.0},
                              {"lag", {}, {}, {}, {}, 1.0}});
    SensitivityCourse course;
    course.initial = {1.0};
    course.times = {1.0, 3.0};
    course.jumps = {{1.0, {{{{0}, 4.0}}, {{1, {0}, 1.0}}, {{2, 1.0}}}}};
    // amount at 1 s (before the dose) and concentration at 3 s in a volume p_1-dependent
    const std::vector<Prediction> predictions{{{{{0}, 1.0}}, 0.0, 1.0, {}, 0},
                                              {{{{0}, 1.0}}, 0.0, 2.0, {{0, 0.3}}, 1}};
    const PredictionJacobian result = predict(solver, course, predictions);
    const double late = std::exp(-1.5) + 4.0 * std::exp(-1.0);
    EXPECT_NEAR(result.values[0], std::exp(-0.5), 1e-9);
    EXPECT_NEAR(result.derivatives[0], -std::exp(-0.5), 1e-9);
    EXPECT_EQ(result.derivatives[1], 0.0);
    EXPECT_NEAR(result.values[1], late / 2.0, 1e-9);
    EXPECT_NEAR(result.derivatives[3],
                (-3.0 * std::exp(-1.5) - 8.0 * std::exp(-1.0)) / 2.0 - late * 0.3 / 4.0, 1e-8);
    EXPECT_NEAR(result.derivatives[4], std::exp(-1.0) / 2.0, 1e-9);
    EXPECT_NEAR(result.derivatives[5], 0.5 * 4.0 * std::exp(-1.0) / 2.0, 1e-9);
}

TEST(SensitivitySolver, ShortensStepsWhereSensitivitiesAreInTheErrorTest) {
    const KineticModel model = decay(1.0);
    const CompiledModel compiled(model);
    std::vector<std::int64_t> steps;
    for (const bool tested : {false, true}) {
        SensitivityOptions options;
        options.in_error_test = tested;
        // y(0) = 0 stays 0, so the state alone sets no limit
        SensitivitySolver solver(compiled, tolerance(1e-8), {{"A0", {}, {{{0}, 1.0}}, {}, {}, 1.0}},
                                 options);
        std::vector<double> y{0.0};
        std::vector<double> s(1);
        solver.start(s);
        double step = 0.0;
        solver.advance(y, s, 0.0, 5.0, step);
        steps.push_back(solver.statistics().accepted);
        if (tested) {
            EXPECT_NEAR(s[0], std::exp(-5.0), 1e-8);
        }
    }
    EXPECT_GT(steps[1], 4 * steps[0]);
}

TEST(SensitivitySolver, RefusesWhatItCannotDerive) {
    const KineticModel model = decay(1.0);
    const CompiledModel compiled(model);
    const auto make = [&](SensitivityParameter parameter) {
        SensitivitySolver solver(compiled, {}, {std::move(parameter)});
    };
    EXPECT_THROW(make({"p", {{{1}, 1.0}}, {}, {}, {}, 1.0}), InputError);
    EXPECT_THROW(make({"p", {}, {{{-1}, 1.0}}, {}, {}, 1.0}), InputError);
    EXPECT_THROW(make({"p", {}, {}, {{0, 1.0}}, {}, 1.0}), InputError);
    EXPECT_THROW(make({"p", {}, {}, {}, {}, 0.0}), InputError);
    EXPECT_THROW(make({"p", {{{0}, std::nan("")}}, {}, {}, {}, 1.0}), InputError);
    SensitivitySolver solver(compiled, {}, {{"k", {{{0}, 1.0}}, {}, {}, {}, 1.0}});
    std::vector<double> y{1.0};
    std::vector<double> s{0.0};
    double step = 0.0;
    const std::vector<CrossingEvent> events(1);
    EXPECT_THROW(solver.advance(y, s, 0.0, 1.0, step, {}, {}, {}, events), NotAvailable);
    EXPECT_THROW(solver.advance(y, {}, 0.0, 1.0, step), std::invalid_argument);
}

TEST(SensitivitySolver, NamesTheParameterOfAnInfiniteDerivative) {
    const KineticModel model = decay(1.0);
    const CompiledModel compiled(model);
    SensitivitySolver solver(compiled, {}, {{"k", {{{0}, 1.0}}, {}, {}, {}, 1.0}});
    std::vector<double> y{1.0};
    std::vector<double> s{std::numeric_limits<double>::infinity()};
    double step = 0.0;
    try {
        solver.advance(y, s, 0.0, 1.0, step);
        FAIL() << "no error";
    } catch (const NumericalError& error) {
        EXPECT_EQ(error.failure().quantity, "A");
        EXPECT_NE(error.failure().problem.find("'k'"), std::string::npos);
    }
}

}  // namespace
}  // namespace caravel::kinetics
