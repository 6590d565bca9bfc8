#include "caravel/tissue/cells/seeded_spheroid.hpp"

#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

namespace caravel::tissue {
namespace {

constexpr double day = 86400.0;
constexpr double um = 1e-6;

matter::Library& library() {
    static matter::Library shipped(std::string(CARAVEL_SOURCE_DIR) + "/data");
    return shipped;
}

/// Cells of 2,000 um3 that double in two days, seen from the first day on as a heap of 50 um.
SpheroidFormation formation() {
    return {2000.0 * um * um * um, day, 50.0 * um, 2.0 * day, 100.0, 1000.0};
}

CellBiology doubling() {
    CellBiology b;
    b.growth_rate = std::log(2.0) / (2.0 * day);
    b.oxygen_consumption = 1e-3;
    b.oxygen_half = 300.0;
    return b;
}

constexpr SpheroidSurroundings medium{2e4, 1e-3, 3e-9, 2e-9, 0.0};

TEST(SpheroidFormation, SeededCellsFillTheBallTheyGatherIn) {
    // 500 cells, square root of 2 as many after a day: 1.41421e6 um3, a ball of 69.632 um
    const double radius = gathered_radius(formation(), doubling(), medium.oxygen, 500.0);
    EXPECT_NEAR(radius / um, 69.632, 0.001);
    EXPECT_NEAR(gathered_radius(formation(), doubling(), medium.oxygen, 4000.0) / radius, 2.0,
                1e-12);
}

TEST(SpheroidFormation, RoundsFromAHeapToABall) {
    // a ball of 150 um is a heap of 50 um and of twice that radius; one of 37.5 um is none
    EXPECT_NEAR(flatness(formation(), 150.0 * um), 2.0, 1e-12);
    EXPECT_NEAR(flatness(formation(), 37.5 * um), 1.0, 1e-12);
    EXPECT_EQ(flatness(formation(), 20.0 * um), 1.0);
    const auto seen = [](double time) {
        return seen_radius(formation(), 150.0 * um, 160.0 * um, time) / um;
    };
    EXPECT_NEAR(seen(day), 320.0, 1e-9);
    EXPECT_NEAR(seen(0.5 * day), 320.0, 1e-9);
    EXPECT_NEAR(seen(3.0 * day), 160.0 * (1.0 + std::exp(-1.0)), 1e-9);
    EXPECT_NEAR(seen(100.0 * day), 160.0, 1e-9);
}

TEST(SpheroidFormation, SeededSpheroidIsThatOfItsBallSeenWider) {
    const double start = gathered_radius(formation(), doubling(), medium.oxygen, 500.0);
    SeededSpheroid seeded(doubling(), medium, formation(), 500.0);
    RadialSpheroid packed(doubling(), medium, start);
    EXPECT_EQ(seeded.time(), day);
    EXPECT_NEAR(seeded.structure().radius / start, std::sqrt(4.0 * start / (150.0 * um)), 1e-12);
    seeded.advance(0.12 * day);  // three steps
    for (int s = 0; s < 3; ++s) packed.advance(0.04 * day);
    const SpheroidStructure s = seeded.structure();
    EXPECT_DOUBLE_EQ(s.time, 1.12 * day);
    EXPECT_DOUBLE_EQ(s.radius, seen_radius(formation(), start, packed.radius(), 1.12 * day));
    EXPECT_EQ(s.volume, packed.structure().volume);
    EXPECT_THROW(seeded.advance(-1.0), std::invalid_argument);
}

TEST(SpheroidFormation, OfALineComesFromTheTableAndSaysWhereItIsKnown) {
    const SpheroidFormation f = make_formation("983b", library());
    EXPECT_NEAR(f.cell_volume / (um * um * um), 2103.0, 1e-6);
    EXPECT_FALSE(formation_known(f, 1250.0));
    EXPECT_TRUE(formation_known(f, 2500.0));
    EXPECT_TRUE(formation_known(f, 10000.0));
    EXPECT_FALSE(formation_known(f, 10001.0));
    EXPECT_THROW(make_formation("hanging_drop", library()), InputError);  // has no formation
    EXPECT_THROW(make_formation("983c", library()), InputError);
}

TEST(SpheroidFormation, RefusesWhatCannotBe) {
    const auto wrong = [](auto change) {
        SpheroidFormation f = formation();
        change(f);
        return f;
    };
    EXPECT_THROW(check_formation(wrong([](auto& f) { f.cell_volume = 0.0; })), InputError);
    EXPECT_THROW(check_formation(wrong([](auto& f) { f.gathering_time = -1.0; })), InputError);
    EXPECT_THROW(check_formation(wrong([](auto& f) { f.heap_thickness = 0.0; })), InputError);
    EXPECT_THROW(check_formation(wrong([](auto& f) { f.rounding_time = std::nan(""); })),
                 InputError);
    EXPECT_THROW(check_formation(wrong([](auto& f) { f.greatest_seeding = 99.0; })), InputError);
    EXPECT_THROW(gathered_radius(formation(), doubling(), medium.oxygen, 0.0), InputError);
}

}  // namespace
}  // namespace caravel::tissue
