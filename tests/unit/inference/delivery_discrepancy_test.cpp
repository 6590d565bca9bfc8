// The regression on levels and processes, and what articles measure beside the property laws.
#include "caravel/inference/delivery/discrepancy_file.hpp"

#include "caravel/base/error.hpp"
#include "caravel/exec/random.hpp"
#include "caravel/report/atomic_file.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

namespace caravel::inference::delivery {
namespace {

constexpr double hour = 3600.0;

/// Articles with two series at three times; value = 0.5 x + level + noise.
std::vector<MixedValue> drawn(std::size_t articles, double level_sd, double noise_sd,
                              std::uint64_t seed) {
    exec::RandomStream stream(seed, 7, 0);
    std::vector<MixedValue> values;
    for (std::size_t a = 0; a < articles; ++a) {
        const double level = level_sd * exec::normal(stream);
        for (std::size_t k = 0; k < 2; ++k) {
            const double x = exec::normal(stream);
            for (const double decades : {0.0, 0.6, 1.4})
                values.push_back({a,
                                  2 * a + k,
                                  decades,
                                  0.5 * x + level + noise_sd * exec::normal(stream),
                                  {1.0, x}});
        }
    }
    return values;
}

TEST(MixedFit, finds_the_slope_and_the_spreads_it_was_drawn_from) {
    const std::vector<int> family = {0, 1};
    const MixedFit fit(drawn(300, 0.4, 0.12, 3), family, 0.0);
    const MixedModel& m = fit.model();
    EXPECT_NEAR(m.slopes[1], 0.5, 3.0 * std::sqrt(m.covariance(1, 1)));
    EXPECT_LT(std::sqrt(m.covariance(1, 1)), 0.02);
    EXPECT_NEAR(std::sqrt(m.spread.article_level), 0.4, 0.08);
    EXPECT_LT(std::sqrt(m.spread.article_process + m.spread.series_process), 0.15);
    EXPECT_NEAR(std::sqrt(m.spread.noise), 0.12, 0.03);
}

TEST(MixedFit, deviations_grow_until_four_hours) {
    MixedSpread spread;
    spread.growth = 1.0;
    // log10 4 = 0.60206 decades before 4 h: exp(-0.60206).
    EXPECT_NEAR(deviation_growth(spread, 0.0), 0.547682, 1e-6);
    EXPECT_EQ(deviation_growth(spread, std::log10(4.0)), 1.0);
    EXPECT_EQ(deviation_growth(spread, 2.0), 1.0);
    spread.growth = -0.5;
    EXPECT_NEAR(deviation_growth(spread, 0.0), 1.351250, 1e-6);
}

TEST(MixedFit, finds_how_deviations_grow) {
    // Levels at 1 h are 0.55 of those from 4 h on in one set, the same in the other.
    for (const double growth : {1.0, 0.0}) {
        MixedSpread drawn_with;
        drawn_with.growth = growth;
        exec::RandomStream stream(5, 7, 0);
        std::vector<MixedValue> values;
        for (std::size_t a = 0; a < 300; ++a) {
            const double level = 0.4 * exec::normal(stream);
            for (const double decades : {0.0, 0.6, 1.4})
                values.push_back(
                    {a,
                     a,
                     decades,
                     deviation_growth(drawn_with, decades) * level + 0.1 * exec::normal(stream),
                     {1.0}});
        }
        // Of a ratio of deviations of 300 levels: 1/sqrt(300) over 0.6 decades, and the step 0.1.
        EXPECT_NEAR(MixedFit(values, std::vector<int>{0}, 0.0).model().spread.growth, growth, 0.25);
    }
}

TEST(MixedFit, without_an_article_is_the_mean_of_the_others) {
    std::vector<MixedValue> values;
    const std::vector<double> measured = {0.3, -0.2, 0.5, 1.1};
    for (std::size_t a = 0; a < measured.size(); ++a)
        values.push_back({a, a, 0.5, measured[a], {1.0}});
    const MixedFit fit(values, std::vector<int>{0}, 0.0);
    const MixedSpread& s = fit.model().spread;
    const double v =
        s.article_level + s.article_process + s.series_level + s.series_process + s.noise;
    // Precision weights: 3 values of variance v against a prior variance of 4 about 0.
    EXPECT_NEAR(fit.without(3).slopes[0], (0.6 / v) / (3.0 / v + 0.25), 1e-12);
    EXPECT_NEAR(fit.slopes_without(3)[0], fit.without(3).slopes[0], 1e-12);
    EXPECT_NEAR(fit.model().slopes[0], (1.7 / v) / (4.0 / v + 0.25), 1e-12);
}

TEST(MixedFit, a_far_article_rules_less_under_students_t) {
    std::vector<MixedValue> values = drawn(40, 0.2, 0.1, 5);
    for (std::size_t i = 0; i < 6; ++i) values[i].value += 5.0;
    const std::vector<int> family = {0, 1};
    const MixedFit normal(values, family, 0.0);
    const MixedFit robust(values, family, 4.0);
    EXPECT_GT(normal.model().slopes[0], 0.08);  // 5/40 = 0.125 is its share
    EXPECT_LT(robust.model().slopes[0], 0.6 * normal.model().slopes[0]);
}

DeliveryCase polymer_case(const std::string& article) {
    DeliveryCase c;
    c.article = article;
    c.particle.material = "polymer";
    c.particle.is_targeted = true;
    c.animal.has_tumour = true;
    c.animal.tumour_mass = 3e-3;
    c.animal.cancer = "breast";
    c.animal.site = "orthotopic";
    c.points.push_back({Place::tumour, hour, {0.01, Censoring::none}});
    return c;
}

double term(const DiscrepancyTerms& terms, const DeliveryCase& c, const std::string& name,
            double decades) {
    const std::vector<std::string>& names = terms.names();
    const auto at = std::find(names.begin(), names.end(), name);
    EXPECT_NE(at, names.end()) << name;
    return terms.row(c, -2.0, decades)[static_cast<std::size_t>(at - names.begin())];
}

TEST(DiscrepancyTerms, are_what_the_article_tells) {
    const DeliveryCase c = polymer_case("a");
    const std::vector<DeliveryCase> training = {c};
    const DiscrepancyTerms terms(noise_class(Place::tumour), training);
    EXPECT_EQ(term(terms, c, "constant", 1.2), 1.0);
    EXPECT_DOUBLE_EQ(term(terms, c, "laws", 1.2), -0.5);
    EXPECT_NEAR(term(terms, c, "log_mass", 1.2), 1.0, 1e-12);
    EXPECT_EQ(term(terms, c, "targeted", 1.2), 1.0);
    EXPECT_EQ(term(terms, c, "untold_setting", 1.2), 0.0);
    EXPECT_EQ(term(terms, c, "cancer=breast", 1.2), 1.0);
    EXPECT_EQ(term(terms, c, "setting=/orthotopic", 1.2), 1.0);
    EXPECT_EQ(term(terms, c, "material=polymer*bump3", 1.2), 1.0);
    EXPECT_NEAR(term(terms, c, "material=polymer*bump3", 0.6), std::exp(-0.5), 1e-12);
    DeliveryCase other = c;
    other.particle.material = "gold";
    EXPECT_EQ(term(terms, other, "material=polymer", 1.2), 0.0);
    other.points.clear();
    EXPECT_EQ(terms.row(other, -2.0, 1.0), terms.row(other, -2.0, 1.0));
    EXPECT_THROW(DiscrepancyTerms({"constant", "luck"}), InputError);
    EXPECT_THROW(DiscrepancyTerms({"constant*bump9"}), InputError);
    EXPECT_THROW(DiscrepancyTerms({"constant*"}), InputError);
    EXPECT_THROW(DiscrepancyTerms({"constant", "foo=bar"}), InputError);
    EXPECT_THROW(DiscrepancyTerms({"constant", "laws", "constant"}), InputError);
}

TEST(DiscrepancyTerms, refuse_words_that_hold_the_sign_of_a_course_of_time) {
    DeliveryCase c = polymer_case("a");
    c.animal.cancer = "breast*2";
    const std::size_t tumour = noise_class(Place::tumour);
    EXPECT_THROW(DiscrepancyTerms(tumour, std::vector<DeliveryCase>{c}), InputError);
    c.animal.cancer = "breast\n2";
    EXPECT_THROW(DiscrepancyTerms(tumour, std::vector<DeliveryCase>{c}), InputError);
    c.animal.cancer = "\"breast\" = a, b";
    const DiscrepancyTerms terms(tumour, std::vector<DeliveryCase>{c});
    EXPECT_EQ(term(terms, c, "cancer=\"breast\" = a, b", 1.2), 1.0);
}

/// Spreads of a class whose terms do nothing.
Discrepancy spread_only(double level, double process, double noise) {
    Discrepancy d = no_discrepancy();
    d.model.spread = {level, process, 0.0, 0.0, noise, 0.0};
    return d;
}

DiscrepancyPoint at(Place place, double decades) {
    return {noise_class(place), place, decades, {1.0, 0.0}};
}

TEST(Discrepancy, one_point_moves_another_by_their_covariance) {
    std::vector<Discrepancy> all(noise_class_count, spread_only(0.09, 0.16, 0.01));
    const std::vector<DiscrepancyPoint> known = {at(Place::tumour, 0.0)};
    const std::vector<DiscrepancyPoint> asked = {at(Place::tumour, 1.0)};
    const std::vector<double> residual = {0.5};
    // A decade on, 0.6 decades long: 0.09 + 0.16 exp(-1/0.72) = 0.129896; at the point 0.26.
    const JointForecast joint = joint_forecast(all, asked, known, residual);
    EXPECT_NEAR(joint.mean[0], -1.5 + 0.5 * 0.129896 / 0.26, 1e-6);
    EXPECT_NEAR(joint.covariance(0, 0), 0.26 - 0.129896 * 0.129896 / 0.26, 1e-6);
    const Forecast f = greatest_of(joint, 2.0);
    EXPECT_NEAR(f.upper - f.median, 2.0 * 1.644854 * std::sqrt(joint.covariance(0, 0)), 1e-6);
    // Another place: no loading, no news; with loadings 0.5 and 0.8 their product times the level.
    const std::vector<DiscrepancyPoint> blood = {at(Place::blood, 0.0)};
    EXPECT_EQ(joint_forecast(all, asked, blood, residual).mean[0], -1.5);
    all[noise_class(Place::tumour)].loading = 0.5;
    all[noise_class(Place::blood)].loading = 0.8;
    EXPECT_NEAR(joint_forecast(all, asked, blood, residual).mean[0], -1.5 + 0.5 * 0.4 * 0.09 / 0.26,
                1e-12);
}

TEST(Discrepancy, a_small_early_residual_speaks_of_a_greater_later_one) {
    std::vector<Discrepancy> all(noise_class_count, spread_only(0.09, 0.0, 0.01));
    for (Discrepancy& d : all) d.model.spread.growth = 1.0;
    const std::vector<DiscrepancyPoint> known = {at(Place::tumour, 0.0)};
    const std::vector<DiscrepancyPoint> asked = {at(Place::tumour, 1.0)};
    const std::vector<double> residual = {0.2};
    // Deviation at 1 h 0.547682 of that at 10 h: variance 0.0269960 and noise 0.01, covariance
    // 0.0492914.
    const JointForecast joint = joint_forecast(all, asked, known, residual);
    EXPECT_NEAR(joint.mean[0], -1.5 + 0.2 * 0.0492914 / 0.0369960, 1e-6);
    EXPECT_NEAR(joint.covariance(0, 0), 0.1 - 0.0492914 * 0.0492914 / 0.0369960, 1e-6);
    // A point of blood at 1 h: loadings, levels and both growths.
    for (Discrepancy& d : all) d.loading = 0.8;
    const std::vector<DiscrepancyPoint> blood = {at(Place::blood, 0.0)};
    EXPECT_NEAR(joint_forecast(all, asked, blood, residual).mean[0],
                -1.5 + 0.2 * 0.64 * 0.0492914 / 0.0369960, 1e-6);
}

TEST(Discrepancy, places_of_one_class_share_no_more_with_others_than_with_each_other) {
    // Levels 0.01 of the article and 0.09 of the place, noise 0.0001, loadings 0.9.
    std::vector<Discrepancy> all(noise_class_count, no_discrepancy());
    for (Discrepancy& d : all) {
        d.model.spread = {0.01, 0.0, 0.09, 0.0, 0.0001, 0.0};
        d.loading = 0.9;
    }
    const std::vector<DiscrepancyPoint> known = {at(Place::heart, 1.0),    at(Place::muscle, 1.0),
                                                 at(Place::bone, 1.0),     at(Place::skin, 1.0),
                                                 at(Place::brain, 1.0),    at(Place::stomach, 1.0),
                                                 at(Place::intestine, 1.0)};
    const std::vector<DiscrepancyPoint> asked = {at(Place::blood, 1.0)};
    EXPECT_DOUBLE_EQ(shared_level(all, known[0].klass), 0.01);
    EXPECT_DOUBLE_EQ(shared_level(all, asked[0].klass), 0.1);
    const JointForecast joint =
        joint_forecast(all, asked, known, std::vector<double>(known.size(), 0.2));
    // Blood with the mean of seven organs: covariance 0.81 sqrt(0.1 0.01), variance of the mean
    // 0.01 + 0.0901/7. With the level of the places, 0.081, blood's variance would be -0.186.
    const double covariance = 0.81 * std::sqrt(0.001);
    const double variance = 0.01 + 0.0901 / 7.0;
    EXPECT_NEAR(joint.mean[0], -1.5 + 0.2 * covariance / variance, 1e-12);
    EXPECT_NEAR(joint.covariance(0, 0), 0.1001 - covariance * covariance / variance, 1e-12);
    // All places at once, at loadings as near to 1 as can be.
    std::vector<DiscrepancyPoint> every = known;
    for (const Place place : {Place::tumour, Place::blood, Place::liver, Place::spleen,
                              Place::kidney, Place::lung, Place::urine, Place::faeces})
        every.push_back(at(place, 1.0));
    for (Discrepancy& d : all) d.loading = 0.999999;
    EXPECT_NO_THROW(greatest_of(joint_forecast(all, every, {}, {}), 1.0));
}

TEST(Discrepancy, a_covariance_that_is_none_is_refused) {
    JointForecast joint{{0.0, 0.0}, identity(2)};
    joint.covariance(0, 1) = joint.covariance(1, 0) = 1.5;
    EXPECT_THROW(greatest_of(joint, 1.0), NumericalError);
    EXPECT_THROW(greatest_of({{0.0}, Matrix(1, 1, -1e-6)}, 1.0), NumericalError);
    EXPECT_THROW(greatest_of({}, 1.0), InputError);
}

TEST(Discrepancy, the_greatest_of_two_independent_values_is_known) {
    JointForecast joint{{0.0, 0.0}, identity(2)};
    const Forecast f = greatest_of(joint, 1.0);
    // P(max < q) = Phi(q)^2: quantiles of Phi at 0.5^0.5, 0.05^0.5, 0.95^0.5.
    EXPECT_NEAR(f.median, 0.5450, 0.1);
    EXPECT_NEAR(f.lower, -0.7601, 0.15);
    EXPECT_NEAR(f.upper, 1.9545, 0.25);
}

std::filesystem::path own_folder(const std::string& name) {
    return std::filesystem::path(::testing::TempDir()) / (name + std::to_string(::getpid()));
}

/// Articles whose laws are right up to level and noise, or tell nothing.
std::vector<Discrepancy> fitted(bool laws_are_right, std::vector<DeliveryCase>& cases) {
    exec::RandomStream stream(9, 2, 0);
    cases.clear();
    for (int a = 0; a < 40; ++a) cases.push_back(polymer_case("article " + std::to_string(a)));
    std::vector<HeldOutCase> held;
    for (const DeliveryCase& c : cases) {
        HeldOutCase h;
        h.facts = &c;
        const double truth = -1.5 + 0.6 * exec::normal(stream);
        const double told = laws_are_right ? truth : -1.5 + 0.6 * exec::normal(stream);
        const double level = 0.2 * exec::normal(stream);
        for (const double t : {1.0, 24.0}) {
            h.places.push_back(Place::liver);
            h.times.push_back(t * hour);
            h.raw.push_back(told);
            h.measured.push_back(truth + level + 0.1 * exec::normal(stream));
        }
        held.push_back(std::move(h));
    }
    return fit_discrepancies(held);
}

TEST(Discrepancy, the_laws_are_heard_where_they_tell_something) {
    std::vector<DeliveryCase> cases;
    const std::size_t liver = noise_class(Place::liver);
    const auto listens = [&](const std::vector<Discrepancy>& all) {
        const std::vector<std::string>& names = all[liver].terms.names();
        return std::find(names.begin(), names.end(), "laws") != names.end();
    };
    const std::vector<Discrepancy> right = fitted(true, cases);
    ASSERT_TRUE(listens(right));
    EXPECT_NEAR(right[liver].model.slopes[1], 1.0, 0.2);
    // Without values there is nothing but the laws.
    EXPECT_EQ(right[noise_class(Place::lung)].terms.names().size(), 2u);
    const std::vector<Discrepancy> wrong = fitted(false, cases);
    EXPECT_TRUE(!listens(wrong) || std::abs(wrong[liver].model.slopes[1]) < 0.2);
}

TEST(DiscrepancyFile, comes_back_and_refuses_what_is_missing) {
    std::vector<DeliveryCase> cases;
    const std::vector<Discrepancy> all = fitted(true, cases);
    const std::string text = write_discrepancies(all);
    const std::filesystem::path folder = own_folder("caravel_discrepancy_");
    report::create_folder(folder);
    const std::filesystem::path path = folder / "laws_discrepancy.csv";
    report::write_file_atomically(path, text);
    EXPECT_EQ(write_discrepancies(read_discrepancies(path)), text);
    const auto refused = [&](const std::string& from, const std::string& to) {
        std::string damaged = text;
        damaged.replace(damaged.find(from), from.size(), to);
        report::write_file_atomically(path, damaged);
        EXPECT_THROW(read_discrepancies(path), InputError) << to;
    };
    refused("liver,variance,noise", "liver,variance,nose");
    refused("liver,slope,\"laws\"", "liver,slope,\"luck\"");
    refused("liver,slope,\"laws\"", "liver,slope,\"foo=bar\"");
    refused("liver,slope,\"laws\"", "liver,slope,\"constant\"");
    refused("liver,number,loading,", "liver,number,loading,x");
    const auto line = [&text](const std::string& start) {
        const std::size_t from = text.find(start);
        return text.substr(from, text.find('\n', from) + 1 - from);
    };
    const std::string loading = line("liver,number,loading");
    refused(loading, loading + loading);
    refused(loading, loading + "gills,number,loading,0.1,\n");
    refused(loading, loading + "liver,numbers,loading,0.1,\n");
    refused(loading, loading + "liver,number,luck,0.1,\n");
    refused(loading, "liver,number,loading,1,\n");
    refused(loading, "liver,number,loading,0.1,1\n");
    refused(line("liver,number,prior_factor"), "liver,number,prior_factor,0.1,\n");
    refused(line("liver,number,updated_factor"), "liver,number,updated_factor,4.1,\n");
    refused(line("liver,variance,noise"), "liver,variance,noise,0,\n");
    const std::string slope = line("liver,slope,\"constant\"");
    refused(slope, slope.substr(0, slope.size() - 1) + " 0\n");
    refused(slope, slope.substr(0, slope.rfind(',')) + ",\n");
    refused(slope, slope.substr(0, slope.rfind(',')) + ",-1\n");
    refused(line("liver,slope,\"laws\""), "liver,slope,\"laws\",1,9 0.001\n");
    std::filesystem::remove_all(folder);
}

TEST(DiscrepancyFile, words_with_quotes_and_commas_come_back) {
    DeliveryCase c = polymer_case("a");
    c.particle.material = "\"new\", grey";
    std::vector<Discrepancy> all(noise_class_count, no_discrepancy());
    Discrepancy& tumour = all[noise_class(Place::tumour)];
    tumour.terms = DiscrepancyTerms(noise_class(Place::tumour), std::vector<DeliveryCase>{c});
    tumour.model.slopes.assign(tumour.terms.names().size(), 0.5);
    tumour.model.covariance = identity(tumour.model.slopes.size());
    const std::filesystem::path folder = own_folder("caravel_discrepancy_words_");
    report::create_folder(folder);
    report::write_file_atomically(folder / "laws_discrepancy.csv", write_discrepancies(all));
    const std::vector<Discrepancy> back = read_discrepancies(folder / "laws_discrepancy.csv");
    EXPECT_EQ(back[noise_class(Place::tumour)].terms.names(), tumour.terms.names());
    std::filesystem::remove_all(folder);
}

TEST(Discrepancy, nothing_measured_leaves_the_laws_alone) {
    for (const Discrepancy& d : fit_discrepancies({})) {
        EXPECT_EQ(d.model.slopes, (std::vector<double>{-1.5, 1.0}));
        EXPECT_EQ(d.loading, 0.0);
    }
}

}  // namespace
}  // namespace caravel::inference::delivery
