// Intervals of a fit hold what they promise: parameters of synthetic data lie inside of them as
// often as they should.
#include "unit/inference/fit_example.hpp"

#include "caravel/inference/fit/run.hpp"

#include <gtest/gtest.h>

#include <iostream>
#include <numeric>

namespace caravel::inference::fit {
namespace {

/// How often the truth of each parameter lay inside.
struct Hits {
    std::vector<int> curvature = std::vector<int>(5, 0);
    std::vector<int> profile = std::vector<int>(5, 0);
};

void count(const FitResult& result, Hits& hits) {
    for (std::size_t i = 0; i < 5; ++i) {
        const Estimate& e = result.estimates[i];
        const double truth = test::two_compartment_truth[i];
        ASSERT_TRUE(e.interval && e.profile_low && e.profile_high) << e.name;
        if ((*e.interval)[0] <= truth && truth <= (*e.interval)[1]) ++hits.curvature[i];
        if (*e.profile_low <= truth && truth <= *e.profile_high) ++hits.profile[i];
    }
}

double mean(const std::vector<int>& hits) {
    return std::accumulate(hits.begin(), hits.end(), 0.0) / static_cast<double>(hits.size());
}

TEST(FitRecovery, TruthLiesInTheIntervalsOf95PercentInAtLeast90Of100Repeats) {
    exec::ThreadTeam team(1);
    FitPlan plan;
    plan.starts = 4;
    plan.profiles = true;
    Hits hits;
    for (std::uint64_t repeat = 0; repeat < 100; ++repeat) {
        const FitProblem problem = test::two_compartment_problem(1000 + repeat);
        const FitObjective objective(problem);
        const FitResult result = run_fit(objective, plan, team);
        const auto truth = objective.space().theta(test::two_compartment_truth);
        EXPECT_LE(result.objective, objective.value(truth));
        count(result, hits);
    }
    for (std::size_t i = 0; i < 5; ++i) {
        const std::string name = test::two_compartment_parameters()[i].name;
        std::cout << name << ": curvature " << hits.curvature[i] << ", profile " << hits.profile[i]
                  << " of 100\n";
        EXPECT_GE(hits.curvature[i], 85) << name;  // below by chance at 95 %: 4e-5
        EXPECT_GE(hits.profile[i], 85) << name;
    }
    EXPECT_GE(mean(hits.curvature), 90.0);
    EXPECT_GE(mean(hits.profile), 90.0);
}

}  // namespace
}  // namespace caravel::inference::fit
