// Published PEtab problems: their simulated data at the nominal parameters, and their published
// objective from many starts.
#include "caravel/inference/fit/petab.hpp"
#include "caravel/inference/fit/run.hpp"
#include "caravel/input/csv.hpp"
#include "caravel/kinetics/sbml_description.hpp"
#include "caravel/report/atomic_file.hpp"
#include "support/shared_data.hpp"
#include "support/study_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iostream>

namespace caravel::inference::fit {
namespace {

struct Published {
    const char* name;
    const char* problem;
    const char* simulated;
    double objective;      // -log likelihood at the nominal parameters, the best known
    std::uint64_t starts;  // 0: minutes, see docs/models/fitting.md
};

std::vector<double> nominal(const FitProblem& problem) {
    std::vector<double> values;
    for (const auto& p : problem.parameters) values.push_back(p.nominal);
    return values;
}

/// Greatest relative distance of predictions from the table of simulated values.
double distance(const FitProblem& problem, const Prediction& prediction,
                const std::filesystem::path& file) {
    const auto table = input::read_csv(file, {}, input::tab_separated);
    const auto id = table.column("observableId");
    const auto condition = table.column("simulationConditionId");
    const auto time = table.column("time");
    const auto value = table.column("simulation");
    double worst = 0.0;
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
        const auto is_it = [&](const Datum& d) {
            return d.observable == table.rows[row][id] &&
                   d.condition == table.rows[row][condition] && d.time == table.number(row, time);
        };
        const auto it = std::find_if(problem.data.begin(), problem.data.end(), is_it);
        if (it == problem.data.end()) return INFINITY;
        const double predicted =
            prediction.value[static_cast<std::size_t>(it - problem.data.begin())];
        worst = std::max(worst, std::abs(predicted / table.number(row, value) - 1.0));
    }
    return worst;
}

class PetabProblem : public testing::TestWithParam<Published> {
  protected:
    void SetUp() override {
        if (!kinetics::sbml_available()) GTEST_SKIP() << "skipped: built without libsbml";
        const auto shared = test::shared_data();
        if (!shared) GTEST_SKIP() << test::data_not_present;
        folder_ = *shared / "tumour" / "petab";
    }
    std::filesystem::path folder_;
};

TEST_P(PetabProblem, NominalParametersGiveTheSimulatedDataAndThePublishedObjective) {
    const auto problem = read_petab(folder_ / GetParam().problem);
    Prediction prediction;
    problem.predict(nominal(problem), false, prediction);
    EXPECT_LT(distance(problem, prediction, folder_ / GetParam().simulated), 1e-5);
    const FitObjective objective(problem);
    EXPECT_NEAR(objective.negative_log_likelihood(objective.space().theta(nominal(problem))),
                GetParam().objective, 1e-4);
}

TEST_P(PetabProblem, ManyStartsReachThePublishedObjective) {
    if (GetParam().starts == 0) GTEST_SKIP() << "skipped: takes minutes";
    const FitObjective objective(read_petab(folder_ / GetParam().problem));
    FitPlan plan;
    plan.starts = GetParam().starts;
    exec::ThreadTeam team(2);
    const auto result = run_fit(objective, plan, team);
    std::cout << GetParam().name << ": " << result.objective << ", "
              << result.starts.hits(same_objective) << " of " << plan.starts << " starts there\n";
    EXPECT_LT(result.objective, GetParam().objective + 0.1);
    EXPECT_GE(result.starts.hits(same_objective), 2u);
}

using PetabVariants = PetabProblem;

/// Replaces the first `from` of a text, which must have it.
std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

/// Tumours that die out under noise of the logarithm: two of twenty starts met predictions such as
/// -1e-15 cells.
TEST_P(PetabVariants, LogarithmicNoiseLosesNoStartToRounding) {
    const test::TemporaryFolder copy;
    const auto folder = copy.path() / "liu";
    std::filesystem::copy(folder_ / "Liu_IFACPapersOnLine2025", folder,
                          std::filesystem::copy_options::recursive);
    const auto observables = folder / "observables.tsv";
    const std::string noise = "sqrt(sigma_a^2 + (sigma_b * (U + I_1 + I_2 + I_3 + I_4 + I_5))^2)";
    std::string text = replaced(report::read_whole_file(observables), noise, "sigma_b");
    report::write_file_atomically(observables, replaced(text, "\tlin", "\tlog10"));
    const FitObjective objective(read_petab(folder / "Liu_IFACPapersOnLine2025.yaml"));
    FitPlan plan;
    plan.starts = 20;
    exec::ThreadTeam team(2);
    const auto result = run_fit(objective, plan, team);
    EXPECT_EQ(result.starts.failures(), 0u);
    EXPECT_GE(result.starts.hits(same_objective), 2u);
}

/// The curvature at the optimum leaves k_d open, its profile closes: the profile decides.
TEST_P(PetabVariants, VerdictOnArmisteadsParametersFollowsTheirProfiles) {
    const FitObjective objective(
        read_petab(folder_ / "Armistead_CellDeathDis2024" / "Armistead_CellDeathDis2024.yaml"));
    FitPlan plan;
    plan.starts = 1;
    plan.from_nominal = true;
    plan.profiles = true;
    exec::ThreadTeam team(2);
    const auto result = run_fit(objective, plan, team);
    for (const Estimate& e : result.estimates) {
        ASSERT_TRUE(e.profile) << e.name;
        if (e.profile->is_closed()) {
            EXPECT_TRUE(e.is_determined) << e.name;
        }
        if (e.name == "k_d") {
            EXPECT_TRUE(e.profile->is_closed());
            EXPECT_FALSE(e.interval) << "the curvature alone still gives none";
            EXPECT_NEAR(*e.profile_low, 0.55, 0.01);
            EXPECT_NEAR(*e.profile_high, 1.06, 0.01);
        }
        if (e.name == "k4") {
            EXPECT_FALSE(e.is_determined);
            EXPECT_EQ(e.profile->above.reason.rfind("the bound 1000 is reached", 0), 0u)
                << e.profile->above.reason;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Shipped, PetabVariants, testing::Values(Published{"", "", "", 0.0, 0}),
                         [](const auto&) { return std::string("Variant"); });

INSTANTIATE_TEST_SUITE_P(
    Shipped, PetabProblem,
    testing::Values(
        Published{"Armistead", "Armistead_CellDeathDis2024/Armistead_CellDeathDis2024.yaml",
                  "Armistead_CellDeathDis2024/simulatedData_Armistead_CellDeathDis2024.tsv",
                  -301.916182, 20},
        Published{"Liu", "Liu_IFACPapersOnLine2025/Liu_IFACPapersOnLine2025.yaml",
                  "Liu_IFACPapersOnLine2025/simulatedData_Liu_IFACPapersOnLine2025.tsv", 723.357491,
                  20},
        Published{"LiuIndividual",
                  "Liu_IFACPapersOnLine2025/individual-based/"
                  "Liu_IFACPapersOnLine2025_individual.yaml",
                  "Liu_IFACPapersOnLine2025/individual-based/"
                  "simulatedData_Liu_IFACPapersOnLine2025_individual.tsv",
                  689.4825, 0}),
    [](const auto& instance) { return std::string(instance.param.name); });

}  // namespace
}  // namespace caravel::inference::fit
