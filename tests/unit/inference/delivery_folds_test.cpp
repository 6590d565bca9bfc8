// Articles over two tables, and folds that never part them.
#include "caravel/base/error.hpp"
#include "caravel/inference/delivery/articles.hpp"
#include "caravel/inference/delivery/folds.hpp"
#include "caravel/inference/delivery/leak_test.hpp"
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
        {3, "%ID", {3600, 7200, 86400}, {1.0, 2.0, 5.0}}};      // another unit
    const auto matches = match_series(cases, series);
    ASSERT_EQ(matches.size(), 2u);
    EXPECT_EQ(matches[0].first, 0u);
    EXPECT_EQ(matches[0].second, 1u);
    EXPECT_EQ(matches[0].equal, 2u);
    EXPECT_EQ(matches[0].shared, 3u);
    EXPECT_EQ(matches[1].first, 1u);  // 1.99 and 2.0, and 3.0 twice
    EXPECT_EQ(matches[1].second, 2u);
    EXPECT_EQ(count_matches(matches, MatchRule::equal_series), 2u);
}

TEST(Articles, a_value_per_volume_is_compared_with_one_per_mass) {
    const auto cases = cases_of({"a", "b"});
    const std::vector<TumourSeries> series{{0, "%ID/g", {3600, 7200}, {1.0, 2.0}},
                                           {1, "%ID/cm3", {3600, 7200}, {1.0, 2.0}}};
    EXPECT_EQ(match_series(cases, series).size(), 1u);
}

TEST(Articles, a_constant_ratio_is_one_series_with_another_mass_or_density) {
    auto cases = cases_of({"a", "b"});
    std::vector<TumourSeries> series{
        {0, "%ID/g", {3600, 7200, 86400, 172800}, {1.0, 2.5, 4.0, 3.0}},
        {1, "%ID/cm3", {3600, 7200, 86400, 172800}, {1.2, 3.0, 4.81, 3.61}}};
    const auto matches = match_series(cases, series);
    ASSERT_EQ(matches.size(), 1u);
    EXPECT_EQ(matches[0].rule, MatchRule::proportional_series);
    EXPECT_EQ(matches[0].shared, 4u);
    series[1].values[2] = 4.90;  // ratio 1.225
    EXPECT_TRUE(match_series(cases, series).empty());
    for (TumourSeries& s : series) {
        s.times.resize(2);
        s.values.resize(2);
    }
    EXPECT_TRUE(match_series(cases, series).empty());  // two ratios agree too easily
}

TEST(Articles, three_equal_ratios_count_unless_the_particles_differ) {
    auto cases = cases_of({"a", "b"});
    const std::vector<TumourSeries> series{{0, "%ID", {3600, 7200, 86400}, {1.0, 2.5, 4.0}},
                                           {1, "%ID/g", {3600, 7200, 86400}, {4.0, 10.0, 16.0}}};
    EXPECT_EQ(match_series(cases, series).size(), 1u);
    cases[0].particle.hydrodynamic_diameter = 50e-9;
    cases[1].particle.hydrodynamic_diameter = 80e-9;
    EXPECT_TRUE(match_series(cases, series).empty());
    cases[1].particle.hydrodynamic_diameter = 50.2e-9;
    EXPECT_EQ(match_series(cases, series).size(), 1u);
    cases[0].particle.material = "gold";
    cases[1].particle.material = "liposome";
    EXPECT_TRUE(match_series(cases, series).empty());
}

DeliveryCase particle(const std::string& id, const std::string& article, double diameter_nm,
                      double zeta_mv, const std::string& material) {
    DeliveryCase c;
    c.id = id;
    c.article = article;
    c.particle.hydrodynamic_diameter = diameter_nm * 1e-9;
    c.particle.zeta_potential = zeta_mv * 1e-3;
    c.particle.material = material;
    return c;
}

TEST(Articles, four_particles_told_in_both_tables_are_one_article) {
    // Kanazaki et al. 2015: sizes, zeta potentials and dose agree, no tumour value does. The organ
    // table has no body weight here, so its dose is that of a standard mouse.
    std::vector<DeliveryCase> cases{particle("tumour:74", "article 34", 40.3, -3.3, "iron_oxide"),
                                    particle("tumour:75", "article 34", 39.4, -4.5, "iron_oxide"),
                                    particle("tumour:76", "article 34", 28.1, -0.6, "iron_oxide"),
                                    particle("tumour:77", "article 34", 22.3, -4.6, "iron_oxide"),
                                    particle("organs:90.1", "doi x", 39.4, -4.5, "iron_oxide"),
                                    particle("organs:90.2", "doi x", 40.3, -3.3, "iron_oxide"),
                                    particle("organs:90.3", "doi x", 22.3, -4.6, "iron_oxide"),
                                    particle("organs:90.4", "doi x", 28.1, -0.6, "iron_oxide")};
    for (std::size_t i = 0; i < 8; ++i) cases[i].dose = i < 4 ? 21.36e-6 : 23.5e-6;
    const auto matches = match_particles(cases);
    ASSERT_EQ(matches.size(), 1u);
    EXPECT_EQ(matches[0].rule, MatchRule::particle);
    EXPECT_EQ(matches[0].equal, 4u);
    EXPECT_EQ(join_articles(cases, matches), 1u);
}

TEST(Articles, one_particle_counts_where_its_numbers_are_specific_or_the_dose_agrees) {
    const auto matches = [](DeliveryCase a, DeliveryCase b, double dose = 0.0) {
        if (dose > 0.0) a.dose = b.dose = dose;
        return match_particles(std::vector<DeliveryCase>{std::move(a), std::move(b)}).size();
    };
    const auto of = [](const char* article, double size, double zeta, const char* material = "") {
        return particle("tumour:1", article, size, zeta, material);
    };
    EXPECT_EQ(matches(of("a", 88.9, -27.1), of("b", 88.85, -27.1)), 1u);
    EXPECT_EQ(matches(of("a", 88.9, 27.1), of("b", 88.85, -27.1)), 1u);  // the sign was lost
    EXPECT_EQ(matches(of("a", 88.9, -27.1), of("b", 88.9, -27.2)), 0u);
    EXPECT_EQ(matches(of("a", 88.9, -27.1), of("b", 90.9, -27.1)), 0u);
    EXPECT_EQ(matches(of("a", 88.9, -27.1), of("a", 88.9, -27.1)), 0u);  // one article anyway
    EXPECT_EQ(matches(of("a", 100, -10), of("b", 100, -10)), 0u);        // round numbers
    EXPECT_EQ(matches(of("a", 100, -10), of("b", 100, -10), 1e-5), 0u);
    EXPECT_EQ(matches(of("a", 51.6, 3), of("b", 51.6, 3)), 0u);
    EXPECT_EQ(matches(of("a", 51.6, 3), of("b", 51.6, 3), 1.5e-6), 1u);
    EXPECT_EQ(matches(of("a", 118, 0), of("b", 118, 0), 1.5e-6), 0u);  // 0: neutral, not measured
    EXPECT_EQ(matches(of("a", 88.9, -27.1, "gold"), of("b", 88.9, -27.1, "liposome")), 0u);
    EXPECT_EQ(matches(of("a", 88.9, -27.1, "gold"), of("b", 88.9, -27.1, "graphene")), 1u);
}

TEST(SplitCheck, fails_where_one_particle_is_tested_and_trained_on) {
    std::vector<DeliveryCase> cases{particle("tumour:1", "a", 24.4, -28.6, "iron_oxide"),
                                    particle("tumour:2", "b", 60.0, -5.0, "gold"),
                                    particle("organs:20.1", "c", 24.4, -28.6, "other_inorganic")};
    const Folds folds{{"a", 0}, {"b", 1}};  // c is always trained on
    const auto leaks = find_split_leaks(cases, folds);
    ASSERT_EQ(leaks.size(), 1u);
    EXPECT_EQ(leaks[0].tested, "tumour:1");
    EXPECT_EQ(leaks[0].trained, "organs:20.1");
    EXPECT_EQ(find_split_leaks(cases, {{"a", 0}, {"b", 1}, {"c", 1}}).size(), 1u);
    EXPECT_TRUE(find_split_leaks(cases, {{"a", 0}, {"b", 1}, {"c", 0}}).empty());
    join_articles(cases, match_particles(cases));
    EXPECT_TRUE(find_split_leaks(cases, folds).empty());
}

TEST(Articles, one_shared_point_is_no_match) {
    const auto cases = cases_of({"a", "b"});
    const std::vector<TumourSeries> series{{0, "%ID/g", {3600, 7200}, {1.0, 2.0}},
                                           {1, "%ID/g", {3600, 9000}, {1.0, 2.0}}};
    EXPECT_TRUE(match_series(cases, series).empty());
}

TEST(Articles, a_match_joins_everything_of_both_articles) {
    auto cases = cases_of({"a", "b", "c", "b", "d", "a"});
    const std::vector<CaseMatch> matches{{3, 4, 2, 2}, {1, 5, 2, 2}};  // b = d, b = a
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

TEST(Articles, a_series_in_two_units_gives_every_time_once_and_in_order) {
    TumourTable tumour;
    tumour.cases = cases_of({"article 1"});
    tumour.cases[0].animal.tumour_mass = 0.5e-3;
    tumour.cases[0].points = {{Place::tumour, 3600, {0.01}}, {Place::tumour, 7200, {0.02}}};
    tumour.series = {{0, "%ID/g", {3600, 7200}, {2.0, 4.0}}};
    OrganTable organs;
    organs.cases = cases_of({"doi x"});
    organs.cases[0].id = "organs:1.1";
    organs.cases[0].points = {{Place::tumour, 7200, {0.021}},
                              {Place::tumour, 86400, {0.03}},
                              {Place::blood, 3600, {0.3}}};
    organs.series = {{0, "%ID/g", {3600, 7200}, {2.0, 4.0}},
                     {0, "%ID", {7200, 86400}, {2.1, 3.0}},
                     {0, "%ID/cm3", {3600, 172800}, {2.0, 6.0}}};
    const DeliveryData data = join_tables(tumour, organs, 1000.0);
    const auto& points = data.cases.at(1).points;
    ASSERT_EQ(points.size(), 5u);
    const std::vector<double> times{3600, 7200, 86400, 172800, 3600};
    for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(points[i].time, times[i]) << i;
    EXPECT_NEAR(points[0].fraction.value, 0.01, 1e-12);
    EXPECT_NEAR(points[1].fraction.value, 0.021, 1e-12);  // %ID as the article tells it
    EXPECT_NEAR(points[3].fraction.value, 0.03, 1e-12);
    EXPECT_EQ(points[4].place, Place::blood);
    EXPECT_EQ(data.adopted_points, 2u);
    EXPECT_EQ(data.organ_dropped.of("value told again in another unit"), 2);
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
