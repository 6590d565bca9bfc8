// Features, regressions and the learners made of them.
#include "caravel/base/error.hpp"
#include "caravel/exec/random.hpp"
#include "caravel/inference/delivery/baselines.hpp"
#include "caravel/inference/delivery/features.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace caravel::inference::delivery {
namespace {

constexpr double hour = 3600.0;

/// Cases of `articles` articles, two each: log10 fraction = -2 + slope * log10(size / 100 nm)
/// + effect of the article + noise, falling as t^-0.5.
std::vector<DeliveryCase> made(int articles, double slope, double spread, double noise) {
    std::vector<DeliveryCase> cases;
    for (int a = 0; a < articles; ++a) {
        exec::RandomStream random(11, 1, static_cast<std::uint64_t>(a));
        const double effect = spread * exec::normal(random);
        for (int k = 0; k < 2; ++k) {
            DeliveryCase c;
            c.id = "tumour:" + std::to_string(2 * a + k);
            c.article = "article " + std::to_string(a);
            c.particle.hydrodynamic_diameter = 1e-8 * std::pow(10.0, 1.5 * exec::uniform(random));
            c.particle.material = a % 3 == 0 ? "gold" : "polymer";
            c.animal.body_weight = 0.020;
            const double level =
                -2.0 + slope * (std::log10(*c.particle.hydrodynamic_diameter) + 7.0) + effect;
            for (const double t : {1.0, 4.0, 24.0})
                c.points.push_back(
                    {Place::tumour,
                     t * hour,
                     {std::pow(10.0, level - 0.5 * std::log10(t) + noise * exec::normal(random))}});
            cases.push_back(c);
        }
    }
    return cases;
}

std::vector<const DeliveryCase*> pointers(const std::vector<DeliveryCase>& cases) {
    std::vector<const DeliveryCase*> list;
    for (const auto& c : cases) list.push_back(&c);
    return list;
}

DeliveryCase facts(DeliveryCase c) {
    c.points.clear();
    return c;
}

const Question greatest{Place::tumour, {1.0 * hour, 4.0 * hour, 24.0 * hour}};
Question at(double hours) { return {Place::tumour, {hours * hour}}; }

Forecast ask(const Predict& predict, const DeliveryCase& c, const Question& q,
             std::vector<Point> known = {}) {
    return predict(c, known, std::span(&q, 1)).at(0);
}

double column(const FeatureMap& map, const DeliveryCase& c, const std::string& name) {
    const auto names = map.names();
    const auto found = std::find(names.begin(), names.end(), name);
    EXPECT_NE(found, names.end()) << name;
    if (found == names.end()) return 99.0;
    return map.encode(c).at(static_cast<std::size_t>(found - names.begin()));
}

TEST(Features, missing_numbers_become_the_training_median_and_raise_a_flag) {
    std::vector<DeliveryCase> cases(4);
    cases[0].particle.hydrodynamic_diameter = 1e-8;
    cases[1].particle.hydrodynamic_diameter = 1e-7;
    cases[2].particle.hydrodynamic_diameter = 1e-6;
    const FeatureMap map(pointers(cases));
    // Imputed: -8, -7, -6, -7: mean -7, spread sqrt(0.5).
    const std::string size = "log10 hydrodynamic diameter";
    EXPECT_NEAR(column(map, cases[3], size), 0.0, 1e-12);
    EXPECT_NEAR(column(map, cases[2], size), std::sqrt(2.0), 1e-12);
    // Flag: 0, 0, 0, 1: mean 1/4, spread sqrt(3)/4.
    EXPECT_NEAR(column(map, cases[3], size + " not told"), std::sqrt(3.0), 1e-12);
    EXPECT_NEAR(column(map, cases[0], size + " not told"), -1.0 / std::sqrt(3.0), 1e-12);
}

TEST(Features, words_and_scales_come_from_training_alone) {
    std::vector<DeliveryCase> cases(3);
    cases[0].particle.material = "gold";
    cases[1].particle.material = "silica";
    cases[2].particle.material = "silica";
    const FeatureMap map(pointers(cases));
    EXPECT_EQ(map.names(), (std::vector<std::string>{"material gold", "material silica"}));
    DeliveryCase other;
    other.particle.material = "titania";
    other.particle.hydrodynamic_diameter = 1.0;
    // Neither word, and a size that no training case tells: means 1/3, 2/3, spread sqrt(2)/3.
    EXPECT_NEAR(map.encode(other).at(0), -1.0 / std::sqrt(2.0), 1e-12);
    EXPECT_NEAR(map.encode(other).at(1), -std::sqrt(2.0), 1e-12);
}

TEST(Features, points_are_never_looked_at) {
    auto cases = made(10, 0.5, 0.3, 0.1);
    const FeatureMap map(pointers(cases));
    const auto before = map.encode(cases[3]);
    for (auto& c : cases) c.points.assign(1, {Place::liver, 1.0, {0.5}});
    EXPECT_EQ(FeatureMap(pointers(cases)).encode(cases[3]), before);
}

TEST(NullLearner, gives_median_and_residual_quantiles_of_training) {
    std::vector<DeliveryCase> cases;
    for (int i = 0; i < 101; ++i) {
        DeliveryCase c;
        c.article = std::to_string(i);
        c.points.push_back({Place::tumour, hour, {std::pow(10.0, -4.0 + 0.02 * i)}});
        cases.push_back(c);
    }
    const Forecast f = ask(null_learner().train(cases), facts(cases[0]), greatest);
    EXPECT_NEAR(f.median, -3.0, 1e-12);
    EXPECT_NEAR(f.lower, -3.9, 0.06);  // 5 % and 95 % of -4 ... -2, about medians of inner folds
    EXPECT_NEAR(f.upper, -2.1, 0.06);
}

TEST(RidgeLearner, recovers_a_law_of_size_and_time_on_articles_it_never_saw) {
    const auto cases = made(120, 0.8, 0.0, 0.05);
    const std::vector<DeliveryCase> training(cases.begin(), cases.begin() + 200);
    const Predict predict = ridge_learner().train(training);
    double worst = 0.0;
    for (std::size_t i = 200; i < cases.size(); ++i) {
        const double level =
            -2.0 + 0.8 * (std::log10(*cases[i].particle.hydrodynamic_diameter) + 7.0);
        const Forecast f = ask(predict, facts(cases[i]), at(10.0));
        worst = std::max(worst, std::abs(f.median - (level - 0.5)));
        EXPECT_LT(f.upper - f.lower, 0.3);
    }
    EXPECT_LT(worst, 0.1);
}

TEST(NeighbourLearner, reads_its_own_training_cases_between_points) {
    std::vector<DeliveryCase> cases;
    for (int i = 0; i < 10; ++i) {
        DeliveryCase c;
        c.article = std::to_string(i);
        c.particle.hydrodynamic_diameter = i < 5 ? 1e-8 : 1e-7;
        const double level = i < 5 ? 0.01 : 0.1;
        c.points = {{Place::tumour, hour, {level}}, {Place::tumour, 100 * hour, {level / 100}}};
        cases.push_back(c);
    }
    const Predict predict = neighbour_learner().train(cases);
    EXPECT_NEAR(ask(predict, facts(cases[0]), at(1.0)).median, -2.0, 1e-12);
    EXPECT_NEAR(ask(predict, facts(cases[9]), at(10.0)).median, -2.0, 1e-12);
    EXPECT_NEAR(ask(predict, facts(cases[9]), at(1000.0)).median, -3.0, 1e-12);  // end point
    EXPECT_NEAR(ask(predict, facts(cases[9]), greatest).median, -1.0, 1e-12);
}

TEST(Learners, intervals_cover_articles_they_never_saw) {
    const auto cases = made(400, 0.5, 0.4, 0.1);
    const std::vector<DeliveryCase> training(cases.begin(), cases.begin() + 400);
    for (const Learner& learner : baseline_learners()) {
        const Predict predict = learner.train(training);
        int inside = 0;
        for (std::size_t i = 400; i < 800; ++i) {
            double value = -99.0;
            for (const Point& p : cases[i].points)
                value = std::max(value, std::log10(p.fraction.value));
            const Forecast f = ask(predict, facts(cases[i]), greatest);
            inside += value >= f.lower && value <= f.upper ? 1 : 0;
        }
        // 200 articles of two: 0.9 +- 0.02 by chance, and the training's own quantile error.
        EXPECT_NEAR(inside / 400.0, 0.9, 0.06) << learner.name;
    }
}

TEST(Learners, a_known_point_takes_the_articles_effect_out) {
    const auto cases = made(150, 0.5, 0.5, 0.05);
    const std::vector<DeliveryCase> training(cases.begin(), cases.begin() + 200);
    for (const Learner& learner : {null_learner(), ridge_learner()}) {
        const Predict predict = learner.train(training);
        double blind = 0.0;
        double told = 0.0;
        for (std::size_t i = 200; i < cases.size(); ++i) {
            const DeliveryCase& c = cases[i];
            const double value = std::log10(c.points[2].fraction.value);
            const Forecast before = ask(predict, facts(c), at(24.0));
            const Forecast after = ask(predict, facts(c), at(24.0), {c.points[0]});
            blind += std::pow(before.median - value, 2);
            told += std::pow(after.median - value, 2);
            EXPECT_LT(after.upper - after.lower, before.upper - before.lower);
        }
        EXPECT_LT(std::sqrt(told / 100.0), 0.10) << learner.name;
        EXPECT_GT(std::sqrt(blind / 100.0), 0.35) << learner.name;
    }
}

TEST(Learners, censored_values_are_not_learned_and_unknown_places_are_refused) {
    auto cases = made(30, 0.0, 0.1, 0.1);
    const Predict plain = null_learner().train(cases);
    const double median = ask(plain, facts(cases[0]), greatest).median;
    for (auto& c : cases) c.points.push_back({Place::tumour, 48 * hour, {0.9, Censoring::left}});
    EXPECT_EQ(ask(null_learner().train(cases), facts(cases[0]), greatest).median, median);
    EXPECT_THROW(ask(plain, facts(cases[0]), {Place::liver, {hour}}), InputError);
}

}  // namespace
}  // namespace caravel::inference::delivery
