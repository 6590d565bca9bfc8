// The small functions of a tumour in space, by hand numbers.
#include "caravel/tissue/grid/grid_fields.hpp"
#include "caravel/tissue/grid/grid_memory.hpp"
#include "caravel/tissue/grid/grid_molecules.hpp"
#include "caravel/tissue/grid/grid_oxygen.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace caravel::tissue {
namespace {

TEST(GridFunctions, OxygenPassesThreeResistancesInSeries) {
    OxygenConstants c;
    c.diffusion = 1600e-12;      // m2/s
    c.wall_permeability = 1e-3;  // m/s
    c.capillary_radius = 5e-6;   // m
    c.blood_capacity = 65.0;
    // S = 100 1/cm: cylinders of sqrt(2 5 um/1e4 1/m) = 31.6 um; ln(6.3246) - 3/4 = 1.0944.
    const double wall = 1e-3 * 1e4;                            // 10 1/s
    const double spread = 2.0 * 1600e-12 / (1e-9 * 1.094439);  // 2.924 1/s
    const double supply = 2.0e-3 * 65.0;                       // 0.13 1/s
    const double expected = 1.0 / (1.0 / wall + 1.0 / spread + 1.0 / supply);
    EXPECT_NEAR(oxygen_exchange(c, 1e4, 2e-3), expected, 1e-6 * expected);
    EXPECT_NEAR(expected, 0.1229, 1e-4);
    EXPECT_EQ(oxygen_exchange(c, 0.0, 2e-3), 0.0);
    EXPECT_EQ(oxygen_exchange(c, 1e4, 0.0), 0.0);
}

TEST(GridFunctions, AcidLowersThePh) {
    MoleculeInput m;
    m.signal = "pH";
    m.buffer_capacity = 20.0;
    m.blood_ph = 7.4;
    EXPECT_DOUBLE_EQ(signal_of(m, 0.0), 7.4);
    EXPECT_DOUBLE_EQ(signal_of(m, 16.0), 6.6);
    m.signal = "MMP";
    EXPECT_DOUBLE_EQ(signal_of(m, 16.0), 16.0);
}

TEST(GridFunctions, HypoxicCellsMakeTheirShare) {
    MoleculeInput m;
    m.production = 2.0;
    m.hypoxic_production = 6.0;
    m.dead_production = 1.0;
    const double ten = 1333.22387415;  // 10 mmHg: half of them
    EXPECT_NEAR(production(m, 0.5, 0.25, ten), 0.5 * (2.0 + 3.0) + 0.25, 1e-12);
    EXPECT_NEAR(production(m, 0.5, 0.25, 0.0), 0.5 * 8.0 + 0.25, 1e-12);
}

TEST(GridFunctions, GrowthNeedsOxygen) {
    CellBiology b;
    b.quiescence_pressure = 600.0;
    b.recovery_pressure = 1400.0;
    b.proliferation_half = 1000.0;
    EXPECT_EQ(proliferation_share(b, 0.0), 0.0);
    EXPECT_EQ(proliferation_share(b, 500.0), 0.0);
    EXPECT_DOUBLE_EQ(proliferation_share(b, 1000.0), 0.5 * 0.5);
    EXPECT_DOUBLE_EQ(proliferation_share(b, 4000.0), 0.8);
}

/// Four voxels in a row, all tumour, from the rim inwards.
GridPlan row() {
    GridPlan plan;
    plan.domain.grid = {4, 1, 1, {1e-4, 1e-4, 1e-4}, {}};
    plan.domain.region.assign(4, Region::tumour);
    plan.domain.tumour_share.assign(4, 1.0);
    return plan;
}

TEST(GridFunctions, PenetrationComparesTheCoreWithAll) {
    const GridPlan plan = row();
    const std::vector<double> depth{0.5e-4, 1.5e-4, 2.5e-4, 3.5e-4};
    const auto p = penetration(plan, depth, {6.0, 2.0, 1.0, 1.0});
    EXPECT_DOUBLE_EQ(p.core_to_mean, 1.0 / 2.5);
    EXPECT_DOUBLE_EQ(p.depth_90, 2.5e-4);  // 6 + 2 + 1 of 10
    const auto even = penetration(plan, depth, {1.0, 1.0, 1.0, 1.0});
    EXPECT_DOUBLE_EQ(even.core_to_mean, 1.0);
    EXPECT_EQ(penetration(plan, depth, {0.0, 0.0, 0.0, 0.0}).depth_90, 0.0);
}

TEST(GridFunctions, MemoryGrowsWithVoxelsAndIsRefusedBeforeItIsTaken) {
    GridPlan plan = row();
    plan.name = "tumour";
    plan.species.resize(20);
    const double one = grid_memory(plan, 1e6);
    EXPECT_DOUBLE_EQ(grid_memory(plan, 2e6), 2.0 * one);
    EXPECT_GT(one, 1e6 * 8.0 * 3.0 * 22.0);
    plan.sites.resize(2);
    EXPECT_DOUBLE_EQ(grid_memory(plan, 1e6), one + 2.0 * 8.0 * 1e6);
    plan.sites.clear();
    DomainSize size;
    size.cells = 1e12;
    size.grid = {10000, 10000, 10000, {1e-6, 1e-6, 1e-6}, {}};
    EXPECT_THROW(check_grid_memory(plan, size), ResourceError);
    size.cells = 1000.0;
    EXPECT_NO_THROW(check_grid_memory(plan, size));
}

}  // namespace
}  // namespace caravel::tissue
