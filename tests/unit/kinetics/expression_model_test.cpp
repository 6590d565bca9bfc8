#include "caravel/base/error.hpp"
#include "caravel/kinetics/batch_solver.hpp"
#include "caravel/kinetics/expression_switches.hpp"
#include "caravel/kinetics/solver.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace caravel::kinetics {
namespace {

KineticModel mixed_model() {
    KineticModel model;
    const SpeciesId a = model.add_species({"A", "", 1.0, false}, 2.0);
    const SpeciesId b = model.add_species({"B", "", 1.0, false}, 0.5);
    const SpeciesId c = model.add_species({"C", "", 1.0, false}, 0.1);
    const CoefficientId k = model.add_coefficient("k", 0.3);
    model.add_coefficient("n", 2.5);
    model.add_sum({"total", {{a, 1.0}, {b, 2.0}}, 0.25});
    model.add_transfer("plain", a, b, k);
    model.add_formula("hill", {{a, -1.0}, {c, 2.0}}, "k * A^n / (total^n + A^n) * exp(-0.1*time)");
    model.add_formula("decay", {{c, -1.0}}, "k * C * B");
    return model;
}

TEST(ExpressionModel, HasTheJacobianOfDifferenceQuotients) {
    const CompiledModel compiled(mixed_model());
    const std::vector<double> y = compiled.model().initial();
    const std::vector<double> dense = compiled.dense_jacobian(y, compiled.coefficients(), 3.0);
    for (std::size_t column = 0; column < 3; ++column) {
        const double h = 1e-6;
        std::vector<double> up = y;
        std::vector<double> down = y;
        up[column] += h;
        down[column] -= h;
        std::vector<double> high(3);
        std::vector<double> low(3);
        compiled.rates(up, compiled.coefficients(), high, 3.0);
        compiled.rates(down, compiled.coefficients(), low, 3.0);
        for (std::size_t row = 0; row < 3; ++row) {
            EXPECT_NEAR(dense[row * 3 + column], (high[row] - low[row]) / (2.0 * h), 1e-8)
                << row << ' ' << column;
        }
    }
}

TEST(ExpressionModel, EvaluatesSumsCoefficientsAndTime) {
    const CompiledModel compiled(mixed_model());
    std::vector<double> rates(3);
    compiled.rates(compiled.model().initial(), compiled.coefficients(), rates, 3.0);
    const double an = std::pow(2.0, 2.5);
    const double hill = 0.3 * an / (std::pow(3.25, 2.5) + an) * std::exp(-0.3);
    EXPECT_NEAR(rates[0], -0.6 - hill, 1e-15);
    EXPECT_NEAR(rates[1], 0.6, 1e-15);
    EXPECT_NEAR(rates[2], 2.0 * hill - 0.3 * 0.1 * 0.5, 1e-15);
}

TEST(ExpressionModel, RefusesUnknownAndAmbiguousNames) {
    KineticModel model;
    const SpeciesId a = model.add_species({"alpha", "", 1.0, false}, 1.0);
    model.add_species({"twice", "", 1.0, false}, 1.0);
    model.add_coefficient("twice", 1.0);
    try {
        model.add_formula("r", {{a, 1.0}}, "alhpa * 2");
        FAIL();
    } catch (const std::invalid_argument& error) {
        EXPECT_NE(std::string(error.what()).find("did you mean 'alpha'"), std::string::npos);
    }
    EXPECT_THROW(model.add_formula("r", {{a, 1.0}}, "twice"), std::invalid_argument);
    EXPECT_THROW(model.add_formula("r", {{a, 1.0}}, "alpha +"), InputError);
}

TEST(ExpressionModel, RefusesAFormulaBesideOtherParts) {
    KineticModel model = mixed_model();
    RateLaw law;
    law.coefficient = CoefficientId{0};
    law.expression = Expression::parse("A");
    EXPECT_THROW(model.add_reaction({"both", {{SpeciesId{0}, 1.0}}, law}), std::invalid_argument);
}

TEST(ExpressionModel, IsRefusedByBatches) {
    const CompiledModel compiled(mixed_model());
    try {
        const BatchSolver solver(compiled);
        FAIL();
    } catch (const std::invalid_argument& error) {
        EXPECT_NE(std::string(error.what()).find("expression"), std::string::npos);
    }
}

TEST(ExpressionModel, StopsWhereAFunctionOfTimeAndStateCrosses) {
    KineticModel model;
    const SpeciesId y = model.add_species({"y", "", 1.0, false}, 1.0);
    model.add_formula("growth", {{y, 1.0}}, "y");
    const CompiledModel compiled(model);
    Solver solver(compiled, {.relative_tolerance = 1e-10});
    CrossingEvent event;
    event.threshold = 3.0;
    event.function = [](double t, std::span<const double> state) { return t + state[0]; };
    std::vector<double> state{1.0};
    double step = 0.0;
    const double reached =
        solver.advance(state, 0.0, 5.0, step, {}, {}, {}, std::vector<CrossingEvent>{event});
    EXPECT_NEAR(reached + std::exp(reached), 3.0, 1e-8);
}

// Switches are fixed names; "y" changes with the state.
TimeSwitches switches_of(const char* text, Expression& replaced) {
    TimeSwitches switches([](std::string_view name) { return name != "y"; });
    replaced = switches.replace(Expression::parse(text));
    switches.compile(std::vector<std::string>{"period"});
    return switches;
}

std::vector<double> switch_times(const TimeSwitches& switches, double end, double period = 7.0) {
    const std::vector<double> fixed{period};
    std::vector<double> values(switches.names().size());
    std::vector<double> times;
    for (double t = 0.0; t < end;) {
        switches.values(t, fixed, Side::after, values);
        t = switches.next(t, end, fixed, values);
        times.push_back(t);
    }
    return times;
}

TEST(TimeSwitches, FindThresholdsOfTimeExactly) {
    Expression replaced;
    const TimeSwitches switches =
        switches_of("piecewise(1, time < 0.3 or 2 * time >= 1.2, 0) * y", replaced);
    EXPECT_EQ(switches.names().size(), 2U);
    EXPECT_FALSE(replaced.depends_on("time"));
    EXPECT_EQ(switch_times(switches, 1.0), (std::vector<double>{0.3, 0.6, 1.0}));
}

TEST(TimeSwitches, FindTheEdgesInsideARepeatedCycle) {
    Expression replaced;
    const TimeSwitches switches =
        switches_of("piecewise(1, time - floor(time / period) * period <= 2, 0)", replaced);
    EXPECT_EQ(switch_times(switches, 15.0), (std::vector<double>{2.0, 7.0, 9.0, 14.0, 15.0}));
    EXPECT_EQ(switch_times(switches, 8.0, 5.0), (std::vector<double>{2.0, 5.0, 7.0, 8.0}));
}

TEST(TimeSwitches, TellTheInstantFromWhatFollows) {
    Expression replaced;
    const TimeSwitches switches = switches_of("piecewise(1, time == 3, 0) + ceil(time)", replaced);
    const std::vector<double> fixed{7.0};
    std::vector<double> values(2);
    switches.values(3.0, fixed, Side::at, values);
    EXPECT_EQ(values, (std::vector<double>{1.0, 3.0}));
    switches.values(3.0, fixed, Side::after, values);
    EXPECT_EQ(values, (std::vector<double>{0.0, 4.0}));
}

TEST(TimeSwitches, LeaveConditionsOfTheStateAndNonlinearOnes) {
    Expression replaced;
    const TimeSwitches switches =
        switches_of("piecewise(1, y > time, 0) + piecewise(1, time^2 > 2, 0)", replaced);
    EXPECT_TRUE(switches.names().empty());
}

}  // namespace
}  // namespace caravel::kinetics
