// The measured sets behind `caravel qualify delivery`, and what learners without mechanism reach.
#include "caravel/inference/delivery/baselines.hpp"
#include "caravel/inference/delivery/features.hpp"
#include "caravel/inference/delivery/qualification.hpp"
#include "caravel/inference/delivery/qualification_scores.hpp"
#include "support/shared_data.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

namespace caravel::inference::delivery {
namespace {

const DeliveryData& measured() {
    static const DeliveryData data = [] {
        matter::Library library(CARAVEL_SOURCE_DIR "/data");
        return read_delivery_data(*test::shared_data(), mouse_organ_sizes(library));
    }();
    return data;
}

TEST(DeliveryData, both_tables_are_read_and_all_that_is_left_out_is_counted) {
    if (!test::shared_data()) GTEST_SKIP() << test::data_not_present;
    const DeliveryData& data = measured();
    EXPECT_EQ(data.tumour_records, 262u);
    std::size_t tumour_points = 0;
    std::size_t organ_points = 0;
    for (const DeliveryCase& c : data.cases)
        (c.id[0] == 't' ? tumour_points : organ_points) += c.points.size();
    EXPECT_EQ(tumour_points, 1180u);
    // Every row of the organ table is a point or counted; the last reason counts instances.
    index_t dropped = 0;
    for (const auto& entry : data.organ_dropped.entries())
        if (entry.reason.find("instance") == std::string::npos) dropped += entry.count;
    EXPECT_EQ(static_cast<std::size_t>(dropped) + organ_points,
              6170u - 11u);  // 11 pairs of kidneys
    EXPECT_EQ(data.organ_dropped.of("route other than intravenous"), 126);
    EXPECT_EQ(data.organ_dropped.of("control tissue"), 72);
}

TEST(DeliveryData, no_article_stands_on_both_sides_of_a_fold_in_either_table) {
    if (!test::shared_data()) GTEST_SKIP() << test::data_not_present;
    const DeliveryData& data = measured();
    EXPECT_GE(count_matches(data.matches, MatchRule::equal_series), 25u);
    std::vector<const DeliveryCase*> tumour;
    for (const DeliveryCase& c : data.cases)
        if (c.id[0] == 't') tumour.push_back(&c);
    const Folds folds = make_folds(tumour, 10, 1);
    std::map<std::string, const DeliveryCase*> by_id;
    for (const DeliveryCase& c : data.cases) by_id[c.id] = &c;
    // Record 172 and organ instance 42.3 are one curve of four equal points.
    EXPECT_EQ(by_id.at("tumour:172")->article, by_id.at("organs:42.3")->article);
    EXPECT_EQ(by_id.at("tumour:172")->article, by_id.at("organs:42.1")->article);
    // Articles told in both tables of which no two tumour values agree.
    const auto is_one = [&](const char* record, const char* instance) {
        return by_id.at(record)->article == by_id.at(instance)->article;
    };
    EXPECT_TRUE(is_one("tumour:74", "organs:90.2"));   // Kanazaki 2015
    EXPECT_TRUE(is_one("tumour:16", "organs:23.2"));   // Liu 2014
    EXPECT_TRUE(is_one("tumour:67", "organs:20.1"));   // Yang 2013
    EXPECT_TRUE(is_one("tumour:38", "organs:17.1"));   // Arnida 2010
    EXPECT_TRUE(is_one("tumour:178", "organs:72.1"));  // Ekdawi 2015
    EXPECT_TRUE(is_one("tumour:221", "organs:74.1"));  // Reddy 2005
    EXPECT_EQ(data.articles, 206u);
    for (int fold = 0; fold < 10; ++fold) {
        std::set<std::string> trained;
        for (const DeliveryCase& c : training_cases(data.cases, folds, fold))
            trained.insert(c.article);
        for (const DeliveryCase* c : tumour)
            if (folds.at(c->article) == fold) {
                EXPECT_EQ(trained.count(c->article), 0u) << c->id;
            }
    }
}

TEST(DeliveryQualification, baselines_reach_what_is_known_of_them_and_lose_it_when_shuffled) {
    if (!test::shared_data()) GTEST_SKIP() << test::data_not_present;
    QualificationOptions options;
    options.organ_folds = 2;
    options.resamples = 200;
    const Qualification q = qualify_delivery(measured(), baseline_learners(), options);
    // On 365 records, of which these 262 are a part: 0.663, 0.626, 0.692, each with a standard
    // error of about 0.04 over articles. Measured here: 0.678, 0.608, 0.725.
    const auto rmse = [&](std::string_view name, const char* learner) {
        return find_score(q, name, learner)->rmse.value;
    };
    EXPECT_NEAR(rmse(question::tumour_max, "null"), 0.663, 0.04);
    EXPECT_NEAR(rmse(question::tumour_max, "ridge"), 0.626, 0.04);
    EXPECT_NEAR(rmse(question::tumour_max, "5-NN"), 0.692, 0.04);
    for (const LeakResult& leak : q.leaks) EXPECT_TRUE(leak.lost_all_skill) << leak.learner;
    EXPECT_TRUE(q.split_leaks.empty());
    // The goals 0.55 and 0.35 are known misses of ridge, 0.608 and 0.436; better ones may come.
    EXPECT_LT(rmse(question::tumour_max, "ridge"), rmse(question::tumour_max, "null"));
    EXPECT_LT(rmse(question::later_by_tumour, "ridge"), 0.436 + 0.04);
}

TEST(DeliveryQualification, features_of_the_records_are_as_many_as_in_the_published_baseline) {
    if (!test::shared_data()) GTEST_SKIP() << test::data_not_present;
    std::vector<const DeliveryCase*> tumour;
    for (const DeliveryCase& c : measured().cases)
        if (c.id[0] == 't') tumour.push_back(&c);
    EXPECT_NEAR(static_cast<double>(FeatureMap(tumour).size()), 47.0, 5.0);
}

}  // namespace
}  // namespace caravel::inference::delivery
