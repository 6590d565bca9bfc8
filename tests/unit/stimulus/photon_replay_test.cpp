#include "caravel/stimulus/light/photon_transport.hpp"

#include "caravel/base/constants.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace caravel::stimulus {
namespace {

constexpr double mm = 1e-3;

PhotonMedium layers(double upper_index) {
    PhotonMedium medium;
    medium.grid = {16, 16, 16, {mm, mm, mm}, {}};
    medium.label.assign(16 * 16 * 16, 0);
    for (std::size_t i = 0; i < std::size_t{16 * 16 * 6}; ++i) medium.label[i] = 1;
    medium.media = {{"deep", 30.0, 2000.0, 0.8, 1.37, {}, false},
                    {"upper", 10.0, 1000.0, 0.9, upper_index, {}, false}};
    medium.faces.fill(LightFace::fresnel);
    return medium;
}

LightSourceInput pencil() {
    LightSourceInput source;
    source.position = {8.5 * mm, 8.5 * mm, 0.0};
    return source;
}

PhotonRun detecting() {
    PhotonRun run;
    run.photons = 5000;
    run.roulette_below = 0.1;
    run.longest_time = 1e-9;
    run.detectors = {{{8.5 * mm, 8.5 * mm, 0.0}, 3.0 * mm}, {{12.0 * mm, 8.5 * mm, 0.0}, 2.0 * mm}};
    return run;
}

double sum(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0);
}

TEST(PhotonExits, PathsAddToTheTimeOfFlight) {
    for (const double upper : {1.37, 1.5}) {
        const PhotonMedium medium = layers(upper);
        exec::ThreadTeam team(2);
        const PhotonTally tally = transport_photons(team, medium, pencil(), detecting());
        ASSERT_GT(tally.exits.size(), 100U);
        for (const PhotonExit& exit : tally.exits) {
            const double optical = exit.paths[0] * 1.37 + exit.paths[1] * upper;
            EXPECT_NEAR(optical, exit.time * speed_of_light, 1e-4 * optical);
            EXPECT_NEAR(std::hypot(exit.direction[0], exit.direction[1], exit.direction[2]), 1.0,
                        1e-5);
            EXPECT_EQ(exit.position[2], 0.0);
            EXPECT_LT(exit.direction[2], 0.0);
        }
    }
}

TEST(PhotonReplay, SinglePhotonsFlyAgainTheSameWay) {
    for (const double upper : {1.37, 1.5}) {
        const PhotonMedium medium = layers(upper);
        exec::ThreadTeam team(2);
        PhotonRun run = detecting();
        const PhotonTally all = transport_photons(team, medium, pencil(), run);
        for (std::size_t i = 0; i < all.exits.size(); i += 7) run.only.push_back(all.exits[i].id);
        const PhotonTally again = transport_photons(team, medium, pencil(), run);
        ASSERT_EQ(again.exits.size(), run.only.size());
        for (std::size_t i = 0; i < again.exits.size(); ++i) {
            const PhotonExit& before = all.exits[7 * i];
            EXPECT_EQ(again.exits[i].id, before.id);
            EXPECT_EQ(again.exits[i].weight, before.weight);
            EXPECT_EQ(again.exits[i].position, before.position);
            EXPECT_EQ(again.exits[i].paths, before.paths);
        }
        EXPECT_EQ(again.residual(), 0);
    }
}

TEST(PhotonReplay, WeightedPathsAreThoseOfTheDetectedPhotons) {
    for (const double upper : {1.37, 1.5}) {
        const PhotonMedium medium = layers(upper);
        exec::ThreadTeam team(2);
        PhotonRun run = detecting();
        const PhotonTally all = transport_photons(team, medium, pencil(), run);
        double expected = 0.0;
        double weights = 0.0;
        for (const PhotonExit& exit : all.exits) {
            run.only.push_back(exit.id);
            run.replay_weights.push_back(exit.weight);
            expected += exit.weight * sum(exit.paths);
            weights += exit.weight;
        }
        const PhotonTally again = transport_photons(team, medium, pencil(), run);
        EXPECT_EQ(again.exits.size(), all.exits.size());
        EXPECT_EQ(again.residual(), 0);
        EXPECT_NEAR(static_cast<double>(again.launched) * again.unit, weights, 1e-6 * weights);
        const double tallied =
            again.path_unit * static_cast<double>(std::accumulate(
                                  again.path.begin(), again.path.end(), std::int64_t{0}));
        EXPECT_NEAR(tallied, expected, 1e-4 * expected);
        EXPECT_EQ(again.absorbed_share(), 0.0);  // the weights stay as they start
    }
}

}  // namespace
}  // namespace caravel::stimulus
