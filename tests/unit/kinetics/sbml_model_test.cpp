#include "caravel/base/error.hpp"
#include "caravel/kinetics/sbml_simulation.hpp"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace caravel::kinetics
