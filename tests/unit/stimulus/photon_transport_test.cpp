#include "caravel/stimulus/light/photon_transport.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace caravel::stimulus {
namespace {

constexpr double mm = 1e-3;

OpticalMedium tissue(double absorption, double scattering, double g, double index) {
    return {"", absorption / mm, scattering / mm, g, index, {}, false};
}

PhotonMedium cube(index_t edge, const OpticalMedium& medium) {
    PhotonMedium cube;
    cube.grid = {edge, edge, edge, {mm, mm, mm}, {}};
    cube.label.assign(static_cast<std::size_t>(edge * edge * edge), 0);
    cube.media = {medium};
    return cube;
}

// Two tissues of different index, a clear corner, an exterior corner, particles in one half.
PhotonMedium everything() {
    PhotonMedium medium = cube(20, tissue(0.05, 2.0, 0.8, 1.37));
    medium.grid.spacing = {1.0 * mm, 0.7 * mm, 1.3 * mm};
    medium.media.push_back(tissue(0.2, 4.0, 0.9, 1.5));
    medium.media.push_back(tissue(0.0, 0.01, 0.9, 1.37));
    medium.media.push_back(tissue(0.0, 0.0, 0.0, 1.0));
    medium.media.back().exterior = true;
    medium.media[1].phase = {PhaseFunction::Kind::modified_henyey_greenstein, 0.9, {}};
    medium.faces = {LightFace::cyclic, LightFace::cyclic, LightFace::mirror,
                    LightFace::open,   LightFace::open,   LightFace::fresnel};
    medium.added_absorption.assign(medium.label.size(), 0.0);
    medium.added_scattering.assign(medium.label.size(), 0.0);
    for (index_t k = 0; k < 20; ++k) {
        for (index_t j = 0; j < 20; ++j) {
            for (index_t i = 0; i < 20; ++i) {
                const auto at = static_cast<std::size_t>(medium.grid.index(i, j, k));
                if (k >= 10) medium.label[at] = 1;
                if (i < 5 && j < 5) medium.label[at] = 2;
                if (i >= 16 && j >= 16) medium.label[at] = 3;
                if (i < 10) {
                    medium.added_absorption[at] = 100.0;
                    medium.added_scattering[at] = 200.0;
                }
            }
        }
    }
    medium.added_anisotropy = 0.1;
    return medium;
}

LightSourceInput beam() {
    LightSourceInput source;
    source.kind = "gaussian";
    source.radius = 2.0 * mm;
    source.position = {10.0 * mm, 7.0 * mm, 0.0};
    return source;
}

void expect_same(const PhotonTally& a, const PhotonTally& b) {
    EXPECT_EQ(a.absorbed, b.absorbed);
    EXPECT_EQ(a.path, b.path);
    EXPECT_EQ(a.left, b.left);
    EXPECT_EQ(a.left_exterior, b.left_exterior);
    EXPECT_EQ(a.specular, b.specular);
    EXPECT_EQ(a.missed, b.missed);
    EXPECT_EQ(a.gated, b.gated);
    EXPECT_EQ(a.roulette_gain, b.roulette_gain);
    EXPECT_EQ(a.roulette_loss, b.roulette_loss);
    EXPECT_EQ(a.events, b.events);
    ASSERT_EQ(a.exits.size(), b.exits.size());
    for (std::size_t i = 0; i < a.exits.size(); ++i) {
        EXPECT_EQ(a.exits[i].id, b.exits[i].id);
        EXPECT_EQ(a.exits[i].weight, b.exits[i].weight);
        EXPECT_EQ(a.exits[i].position, b.exits[i].position);
        EXPECT_EQ(a.exits[i].paths, b.exits[i].paths);
    }
}

PhotonRun small_run() {
    PhotonRun run;
    run.photons = 3000;
    run.gates = 3;
    run.longest_time = 0.3e-9;
    run.roulette_below = 0.05;
    run.detectors = {{{10.0 * mm, 7.0 * mm, 0.0}, 3.0 * mm}};
    return run;
}

TEST(PhotonTransport, ThreadsAndLanesDoNotChangeABit) {
    for (const auto tracking : {PhotonTracking::automatic, PhotonTracking::marching}) {
        PhotonRun run = small_run();
        run.tracking = tracking;
        exec::ThreadTeam one(1);
        run.lanes = 1;
        const PhotonTally plain = transport_photons(one, everything(), beam(), run);
        EXPECT_GT(plain.exits.size(), 10U);
        EXPECT_GT(plain.left_exterior, 0);
        EXPECT_GT(plain.gated, 0);
        EXPECT_GT(plain.roulette_gain, 0);
        for (const int lanes : {0, 4, 8, 16}) {
            run.lanes = lanes;
            expect_same(plain, transport_photons(one, everything(), beam(), run));
        }
        for (const int threads : {2, 4}) {
            exec::ThreadTeam team(threads);
            expect_same(plain, transport_photons(team, everything(), beam(), run));
        }
    }
}

TEST(PhotonTransport, OpenFlightIsTheSameInAnyLaneToo) {
    PhotonMedium medium = cube(12, tissue(0.05, 2.0, 0.8, 1.37));
    medium.media.push_back(tissue(0.1, 1.5, 0.5, 1.37));
    for (std::size_t i = 0; i < medium.label.size(); i += 3) medium.label[i] = 1;
    medium.faces.fill(LightFace::fresnel);
    PhotonRun run = small_run();
    run.lanes = 1;
    LightSourceInput source;
    source.kind = "isotropic";
    source.position = {5.0 * mm, 6.0 * mm, 4.5 * mm};
    exec::ThreadTeam one(1);
    exec::ThreadTeam three(3);
    const PhotonTally plain = transport_photons(one, medium, source, run);
    for (const int lanes : {4, 8, 16}) {
        run.lanes = lanes;
        expect_same(plain, transport_photons(three, medium, source, run));
    }
}

TEST(PhotonTransport, BooksCloseToTheLastCount) {
    exec::ThreadTeam team(2);
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
        PhotonRun run = small_run();
        run.seed = seed;
        const PhotonTally tally = transport_photons(team, everything(), beam(), run);
        EXPECT_EQ(tally.residual(), 0);
        EXPECT_EQ(tally.launched, run.photons * (std::int64_t{1} << 30U));
    }
}

TEST(PhotonTransport, SeedsAndStreamsAreDifferentHistories) {
    exec::ThreadTeam team(1);
    PhotonRun run = small_run();
    const PhotonTally first = transport_photons(team, everything(), beam(), run);
    run.stream = 1;
    EXPECT_NE(first.absorbed, transport_photons(team, everything(), beam(), run).absorbed);
    run.stream = 0;
    run.seed = 2;
    EXPECT_NE(first.absorbed, transport_photons(team, everything(), beam(), run).absorbed);
}

TEST(PhotonTransport, ClearSlabBetweenFresnelFacesIsClosedForm) {
    // without absorption: R = 2 r / (1 + r), of which r is specular
    PhotonMedium medium = cube(3, tissue(0.0, 0.0, 0.0, 1.5));
    medium.faces = {LightFace::cyclic, LightFace::cyclic,  LightFace::cyclic,
                    LightFace::cyclic, LightFace::fresnel, LightFace::fresnel};
    LightSourceInput source;
    source.position = {1.5 * mm, 1.5 * mm, -1.0 * mm};
    PhotonRun run;
    run.photons = 100'000;
    exec::ThreadTeam team(2);
    const PhotonTally tally = transport_photons(team, medium, source, run);
    const auto all = static_cast<double>(tally.launched);
    EXPECT_NEAR(static_cast<double>(tally.specular) / all, 0.04, 1e-7);
    const double back = static_cast<double>(tally.left[4]) / all;
    const double expected = 0.08 / 1.04 - 0.04;
    EXPECT_NEAR(back, expected, 4.0 * std::sqrt(expected / 1e5));
    EXPECT_EQ(tally.residual(), 0);
}

TEST(PhotonTransport, PureAbsorberFollowsBeer) {
    // transmitted exp(-2) and, per voxel, exp(-k/5) (1 - exp(-1/5))
    PhotonMedium medium = cube(10, tissue(0.2, 0.0, 0.0, 1.37));
    LightSourceInput source;
    source.position = {5.5 * mm, 5.5 * mm, 0.0};
    PhotonRun run;
    run.photons = 200'000;
    exec::ThreadTeam team(2);
    const PhotonTally tally = transport_photons(team, medium, source, run);
    EXPECT_NEAR(tally.absorbed_share(), 1.0 - std::exp(-2.0), 4.0 * 0.34 / std::sqrt(2e5));
    const std::vector<double> density = absorbed_density(tally, medium);
    for (index_t k = 0; k < 10; ++k) {
        const double share = density[static_cast<std::size_t>(medium.grid.index(5, 5, k))] * 1e-9;
        const double expected = std::exp(-0.2 * static_cast<double>(k)) * (1.0 - std::exp(-0.2));
        EXPECT_NEAR(share, expected, 4.0 * std::sqrt(expected / 2e5)) << k;
    }
}

TEST(PhotonTransport, ClearVoxelsHaveTheFluenceOfTheBeam) {
    PhotonMedium medium = cube(10, tissue(0.0, 0.0, 0.0, 1.37));
    LightSourceInput source;
    source.position = {5.5 * mm, 5.5 * mm, 0.0};
    PhotonRun run;
    run.photons = 100'000;
    exec::ThreadTeam team(1);
    for (const auto tracking : {PhotonTracking::delta, PhotonTracking::marching}) {
        run.tracking = tracking;
        const PhotonTally tally = transport_photons(team, medium, source, run);
        const std::vector<double> light = fluence(tally, medium);
        for (index_t k = 0; k < 10; ++k) {
            // all light through 1 mm2; a false collision every 4 mm of path
            EXPECT_NEAR(light[static_cast<std::size_t>(medium.grid.index(5, 5, k))], 1e6,
                        4.0 * 1e6 * std::sqrt(4.0 / 1e5));
        }
        EXPECT_EQ(tally.absorbed_share(), 0.0);
    }
}

TEST(PhotonTransport, LateLightIsGated) {
    // 10 mm of index 1.5 take 50.03 ps
    PhotonMedium medium = cube(10, tissue(0.0, 0.0, 0.0, 1.5));
    LightSourceInput source;
    PhotonRun run;
    run.photons = 100;
    exec::ThreadTeam team(1);
    for (const auto tracking : {PhotonTracking::delta, PhotonTracking::marching}) {
        run.tracking = tracking;
        run.longest_time = 50e-12;
        EXPECT_EQ(transport_photons(team, medium, source, run).gated, std::int64_t{100} << 30U);
        run.longest_time = 50.1e-12;
        EXPECT_EQ(transport_photons(team, medium, source, run).left[5], std::int64_t{100} << 30U);
    }
}

TEST(PhotonTransport, CancelledRunsStop) {
    const std::atomic<bool> cancel{true};
    PhotonRun run;
    run.cancel = &cancel;
    exec::ThreadTeam team(1);
    EXPECT_THROW(transport_photons(team, everything(), beam(), run), Interrupted);
}

TEST(PhotonTransport, ReportsProgressToTheEnd) {
    std::vector<double> seen;
    PhotonRun run = small_run();
    run.progress = [&](double share) { seen.push_back(share); };
    exec::ThreadTeam team(2);
    transport_photons(team, everything(), beam(), run);
    ASSERT_FALSE(seen.empty());
    EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
    EXPECT_EQ(seen.back(), 1.0);
}

}  // namespace
}  // namespace caravel::stimulus
