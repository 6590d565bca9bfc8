// What keeps matter together: closed blood flows, and a balance that notices a missing part.
#include "support/study_text.hpp"

#include "caravel/base/error.hpp"
#include "caravel/study/record_builder.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace caravel::study {
namespace {

namespace fs = std::filesystem;

constexpr const char* free_drug = R"(
[study]
name = "ledger"
[[drug]]
agent = "topotecan"
species = "mouse"
hepatic_clearance = "20 mL/h/g"
[subject]
species = "mouse"
body_weight = "20 g"
cardiac_output = "0.6 L/h"
[[subject.organ]]
organ = "kidney"
blood_flow = "1.5 mL/min"
[[protocol.administer]]
at = "1 h"
dose = "1 mg/kg"
of = "topotecan"
[run]
until = "12 h"
)";

/// Copies the repository's tables and leaves one edge of the circulation out.
void copy_without_edge(const fs::path& target, const std::string& edge) {
    fs::copy(test::repository_data().root, target, fs::copy_options::recursive);
    std::ifstream in(test::repository_data().circulation());
    std::ofstream out(target / "circulation.csv", std::ios::trunc);
    bool found = false;
    for (std::string line; std::getline(in, line);) {
        if (line.rfind(edge, 0) == 0)
            found = true;
        else
            out << line << '\n';
    }
    ASSERT_TRUE(found) << edge;
}

std::vector<std::string> complaints_without(const std::string& edge) {
    const test::TemporaryFolder folder;
    copy_without_edge(folder.path() / "data", edge);
    std::vector<std::string> what;
    try {
        test::prepare_text(free_drug, {folder.path() / "data"});
    } catch (const InputError& error) {
        for (const auto& d : error.diagnostics()) what.push_back(d.what);
    }
    return what;
}

TEST(BrokenCirculation, NamesTheOrganThatLosesItsOutflow) {
    EXPECT_EQ(complaints_without("kidney,venous"),
              (std::vector<std::string>{
                  "blood flows do not close at kidney: 0.09 L/h flow in, 0 L/h flow out",
                  "blood flows do not close at venous: 0.51 L/h flow in, 0.6 L/h flow out"}));
}

TEST(BrokenCirculation, NamesTheOrganThatLosesItsInflow) {
    EXPECT_EQ(complaints_without("arterial,kidney"),
              (std::vector<std::string>{
                  "blood flows do not close at arterial: 0.6 L/h flow in, 0.51 L/h flow out",
                  "blood flows do not close at kidney: 0 L/h flow in, 0.09 L/h flow out"}));
}

TEST(BrokenCirculation, IsAcceptedWhenComplete) { EXPECT_NO_THROW(test::prepare_text(free_drug)); }

TEST(Ledger, ClosesForAWholeRun) {
    const auto prepared = test::prepare_text(free_drug);
    const auto outcome = run_model(prepared.file.input, prepared.built, {}, {});
    const auto rows = make_ledger(prepared.built, outcome.record);
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].substance, "topotecan");
    EXPECT_LT(rows[0].relative_residual, 1e-11);
    // 20 ug of 421.453 g/mol
    EXPECT_NEAR(rows[0].sources, 20.0 / 421.453, 1e-12);
    EXPECT_NEAR(rows[0].content + rows[0].eliminated, rows[0].sources, 1e-11 * rows[0].sources);
    EXPECT_GT(rows[0].eliminated, 0.5 * rows[0].sources);
}

TEST(Ledger, RefusesAMillionthThatComesFromNowhere) {
    const auto prepared = test::prepare_text(free_drug);
    auto outcome = run_model(prepared.file.input, prepared.built, {}, {});
    const double dose = prepared.built.doses.at(0).amounts.at("topotecan");
    const auto pool = prepared.built.drugs.at("topotecan").pool("liver");
    const std::size_t middle = outcome.record.times().size() / 2;
    outcome.record.row(middle)[static_cast<std::size_t>(pool.index)] += 1e-6 * dose;
    try {
        make_ledger(prepared.built, outcome.record);
        FAIL() << "not noticed";
    } catch (const NumericalError& error) {
        const std::string what = error.what();
        EXPECT_NE(what.find("topotecan"), std::string::npos) << what;
        EXPECT_NE(what.find("relative residual 1e-06"), std::string::npos) << what;
    }
}

}  // namespace
}  // namespace caravel::study
