// Reweighting of detected photons, and where detected light has been.
#include "caravel/stimulus/light/photon_detection.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numeric>

namespace caravel::stimulus {
namespace {

constexpr double mm = 1e-3;

/// Four photons launched, three seen; counts of which 1/8 is one photon.
PhotonTally hand_made() {
    PhotonTally tally;
    tally.unit = 0.125;
    tally.launched = 32;
    tally.photons = 4;
    const auto add = [&](std::uint64_t id, int detector, double weight, std::vector<double> paths) {
        PhotonExit exit;
        exit.id = id;
        exit.detector = detector;
        exit.weight = weight;
        exit.paths = std::move(paths);
        tally.exits.push_back(std::move(exit));
    };
    add(0, 0, 0.5, {2.0 * mm, 1.0 * mm});
    add(2, 1, 0.25, {0.0, 5.0 * mm});
    add(3, 0, 1.0, {3.0 * mm, 0.0});
    return tally;
}

TEST(PhotonDetection, ReweightsByThePathInEachMedium) {
    const std::array none{0.0, 0.0};
    EXPECT_EQ(reweighted_detection(hand_made(), 2, none), (std::vector<double>{0.375, 0.0625}));
    const std::array more{100.0, 200.0};
    const auto seen = reweighted_detection(hand_made(), 2, more);
    EXPECT_NEAR(seen[0], (0.5 * std::exp(-0.4) + std::exp(-0.3)) / 4.0, 1e-15);
    EXPECT_NEAR(seen[1], 0.25 * std::exp(-1.0) / 4.0, 1e-15);
}

TEST(PhotonDetection, LessAbsorptionShowsMore) {
    const std::array less{-10.0, -10.0};
    EXPECT_GT(reweighted_detection(hand_made(), 1, less)[0], 0.375);
}

TEST(PhotonDetection, DetectorsThatSawNothingAreZero) {
    const std::array none{0.0, 0.0};
    EXPECT_EQ(reweighted_detection(hand_made(), 3, none)[2], 0.0);
    EXPECT_EQ(reweighted_detection(hand_made(), 1, none).size(), 1u);
}

TEST(PhotonDetection, RefusesWhatDoesNotFit) {
    const std::array one{0.0};
    EXPECT_THROW(reweighted_detection(hand_made(), 2, one), InputError);
    const std::array bad{0.0, std::nan("")};
    EXPECT_THROW(reweighted_detection(hand_made(), 2, bad), InputError);
    const std::array none{0.0, 0.0};
    EXPECT_THROW(reweighted_detection(PhotonTally{}, 2, none), InputError);
}

/// Two layers on each other, light comes out where it went in.
struct Slab {
    PhotonMedium medium;
    LightSourceInput source;
    PhotonRun run;

    explicit Slab(double absorption) {
        medium.grid = {12, 12, 10, {0.5 * mm, 0.5 * mm, 0.5 * mm}, {0.0, 0.0, 0.0}};
        medium.label.resize(12 * 12 * 10);
        for (std::size_t i = 0; i < medium.label.size(); ++i)
            medium.label[i] = i < 12 * 12 * 4 ? 0 : 1;
        medium.media.resize(2);
        for (OpticalMedium& m : medium.media) {
            m.scattering = 10000.0;
            m.anisotropy = 0.9;
            m.absorption = absorption;
        }
        medium.media[1].absorption = 300.0;
        source.position = {3.0 * mm, 3.0 * mm, 0.0};
        run.photons = 60'000;
        run.roulette_below = 0.1;  // so that it happens
        run.detectors = {{{4.5 * mm, 3.0 * mm, 0.0}, 1.0 * mm}};
    }
};

/// Detected share and its standard error, from the spread of the photons' weights.
struct Estimate {
    double mean = 0.0;
    double error = 0.0;
};

Estimate detected(const PhotonTally& tally, std::array<double, 2> added) {
    const double launched = static_cast<double>(tally.launched) * tally.unit;
    double squares = 0.0;
    for (const PhotonExit& exit : tally.exits)
        squares += std::pow(
            exit.weight * std::exp(-added[0] * exit.paths[0] - added[1] * exit.paths[1]), 2);
    return {reweighted_detection(tally, 1, added)[0], std::sqrt(squares) / launched};
}

TEST(PhotonDetection, WhiteMonteCarloAgreesWithASecondRun) {
    exec::ThreadTeam team(2);
    Slab slab(20.0), darker(80.0);
    darker.run.stream = 1;
    const PhotonTally tally = transport_photons(team, slab.medium, slab.source, slab.run);
    const PhotonTally second = transport_photons(team, darker.medium, darker.source, darker.run);
    const Estimate changed = detected(tally, {60.0, 0.0}), direct = detected(second, {0.0, 0.0});
    const Estimate unchanged = detected(tally, {0.0, 0.0});
    const double error = std::hypot(changed.error, direct.error);
    EXPECT_LT(std::abs(changed.mean - direct.mean), 4.0 * error);
    EXPECT_GT(unchanged.mean - direct.mean, 6.0 * error);  // the test can tell
}

TEST(PhotonDetection, SensitivityIsTheSlopeOfWhatIsDetected) {
    exec::ThreadTeam team(2);
    const Slab slab(20.0);
    const PhotonTally tally = transport_photons(team, slab.medium, slab.source, slab.run);
    const std::vector<double> sensitivity =
        absorption_sensitivity(team, slab.medium, slab.source, slab.run, tally, 0);
    EXPECT_GT(tally.roulette_loss, 0);
    for (const double s : sensitivity) EXPECT_LE(s, 0.0);
    // Both media on their own: the slope by paths, and by a difference.
    double upper = 0.0, lower = 0.0;
    for (std::size_t i = 0; i < sensitivity.size(); ++i)
        (slab.medium.label[i] == 0 ? upper : lower) += sensitivity[i];
    constexpr double step = 1e-3;  // 1/m
    for (std::size_t m = 0; m < 2; ++m) {
        std::array<double, 2> more{}, less{};
        more[m] = step;
        less[m] = -step;
        const double slope =
            (reweighted_detection(tally, 1, more)[0] - reweighted_detection(tally, 1, less)[0]) /
            (2.0 * step);
        EXPECT_NEAR((m == 0 ? upper : lower) / slope, 1.0, 1e-3) << m;
    }
}

TEST(PhotonDetection, NothingDetectedHasNoSensitivity) {
    exec::ThreadTeam team(1);
    const Slab slab(20.0);
    PhotonTally tally = hand_made();
    const std::vector<double> sensitivity =
        absorption_sensitivity(team, slab.medium, slab.source, slab.run, tally, 7);
    EXPECT_EQ(sensitivity.size(), slab.medium.label.size());
    EXPECT_EQ(std::accumulate(sensitivity.begin(), sensitivity.end(), 0.0), 0.0);
}

}  // namespace
}  // namespace caravel::stimulus
