// Tumours that a treatment all but removes: nothing is stated per what is left of them.
#include "caravel/base/unit.hpp"
#include "caravel/inference/delivery/study_interval.hpp"
#include "caravel/inference/population/percentiles.hpp"
#include "caravel/inference/population/population_run.hpp"
#include "caravel/inference/population/scan.hpp"
#include "support/study_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace caravel::inference {
namespace {

constexpr double hour = 3600.0;

/// With a `rate` of 0.3 1/h the kill leaves less than a cell of 200 mm3 within the 1600 h.
std::string study_of(const std::string& rate) {
    return R"([study]
name = "vanishing"
[formulation]
use = "doxil"
[subject]
species = "mouse"
body_weight = "20 g"
[[subject.tumour]]
line = "generic"
volume = "200 mm3"
[subject.tumour.growth]
law = "exponential"
doubling_time = "60 d"
[[subject.tumour.kill]]
agent = "doxorubicin"
law = "emax"
max_rate = ")" +
           rate + R"("
half = "10 ug/mL"
[[protocol.administer]]
at = "0 h"
dose = "1 mg/kg"
of = "doxorubicin"
repeat = 20
every = "72 h"
[run]
until = "1600 h"
output_interval = "20 h"
)";
}

const report::Series& series(const report::RunRecord& record, const std::string& name) {
    for (const auto& s : record.series)
        if (s.name == name) return s;
    throw std::runtime_error("no " + name);
}

const report::QuantityResult& quantity(const report::RunRecord& record, const std::string& name) {
    for (const auto& q : record.quantities)
        if (q.name == name) return q;
    throw std::runtime_error("no " + name);
}

const char* const per_mass[] = {"tumour.concentration", "tumour.released_concentration",
                                "tumour.injected_dose_per_gram",
                                "tumour.carrier_injected_dose_per_gram"};

struct Vanished {
    study::Prepared prepared = test::prepare_text(study_of("0.3 1/h"));
    report::RunRecord record = study::simulate(prepared, {}, "");
};

const Vanished& vanished() {
    static const Vanished one;
    return one;
}

TEST(VanishingTumour, HasNoValuePerGramBelowAThousandthOfItsStart) {
    const auto& record = vanished().record;
    const auto& volume = series(record, "tumour.volume").values;
    ASSERT_LT(volume.back(), 1e-6) << "the study must do what it is for";
    const auto& content = series(record, "tumour.injected_dose_fraction").values;
    for (const char* name : per_mass) {
        const auto& values = series(record, name).values;
        std::size_t stated = 0;
        for (std::size_t i = 0; i < values.size(); ++i) {
            EXPECT_EQ(std::isfinite(values[i]), volume[i] >= 0.2) << name << " row " << i;
            stated += std::isfinite(values[i]) ? 1 : 0;
        }
        EXPECT_GT(stated, 20u) << name;
    }
    // What is stated is the content per mass, 1 mg for 1 mm3.
    const auto& gram = series(record, "tumour.injected_dose_per_gram").values;
    for (std::size_t i = 0; i < gram.size(); ++i) {
        if (!std::isfinite(gram[i])) continue;
        EXPECT_NEAR(gram[i], content[i] / (volume[i] * 1e-3), 1e-9 * gram[i]);
    }
    // What is left of the drug itself stays known.
    for (const double v : content) EXPECT_TRUE(std::isfinite(v));
}

TEST(VanishingTumour, MaximaAndAreasLeaveTheRestOut) {
    const auto& record = vanished().record;
    const auto& values = series(record, "tumour.injected_dose_per_gram").values;
    const auto& greatest = quantity(record, "tumour.injected_dose_per_gram_max");
    double expected = 0.0;
    for (const double v : values)
        if (std::isfinite(v)) expected = std::max(expected, v);
    EXPECT_EQ(greatest.value, expected);
    EXPECT_LT(greatest.value, 1e4) << "it was 1e12";
    EXPECT_LT(quantity(record, "tumour.concentration_max").value, 1e5);
    EXPECT_LT(quantity(record, "tumour.to_blood_ratio").value, 1e3);
}

TEST(VanishingTumour, IsNotedWithItsTime) {
    const auto& v = vanished();
    const auto notes = study::vanishing_notes(v.prepared.built, v.record.times, v.record.series);
    ASSERT_EQ(notes.size(), 1u);
    EXPECT_EQ(notes.front().rfind("'tumour' has nearly vanished at ", 0), 0u) << notes.front();
    EXPECT_NE(notes.front().find("0.2 mm3"), std::string::npos) << notes.front();
    const auto alive = test::prepare_text(study_of("0.001 1/h"));
    const auto record = study::simulate(alive, {}, "");
    EXPECT_TRUE(study::vanishing_notes(alive.built, record.times, record.series).empty());
    for (const char* name : per_mass)
        for (const double x : series(record, name).values) EXPECT_TRUE(std::isfinite(x)) << name;
}

TEST(VanishingTumour, LimitIsAtLeastOneCell) {
    std::string text = study_of("0.001 1/h");
    const std::string large = "volume = \"200 mm3\"";
    text.replace(text.find(large), large.size(), "volume = \"1e-4 mm3\"");
    const auto small = test::prepare_text(text);
    const auto& tumour = small.built.tumours.front();
    EXPECT_GT(tumour.parameters().cell_volume, 1e-3 * tumour.parameters().volume);
    EXPECT_EQ(study::stated_volume(tumour), tumour.parameters().cell_volume);
    EXPECT_DOUBLE_EQ(study::stated_volume(vanished().prepared.built.tumours.front()), 0.2e-9);
}

class VariedKill : public testing::Test {
  protected:
    VariedKill() { report::write_file_atomically(study_, study_of("0.04 1/h")); }
    test::TemporaryFolder folder_;
    std::filesystem::path study_ = folder_.path() / "study.toml";
    const population::VariedKey kill_{"subject.tumour[0].kill[0].max_rate", "1/h"};
};

TEST_F(VariedKill, VariantWhoseTumourVanishesHasAllItsOtherOutputs) {
    const population::StudyFamily family({study_,
                                          {},
                                          {kill_},
                                          {{"tumour.injected_dose_per_gram", 1600.0 * hour},
                                           {"tumour.volume", 1600.0 * hour},
                                           {"tumour.injected_dose_per_gram_max", {}}},
                                          "test"},
                                         test::repository_data());
    const auto block = family.evaluate_block(std::vector{0.04, 0.3});
    ASSERT_EQ(block.failures[0], "");
    ASSERT_EQ(block.failures[1], "");
    EXPECT_TRUE(std::isfinite(block.outputs[0][0]));
    EXPECT_TRUE(std::isnan(block.outputs[1][0]));
    EXPECT_LT(block.outputs[1][1], 1e-6);
    EXPECT_LT(block.outputs[1][2], 1e4);
}

TEST_F(VariedKill, ScanLeavesTheCellEmptyAndTheExtremesToTheOthers) {
    population::ScanOptions options;
    options.plan.study = study_.string();
    options.plan.axes = {population::parse_vary("subject.tumour[0].kill[0].max_rate=0.02,0.3 1/h")};
    options.plan.outputs = {"tumour.injected_dose_per_gram@1600 h"};
    options.out = folder_.path() / "runs";
    options.version = "test";
    const auto result = population::run_scan(options, test::repository_data());
    EXPECT_EQ(result.record.failed, 0u);
    EXPECT_EQ(result.record.summaries[0].count, 1u);
    EXPECT_EQ(result.record.summaries[0].highest.index, 0u);
    const std::string table = report::read_whole_file(result.folder / "table.csv");
    EXPECT_NE(table.find("\n1,0.3,,\n"), std::string::npos) << table;
    EXPECT_EQ(report::read_whole_file(result.folder / "report.html").find("failed</td>"),
              std::string::npos);
}

TEST_F(VariedKill, IntervalsDoNotGrowWithoutBound) {
    const auto prepared = study::prepare(study_, {}, test::repository_data());
    auto record = study::simulate(prepared, {}, "");
    delivery::StudyIntervalOptions options;
    options.draws = 60;
    delivery::add_intervals(record, study_, {}, test::repository_data(), "test", options);
    const auto& end = quantity(record, "tumour.volume_end");
    ASSERT_TRUE(end.interval);
    ASSERT_LT((*end.interval)[0], 0.2) << "some draws must vanish";
    const auto& greatest = quantity(record, "tumour.injected_dose_per_gram_max");
    ASSERT_TRUE(greatest.interval);
    EXPECT_LT((*greatest.interval)[1], 1e4) << "it was 4e11";
    const auto& band = series(record, "tumour.injected_dose_per_gram").band;
    ASSERT_FALSE(band.empty());
    for (const auto& b : band) EXPECT_LT(b.high, 1e4) << b.time / hour;
    // More than a tenth of the draws have no value at the end, so that none is drawn there.
    EXPECT_LT(band.back().time, 1600.0 * hour);
    EXPECT_EQ(series(record, "tumour.volume").band.back().time, 1600.0 * hour);
}

TEST_F(VariedKill, PopulationCountsIndividualsThatHaveAValue) {
    report::write_file_atomically(
        folder_.path() / "population.toml",
        "study = \"study.toml\"\npopulation = \"mouse_nude\"\ncount = 40\noutputs = "
        "[\"tumour.injected_dose_per_gram@1600 h\", \"tumour.volume@1600 h\", "
        "\"tumour.injected_dose_per_gram\"]\n[[vary]]\nkey = "
        "\"subject.tumour[0].kill[0].max_rate\"\nmean = \"0.05 1/h\"\ncv = 0.6\n");
    population::ManyRunOptions options;
    options.plan = folder_.path() / "population.toml";
    options.out = folder_.path() / "runs";
    options.version = "test";
    const auto data = test::repository_data();
    const auto outcome = population::run_population(options, data, population::study_models(data));
    EXPECT_EQ(outcome.summary.find("failed"), std::string::npos) << outcome.summary;
    const std::string json = report::read_whole_file(outcome.folder / "population.json");
    const auto count_of = [&](const std::string& name) {
        const std::size_t at = json.find("\"count\": ", json.find("\"" + name + "\""));
        return std::stoi(json.substr(at + 9));
    };
    EXPECT_EQ(count_of("tumour.volume@1600 h"), 40);
    EXPECT_GT(count_of("tumour.injected_dose_per_gram@1600 h"), 0);
    EXPECT_LT(count_of("tumour.injected_dose_per_gram@1600 h"), 40);
    EXPECT_EQ(json.find("nan"), std::string::npos);
    const std::string table = report::read_whole_file(outcome.folder / "individuals.csv");
    EXPECT_EQ(table.find("nan"), std::string::npos);
}

TEST(VanishingTumour, SpreadOfNothingIsNoNumber) {
    const population::Spread none = population::no_spread();
    EXPECT_EQ(none.count, 0u);
    EXPECT_TRUE(std::isnan(none.mean.value));
    EXPECT_TRUE(std::isnan(none.percentiles[2].value));
}

}  // namespace
}  // namespace caravel::inference
