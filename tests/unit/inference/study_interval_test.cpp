#include "caravel/inference/delivery/study_interval.hpp"

#include "caravel/base/error.hpp"
#include "caravel/inference/delivery/study_interval_model.hpp"
#include "caravel/inference/delivery/study_interval_outputs.hpp"
#include "caravel/report/results_json.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace caravel::inference::delivery {
namespace {

const std::filesystem::path studies = std::filesystem::path(CARAVEL_SOURCE_DIR) / "studies";

report::RunRecord run(const std::string& name) {
    const auto data = study::default_data_paths();
    return study::simulate(study::prepare(studies / name / "study.toml", {}, data), {}, name);
}

report::RunRecord with_intervals(const std::string& name, const StudyIntervalOptions& options,
                                 report::RunRecord record) {
    record.timings.clear();
    add_intervals(record, studies / name / "study.toml", {}, study::default_data_paths(), "test",
                  options);
    return record;
}

StudyIntervalOptions draws(std::int64_t count, int threads = 1) {
    StudyIntervalOptions options;
    options.draws = count;
    options.threads = threads;
    return options;
}

const report::QuantityResult& quantity(const report::RunRecord& record, const std::string& name) {
    for (const auto& q : record.quantities)
        if (q.name == name) return q;
    throw std::runtime_error("no " + name);
}

double width(const std::array<double, 2>& interval) { return std::log(interval[1] / interval[0]); }

TEST(StudyInterval, MedianDrawIsTheStudyAsItStands) {
    for (const std::string name : {"doxil_human_20", "doxil_mouse", "folate_liposome_mouse"}) {
        const auto data = study::default_data_paths();
        const auto path = studies / name / "study.toml";
        const IntervalModel model(path, {}, data, nullptr);
        const auto record = run(name);
        std::vector<population::RequestedOutput> outputs;
        std::vector<double> expected;
        for (const auto& q : record.quantities) {
            if (q.time || q.name.find("half_life") != std::string::npos) continue;
            outputs.push_back({q.name, std::nullopt});
            expected.push_back(q.value);
        }
        const population::StudyFamily family(
            {path, model.assignments(), model.keys(), outputs, "test"}, data);
        const std::vector<double> none(model.dimensions(), 0.0);
        const auto values = model.values(none, family.base_values());
        for (std::size_t k = 0; k < values.size(); ++k)
            EXPECT_NEAR(values[k], family.base_values()[k],
                        1e-9 * std::abs(family.base_values()[k]))
                << name << ' ' << model.keys()[k].key;
        const auto found = family.evaluate(values);
        for (std::size_t k = 0; k < expected.size(); ++k)
            EXPECT_NEAR(found[k], expected[k], 1e-4 * std::abs(expected[k]))
                << name << ' ' << outputs[k].name;
    }
}

TEST(StudyInterval, EveryPredictedNumberHasOneOrSaysWhyNot) {
    const auto before = run("doxil_mouse");
    const auto record = with_intervals("doxil_mouse", draws(64), before);
    ASSERT_TRUE(record.intervals);
    EXPECT_EQ(record.intervals->draws, 64);
    for (std::size_t i = 0; i < record.quantities.size(); ++i) {
        const auto& q = record.quantities[i];
        EXPECT_EQ(q.value, before.quantities[i].value) << "the number itself does not move";
        EXPECT_EQ(q.status, before.quantities[i].status);
        if (q.status == report::Status::input) continue;
        const bool excused =
            std::any_of(record.intervals->without.begin(), record.intervals->without.end(),
                        [&](const auto& w) { return w.first == q.name && !w.second.empty(); });
        EXPECT_NE(q.interval.has_value(), excused) << q.name;
        if (q.interval) {
            EXPECT_LE((*q.interval)[0], (*q.interval)[1]) << q.name;
        }
    }
    for (const auto& s : record.series) {
        if (s.status == report::Status::input) continue;
        EXPECT_FALSE(s.band.empty()) << s.name;
        EXPECT_LE(s.band.size(), 40u);
        EXPECT_TRUE(std::is_sorted(s.band.begin(), s.band.end(),
                                   [](auto& a, auto& b) { return a.time < b.time; }));
    }
    EXPECT_GT(width(*quantity(record, "tumour.delivery_efficiency_max").interval),
              width(*quantity(record, "plasma.auc").interval))
        << "tumours differ more than plasma";
}

TEST(StudyInterval, SameBitsForAnyThreadsAndOthersForAnotherSeed) {
    const auto before = run("doxil_mouse");
    const auto text = [&](int threads) {
        return report::results_json(with_intervals("doxil_mouse", draws(40, threads), before));
    };
    const std::string one = text(1);
    EXPECT_EQ(one, text(3));
    report::RunRecord other = before;
    other.timings.clear();
    add_intervals(other, studies / "doxil_mouse" / "study.toml", {"run.seed=9"},
                  study::default_data_paths(), "test", draws(40));
    EXPECT_NE(one, report::results_json(other));
}

TEST(StudyInterval, FreeDrugHasBiologicalVariabilityAlone) {
    const auto record =
        with_intervals("doxorubicin_free_mouse", draws(64), run("doxorubicin_free_mouse"));
    ASSERT_EQ(record.intervals->sentences.size(), 1u);
    EXPECT_NE(record.intervals->sentences[0].find("Biological variability"), std::string::npos);
    const auto& auc = quantity(record, "plasma.auc");
    ASSERT_TRUE(auc.interval);
    EXPECT_LT((*auc.interval)[0], auc.value);
    EXPECT_GT((*auc.interval)[1], auc.value);
    EXPECT_LT(width(*auc.interval), std::log(4.0));
}

TEST(StudyInterval, EarlyPointsNarrowLaterNumbersAndLaterPointsDoNothing) {
    const auto before = run("doxil_mouse");
    StudyIntervalOptions options = draws(100);
    options.known_until = 25.0 * 3600.0;
    const auto record = with_intervals("doxil_mouse", options, before);
    ASSERT_TRUE(record.intervals->known_until);
    EXPECT_GT(record.intervals->known_points, 0u);
    EXPECT_GT(record.intervals->effective_size, 40.0);
    const auto& tumour = quantity(record, "tumour.delivery_efficiency_max");
    ASSERT_TRUE(tumour.updated && tumour.prior_interval && tumour.interval);
    EXPECT_LT(width(*tumour.interval), 0.8 * width(*tumour.prior_interval));
    EXPECT_GE(*tumour.updated, (*tumour.interval)[0]);
    EXPECT_LE(*tumour.updated, (*tumour.interval)[1]);
    report::RunRecord altered = before;
    std::size_t changed = 0;
    for (auto& s : altered.series)
        for (auto& point : s.measured)
            if (point.time > *options.known_until) {
                point.value *= 100.0;
                ++changed;
            }
    EXPECT_GT(changed, 0u);
    const auto same = with_intervals("doxil_mouse", options, altered);
    for (std::size_t i = 0; i < record.quantities.size(); ++i) {
        EXPECT_EQ(record.quantities[i].interval, same.quantities[i].interval);
        EXPECT_EQ(record.quantities[i].updated, same.quantities[i].updated);
    }
}

TEST(StudyInterval, CostsAreToldBeforeTheyArePaid) {
    const auto data = study::default_data_paths();
    const auto prepared = study::prepare(studies / "doxil_mouse" / "study.toml", {}, data);
    EXPECT_GT(interval_cost(prepared, 200), 0.0);
    EXPECT_LT(interval_cost(prepared, 200), affordable);
    const auto none = with_intervals("doxil_mouse", draws(0), run("doxil_mouse"));
    EXPECT_FALSE(none.intervals);
}

TEST(StudyInterval, RefusesWhatCannotBeMeant) {
    const auto before = run("doxil_mouse");
    EXPECT_THROW(with_intervals("doxil_mouse", draws(5), before), InputError);
    EXPECT_THROW(with_intervals("doxil_mouse", draws(-1), before), InputError);
    StudyIntervalOptions options = draws(20);
    options.known_until = 1e9;
    EXPECT_THROW(with_intervals("doxil_mouse", options, before), InputError);
    options.known_until = 1.0;
    EXPECT_THROW(with_intervals("doxil_mouse", options, before), InputError)
        << "no point is known after a second";
    StudyIntervalOptions stopped = draws(20);
    stopped.interrupted = [] { return true; };
    EXPECT_THROW(with_intervals("doxil_mouse", stopped, before), Interrupted);
}

TEST(CarrierSpread, IsSmallForACalibratedCarrierAndThatOfArticlesForOthers) {
    formulation::Formulation carrier;
    formulation::Disposition disposition;
    const CarrierSpread wide = carrier_spread(carrier, 100e-9, disposition, nullptr);
    EXPECT_NEAR(wide.sd[multiplier::phagocytosis], 1.105, 0.001);  // 0.48 ln 10
    disposition.calibrated_with = "mice";
    const CarrierSpread small = carrier_spread(carrier, 100e-9, disposition, nullptr);
    EXPECT_DOUBLE_EQ(small.sd[multiplier::phagocytosis], 0.2);
    EXPECT_NEAR(small.sd[multiplier::tumour], 0.668, 0.001);  // 0.29 ln 10
    EXPECT_NE(small.source.find("mice"), std::string::npos);
}

TEST(CarrierSpread, OfLawsAddsStudiesCasesAndParameters) {
    FittedLaws laws;
    laws.fit.theta = body::default_law_values();
    laws.fit.covariance = Matrix(laws.fit.theta.size(), laws.fit.theta.size());
    laws.fit.components.study.assign(effect::count, 0.3);
    laws.fit.components.case_.assign(effect::count, 0.4);
    formulation::Formulation carrier;
    const CarrierSpread certain = carrier_spread(carrier, 100e-9, {}, &laws);
    EXPECT_NEAR(certain.sd[multiplier::phagocytosis], 0.5, 1e-9);
    laws.fit.covariance(body::law::liver, body::law::liver) = 1.44;  // ln clearance itself
    const CarrierSpread unsure = carrier_spread(carrier, 100e-9, {}, &laws);
    EXPECT_NEAR(unsure.sd[multiplier::phagocytosis], 1.3, 1e-6);
    EXPECT_NEAR(unsure.sd[multiplier::tumour], 0.5, 1e-9);
}

}  // namespace
}  // namespace caravel::inference::delivery
