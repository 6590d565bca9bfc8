#include "caravel/formulation/colloid/corona.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace caravel::formulation::colloid {
namespace {

constexpr double nm = 1e-9;
constexpr double nm2 = 1e-18;
constexpr double nm3 = 1e-27;
constexpr double per_nm2 = 1e18;
constexpr double body = 310.15;

/// Plentiful, quick and loose.
const PlasmaProtein loose{"loose",    66.5,  0.6, 24.4 * nm2, 3.3 * nm,
                          80.6 * nm3, -18.0, 2.0, 1e-2,       0.0};
/// Scarce, slow and tight.
const PlasmaProtein tight{"tight",     340.0, 8.8e-3, 176.0 * nm2, 5.0 * nm,
                          412.0 * nm3, -8.0,  20.0,   1.2e-3,      1.0};
const std::vector<PlasmaProtein> both{loose, tight};

TEST(Corona, OneProteinFollowsItsExponential) {
    const std::vector<PlasmaProtein> one{loose};
    const std::vector<double> times{0.1, 1.0, 5.0};
    const CoronaCourse course = corona_course(one, {}, times);
    const double on = 2.0 * 0.6;
    for (std::size_t i = 0; i < times.size(); ++i)
        EXPECT_NEAR(course.coverage[i][0], on / (on + 1e-2) * -std::expm1(-(on + 1e-2) * times[i]),
                    1e-7);
    EXPECT_NEAR(corona_settling_time(one, {}), 1.0 / (on + 1e-2), 1e-9);
}

TEST(Corona, EndsAtTheCompetitiveEquilibrium) {
    const CoronaCourse course = corona_course(both, {}, std::vector<double>{1e5});
    const auto end = corona_equilibrium(both, {});
    EXPECT_NEAR(course.coverage[0][0], end[0], 1e-6);
    EXPECT_NEAR(course.coverage[0][1], end[1], 1e-6);
    const double a = 0.6 * 2.0 / 1e-2;
    const double b = 8.8e-3 * 20.0 / 1.2e-3;
    EXPECT_NEAR(end[0], a / (1.0 + a + b), 1e-12);
}

TEST(Corona, TheQuickOneIsDisplacedByTheTightOne) {
    std::vector<double> times;
    for (double t = 0.1; t < 2e4; t *= 1.5) times.push_back(t);
    const CoronaCourse course = corona_course(both, {}, times);
    double top = 0.0;
    for (const auto& c : course.coverage) top = std::max(top, c[0]);
    EXPECT_GT(top, 1.3 * course.coverage.back()[0]);
    for (std::size_t i = 1; i < times.size(); ++i)
        EXPECT_GT(course.coverage[i][1], course.coverage[i - 1][1] - 1e-7);
}

TEST(Corona, SettlingTimeIsTheTailOfTheCourse) {
    const double tau = corona_settling_time(both, {});
    const auto end = corona_equilibrium(both, {});
    const CoronaCourse course = corona_course(both, {}, std::vector<double>{3.0 * tau, 4.0 * tau});
    const double first = course.coverage[0][0] - end[0];
    const double second = course.coverage[1][0] - end[0];
    EXPECT_NEAR(first / second, std::exp(1.0), 1e-3);
}

TEST(Corona, MuchSurfaceUsesUpTheProteins) {
    CoronaConditions crowded;
    crowded.surface_per_volume = 5e6;
    const std::vector<double> late{1e5};
    const auto scarce = corona_course(both, crowded, late).coverage[0];
    const auto plenty = corona_course(both, {}, late).coverage[0];
    EXPECT_LT(scarce[1], 0.5 * plenty[1]);
    const double bound = scarce[1] / tight.footprint * 5e6 / avogadro;
    EXPECT_LE(bound, tight.concentration);
}

TEST(Corona, BrushKeepsProteinsOut) {
    CoronaConditions at;
    double last = 1.0;
    for (const double density : {0.02, 0.05, 0.1, 0.2, 0.3, 0.5}) {
        at.coat = {brush_pressure(density * per_nm2, body), 9.0 * nm};
        const auto layer = corona_layer(both, corona_equilibrium(both, at));
        EXPECT_LT(layer.coverage, last);
        last = layer.coverage;
    }
    EXPECT_LT(last, 1e-3);
}

// pV/kT = 80.6 nm3 x 0.2^1.5 per nm3 = 7.21.
TEST(Corona, InsertionWorkByHand) {
    const HydratedCoat thick{brush_pressure(0.2 * per_nm2, body), 20.0 * nm};
    EXPECT_NEAR(insertion_work(loose, thick, body), 7.209, 0.001);
    const HydratedCoat none{};
    EXPECT_EQ(insertion_work(loose, none, body), 0.0);
    EXPECT_GT(insertion_work(tight, thick, body), insertion_work(loose, thick, body));
    EXPECT_NEAR(layer_pressure(0.1, 0.35 * nm, body) / (boltzmann * body),
                std::pow(0.1, 2.25) / (0.35 * 0.35 * 0.35 * nm3), 1e18);
}

// Rocker 2009: 27 molecules in a layer of 3.3 nm on a radius of 5.6 nm.
TEST(Corona, FullAlbuminLayerOnA11NanometreParticleHolds27) {
    const double middle = 5.6 * nm + 0.5 * loose.thickness;
    EXPECT_NEAR(4.0 * 3.141592653589793 * middle * middle / loose.footprint, 27.0, 1.0);
}

TEST(Corona, LayerAddsUp) {
    const std::vector<double> coverage{0.6, 0.3};
    const CoronaLayer layer = corona_layer(both, coverage, 600.0);
    EXPECT_NEAR(layer.mass_share[0] + layer.mass_share[1], 1.0, 1e-15);
    EXPECT_NEAR(layer.thickness / nm, 0.6 * 3.3 + 0.3 * 5.0, 1e-12);
    EXPECT_NEAR(layer.opsonin_fraction, layer.mass_share[1], 1e-15);
    EXPECT_NEAR(layer.hard_coverage[0], 0.6 * std::exp(-6.0), 1e-12);
    EXPECT_NEAR(layer.hard_coverage[1], 0.3 * std::exp(-0.72), 1e-12);
    EXPECT_LT(layer.charge_density, 0.0);
}

TEST(Corona, BadInputIsNamed) {
    EXPECT_THROW(corona_course({}, {}, std::vector<double>{1.0}), InputError);
    EXPECT_THROW(corona_course(both, {}, std::vector<double>{2.0, 1.0}), InputError);
    EXPECT_THROW(corona_course(both, {}, std::vector<double>{0.0, 1.0}), InputError);
}

TEST(Markers, HalfOccupiedAtTheHalfDensity) {
    EXPECT_NEAR(marker_occupancy(20.0, 20.0), 0.5, 1e-15);
    EXPECT_EQ(marker_occupancy(0.0, 20.0), 0.0);
}

}  // namespace
}  // namespace caravel::formulation::colloid
