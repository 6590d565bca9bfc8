// Scores by hand numbers, error bars by article, the leak test, and what stands in the files.
#include "caravel/base/error.hpp"
#include "caravel/exec/random.hpp"
#include "caravel/inference/delivery/baselines.hpp"
#include "caravel/inference/delivery/leak_test.hpp"
#include "caravel/inference/delivery/qualification_files.hpp"
#include "caravel/inference/delivery/qualification_scores.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <map>
#include <set>
#include <string>

namespace caravel::inference::delivery {
namespace {

constexpr double hour = 3600.0;

Outcome outcome(const std::string& article, double measured, double median, double lower,
                double upper, Place place = Place::tumour) {
    return {std::string(question::tumour_max),
            "ridge",
            "tumour:1",
            article,
            0,
            place,
            {hour},
            measured,
            {median, lower, upper}};
}

TEST(Scores, follow_hand_numbers) {
    const std::vector<Outcome> list{
        outcome("a", -1.0, -1.2, -2.0, 0.0), outcome("a", -2.0, -1.6, -1.9, 0.0),
        outcome("b", -3.0, -2.1, -3.0, -1.0), outcome("c", -2.0, -3.1, -5.0, -2.5)};
    const Score s = score(list, 200, 1);
    // Errors -0.2, 0.4, 0.9, -1.1: squares 0.04, 0.16, 0.81, 1.21; mean -2, sum about it 2.
    EXPECT_NEAR(s.rmse.value, std::sqrt(2.22 / 4.0), 1e-12);
    EXPECT_NEAR(s.r2.value, 1.0 - 2.22 / 2.0, 1e-12);
    EXPECT_NEAR(s.within_2.value, 0.25, 1e-12);  // log10 2 = 0.301
    EXPECT_NEAR(s.within_3.value, 0.50, 1e-12);  // 0.477
    EXPECT_NEAR(s.within_10.value, 0.75, 1e-12);
    EXPECT_NEAR(s.coverage.value, 0.50, 1e-12);
    EXPECT_NEAR(s.width.value, (2.0 + 1.9 + 2.0 + 2.5) / 4.0, 1e-12);
    EXPECT_EQ(s.values, 4u);
    EXPECT_EQ(s.articles, 3u);
}

TEST(Scores, r2_takes_out_what_differs_between_organs) {
    const std::vector<Outcome> list{outcome("a", -1.0, -1.0, -9, 9, Place::liver),
                                    outcome("b", -1.2, -1.0, -9, 9, Place::liver),
                                    outcome("a", -3.0, -3.1, -9, 9, Place::lung),
                                    outcome("b", -3.2, -3.1, -9, 9, Place::lung)};
    // About the means of the organs: 4 * 0.01; errors 0, 0.2, 0.1, 0.1: 0.06.
    EXPECT_NEAR(score(list, 200, 1).r2.value, 1.0 - 0.06 / 0.04, 1e-9);
}

TEST(Scores, copies_within_an_article_do_not_narrow_the_error_bars) {
    std::vector<Outcome> once;
    std::vector<Outcome> often;
    exec::RandomStream random(5, 1, 0);
    for (int a = 0; a < 60; ++a) {
        const Outcome o =
            outcome(std::to_string(a), exec::normal(random), exec::normal(random), -2.0, 2.0);
        once.push_back(o);
        often.insert(often.end(), 25, o);
    }
    const Score a = score(once, 500, 1);
    const Score b = score(often, 500, 1);
    EXPECT_NEAR(b.rmse.value, a.rmse.value, 1e-12);
    EXPECT_NEAR(b.rmse.standard_error, a.rmse.standard_error, 1e-12);
    // Of 60 normal errors of variance 2: rmse / sqrt(2 n), roughly.
    EXPECT_NEAR(a.rmse.standard_error, std::sqrt(2.0) / std::sqrt(120.0), 0.05);
}

TEST(Scores, forecasts_that_are_not_finite_and_single_articles_are_refused) {
    const Outcome good = outcome("a", -1.0, -1.0, -2.0, 0.0);
    EXPECT_THROW(score(std::vector{good, good}, 100, 1), InputError);
    EXPECT_THROW(score(std::vector{good, outcome("b", -1.0, std::nan(""), -2.0, 0.0)}, 100, 1),
                 NumericalError);
}

TEST(Scores, the_difference_of_two_learners_is_paired) {
    std::vector<Outcome> better;
    std::vector<Outcome> worse;
    exec::RandomStream random(6, 1, 0);
    for (int a = 0; a < 40; ++a) {
        const double error = exec::normal(random);
        better.push_back(outcome(std::to_string(a), 0.0, error, -2, 2));
        worse.push_back(outcome(std::to_string(a), 0.0, 1.1 * error, -2, 2));
    }
    const Estimate d = rmse_difference(better, worse, 300, 1);
    const double rmse = score(better, 300, 1).rmse.value;
    EXPECT_NEAR(d.value, -0.1 * rmse, 1e-12);
    EXPECT_LT(d.standard_error, 0.1 * 2.0 * rmse / std::sqrt(80.0));
}

/// Tumour records and organ instances whose level follows size, with an effect of the article.
DeliveryData made_data(int articles) {
    DeliveryData data;
    for (const char* table : {"tumour:", "organs:"})
        for (int a = 0; a < articles; ++a)
            for (int k = 0; k < 1 + a % 3; ++k) {
                DeliveryCase c;
                const int number = 10 * a + k;
                exec::RandomStream random(9, 1, static_cast<std::uint64_t>(number));
                c.id = table + std::to_string(number);
                c.article = "article " + std::to_string(a);
                c.particle.hydrodynamic_diameter =
                    1e-8 * std::pow(10.0, 1.5 * exec::uniform(random));
                const double level =
                    std::pow(10.0, -2.0 + std::log10(*c.particle.hydrodynamic_diameter / 1e-7) +
                                       0.1 * exec::normal(random));
                c.points = {{Place::tumour, hour, {level}}, {Place::tumour, 9 * hour, {level / 2}}};
                if (table[0] == 'o')
                    c.points.insert(c.points.end(), {{Place::blood, hour / 2, {level * 10}},
                                                     {Place::liver, 2 * hour, {level * 20}},
                                                     {Place::liver, 90 * hour, {level}}});
                data.cases.push_back(c);
            }
    data.tumour_records = data.cases.size() / 2;
    data.articles = static_cast<std::size_t>(articles);
    return data;
}

QualificationOptions quick() {
    QualificationOptions options;
    options.folds = 4;
    options.organ_folds = 3;
    options.resamples = 200;
    return options;
}

TEST(LeakTest, outcomes_go_to_other_articles_and_none_is_lost) {
    const auto cases = made_data(20).cases;
    const auto shuffled = shuffle_outcomes(cases, 4);
    std::map<double, std::string> home;  // first value of a case
    for (const auto& c : cases) home[c.points[0].fraction.value + (c.id[0] == 'o')] = c.article;
    std::set<double> seen;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        EXPECT_EQ(shuffled[i].id, cases[i].id);
        EXPECT_EQ(shuffled[i].particle.hydrodynamic_diameter,
                  cases[i].particle.hydrodynamic_diameter);
        const double value = shuffled[i].points[0].fraction.value + (cases[i].id[0] == 'o');
        EXPECT_NE(home.at(value), cases[i].article);
        seen.insert(value);
    }
    EXPECT_EQ(seen.size(), cases.size());
    EXPECT_NE(shuffled[0].points[0].fraction.value,
              shuffle_outcomes(cases, 5)[0].points[0].fraction.value);
}

TEST(LeakTest, one_article_with_most_of_the_cases_is_refused) {
    auto cases = made_data(3).cases;
    for (auto& c : cases) c.article = "one";
    EXPECT_THROW(shuffle_outcomes(cases, 1), InputError);
}

/// A learner that carries the outcomes with it, as a data set baked into a program would.
Learner cheat(const DeliveryData& data) {
    return {"cheat", [&data](std::span<const DeliveryCase>) -> Predict {
                return [&data](const DeliveryCase& asked, std::span<const Point>,
                               std::span<const Question> questions) {
                    std::vector<Forecast> forecasts;
                    for (const Question& q : questions)
                        for (const DeliveryCase& c : data.cases) {
                            if (c.id != asked.id) continue;
                            double most = -99.0;
                            for (const Point& p : c.points)
                                if (p.place == q.place)
                                    most = std::max(most, std::log10(p.fraction.value));
                            forecasts.push_back({most, most - 0.1, most + 0.1});
                        }
                    return forecasts;
                };
            }};
}

TEST(Qualification, skill_is_real_for_ridge_and_a_cheat_is_caught) {
    const DeliveryData data = made_data(40);
    const Qualification q = qualify_delivery(data, {ridge_learner(), cheat(data)}, quick());
    EXPECT_GT(find_score(q, question::tumour_max, "ridge")->r2.value, 0.8);
    EXPECT_DOUBLE_EQ(find_score(q, question::tumour_max, "cheat")->rmse.value, 0.0);
    ASSERT_EQ(q.leaks.size(), 2u);
    EXPECT_TRUE(q.leaks[0].lost_all_skill) << q.leaks[0].r2.value;
    EXPECT_FALSE(q.leaks[1].lost_all_skill);
    EXPECT_NE(qualification_text(data, q).find("KEPT SKILL"), std::string::npos);
}

TEST(Qualification, an_article_told_twice_fails_the_split_check_and_passes_the_leak_test) {
    DeliveryData data = made_data(20);
    const auto tell = [](DeliveryCase& c) {
        c.particle.hydrodynamic_diameter = 24.4e-9;
        c.particle.zeta_potential = -28.6e-3;
    };
    tell(data.cases.front());
    tell(*std::find_if(data.cases.begin(), data.cases.end(),
                       [](const DeliveryCase& c) { return c.article == "article 7"; }));
    QualificationOptions options = quick();
    options.seed = 3;
    const Qualification q = qualify_delivery(data, {null_learner()}, options);
    ASSERT_EQ(q.leaks.size(), 1u);
    EXPECT_TRUE(q.leaks[0].lost_all_skill);
    ASSERT_FALSE(q.split_leaks.empty());
    EXPECT_NE(qualification_text(data, q).find("FAILED"), std::string::npos);
    EXPECT_NE(qualification_html(data, q).find("FAILED"), std::string::npos);
    EXPECT_NE(qualification_json(data, q, options).find("\"passed\": false"), std::string::npos);
    const DeliveryData sound = made_data(20);
    const Qualification passed = qualify_delivery(sound, {null_learner()}, options);
    EXPECT_NE(qualification_text(sound, passed).find("passed"), std::string::npos);
    EXPECT_NE(qualification_json(sound, passed, options).find("\"passed\": true"),
              std::string::npos);
}

TEST(Qualification, learners_see_neither_test_articles_nor_points_of_the_asked_case) {
    const DeliveryData data = made_data(20);
    const Learner spy{"spy", [](std::span<const DeliveryCase> training) -> Predict {
                          std::set<std::string> seen;
                          for (const auto& c : training) seen.insert(c.article);
                          return [seen](const DeliveryCase& asked, std::span<const Point> known,
                                        std::span<const Question> questions) {
                              EXPECT_EQ(seen.count(asked.article), 0u) << asked.id;
                              EXPECT_FALSE(seen.empty());
                              EXPECT_TRUE(asked.points.empty());
                              for (const Question& q : questions)
                                  for (const Point& p : known) EXPECT_LT(p.time, q.times.front());
                              return std::vector<Forecast>(questions.size(), {-2.0, -3.0, -1.0});
                          };
                      }};
    const Qualification q = qualify_delivery(data, {spy}, quick());
    const auto organs = outcomes_of(q, question::organs, "spy");
    EXPECT_FALSE(organs.empty());
    for (const Outcome& o : organs) {
        EXPECT_GE(o.times.at(0), hour);  // not the blood at half an hour
        EXPECT_LE(o.times.at(0), 48 * hour);
    }
    EXPECT_EQ(outcomes_of(q, question::tumour_max, "spy").size(), data.tumour_records);
    EXPECT_EQ(outcomes_of(q, question::later_by_tumour, "spy").size(), data.tumour_records);
    EXPECT_EQ(outcomes_of(q, question::later_by_blood, "spy").size(), 2 * data.tumour_records);
}

TEST(Qualification, files_have_the_same_bytes_for_any_number_of_threads) {
    const DeliveryData data = made_data(20);
    QualificationOptions options = quick();
    const auto learners = baseline_learners();
    const Qualification one = qualify_delivery(data, learners, options);
    options.threads = 3;
    const Qualification three = qualify_delivery(data, learners, options);
    EXPECT_EQ(qualification_json(data, one, options), qualification_json(data, three, options));
    EXPECT_EQ(qualification_csv(one), qualification_csv(three));
    EXPECT_EQ(qualification_html(data, one), qualification_html(data, three));
    const std::string json = qualification_json(data, one, options);
    EXPECT_NE(json.find("\"caravel.qualification/1\""), std::string::npos);
    EXPECT_EQ(qualification_html(data, one).find("<script"), std::string::npos);
}

TEST(Qualification, an_interrupted_one_goes_on_with_the_same_bytes) {
    const DeliveryData data = made_data(20);
    QualificationOptions options = quick();
    const auto learners = baseline_learners();
    const std::string whole = qualification_csv(qualify_delivery(data, learners, options));
    const auto path = std::filesystem::path(::testing::TempDir()) /
                      ("caravel-folds-" + std::to_string(::getpid()) + ".rec");
    std::filesystem::remove(path);
    const auto jobs = job_count(learners.size(), options);
    EXPECT_EQ(jobs, 3u * (4 + 4 + 3));
    std::atomic<bool> cancel = false;
    {
        RecordStore store(path, "plan", jobs);
        options.store = &store;
        options.cancel = &cancel;
        options.progress = [&](const Progress& p) { cancel = p.done >= 5; };
        EXPECT_THROW(qualify_delivery(data, learners, options), Interrupted);
        EXPECT_EQ(store.finished(), 5u);
    }
    cancel = false;
    options.progress = nullptr;
    RecordStore store(path, "plan", jobs);
    options.store = &store;
    EXPECT_EQ(qualification_csv(qualify_delivery(data, learners, options)), whole);
    EXPECT_EQ(store.finished(), jobs);
    std::filesystem::remove(path);
}

TEST(Qualification, its_identity_follows_data_plan_and_version) {
    DeliveryData data = made_data(5);
    const auto learners = baseline_learners();
    const QualificationOptions options = quick();
    const std::string hash = qualification_hash(data, learners, options, "1");
    EXPECT_EQ(qualification_hash(data, learners, options, "1"), hash);
    EXPECT_NE(qualification_hash(data, learners, options, "2"), hash);
    QualificationOptions other = options;
    other.folds = 5;
    EXPECT_NE(qualification_hash(data, learners, other, "1"), hash);
    data.cases[0].points[0].fraction.value *= 1.0 + 1e-15;
    EXPECT_NE(qualification_hash(data, learners, options, "1"), hash);
}

}  // namespace
}  // namespace caravel::inference::delivery
