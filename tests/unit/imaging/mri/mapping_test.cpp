#include "caravel/imaging/mri/mapping.hpp"

#include "caravel/imaging/mri/epg.hpp"
#include "caravel/imaging/mri/sequence_library.hpp"
#include "caravel/imaging/mri/thermometry.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace caravel::imaging {
namespace {

TEST(Mapping, DecayIsFittedExactly) {
    const std::vector<double> times{0.01, 0.02, 0.03, 0.05, 0.08};
    for (const double rate : {0.5, 10.0, 80.0}) {
        std::vector<double> signals;
        for (const double t : times) signals.push_back(0.7 * std::exp(-t * rate));
        const auto fit = fit_decay(times, signals);
        EXPECT_NEAR(fit.rate, rate, 1e-8 * rate);
        EXPECT_NEAR(fit.amplitude, 0.7, 1e-8);
        EXPECT_NEAR(fit.residual, 0.0, 1e-10);
    }
}

TEST(Mapping, NoiseFloorIsLeftOut) {
    const std::vector<double> times{0.01, 0.02, 0.03, 0.04, 0.05, 0.06};
    std::vector<double> signals;
    for (const double t : times) signals.push_back(std::max(0.1, std::exp(-t * 60.0)));
    EXPECT_NEAR(fit_decay(times, signals, 0.12).rate, 60.0, 1e-6);
    EXPECT_LT(fit_decay(times, signals).rate, 57.0);
    EXPECT_EQ(fit_decay(times, signals, 0.9).rate, 0.0);
}

TEST(Mapping, RecoveryWithAnyEfficiencyIsFitted) {
    const std::vector<double> times{0.05, 0.3, 0.8, 1.6, 3.0};
    for (const double rate : {0.6, 1.5, 4.0}) {
        std::vector<double> signals;
        std::vector<double> sizes;
        for (const double t : times) {
            signals.push_back(0.8 - 1.4 * std::exp(-t * rate));
            sizes.push_back(std::abs(signals.back()));
        }
        EXPECT_NEAR(fit_recovery(times, signals).rate, rate, 1e-5 * rate);
        EXPECT_NEAR(fit_recovery(times, signals).amplitude, 0.8, 1e-5);
        EXPECT_NEAR(fit_recovery_magnitude(times, sizes).rate, rate, 1e-5 * rate);
    }
}

TEST(Mapping, IdealInversionTellsShortT1) {
    const std::vector<double> times{0.05, 0.4, 1.1, 2.5};
    for (const double t1 : {0.022, 0.1, 0.6, 2.0}) {
        std::vector<double> signals;
        for (const double t : times)
            signals.push_back(0.9 * inversion_spin_echo(1.0 / t1, 2.55, t, 0.014));
        EXPECT_NEAR(1.0 / fit_inversion(times, signals, 2.55, 0.014).rate, t1, 1e-4 * t1);
    }
}

TEST(Mapping, FlipAnglesGiveT1) {
    const std::vector<double> angles{0.03, 0.1, 0.2, 0.3};
    const double e = std::exp(-0.015 * 1.25);
    std::vector<double> signals;
    for (const double a : angles)
        signals.push_back(0.6 * std::sin(a) * (1.0 - e) / (1.0 - e * std::cos(a)));
    const auto fit = fit_flip_angles(angles, signals, 0.015);
    EXPECT_NEAR(fit.rate, 1.25, 1e-9);
    EXPECT_NEAR(fit.amplitude, 0.6, 1e-9);
}

TEST(Mapping, PhaseGraphsCorrectWhatADecayFitGetsWrong) {
    const int count = 16;
    const double angle = 2.0 * std::numbers::pi / 3.0;
    mri::EchoTrain train;
    train.spacing = 8e-3;
    train.refocusing.assign(count, angle);
    const auto echoes = mri::echo_train({{0.9}, {0.7}, {21.0}, {}, {}}, train);
    std::vector<double> times;
    std::vector<double> signals;
    for (int n = 0; n < count; ++n) {
        times.push_back(8e-3 * (n + 1));
        signals.push_back(std::abs(echoes[static_cast<std::size_t>(n)]));
    }
    const TrainFit fit(8e-3, count, angle, 1.0, 0.5, 200.0);
    EXPECT_NEAR(fit.fit(signals).rate, 21.0, 0.02 * 21.0);
    EXPECT_GT(std::abs(fit_decay(times, signals).rate - 21.0), 0.1 * 21.0);
}

TEST(Mapping, NothingComesFromNothing) {
    const std::vector<double> times{0.1, 0.5, 1.0};
    const std::vector<double> zero(3, 0.0);
    EXPECT_EQ(fit_decay(times, zero).rate, 0.0);
    EXPECT_EQ(fit_recovery(times, zero).rate, 0.0);
    EXPECT_EQ(fit_inversion(times, zero, 3.0, 0.01).rate, 0.0);
    EXPECT_EQ(fit_flip_angles(times, zero, 0.01).rate, 0.0);
}

TEST(SequenceLibrary, InversionOfSpinEchoesIsThatOfAPhaseGraph) {
    const double r1 = 1.0 / 0.8;
    const double repetition = 2.5;
    const double inversion = 0.4;
    const double echo = 0.014;
    mri::PhaseGraph graph({{1.0}, {r1}, {20.0}, {}, {}}, 8);
    double before = 0.0;
    for (int n = 0; n < 12; ++n) {
        graph.pulse(std::numbers::pi, 0.0);
        graph.relax(inversion);
        graph.spoil();
        before = graph.longitudinal(0, 0).real();
        graph.pulse(std::numbers::pi / 2.0, 0.0);
        graph.spoil();
        graph.relax(0.5 * echo);
        graph.pulse(std::numbers::pi, 0.0);
        graph.relax(repetition - inversion - 0.5 * echo);
        graph.spoil();
    }
    EXPECT_NEAR(inversion_spin_echo(r1, repetition, inversion, echo), before, 1e-12);
}

TEST(SequenceLibrary, TrainLeavesWhatAPhaseGraphSays) {
    const double r1 = 1.0 / 0.8;
    mri::PhaseGraph graph({{1.0}, {r1}, {20.0}, {}, {}}, 8);
    graph.pulse(std::numbers::pi / 2.0, 0.0);
    graph.spoil();
    graph.relax(4e-3);
    for (int n = 0; n < 6; ++n) {
        graph.pulse(std::numbers::pi, 0.0);
        graph.relax(n < 5 ? 8e-3 : 1.5 - 5.5 * 8e-3);
    }
    EXPECT_NEAR(train_recovery(r1, 1.5, 8e-3, 6, std::numbers::pi), graph.longitudinal(0, 0).real(),
                1e-12);
}

TEST(SequenceLibrary, TableOfRatesIsAsGoodAsEveryPair) {
    // more different pairs than are computed one by one
    MriMaps maps;
    maps.field = 7.0;
    for (int n = 0; n < 900; ++n) {
        maps.proton_density.push_back(1.0);
        maps.r1.push_back(0.4 * std::pow(10.0, n % 30 / 29.0));
        maps.r2.push_back(5.0 * std::pow(20.0, n / 30 / 29.0));
    }
    maps.grid = {30, 30, 1, {1.0, 1.0, 1.0}, {}};
    MriSettings mri;
    mri.sequence = "cpmg";
    mri.repetition_time = 2.0;
    mri.refocusing_angle = 2.0;
    const Exposure echo = exposures(mri)[3];
    exec::ThreadTeam team(2);
    const auto table = echo_signal(team, maps, mri, echo, true);
    for (const std::size_t v : {0u, 17u, 333u, 640u, 899u}) {
        MriMaps one = maps;
        one.proton_density.assign(900, 0.0);
        one.proton_density[v] = 1.0;
        EXPECT_NEAR(table[v], echo_signal(team, one, mri, echo, true)[v], 1e-4 * table[0]);
    }
}

TEST(Thermometry, PhaseTellsTheTemperature) {
    // 0.01 ppm of 42.577 MHz/T times 3 T and 10 ms: 4.598 degrees per kelvin
    EXPECT_NEAR(phase_per_kelvin(3.0, 0.01) * 180.0 / std::numbers::pi, -4.5984, 1e-3);
    const double turn = 7.0 * phase_per_kelvin(3.0, 0.01);
    const std::vector<double> one{1.0, 0.0};
    const std::vector<double> zero{0.0, 0.0};
    const std::vector<double> re{std::cos(turn), 0.0};
    const std::vector<double> im{std::sin(turn), 0.0};
    const auto change = temperature_change({one, zero}, {re, im}, 3.0, 0.01);
    EXPECT_NEAR(change[0], 7.0, 1e-12);
    EXPECT_EQ(change[1], 0.0);
    EXPECT_NEAR(temperature_noise(3.0, 0.01, 100.0), std::sqrt(2.0) / 100.0 / 0.080257, 1e-4);
}

}  // namespace
}  // namespace caravel::imaging
