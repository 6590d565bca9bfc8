#include "caravel/tissue/vessels/vascular_map.hpp"

#include "caravel/base/error.hpp"
#include "caravel/input/reader.hpp"
#include "caravel/tissue/vessels/distance.hpp"
#include "caravel/tissue/vessels/pattern.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace caravel::tissue {
namespace {

constexpr VascularMeans tumour{20000.0, 0.03, 2e-3, 2000.0};
constexpr VascularMeans normal{7000.0, 0.02, 8e-3, 2500.0};

/// A sphere of 1 mm radius in a box; the surface voxels' shares by 4^3 points.
Domain sphere(index_t n, bool octant, Vector3 stretch = {1.0, 1.0, 1.0}) {
    Domain d;
    const double size = octant ? 1.2e-3 : 2.4e-3;
    d.grid = {n, n, n, {}, {}};
    for (std::size_t a = 0; a < 3; ++a) {
        d.grid.spacing[a] = size * stretch[a] / static_cast<double>(n);
        d.grid.origin[a] = octant ? 0.0 : -0.5 * size * stretch[a];
    }
    d.copies = octant ? 8.0 : 1.0;
    for (index_t k = 0; k < n; ++k)
        for (index_t j = 0; j < n; ++j)
            for (index_t i = 0; i < n; ++i) {
                int inside = 0;
                for (int s = 0; s < 64; ++s) {
                    Vector3 x = d.grid.centre(i, j, k);
                    const std::array<int, 3> at{s % 4, s / 4 % 4, s / 16};
                    for (std::size_t a = 0; a < 3; ++a)
                        x[a] += (0.25 * at[a] - 0.375) * d.grid.spacing[a];
                    inside += x[0] * x[0] + x[1] * x[1] + x[2] * x[2] < 1e-6 ? 1 : 0;
                }
                d.tumour_share.push_back(inside / 64.0);
                d.region.push_back(inside >= 32 ? Region::tumour : Region::normal);
            }
    return d;
}

VesselPatternInput pattern_of(const std::string& name) {
    VesselPatternInput p;
    p.pattern = name;
    return p;
}

/// Total over the domain (per volume of a voxel), and what the means promise.
void expect_totals(const Domain& d, const std::vector<double>& values, double in_tumour,
                   double outside) {
    double sum = 0.0;
    double expected = 0.0;
    for (std::size_t v = 0; v < values.size(); ++v) {
        sum += values[v];
        expected += d.tumour_share[v] * in_tumour + (1.0 - d.tumour_share[v]) * outside;
    }
    EXPECT_NEAR(sum / expected, 1.0, 1e-12);
}

TEST(VascularMap, KeepsSurfaceBloodAndPerfusionOfTheTumourWhateverThePattern) {
    for (const bool octant : {false, true}) {
        const Domain d = sphere(octant ? 16 : 24, octant);
        for (const char* name : {"uniform", "rim", "core", "hot_spots"}) {
            SCOPED_TRACE(name);
            const auto map = make_vascular_map(d, pattern_of(name), tumour, normal);
            expect_totals(d, map.surface_density, tumour.surface_density, normal.surface_density);
            expect_totals(d, map.blood_fraction, tumour.blood_fraction, normal.blood_fraction);
            expect_totals(d, map.perfusion, tumour.perfusion, normal.perfusion);
        }
    }
}

TEST(VascularMap, HoldsTheContrastOfRimAndCore) {
    const Domain d = sphere(24, false);
    const auto middle = static_cast<std::size_t>(d.grid.index(12, 12, 12));
    const auto edge = static_cast<std::size_t>(d.grid.index(3, 12, 12));  // 0.85 mm off the middle
    ASSERT_EQ(d.tumour_share[edge], 1.0);
    const auto rim = make_vascular_map(d, pattern_of("rim"), tumour, normal);
    EXPECT_NEAR(rim.surface_density[edge] / rim.surface_density[middle], 4.0, 1e-12);
    const auto core = make_vascular_map(d, pattern_of("core"), tumour, normal);
    EXPECT_NEAR(core.perfusion[middle] / core.perfusion[edge], 4.0, 1e-12);
}

TEST(VascularMap, GivesARimTheVolumeOfAShell) {
    // rim of a fifth of the radius: 1 - 0.8^3 of the volume; factor core = 1/(1 + 3 * 0.488)
    const Domain d = sphere(40, true);
    const auto map = make_vascular_map(d, pattern_of("rim"), tumour, normal);
    EXPECT_NEAR(map.perfusion[0] / tumour.perfusion, 1.0 / (1.0 + 3.0 * 0.488), 0.02);
}

TEST(VascularMap, BlendsPartialVoxelsAndLeavesAirEmpty) {
    Domain d;
    d.grid = {4, 1, 1, {1e-4, 1e-4, 1e-4}, {}};
    d.tumour_share = {1.0, 0.25, 0.0, 0.0};
    d.region = {Region::tumour, Region::normal, Region::normal, Region::outside};
    const auto map = make_vascular_map(d, pattern_of("uniform"), tumour, normal);
    EXPECT_DOUBLE_EQ(map.surface_density[0], 20000.0);
    EXPECT_DOUBLE_EQ(map.surface_density[1], 0.25 * 20000.0 + 0.75 * 7000.0);
    EXPECT_DOUBLE_EQ(map.pressure[1], 0.25 * 2000.0 + 0.75 * 2500.0);
    EXPECT_DOUBLE_EQ(map.surface_density[2], 7000.0);
    for (const auto* field :
         {&map.surface_density, &map.blood_fraction, &map.perfusion, &map.pressure})
        EXPECT_EQ((*field)[3], 0.0);
}

TEST(VascularMap, RepeatsHotSpotsBySeed) {
    const Domain d = sphere(20, false);
    auto spots = pattern_of("hot_spots");
    const auto first = make_vascular_map(d, spots, tumour, normal).perfusion;
    EXPECT_EQ(make_vascular_map(d, spots, tumour, normal).perfusion, first);
    spots.seed = 2;
    EXPECT_NE(make_vascular_map(d, spots, tumour, normal).perfusion, first);
}

TEST(VascularMap, RefusesPatternsThatCannotBe) {
    const Domain d = sphere(16, false);
    auto rim = pattern_of("rim");
    rim.rim_thickness = 2e-3;
    EXPECT_THROW(make_vascular_map(d, rim, tumour, normal), InputError);
    auto flat = pattern_of("core");
    flat.contrast = 0.0;
    EXPECT_THROW(make_vascular_map(d, flat, tumour, normal), InputError);
    auto crowded = pattern_of("hot_spots");
    crowded.contrast = 1000.0;
    EXPECT_THROW(make_vascular_map(d, crowded, {2e4, 0.5, 1e-3, 0.0}, normal), InputError);
    Domain everywhere = d;
    std::fill(everywhere.tumour_share.begin(), everywhere.tumour_share.end(), 1.0);
    EXPECT_THROW(make_vascular_map(everywhere, pattern_of("rim"), tumour, normal), InputError);
    Domain none = d;
    std::fill(none.tumour_share.begin(), none.tumour_share.end(), 0.0);
    EXPECT_THROW(make_vascular_map(none, pattern_of("uniform"), tumour, normal), InputError);
}

VesselPatternInput read_pattern(const std::string& text) {
    return input::read<VesselPatternInput>(input::parse_toml(text, "study.toml").root);
}

TEST(VesselPatternInput, ReadsKeysWithUnits) {
    const auto p = read_pattern(
        "pattern = \"network\"\nnetwork = \"tree\"\nseed = 7\nvessel_spacing = \"80 um\"\n");
    EXPECT_EQ(p.network, "tree");
    EXPECT_EQ(p.seed, 7);
    EXPECT_DOUBLE_EQ(*p.vessel_spacing, 80e-6);
    EXPECT_FALSE(p.vessel_radius.has_value());
    EXPECT_DOUBLE_EQ(read_pattern("pattern = \"rim\"\nrim_thickness = \"0.1 mm\"").rim_thickness,
                     1e-4);
}

TEST(VesselPatternInput, RefusesNetworksThatAreMissingOrNotUsed) {
    EXPECT_THROW(read_pattern("pattern = \"network\""), InputError);
    EXPECT_THROW(read_pattern("pattern = \"rim\"\nnetwork = \"tree\""), InputError);
    EXPECT_THROW(read_pattern("pattern = \"ring\""), InputError);
    EXPECT_THROW(read_pattern("contrast = 0"), InputError);
}

TEST(DistanceTransform, EqualsTheSearchOverAllVoxelsOnAnisotropicGrids) {
    const Grid grid{9, 7, 5, {1.0, 1.7, 2.9}, {}};
    std::vector<std::uint8_t> marked(static_cast<std::size_t>(grid.cell_count()), 0);
    for (const std::size_t v : {3u, 77u, 200u, 314u}) marked[v] = 1;
    const auto distance = distance_to(grid, marked);
    const auto place = [&](std::size_t v) {
        const auto i = static_cast<index_t>(v);
        return grid.centre(i % grid.nx, i / grid.nx % grid.ny, i / (grid.nx * grid.ny));
    };
    for (std::size_t v = 0; v < marked.size(); ++v) {
        double best = 1e300;
        for (std::size_t w = 0; w < marked.size(); ++w) {
            if (marked[w] == 0) continue;
            const Vector3 a = place(v);
            const Vector3 b = place(w);
            best = std::min(best, std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]));
        }
        EXPECT_NEAR(distance[v], best, 1e-12) << v;
    }
    EXPECT_TRUE(std::isinf(distance_to(grid, std::vector<std::uint8_t>(marked.size(), 0))[0]));
}

}  // namespace
}  // namespace caravel::tissue
