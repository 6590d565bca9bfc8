#include "caravel/inference/delivery/study_forecast.hpp"

#include "caravel/inference/delivery/qualification_data.hpp"
#include "caravel/inference/delivery/study_interval.hpp"

#include "support/shared_data.hpp"
#include "support/study_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>

namespace caravel::inference::delivery {
namespace {

constexpr double hour = 3600.0;

/// Record 16 of the Nano-Tumor Database as a study: bare gold, sampled where the article did.
std::string record_16() {
    return R"([study]
name = "record 16"
[formulation]
name = "gold"
hydrodynamic_diameter = "31 nm"
zeta_potential = "-10.5 mV"
[[formulation.layer]]
material = "Au"
radius = "15.5 nm"
[subject]
species = "mouse"
body_weight = "17 g"
[[subject.tumour]]
volume = "120 mm3"
cancer = "cervix"
implantation = "xenograft"
site = "heterotopic"
[[protocol.administer]]
at = "0 h"
dose = "5.905 mg/kg"
of = "particles"
[[protocol.sample]]
at = "24 h"
of = "tumour"
repeat = 3
every = "24 h"
[[data]]
file = "measured.csv"
[run]
until = "96 h"
)";
}

constexpr const char* no_points = "time [h],observable,value,unit\n48,tumour.volume,150,mm3\n";
constexpr const char* one_point =
    "time [h],observable,value,unit\n24,tumour.delivery_efficiency,1.717895,%{ID}\n";

/// A finished run of a study with its forecasts.
struct Finished {
    study::Prepared prepared;
    report::RunRecord record;
};

Finished finished(const std::string& text, const std::string& points,
                  const StudyIntervalOptions& options) {
    const test::TemporaryFolder folder;
    const auto path = folder.path() / "study.toml";
    report::write_file_atomically(path, text);
    report::write_file_atomically(folder.path() / "measured.csv", points);
    Finished run{study::prepare(path, {}, test::repository_data()), {}};
    run.record = study::simulate(run.prepared, {}, "test");
    add_intervals(run.record, path, {}, test::repository_data(), "test", options);
    return run;
}

StudyIntervalOptions few_draws() {
    StudyIntervalOptions options;
    options.draws = 20;
    return options;
}

const report::QuantityResult& quantity(const report::RunRecord& record, const std::string& name,
                                       std::optional<double> time = {}) {
    for (const auto& q : record.quantities)
        if (q.name == name && (!time || q.time == time)) return q;
    throw std::runtime_error("no " + name);
}

MechanismForecaster shipped() {
    const FittedLaws laws = load_laws(test::repository_data().root / "delivery");
    return MechanismForecaster(laws.fit, laws.discrepancies);
}

/// In %ID.
void expect_forecast(const report::QuantityResult& q, const Forecast& f) {
    ASSERT_TRUE(q.forecast && q.interval) << q.name;
    const auto percent = [](double log10) { return 100.0 * std::pow(10.0, log10); };
    EXPECT_NEAR(q.shown() / percent(f.median), 1.0, 1e-12) << q.name;
    EXPECT_NEAR((*q.interval)[0] / percent(f.lower), 1.0, 1e-12) << q.name;
    EXPECT_NEAR((*q.interval)[1] / percent(f.upper), 1.0, 1e-12) << q.name;
}

TEST(StudyForecast, TellsTheStudyAsAnArticleWould) {
    const auto prepared = finished(record_16(), no_points, few_draws()).prepared;
    const DeliveryCase c = study_case(prepared, 0);
    EXPECT_NEAR(*c.particle.hydrodynamic_diameter, 31e-9, 1e-15);
    EXPECT_NEAR(*c.particle.core_diameter, 31e-9, 1e-15);
    EXPECT_NEAR(*c.particle.zeta_potential, -10.5e-3, 1e-12);
    EXPECT_EQ(c.particle.material, "gold");
    EXPECT_EQ(c.particle.shape, "sphere");
    EXPECT_FALSE(*c.particle.is_pegylated);
    EXPECT_FALSE(c.particle.is_targeted);
    EXPECT_NEAR(*c.animal.tumour_mass, 1.2e-4, 1e-12);
    EXPECT_NEAR(*c.animal.body_weight, 0.017, 1e-12);
    EXPECT_EQ(c.animal.cancer, "cervix");
    EXPECT_EQ(c.animal.implantation, "xenograft");
    EXPECT_EQ(c.animal.site, "heterotopic");
    EXPECT_NEAR(*c.dose, 5.905e-6, 1e-12);
    EXPECT_TRUE(c.points.empty());
}

TEST(StudyForecast, OfARecordIsThatOfItsQualification) {
    if (!test::shared_data()) GTEST_SKIP() << test::data_not_present;
    matter::Library library(test::repository_data().root);
    const DeliveryData data = read_delivery_data(*test::shared_data(), mouse_organ_sizes(library));
    const auto found = std::find_if(data.cases.begin(), data.cases.end(),
                                    [](const DeliveryCase& c) { return c.id == "tumour:16"; });
    ASSERT_NE(found, data.cases.end());
    DeliveryCase asked = *found;
    asked.points.clear();
    // What a study says beside the record: no PEG, and that the particle is massive gold.
    asked.particle.is_pegylated = false;
    asked.particle.core_diameter = asked.particle.hydrodynamic_diameter;
    const std::vector<double> times = {24.0 * hour, 48.0 * hour, 72.0 * hour};
    std::vector<double> all = {hour, 2.0 * hour, 4.0 * hour, 8.0 * hour};
    all.insert(all.end(), times.begin(), times.end());
    std::vector<Question> questions = {{Place::tumour, all}};
    for (const double time : times) questions.push_back({Place::tumour, {time}});
    const auto forecaster = shipped();
    const auto compare = [&](const report::RunRecord& record, std::span<const Point> known) {
        const auto expected = forecaster(asked, known, questions);
        expect_forecast(quantity(record, "tumour.delivery_efficiency_max"), expected[0]);
        for (std::size_t i = 0; i < times.size(); ++i)
            expect_forecast(quantity(record, "tumour.delivery_efficiency", times[i]),
                            expected[1 + i]);
    };
    const auto plain = finished(record_16(), no_points, few_draws());
    compare(plain.record, {});
    StudyIntervalOptions early = few_draws();
    early.known_until = 24.0 * hour;
    const auto updated = finished(record_16(), one_point, early);
    const std::vector<Point> known = {{Place::tumour, 24.0 * hour, {0.01717895, Censoring::none}}};
    compare(updated.record, known);
    const auto& before = quantity(plain.record, "tumour.delivery_efficiency", times[1]);
    const auto& after = quantity(updated.record, "tumour.delivery_efficiency", times[1]);
    EXPECT_EQ(after.prior_interval, before.interval);
    EXPECT_LT((*after.interval)[1] / (*after.interval)[0],
              (*before.interval)[1] / (*before.interval)[0]);
}

TEST(StudyForecast, StandsOnEveryDeliveredShareAndItsCurve) {
    const auto run = finished(record_16(), no_points, few_draws());
    std::size_t seen = 0;
    for (const report::Series& s : run.record.series) {
        const bool is_tumour = s.name == "tumour.delivery_efficiency" ||
                               s.name == "tumour.carrier_injected_dose_per_gram";
        const bool is_share = is_tumour || s.name == "blood.carrier_injected_dose_fraction" ||
                              s.name == "liver.carrier_injected_dose_per_gram" ||
                              s.name == "spleen.carrier_injected_dose_per_gram";
        if (!is_share) continue;
        ++seen;
        ASSERT_FALSE(s.band.empty()) << s.name;
        for (const report::BandPoint& b : s.band) {
            if (b.time <= 0.0) continue;
            ASSERT_TRUE(b.median) << s.name << " at " << b.time / hour << " h";
            EXPECT_LT(b.low, *b.median);
            EXPECT_LT(*b.median, b.high);
        }
    }
    EXPECT_EQ(seen, 5u);
    // 0.12 g: the share per gram is the share over that, at every time.
    const auto band = [&](const std::string& name) {
        for (const report::Series& s : run.record.series)
            if (s.name == name) return s.band.back();
        throw std::runtime_error("no " + name);
    };
    EXPECT_NEAR(*band("tumour.carrier_injected_dose_per_gram").median /
                    *band("tumour.delivery_efficiency").median,
                1.0 / 0.12, 1e-6);
    const auto& q = quantity(run.record, "tumour.delivery_efficiency_max");
    EXPECT_NE(q.value, q.shown()) << "the kinetics of the study stay beside the forecast";
}

TEST(StudyForecast, StandsBesideACalibratedDispositionAndTellsWhyNot) {
    const auto path = std::filesystem::path(CARAVEL_SOURCE_DIR) / "studies";
    const auto with = [&](const char* name) {
        const auto study = path / name / "study.toml";
        const auto prepared = study::prepare(study, {}, test::repository_data());
        auto record = study::simulate(prepared, {}, name);
        add_intervals(record, study, {}, test::repository_data(), "test", few_draws());
        return record;
    };
    const auto mouse = with("doxil_mouse");
    const auto& q = quantity(mouse, "tumour.delivery_efficiency_max");
    ASSERT_TRUE(q.forecast);
    EXPECT_FALSE(q.forecast->is_reported);
    EXPECT_EQ(q.shown(), q.value);
    const auto human = with("doxil_human_20");
    for (const auto& number : human.quantities) EXPECT_FALSE(number.forecast) << number.name;
    const auto& told = human.intervals->sentences;
    EXPECT_TRUE(std::any_of(told.begin(), told.end(), [](const std::string& s) {
        return s.find("it is given to a human") != std::string::npos;
    }));
}

TEST(StudyForecast, IsThereWhereTheDrawsAreTooDear) {
    StudyIntervalOptions none;
    none.draws = 0;
    EXPECT_FALSE(finished(record_16(), no_points, none).record.intervals);
    const std::string text = record_16();
    const auto prepared =
        test::prepare_text(text.substr(0, text.find("[[data]]")) + text.substr(text.find("[run]")));
    EXPECT_TRUE(has_forecast(prepared));
    report::RunRecord record = study::simulate(prepared, {}, "test");
    record.intervals.emplace();
    const FittedLaws laws = load_laws(test::repository_data().root / "delivery");
    add_forecasts(record, prepared, laws, std::nullopt);
    EXPECT_TRUE(quantity(record, "tumour.delivery_efficiency_max").interval);
    EXPECT_EQ(record.intervals->draws, 0);
    EXPECT_EQ(record.intervals->sentences.size(), 1u);
}

}  // namespace
}  // namespace caravel::inference::delivery
