// Spins one by one: rotations, relaxation, gradients, cutting into threads and vectors.
#include "caravel/base/error.hpp"
#include "caravel/imaging/mri/bloch_rotation.hpp"
#include "caravel/imaging/mri/isochromat.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <numbers>

namespace caravel::imaging::mri {
namespace {

using std::numbers::pi;
using Complex = std::complex<double>;

double length(const Vector3& m) { return std::hypot(m[0], m[1], m[2]); }

TEST(BlochRotation, RodriguesAndSpinorAgreeAndKeepTheLength) {
    Vector3 a{0.3, -0.4, std::sqrt(0.75)};
    Vector3 b = a;
    Spinor all;
    for (int i = 0; i < 20000; ++i) {
        const double s = i;
        const Vector3 w{std::sin(1.1 * s), 2.0 * std::cos(0.7 * s), 3.0 * std::sin(0.31 * s)};
        a = turned(a, w);
        all = then(all, spinor(w));
    }
    const Vector3 whole = turned(b, all);
    EXPECT_NEAR(length(a), 1.0, 1e-12);
    EXPECT_NEAR(std::norm(all.alpha) + std::norm(all.beta), 1.0, 1e-11);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(whole[i], a[i], 1e-11);
}

TEST(BlochRotation, NinetyDegreesAboutXTakeZToMinusY) {
    const Vector3 m = turned(Vector3{0.0, 0.0, 1.0}, Vector3{0.5 * pi, 0.0, 0.0});
    EXPECT_NEAR(m[1], -1.0, 1e-15);
    const Vector3 s = turned(Vector3{0.0, 0.0, 1.0}, spinor({0.5 * pi, 0.0, 0.0}));
    EXPECT_NEAR(s[1], -1.0, 1e-15);
}

Sequence with_pulse(const RfPulse& pulse, const Adc& adc) {
    Sequence sequence;
    const int rf = sequence.add(pulse);
    const int receiver = sequence.add(adc);
    sequence.append({0.0, rf, {-1, -1, -1}, -1});
    sequence.append({0.0, -1, {-1, -1, -1}, receiver});
    return sequence;
}

SpinPopulation one_spin(double r1 = 0.0, double r2 = 0.0, double off = 0.0) {
    SpinPopulation spins;
    spins.density = {1.0};
    spins.r1 = {r1};
    spins.r2 = {r2};
    spins.off_resonance = {off};
    return spins;
}

BlochOptions exact() {
    BlochOptions options;
    options.precision = Precision::double_precision;
    return options;
}

TEST(Isochromat, PulseKeepsTheLengthOfTheMagnetisation) {
    exec::ThreadTeam team(1);
    Sequence sequence;
    for (int i = 0; i < 300; ++i) {
        sequence.append(
            {0.0, sequence.add(block_pulse(0.1 + 0.02 * i, 0.3 * i, 1e-4)), {-1, -1, -1}, -1});
    }
    SpinPopulation spins = one_spin(0.0, 0.0, 4321.0);
    simulate_signal(team, sequence, spins, exact());
    EXPECT_NEAR(length({spins.mx[0], spins.my[0], spins.mz[0]}), 1.0, 1e-12);
    spins = one_spin(0.0, 0.0, 4321.0);
    simulate_signal(team, sequence, spins);
    EXPECT_NEAR(length({spins.mx[0], spins.my[0], spins.mz[0]}), 1.0, 1e-5);
}

TEST(Isochromat, PulseOffResonanceIsThePlainRotation) {
    exec::ThreadTeam team(1);
    for (const double off : {0.0, 700.0, -40000.0, 3e6}) {
        SpinPopulation spins = one_spin(0.0, 0.0, off);
        Sequence sequence;
        sequence.append({0.0, sequence.add(block_pulse(1.2, 0.4, 1e-4)), {-1, -1, -1}, -1});
        simulate_signal(team, sequence, spins, exact());
        const Vector3 m =
            turned(Vector3{0.0, 0.0, 1.0}, {1.2 * std::cos(0.4), 1.2 * std::sin(0.4), off * 1e-4});
        EXPECT_NEAR(spins.mx[0], m[0], 1e-11) << off;
        EXPECT_NEAR(spins.my[0], m[1], 1e-11) << off;
        EXPECT_NEAR(spins.mz[0], m[2], 1e-11) << off;
    }
}

TEST(Isochromat, OffsetOfPulseMeetsSpinsOfThatFrequency) {
    exec::ThreadTeam team(1);
    RfPulse pulse = block_pulse(0.5 * pi, 0.0, 1e-3);
    pulse.frequency = 3000.0;
    Sequence sequence;
    sequence.append({0.0, sequence.add(pulse), {-1, -1, -1}, -1});
    SpinPopulation spins = one_spin(0.0, 0.0, 2.0 * pi * 3000.0);
    simulate_signal(team, sequence, spins, exact());
    EXPECT_NEAR(spins.mz[0], 0.0, 1e-11);
    SpinPopulation others = one_spin(0.0, 0.0, -2.0 * pi * 3000.0);
    simulate_signal(team, sequence, others, exact());
    EXPECT_GT(others.mz[0], 0.99);
}

TEST(Isochromat, ReceiverTakesOffItsOwnOffsetAndPhase) {
    exec::ThreadTeam team(1);
    Adc adc;
    adc.samples = 50;
    adc.dwell = 1e-5;
    adc.frequency = 1234.0;
    adc.phase = 0.7;
    SpinPopulation spins = one_spin(0.0, 0.0, 2.0 * pi * 1234.0);
    const SignalSamples s =
        simulate_signal(team, with_pulse(block_pulse(0.5 * pi, 0.7), adc), spins, exact());
    for (const Complex& value : s.value) EXPECT_LT(std::abs(value - Complex(0.0, -1.0)), 1e-12);
}

TEST(Isochromat, GradientGivesTheFourierSignOfTheHeader) {
    exec::ThreadTeam team(1);
    Sequence sequence;
    const double gamma_hz = proton_gamma / (2.0 * pi);
    const Gradient gradient = trapezoid(100.0 / gamma_hz / 2e-3, 1e-3, 1e-3, 1e-3);  // 100 /m
    Adc adc;
    adc.samples = 1;
    adc.dwell = 1e-6;
    sequence.append({0.0, sequence.add(block_pulse(0.5 * pi, 0.5 * pi)), {-1, -1, -1}, -1});
    sequence.append({0.0, -1, {sequence.add(gradient), -1, -1}, -1});
    sequence.append({0.0, -1, {-1, -1, -1}, sequence.add(adc)});
    SpinPopulation spins = one_spin();
    spins.x = {0.003};
    const SignalSamples s = simulate_signal(team, sequence, spins, exact());
    EXPECT_LT(std::abs(s.value[0] - std::polar(1.0, 2.0 * pi * 100.0 * 0.003)), 1e-12);
    EXPECT_NEAR(k_trajectory(sequence)[0][0], 100.0, 1e-9);
}

TEST(Isochromat, RatesThatChangeAreIntegrated) {
    exec::ThreadTeam team(1);
    Adc adc;
    adc.samples = 1;
    adc.dwell = 1e-6;
    adc.delay = 0.2 - 0.5e-6;
    BlochOptions options = exact();
    options.change = {{0.05, 0.15}, {0.0, 1.0}, {3.0}, {40.0}};
    SpinPopulation spins = one_spin(1.0, 10.0);
    const SignalSamples s =
        simulate_signal(team, with_pulse(block_pulse(0.5 * pi), adc), spins, options);
    const double integral = 0.05 + 0.05;  // ramp, then plateau
    EXPECT_NEAR(std::abs(s.value[0]), std::exp(-0.2 * 10.0 - 40.0 * integral), 1e-12);
    const double rest = 0.5e-6;  // from the sample to the end
    EXPECT_NEAR(spins.mz[0], -std::expm1(-0.2 - 3.0 * integral - 4.0 * rest), 1e-12);
}

TEST(Isochromat, SplitPulseWithRelaxationIsOfSecondOrder) {
    exec::ThreadTeam team(1);
    const auto end = [&](double piece) {
        Sequence sequence;
        sequence.append({0.0, sequence.add(block_pulse(pi, 0.0, 4e-3)), {-1, -1, -1}, -1});
        SpinPopulation spins = one_spin(20.0, 300.0, 900.0);
        BlochOptions options = exact();
        options.longest_pulse_piece = piece;
        simulate_signal(team, sequence, spins, options);
        return Vector3{spins.mx[0], spins.my[0], spins.mz[0]};
    };
    const Vector3 best = end(1e-6), fine = end(1e-4), coarse = end(2e-4);
    const auto error = [&](const Vector3& m) {
        return length({m[0] - best[0], m[1] - best[1], m[2] - best[2]});
    };
    EXPECT_NEAR(std::log2(error(coarse) / error(fine)), 2.0, 0.05);
}

// Many spins under a pulse, ramps and a train of samples.
Sequence busy_sequence() {
    Sequence sequence;
    RfPulse pulse = block_pulse(1.0, 0.2, 2e-4);
    pulse.frequency = 400.0;
    const int rf = sequence.add(pulse);
    const int blip = sequence.add(trapezoid(2e-3, 1e-4, 0.0, 1e-4));
    const int read = sequence.add(trapezoid(5e-3, 1e-4, 1e-3, 1e-4));
    Adc adc;
    adc.samples = 110;
    adc.dwell = 1e-5;
    adc.delay = 5e-5;
    const int receiver = sequence.add(adc);
    for (int i = 0; i < 3; ++i) {
        sequence.append({0.0, rf, {-1, -1, blip}, -1});
        sequence.append({0.0, -1, {-1, blip, -1}, -1});
        sequence.append({0.0, -1, {read, -1, -1}, receiver});
    }
    return sequence;
}

SpinPopulation many_spins(std::size_t count) {
    SpinPopulation spins;
    for (std::size_t i = 0; i < count; ++i) {
        const double s = static_cast<double>(i);
        spins.x.push_back(0.05 * std::sin(1.3 * s));
        spins.y.push_back(0.05 * std::sin(2.1 * s));
        spins.z.push_back(0.01 * std::sin(0.7 * s));
        spins.density.push_back(1.0 + 0.5 * std::sin(s));
        spins.r1.push_back(2.0);
        spins.r2.push_back(20.0 + 10.0 * std::cos(s));
        spins.off_resonance.push_back(200.0 * std::sin(3.0 * s));
        spins.transmit.push_back(1.0 + 0.1 * std::cos(2.0 * s));
    }
    return spins;
}

TEST(Isochromat, SameBitsForAnyThreadsAndAnyVectors) {
    for (const Precision precision : {Precision::single_precision, Precision::double_precision}) {
        BlochOptions options;
        options.precision = precision;
        options.variant = 0;
        exec::ThreadTeam one(1);
        SpinPopulation spins = many_spins(2777);
        const SignalSamples first = simulate_signal(one, busy_sequence(), spins, options);
        for (std::size_t variant = 0; variant < bloch_variants().size(); ++variant) {
            for (const int threads : {1, 2, 4}) {
                exec::ThreadTeam team(threads);
                options.variant = static_cast<int>(variant);
                SpinPopulation again = many_spins(2777);
                const SignalSamples s = simulate_signal(team, busy_sequence(), again, options);
                EXPECT_EQ(s.value, first.value) << bloch_variants()[variant] << threads;
                EXPECT_EQ(again.mz, spins.mz);
            }
        }
    }
}

TEST(Isochromat, SinglePrecisionIsNearDouble) {
    exec::ThreadTeam team(1);
    SpinPopulation a = many_spins(2777), b = a;
    const SignalSamples fine = simulate_signal(team, busy_sequence(), a, exact());
    const SignalSamples fast = simulate_signal(team, busy_sequence(), b);
    double worst = 0.0;
    for (std::size_t i = 0; i < fine.value.size(); ++i) {
        worst = std::max(worst, std::abs(fine.value[i] - fast.value[i]));
    }
    EXPECT_LT(worst / 2777.0, 1e-6);
    EXPECT_GT(worst, 0.0);
}

// The same by std::sin and Rodrigues' formula for one spin.
TEST(Isochromat, KernelsAgreeWithThePlainTimeLine) {
    exec::ThreadTeam team(1);
    const TimeLine line = compile_sequence(busy_sequence());
    SpinPopulation spins = many_spins(3);
    SpinPopulation all = spins;
    std::vector<Complex> expected(line.sample_time.size());
    for (std::size_t i = 0; i < 3; ++i) {
        Vector3 m{0.0, 0.0, spins.density[i]};
        const auto drift = [&](const TimePiece& p, double from, double to, bool turns) {
            const double t = to - from, mid = 0.5 * (from + to);
            double angle = spins.off_resonance[i] * t;
            const Vector3 r{spins.x[i], spins.y[i], spins.z[i]};
            for (std::size_t k = 0; k < 3; ++k) {
                angle += proton_gamma * t * (p.gradient[k] + p.slope[k] * mid) * r[k];
            }
            if (turns) m = turned(m, Vector3{0.0, 0.0, angle});
            const double e2 = std::exp(-t * spins.r2[i]), e1 = std::exp(-t * spins.r1[i]);
            m = {m[0] * e2, m[1] * e2, spins.density[i] + (m[2] - spins.density[i]) * e1};
            return angle;
        };
        for (const TimePiece& p : line.pieces) {
            double at = 0.0;
            for (index_t s = 0; s < p.samples; ++s) {
                const double to = p.first_time + static_cast<double>(s) * p.dwell;
                drift(p, at, to, true);
                at = to;
                expected[static_cast<std::size_t>(p.first_sample + s)] += Complex(m[0], m[1]);
            }
            if (p.flip == 0.0) {
                drift(p, at, p.duration, true);
                continue;
            }
            drift(p, 0.0, 0.5 * p.duration, false);
            const Vector3 keep = m;
            const double angle = drift(p, 0.0, p.duration, false);
            const double own = 2.0 * pi * p.frequency * p.duration;
            const double flip = p.flip * spins.transmit[i];
            m = turned(keep,
                       Vector3{flip * std::cos(p.phase), flip * std::sin(p.phase), angle - own});
            m = turned(m, Vector3{0.0, 0.0, own});
            drift(p, 0.5 * p.duration, p.duration, false);
        }
    }
    const SignalSamples s = simulate_signal(team, line, all, exact());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_LT(std::abs(s.value[i] - expected[i]), 1e-11) << i;
    }
}

TEST(Isochromat, CoilsWeighTheSpins) {
    exec::ThreadTeam team(1);
    SpinPopulation spins = many_spins(100), again = spins;
    BlochOptions options = exact();
    options.coils = {std::vector<Complex>(100, 1.0), std::vector<Complex>(100, Complex(0.0, 2.0))};
    const SignalSamples two = simulate_signal(team, busy_sequence(), spins, options);
    const SignalSamples one = simulate_signal(team, busy_sequence(), again, exact());
    const auto samples = static_cast<std::size_t>(two.samples);
    for (std::size_t i = 0; i < samples; ++i) {
        EXPECT_EQ(two.value[i], one.value[i]);
        EXPECT_LT(std::abs(two.value[samples + i] - Complex(0.0, 2.0) * one.value[i]), 1e-10);
    }
}

TEST(Isochromat, LorentzianSpreadDecaysFreelyAndRefocuses) {
    exec::ThreadTeam team(1);
    Sequence sequence;
    Adc adc;
    adc.samples = 1;
    adc.dwell = 1e-6;
    const int receiver = sequence.add(adc);
    sequence.append({0.0, sequence.add(block_pulse(0.5 * pi)), {-1, -1, -1}, -1});
    sequence.append_delay(0.01 - 0.5e-6);
    sequence.append({0.0, -1, {-1, -1, -1}, receiver});
    sequence.append({0.0, sequence.add(block_pulse(pi, 0.5 * pi, 0.0, 'r')), {-1, -1, -1}, -1});
    sequence.append_delay(0.01);
    sequence.append({0.0, -1, {-1, -1, -1}, receiver});
    SpinPopulation spins = spread_lorentzian(one_spin(), {60.0}, 256);
    const SignalSamples s = simulate_signal(team, sequence, spins, exact());
    EXPECT_NEAR(std::abs(s.value[0]), std::exp(-0.6), (1.0 + 0.6) / 256.0);
    EXPECT_NEAR(std::abs(s.value[1]), 1.0, 1e-4);
}

TEST(Isochromat, RefusesWhatDoesNotFit) {
    exec::ThreadTeam team(1);
    SpinPopulation spins = one_spin();
    spins.r2 = {1.0, 2.0};
    EXPECT_THROW(simulate_signal(team, busy_sequence(), spins), InputError);
    spins = one_spin(-1.0);
    EXPECT_THROW(simulate_signal(team, busy_sequence(), spins), InputError);
    spins = one_spin();
    spins.x = {std::nan("")};
    EXPECT_THROW(simulate_signal(team, busy_sequence(), spins), InputError);
    Sequence sequence = busy_sequence();
    sequence.blocks[0].duration = 1e-5;  // its pulse is longer
    spins = one_spin();
    try {
        simulate_signal(team, sequence, spins);
        FAIL();
    } catch (const InputError& error) {
        EXPECT_NE(std::string(error.what()).find("overlap the next block"), std::string::npos);
    }
    EXPECT_THROW(sequence.append_delay(-1e-3), InputError);
}

TEST(Isochromat, CanBeInterrupted) {
    exec::ThreadTeam team(2);
    SpinPopulation spins = many_spins(5000);
    std::atomic<int> asked = 0;
    BlochOptions options;
    options.interrupted = [&] { return ++asked > 2; };
    EXPECT_THROW(simulate_signal(team, busy_sequence(), spins, options), Interrupted);
}

}  // namespace
}  // namespace caravel::imaging::mri
