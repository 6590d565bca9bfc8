#include "caravel/base/error.hpp"
#include "caravel/exec/random.hpp"
#include "caravel/imaging/tomography/joseph_kernels.hpp"
#include "caravel/imaging/tomography/projection.hpp"
#include "caravel/imaging/tomography/scan_columns.hpp"
#include "caravel/imaging/tomography/siddon.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace caravel::imaging {
namespace {

constexpr double mm = 1e-3;

Grid centred_grid(index_t nx, index_t ny, index_t nz, const Vector3& spacing) {
    return {
        nx,
        ny,
        nz,
        spacing,
        {-0.5 * static_cast<double>(nx) * spacing[0], -0.5 * static_cast<double>(ny) * spacing[1],
         -0.5 * static_cast<double>(nz) * spacing[2]}};
}

float project_one(const Grid& grid, const std::vector<float>& volume, const Ray& ray) {
    exec::ThreadTeam team(1);
    std::vector<float> integral(1);
    project_rays(team, grid, volume, std::vector<Ray>{ray}, integral);
    return integral[0];
}

std::vector<float> random_values(std::size_t count, std::uint32_t entity) {
    exec::RandomStream stream(11, 0x7e570001U, entity);
    std::vector<float> values(count);
    for (float& v : values) v = static_cast<float>(exec::uniform(stream) - 0.3);
    return values;
}

// Lines between two points on a sphere around the grid; some miss it.
std::vector<Ray> random_rays(int count, double radius) {
    exec::RandomStream stream(7, 0x7e570002U, 0);
    const auto point = [&stream, radius] {
        const double z = 2.0 * exec::uniform(stream) - 1.0;
        const double a = 2.0 * std::numbers::pi * exec::uniform(stream);
        const double r = std::sqrt(1.0 - z * z);
        return Vector3{radius * r * std::cos(a), radius * r * std::sin(a), radius * z};
    };
    std::vector<Ray> rays;
    for (int i = 0; i < count; ++i) {
        const Vector3 from = point();
        rays.push_back({from, point()});
    }
    return rays;
}

double inner(const std::vector<float>& a, const std::vector<float>& b) {
    double sum = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    }
    return sum;
}

TEST(Projector, GivesTheChordOfABoxThroughOppositeFaces) {
    const Grid grid = centred_grid(50, 100, 25, {2.0 * mm, 1.0 * mm, 4.0 * mm});
    const std::vector<float> ones(static_cast<std::size_t>(grid.cell_count()), 1.0F);
    for (const Ray& ray :
         {Ray{{-0.2, 0.01, 0.0}, {0.2, 0.01, 0.0}}, Ray{{-0.2, -0.03, 0.02}, {0.2, 0.04, -0.01}},
          Ray{{0.011, -0.3, -0.02}, {-0.013, 0.3, 0.025}},
          Ray{{0.02, -0.01, -0.4}, {-0.01, 0.03, 0.4}},
          Ray{{0.02, -0.01, 0.4}, {-0.01, 0.03, -0.4}}}) {
        double chord = 0.0;
        for (const Chord& c : siddon_chords(grid, ray)) chord += c.length;
        Vector3 way{};
        double longest = 0.0, squares = 0.0;
        for (std::size_t a = 0; a < 3; ++a) {
            way[a] = ray.to[a] - ray.from[a];
            longest = std::max(longest, std::abs(way[a]));
            squares += way[a] * way[a];
        }
        const double exact = 0.1 * std::sqrt(squares) / longest;
        EXPECT_NEAR(chord, exact, 1e-15);
        EXPECT_NEAR(project_one(grid, ones, ray), exact, 1e-6 * exact);
    }
}

TEST(Projector, KeepsRaysAlongFacesAndThroughCorners) {
    const Grid grid = centred_grid(4, 4, 4, {mm, mm, mm});
    const std::vector<float> ones(64, 1.0F);
    // In the faces between voxels, along every axis, in both directions.
    EXPECT_FLOAT_EQ(project_one(grid, ones, {{-1.0, 0.0, 0.0}, {1.0, 0.0, 0.0}}), 4e-3F);
    EXPECT_FLOAT_EQ(project_one(grid, ones, {{0.0, 1.0, 0.0}, {0.0, -1.0, 0.0}}), 4e-3F);
    EXPECT_FLOAT_EQ(project_one(grid, ones, {{mm, mm, -1.0}, {mm, mm, 1.0}}), 4e-3F);
    // Along the diagonal, from corner to corner of every voxel.
    EXPECT_FLOAT_EQ(
        project_one(grid, ones, {{-mm * 8, -mm * 8, -mm * 8}, {mm * 8, mm * 8, mm * 8}}),
        static_cast<float>(4e-3 * std::sqrt(3.0)));
    // In an outer face half of the line's neighbours are nothing; half a voxel beyond, all are.
    EXPECT_FLOAT_EQ(project_one(grid, ones, {{-1.0, 2.0 * mm, 0.0}, {1.0, 2.0 * mm, 0.0}}), 2e-3F);
    EXPECT_EQ(project_one(grid, ones, {{-1.0, 2.5 * mm, 0.0}, {1.0, 2.5 * mm, 0.0}}), 0.0F);
}

TEST(Projector, SeesNothingWhereARayMisses) {
    const Grid grid = centred_grid(4, 4, 4, {mm, mm, mm});
    const std::vector<float> ones(64, 1.0F);
    EXPECT_EQ(project_one(grid, ones, {{-1.0, 1.0, 0.0}, {1.0, 1.0, 0.0}}), 0.0F);
    EXPECT_EQ(project_one(grid, ones, {{-1.0, -0.9, 0.0}, {1.0, 1.0, 0.0}}), 0.0F);
    EXPECT_EQ(project_one(grid, ones, {{1.0, 0.0, 0.0}, {2.0, 0.0, 0.0}}), 0.0F);
    EXPECT_EQ(project_one(grid, ones, {{0.0, 0.0, 0.0}, {0.0, 0.0, 0.0}}), 0.0F);
    EXPECT_THROW(project_one(grid, ones, {{std::nan(""), 0.0, 0.0}, {1.0, 0.0, 0.0}}),
                 std::logic_error);
}

TEST(Projector, EndsWhereTheRayEnds) {
    const Grid grid = centred_grid(8, 8, 8, {mm, mm, mm});
    const std::vector<float> ones(512, 1.0F);
    EXPECT_NEAR(project_one(grid, ones, {{0.3 * mm, 0.0, 0.0}, {1.0, 0.0, 0.0}}), 3.7e-3, 1e-9);
    EXPECT_NEAR(project_one(grid, ones, {{0.1 * mm, 0.0, 0.0}, {0.3 * mm, 0.0, 0.0}}), 0.2e-3,
                1e-10);
    EXPECT_NEAR(project_one(grid, ones, {{-1.0, 0.0, 0.0}, {1.2 * mm, 0.0, 0.0}}), 5.2e-3, 1e-9);
}

TEST(Projector, FindsTheHandValueBetweenFourVoxels) {
    // One plane: voxels 1, 2, 3, 4 around (0, 0); the ray along x passes a quarter from the first.
    const Grid grid{1, 2, 2, {2.0, 1.0, 1.0}, {0.0, 0.0, 0.0}};
    const std::vector<float> volume{1.0F, 2.0F, 3.0F, 4.0F};
    const double y = 0.75, z = 1.0;  // 1/4 towards the second in y, half way in z
    EXPECT_FLOAT_EQ(project_one(grid, volume, {{-9.0, y, z}, {9.0, y, z}}),
                    2.0F * (0.5F * 1.25F + 0.5F * 3.25F));
}

TEST(Projector, BackProjectionIsTheAdjoint) {
    exec::ThreadTeam team(2);
    for (const Grid& grid :
         {centred_grid(37, 41, 29, {1.1 * mm, 0.9 * mm, 1.7 * mm}),
          centred_grid(70, 1, 66, {mm, mm, mm}), centred_grid(90, 80, 1, {mm, mm, 2.0 * mm})}) {
        const std::vector<Ray> rays = random_rays(20000, 0.06);
        const auto x = random_values(static_cast<std::size_t>(grid.cell_count()), 1);
        const auto y = random_values(rays.size(), 2);
        std::vector<float> ax(rays.size());
        project_rays(team, grid, x, rays, ax);
        std::vector<float> ay(x.size(), 0.0F);
        back_project_rays(team, grid, rays, y, ay);
        EXPECT_NEAR(inner(ax, y), inner(x, ay), 1e-6 * std::abs(inner(ax, y)));
    }
}

TEST(Projector, AgreesWithExactChordsOnASmoothVolume) {
    const Grid grid = centred_grid(64, 64, 64, {mm, mm, mm});
    std::vector<float> volume;
    for (index_t i = 0; i < grid.cell_count(); ++i) {
        const Vector3 c = grid.centre(i % 64, i / 64 % 64, i / 4096);
        const double r2 = c[0] * c[0] + c[1] * c[1] + c[2] * c[2];
        volume.push_back(static_cast<float>(std::exp(-r2 / (2.0 * 64.0 * mm * mm))));
    }
    for (const Ray& ray : random_rays(200, 0.06)) {
        EXPECT_NEAR(project_one(grid, volume, ray), siddon_integral(grid, volume, ray), 1e-4);
    }
}

TEST(Projector, GivesTheSameBitsForAnyNumberOfThreads) {
    const Grid grid = centred_grid(45, 50, 40, {mm, mm, mm});
    const std::vector<Ray> rays = random_rays(40000, 0.05);
    const auto x = random_values(static_cast<std::size_t>(grid.cell_count()), 3);
    const auto y = random_values(rays.size(), 4);
    std::vector<std::vector<float>> forward, back;
    for (const int threads : {1, 2, 4}) {
        exec::ThreadTeam team(threads);
        forward.emplace_back(rays.size());
        project_rays(team, grid, x, rays, forward.back());
        back.emplace_back(x.size(), 0.5F);
        back_project_rays(team, grid, rays, y, back.back());
    }
    for (const std::size_t other : {std::size_t{1}, std::size_t{2}}) {
        EXPECT_EQ(forward[0], forward[other]);
        EXPECT_EQ(back[0], back[other]);
    }
}

TEST(Projector, GivesTheSameBitsInEveryVectorWidth) {
    const Grid grid = centred_grid(90, 75, 80, {mm, mm, mm});
    const auto axes = joseph_axes(grid);
    const auto x = random_values(static_cast<std::size_t>(grid.cell_count()), 5);
    const JosephKernel plain = usable_joseph_kernels().front();
    for (const JosephKernel& kernel : usable_joseph_kernels()) {
        std::vector<float> a(x.size(), 0.0F), b(x.size(), 0.0F);
        for (const Ray& ray : random_rays(2000, 0.08)) {
            const JosephPath path = joseph_path(grid, ray);
            if (path.misses()) continue;
            const JosephAxes& axis = axes[static_cast<std::size_t>(path.axis)];
            ASSERT_EQ(kernel.gather(axis, path, x.data()), plain.gather(axis, path, x.data()));
            kernel.spread(axis, path, 0, 1000, 0.3F, a.data());
            plain.spread(axis, path, 0, 31, 0.3F, b.data());
            plain.spread(axis, path, 31, 1000, 0.3F, b.data());
        }
        EXPECT_EQ(a, b) << kernel.name;
    }
}

ScanGeometry small_cone() {
    ScanGeometry scan;
    scan.source_to_centre = 0.2;
    scan.source_to_detector = 0.35;
    scan.views = 12;
    scan.columns = 40;
    scan.rows = 30;
    scan.column_pitch = 2.0 * mm;
    scan.row_pitch = 2.5 * mm;
    scan.column_offset = 0.7 * mm;
    return scan;
}

TEST(Projector, ProjectsAScanLikeItsRays) {
    exec::ThreadTeam team(2);
    const Grid grid = centred_grid(32, 30, 28, {mm, 1.2 * mm, mm});
    const auto x = random_values(static_cast<std::size_t>(grid.cell_count()), 6);
    std::vector<ScanGeometry> scans(4, small_cone());
    scans[1].beam = BeamShape::parallel;
    scans[2].arced = true;
    scans[2].centre = {2.0 * mm, -3.0 * mm, 4.0 * mm};
    scans[3].row_pitch = 40.0 * mm;  // so steep that single rays are taken
    scans[3].row_offset = 3.0 * mm;
    for (const ScanGeometry& scan : scans) {
        std::vector<Ray> rays;
        for (index_t p = 0; p < scan.pixel_count(); ++p) {
            rays.push_back(pixel_ray(scan, p / 1200, static_cast<double>(p % 40),
                                     static_cast<double>(p / 40 % 30)));
        }
        std::vector<float> a(rays.size()), b(rays.size());
        project_rays(team, grid, x, rays, a);
        project_scan(team, scan, grid, x, b);
        for (std::size_t i = 0; i < a.size(); ++i) ASSERT_NEAR(a[i], b[i], 2e-7);
        const auto y = random_values(rays.size(), 8);
        std::vector<float> ay(x.size(), 0.0F);
        back_project_scan(team, scan, grid, y, ay);
        EXPECT_NEAR(inner(b, y), inner(x, ay), 1e-6 * std::abs(inner(b, y)));
        EXPECT_EQ(ScanColumns::suits(scan, grid), scan.row_pitch < 0.01);
    }
}

TEST(Projector, ProjectsAScanWithTheSameBitsForAnyNumberOfThreads) {
    const Grid grid = centred_grid(32, 30, 28, {mm, 1.2 * mm, mm});
    const ScanGeometry scan = small_cone();
    const auto x = random_values(static_cast<std::size_t>(grid.cell_count()), 9);
    const auto y = random_values(static_cast<std::size_t>(scan.pixel_count()), 10);
    std::vector<std::vector<float>> forward, back;
    for (const int threads : {1, 2, 4}) {
        exec::ThreadTeam team(threads);
        forward.emplace_back(y.size());
        project_scan(team, scan, grid, x, forward.back());
        back.emplace_back(x.size(), 0.5F);
        back_project_scan(team, scan, grid, y, back.back());
        EXPECT_EQ(forward.front(), forward.back());
        EXPECT_EQ(back.front(), back.back());
    }
    EXPECT_EQ(projection_memory(scan, grid), 4.0 * 32 * 30 * (28 + 1 + 33));
}

}  // namespace
}  // namespace caravel::imaging
