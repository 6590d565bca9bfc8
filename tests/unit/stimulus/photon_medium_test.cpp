#include "caravel/base/error.hpp"
#include "caravel/stimulus/light/photon_transport.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <numbers>

namespace caravel::stimulus {
namespace {

PhotonMedium cube() {
    PhotonMedium medium;
    medium.grid = {4, 4, 4, {1e-3, 1e-3, 1e-3}, {}};
    medium.label.assign(64, 0);
    medium.media = {{"dermis", 10.0, 1000.0, 0.9, 1.37, {}, false}};
    return medium;
}

std::string complaint(const std::function<void()>& action) {
    try {
        action();
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

std::string complaint(const PhotonMedium& medium) {
    return complaint([&] { check(medium); });
}

void expect_says(const std::string& said, const std::string& words) {
    EXPECT_NE(said.find(words), std::string::npos) << "said: " << said;
}

TEST(PhotonMedium, AcceptsWhatCanBe) { EXPECT_NO_THROW(check(cube())); }

TEST(PhotonMedium, NamesTheMediumWithABadCoefficient) {
    PhotonMedium medium = cube();
    medium.media[0].absorption = -1.0;
    expect_says(complaint(medium), "dermis absorbs -1");
    medium = cube();
    medium.media[0].scattering = std::numeric_limits<double>::infinity();
    expect_says(complaint(medium), "dermis scatters inf");
    medium = cube();
    medium.media[0].anisotropy = 1.01;
    expect_says(complaint(medium), "anisotropy 1.01");
    medium = cube();
    medium.media[0].name.clear();
    medium.media[0].refractive_index = 0.99;
    expect_says(complaint(medium), "medium 0 has the refractive index 0.99, expected 1 or more");
    medium.media[0].refractive_index = std::nan("");
    expect_says(complaint(medium), "refractive index nan");
}

TEST(PhotonMedium, CountsLabelsAndAddedValues) {
    PhotonMedium medium = cube();
    medium.label.pop_back();
    expect_says(complaint(medium), "63 labels for 64 voxels");
    medium = cube();
    medium.label[7] = 1;
    expect_says(complaint(medium), "label 1, expected 0 to 0");
    medium = cube();
    medium.added_absorption.assign(3, 0.0);
    expect_says(complaint(medium), "3 values of added absorption");
    medium.added_absorption.assign(64, 0.0);
    medium.added_absorption[5] = -2.0;
    expect_says(complaint(medium), "voxel 5 has the added absorption -2");
    medium = cube();
    medium.media.clear();
    expect_says(complaint(medium), "no medium");
}

TEST(PhotonMedium, ChecksPhaseFunctionsAndFaces) {
    PhotonMedium medium = cube();
    medium.media[0].phase = {PhaseFunction::Kind::tabulated, 1.0, {-1.0, 0.5, 0.2, 1.0}};
    expect_says(complaint(medium), "does not rise");
    medium.media[0].phase = {PhaseFunction::Kind::tabulated, 1.0, {-1.0, 1.1}};
    expect_says(complaint(medium), "does not rise");
    medium.media[0].phase = {PhaseFunction::Kind::modified_henyey_greenstein, 1.5, {}};
    expect_says(complaint(medium), "Henyey-Greenstein share 1.5");
    medium = cube();
    medium.faces[2] = LightFace::cyclic;
    expect_says(complaint(medium), "one of the two y faces is cyclic");
    medium = cube();
    medium.outside_index = 0.5;
    expect_says(complaint(medium), "index outside is 0.5");
    medium = cube();
    medium.grid.spacing[1] = 0.0;
    expect_says(complaint(medium), "0 m wide");
}

std::string complaint(const LightSourceInput& source, const PhotonRun& run = {}) {
    exec::ThreadTeam team(1);
    return complaint([&] {
        PhotonRun few = run;
        if (few.photons > 10) few.photons = 10;
        transport_photons(team, cube(), source, few);
    });
}

TEST(LightSource, SaysWhatItsKindLacks) {
    LightSourceInput source;
    source.kind = "laser";
    expect_says(complaint(source), "kind is \"laser\"");
    source.kind = "disk";
    expect_says(complaint(source), "a disk needs its radius");
    source.kind = "line";
    expect_says(complaint(source), "a line needs its length");
    source.kind = "planar";
    expect_says(complaint(source), "edge_1 has 0 numbers");
    source.edge_1 = {1e-3, 0.0, 0.0};
    source.edge_2 = {2e-3, 0.0, 0.0};
    expect_says(complaint(source), "edges to span an area");
    source = {};
    source.kind = "fibre";
    source.radius = 1e-4;
    source.numerical_aperture = 1.4;  // more than the index 1.37 of the first voxel
    source.position = {1e-3, 1e-3, 1e-3};
    expect_says(complaint(source), "numerical_aperture is 1.4");
    source = {};
    source.kind = "cone";
    source.half_angle = 4.0;
    expect_says(complaint(source), "half_angle is 4");
    source = {};
    source.kind = "volume";
    source.weights.assign(5, 1.0);
    expect_says(complaint(source), "5 weights for 64 voxels");
    source.weights.assign(64, 0.0);
    expect_says(complaint(source), "all weights are 0");
    source.kind = "pattern";
    source.edge_1 = {1e-3, 0.0, 0.0};
    source.edge_2 = {0.0, 1e-3, 0.0};
    source.weights.assign(5, 1.0);
    source.columns = 2;
    expect_says(complaint(source), "5 weights do not fill rows of 2");
    source = {};
    source.direction = {0.0, 0.0, 0.0};
    expect_says(complaint(source), "direction has no length");
    source.position = {0.0, 0.0};
    expect_says(complaint(source), "position has 2 numbers");
}

TEST(LightSource, OutsideOfTheDomainThatMissesIsRefused) {
    LightSourceInput source;
    source.position = {-1e-3, 2e-3, 2e-3};
    expect_says(complaint(source), "misses it");
    source.direction = {1.0, 0.0, 0.0};
    EXPECT_EQ(complaint(source), "");
}

TEST(PhotonRun, RefusesNumbersThatMeanNothing) {
    const LightSourceInput source;
    PhotonRun run;
    run.photons = 0;
    expect_says(complaint(source, run), "0 photons, expected 1 or more");
    run = {};
    run.gates = 0;
    expect_says(complaint(source, run), "0 time gates");
    run = {};
    run.longest_time = 0.0;
    expect_says(complaint(source, run), "longest time of flight is 0 s");
    run = {};
    run.roulette_below = 0.5;
    expect_says(complaint(source, run), "roulette below the weight 0.5");
    run = {};
    run.only = {1, 2};
    run.replay_weights = {1.0};
    expect_says(complaint(source, run), "1 weights for 2 photons");
    run = {};
    run.detectors = {{{0.0, 0.0, 0.0}, 0.0}};
    expect_says(complaint(source, run), "radius 0 m");
    run = {};
    run.gates = 2'000'000'000;
    expect_says(complaint(source, run), "time gates");
}

TEST(LightSource, BeamAreas) {
    LightSourceInput source;
    EXPECT_EQ(beam_area(source), 0.0);
    source.kind = "disk";
    source.radius = 2e-3;
    EXPECT_DOUBLE_EQ(beam_area(source), std::numbers::pi * 4e-6);
    source.kind = "planar";
    source.edge_1 = {3e-3, 0.0, 0.0};
    source.edge_2 = {0.0, 0.0, 2e-3};
    EXPECT_DOUBLE_EQ(beam_area(source), 6e-6);
}

}  // namespace
}  // namespace caravel::stimulus
