#include "caravel/base/error.hpp"
#include "caravel/kinetics/sbml_simulation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace caravel::kinetics {
namespace {

Expression formula(const char* text) { return Expression::parse(text); }

// S (concentration in a compartment of 2 L) decays by a reaction that is written in amounts.
SbmlDescription decay() {
    SbmlDescription d;
    d.id = "decay";
    d.compartments = {{"V", 2.0}};
    d.species = {{"S", "V", std::nullopt, 5.0}};
    d.parameters = {{"k", 0.5}, {"total", std::nullopt}};
    d.reactions = {{"loss", formula("V * k * S"), {{"S", -1.0}}}};
    d.assignment_rules = {{"total", formula("S * V")}};
    return d;
}

std::vector<double> at(const SbmlModel& model, const SbmlValues& given, const char* name,
                       std::vector<double> times) {
    return values_of(model, simulate(model, given, times), formula(name));
}

std::string refusal(const SbmlDescription& description) {
    try {
        const SbmlModel model(description);
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

TEST(SbmlModel, StoresAmountsAndAnswersInConcentrations) {
    const SbmlModel model(decay());
    EXPECT_NEAR(at(model, {}, "S", {2.0})[0], 5.0 * std::exp(-1.0), 1e-7);
    EXPECT_NEAR(at(model, {}, "total", {2.0})[0], 10.0 * std::exp(-1.0), 1e-7);
    EXPECT_NEAR(at(model, {}, "loss", {0.0})[0], 2.0 * 0.5 * 5.0, 1e-12);
    EXPECT_EQ(model.find("S")->role, SbmlRole::state);
    EXPECT_EQ(model.find("k")->role, SbmlRole::coefficient);
    EXPECT_EQ(model.find("total")->role, SbmlRole::assigned);
    EXPECT_EQ(model.find("none"), nullptr);
}

TEST(SbmlModel, TakesGivenParametersInitialValuesAndSizes) {
    const SbmlModel model(decay());
    EXPECT_NEAR(at(model, {{"k", 1.0}}, "S", {2.0})[0], 5.0 * std::exp(-2.0), 1e-7);
    EXPECT_NEAR(at(model, {{"S", 1.0}}, "S", {2.0})[0], std::exp(-1.0), 1e-7);
    // the initial concentration stays what it is in another volume
    EXPECT_NEAR(at(model, {{"V", 8.0}}, "total", {2.0})[0], 40.0 * std::exp(-1.0), 1e-6);
}

TEST(SbmlModel, AnAmountStaysWhatItIsInAnotherVolume) {
    SbmlDescription d = decay();
    d.species[0].concentration.reset();
    d.species[0].amount = 10.0;
    const SbmlModel model(d);
    EXPECT_DOUBLE_EQ(at(model, {}, "S", {0.0})[0], 5.0);
    EXPECT_DOUBLE_EQ(at(model, {{"V", 5.0}}, "S", {0.0})[0], 2.0);
}

TEST(SbmlModel, InitialAssignmentsFollowGivenParametersUnlessGivenThemselves) {
    SbmlDescription d = decay();
    d.parameters.push_back({"start", std::nullopt});
    d.parameters.push_back({"half", std::nullopt});
    d.initial_assignments = {{"S", formula("2 * start + k")},
                             {"start", formula("half * 2")},
                             {"half", formula("k * 10")}};
    const SbmlModel model(d);
    EXPECT_DOUBLE_EQ(at(model, {}, "S", {0.0})[0], 20.5);
    EXPECT_DOUBLE_EQ(at(model, {{"k", 1.0}}, "S", {0.0})[0], 41.0);
    EXPECT_DOUBLE_EQ(at(model, {{"start", 3.0}}, "S", {0.0})[0], 6.5);
    EXPECT_EQ(model.initial_expression("S").names(), std::vector<std::string>{"k"});
    EXPECT_EQ(model.initial_expression("S", {"start"}).names(),
              (std::vector<std::string>{"k", "start"}));
}

TEST(SbmlModel, FollowsACompartmentThatGrows) {
    SbmlDescription d = decay();
    d.reactions.clear();
    d.species = {{"S", "V", 10.0, std::nullopt, true},  // an amount, diluted
                 {"R", "V", std::nullopt, 3.0, true}};  // its concentration has a rate
    d.rate_rules = {{"V", formula("1")}, {"R", formula("0.1")}};
    d.assignment_rules.clear();
    d.parameters.clear();
    const SbmlModel model(d);
    EXPECT_NEAR(at(model, {}, "S", {3.0})[0], 10.0 / 5.0, 1e-9);
    EXPECT_NEAR(at(model, {}, "R", {3.0})[0], 3.3, 1e-7);
}

TEST(SbmlModel, RunsEventsAtExactTimesAndReportsTheStateBehindThem) {
    SbmlDescription d = decay();
    d.events = {{"dose", formula("time >= 2"), true, {{"S", formula("S + 1")}}},
                {"again", formula("time == 3"), true, {{"S", formula("0")}, {"k", formula("0")}}}};
    const SbmlModel model(d);
    const std::vector<double> s = at(model, {}, "S", {1.0, 2.0, 2.5, 3.0, 4.0});
    const double before = 5.0 * std::exp(-1.0);
    EXPECT_NEAR(s[0], 5.0 * std::exp(-0.5), 1e-7);
    EXPECT_NEAR(s[1], before + 1.0, 1e-7);
    EXPECT_NEAR(s[2], (before + 1.0) * std::exp(-0.25), 1e-7);
    EXPECT_EQ(s[3], 0.0);
    EXPECT_EQ(s[4], 0.0);
    EXPECT_EQ(at(model, {}, "k", {2.9, 3.1}), (std::vector<double>{0.5, 0.0}));
}

TEST(SbmlModel, RunsEventsWhereTheStateCrosses) {
    SbmlDescription d = decay();
    d.events = {{"refill", formula("S < 2.5"), true, {{"S", formula("5")}}}};
    const SbmlModel model(d);
    const double period = std::log(2.0) / 0.5;
    EXPECT_NEAR(at(model, {}, "S", {2.5 * period})[0], 5.0 * std::exp(-0.25 * period), 1e-5);
}

TEST(SbmlModel, AnEventAtTheStartNeedsATriggerThatWasFalse) {
    SbmlDescription d = decay();
    d.events = {{"start", formula("time >= 0"), false, {{"S", formula("1")}}}};
    EXPECT_EQ(at(SbmlModel(d), {}, "S", {0.0})[0], 1.0);
    d.events[0].initial_value = true;
    EXPECT_EQ(at(SbmlModel(d), {}, "S", {0.0})[0], 5.0);
}

TEST(SbmlModel, StopsEventsThatSetEachOtherOff) {
    SbmlDescription d = decay();
    d.parameters.push_back({"a", 0.0});
    d.events = {{"up", formula("time >= 1 and a < 0.5"), true, {{"a", formula("1")}}},
                {"down", formula("time >= 1 and a > 0.5"), true, {{"a", formula("0")}}}};
    const SbmlModel model(d);
    EXPECT_THROW(at(model, {}, "S", {2.0}), NumericalError);
}

TEST(SbmlModel, IntegratesPulsesWithoutLoss) {
    SbmlDescription d = decay();
    d.reactions[0].rate =
        formula("-V * piecewise(1000, time - floor(time) < 0.001, 0)");  // 1 a time unit
    const SbmlModel model(d);
    EXPECT_NEAR(at(model, {}, "S", {10.0})[0], 15.0, 1e-6);
}

TEST(SbmlModel, RefusesWhatCannotBeJoined) {
    SbmlDescription d = decay();
    d.reactions[0].rate = formula("V * kk * S");
    EXPECT_NE(refusal(d).find("'kk'"), std::string::npos);
    EXPECT_NE(refusal(d).find("did you mean 'k'"), std::string::npos);
    d = decay();
    d.assignment_rules.push_back({"k", formula("total")});
    d.assignment_rules[0].formula = formula("k");
    EXPECT_NE(refusal(d).find("depends on itself"), std::string::npos);
    d = decay();
    d.initial_assignments = {{"k", formula("S")}, {"S", formula("k")}};
    EXPECT_NE(refusal(d).find("depends on itself"), std::string::npos);
    d = decay();
    d.rate_rules = {{"S", formula("1")}};
    EXPECT_NE(refusal(d).find("boundary"), std::string::npos);
    d = decay();
    d.species[0].compartment = "W";
    EXPECT_NE(refusal(d).find("'W'"), std::string::npos);
    d = decay();
    d.parameters.push_back({"S", 1.0});
    EXPECT_NE(refusal(d).find("twice"), std::string::npos);
}

TEST(SbmlModel, RefusesValuesThatDoNotFit) {
    const SbmlModel model(decay());
    EXPECT_THROW(at(model, {{"kk", 1.0}}, "S", {1.0}), InputError);
    EXPECT_THROW(at(model, {{"total", 1.0}}, "S", {1.0}), InputError);
    EXPECT_THROW(at(model, {{"k", std::nan("")}}, "S", {1.0}), InputError);
    EXPECT_THROW(at(model, {}, "nothing", {1.0}), InputError);
    EXPECT_THROW(at(model, {}, "S", {1.0, 0.5}), InputError);
    EXPECT_THROW(at(model, {}, "S", {-1.0}), InputError);
    SbmlDescription d = decay();
    d.parameters[0].value.reset();
    const SbmlModel open(d);
    EXPECT_THROW(at(open, {}, "S", {1.0}), InputError);
    EXPECT_NEAR(at(open, {{"k", 0.5}}, "S", {2.0})[0], 5.0 * std::exp(-1.0), 1e-7);
}

TEST(SbmlModel, GivesTheSameBitsAgain) {
    const SbmlModel model(decay());
    SbmlSimulator simulator(model);
    const std::vector<double> times{1.0, 2.0};
    const SbmlRun first = simulator.run({}, times);
    static_cast<void>(simulator.run({{"k", 3.0}}, times));
    EXPECT_EQ(simulator.run({}, times).values, first.values);
}

// x1 = k + 1, x2 = x1 + 1, ...
SbmlDescription chain(int length) {
    SbmlDescription d = decay();
    for (int i = 0; i < length; ++i) {
        const std::string name = "x" + std::to_string(i);
        d.parameters.push_back({name, std::nullopt});
        d.assignment_rules.push_back(
            {name, formula(i == 0 ? "k + 1" : ("x" + std::to_string(i - 1) + " + 1").c_str())});
    }
    return d;
}

TEST(SbmlModel, RefusesChainsOfAssignmentsThatGrowTooLong) {
    EXPECT_EQ(SbmlModel(chain(300)).find("x299")->role, SbmlRole::assigned);
    const std::string length = "at most 2000000 numbers, names and operations";
    EXPECT_NE(refusal(chain(8000)).find(length), std::string::npos);
    SbmlDescription backwards = chain(8000);
    std::reverse(backwards.parameters.begin(), backwards.parameters.end());
    EXPECT_NE(refusal(backwards).find("at most 500 assignments that need each other"),
              std::string::npos);
    // Short chains that many formulas use.
    SbmlDescription wide = chain(100);
    const Expression last = formula("x99 * 2");
    for (int i = 0; i < 20'000; ++i) {
        const std::string name = "y" + std::to_string(i);
        wide.parameters.push_back({name, std::nullopt});
        wide.assignment_rules.push_back({name, last});
    }
    EXPECT_NE(refusal(wide).find(length), std::string::npos);
}

TEST(SbmlModel, RefusesRatesThatAreTooLongToDifferentiate) {
    SbmlDescription d = decay();
    std::string sum = "k";
    for (int i = 0; i < 8000; ++i) {
        const std::string name = "p" + std::to_string(i);
        d.parameters.push_back({name, 1.0});
        sum += " + " + name;
    }
    d.reactions[0].rate = formula(sum.c_str());
    EXPECT_NE(refusal(d).find("too long to differentiate"), std::string::npos);
}

TEST(SbmlModel, RefusesTooManyConditionsOfTime) {
    SbmlDescription d = decay();
    std::string sum = "k";
    for (int i = 1; i <= 10'001; ++i) sum += " + piecewise(1, time < " + std::to_string(i) + ", 0)";
    d.reactions[0].rate = formula(sum.c_str());
    EXPECT_NE(refusal(d).find("at most 10000 different ones"), std::string::npos);
}

TEST(SbmlModel, StopsARunThatSwitchesWithoutEnd) {
    SbmlDescription d = decay();
    d.reactions[0].rate = formula("k * floor(time * 1e9)");
    const SbmlModel model(d);
    SbmlOptions options;
    options.most_switches = 1000;
    const std::vector<double> times{1.0};
    EXPECT_THROW(simulate(model, {}, times, options), NumericalError);
}

TEST(SbmlModel, FollowsSharedInitialAssignmentsOnce) {
    SbmlDescription d = decay();
    d.parameters.push_back({"a0", 1.0});
    d.parameters.push_back({"a1", 1.0});
    for (int i = 2; i < 80; ++i) {
        const auto name = [](int k) { return "a" + std::to_string(k); };
        d.parameters.push_back({name(i), std::nullopt});
        d.initial_assignments.push_back(
            {name(i), formula((name(i - 1) + " + " + name(i - 2)).c_str())});
    }
    const SbmlModel model(d);
    EXPECT_EQ(model.initial_expression("a79").names(), (std::vector<std::string>{"a0", "a1"}));
}

}  // namespace
}  // namespace caravel::kinetics
