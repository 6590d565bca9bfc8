// Articles over two tables, and folds that never part them.
#include "caravel/base/error.hpp"
#include "caravel/inference/delivery/articles.hpp"
#include "caravel/inference/delivery/folds.hpp"
#include "caravel/inference/delivery/qualification_data.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace caravel::inference::delivery {
namespace {

std::vector<DeliveryCase> cases_of(const std::vector<std::string>& articles) {
    std::vector<DeliveryCase> cases;
    for (std::size_t i = 0; i < articles.size(); ++i) {
        cases.emplace_back();
        cases.back().id = "tumour:" + std::to_string(i + 1);
        cases.back().article = articles[i];
    }
    return cases;
}

std::vector<const DeliveryCase*> pointers(const std::vector<DeliveryCase>& cases) {
    std::vector<const DeliveryCase*> list;
    for (const auto& c : cases) list.push_back(&c);
    return list;
}

TEST(Articles, equal_series_are_found_within_one_percent) {
    const auto cases = cases_of({"a", "b", "c", "d"});
    const std::vector<TumourSeries> series{
        {0, "%ID/g", {3600, 7200, 86400}, {1.0, 2.0, 4.0}},
        {1, "%ID/g", {3600, 7200, 86400}, {1.009, 1.99, 3.0}},  // two of three
        {2, "%ID/g", {3600, 7200, 86400}, {1.02, 2.0, 3.0}},    // one of three with a
        {3, "%ID", {3600, 7200, 86400}, {1.0, 2.0, 4.0}}};      // another unit
    const auto matches = match_series(cases, series);
    ASSERT_EQ(matches.size(), 2u);
    EXPECT_EQ(matches[0].first, 0u);
    EXPECT_EQ(matches[0].second, 1u);
    EXPECT_EQ(matches[0].equal, 2u);
    EXPECT_EQ(matches[0].shared, 3u);
    EXPECT_EQ(matches[1].first, 1u);  // 1.99 and 2.0, and 3.0 twice
    EXPECT_EQ(matches[1].second, 2u);
}

TEST(Articles, one_shared_point_is_no_match) {
    const auto cases = cases_of({"a", "b"});
    const std::vector<TumourSeries> series{{0, "%ID/g", {3600, 7200}, {1.0, 2.0}},
                                           {1, "%ID/g", {3600, 9000}, {1.0, 2.0}}};
    EXPECT_TRUE(match_series(cases, series).empty());
}

TEST(Articles, a_match_joins_everything_of_both_articles) {
    auto cases = cases_of({"a", "b", "c", "b", "d", "a"});
    const std::vector<SeriesMatch> matches{{3, 4, 2, 2}, {1, 5, 2, 2}};  // b = d, b = a
    EXPECT_EQ(join_articles(cases, matches), 2u);
    const std::vector<std::string> expected{"a", "a", "c", "a", "a", "a"};
    for (std::size_t i = 0; i < cases.size(); ++i) EXPECT_EQ(cases[i].article, expected[i]) << i;
}

TEST(Articles, an_equal_series_lends_its_tumour_mass) {
    TumourTable tumour;
    tumour.cases = cases_of({"article 1"});
    tumour.cases[0].animal.tumour_mass = 0.5e-3;
    tumour.cases[0].points = {{Place::tumour, 3600, {0.01}}, {Place::tumour, 7200, {0.02}}};
    tumour.series = {{0, "%ID/g", {3600, 7200}, {2.0, 4.0}}};
    OrganTable organs;
    organs.cases = cases_of({"doi x", "doi y"});
    for (auto& c : organs.cases) c.id.replace(0, 6, "organs");
    organs.cases[0].points = {{Place::blood, 3600, {0.3}}};
    organs.series = {{0, "%ID/g", {3600, 7200}, {2.0, 4.0}}, {1, "%ID/g", {3600}, {9.0}}};
    const DeliveryData data = join_tables(tumour, organs, 1000.0);
    EXPECT_EQ(data.articles, 2u);
    EXPECT_EQ(data.adopted_points, 2u);
    ASSERT_EQ(data.cases.size(), 2u);  // the second instance had nothing else
    EXPECT_EQ(data.cases[1].article, "article 1");
    ASSERT_EQ(data.cases[1].points.size(), 3u);
    EXPECT_NEAR(data.cases[1].points[1].fraction.value, 0.02, 1e-12);
    EXPECT_EQ(data.organ_dropped.of("tumour concentration, tumour mass not told"), 1);
    EXPECT_EQ(data.organ_dropped.of("instance without a usable point"), 1);
}

std::vector<DeliveryCase> many() {
    std::vector<std::string> articles;
    for (int a = 0; a < 37; ++a)
        for (int k = 0; k <= (a * 7) % 5; ++k) articles.push_back("article " + std::to_string(a));
    return cases_of(articles);
}

TEST(Folds, no_article_spans_two_folds_and_none_is_lost) {
    const auto cases = many();
    const Folds folds = make_folds(pointers(cases), 10, 3);
    EXPECT_EQ(folds.size(), 37u);
    std::set<int> used;
    for (const auto& [article, fold] : folds) used.insert(fold);
    EXPECT_EQ(used, (std::set<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
    for (int fold = 0; fold < 10; ++fold) {
        std::set<std::string> trained;
        for (const auto& c : training_cases(cases, folds, fold)) trained.insert(c.article);
        for (const auto& c : cases)
            EXPECT_EQ(trained.count(c.article) == 0, folds.at(c.article) == fold);
    }
}

TEST(Folds, sizes_differ_by_less_than_the_largest_article) {
    const auto cases = many();
    const Folds folds = make_folds(pointers(cases), 10, 3);
    std::vector<int> size(10, 0);
    for (const auto& c : cases) ++size[static_cast<std::size_t>(folds.at(c.article))];
    const auto [least, most] = std::minmax_element(size.begin(), size.end());
    EXPECT_LE(*most - *least, 1);
}

TEST(Folds, depend_on_the_seed_and_not_on_the_order_of_cases) {
    const auto cases = many();
    auto backwards = cases;
    std::reverse(backwards.begin(), backwards.end());
    EXPECT_EQ(make_folds(pointers(cases), 10, 3), make_folds(pointers(backwards), 10, 3));
    EXPECT_NE(make_folds(pointers(cases), 10, 3), make_folds(pointers(cases), 10, 4));
}

TEST(Folds, impossible_numbers_are_refused) {
    const auto cases = cases_of({"a", "b", "b"});
    EXPECT_THROW(make_folds(pointers(cases), 1, 1), InputError);
    EXPECT_THROW(make_folds(pointers(cases), 3, 1), InputError);
    EXPECT_EQ(make_folds(pointers(cases), 2, 1).size(), 2u);
}

}  // namespace
}  // namespace caravel::inference::delivery
