// Tumours in space under light, fields and heat: directions that the reference table states, and
// the account of cells and drug.
#include "support/study_text.hpp"

#include "caravel/study/study_run.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace caravel::study {
namespace {

report::RunRecord run(const std::string& study, std::vector<std::string> assignments,
                      int threads = 1) {
    const auto path = std::filesystem::path(CARAVEL_SOURCE_DIR) / "studies" / study / "study.toml";
    RunnerHooks hooks;
    hooks.threads = threads;
    return simulate(prepare(path, assignments, test::repository_data()), hooks, "run");
}

double quantity(const report::RunRecord& record, const std::string& name) {
    for (const auto& q : record.quantities)
        if (q.name == name) return q.value;
    ADD_FAILURE() << "no quantity " << name;
    return NAN;
}

const report::Series& series(const report::RunRecord& record, const std::string& name) {
    for (const auto& s : record.series)
        if (s.name == name) return s;
    throw std::runtime_error("no series " + name);
}

double largest(const report::RunRecord& record, const std::string& name) {
    double most = -HUGE_VAL;
    for (const double v : series(record, name).values)
        if (std::isfinite(v)) most = std::max(most, v);
    return most;
}

/// What makes the shipped study of nanoshells quick.
std::vector<std::string> quick(std::vector<std::string> more = {}) {
    std::vector<std::string> all{"subject.tumour[0].grid.resolution=0.6 mm",
                                 "protocol.light[0].photons=50000",
                                 "subject.tumour[0].treatment.longest_step=8 s"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

TEST(TreatedTumour, NanoshellsHeatBeyondWhatLightAloneDoes) {
    const auto shells = run("grid_nanoshell_photothermal_mouse", quick());
    const auto none =
        run("grid_nanoshell_photothermal_mouse", quick({"protocol.administer[0].dose=1e7"}));
    const double with = largest(shells, "tumour.temperature_mean");
    const double without = largest(none, "tumour.temperature_mean");
    EXPECT_GT(without, 37.0);
    EXPECT_GT(with - 37.0, 1.2 * (without - 37.0));
    EXPECT_GT(quantity(shells, "tumour.light_in_agents"), 5.0);
    EXPECT_LT(quantity(none, "tumour.light_in_agents"), 0.1);
}

TEST(TreatedTumour, HasTheSameBitsWithTwoThreads) {
    const auto one = run("grid_nanoshell_photothermal_mouse", quick());
    const auto two = run("grid_nanoshell_photothermal_mouse", quick(), 2);
    ASSERT_EQ(one.series.size(), two.series.size());
    for (std::size_t i = 0; i < one.series.size(); ++i)
        for (std::size_t k = 0; k < one.series[i].values.size(); ++k) {
            const double a = one.series[i].values[k];
            const double b = two.series[i].values[k];
            EXPECT_TRUE(a == b || (std::isnan(a) && std::isnan(b))) << one.series[i].name;
        }
}

TEST(TreatedTumour, KilledCellsEnterTheDyingOnes) {
    const auto hot =
        run("grid_nanoshell_photothermal_mouse", quick({"protocol.light[0].irradiance=12 W/cm2"}));
    // Nobody grows here: what is viable at the end is what the treatment left.
    const double left = series(hot, "tumour.treatment_survival").values.back() / 100.0;
    EXPECT_LT(left, 0.95);
    const auto& viable = series(hot, "tumour.survival_fraction");
    EXPECT_NEAR(viable.values.back(), left, 0.02);
}

TEST(TreatedTumour, ChlorinWorksUnderItsOwnLightAndBetterWithOxygenOutOfPeroxide) {
    const auto survival = [](std::vector<std::string> more) {
        std::vector<std::string> all{"subject.tumour[0].grid.resolution=0.5 mm",
                                     "protocol.light[0].photons=30000"};
        all.insert(all.end(), more.begin(), more.end());
        const auto record = run("grid_photodynamic_mno2_mouse", all);
        return series(record, "tumour.treatment_survival").values.back();
    };
    const double red = survival({});
    EXPECT_LT(red, 95.0);
    EXPECT_GT(survival({"protocol.light[0].wavelength=808 nm"}), 99.9);
    EXPECT_GT(survival({"subject.tumour[0].treatment.photodynamic.catalysis=0 1/s"}), red + 2.0);
}

TEST(TreatedTumour, WarmTissueGetsMoreDrugOutOfAThermosensitiveLiposome) {
    const auto drug = [](const char* power) {
        const auto record = run("grid_heat_triggered_release_mouse",
                                {"subject.tumour[0].grid.resolution=0.8 mm",
                                 std::string("protocol.microwave[0].power=") + power});
        return series(record, "tumour.cells_concentration").values.back();
    };
    EXPECT_GT(drug("1.5 W"), 2.0 * drug("0.001 W"));
}

}  // namespace
}  // namespace caravel::study
