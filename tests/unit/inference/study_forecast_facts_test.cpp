// The forecast on a record and a study put together by hand: no run.
#include "caravel/inference/delivery/study_forecast.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace caravel::inference::delivery {
namespace {

constexpr double hour = 3600.0;

/// Bare gold of 31 nm once into a mouse of 17 g with a tumour of 0.12 g, sampled at 24, 48, 72 h.
study::Prepared gold_study() {
    study::Prepared prepared;
    study::StudyInput& input = prepared.file.input;
    formulation::Formulation gold;
    gold.name = "gold";
    gold.zeta_potential = -10.5e-3;
    gold.layers.emplace_back().material = "Au";
    input.formulations.push_back(gold);
    formulation::Properties properties;
    properties.outer_diameter = properties.hydrodynamic_diameter = 31e-9;
    properties.carrier_mass = 3e-19;
    properties.layers.emplace_back();
    prepared.built.properties.push_back(properties);
    prepared.built.carrier_kinetics.resize(1);
    study::Tumour tumour;
    tumour.tissue.volume = 1.2e-7;
    tumour.cancer = "cervix";
    tumour.implantation = "xenograft";
    tumour.site = "heterotopic";
    input.subject.tumours.push_back(tumour);
    prepared.built.physiology.body_weight = 0.017;
    input.protocol.administrations.emplace_back();
    study::PlannedDose dose;
    dose.formulation = 0;
    dose.carrier_mass = 5.905e-6 * 0.017;
    prepared.built.doses.push_back(dose);
    study::Sample sample;
    sample.of = "tumour";
    sample.at = 24.0 * hour;
    sample.every = 24.0 * hour;
    sample.repeat = 3;
    input.protocol.samples.push_back(sample);
    input.run.until = 96.0 * hour;
    return prepared;
}

report::Series series(const std::string& name, double value) {
    report::Series s;
    s.name = name;
    s.values.assign(97, value);
    return s;
}

report::QuantityResult number(const std::string& name, std::optional<double> time) {
    report::QuantityResult q;
    q.name = name;
    q.value = 1.0;
    q.time = time;
    return q;
}

/// Hourly to 96 h, 1 %ID in the tumour throughout.
report::RunRecord gold_record() {
    report::RunRecord record;
    for (int h = 0; h <= 96; ++h) record.times.push_back(h * hour);
    record.series = {series("tumour.delivery_efficiency", 1.0),
                     series("tumour.carrier_injected_dose_per_gram", 1.0 / 0.12),
                     series("tumour.volume", 120.0)};
    record.quantities = {number("tumour.delivery_efficiency_max", 30.0 * hour),
                         number("tumour.delivery_efficiency", 48.0 * hour),
                         number("tumour.volume_end", std::nullopt)};
    record.intervals.emplace();
    return record;
}

const FittedLaws& laws() {
    static const FittedLaws shipped =
        load_laws(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data" / "delivery");
    return shipped;
}

/// What the forecaster says of the greatest of the standard times to 72 h and of 48 h, for the
/// facts as record 16 of the Nano-Tumor Database tells them.
std::vector<Forecast> expected(std::span<const Point> known) {
    DeliveryCase c;
    c.particle.hydrodynamic_diameter = c.particle.core_diameter = 31e-9;
    c.particle.zeta_potential = -10.5e-3;
    c.particle.material = "gold";
    c.particle.shape = "sphere";
    c.particle.is_pegylated = false;
    c.animal.has_tumour = true;
    c.animal.tumour_mass = 1.2e-4;
    c.animal.body_weight = 0.017;
    c.animal.cancer = "cervix";
    c.animal.implantation = "xenograft";
    c.animal.site = "heterotopic";
    c.dose = 5.905e-6;
    const std::vector<Question> questions = {
        {Place::tumour,
         {hour, 2.0 * hour, 4.0 * hour, 8.0 * hour, 24.0 * hour, 48.0 * hour, 72.0 * hour}},
        {Place::tumour, {48.0 * hour}}};
    return MechanismForecaster(laws().fit, laws().discrepancies)(c, known, questions);
}

void expect_percent(const report::QuantityResult& q, const Forecast& f) {
    ASSERT_TRUE(q.forecast && q.interval) << q.name;
    EXPECT_NEAR(std::log10(q.shown()) - 2.0, f.median, 1e-12) << q.name;
    EXPECT_NEAR(std::log10((*q.interval)[0]) - 2.0, f.lower, 1e-12) << q.name;
    EXPECT_NEAR(std::log10((*q.interval)[1]) - 2.0, f.upper, 1e-12) << q.name;
    EXPECT_EQ(q.value, 1.0) << "what the kinetics say stays";
}

TEST(StudyForecastFacts, GiveTheForecastOfTheQualification) {
    const study::Prepared prepared = gold_study();
    report::RunRecord record = gold_record();
    add_forecasts(record, prepared, laws(), std::nullopt);
    const std::vector<Forecast> forecasts = expected({});
    expect_percent(record.quantities[0], forecasts[0]);
    expect_percent(record.quantities[1], forecasts[1]);
    EXPECT_FALSE(record.quantities[2].forecast) << "a volume is no share of the dose";
    const auto& whole = record.series[0].band;
    const auto& per_gram = record.series[1].band;
    ASSERT_EQ(whole.size(), per_gram.size());
    ASSERT_FALSE(whole.empty());
    for (std::size_t i = 0; i < whole.size(); ++i)
        EXPECT_NEAR(*per_gram[i].median / *whole[i].median, 1.0 / 0.12, 1e-9);
    EXPECT_TRUE(record.series[2].band.empty());
    EXPECT_FALSE(record.quantities[0].time) << "the kinetics' time is none of the forecast's";
    EXPECT_TRUE(record.quantities[1].time);
    ASSERT_EQ(record.intervals->sentences.size(), 1u);
    // exp(-0.403) is found nowhere for each that is found.
    EXPECT_NE(record.intervals->sentences[0].find("60 % of the dose"), std::string::npos);
    EXPECT_NE(record.intervals->sentences[0].find("1.7 times"), std::string::npos);
}

TEST(StudyForecastFacts, TimesOfTheGreatestAreTheStandardOnesAndTheProtocols) {
    study::Prepared prepared = gold_study();
    auto& samples = prepared.file.input.protocol.samples;
    samples[0].at = 30.0 * hour;
    samples[0].every = 42.0 * hour;  // 30, 72, 114 h
    prepared.built.doses[0].start = 2.0 * hour;
    const std::vector<double> expected = {1, 2, 4, 8, 24, 28, 48, 70, 72};  // h after the dose
    const std::vector<double> times = forecast_times(prepared, 0, 0);
    ASSERT_EQ(times.size(), expected.size());
    for (std::size_t i = 0; i < times.size(); ++i) EXPECT_NEAR(times[i], expected[i] * hour, 1e-6);
    samples.clear();
    EXPECT_EQ(forecast_times(prepared, 0, 0).size(), 7u);
}

TEST(StudyForecastFacts, MeasuredPointsDoNotMoveTheGreatest) {
    const auto greatest = [](std::optional<double> measured) {
        report::RunRecord record = gold_record();
        report::MeasuredPoint point;
        point.time = measured.value_or(0.0);
        point.value = 2.0;
        if (measured) record.series[0].measured.push_back(point);
        add_forecasts(record, gold_study(), laws(), std::nullopt);
        return record.quantities[0].shown();
    };
    EXPECT_EQ(greatest(0.1 * hour), greatest(std::nullopt));
    EXPECT_EQ(greatest(90.0 * hour), greatest(std::nullopt));
}

TEST(StudyForecastFacts, OnePointStandsForAPlaceAndTime) {
    const Observation limit{0.5, Censoring::left};
    const std::vector<Point> points =
        one_per_place_and_time({{Place::tumour, 24.0 * hour, {0.04, Censoring::none}},
                                {Place::tumour, 4.0 * hour, limit},
                                {Place::tumour, 24.0 * hour, limit},
                                {Place::blood, 24.0 * hour, {0.3, Censoring::none}},
                                {Place::tumour, 24.0 * hour, {0.01, Censoring::none}},
                                {Place::tumour, 4.0 * hour, {0.2, Censoring::left}}});
    ASSERT_EQ(points.size(), 3u);
    EXPECT_EQ(points[0].fraction.value, 0.2) << "the lower of two limits";
    EXPECT_EQ(points[0].fraction.censoring, Censoring::left);
    EXPECT_NEAR(points[1].fraction.value, 0.02, 1e-15);
    EXPECT_EQ(points[1].fraction.censoring, Censoring::none);
    EXPECT_EQ(points[2].place, Place::blood);
}

TEST(StudyForecastFacts, TheSameMeasurementPerGramSaysNothingNew) {
    report::RunRecord once = gold_record();
    report::MeasuredPoint point;
    point.time = 24.0 * hour;
    point.value = 1.717895;
    once.series[0].measured.push_back(point);
    report::RunRecord twice = once;
    point.value /= 0.12;
    twice.series[1].measured.push_back(point);
    point.time = 4.0 * hour;
    point.value = 1e4;  // a limit that no forecast breaks
    point.below_limit = true;
    twice.series[1].measured.push_back(point);
    for (auto* record : {&once, &twice}) {
        add_forecasts(*record, gold_study(), laws(), 24.0 * hour);
        EXPECT_NE(record->intervals->sentences[0].find("given 1 measured point;"),
                  std::string::npos)
            << record->intervals->sentences[0];
    }
    for (const std::size_t i : {0u, 1u})
        for (const std::size_t end : {0u, 1u})
            EXPECT_NEAR((*once.quantities[i].interval)[end] / (*twice.quantities[i].interval)[end],
                        1.0, 1e-12);
}

TEST(StudyForecastFacts, LearnFromMeasuredPointsUpToATime) {
    const study::Prepared prepared = gold_study();
    report::RunRecord record = gold_record();
    report::MeasuredPoint point;
    point.time = 24.0 * hour;
    point.value = 1.717895;
    record.series[0].measured.push_back(point);
    point.time = 72.0 * hour;
    point.value = 50.0;  // later: not known yet
    record.series[0].measured.push_back(point);
    add_forecasts(record, prepared, laws(), 24.0 * hour);
    const std::vector<Point> known = {{Place::tumour, 24.0 * hour, {0.01717895, Censoring::none}}};
    const std::vector<Forecast> after = expected(known);
    const std::vector<Forecast> before = expected({});
    expect_percent(record.quantities[0], after[0]);
    expect_percent(record.quantities[1], after[1]);
    ASSERT_TRUE(record.quantities[1].prior_interval);
    EXPECT_NEAR(std::log10((*record.quantities[1].prior_interval)[1]) - 2.0, before[1].upper,
                1e-12);
    EXPECT_LT(after[1].upper - after[1].lower, 0.8 * (before[1].upper - before[1].lower));
}

TEST(StudyForecastFacts, StandBesideWhatIsCalibrated) {
    study::Prepared prepared = gold_study();
    report::RunRecord record = gold_record();
    for (auto& q : record.quantities) q.status = report::Status::calibrated;
    for (auto& s : record.series) s.status = report::Status::calibrated;
    add_forecasts(record, prepared, laws(), std::nullopt);
    ASSERT_TRUE(record.quantities[0].forecast);
    EXPECT_FALSE(record.quantities[0].forecast->is_reported);
    EXPECT_EQ(record.quantities[0].shown(), 1.0);
    EXPECT_FALSE(record.quantities[0].interval);
    EXPECT_TRUE(record.series[0].band.empty());
}

TEST(StudyForecastFacts, SayNothingOfWhatWasNotQualified) {
    const auto reason = [](auto change) {
        study::Prepared prepared = gold_study();
        change(prepared);
        return why_no_forecast(prepared, 0);
    };
    EXPECT_EQ(reason([](auto&) {}), "");
    EXPECT_NE(reason([](auto& p) { p.file.input.subject.body.species = "human"; }), "");
    EXPECT_NE(reason([](auto& p) { p.built.doses.push_back(p.built.doses[0]); }), "");
    EXPECT_NE(reason([](auto& p) { p.built.doses[0].duration = 2.0 * hour; }), "");
    EXPECT_NE(reason([](auto& p) { p.built.properties[0].hydrodynamic_diameter = 5e-6; }), "");
    EXPECT_NE(reason([](auto& p) { p.built.properties[0].layers.clear(); }), "");
    EXPECT_NE(reason([](auto& p) { p.file.input.protocol.administrations[0].route = "oral"; }), "");
    study::Prepared human = gold_study();
    human.file.input.subject.body.species = "human";
    report::RunRecord record = gold_record();
    add_forecasts(record, human, laws(), std::nullopt);
    EXPECT_FALSE(record.quantities[0].forecast);
    ASSERT_EQ(record.intervals->sentences.size(), 1u);
    EXPECT_NE(record.intervals->sentences[0].find("human"), std::string::npos);
}

}  // namespace
}  // namespace caravel::inference::delivery
