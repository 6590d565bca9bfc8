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

/// Cells of 2,000 um3 that double in two days, seen from the first day on with half of the ball
/// filled.
SpheroidFormation formation() {
    return {2000.0 * um * um * um, day, 0.5, 2.0 * day, 100.0, 1000.0};
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

TEST(SpheroidFormation, CompactsToNoGaps) {
    EXPECT_EQ(packing(formation(), 0.5 * day), 0.5);
    EXPECT_EQ(packing(formation(), day), 0.5);
    EXPECT_NEAR(packing(formation(), 3.0 * day), 1.0 - 0.5 * std::exp(-1.0), 1e-14);
    EXPECT_NEAR(packing(formation(), 100.0 * day), 1.0, 1e-14);
    EXPECT_NEAR(seen_radius(formation(), 100.0 * um, day) / um, 100.0 * std::cbrt(2.0), 1e-9);
}

TEST(SpheroidFormation, SeededSpheroidIsThatOfItsPackedBallSeenLooser) {
    SeededSpheroid seeded(doubling(), medium, formation(), 500.0);
    RadialSpheroid packed(doubling(), medium,
                          gathered_radius(formation(), doubling(), medium.oxygen, 500.0));
    EXPECT_EQ(seeded.time(), day);
    EXPECT_NEAR(seeded.structure().radius / packed.radius(), std::cbrt(2.0), 1e-12);
    seeded.advance(0.12 * day);  // three steps
    for (int s = 0; s < 3; ++s) packed.advance(0.04 * day);
    const SpheroidStructure s = seeded.structure();
    EXPECT_DOUBLE_EQ(s.time, 1.12 * day);
    EXPECT_DOUBLE_EQ(s.radius, seen_radius(formation(), packed.radius(), 1.12 * day));
    EXPECT_EQ(s.volume, packed.structure().volume);
    EXPECT_THROW(seeded.advance(-1.0), std::invalid_argument);
}

TEST(SpheroidFormation, OfALineComesFromTheTableAndSaysWhereItIsKnown) {
    const SpheroidFormation f = make_formation("983b", library());
    EXPECT_NEAR(f.cell_volume / (um * um * um), 2096.0, 1e-6);
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
    EXPECT_THROW(check_formation(wrong([](auto& f) { f.first_packing = 0.0; })), InputError);
    EXPECT_THROW(check_formation(wrong([](auto& f) { f.first_packing = 1.1; })), InputError);
    EXPECT_THROW(check_formation(wrong([](auto& f) { f.compaction_time = std::nan(""); })),
                 InputError);
    EXPECT_THROW(check_formation(wrong([](auto& f) { f.greatest_seeding = 99.0; })), InputError);
    EXPECT_THROW(gathered_radius(formation(), doubling(), medium.oxygen, 0.0), InputError);
}

}  // namespace
}  // namespace caravel::tissue
