// The shipped mouse study against the measured liposome biodistribution it overlays (Chow 2009).
// The carrier's uptake was calibrated to these points, so this says how well one parameter set
// describes them, not how well it predicts others.
#include "caravel/report/fold_error.hpp"
#include "caravel/report/html_report.hpp"
#include "caravel/study/study_run.hpp"

#include <gtest/gtest.h>

#include <set>

namespace caravel::study {
namespace {

report::RunRecord run_doxil_mouse() {
    const auto prepared =
        prepare(CARAVEL_SOURCE_DIR "/studies/doxil_mouse/study.toml", {}, default_data_paths());
    return simulate(prepared, RunnerHooks{}, "test");
}

TEST(DoxilMouse, SeventyPercentOfCorePointsLieWithinAFactorTwo) {
    const auto record = run_doxil_mouse();
    const std::set<std::string> core{"blood", "liver", "spleen", "kidney", "tumour"};
    int points = 0;
    int within = 0;
    for (const auto& c : report::compare_with_measurements(record)) {
        if (!core.count(c.series.substr(0, c.series.find('.')))) continue;
        ASSERT_TRUE(c.fold.has_value()) << c.series;
        ++points;
        within += *c.fold <= 2.0 ? 1 : 0;
    }
    EXPECT_EQ(points, 25);
    RecordProperty("within_two_fold", within);
    EXPECT_GE(within, 0.7 * points) << within << " of " << points;
}

TEST(DoxilMouse, ReportShowsTheMisses) {
    const auto record = run_doxil_mouse();
    int misses = 0;
    int points = 0;
    for (const auto& c : report::compare_with_measurements(record)) {
        misses += c.miss() ? 1 : 0;
        ++points;
    }
    ASSERT_GT(misses, 0);
    const std::string page = report::html_report(record);
    EXPECT_NE(
        page.find(std::to_string(misses) + " of " + std::to_string(points) + " measured points"),
        std::string::npos);
}

TEST(DoxilMouse, MostDrugInPlasmaStaysInsideTheLiposome) {
    const auto record = run_doxil_mouse();
    for (const auto& s : record.series) {
        if (s.name != "plasma.encapsulated_fraction") continue;
        for (std::size_t i = 0; i < record.times.size(); ++i) {
            if (record.times[i] > 0.0 && record.times[i] < 48.0 * 3600.0) {
                EXPECT_GT(s.values[i], 90.0) << record.times[i];
            }
        }
    }
}

}  // namespace
}  // namespace caravel::study
