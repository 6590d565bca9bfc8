// Spheroids of line 983b from the number of cells seeded: formation is fitted to the seeding of
// 5,000 alone. 2,500 and 10,000 are predicted with nothing of them known but that number, and so is
// 1,250, whose wells did not form a ball of their cells. The form of the heap was chosen after
// 2,500 and 10,000 had been read; see docs/models/spheroids.md for what was predicted before.
#include "spheroid_983b.hpp"

#include "caravel/input/csv.hpp"
#include "caravel/tissue/cells/seeded_spheroid.hpp"
#include "caravel/tissue/cells/spheroid.hpp"
#include "support/shared_data.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::tissue {
namespace {

using test::day;
using test::days_of;
using test::Measured;
using test::pictures;
using test::Series;
using test::um;

constexpr double gathered = 0.75;  // day

/// A seeding that shared/data does not hold; `kind` is "picture" or "section".
Series published(double seeding, const std::string& kind) {
    const auto table = input::read_csv(std::string(CARAVEL_SOURCE_DIR) +
                                       "/tests/validation/data/spheroid_seedings.csv");
    Series series;
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
        if (table.number(r, 0) != seeding || table.rows[r][2] != kind) continue;
        Measured m{table.number(r, 3), 0.0, 0.0, table.number(r, 6)};
        if (kind == "section") m = {m.radius, table.number(r, 4), table.number(r, 5), m.variation};
        series[table.number(r, 1)] = m;
    }
    return series;
}

SpheroidFormation shipped_formation() { return make_formation("983b", test::spheroid_library()); }

std::map<double, SpheroidStructure> grown(const SpheroidFormation& formation, double seeding,
                                          const std::vector<double>& days) {
    SeededSpheroid spheroid(test::biology_of("983b"), test::surroundings_983b(), formation, seeding,
                            100);
    std::map<double, SpheroidStructure> out;
    for (const double at : days) {
        spheroid.advance(at * day - spheroid.time());
        out[at] = spheroid.structure();
    }
    return out;
}

/// Relative error of the radius by day.
std::map<double, double> radius_errors(const SpheroidFormation& formation, double seeding,
                                       const Series& seen) {
    std::map<double, double> errors;
    for (const auto& [at, s] : grown(formation, seeding, days_of(seen, gathered)))
        errors[at] = s.radius / um / seen.at(at).radius - 1.0;
    return errors;
}

/// Greatest from `first` to `last` day, without its sign.
double worst(const std::map<double, double>& errors, double first, double last) {
    double most = 0.0;
    for (const auto& [at, error] : errors)
        if (at >= first && at <= last) most = std::max(most, std::abs(error));
    return most;
}

/// Volume of a cell, thickness of the heap and time of rounding that fit these pictures best, every
/// picture alike; the biology stays.
SpheroidFormation fitted_formation(double seeding, const Series& seen) {
    SpheroidFormation f = shipped_formation();
    const std::array<double, 3> start{std::log(1.2 * f.cell_volume),
                                      std::log(0.8 * f.heap_thickness),
                                      std::log(1.5 * f.rounding_time)};
    const auto with = [&f](std::span<const double> theta) {
        f.cell_volume = std::exp(theta[0]);
        f.heap_thickness = std::exp(theta[1]);
        f.rounding_time = std::exp(theta[2]);
        return f;
    };
    inference::Box box;
    for (const double s : start) {
        box.lower.push_back(s - 2.0);
        box.upper.push_back(s + 2.0);
    }
    const auto residuals = [&](std::span<const double> theta, std::span<double> r) {
        std::size_t k = 0;
        for (const auto& [at, error] : radius_errors(with(theta), seeding, seen)) r[k++] = error;
    };
    inference::LeastSquaresOptions options;
    options.most_iterations = 60;
    options.cost_tolerance = 1e-9;
    const auto problem =
        inference::with_difference_jacobian(days_of(seen, gathered).size(), box, residuals);
    return with(inference::minimise_squares(problem, start, options).theta);
}

class SpheroidFormation983b : public testing::Test {
  protected:
    void SetUp() override {
        if (!test::shared_data()) GTEST_SKIP() << test::data_not_present;
    }
};

TEST_F(SpheroidFormation983b, ShippedFormationIsTheFitToTheSeedingOf5000) {
    const Series seen = pictures(5000);
    // gathered on the first day on which wells vary by less than 5 %
    EXPECT_GT(seen.at(0.5).variation, 0.12);
    EXPECT_LT(seen.at(0.75).variation, 0.03);
    const SpheroidFormation shipped = shipped_formation();
    EXPECT_EQ(shipped.gathering_time, gathered * day);
    const SpheroidFormation fitted = fitted_formation(5000.0, seen);
    EXPECT_NEAR(fitted.cell_volume / shipped.cell_volume, 1.0, 0.002);
    EXPECT_NEAR(fitted.heap_thickness / shipped.heap_thickness, 1.0, 0.005);
    EXPECT_NEAR(fitted.rounding_time / shipped.rounding_time, 1.0, 0.01);
    EXPECT_LT(worst(radius_errors(shipped, 5000.0, seen), gathered, 21.0), 0.026);
}

TEST(SpheroidFormationPublished, PredictsRadiiFromTheNumberOfCellsSeeded) {
    for (const double seeding : {2500.0, 10000.0}) {
        const Series seen = published(seeding, "picture");
        const auto errors = radius_errors(shipped_formation(), seeding, seen);
        EXPECT_LT(worst(errors, gathered, 21.0), 0.08) << seeding;  // the gate
        EXPECT_LT(worst(errors, gathered, 18.0), 0.035) << seeding;
        for (const auto& [at, m] : seen) EXPECT_LT(m.variation, 0.06) << seeding << ' ' << at;
    }
}

TEST(SpheroidFormationPublished, PredictsFractionsOnceTheyHaveSettled) {
    for (const auto& [seeding, from] : {std::pair{2500.0, 12.0}, std::pair{10000.0, 7.0}}) {
        const Series cut = published(seeding, "section");
        const auto model = grown(shipped_formation(), seeding, days_of(cut, from));
        for (const auto& [at, s] : model) {
            EXPECT_NEAR(s.inhibited, cut.at(at).inhibited, 0.1) << seeding << ' ' << at;
            EXPECT_NEAR(s.necrotic, cut.at(at).necrotic, 0.1) << seeding << ' ' << at;
        }
    }
}

TEST(SpheroidFormationPublished, MissesTheDaysInWhichFractionsArise) {
    // Known misses of 0.1: cells come to rest later in the largest seeding and earlier in the
    // smallest than the model says; necrosis is seen up to 2 days before the model has it.
    const Series few = published(2500.0, "section");
    const auto small = grown(shipped_formation(), 2500.0, days_of(few, 3.0));
    EXPECT_NEAR(small.at(7.0).inhibited - few.at(7.0).inhibited, -0.24, 0.01);
    EXPECT_NEAR(small.at(10.0).necrotic - few.at(10.0).necrotic, -0.35, 0.01);
    const Series many = published(10000.0, "section");
    const auto large = grown(shipped_formation(), 10000.0, days_of(many, 3.0));
    EXPECT_NEAR(large.at(3.0).inhibited - many.at(3.0).inhibited, 0.42, 0.02);
    EXPECT_NEAR(large.at(4.0).inhibited - many.at(4.0).inhibited, 0.38, 0.02);
    EXPECT_NEAR(large.at(5.0).necrotic - many.at(5.0).necrotic, -0.30, 0.01);
}

TEST_F(SpheroidFormation983b, FormationFittedToAnotherSeedingPredictsThatOf5000) {
    const Series seen = pictures(5000);
    for (const double seeding : {2500.0, 10000.0}) {
        const auto f = fitted_formation(seeding, published(seeding, "picture"));
        EXPECT_LT(worst(radius_errors(f, 5000.0, seen), gathered, 21.0), 0.04) << seeding;
    }
}

TEST(SpheroidFormationPublished, LimitingStructureDoesNotDependOnTheSeeding) {
    const auto limit = grown(shipped_formation(), 5000.0, {80.0, 120.0}).at(80.0);
    EXPECT_NEAR(limit.radius / um, 397.5, 0.5);
    EXPECT_NEAR(limit.inhibited, 0.928, 0.002);
    EXPECT_NEAR(limit.necrotic, 0.789, 0.002);
    for (const double seeding : {1250.0, 2500.0, 10000.0}) {
        const auto s = grown(shipped_formation(), seeding, {80.0}).at(80.0);
        EXPECT_NEAR(s.radius / limit.radius, 1.0, 0.001) << seeding;
        EXPECT_NEAR(s.inhibited, limit.inhibited, 0.001) << seeding;
        EXPECT_NEAR(s.necrotic, limit.necrotic, 0.001) << seeding;
    }
    // on the way there: sections of day 18 of the smallest and the largest seeding
    const Measured few = published(2500.0, "section").at(18.0);
    const Measured many = published(10000.0, "section").at(18.0);
    const auto small = grown(shipped_formation(), 2500.0, {18.0}).at(18.0);
    const auto large = grown(shipped_formation(), 10000.0, {18.0}).at(18.0);
    EXPECT_NEAR(large.inhibited - small.inhibited, many.inhibited - few.inhibited, 0.02);
    EXPECT_NEAR(large.necrotic - small.necrotic, many.necrotic - few.necrotic, 0.06);
}

TEST(SpheroidFormationPublished, GridStartsFromTheCellsThatHaveGathered) {
    const auto biology = test::biology_of("983b");
    const auto medium = test::surroundings_983b();
    SeededSpheroid radial(biology, medium, shipped_formation(), 10000.0);
    const double start = gathered_radius(shipped_formation(), biology, medium.oxygen, 10000.0);
    Spheroid grid(biology, medium, {20.0 * um, 340.0 * um}, start);
    exec::ThreadTeam team(1);
    for (int step = 0; step < 17; ++step) {  // days 0.75 to 5
        grid.advance(team, 0.25 * day);
        radial.advance(0.25 * day);
        const double seen =
            seen_radius(shipped_formation(), start, grid.structure().radius, radial.time());
        EXPECT_NEAR(seen / radial.structure().radius, 1.0, 0.02) << step;
    }
    EXPECT_NEAR(grid.structure().inhibited, radial.structure().inhibited, 0.02);
}

/// Share of the 1,250 cells and all their daughters that the pictures show, packed without gaps.
double seen_share(double at, const Series& seen) {
    const double born = 1250.0 * std::exp(test::biology_of("983b").growth_rate * at * day);
    return std::pow(seen.at(at).radius * um, 3) * 4.0 / 3.0 * std::numbers::pi /
           (born * shipped_formation().cell_volume);
}

TEST_F(SpheroidFormation983b, OneEighthOfTheSeedingOf1250IsInTheBallThatIsSeen) {
    // Why no formation from the seeding of 5,000 can meet the first days of 1,250: the gate's miss
    const Series seen = pictures(1250);
    EXPECT_FALSE(formation_known(shipped_formation(), 1250.0));
    const auto errors = radius_errors(shipped_formation(), 1250.0, seen);
    EXPECT_GT(errors.at(4.0), 2.0);
    EXPECT_NEAR(errors.at(10.0), 0.90, 0.02);
    // wells vary ten times as much as those of 5,000 on day 2
    EXPECT_GT(seen.at(2.0).variation, 0.3);
    EXPECT_LT(pictures(5000).at(2.0).variation, 0.025);
    // what is seen of the cells rises from nothing to an eighth on day 8, then stays: the growth of
    // the ball is division at the fitted rate from there on
    EXPECT_LT(seen_share(2.0, seen), 0.01);
    EXPECT_NEAR(seen_share(4.0, seen), 0.035, 0.002);
    for (const double at : {8.0, 8.5, 10.0, 11.0, 12.5, 14.0, 15.0})
        EXPECT_NEAR(seen_share(at, seen), 0.125, 0.012) << at;
}

TEST_F(SpheroidFormation983b, GrowthFittedToTheSeedingOf1250PredictsTheRadiusOf5000) {
    // The other direction: the radius of 1,250 on days 10 to 24 is fitted from the constants of the
    // generic line, that of 5,000 is predicted from day 3 on.
    const test::Calibration calibration(pictures(1250), {}, 10.0, 24.0);
    const auto theta = fit(test::parameters_of(test::biology_of("generic")), calibration);
    const auto biology = test::biology_with(theta);
    EXPECT_NEAR(std::log(2.0) / biology.growth_rate / day, 2.24, 0.02);  // 2.33 of 5,000
    const Series seen = pictures(5000);
    std::map<double, double> errors;
    const auto model = test::run(biology, 3.0, seen.at(3.0).radius, days_of(seen, 3.0));
    for (const auto& [at, s] : model) errors[at] = s.radius / um / seen.at(at).radius - 1.0;
    EXPECT_LT(worst(errors, 3.0, 18.0), 0.08);
    EXPECT_NEAR(errors.at(21.0), 0.119, 0.01);  // known miss
    // known miss: the radius alone does not tell the structure
    EXPECT_NEAR(model.at(18.0).inhibited - test::sections().at(18.0).inhibited, -0.377, 0.02);
}

}  // namespace
}  // namespace caravel::tissue
