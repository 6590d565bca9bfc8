// A fit from scratch of the published model of vincristine (Shalgunov 2017) on single mice given
// free drug or U16c particles reaches the likelihood of the published parameters.
#include "caravel/inference/fit/run.hpp"
#include "support/shared_data.hpp"
#include "validation/vincristine_model.hpp"

#include <gtest/gtest.h>

#include <iostream>

namespace caravel::inference::fit {
namespace {

double deviance(const FitObjective& objective, const std::vector<double>& values) {
    return 2.0 * objective.negative_log_likelihood(objective.space().theta(values));
}

TEST(FitVincristine, FromScratchReachesThePublishedLikelihood) {
    const auto shared = test::shared_data();
    if (!shared) GTEST_SKIP() << test::data_not_present;
    const FitProblem problem = test::vincristine_problem(*shared / "tumour" / "nano_pk");
    ASSERT_EQ(problem.data.size(), 249u);
    const FitObjective objective(problem);
    const double published = deviance(objective, test::published_vincristine(problem));
    // An independent integration of the published equations gives 808.3667.
    EXPECT_NEAR(published, 808.3667, 0.01);
    FitPlan plan;
    plan.starts = 20;
    exec::ThreadTeam team(2);
    const FitResult result = run_fit(objective, plan, team);
    const double fitted = 2.0 * result.negative_log_likelihood;
    std::cout << "-2 log L: published " << published << ", fitted " << fitted << ", starts within "
              << same_objective << ": " << result.starts.hits(same_objective) << '\n';
    EXPECT_LE(fitted, published);
    // Every start, not only the best, ends below the published set.
    for (const auto& start : result.starts.fits) {
        ASSERT_TRUE(start && start->failure.empty());
        EXPECT_LT(2.0 * start->value, published);
    }
}

}  // namespace
}  // namespace caravel::inference::fit
