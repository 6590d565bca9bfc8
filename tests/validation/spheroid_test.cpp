// Melanoma spheroids of line 983b (Browning 2021, eLife 10:e73020; data under CC BY 4.0): the
// parameters are fitted to the seeding of 5,000 cells; the seeding of 1,250 is predicted.
#include "caravel/tissue/cells/spheroid.hpp"
#include "caravel/inference/least_squares.hpp"
#include "caravel/input/csv.hpp"
#include "caravel/tissue/cells/radial_spheroid.hpp"
#include "support/shared_data.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace caravel::tissue {
namespace {

constexpr double day = 86400.0;
constexpr double um = 1e-6;
constexpr double formation_5000 = 3.0;  // day of the first section

struct Measured {
    double radius = 0.0;  // um
    double inhibited = 0.0;
    double necrotic = 0.0;
};
using Series = std::map<double, Measured>;  // by day

/// Median radius per day of the time-lapse pictures: a few of them have no spheroid found in them.
Series pictures(int seeding) {
    const auto table =
        input::read_csv(*test::shared_data() / "tumour/spheroid" / "browning2021_incucyte.csv");
    std::map<double, std::vector<double>> radii;
    for (const auto& row : table.rows) {
        if (std::stoi(row[1]) != seeding) continue;
        const double radius = std::atof(row[3].c_str());
        if (radius > 0.0) radii[std::stod(row[2])].push_back(radius);
    }
    Series series;
    for (auto& [at, r] : radii) {
        std::sort(r.begin(), r.end());
        series[at].radius = 0.5 * (r[(r.size() - 1) / 2] + r[r.size() / 2]);
    }
    return series;
}

/// Mean structure per day of the sections (seeding 5,000 alone).
Series sections() {
    const auto table =
        input::read_csv(*test::shared_data() / "tumour/spheroid" / "browning2021_confocal.csv");
    Series sums;
    std::map<double, int> count;
    for (const auto& row : table.rows) {
        const double at = std::stod(row[2]);
        ++count[at];
        sums[at].radius += std::stod(row[3]);
        sums[at].inhibited += std::stod(row[4]);
        sums[at].necrotic += std::stod(row[5]);
    }
    for (auto& [at, m] : sums)
        m = {m.radius / count[at], m.inhibited / count[at], m.necrotic / count[at]};
    return sums;
}

matter::Library& library() {
    static matter::Library shipped(std::string(CARAVEL_SOURCE_DIR) + "/data");
    return shipped;
}

CellBiology shipped_biology() {
    CellBiologyInput input;
    input.line = "983b";
    return make_cell_biology(input, library());
}

SpheroidSurroundings shipped_surroundings() { return make_surroundings("983b", library()); }

std::map<double, SpheroidStructure> run(const CellBiology& biology, double first, double radius,
                                        const std::vector<double>& days) {
    RadialSpheroid spheroid(biology, shipped_surroundings(), radius * um, 100);
    std::map<double, SpheroidStructure> out;
    double now = first;
    for (const double at : days) {
        const double steps = std::ceil((at - now) / 0.05 - 1e-9);
        for (int s = 0; s < static_cast<int>(steps); ++s)
            spheroid.advance((at - now) / steps * day);
        out[at] = spheroid.structure();
        now = at;
    }
    return out;
}

std::vector<double> days_of(const Series& series, double from) {
    std::vector<double> days;
    for (const auto& [at, m] : series)
        if (at >= from) days.push_back(at);
    return days;
}

/// Natural logarithms of what is fitted.
using Parameters = std::array<double, 6>;

Parameters parameters_of(const CellBiology& b) {
    return {std::log(b.growth_rate),       std::log(b.oxygen_consumption),
            std::log(b.recovery_pressure), std::log(b.necrosis_rate),
            std::log(b.clearance_rate),    std::log(b.switch_rate)};
}

CellBiology biology_with(std::span<const double> theta) {
    CellBiology b = shipped_biology();
    b.growth_rate = std::exp(theta[0]);
    b.oxygen_consumption = std::exp(theta[1]);
    b.recovery_pressure = std::exp(theta[2]);
    b.quiescence_pressure = b.recovery_pressure * 8.9 / 9.8;
    b.necrosis_pressure = b.quiescence_pressure;
    b.necrosis_full_pressure = 0.5 * b.necrosis_pressure;
    b.necrosis_rate = std::exp(theta[3]);
    b.clearance_rate = std::exp(theta[4]);
    b.switch_rate = std::exp(theta[5]);
    return b;
}

/// What the model is fitted to, and the differences. Pictures weigh as ten values of 3 %, each
/// fraction of a section as one of 0.05.
struct Calibration {
    Series seen = pictures(5000);
    Series cut = sections();
    std::vector<double> days{};  // of either
    double pictures_used = 0.0;
    std::size_t cuts_used = 0;

    explicit Calibration(double last_day) {
        for (const Series* series : {&seen, &cut})
            for (const double d : days_of(*series, formation_5000))
                if (d <= last_day) days.push_back(d);
        std::sort(days.begin(), days.end());
        days.erase(std::unique(days.begin(), days.end()), days.end());
        for (const double d : days) {
            if (seen.count(d) > 0) pictures_used += 1.0;
            cuts_used += cut.count(d);
        }
    }

    std::size_t size() const { return static_cast<std::size_t>(pictures_used) + 2 * cuts_used; }

    void operator()(std::span<const double> theta, std::span<double> residuals) const {
        const auto model =
            run(biology_with(theta), formation_5000, seen.at(formation_5000).radius, days);
        std::size_t k = 0;
        for (const double d : days) {
            const SpheroidStructure& s = model.at(d);
            if (seen.count(d) > 0)
                residuals[k++] = (s.radius / um / seen.at(d).radius - 1.0) / 0.03 /
                                 std::sqrt(pictures_used / 10.0);
            if (cut.count(d) == 0) continue;
            residuals[k++] = (s.inhibited - cut.at(d).inhibited) / 0.05;
            residuals[k++] = (s.necrotic - cut.at(d).necrotic) / 0.05;
        }
    }
};

Parameters fit(const Parameters& start, double last_day) {
    const Calibration calibration(last_day);
    inference::Box box;
    for (const double s : start) {
        box.lower.push_back(s - 2.0);
        box.upper.push_back(s + 2.0);
    }
    inference::LeastSquaresOptions options;
    options.most_iterations = 60;
    options.cost_tolerance = 1e-7;
    const auto problem = inference::with_difference_jacobian(calibration.size(), box, calibration);
    const auto state = inference::minimise_squares(problem, start, options);
    Parameters best{};
    std::copy(state.theta.begin(), state.theta.end(), best.begin());
    return best;
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
    const Parameters fitted = fit(parameters_of(start), 21.0);
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
    const CellBiology early = biology_with(fit(parameters_of(shipped_biology()), 14.0));
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
    RadialSpheroid radial(shipped_biology(), shipped_surroundings(), radius);
    Spheroid grid(shipped_biology(), shipped_surroundings(), {20.0 * um, 440.0 * um}, radius);
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
