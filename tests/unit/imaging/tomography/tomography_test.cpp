#include "caravel/base/error.hpp"
#include "caravel/exec/random.hpp"
#include "caravel/imaging/tomography/analytic_phantom.hpp"
#include "caravel/imaging/tomography/image_quality.hpp"
#include "caravel/imaging/tomography/siddon.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace caravel::imaging {
namespace {

constexpr double mm = 1e-3;
constexpr double pi = std::numbers::pi;

void expect_place(const Vector3& a, const Vector3& b) {
    for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(a[i], b[i], 1e-12);
}

ScanGeometry cone() {
    ScanGeometry scan;
    scan.centre = {1.0, 2.0, 3.0};
    scan.source_to_centre = 4.0;
    scan.source_to_detector = 6.0;
    scan.views = 4;
    scan.columns = 3;
    scan.rows = 2;
    scan.column_pitch = 0.5;
    scan.row_pitch = 1.0;
    return scan;
}

TEST(ScanGeometryRays, StandWhereTheConventionSays) {
    const ScanGeometry scan = cone();
    const Ray first = pixel_ray(scan, 0, 2.0, 1.0);
    expect_place(first.from, {1.0, -2.0, 3.0});
    expect_place(first.to, {1.5, 4.0, 3.5});
    // A quarter of a turn from x towards y: the source stands at +x, columns grow along +y.
    const Ray turned = pixel_ray(scan, 1, 2.0, 1.0);
    expect_place(turned.from, {5.0, 2.0, 3.0});
    expect_place(turned.to, {-1.0, 2.5, 3.5});
}

TEST(ScanGeometryRays, OffsetsMoveTheDetectorAndAnArcKeepsItsDistance) {
    ScanGeometry scan = cone();
    scan.column_offset = 0.2;
    scan.row_offset = -0.3;
    expect_place(pixel_ray(scan, 0, 1.0, 0.5).to, {1.2, 4.0, 2.7});
    scan.arced = true;
    const Ray ray = pixel_ray(scan, 0, 2.0, 0.5);
    EXPECT_NEAR(std::hypot(ray.to[0] - ray.from[0], ray.to[1] - ray.from[1]), 6.0, 1e-12);
    EXPECT_NEAR(std::atan2(ray.to[0] - ray.from[0], ray.to[1] - ray.from[1]), 0.7 / 6.0, 1e-12);
}

TEST(ScanGeometryRays, ParallelRaysRunAlongTheView) {
    ScanGeometry scan = cone();
    scan.beam = BeamShape::parallel;
    const Ray ray = pixel_ray(scan, 1, 0.0, 0.0);  // towards -x
    EXPECT_NEAR(ray.from[1], 1.5, 1e-9);
    EXPECT_NEAR(ray.to[1], 1.5, 1e-9);
    EXPECT_GT(ray.from[0], 1000.0);
    EXPECT_LT(ray.to[0], -1000.0);
    EXPECT_NEAR(ray.from[2], 2.5, 1e-12);
}

TEST(ScanGeometryRays, RefusesWhatHasNoMeaning) {
    const Grid grid{2, 2, 2, {1.0, 1.0, 1.0}, {0.0, 1.0, 2.0}};
    ScanGeometry scan = cone();
    EXPECT_NO_THROW(check_geometry(scan, grid));
    const auto refused = [&grid](const ScanGeometry& s) {
        EXPECT_THROW(check_geometry(s, grid), InputError);
    };
    scan.views = 0;
    refused(scan);
    scan = cone();
    scan.column_pitch = 0.0;
    refused(scan);
    scan = cone();
    scan.beam = BeamShape::fan;
    refused(scan);
    scan = cone();
    scan.source_to_centre = 1.2;  // inside of the grid's corners
    refused(scan);
    scan = cone();
    scan.source_to_detector = 3.0;
    refused(scan);
    scan = cone();
    scan.arc = std::nan("");
    refused(scan);
}

TEST(Siddon, GivesHandChords) {
    const Grid grid{2, 2, 1, {1.0, 2.0, 1.0}, {0.0, 0.0, 0.0}};
    const auto chords = siddon_chords(grid, {{-1.0, 1.0, 0.5}, {3.0, 3.0, 0.5}});
    // y = 1.5 + x / 2: crosses x = 1 and y = 2 at the same point.
    ASSERT_EQ(chords.size(), 2U);
    EXPECT_EQ(chords[0].cell, 0);
    EXPECT_EQ(chords[1].cell, 3);
    EXPECT_NEAR(chords[0].length, std::sqrt(1.25), 1e-14);
    EXPECT_NEAR(chords[1].length, std::sqrt(1.25), 1e-14);
    // Along the face between voxels: the upper ones.
    const auto face = siddon_chords(grid, {{-1.0, 2.0, 0.5}, {1.5, 2.0, 0.5}});
    ASSERT_EQ(face.size(), 2U);
    EXPECT_EQ(face[0].cell, 2);
    EXPECT_NEAR(face[1].length, 0.5, 1e-14);
    EXPECT_TRUE(siddon_chords(grid, {{-1.0, 4.0, 0.5}, {3.0, 4.0, 0.5}}).empty());
    EXPECT_TRUE(siddon_chords(grid, {{-1.0, 5.0, 0.5}, {3.0, 5.0, 0.5}}).empty());
}

TEST(AnalyticPhantom, KnowsItsChords) {
    const std::vector<Solid> ball{
        {SolidShape::ellipsoid, {1.0, 0.0, 0.0}, {2.0, 1.0, 1.0}, 0.0, 3.0, 2}};
    EXPECT_NEAR(line_integral(ball, {{-9.0, 0.0, 0.0}, {9.0, 0.0, 0.0}}), 12.0, 1e-13);
    EXPECT_NEAR(line_integral(ball, {{1.0, -9.0, 0.6}, {1.0, 9.0, 0.6}}), 3.0 * 1.6, 1e-13);
    EXPECT_NEAR(line_integral(ball, {{1.0, 0.0, 0.0}, {1.0, 0.25, 0.0}}), 0.75, 1e-13);
    EXPECT_EQ(line_integral(ball, {{1.0, -9.0, 1.0}, {1.0, 9.0, 1.0}}), 0.0);
    // Far ends do not cost digits.
    EXPECT_NEAR(line_integral(ball, {{1.0, -1e5, 0.6}, {1.0, 1e5, 0.6}}), 3.0 * 1.6, 1e-9);
    const std::vector<Solid> turned{{SolidShape::box, {}, {2.0, 1.0, 1.0}, pi / 2.0, 1.0, 2}};
    EXPECT_NEAR(line_integral(turned, {{-9.0, 1.5, 0.0}, {9.0, 1.5, 0.0}}), 2.0, 1e-12);
    const std::vector<Solid> rod{{SolidShape::cylinder, {}, {5.0, 1.0, 1.0}, 0.0, 1.0, 0}};
    EXPECT_NEAR(line_integral(rod, {{-9.0, 0.5, 0.0}, {9.0, 0.5, 0.0}}), 10.0, 1e-13);
    EXPECT_NEAR(line_integral(rod, {{0.0, 0.6, -9.0}, {0.0, 0.6, 9.0}}), 1.6, 1e-13);
    EXPECT_EQ(value_at(rod, {4.9, 0.0, 0.9}), 1.0);
    EXPECT_EQ(value_at(rod, {5.1, 0.0, 0.9}), 0.0);
    EXPECT_THROW(
        line_integral(std::vector<Solid>{{SolidShape::box, {}, {0.0, 1.0, 1.0}, 0, 1, 2}}, {}),
        InputError);
}

TEST(AnalyticPhantom, MeetsTheRadonTransformOfAnEllipse) {
    // 2 rho A B sqrt(a2 - s2) / a2 with a2 = A2 cos2 + B2 sin2 of the angle to the main axis.
    const double a = 0.31, b = 0.11, tilt = 0.4, rho = 1.7;
    const std::vector<Solid> ellipse{{SolidShape::cylinder, {}, {a, b, 1.0}, tilt, rho, 2}};
    for (const double angle : {0.0, 0.7, 1.9}) {
        for (const double s : {-0.1, 0.0, 0.05}) {
            const double a2 = a * a * std::pow(std::cos(angle - tilt), 2) +
                              b * b * std::pow(std::sin(angle - tilt), 2);
            const double c = std::cos(angle), d = std::sin(angle);
            const Ray ray{{s * c + 5.0 * d, s * d - 5.0 * c, 0.0},
                          {s * c - 5.0 * d, s * d + 5.0 * c, 0.0}};
            EXPECT_NEAR(line_integral(ellipse, ray),
                        2.0 * rho * a * b * std::sqrt(std::max(a2 - s * s, 0.0)) / a2, 1e-13);
        }
    }
}

TEST(AnalyticPhantom, FillsVoxelsWithTheirMeans) {
    exec::ThreadTeam team(2);
    const Grid grid{30, 30, 30, {0.1, 0.1, 0.1}, {-1.5, -1.5, -1.5}};
    const std::vector<Solid> ball{
        {SolidShape::ellipsoid, {0.013, 0.0, 0.007}, {1.2, 1.1, 1.0}, 0.3, 2.0, 2}};
    std::vector<float> volume(27000);
    fill_voxels(team, ball, grid, 5, volume);
    double sum = 0.0;
    for (const float v : volume) sum += static_cast<double>(v) * 1e-3;
    EXPECT_NEAR(sum, 2.0 * 4.0 / 3.0 * pi * 1.32, 2e-3);
    const std::vector<Solid> half{
        {SolidShape::box, {0.05, 0.0, 0.0}, {0.5, 0.5, 0.5}, 0.0, 1.0, 2}};
    fill_voxels(team, half, grid, 4, volume);
    EXPECT_FLOAT_EQ(volume[static_cast<std::size_t>(grid.index(10, 15, 15))], 0.5F);
    EXPECT_FLOAT_EQ(volume[static_cast<std::size_t>(grid.index(11, 15, 15))], 1.0F);
    EXPECT_FLOAT_EQ(volume[static_cast<std::size_t>(grid.index(20, 15, 15))], 0.5F);
}

TEST(AnalyticPhantom, HoldsTheValuesOfSheppAndLogan) {
    const auto slice = shepp_logan_slice(1.0);
    EXPECT_NEAR(value_at(slice, {0.0, 0.0, 0.0}), 1.02, 1e-12);
    EXPECT_NEAR(value_at(slice, {0.0, 0.91, 0.0}), 2.0, 1e-12);
    EXPECT_NEAR(value_at(slice, {0.0, 0.35, 0.0}), 1.03, 1e-12);
    EXPECT_NEAR(value_at(slice, {0.22, 0.0, 0.0}), 1.0, 1e-12);
    EXPECT_NEAR(value_at(shepp_logan_slice(1.0, true), {0.22, 0.0, 0.0}), 0.0, 1e-12);
    EXPECT_NEAR(value_at(shepp_logan_head(1.0), {0.0, 0.0, 0.0}), 1.02, 1e-12);
}

TEST(ImageQuality, DistancesMatchHandValues) {
    const std::vector<double> a{1.0, 2.0, 3.0, 4.0}, b{1.0, 2.0, 3.0, 2.0};
    EXPECT_DOUBLE_EQ(mean_absolute_error(a, b), 0.5);
    EXPECT_DOUBLE_EQ(root_mean_square_error(a, b), 1.0);
    EXPECT_DOUBLE_EQ(peak_signal_to_noise(a, b, 10.0), 20.0);
    EXPECT_EQ(peak_signal_to_noise(a, a, 10.0), std::numeric_limits<double>::infinity());
}

TEST(ImageQuality, SimilarityIsOneForEqualImagesAndFallsWithNoise) {
    exec::ThreadTeam team(2);
    const Grid grid{24, 20, 1, {1.0, 1.0, 1.0}, {}};
    std::vector<double> a, weak, strong;
    exec::RandomStream stream(1, 0x7e570005U, 0);
    for (index_t i = 0; i < 480; ++i) {
        a.push_back(i % 24 < 12 ? 0.2 : 0.8);
        const double n = exec::normal(stream);
        weak.push_back(a.back() + 0.01 * n);
        strong.push_back(a.back() + 0.1 * n);
    }
    EXPECT_NEAR(structural_similarity(team, grid, a, a, 1.0), 1.0, 1e-12);
    const double good = structural_similarity(team, grid, a, weak, 1.0);
    const double bad = structural_similarity(team, grid, a, strong, 1.0);
    EXPECT_GT(good, 0.9);
    EXPECT_LT(bad, 0.5);
    // Constant images: only the term of the means is left.
    const std::vector<double> one(480, 0.5), other(480, 0.6);
    EXPECT_NEAR(structural_similarity(team, grid, one, other, 1.0),
                (2.0 * 0.3 + 1e-4) / (0.25 + 0.36 + 1e-4), 1e-9);
}

TEST(ImageQuality, TransferOfANormalSpreadIsItsFourierTransform) {
    const double sigma = 0.4 * mm, pitch = 0.1 * mm;
    std::vector<double> edge, wire;
    for (int i = -64; i < 64; ++i) {
        const double x = i * pitch;
        edge.push_back(100.0 * 0.5 * std::erfc(-x / (sigma * std::sqrt(2.0))));
        wire.push_back(5.0 + std::exp(-x * x / (2.0 * sigma * sigma)));
    }
    for (const auto& curve : {edge_transfer(edge, pitch), wire_transfer(wire, pitch)}) {
        for (const FrequencyPoint& p : curve) {
            const double x = pi * p.frequency * sigma;
            EXPECT_NEAR(p.value, std::exp(-2.0 * x * x), 1e-3);
        }
        const double half = std::sqrt(std::log(2.0) / 2.0) / (pi * sigma);
        EXPECT_NEAR(frequency_at(curve, 0.5), half, 0.02 * half);
    }
    EXPECT_THROW(edge_transfer(std::vector<double>(9, 1.0), pitch), InputError);
}

TEST(ImageQuality, NoisePowerOfWhiteNoiseIsFlatAndHoldsTheVariance) {
    exec::ThreadTeam team(2);
    constexpr index_t n = 64;
    constexpr int count = 20;
    exec::RandomStream stream(1, 0x7e570006U, 0);
    std::vector<double> regions;
    for (index_t i = 0; i < n * n * count; ++i) {
        regions.push_back(3.0 * exec::normal(stream) + static_cast<double>(i % n));
    }
    const double pitch = 0.5 * mm;
    const auto curve = radial_noise_power(team, regions, n, n, pitch);
    const double expected = 9.0 * pitch * pitch;
    for (std::size_t ring = 4; ring < 32; ++ring) {
        EXPECT_NEAR(curve[ring].value, expected, 0.2 * expected);
    }
    EXPECT_NEAR(curve[16].frequency, 16.0 / (64.0 * pitch), 1e-9);
    EXPECT_THROW(radial_noise_power(team, regions, 62, 2, pitch), std::exception);
}

}  // namespace
}  // namespace caravel::imaging
