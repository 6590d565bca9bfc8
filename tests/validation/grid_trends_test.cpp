// What published systems were reported to do inside a tumour, as trends of the shipped studies. The
// names are the ids of the reference table of systems.
#include "support/study_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>

namespace caravel::study {
namespace {

report::RunRecord run(const std::string& study, const std::vector<std::string>& set = {}) {
    RunnerHooks hooks;
    hooks.threads = 2;
    const auto path = std::filesystem::path(CARAVEL_SOURCE_DIR) / "studies" / study / "study.toml";
    return simulate(prepare(path, set, test::repository_data()), hooks, "run");
}

double number(const report::RunRecord& record, const std::string& name) {
    for (const auto& q : record.quantities)
        if (q.name == name) return q.value;
    throw std::invalid_argument("no quantity " + name);
}

double spread(const report::RunRecord& record, const std::string& carrier) {
    return number(record, "tumour.core_to_mean_ratio[carrier_" + carrier + "]");
}

double last(const report::RunRecord& record, const std::string& series) {
    for (const auto& s : record.series)
        if (s.name == series) return s.values.back();
    throw std::invalid_argument("no series " + series);
}

TEST(GridTrends, SizeSwitchRuleSmallPenetratesLargeStays) {
    const auto record = run("grid_size_penetration_mouse");
    EXPECT_GT(spread(record, "micelle"), 3.0 * spread(record, "liposome"));
    EXPECT_LT(spread(record, "liposome"), 0.05);
    // Pressure holds fluid up in the middle: it reaches the effective pressure of the vessels.
    EXPECT_GT(number(record, "tumour.interstitial_fluid_pressure_max"), 8.0);
    EXPECT_LT(number(record, "tumour.interstitial_fluid_pressure_max"), 11.6);
}

TEST(GridTrends, HeMsnPpPegShrinkingOnArrivalSpreads) {
    const auto record = run("grid_size_switch_mouse");
    EXPECT_GT(spread(record, "switching"), 10.0 * spread(record, "large"));
    // Without the enzyme both are the same particle.
    const auto without = run("grid_size_switch_mouse", {"subject.condition[0].value=\"0 nmol/L\""});
    EXPECT_NEAR(spread(without, "switching"), spread(without, "large"),
                1e-6 * spread(without, "large"));
}

TEST(GridTrends, FengPh20HyaluronidaseOpensTheMatrixAndLowersPressure) {
    const auto with = run("grid_hyaluronidase_mouse");
    const auto without =
        run("grid_hyaluronidase_mouse", {"subject.tumour[0].grid.matrix.hyaluronidase=0"});
    EXPECT_GT(spread(with, "carrier"), 1.1 * spread(without, "carrier"));
    EXPECT_LT(number(with, "tumour.interstitial_fluid_pressure_max"),
              number(without, "tumour.interstitial_fluid_pressure_max"));
}

TEST(GridTrends, BindingSiteBarrierKeepsABinderShallowAndLonger) {
    const auto record = run("grid_binding_barrier_mouse");
    EXPECT_GT(spread(record, "twin"), 10.0 * spread(record, "binder"));
    EXPECT_GT(last(record, "tumour.delivery_efficiency[binder]"),
              1.3 * last(record, "tumour.delivery_efficiency[twin]"));
}

TEST(GridTrends, VesselsAtTheRimLeaveAHypoxicMiddleThatBloodFlowRelieves) {
    const auto poor = run("grid_hypoxia_mouse");
    const auto rich = run("grid_hypoxia_mouse", {"subject.tumour[0].blood_flow=\"0.4 mL/min/mL\""});
    EXPECT_GT(number(poor, "tumour.hypoxic_fraction"), 30.0);
    EXPECT_LT(number(poor, "tumour.hypoxic_fraction"), 70.0);
    EXPECT_LT(number(rich, "tumour.hypoxic_fraction"),
              number(poor, "tumour.hypoxic_fraction") - 10.0);
    EXPECT_GT(number(rich, "tumour.oxygen_mean"), 1.3 * number(poor, "tumour.oxygen_mean"));
}

TEST(GridTrends, AGrowingTumourWithVesselsAtItsRimDiesInTheMiddle) {
    const auto record = run("grid_necrotic_core_mouse");
    EXPECT_GT(last(record, "tumour.volume"), 45.0);  // from 30 mm3
    EXPECT_GT(number(record, "tumour.dying_fraction"), 5.0);
}

}  // namespace
}  // namespace caravel::study
