#include "caravel/response/damage/freezing_injury.hpp"

#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

namespace caravel::response {
namespace {

constexpr double zero = 273.15;  // K
constexpr double per_minute = 1.0 / 60.0;

matter::Library& library() {
    static matter::Library shipped(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    return shipped;
}

FreezingConstants constants() { return find_freezing(library()); }

/// Follows linear courses between temperatures (Cel) at rates (K/min), in steps of a second.
class Cycle {
  public:
    explicit Cycle(const FreezingConstants& c) : c_(c), state_(unfrozen(c)) {}

    Cycle& to(double celsius, double rate, double sites = 0.0) {
        const double end = celsius + zero;
        const double duration = std::abs(end - now_) / (rate * per_minute);
        const int steps = std::max(1, static_cast<int>(duration));
        const double from = now_;
        for (int i = 0; i < steps; ++i)
            step(from + (end - from) * i / steps, from + (end - from) * (i + 1) / steps,
                 duration / steps, sites);
        now_ = end;
        return *this;
    }
    Cycle& hold(double seconds) {
        step(now_, now_, seconds, 0.0);
        return *this;
    }
    const FreezingState& state() const { return state_; }
    double survival() const { return std::exp(-state_.hazard); }

  private:
    void step(double start, double end, double dt, double sites) {
        const FreezingState next = freezing_after(c_, state_, start, end, dt, sites);
        EXPECT_GE(next.hazard, state_.hazard);
        state_ = next;
    }
    FreezingConstants c_;
    FreezingState state_;
    double now_ = 37.0 + zero;
};

TEST(FreezingInjury, LethalTemperatureLeavesOneInAHundredByColdAlone) {
    const FreezingConstants c = constants();
    EXPECT_NEAR(std::exp(-cold_hazard(c, c.lethal_temperature)), 0.01, 1e-15);
    EXPECT_EQ(cold_hazard(c, c.freezing_point + 5.0), 0.0);
    EXPECT_GT(std::exp(-cold_hazard(c, -15.0 + zero)), 0.9);
}

TEST(FreezingInjury, NothingHappensWithoutFreezing) {
    const FreezingConstants c = constants();
    const FreezingState before = unfrozen(c);
    const FreezingState after = freezing_after(c, before, 310.15, 274.0, 100.0);
    EXPECT_EQ(after.hazard, 0.0);
    EXPECT_EQ(after.lowest, before.lowest);
    EXPECT_EQ(after.cycles, 0.0);
}

TEST(FreezingInjury, DeeperLongerAndOftenerKillsMore) {
    const FreezingConstants c = constants();
    const double shallow = Cycle(c).to(-10, 10).to(37, 20).survival();
    const double deep = Cycle(c).to(-30, 10).to(37, 20).survival();
    const double held = Cycle(c).to(-30, 10).hold(300).to(37, 20).survival();
    const double twice = Cycle(c).to(-30, 10).to(37, 20).to(-30, 10).to(37, 20).survival();
    EXPECT_LT(deep, shallow);
    EXPECT_LT(held, deep);
    EXPECT_LT(twice, deep * deep);
}

TEST(FreezingInjury, SlowThawingKillsMore) {
    const FreezingConstants c = constants();
    EXPECT_LT(Cycle(c).to(-45, 10).to(37, 2).survival(),
              Cycle(c).to(-45, 10).to(37, 40).survival());
}

TEST(FreezingInjury, SurvivalPeaksBetweenSlowAndFastCooling) {
    const FreezingConstants c = constants();
    const auto survival = [&](double rate) {
        return Cycle(c).to(-20, rate).to(37, 100).survival();
    };
    const double best = std::max({survival(3), survival(5), survival(8)});
    EXPECT_LT(survival(0.2), best);
    EXPECT_LT(survival(100), best);
    EXPECT_LT(survival(100), 0.1);
}

TEST(FreezingInjury, ParticlesMultiplyTheOddsOfIceWithinCells) {
    const FreezingConstants c = constants();
    EXPECT_NEAR(ice_within_cells(c, c.critical_cooling), 0.5, 1e-15);
    EXPECT_NEAR(ice_within_cells(c, c.critical_cooling, 9.0), 10.0 / 11.0, 1e-15);
    EXPECT_EQ(ice_within_cells(c, -1.0, 100.0), 0.0);
    EXPECT_LT(Cycle(c).to(-20, 10, 20.0).survival(), Cycle(c).to(-20, 10).survival());
    EXPECT_THROW(ice_within_cells(c, 1.0, -0.5), InputError);
}

TEST(FreezingInjury, OneStepOfALinearCourseIsExact) {
    const FreezingConstants c = constants();
    FreezingState once = freezing_after(c, unfrozen(c), 310.15, 223.15, 120.0);
    FreezingState often = unfrozen(c);
    for (int i = 0; i < 1000; ++i)
        often = freezing_after(c, often, 310.15 - 0.087 * i, 310.15 - 0.087 * (i + 1), 0.12);
    EXPECT_NEAR(once.hazard, often.hazard, once.hazard * 1e-10);
    EXPECT_NEAR(once.time, often.time, 1e-8);
    EXPECT_NEAR(once.cooling, 87.0 / 120.0, 1e-12);
}

TEST(FreezingInjury, HandNumbersOfOneCourse) {
    FreezingConstants c = constants();
    c.freezing_point = 270.0;
    c.lethal_temperature = 230.0;
    c.hold_time = 100.0;
    c.ice_hazard = 0.0;
    c.solute_time = 1e30;
    c.rewarming_time = 1e30;
    // half way to lethal: ln(100)/16 at once, ten more times of that in 1000 s
    FreezingState state = freezing_after(c, unfrozen(c), 270.0, 250.0, 1e-9);
    EXPECT_NEAR(state.hazard, std::log(100.0) / 16.0, 1e-9);
    state = freezing_after(c, state, 250.0, 250.0, 1000.0);
    EXPECT_NEAR(state.hazard, 11.0 * std::log(100.0) / 16.0, 1e-9);
    EXPECT_EQ(state.time, 0.0);
    state = freezing_after(c, state, 250.0, 310.0, 1.0);
    EXPECT_EQ(state.cycles, 1.0);
    EXPECT_EQ(state.lowest, 270.0);
    EXPECT_EQ(state.coldest, 250.0);
}

TEST(FreezingInjury, MeasuredCellsDieAsSeen) {
    // MCF-7, 5 min: complete death at -25 Cel, minimal at -5 and -10 Cel (PMC7672727)
    const FreezingConstants c = find_freezing(library(), "MCF-7");
    EXPECT_NEAR(c.lethal_temperature, -25.0 + zero, 1e-9);
    EXPECT_LT(Cycle(c).to(-25, 5).hold(300).to(37, 20).survival(), 0.01);
    EXPECT_GT(Cycle(c).to(-5, 5).hold(300).to(37, 20).survival(), 0.8);
    EXPECT_GT(Cycle(c).to(-10, 5).hold(300).to(37, 20).survival(), 0.6);
}

TEST(FreezingInjury, VesselsCloseForGood) {
    const FreezingConstants c = constants();
    EXPECT_EQ(vessels_open(c, c.freezing_point), 1.0);
    EXPECT_NEAR(vessels_open(c, c.vessel_temperature), 0.01, 1e-15);
}

TEST(FreezingInjury, RefusesALethalTemperatureAboveFreezing) {
    try {
        find_freezing(library(), "", 5.0 + zero);
        FAIL();
    } catch (const InputError& error) {
        const Diagnostic& d = error.diagnostics().at(0);
        EXPECT_EQ(d.what, "lethal_temperature = 5 Cel");
        EXPECT_EQ(d.expected, "below the freezing point of tissue, -1 Cel");
        EXPECT_FALSE(d.hint.empty());
    }
}

}  // namespace
}  // namespace caravel::response
