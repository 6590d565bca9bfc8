#include "caravel/stimulus/power_control.hpp"
#include "caravel/input/document.hpp"
#include "caravel/input/reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace caravel::stimulus {
namespace {

ControlInput pid_at(double target) {
    ControlInput c;
    c.kind = "pid";
    c.target = target;
    c.gain = 0.2;
    c.integral_time = 60.0;
    return c;
}

/// A lump of tissue that blood cools with a time constant of 100 s and full power would warm by
/// 20 K, steered for a while.
struct Lump {
    double temperature = 310.15;  // K
    std::vector<double> course{};
    double energy = 0.0;  // s of full power
    void run(const ControlInput& c, double seconds, double full = 20.0, std::uint64_t seed = 1) {
        ControlMemory memory;
        const double dt = 0.1;
        const auto steps = static_cast<int>(std::lround(seconds / dt));
        for (int i = 0; i < steps; ++i) {
            const double time = i * dt;
            if (time >= memory.next - 1e-9)
                control(c, noisy_reading(c, temperature, seed, 0, memory), time, memory);
            energy += memory.power * dt;
            temperature += dt / 100.0 * (full * memory.power - (temperature - 310.15));
            course.push_back(temperature);
        }
    }
    /// Range over the last seconds.
    std::pair<double, double> last(double seconds) const {
        const auto n = static_cast<std::ptrdiff_t>(seconds / 0.1);
        const auto [low, high] = std::minmax_element(course.end() - n, course.end());
        return {*low, *high};
    }
};

TEST(OnOff, SwitchesAtTheEndsOfItsHysteresis) {
    ControlInput c;
    c.target = 316.15;
    c.hysteresis = 0.5;
    ControlMemory m;
    control(c, 310.15, 0.0, m);
    EXPECT_EQ(m.power, 1.0);
    EXPECT_EQ(m.next, 5.0);
    control(c, 316.6, 5.0, m);  // within the band: stays on
    EXPECT_EQ(m.power, 1.0);
    control(c, 316.65, 10.0, m);
    EXPECT_EQ(m.power, 0.0);
    control(c, 315.7, 15.0, m);  // within the band: stays off
    EXPECT_EQ(m.power, 0.0);
    control(c, 315.65, 20.0, m);
    EXPECT_EQ(m.power, 1.0);
    EXPECT_EQ(m.readings, 5.0);
    EXPECT_EQ(m.last, 315.65);
}

TEST(Pid, HasItsHandNumbers) {
    ControlInput c = pid_at(316.15);
    c.derivative_time = 10.0;
    ControlMemory m;
    control(c, 314.15, 0.0, m);  // 0.2 * 2 K
    EXPECT_NEAR(m.power, 0.4, 1e-12);
    // e = 1 K: 0.2 (1 - 10 s 1 K/5 s) = -0.2, integral 0.2 * 1 * 5/60 = 1/60: none yet.
    control(c, 315.15, 5.0, m);
    EXPECT_NEAR(m.integral, 1.0 / 60.0, 1e-12);
    EXPECT_EQ(m.power, 0.0);
    // e = 1 K, no slope: 0.2 + 2/60.
    control(c, 315.15, 10.0, m);
    EXPECT_NEAR(m.power, 0.2 + 2.0 / 60.0, 1e-12);
    // Twice the time since the last reading counts twice.
    control(c, 315.15, 20.0, m);
    EXPECT_NEAR(m.power, 0.2 + 4.0 / 60.0, 1e-12);
}

TEST(Pid, DoesNotWindUp) {
    const ControlInput c = pid_at(330.15);
    ControlMemory m;
    for (int i = 0; i < 1000; ++i) control(c, 310.15, 5.0 * i, m);  // never gets there
    EXPECT_EQ(m.power, 1.0);
    EXPECT_LE(m.integral, 1.0);
    // At once when the target is passed, not after 5000 s of unwinding.
    control(c, 336.15, 5000.0, m);
    EXPECT_EQ(m.power, 0.0);
}

TEST(Control, CutsOffWithoutLearning) {
    ControlInput c = pid_at(316.15);
    c.cutoff = 320.15;
    ControlMemory m;
    control(c, 315.15, 0.0, m);
    control(c, 315.15, 5.0, m);
    const double integral = m.integral;
    control(c, 320.16, 10.0, m);
    EXPECT_EQ(m.power, 0.0);
    EXPECT_EQ(m.integral, integral);
    control(c, 315.15, 15.0, m);
    EXPECT_GT(m.power, 0.0);
}

TEST(Control, MirrorsItselfForWhatCools) {
    ControlInput c;
    c.cooling = true;
    c.target = 263.15;
    c.hysteresis = 2.0;
    c.cutoff = 230.15;
    ControlMemory m;
    control(c, 300.0, 0.0, m);
    EXPECT_EQ(m.power, 1.0);
    control(c, 261.15, 5.0, m);
    EXPECT_EQ(m.power, 0.0);
    control(c, 265.15, 10.0, m);
    EXPECT_EQ(m.power, 1.0);
    control(c, 230.0, 15.0, m);
    EXPECT_EQ(m.power, 0.0);
}

TEST(ClosedLoop, PidHoldsTheTarget) {
    Lump lump;
    lump.run(pid_at(316.15), 1800.0);
    const auto [low, high] = lump.last(600.0);
    EXPECT_GT(low, 316.15 - 0.01);
    EXPECT_LT(high, 316.15 + 0.01);
    // 6 K of 20 K: 30 % of the power in the end.
    EXPECT_LT(*std::max_element(lump.course.begin(), lump.course.end()), 316.15 + 1.2);
}

TEST(ClosedLoop, OnOffStaysInItsBandAndOneInterval) {
    ControlInput c;
    c.target = 316.15;
    c.hysteresis = 0.5;
    Lump lump;
    lump.run(c, 1800.0);
    const auto [low, high] = lump.last(900.0);
    // Full power warms by up to 0.14 K/s at the band, off cools by 0.06 K/s; readings every 5 s.
    EXPECT_GT(low, 316.15 - 0.5 - 5.0 * 0.07);
    EXPECT_LT(high, 316.15 + 0.5 + 5.0 * 0.15);
    EXPECT_GT(high - low, 1.0);
}

TEST(ClosedLoop, WeakPowerRunsAtFullAndRecovers) {
    Lump lump;
    lump.run(pid_at(316.15), 1800.0, 4.0);  // at most 4 K
    EXPECT_NEAR(lump.course.back(), 314.15, 1e-3);
    EXPECT_NEAR(lump.energy, 1800.0, 60.0);
}

TEST(ClosedLoop, ANoisyThermometerCostsLittleOnAverage) {
    ControlInput c = pid_at(316.15);
    c.noise = 0.5;
    Lump lump;
    lump.run(c, 3600.0);
    // A kick of 0.2 * 0.5 K * 20 K * 5 s/100 s = 0.1 K each reading, of which the next leaves 3/4:
    // 0.15 K.
    double mean = 0.0;
    double square = 0.0;
    for (std::size_t i = lump.course.size() - 24000; i < lump.course.size(); ++i) {
        mean += (lump.course[i] - 316.15) / 24000.0;
        square += (lump.course[i] - 316.15) * (lump.course[i] - 316.15) / 24000.0;
    }
    EXPECT_NEAR(mean, 0.0, 0.05);
    EXPECT_GT(std::sqrt(square), 0.1);
    EXPECT_LT(std::sqrt(square), 0.25);
}

TEST(NoisyReading, IsKeyedAndNormal) {
    ControlInput c;
    ControlMemory m;
    EXPECT_EQ(noisy_reading(c, 316.15, 7, 0, m), 316.15);
    c.noise = 0.5;
    EXPECT_EQ(noisy_reading(c, 316.15, 7, 0, m), noisy_reading(c, 316.15, 7, 0, m));
    EXPECT_NE(noisy_reading(c, 316.15, 7, 0, m), noisy_reading(c, 316.15, 8, 0, m));
    EXPECT_NE(noisy_reading(c, 316.15, 7, 0, m), noisy_reading(c, 316.15, 7, 1, m));
    double sum = 0.0;
    double squares = 0.0;
    const int n = 10000;
    for (int i = 0; i < n; ++i) {
        m.readings = i;
        const double off = noisy_reading(c, 316.15, 7, 0, m) - 316.15;
        sum += off / n;
        squares += off * off / n;
    }
    EXPECT_NEAR(sum, 0.0, 4.0 * 0.5 / 100.0);  // 4 standard errors
    EXPECT_NEAR(squares, 0.25, 4.0 * 0.25 * 1.414 / 100.0);
}

std::string complaint(const std::string& text) {
    try {
        input::read<ControlInput>(
            input::parse_toml("of = 'coil'\ntarget = '43 Cel'\n" + text, "test.toml").root);
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

TEST(ControlInput, ReadsATableAndSaysWhatCannotBe) {
    const auto c = input::read<ControlInput>(
        input::parse_toml("of = 'coil'\nkind = 'pid'\ntarget = '43 Cel'\ngain = '0.3 1/K'\n"
                          "interval = '2 s'\nthermometer = 'mr'\nnoise = '0.7 K'\n"
                          "cutoff = '50 Cel'\n",
                          "test.toml")
            .root);
    EXPECT_DOUBLE_EQ(c.target, 316.15);
    EXPECT_DOUBLE_EQ(c.cutoff, 323.15);
    EXPECT_DOUBLE_EQ(c.gain, 0.3);
    EXPECT_EQ(c.thermometer, "mr");
    EXPECT_EQ(complaint(""), "");
    EXPECT_NE(complaint("cutoff = '42 Cel'\n").find("cut off before"), std::string::npos);
    EXPECT_NE(complaint("position = ['1 mm', '2 mm']\n").find("three coordinates"),
              std::string::npos);
    EXPECT_NE(complaint("kind = 'fuzzy'\n"), "");
    EXPECT_NE(complaint("interval = '0 s'\n"), "");
    EXPECT_NE(complaint("gain = '0 1/K'\n"), "");
    EXPECT_NE(complaint("target = '300 Cel'\n"), "");
    ControlInput plain;
    plain.of = "coil";
    plain.target = 316.15;
    const auto again = input::read<ControlInput>(
        input::parse_toml(input::to_toml(input::echo(plain)), "echo").root);
    EXPECT_EQ(again.target, 316.15);
    EXPECT_EQ(again.cutoff, 0.0);
    EXPECT_EQ(again.interval, 5.0);
    EXPECT_FALSE(again.cooling);
}

}  // namespace
}  // namespace caravel::stimulus
