// Phase graphs: echoes, spoiling, diffusion, many voxels at once.
#include "caravel/imaging/mri/epg.hpp"
#include "caravel/base/error.hpp"
#include "caravel/imaging/mri/sequence.hpp"
#include "caravel/imaging/mri/signal_equations.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace caravel::imaging::mri {
namespace {

using std::numbers::pi;
using Complex = std::complex<double>;

TEST(PhaseGraph, PulsesTurnAsInTheHeader) {
    PhaseGraph graph({{2.0}, {1.0}, {1.0}, {}, {}}, 3);
    graph.pulse(0.5 * pi, 0.4);
    EXPECT_LT(std::abs(graph.signal(0) - 2.0 * Complex(0.0, -1.0) * std::polar(1.0, 0.4)), 1e-15);
    graph.pulse(pi, 0.0);  // a spin echo's pulse conjugates
    EXPECT_LT(
        std::abs(graph.signal(0) - std::conj(2.0 * Complex(0.0, -1.0) * std::polar(1.0, 0.4))),
        1e-15);
}

TEST(PhaseGraph, HahnAndStimulatedEchoesHaveTheirSizes) {
    const double a = 0.7, b = 1.1, c = 0.9;
    PhaseGraph graph({{1.0}, {0.0}, {0.0}, {}, {}}, 8);
    graph.pulse(a, 0.0);
    graph.shift();
    graph.pulse(b, 0.0);
    graph.shift();
    EXPECT_NEAR(std::abs(graph.signal(0)), std::sin(a) * std::pow(std::sin(0.5 * b), 2), 1e-15);
    graph.shift();
    graph.shift();  // so that the echo of the echo comes later
    graph.pulse(c, 0.0);
    graph.shift();
    EXPECT_NEAR(std::abs(graph.signal(0)), 0.5 * std::sin(a) * std::sin(b) * std::sin(c), 1e-15);
}

TEST(PhaseGraph, EchoTrainOfTheLiterature) {
    EchoTrain train;
    train.refocusing.assign(8, 2.0 * pi / 3.0);
    const auto echoes = echo_train({{1.0}, {1.0}, {10.0}, {}, {}}, train);
    const double expected[] = {0.678628, 0.796474, 0.636915, 0.606876,
                               0.563645, 0.508612, 0.457692, 0.438324};
    for (std::size_t i = 0; i < 8; ++i) EXPECT_NEAR(std::abs(echoes[i]), expected[i], 5e-7);
}

TEST(PhaseGraph, VoxelsInABatchAreThoseAlone) {
    EchoTrain train;
    train.refocusing = {2.0, 1.5, 2.5, 3.0};
    const EpgTissue both{{1.0, 2.0}, {1.0, 0.5}, {10.0, 20.0}, {1.0, 0.9}, {}};
    const auto echoes = echo_train(both, train);
    for (std::size_t v = 0; v < 2; ++v) {
        const auto alone = echo_train(
            {{both.density[v]}, {both.r1[v]}, {both.r2[v]}, {both.transmit[v]}, {}}, train);
        for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(echoes[2 * i + v], alone[i]);
    }
}

TEST(PhaseGraph, SpoiledTrainRunsIntoErnstsEquation) {
    GradientEchoTrain train;
    train.flip.assign(3000, 0.3);
    train.spoiled = true;
    const auto s = gradient_echo_train({{1.0}, {1.2}, {15.0}, {}, {}}, train);
    EXPECT_NEAR(std::abs(s.back()), spoiled_gradient_echo(1.2, 15.0, 0.01, 0.005, 0.3), 1e-13);
}

TEST(PhaseGraph, RadioFrequencySpoilingComesNearErnst) {
    GradientEchoTrain train;
    train.flip.assign(800, 0.25);
    train.phase_increment = 117.0 * pi / 180.0;
    const auto s = gradient_echo_train({{1.0}, {1.2}, {15.0}, {}, {}}, train);
    const double ernst = spoiled_gradient_echo(1.2, 15.0, 0.01, 0.005, 0.25);
    EXPECT_NEAR(std::abs(s.back()) / ernst, 1.0, 0.05);
}

TEST(PhaseGraph, UnspoiledTrainRunsIntoGyngellsEquation) {
    GradientEchoTrain train;
    train.flip.assign(1500, 0.6);
    train.most_states = 400;
    const auto s = gradient_echo_train({{1.0}, {1.2}, {15.0}, {}, {}}, train);
    EXPECT_NEAR(std::abs(s.back()), dephased_steady_state(1.2, 15.0, 15.0, 0.01, 0.005, 0.6), 1e-9);
}

TEST(PhaseGraph, ConstantGradientAddsCarrAndPurcellsRate) {
    const double gradient = 0.02, spacing = 0.01, diffusion = 2e-9;
    EchoTrain train;
    train.spacing = spacing;
    train.refocusing.assign(6, pi);
    train.wavenumber = proton_gamma * gradient * 0.5 * spacing;
    const auto echoes = echo_train({{1.0}, {1.0}, {5.0}, {}, {diffusion}}, train);
    const double rate =
        5.0 + carr_purcell_diffusion_rate(proton_gamma, gradient, diffusion, spacing);
    for (std::size_t i = 0; i < 6; ++i) {
        EXPECT_NEAR(std::abs(echoes[i]), std::exp(-rate * spacing * static_cast<double>(i + 1)),
                    1e-12);
    }
}

// Pulsed gradients of 5 ms, 30 ms apart, as shifts in five steps: the limit of Stejskal and Tanner.
TEST(PhaseGraph, PulsedGradientsGiveStejskalAndTanner) {
    const double diffusion = 1e-9, delta = 5e-3, separation = 30e-3, gradient = 0.1;
    const double wavenumber = proton_gamma * gradient * delta;
    PhaseGraph graph({{1.0}, {0.0}, {0.0}, {}, {diffusion}}, 2);
    graph.pulse(0.5 * pi, 0.5 * pi);
    graph.relax_and_shift(delta, wavenumber);
    graph.relax_unshifted(0.5 * (separation - delta), wavenumber);
    graph.pulse(pi, 0.0);
    graph.relax_unshifted(0.5 * (separation - delta), wavenumber);
    graph.relax_and_shift(delta, wavenumber);
    const double b = stejskal_tanner_b(proton_gamma, gradient, delta, separation);
    EXPECT_NEAR(std::abs(graph.signal(0)), std::exp(-b * diffusion), 1e-12);
    EXPECT_LT(std::exp(-b * diffusion), 0.7);
}

TEST(PhaseGraph, RefusesTissueThatCannotBe) {
    EXPECT_THROW(PhaseGraph({{1.0}, {}, {1.0}, {}, {}}, 2), InputError);
    EXPECT_THROW(PhaseGraph({{1.0}, {-1.0}, {1.0}, {}, {}}, 2), InputError);
    EXPECT_THROW(PhaseGraph({{1.0}, {1.0}, {std::nan("")}, {}, {}}, 2), InputError);
}

TEST(SignalEquations, ErnstAngleHasTheLargestSignal) {
    const double best = ernst_angle(1.5, 0.02);
    const double top = spoiled_gradient_echo(1.5, 0.0, 0.02, 0.0, best);
    EXPECT_GT(top, spoiled_gradient_echo(1.5, 0.0, 0.02, 0.0, best * 1.01));
    EXPECT_GT(top, spoiled_gradient_echo(1.5, 0.0, 0.02, 0.0, best * 0.99));
}

TEST(SignalEquations, BalancedSignalVanishesBetweenItsBands) {
    const double tr = 0.005;
    EXPECT_NEAR(balanced_steady_state(1.0, 10.0, tr, 0.5 * tr, 0.5, 0.0),
                balanced_steady_state(1.0, 10.0, tr, 0.5 * tr, 0.5), 1e-14);
    const double band = balanced_steady_state(1.0, 10.0, tr, 0.5 * tr, 0.5, pi / tr);
    EXPECT_LT(band, 0.1 * balanced_steady_state(1.0, 10.0, tr, 0.5 * tr, 0.5));
}

TEST(SignalEquations, NullOfInversionIsANull) {
    EXPECT_NEAR(inversion_recovery(0.8, 2.0, inversion_null(0.8, 2.0)), 0.0, 1e-15);
}

}  // namespace
}  // namespace caravel::imaging::mri
