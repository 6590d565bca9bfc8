// Melanoma spheroids of line 983b (Browning 2021, eLife 10:e73020; data under CC BY 4.0): the
// parameters are fitted to the seeding of 5,000 cells; the seeding of 1,250 is predicted.
#include "spheroid_983b.hpp"

#include "caravel/tissue/cells/spheroid.hpp"
#include "support/shared_data.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace caravel::tissue {
namespace {

using test::biology_with;
using test::Calibration;
using test::day;
using test::days_of;
using test::fit;
using test::Measured;
using test::Parameters;
using test::parameters_of;
using test::pictures;
using test::run;
using test::sections;
using test::Series;
using test::um;

constexpr double formation_5000 = 3.0;  // day of the first section

CellBiology shipped_biology() { return test::biology_of("983b"); }

/// The biology's fit to the seeding of 5,000.
Parameters fit_5000(const Parameters& start, double last_day) {
    return fit(start, Calibration(pictures(5000), sections(), formation_5000, last_day));
}

class Spheroid983b : public testing::Test {
  protected:
    void SetUp() override {
        if (!test::shared_data()) GTEST_SKIP() << test::data_not_present;
    }
};

/// A spheroid of 1,250 cells counts as formed on the first day on which it is as large as its cells
/// are when packed as the seeding of 5,000 at its formation: nothing else of it enters.
double formation_1250() {
    const double packed = pictures(5000).at(formation_5000).radius * std::cbrt(1250.0 / 5000.0);
    for (const auto& [at, m] : pictures(1250))
        if (at > 2.0 && m.radius >= packed) return at;
    return 0.0;
}

/// Greatest relative error of the radius of the seeding of 1,250 when started at this day.
double worst_error_from(double first) {
    const Series seen = pictures(1250);
    const auto model = run(shipped_biology(), first, seen.at(first).radius, days_of(seen, first));
    double worst = 0.0;
    for (const auto& [at, s] : model)
        worst = std::max(worst, std::abs(s.radius / um / seen.at(at).radius - 1.0));
    return worst;
}

TEST_F(Spheroid983b, ShippedParametersAreTheFitToTheSeedingOf5000) {
    CellBiology start = shipped_biology();
    start.growth_rate = std::log(2.0) / (2.6 * day);
    start.oxygen_consumption *= 1.2;
    start.recovery_pressure *= 0.8;
    start.necrosis_rate *= 0.7;
    start.clearance_rate *= 1.4;
    start.switch_rate *= 0.8;
    const Parameters fitted = fit_5000(parameters_of(start), 21.0);
    const Parameters shipped = parameters_of(shipped_biology());
    for (std::size_t i = 0; i < fitted.size(); ++i) {
        EXPECT_NEAR(fitted[i], shipped[i], 0.005) << "parameter " << i;
    }
}

TEST_F(Spheroid983b, PredictsTheRadiusOfTheSeedingThatWasHeldOut) {
    const double first = formation_1250();
    EXPECT_EQ(first, 10.0);
    const double worst = worst_error_from(first);
    EXPECT_LT(worst, 0.08);  // the gate
    EXPECT_LT(worst, 0.045);
}

TEST_F(Spheroid983b, MissesTheRadiusWhenStartedBeforeTheSpheroidIsAsLargeAsItsCells) {
    // known misses of 8 %: what is seen before day 10 grows faster than the cells divide
    EXPECT_NEAR(worst_error_from(4.0), 0.385, 0.01);   // a loose aggregate of 42 um
    EXPECT_NEAR(worst_error_from(7.25), 0.097, 0.01);  // 83 um
    EXPECT_NEAR(worst_error_from(8.0), 0.079, 0.003);  // 92 um: no miss
    EXPECT_NEAR(worst_error_from(12.5), 0.028, 0.01);  // no miss
}

/// Days in which the seen volume of the seeding of 1,250 doubles, over two days or more from this
/// one on.
double seen_doubling(double from) {
    const Series seen = pictures(1250);
    const auto [last, then] = *seen.lower_bound(from + 2.0);
    return std::log(2.0) * (last - from) / (3.0 * std::log(then.radius / seen.at(from).radius));
}

TEST_F(Spheroid983b, IsSeenToGrowFasterAtFirstThanItsCellsDivide) {
    // Why a start before day 8 fails: no growth of cells makes these pictures. Spheroids of six
    // melanomas double in 1.7 to 2.7 d (Rofstad 1986), this one's cells in 2.33 d.
    for (const double first : {2.0, 3.0, 3.5, 4.0}) EXPECT_LT(seen_doubling(first), 1.0) << first;
    EXPECT_LT(seen_doubling(5.5), 1.4);
    for (const double first : {8.0, 10.0, 11.0, 12.5}) {
        EXPECT_GT(seen_doubling(first), 1.7) << first;
        EXPECT_LT(seen_doubling(first), 2.7) << first;
    }
}

TEST_F(Spheroid983b, MeetsTheStructureOfTheFittedSeeding) {
    const Series seen = pictures(5000);
    const Series cut = sections();
    const auto model = run(shipped_biology(), formation_5000, seen.at(formation_5000).radius,
                           days_of(cut, formation_5000));
    for (const auto& [at, m] : cut) {
        const SpheroidStructure& s = model.at(at);
        EXPECT_NEAR(s.radius / um / m.radius, 1.0, 0.085) << at;
        EXPECT_NEAR(s.inhibited, m.inhibited, 0.1) << at;
        if (at == 7.0)  // known miss: the first necrosis comes between days 7 and 8
            EXPECT_NEAR(m.necrotic - s.necrotic, 0.213, 0.005);
        else
            EXPECT_NEAR(s.necrotic, m.necrotic, 0.1) << at;
    }
}

TEST_F(Spheroid983b, PredictsTheLastWeekFromTheDaysBefore) {
    const CellBiology early = biology_with(fit_5000(parameters_of(shipped_biology()), 14.0));
    const Series cut = sections();
    const auto model = run(early, formation_5000, pictures(5000).at(formation_5000).radius,
                           days_of(cut, formation_5000));
    for (const double at : {16.0, 18.0, 21.0}) {
        const SpheroidStructure& s = model.at(at);
        const Measured& m = cut.at(at);
        if (at == 21.0)  // known miss: these sections are smaller than those of day 18
            EXPECT_NEAR(s.radius / um / m.radius, 1.11, 0.01);
        else
            EXPECT_NEAR(s.radius / um / m.radius, 1.0, 0.08) << at;
        EXPECT_NEAR(s.inhibited, m.inhibited, 0.1) << at;
        EXPECT_NEAR(s.necrotic, m.necrotic, 0.1) << at;
    }
}

TEST_F(Spheroid983b, LimitingStructureDoesNotDependOnTheSeeding) {
    const std::vector<double> days{18.0, 30.0, 80.0};
    const auto large = run(shipped_biology(), 3.0, 182.0, days);
    const auto small = run(shipped_biology(), 3.0, 182.0 * std::cbrt(0.25), days);
    EXPECT_NEAR(small.at(80.0).radius / large.at(80.0).radius, 1.0, 0.01);
    EXPECT_NEAR(small.at(80.0).inhibited, large.at(80.0).inhibited, 0.01);
    EXPECT_NEAR(small.at(80.0).necrotic, large.at(80.0).necrotic, 0.01);
    EXPECT_GT(large.at(18.0).radius / small.at(18.0).radius, 1.08);  // not yet
}

TEST_F(Spheroid983b, GridAgreesWithTheRadialModelWithinTwoPercent) {
    const double radius = 182.0 * um;
    RadialSpheroid radial(shipped_biology(), test::surroundings_983b(), radius);
    Spheroid grid(shipped_biology(), test::surroundings_983b(), {20.0 * um, 440.0 * um}, radius);
    exec::ThreadTeam team(2);
    for (int step = 0; step < 72; ++step) {  // days 3 to 21
        grid.advance(team, 0.25 * day);
        for (int s = 0; s < 5; ++s) radial.advance(0.05 * day);
        const SpheroidStructure a = grid.structure();
        const SpheroidStructure b = radial.structure();
        EXPECT_NEAR(a.radius / b.radius, 1.0, 0.02) << step;
    }
    const SpheroidStructure a = grid.structure();
    const SpheroidStructure b = radial.structure();
    EXPECT_NEAR(a.inhibited, b.inhibited, 0.02);
    EXPECT_NEAR(a.necrotic, b.necrotic, 0.02);
}

}  // namespace
}  // namespace caravel::tissue
