#include "caravel/inference/fit/fit_run.hpp"

#include "fit_example.hpp"

#include "caravel/report/atomic_file.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

namespace caravel::inference::fit {
namespace {

namespace fs = std::filesystem;

class Folder {
  public:
    explicit Folder(const std::string& name)
        : path_(fs::temp_directory_path() / ("fit-" + name + "-" + std::to_string(::getpid()))) {
        fs::remove_all(path_);
        fs::create_directories(path_);
    }
    ~Folder() { fs::remove_all(path_); }
    const fs::path& path() const { return path_; }

  private:
    fs::path path_;
};

/// Five values of one number with sigma 2 known.
FitProblem mean_of_five() {
    FitProblem problem;
    problem.name = "mean";
    problem.identity = "mean";
    problem.parameters = {{.name = "mean", .lower = -100.0, .upper = 100.0}};
    for (const double y : {1.0, 4.0, 2.0, 8.0, 5.0}) {
        Datum d;
        d.observable = "y";
        d.observation.value = y;
        problem.data.push_back(d);
    }
    problem.predict = [](std::span<const double> x, bool, Prediction& p) {
        p = {};
        p.value.assign(5, x[0]);
        p.sigma.assign(5, 2.0);
    };
    return problem;
}

FitResult fit(const FitProblem& problem, const FitPlan& plan, int threads = 1) {
    exec::ThreadTeam team(threads);
    return run_fit(FitObjective(problem), plan, team);
}

TEST(FitRun, FindsAMeanAndItsIntervalsExactly) {
    FitPlan plan;
    plan.starts = 3;
    plan.profiles = true;
    const FitResult result = fit(mean_of_five(), plan);
    const Estimate& e = result.estimates.front();
    const double error = 2.0 / std::sqrt(5.0);
    EXPECT_NEAR(e.value, 4.0, 1e-9);
    EXPECT_NEAR(*e.standard_error, error, 1e-7);
    EXPECT_NEAR((*e.interval)[1], 4.0 + 1.959964 * error, 1e-6);
    // The profile of a quadratic likelihood ends where the curvature says.
    EXPECT_NEAR(*e.profile_low, 4.0 - 1.959964 * error, 3e-4);
    EXPECT_NEAR(*e.profile_high, 4.0 + 1.959964 * error, 3e-4);
    // Residuals -3, 0, -2, 4, 1: sum of squares 30.
    const double nll = 5.0 * (std::log(2.0) + 0.9189385332046727) + 30.0 / 8.0;
    EXPECT_NEAR(result.negative_log_likelihood, nll, 1e-9);
    EXPECT_NEAR(result.aic, 2.0 + 2.0 * nll, 1e-9);
    EXPECT_NEAR(result.bic, std::log(5.0) + 2.0 * nll, 1e-9);
    EXPECT_EQ(result.starts.hits(same_objective), 3u);
}

TEST(FitRun, APriorDrawsTheEstimate) {
    FitProblem problem = mean_of_five();
    problem.parameters[0].prior = Normal{0.0, 2.0 / std::sqrt(5.0)};
    FitPlan plan;
    plan.starts = 2;
    // Data and prior weigh the same.
    EXPECT_NEAR(fit(problem, plan).estimates.front().value, 2.0, 1e-7);
}

TEST(FitRun, BothMethodsFindTheSameMinimum) {
    const FitProblem problem = test::two_compartment_problem(5);
    FitPlan plan;
    plan.starts = 6;
    const FitResult squares = fit(problem, plan);
    plan.method = FitMethod::quasi_newton;
    const FitResult newton = fit(problem, plan);
    EXPECT_NEAR(squares.objective, newton.objective, 1e-7);
    for (std::size_t i = 0; i < 5; ++i)
        EXPECT_NEAR(squares.estimates[i].value / newton.estimates[i].value, 1.0, 1e-4);
}

TEST(FitRun, ChainsAgreeWithTheCurvature) {
    const FitProblem problem = mean_of_five();
    FitPlan plan;
    plan.starts = 1;
    plan.draws = 4000;
    const FitResult result = fit(problem, plan);
    const PosteriorSummary& p = *result.estimates.front().posterior;
    EXPECT_NEAR(p.mean, 4.0, 5.0 * p.mean_error);
    EXPECT_NEAR(p.standard_deviation, 2.0 / std::sqrt(5.0), 0.06);
    EXPECT_LT(p.r_hat, 1.01);
}

TEST(FitRun, ReportsAParameterThatDataCannotDetermine) {
    FitProblem problem = mean_of_five();
    problem.parameters = {
        {.name = "dose", .lower = 0.01, .upper = 100.0, .scale = Scale::log10},
        {.name = "bioavailability", .lower = 0.01, .upper = 100.0, .scale = Scale::log10}};
    problem.predict = [](std::span<const double> x, bool, Prediction& p) {
        p = {};
        p.value.assign(5, x[0] * x[1]);
        p.sigma.assign(5, 2.0);
    };
    FitPlan plan;
    plan.starts = 4;
    const FitResult result = fit(problem, plan);
    EXPECT_NEAR(result.values[0] * result.values[1], 4.0, 1e-5);
    EXPECT_EQ(result.identifiability.undetermined(), 1u);
    for (const Estimate& e : result.estimates) {
        EXPECT_FALSE(e.is_determined) << e.name;
        EXPECT_FALSE(e.standard_error) << e.name;
    }
    ASSERT_EQ(result.identifiability.messages.size(), 1u);
    EXPECT_NE(result.identifiability.messages[0].find("dose"), std::string::npos);
    EXPECT_NE(result.identifiability.messages[0].find("bioavailability"), std::string::npos);
}

TEST(FitRun, SaysWhenAnEstimateIsAtItsBound) {
    FitProblem problem = mean_of_five();
    problem.parameters[0].upper = 3.0;
    FitPlan plan;
    plan.starts = 2;
    const FitResult result = fit(problem, plan);
    EXPECT_EQ(result.estimates.front().value, 3.0);
    EXPECT_EQ(result.estimates.front().bound, "upper");
    EXPECT_TRUE(result.estimates.front().is_determined);
    EXPECT_FALSE(result.estimates.front().interval);
}

TEST(FitRun, AStartThatFailsIsToldAndTheOthersGoOn) {
    FitProblem problem = mean_of_five();
    problem.predict = [whole = problem.predict](std::span<const double> x, bool d, Prediction& p) {
        if (x[0] < -20.0) throw NumericalError({"model", "y", "", 0, 0, "is negative", ""});
        whole(x, d, p);
    };
    FitPlan plan;
    plan.starts = 8;
    const FitResult result = fit(problem, plan);
    EXPECT_NEAR(result.estimates.front().value, 4.0, 1e-7);
    EXPECT_GE(result.starts.failures(), 1u);
    ASSERT_EQ(result.messages.size(), 1u);
    EXPECT_NE(result.messages[0].find("is negative"), std::string::npos);
}

// Derivatives that fail where values do not: BFGS after the starts has none, the best point stays.
TEST(FitRun, APolishThatFailsLeavesTheBestPoint) {
    FitProblem problem = mean_of_five();
    int polishing = 0;
    problem.exact_derivatives = true;
    problem.predict = [&](std::span<const double> x, bool derivatives, Prediction& p) {
        p = {};
        p.value.assign(5, x[0]);
        p.sigma.assign(5, 2.0);
        if (!derivatives) return;
        if (polishing > 0 && --polishing == 0)
            throw NumericalError({"model", "y", "", 0, 0, "is negative", ""});
        p.value_by_parameter = Matrix(5, 1);
        for (double& slope : p.value_by_parameter.values) slope = 1.0;
    };
    FitPlan plan;
    plan.starts = 1;
    exec::ThreadTeam team(1);
    FitControl control;
    control.progress = [&](const Progress&) { polishing = 1; };
    const FitResult result = run_fit(FitObjective(problem), plan, team, control);
    EXPECT_EQ(polishing, 0);
    EXPECT_NEAR(result.estimates.front().value, 4.0, 1e-7);
}

TEST(FitRun, AllStartsFailingIsAnError) {
    FitProblem problem = mean_of_five();
    problem.predict = [](std::span<const double>, bool, Prediction&) {
        throw NumericalError({"model", "y", "", 0, 0, "is negative", ""});
    };
    FitPlan plan;
    plan.starts = 2;
    EXPECT_THROW(fit(problem, plan), NumericalError);
}

FitJob whole_job() {
    FitJob job;
    job.problem = test::two_compartment_problem(7, 2);
    job.problem.data[3].observation.censoring = Censoring::left;
    job.problem.predict = [whole = job.problem.predict](std::span<const double> x, bool d,
                                                        Prediction& p) {
        if (x[0] < 0.5) throw NumericalError({"model", "y", "", 0, 0, "is\ntoo, | low", ""});
        whole(x, d, p);
    };
    job.plan.starts = 6;
    job.plan.profiles = true;
    job.plan.draws = 300;
    job.plan.chains = 3;
    return job;
}

const char* const files[] = {"fit.json",           "starts.csv",    "residuals.csv",
                             "chains.csv",         "report.html",   "starts.records",
                             "profiles-0.records", "chains.records"};

std::vector<std::string> contents(const fs::path& folder) {
    std::vector<std::string> all;
    for (const char* name : files) all.push_back(report::read_whole_file(folder / name));
    return all;
}

TEST(FitRunFolder, HoldsTheSameBytesForAnyNumberOfThreads) {
    const Folder one("one");
    const Folder two("two");
    FitRunOptions options;
    options.version = "test";
    options.out = one.path();
    const FitRun alone = run_fit_job(whole_job(), options);
    options.out = two.path();
    options.threads = 2;
    const FitRun shared = run_fit_job(whole_job(), options);
    EXPECT_EQ(alone.record.run_id, shared.record.run_id);
    EXPECT_EQ(contents(alone.folder), contents(shared.folder));
    const std::string json = report::read_whole_file(alone.folder / "fit.json");
    EXPECT_NE(json.find("\"schema\": \"caravel.fit/1\""), std::string::npos);
    EXPECT_EQ(json.find("nan"), std::string::npos);
    const std::string page = report::read_whole_file(alone.folder / "report.html");
    for (const char* part : {"Waterfall of the starts", "Profile of clearance",
                             "Correlations of the estimates", "plasma, bolus", "Measured over"})
        EXPECT_NE(page.find(part), std::string::npos) << part;
    EXPECT_EQ(page.find("nan"), std::string::npos);
}

TEST(FitRunFolder, EndsWithTheSameBytesAfterEveryInterruption) {
    const Folder whole("whole");
    const Folder parts("parts");
    FitRunOptions options;
    options.version = "test";
    options.out = whole.path();
    const FitRun undisturbed = run_fit_job(whole_job(), options);
    options.out = parts.path();
    std::atomic<bool> cancel{false};
    options.cancel = &cancel;
    index_t last = 0;
    options.progress = [&](const Progress& p) {
        if (p.done > last) cancel = true;
        last = std::max(last, p.done);
    };
    int interruptions = 0;
    while (true) {
        cancel = false;
        try {
            const FitRun resumed = run_fit_job(whole_job(), options);
            EXPECT_EQ(contents(undisturbed.folder), contents(resumed.folder));
            break;
        } catch (const Interrupted&) {
            ASSERT_LT(++interruptions, 50);
        }
    }
    EXPECT_GE(interruptions, 8);
    const std::string starts = report::read_whole_file(undisturbed.folder / "starts.csv");
    EXPECT_NE(starts.find("is too, | low"), std::string::npos) << starts;
}

TEST(FitRunFolder, RefusesToResumeAnotherFit) {
    const Folder folder("other");
    FitRunOptions options;
    options.out = folder.path();
    options.resume = "uuuu";
    EXPECT_THROW(run_fit_job(whole_job(), options), UsageError);
}

TEST(PredictiveCheck, CoversDataOfTheModelItself) {
    const FitProblem problem = test::two_compartment_problem(3, 20);
    FitPlan plan;
    plan.starts = 3;
    exec::ThreadTeam team(1);
    const FitObjective objective(problem);
    const FitResult result = run_fit(objective, plan, team);
    const PredictiveCheck check = predictive_check(objective, result, 1, 200, team);
    EXPECT_EQ(check.samples, 200u);
    EXPECT_NEAR(check.inside, 0.9, 0.05);  // 240 values: standard error 0.02
    for (std::size_t i = 0; i < check.low.size(); ++i) {
        EXPECT_LT(check.low[i], check.median[i]);
        EXPECT_LT(check.median[i], check.high[i]);
    }
}

TEST(NormalScore, TurnsStudentTailsIntoNormalOnes) {
    Datum d;
    d.observable = "y";
    d.observation.value = 12.0;
    d.noise = NoiseKind::student_t;
    d.freedom = 4.0;
    // P(t > 2.131847) = 0.05 for 4 degrees of freedom; the normal law has it at 1.644854.
    EXPECT_NEAR(normal_score(d, 12.0 - 2.131847, 1.0), 1.644854, 1e-5);
    d.noise = NoiseKind::normal;
    EXPECT_NEAR(normal_score(d, 10.0, 4.0), 0.5, 1e-15);
    d.observation.censoring = Censoring::left;
    EXPECT_TRUE(std::isnan(normal_score(d, 10.0, 4.0)));
}

}  // namespace
}  // namespace caravel::inference::fit
