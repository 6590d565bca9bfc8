#include "caravel/formulation/shape.hpp"

#include "caravel/formulation/hydrodynamics.hpp"
#include "caravel/input/document.hpp"
#include "caravel/input/reader.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <utility>

namespace caravel::formulation {
namespace {

using std::numbers::pi;

// Lengths here are pure numbers: every formula is homogeneous in length.

TEST(Shape, SphereHasTheGrowthAsRadius) {
    EXPECT_NEAR(enclosed_volume(Sphere{}, 50.0), 523598.7755982989, 1e-7);
    EXPECT_NEAR(outer_surface(Sphere{}, 50.0), 31415.926535897932, 1e-9);
    EXPECT_DOUBLE_EQ(largest_extent(Sphere{}, 50.0), 100.0);
    EXPECT_EQ(layers_in_shape(Sphere{}), 0);
}

TEST(Shape, RodIsACylinderWithHemisphericalEnds) {
    const ShapeVariant rod = Rod{40.0, 10.0};
    EXPECT_NEAR(enclosed_volume(rod, 0.0), 500.0 / 3.0 * pi + 750.0 * pi, 1e-10);
    EXPECT_NEAR(outer_surface(rod, 0.0), 400.0 * pi, 1e-10);
    EXPECT_DOUBLE_EQ(largest_extent(rod, 5.0), 50.0);
}

TEST(Shape, SpheroidSurfaceIsExact) {
    // Reference values by numerical integration over the meridian.
    // Semi-axes 1, 1, 2: 2 pi (1 + 2 asin(e)/e), e = sqrt(3)/2, asin(e) = pi/3.
    const ShapeVariant prolate = Spheroid{4.0, 2.0};
    EXPECT_NEAR(enclosed_volume(prolate, 0.0), 8.0 / 3.0 * pi, 1e-12);
    EXPECT_NEAR(outer_surface(prolate, 0.0), 21.47843532788373, 1e-11);
    // Semi-axes 2, 2, 1: 8 pi (1 + (1 - e^2)/e atanh(e)).
    const ShapeVariant oblate = Spheroid{2.0, 4.0};
    EXPECT_NEAR(enclosed_volume(oblate, 0.0), 16.0 / 3.0 * pi, 1e-12);
    EXPECT_NEAR(outer_surface(oblate, 0.0), 34.68753081338021, 1e-11);
}

TEST(Shape, SpheroidMeetsTheSphere) {
    for (const double stretch : {0.0, 1e-9, 1e-7, -1e-7}) {
        const double sphere = outer_surface(Sphere{}, 1.0);
        // The surface grows as the volume does to 2/3.
        const double wanted = sphere * (1.0 + 2.0 / 3.0 * stretch);
        EXPECT_NEAR(outer_surface(Spheroid{2.0 * (1.0 + stretch), 2.0}, 0.0) / wanted, 1.0, 1e-9)
            << stretch;
    }
}

TEST(Shape, DiscIsAFlatCylinder) {
    const ShapeVariant disc = Disc{10.0, 2.0};
    EXPECT_NEAR(enclosed_volume(disc, 0.0), 50.0 * pi, 1e-11);
    EXPECT_NEAR(outer_surface(disc, 0.0), 70.0 * pi, 1e-11);
    EXPECT_DOUBLE_EQ(largest_extent(disc, 0.0), 10.0);
}

TEST(Shape, CubeGrowsOnAllSides) {
    EXPECT_DOUBLE_EQ(enclosed_volume(Cube{10.0}, 0.0), 1000.0);
    EXPECT_DOUBLE_EQ(outer_surface(Cube{10.0}, 0.0), 600.0);
    EXPECT_DOUBLE_EQ(enclosed_volume(Cube{10.0}, 1.0), 1728.0);
    EXPECT_DOUBLE_EQ(outer_surface(Cube{10.0}, 1.0), 864.0);
}

TEST(Shape, CageIsAWallAroundAnEmptyCube) {
    const ShapeVariant cage = Cage{50.0, 5.0};
    EXPECT_DOUBLE_EQ(enclosed_volume(cage, 0.0), 125000.0);
    ASSERT_EQ(layers_in_shape(cage), 1);
    EXPECT_DOUBLE_EQ(solid_volumes(cage)[0], 125000.0 - 64000.0);
}

TEST(Shape, StarCarriesCones) {
    const ShapeVariant star = Star{40.0, 8, 20.0, 10.0};
    EXPECT_NEAR(enclosed_volume(star, 0.0), 32000.0 / 3.0 * pi + 8.0 * pi / 3.0 * 25.0 * 20.0,
                1e-9);
    // A cone's side, pi r s with s = sqrt(25 + 400), replaces its base, pi r^2.
    EXPECT_NEAR(outer_surface(star, 0.0), 1600.0 * pi + 8.0 * pi * (5.0 * std::sqrt(425.0) - 25.0),
                1e-9);
    EXPECT_DOUBLE_EQ(largest_extent(star, 0.0), 80.0);
}

TEST(Shape, JanusSplitsOneSphere) {
    const auto parts = solid_volumes(Janus{20.0, 0.3});
    ASSERT_EQ(parts.size(), 2u);
    const double sphere = 4000.0 / 3.0 * pi;
    EXPECT_NEAR(parts[0], 0.3 * sphere, 1e-10);
    EXPECT_NEAR(parts[1], 0.7 * sphere, 1e-10);
    EXPECT_NEAR(outer_surface(Janus{20.0, 0.3}, 0.0), 400.0 * pi, 1e-10);
}

TEST(Shape, ClusterHoldsItsGrainsAtThePackingFraction) {
    const ShapeVariant cluster = Cluster{64, 10.0, 0.5};
    EXPECT_NEAR(largest_extent(cluster, 0.0), 10.0 * std::cbrt(128.0), 1e-12);
    EXPECT_NEAR(solid_volumes(cluster)[0], 64.0 * 1000.0 / 6.0 * pi, 1e-9);
    EXPECT_NEAR(solid_volumes(cluster)[0] / enclosed_volume(cluster, 0.0), 0.5, 1e-14);
}

TEST(Shape, CoreSatelliteCountsEverySatellite) {
    const ShapeVariant s = CoreSatellite{40.0, 20, 10.0};
    const auto parts = solid_volumes(s);
    ASSERT_EQ(parts.size(), 2u);
    EXPECT_NEAR(parts[0], 64000.0 / 6.0 * pi, 1e-9);
    EXPECT_NEAR(parts[1], 20.0 * 1000.0 / 6.0 * pi, 1e-9);
    EXPECT_NEAR(enclosed_volume(s, 0.0), parts[0] + parts[1], 1e-9);
    EXPECT_NEAR(outer_surface(s, 0.0), pi * (1600.0 + 20.0 * 100.0), 1e-9);
    EXPECT_DOUBLE_EQ(largest_extent(s, 0.0), 60.0);
    // A layer around it encloses core and satellites.
    EXPECT_NEAR(enclosed_volume(s, 5.0), 343000.0 / 6.0 * pi, 1e-9);
}

TEST(Shape, GapMovesSatellitesOutwards) {
    const CoreSatellite near{60.0, 10, 10.0, 0.0};
    const CoreSatellite far{60.0, 10, 10.0, 5.0};
    EXPECT_DOUBLE_EQ(largest_extent(near, 0.0), 80.0);
    EXPECT_DOUBLE_EQ(largest_extent(far, 0.0), 90.0);
    EXPECT_EQ(solid_volumes(near), solid_volumes(far));
    EXPECT_GT(most_satellites(60.0, 10.0, 5.0), most_satellites(60.0, 10.0, 0.0));
}

TEST(Shape, SandwichStacksItsLayers) {
    const ShapeVariant sheets = Sandwich{100.0};
    EXPECT_NEAR(enclosed_volume(sheets, 12.0), 2500.0 * pi * 12.0, 1e-8);
    EXPECT_NEAR(outer_surface(sheets, 12.0), 5000.0 * pi + 1200.0 * pi, 1e-8);
    EXPECT_DOUBLE_EQ(largest_extent(sheets, 12.0), 100.0);
    EXPECT_EQ(layers_in_shape(sheets), 0);
}

TEST(Shape, VesicleHasWallsAroundWater) {
    const Vesicle one{100.0, 5.0, 1, 2.0};
    EXPECT_NEAR(solid_volumes(one).front(), pi / 6.0 * (1e6 - 729e3), 1e-6);
    const Vesicle two{100.0, 5.0, 2, 2.0};  // walls from 100 to 90 and from 86 to 76
    EXPECT_NEAR(solid_volumes(two).front(), pi / 6.0 * (1e6 - 729e3 + 636056.0 - 438976.0), 1e-6);
    EXPECT_NEAR(enclosed_volume(two, 0.0), pi / 6.0 * 1e6, 1e-6);
}

TEST(Shape, DendrimerDoublesItsGroupsWithEachGeneration) {
    EXPECT_DOUBLE_EQ(surface_groups({4.5, 4, 4, 2}), 64.0);
    EXPECT_DOUBLE_EQ(surface_groups({5.4, 5, 4, 2}), 128.0);
    EXPECT_DOUBLE_EQ(surface_groups({1.5, 0, 4, 2}), 4.0);
}

TEST(Shape, VolumeGrowsBySurfaceTimesThickness) {
    const ShapeVariant shapes[] = {
        Sphere{},        Rod{40.0, 10.0}, Disc{30.0, 4.0},      Cube{12.0},
        Cage{12.0, 2.0}, Janus{9.0, 0.5}, Cluster{20, 3.0, 0.6}};
    const double step = 1e-4;
    for (const auto& shape : shapes) {
        const double slope =
            (enclosed_volume(shape, 2.0 + step) - enclosed_volume(shape, 2.0 - step)) /
            (2.0 * step);
        EXPECT_NEAR(slope / outer_surface(shape, 2.0), 1.0, 1e-8) << shape.index();
    }
}

TEST(Hydrodynamics, SpheresAndClustersMoveAsTheirOutside) {
    EXPECT_DOUBLE_EQ(hydrodynamic_diameter(Sphere{}, 21.0), 42.0);
    EXPECT_DOUBLE_EQ(hydrodynamic_diameter(Janus{20.0, 0.5}, 1.0), 22.0);
}

TEST(Hydrodynamics, SpheroidsFollowPerrin) {
    // Semi-axes 2 and 1: sqrt(3)/atanh(sqrt(3)/2) = 1.3151912.
    EXPECT_NEAR(spheroid_friction_radius(4.0, 2.0), 1.7320508075688772 / 1.3169578969248166, 1e-14);
    // Semi-axes 1 and 2: sqrt(3)/(pi/3).
    EXPECT_NEAR(spheroid_friction_radius(2.0, 4.0), 3.0 * 1.7320508075688772 / pi, 1e-14);
    // A flat disc of radius a: 2 a/pi.
    EXPECT_NEAR(spheroid_friction_radius(1e-9, 2.0), 2.0 / pi, 1e-8);
    EXPECT_NEAR(spheroid_friction_radius(2.0 + 1e-7, 2.0), 1.0 + 1e-7 / 6.0, 1e-13);
}

TEST(Hydrodynamics, RodLiesBetweenItsWidthAndLength) {
    const double d = hydrodynamic_diameter(Rod{40.0, 10.0}, 0.0);
    EXPECT_GT(d, 10.0);
    EXPECT_LT(d, 40.0);
    EXPECT_NEAR(hydrodynamic_diameter(Rod{10.0, 10.0}, 0.0), 10.0, 1e-12);
    EXPECT_NEAR(hydrodynamic_diameter(Cube{10.0}, 0.0), 13.213564, 1e-9);
}

Shape read_shape(const char* text) {
    return input::read<Shape>(input::parse_toml(text, "shape.toml").root);
}

TEST(ShapeInput, ReadsEachKind) {
    const Shape rod = read_shape("kind = 'rod'\nlength = '40 nm'\ndiameter = '10 nm'\n");
    ASSERT_TRUE(std::holds_alternative<Rod>(rod.form));
    EXPECT_DOUBLE_EQ(std::get<Rod>(rod.form).length, 40e-9);
}

TEST(ShapeInput, RejectsImpossibleShapes) {
    EXPECT_THROW(read_shape("kind = 'rod'\nlength = '9 nm'\ndiameter = '10 nm'\n"), InputError);
    EXPECT_THROW(read_shape("kind = 'cage'\nedge = '50 nm'\nwall = '26 nm'\n"), InputError);
    EXPECT_THROW(read_shape("kind = 'cube'\nedge = '0 nm'\n"), InputError);
    EXPECT_THROW(read_shape("kind = 'rod'\nlength = '9 nm'\n"), InputError);
    // Two walls of 20 nm with water between them do not fit into 80 nm.
    EXPECT_THROW(read_shape("kind = 'vesicle'\ndiameter = '80 nm'\nwall = '20 nm'\nwalls = 2\n"),
                 InputError);
    EXPECT_THROW(read_shape("kind = 'micelle'\ncore_diameter = '20 nm'\naggregation_number = 90\n"
                            "chain_length = '5 nm'\n"),
                 InputError);
    EXPECT_THROW(read_shape("kind = 'cluster'\ngrains = 50\ngrain_diameter = '8 nm'\n"
                            "packing_fraction = 0.8\n"),
                 InputError);
}

TEST(ShapeInput, NamesTheMostSatellitesThatFit) {
    try {
        read_shape(
            "kind = 'core_satellite'\ncore_diameter = '40 nm'\nsatellites = 200\n"
            "satellite_diameter = '10 nm'\n");
        FAIL();
    } catch (const InputError& error) {
        // 0.9069 x 4 x (50/10)^2 = 90.69.
        EXPECT_NE(std::string(error.what()).find("the satellites overlap, expected at most 90"),
                  std::string::npos)
            << error.what();
    }
}

}  // namespace
}  // namespace caravel::formulation
