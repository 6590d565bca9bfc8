#include "caravel/kinetics/solver.hpp"

#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

namespace caravel::kinetics {
namespace {

struct Decay {
    KineticModel model;
    SpeciesId a = model.add_species({"a", "x"}, 2.0);
    SpeciesId b = model.add_species({"b", "x"}, 0.0);
    CoefficientId k = model.add_coefficient("k", 0.5);
    SumId amount = model.add_sum({"amount", {{a, 1.0}}, 0.0});
    Decay() { model.add_transfer("decay", a, b, k); }
};

// fast exchange with a slow saturating sink
KineticModel stiff_model() {
    KineticModel model;
    const SpeciesId a = model.add_species({"a", "x"}, 1.0);
    const SpeciesId b = model.add_species({"b", "x"}, 0.0);
    const SpeciesId c = model.add_species({"c", "x"}, 0.0);
    const CoefficientId fast = model.add_coefficient("fast", 1e4);
    const CoefficientId slow = model.add_coefficient("slow", 0.1);
    const SumId load = model.add_sum({"load", {{c, 1.0}}, 0.0});
    model.add_transfer("there", a, b, fast);
    model.add_transfer("back", b, a, fast);
    model.add_transfer("uptake", b, c, slow, {{Shape::capacity, load, 0.7, 1.0}});
    return model;
}

TEST(Solver, DeliversOutputsInOrderAndEndsExactly) {
    const Decay decay;
    const CompiledModel compiled(decay.model);
    Solver solver(compiled);
    std::vector<double> y = decay.model.initial();
    const std::vector<double> times{0.0, 0.1, 1.0, 2.5, 7.0};
    std::vector<std::size_t> seen;
    double next_step = 0.0;
    const double end =
        solver.advance(y, 0.0, 7.0, next_step, {}, times,
                       [&](std::size_t index, double t, std::span<const double> values) {
                           seen.push_back(index);
                           EXPECT_EQ(t, times[index]);
                           EXPECT_NEAR(values[0], 2.0 * std::exp(-0.5 * t), 2e-6);
                           if (t == 7.0) {
                               EXPECT_GT(values[1], 0.0);
                           }
                       });
    EXPECT_EQ(end, 7.0);
    EXPECT_EQ(seen, (std::vector<std::size_t>{0, 1, 2, 3, 4}));
    EXPECT_NEAR(y[0], 2.0 * std::exp(-3.5), 1e-6);
    EXPECT_NEAR(y[0] + y[1], 2.0, 1e-14);
}

TEST(Solver, ResumesBitForBitWithTheNextStepAsOnlyMemory) {
    const KineticModel model = stiff_model();
    const CompiledModel compiled(model);
    const auto forcing = [](double t, std::span<double> k) { k[1] = 0.1 + 0.05 * std::sin(t); };
    for (const bool forced : {false, true}) {
        Solver one(compiled);
        std::vector<double> y = model.initial();
        double step = 0.0;
        const Forcing chosen = forced ? Forcing(forcing) : Forcing();
        one.advance(y, 0.0, 3.0, step, chosen);
        std::vector<double> resumed = y;
        double resumed_step = step;
        one.advance(y, 3.0, 40.0, step, chosen);
        Solver other(compiled);
        other.advance(resumed, 3.0, 40.0, resumed_step, chosen);
        EXPECT_EQ(y, resumed);
        EXPECT_EQ(step, resumed_step);
        EXPECT_GT(step, 0.0);
    }
}

TEST(Solver, CrossesAnIntervalOfOneRoundingError) {
    const Decay decay;
    const CompiledModel compiled(decay.model);
    Solver solver(compiled);
    std::vector<double> y = decay.model.initial();
    const double start = 6e5;
    const double end = std::nextafter(start, 1e6);
    for (double next_step : {0.0, 10.0}) {
        EXPECT_EQ(solver.advance(y, start, end, next_step), end);
        EXPECT_NEAR(y[0], 2.0, 1e-9);
    }
}

TEST(Solver, NextStepIsNotTheStepCutByTheEnd) {
    const Decay decay;
    const CompiledModel compiled(decay.model);
    Solver solver(compiled);
    std::vector<double> y = decay.model.initial();
    double step = 0.0;
    solver.advance(y, 0.0, 1.0, step);
    const double before = step;
    solver.advance(y, 1.0, 1.0 + 1e-4 * before, step);
    EXPECT_GE(step, before);
}

TEST(Solver, StopsAtTheFirstCrossingAndDoesNotFindItAgain) {
    const Decay decay;
    const CompiledModel compiled(decay.model);
    Solver solver(compiled);
    std::vector<double> y = decay.model.initial();
    double step = 0.0;
    const std::vector<CrossingEvent> events{{decay.amount, 0.25}, {decay.amount, 1.0}};
    int outputs = 0;
    const std::vector<double> times{0.5, 1.0, 5.0};
    const double first = solver.advance(
        y, 0.0, 20.0, step, {}, times, [&](std::size_t, double, auto) { ++outputs; }, events);
    EXPECT_NEAR(first, 2.0 * std::log(2.0), 1e-5);
    EXPECT_NEAR(y[0], 1.0, 1e-12);
    EXPECT_EQ(outputs, 2);
    const double second = solver.advance(y, first, 20.0, step, {}, {}, {}, events);
    EXPECT_NEAR(second, 2.0 * std::log(8.0), 1e-5);
    EXPECT_EQ(solver.advance(y, second, 20.0, step, {}, {}, {}, events), 20.0);
}

TEST(Solver, NamesTheSpeciesThatIsDrainedBelowZero) {
    KineticModel model;
    model.add_species({"full"}, 1.0);
    const SpeciesId tank = model.add_species({"tank.water"}, 1.0);
    const CoefficientId k = model.add_coefficient("k", 0.5);
    model.add_reaction({"drain", {{tank, -1.0}}, {k, {}, {}, {}}});
    const CompiledModel compiled(model);
    Solver solver(compiled);
    std::vector<double> y = model.initial();
    double step = 0.0;
    try {
        solver.advance(y, 0.0, 10.0, step);
        FAIL();
    } catch (const NumericalError& error) {
        EXPECT_EQ(error.failure().quantity, "tank.water");
        EXPECT_NE(error.failure().problem.find("negative"), std::string::npos);
        EXPECT_NEAR(error.failure().last_good_time, 2.0, 1e-6);
        EXPECT_FALSE(error.failure().advice.empty());
    }
}

TEST(Solver, NamesTheSpeciesThatIsNotFinite) {
    const Decay decay;
    const CompiledModel compiled(decay.model);
    Solver solver(compiled);
    std::vector<double> y{2.0, std::numeric_limits<double>::quiet_NaN()};
    double step = 0.0;
    try {
        solver.advance(y, 0.0, 1.0, step);
        FAIL();
    } catch (const NumericalError& error) {
        EXPECT_EQ(error.failure().quantity, "b");
    }
}

TEST(Solver, ReportsBlowUp) {
    KineticModel model;
    const SpeciesId a = model.add_species({"a"}, 1.0);
    model.add_reaction({"explode", {{a, 1.0}}, {model.add_coefficient("k", 1.0), a, a, {}}});
    const CompiledModel compiled(model);
    Solver solver(compiled);
    std::vector<double> y = model.initial();
    double step = 0.0;
    try {
        solver.advance(y, 0.0, 2.0, step);  // y = 1/(1-t)
        FAIL();
    } catch (const NumericalError& error) {
        EXPECT_EQ(error.failure().quantity, "a");
        EXPECT_NEAR(error.failure().last_good_time, 1.0, 1e-3);
    }
}

TEST(Solver, HonoursTheStepLimitAndRefusesBadCalls) {
    const Decay decay;
    const CompiledModel compiled(decay.model);
    SolverOptions options;
    options.step_limit = 3;
    options.longest_step = 0.01;
    Solver solver(compiled, options);
    std::vector<double> y = decay.model.initial();
    double step = 0.0;
    EXPECT_THROW(solver.advance(y, 0.0, 10.0, step), NumericalError);
    EXPECT_THROW(solver.advance(y, 1.0, 0.0, step), std::invalid_argument);
    const std::vector<double> late{3.0};
    EXPECT_THROW(solver.advance(y, 0.0, 1.0, step, {}, late, [](auto, auto, auto) {}),
                 std::invalid_argument);
}

TEST(Solver, ChangedCoefficientsTakeEffectInTheNextCall) {
    const Decay decay;
    const CompiledModel compiled(decay.model);
    Solver solver(compiled);
    solver.coefficients()[0] = 0.0;
    std::vector<double> y = decay.model.initial();
    double step = 0.0;
    solver.advance(y, 0.0, 5.0, step);
    EXPECT_EQ(y[0], 2.0);
}

// A rejected step that reaches the end must become shorter, wherever the end lies.
TEST(Solver, ReachesEveryEndOfAnOscillation) {
    KineticModel model;
    const auto x = model.add_species({"x", "", 1.0, false}, 1.0);
    const auto v = model.add_species({"v", "", 1.0, false}, 0.0);
    const auto up = model.add_coefficient("up", 1.0);
    const auto down = model.add_coefficient("down", -1.0);
    model.add_reaction({"x from v", {{x, 1.0}}, {up, v, {}, {}}});
    model.add_reaction({"v from x", {{v, 1.0}}, {down, x, {}, {}}});
    const CompiledModel compiled(model);
    for (int i = 0; i < 1000; ++i) {
        const double end = 5.0 + 0.02 * i;
        Solver solver(compiled);
        std::vector<double> y{1.0, 0.0};
        double step = 0.0;
        ASSERT_NO_THROW(solver.advance(y, 0.0, end, step)) << end;
        EXPECT_NEAR(y[0], std::cos(end), 1e-4) << end;
    }
}

}  // namespace
}  // namespace caravel::kinetics
