#include "caravel/inference/fit/verdict.hpp"

#include "caravel/inference/fit/page.hpp"
#include "caravel/inference/fit/results.hpp"
#include "caravel/inference/fit/squares_profile.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace caravel::inference::fit {
namespace {

constexpr double lower = -3.0;
constexpr double upper = 3.0;

/// Over the whole box; limits as given.
Profile profile(std::optional<double> below, std::optional<double> above) {
    Profile p;
    p.threshold = 1.92;
    p.below = {below, below ? 2.0 : 0.5, below ? "" : "open"};
    p.above = {above, above ? 2.0 : 0.5, above ? "" : "open"};
    p.points = {{lower, 2.0, {}}, {0.0, 0.0, {}}, {upper, 2.0, {}}};
    return p;
}

Estimate estimate(bool is_determined, const std::string& bound = "") {
    Estimate e;
    e.name = "k_d";
    e.bound = bound;
    e.is_determined = is_determined;
    return e;
}

TEST(FitVerdict, ClosedProfileOverrulesTheCurvature) {
    Estimate e = estimate(false);
    const auto text = follow_profile(profile(-1.0, 1.0), lower, upper, e);
    EXPECT_TRUE(e.is_determined);
    ASSERT_TRUE(text);
    EXPECT_NE(text->find("k_d counts as determined"), std::string::npos) << *text;
}

TEST(FitVerdict, ClosedProfileOfADeterminedParameterIsNoNews) {
    Estimate e = estimate(true);
    EXPECT_FALSE(follow_profile(profile(-1.0, 1.0), lower, upper, e));
    EXPECT_TRUE(e.is_determined);
}

TEST(FitVerdict, ProfileThatReachesItsBoundOverrulesTheCurvature) {
    Estimate e = estimate(true);
    const auto text = follow_profile(profile(std::nullopt, 1.0), lower, upper, e);
    EXPECT_FALSE(e.is_determined);
    ASSERT_TRUE(text);
    EXPECT_EQ(*text, "the profile of k_d is open below: open");
}

TEST(FitVerdict, SideOnWhoseBoundTheEstimateLiesNeedNotClose) {
    Estimate e = estimate(true, "upper");
    EXPECT_FALSE(follow_profile(profile(-1.0, std::nullopt), lower, upper, e));
    EXPECT_TRUE(e.is_determined);
    Estimate open = estimate(true, "upper");
    EXPECT_TRUE(follow_profile(profile(std::nullopt, std::nullopt), lower, upper, open));
    EXPECT_FALSE(open.is_determined);
}

TEST(FitVerdict, SideThatTookTooManyPointsDecidesNothing) {
    for (const bool before : {true, false}) {
        Profile p = profile(std::nullopt, 1.0);
        p.points.front().at = -1.0;
        Estimate e = estimate(before);
        EXPECT_FALSE(follow_profile(p, lower, upper, e));
        EXPECT_EQ(e.is_determined, before);
    }
}

TEST(FitVerdict, FlatProfileSaysNothing) {
    Profile p = profile(std::nullopt, std::nullopt);
    p.below.greatest_rise = p.above.greatest_rise = 1e-6;
    Estimate e = estimate(true);
    const auto text = follow_profile(p, lower, upper, e);
    EXPECT_FALSE(e.is_determined);
    ASSERT_TRUE(text);
    EXPECT_NE(text->find("flat"), std::string::npos);
}

/// y = k at one time, so weakly that its profile meets both bounds.
FitProblem weak() {
    FitProblem problem;
    problem.name = "weak";
    problem.parameters = {{.name = "other", .lower = 1.0, .upper = 2.0},
                          {.name = "k", .lower = 0.002, .upper = 700.0, .scale = Scale::log10}};
    problem.parameter_units = {"", "1/h"};
    Datum d;
    d.observable = "y";
    d.observation.value = 1.0;
    problem.data = {d, d};
    problem.predict = [](std::span<const double> x, bool, Prediction& p) {
        p = {};
        p.value = {std::log10(x[1]), x[0]};
        p.sigma = {10.0, 1.0};
    };
    return problem;
}

TEST(FitVerdict, RemarksTellBoundsInTheParametersOwnUnit) {
    const FitObjective objective(weak());
    FitPlan plan;
    plan.starts = 2;
    plan.profiles = true;
    exec::ThreadTeam team(1);
    FitRecord record;
    record.result = run_fit(objective, plan, team);
    record.check = predictive_check(objective, record.result, 1, 20, team, nullptr);
    const Estimate& k = record.result.estimates.at(1);
    ASSERT_TRUE(k.profile);
    EXPECT_EQ(k.profile->below.reason.rfind("the bound 0.002 1/h is reached", 0), 0u)
        << k.profile->below.reason;
    EXPECT_EQ(k.profile->above.reason.rfind("the bound 700 1/h is reached", 0), 0u)
        << k.profile->above.reason;
    const report::FitPage page = page_of(objective, record, "");
    EXPECT_NE(page.parameters.at(1).remark.find("the bound 700 1/h"), std::string::npos);
    EXPECT_FALSE(k.is_determined);
    EXPECT_NE(fit_summary(objective.problem(), record).find("NOT DETERMINED"), std::string::npos);
}

TEST(FitVerdict, SummaryGivesTheProfilesIntervalWhereTheCurvatureGivesNone) {
    FitRecord record;
    Estimate e = estimate(true);
    e.value = 0.9;
    e.profile_low = 0.55;
    e.profile_high = 1.06;
    record.result.estimates = {e};
    record.result.starts.fits.emplace_back(LocalFit{});
    const std::string text = fit_summary(weak(), record);
    EXPECT_NE(text.find("95 % by profile 0.55 to 1.06"), std::string::npos) << text;
}

/// Two rates that may change places: the estimates are 1 and 4, each within 10 %.
FitResult two_rates(const std::vector<std::vector<double>>& found) {
    FitResult result;
    result.objective = 20.0;
    for (const double value : {1.0, 4.0}) {
        Estimate e = estimate(true);
        e.name = value == 1.0 ? "absorption" : "elimination";
        e.value = value;
        e.interval = std::array{0.9 * value, 1.1 * value};
        result.estimates.push_back(e);
    }
    for (const auto& rates : found) {
        LocalFit fit;
        fit.value = 20.0 + rates[2];
        fit.theta = {std::log10(rates[0]), std::log10(rates[1])};
        result.starts.fits.emplace_back(std::move(fit));
    }
    return result;
}

TEST(FitVerdict, StartsThatFitAlikeElsewhereAreTold) {
    std::vector<Parameter> rates(2);
    for (auto& rate : rates) {
        rate.scale = Scale::log10;
        rate.lower = 0.01;
        rate.upper = 100.0;
    }
    rates[0].name = "absorption";
    rates[1].name = "elimination";
    const ParameterSpace space(rates);
    // the same place, a little off; elsewhere, but worse
    EXPECT_FALSE(other_optima_message(
        space, two_rates({{1.0, 4.0, 0.0}, {1.02, 3.95, 0.01}, {4.0, 1.0, 3.0}})));
    const auto text = other_optima_message(
        space, two_rates({{1.0, 4.0, 0.0}, {4.0, 1.0, 0.05}, {4.01, 1.0, 0.06}, {9.0, 9.0, 50.0}}));
    ASSERT_TRUE(text);
    EXPECT_EQ(text->rfind("2 of 3 starts within 0.1 of the best lie at other parameters", 0), 0U)
        << *text;
    EXPECT_NE(text->find("(start 1: absorption 4, elimination 1)"), std::string::npos) << *text;
    // what is not determined cannot lie elsewhere
    auto open = two_rates({{1.0, 4.0, 0.0}, {4.0, 1.0, 0.05}});
    for (auto& e : open.estimates) e.is_determined = false;
    EXPECT_FALSE(other_optima_message(space, open));
}

}  // namespace
}  // namespace caravel::inference::fit
