#include "caravel/stimulus/light/photon_start.hpp"
#include "caravel/stimulus/light/photon_transport.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numbers>

namespace caravel::stimulus {
namespace {

constexpr double mm = 1e-3;
constexpr int count = 40'000;

Grid grid() { return {4, 5, 6, {mm, mm, mm}, {}}; }

// Mean of what `value` reads from the samples of a source.
double mean(const LightSourceInput& source,
            const std::function<double(const PhotonStart&)>& value) {
    const PhotonStarts starts(source, grid(), 1.4);
    double sum = 0.0;
    for (std::uint64_t id = 0; id < count; ++id) {
        PhotonDraw draw(7, 0, id, 0);
        sum += value(starts.sample(draw));
    }
    return sum / count;
}

LightSourceInput kind(const std::string& name) {
    LightSourceInput source;
    source.kind = name;
    source.position = {2.0 * mm, 3.0 * mm, 1.0 * mm};
    source.direction = {0.0, 3.0, 4.0};
    source.radius = 0.5 * mm;
    return source;
}

double squared_radius(const PhotonStart& start) {
    return std::pow(start.position[0] - 2.0 * mm, 2) + std::pow(start.position[1] - 3.0 * mm, 2) +
           std::pow(start.position[2] - mm, 2);
}

double along_axis(const PhotonStart& start) {
    return 0.6 * start.direction[1] + 0.8 * start.direction[2];
}

TEST(PhotonStarts, PencilIsAPointAndADirection) {
    EXPECT_EQ(mean(kind("pencil"), squared_radius), 0.0);
    EXPECT_NEAR(mean(kind("pencil"), along_axis), 1.0, 1e-12);
}

TEST(PhotonStarts, DisksAndGaussiansHaveTheirSpread) {
    const double r2 = 0.25 * mm * mm;
    // mean r2 of a disk R2/2 (spread R2/sqrt(12)), of a Gaussian w2/2 (spread the same)
    EXPECT_NEAR(mean(kind("disk"), squared_radius), r2 / 2.0, 4.0 * r2 / std::sqrt(12.0 * count));
    EXPECT_NEAR(mean(kind("gaussian"), squared_radius), r2 / 2.0,
                4.0 * 0.5 * r2 / std::sqrt(count));
    // across the direction
    for (const char* name : {"disk", "gaussian"}) {
        const double off = mean(kind(name), [](const PhotonStart& start) {
            return std::abs(0.6 * (start.position[1] - 3.0 * mm) + 0.8 * (start.position[2] - mm));
        });
        EXPECT_LT(off, 1e-15);
    }
}

TEST(PhotonStarts, ConesFibresAndPointsFillTheirAngle) {
    LightSourceInput source = kind("cone");
    source.half_angle = 1.0;
    const double width = 1.0 - std::cos(1.0);
    EXPECT_NEAR(mean(source, along_axis), 1.0 - 0.5 * width, 4.0 * width / std::sqrt(12.0 * count));
    source = kind("fibre");
    source.numerical_aperture = 0.7;  // sine 0.5 at index 1.4
    const double narrow = 1.0 - std::cos(std::asin(0.5));
    EXPECT_NEAR(mean(source, along_axis), 1.0 - 0.5 * narrow,
                4.0 * narrow / std::sqrt(12.0 * count));
    EXPECT_NEAR(mean(kind("isotropic"), along_axis), 0.0, 4.0 / std::sqrt(3.0 * count));
    const auto square = [](const PhotonStart& start) { return std::pow(start.direction[0], 2); };
    EXPECT_NEAR(mean(kind("isotropic"), square), 1.0 / 3.0, 4.0 * 0.3 / std::sqrt(count));
}

TEST(PhotonStarts, LinesAndPlanesAreEven) {
    LightSourceInput source = kind("line");
    source.length = 2.0 * mm;
    EXPECT_NEAR(mean(source, [](const PhotonStart& s) { return s.position[2]; }), mm + 0.8 * mm,
                4.0 * 1.6 * mm / std::sqrt(12.0 * count));
    EXPECT_NEAR(mean(source, along_axis), 0.0, 4.0 / std::sqrt(3.0 * count));
    source = kind("planar");
    source.edge_1 = {mm, 0.0, 0.0};
    source.edge_2 = {0.0, 0.0, 3.0 * mm};
    EXPECT_NEAR(mean(source, [](const PhotonStart& s) { return s.position[2]; }), mm + 1.5 * mm,
                4.0 * 3.0 * mm / std::sqrt(12.0 * count));
}

TEST(PhotonStarts, PatternsAndVolumesFollowTheirWeights) {
    LightSourceInput source = kind("pattern");
    source.edge_1 = {2.0 * mm, 0.0, 0.0};
    source.edge_2 = {0.0, 2.0 * mm, 0.0};
    source.weights = {1.0, 0.0, 3.0, 4.0};
    source.columns = 2;
    const auto right = [](const PhotonStart& s) { return s.position[0] > 3.0 * mm ? 1.0 : 0.0; };
    const auto top = [](const PhotonStart& s) { return s.position[1] > 4.0 * mm ? 1.0 : 0.0; };
    EXPECT_NEAR(mean(source, right), 0.5, 4.0 * 0.5 / std::sqrt(count));
    EXPECT_NEAR(mean(source, top), 7.0 / 8.0, 4.0 * 0.34 / std::sqrt(count));
    source = kind("volume");
    source.weights.assign(4 * 5 * 6, 0.0);
    source.weights[static_cast<std::size_t>(grid().index(1, 2, 3))] = 2.0;
    source.weights[static_cast<std::size_t>(grid().index(3, 4, 5))] = 6.0;
    const auto far = [](const PhotonStart& s) { return s.position[2] > 5.0 * mm ? 1.0 : 0.0; };
    EXPECT_NEAR(mean(source, far), 0.75, 4.0 * 0.44 / std::sqrt(count));
    const auto place = [](const PhotonStart& s) { return s.position[0]; };
    EXPECT_NEAR(mean(source, place), 0.25 * 1.5 * mm + 0.75 * 3.5 * mm,
                4.0 * mm / std::sqrt(count));
}

TEST(PhotonStarts, SamplesDependOnThePhotonOnly) {
    const PhotonStarts starts(kind("disk"), grid(), 1.0);
    PhotonDraw first(1, 0, 42, 0);
    PhotonDraw again(1, 0, 42, 0);
    PhotonDraw other(1, 0, 43, 0);
    const Vector3 at = starts.sample(first).position;
    EXPECT_EQ(at, starts.sample(again).position);
    EXPECT_NE(at, starts.sample(other).position);
    EXPECT_EQ(first.next_block(), 1U);
}

// Clear layers of index 1, 1.5 and 1 across z, air above as an exterior medium if `above`.
PhotonMedium pane(bool above) {
    PhotonMedium medium;
    medium.grid = {3, 3, 9, {mm, mm, mm}, {}};
    medium.label.assign(81, 0);
    for (std::size_t i = 27; i < 54; ++i) medium.label[i] = 1;
    medium.media = {{"air", 0.0, 0.0, 0.0, 1.0, {}, above},
                    {"glass", 0.0, 0.0, 0.0, 1.5, {}, false}};
    return medium;
}

TEST(PhotonBorders, PaneOfGlassInTheGridReflectsAsByTheClosedForm) {
    LightSourceInput source;
    source.position = {1.5 * mm, 1.5 * mm, 0.0};
    PhotonRun run;
    run.photons = 100'000;
    exec::ThreadTeam team(2);
    const PhotonTally tally = transport_photons(team, pane(false), source, run);
    const double back = static_cast<double>(tally.left[4]) / static_cast<double>(tally.launched);
    EXPECT_NEAR(back, 0.08 / 1.04, 4.0 * std::sqrt(0.08 / 1e5));
    EXPECT_EQ(tally.residual(), 0);
}

TEST(PhotonBorders, ExteriorMediaLetLightInAndEndIt) {
    LightSourceInput source;
    source.position = {1.5 * mm, 1.5 * mm, -mm};
    PhotonRun run;
    run.photons = 100'000;
    exec::ThreadTeam team(2);
    const PhotonTally tally = transport_photons(team, pane(true), source, run);
    const auto all = static_cast<double>(tally.launched);
    EXPECT_NEAR(static_cast<double>(tally.specular) / all, 0.04, 1e-6);
    EXPECT_EQ(tally.specular + tally.left_exterior, tally.launched);
}

// Snell: glass entered at 60 degrees from air bends to asin(sin 60 / 1.5) and displaces the beam.
TEST(PhotonBorders, RefractionBendsTheBeam) {
    PhotonMedium medium;
    medium.grid = {100, 3, 10, {mm, mm, mm}, {}};
    medium.label.assign(3000, 0);
    medium.media = {{"glass", 0.0, 0.0, 0.0, 1.5, {}, false}};
    medium.faces = {LightFace::open, LightFace::open,    LightFace::open,
                    LightFace::open, LightFace::fresnel, LightFace::open};
    LightSourceInput source;
    source.position = {20.0 * mm, 1.5 * mm, -mm};
    const double angle = std::numbers::pi / 3.0;
    source.direction = {std::sin(angle), 0.0, std::cos(angle)};
    PhotonRun run;
    run.photons = 10;
    const double inside = std::asin(std::sin(angle) / 1.5);
    const double x = 20.0 * mm + mm * std::tan(angle) + 10.0 * mm * std::tan(inside);
    run.detectors = {{{x, 1.5 * mm, 10.0 * mm}, 1e-3 * mm}};
    exec::ThreadTeam team(1);
    for (const auto tracking : {PhotonTracking::delta, PhotonTracking::marching}) {
        run.tracking = tracking;
        const PhotonTally tally = transport_photons(team, medium, source, run);
        ASSERT_EQ(tally.exits.size(), 10U);
        EXPECT_NEAR(tally.exits[0].paths[0], 10.0 * mm / std::cos(inside), 1e-6 * mm * 100.0);
        // what the surface reflects at 60 degrees: 8.92 %
        EXPECT_NEAR(tally.exits[0].weight, 1.0 - 0.0892, 1e-4);
    }
}

}  // namespace
}  // namespace caravel::stimulus
