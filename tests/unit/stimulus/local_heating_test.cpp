#include "caravel/stimulus/local_heating.hpp"
#include "caravel/couple/schedule.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>

namespace caravel::stimulus {
namespace {

// 37 Cel to 43 Cel within 60 s from t = 1000 s, until t = 1600 s, then back with 120 s.
const Heating heating{1000.0, 600.0, 316.15, 60.0, 120.0};
constexpr double body = 310.15;

TEST(HeatedTemperature, RisesLinearlyStaysAndReturnsExponentially) {
    const std::vector<Heating> once{heating};
    EXPECT_DOUBLE_EQ(heated_temperature(body, once, 0.0), 310.15);
    EXPECT_DOUBLE_EQ(heated_temperature(body, once, 1000.0), 310.15);
    EXPECT_NEAR(heated_temperature(body, once, 1030.0), 313.15, 1e-12);  // half of the rise
    EXPECT_NEAR(heated_temperature(body, once, 1045.0), 314.65, 1e-12);  // three quarters
    EXPECT_NEAR(heated_temperature(body, once, 1060.0), 316.15, 1e-12);
    EXPECT_NEAR(heated_temperature(body, once, 1600.0), 316.15, 1e-12);
    // one time constant later 6 K / e = 2.20728 K are left, after two 0.81201 K
    EXPECT_NEAR(heated_temperature(body, once, 1720.0), 310.15 + 2.207276647028654, 1e-9);
    EXPECT_NEAR(heated_temperature(body, once, 1840.0), 310.15 + 0.812011699419676, 1e-9);
}

TEST(HeatedTemperature, IsContinuousAtEveryKink) {
    const std::vector<Heating> once{heating};
    for (const double t : {1000.0, 1060.0, 1600.0})
        EXPECT_NEAR(heated_temperature(body, once, t - 1e-6),
                    heated_temperature(body, once, t + 1e-6), 1e-6)
            << t;
}

TEST(HeatedTemperature, TheStrongestOfTwoHeatingsCounts) {
    Heating weak = heating;
    weak.temperature = 312.15;
    weak.duration = 1200.0;
    const std::vector<Heating> both{weak, heating};
    EXPECT_NEAR(heated_temperature(body, both, 1300.0), 316.15, 1e-12);
    // The hot one has cooled to 6 exp(-300/120) = 0.4925 K, the weak one still holds 2 K.
    EXPECT_NEAR(heated_temperature(body, both, 1900.0), 312.15, 1e-12);
}

TEST(HeatedTemperature, CoolingBelowTheBodyCountsByItsSize) {
    Heating cold = heating;
    cold.temperature = 290.15;
    EXPECT_NEAR(heated_temperature(body, {heating, cold}, 1300.0), 290.15, 1e-12);
}

TEST(HeatingEvents, HoldEveryKinkInOrder) {
    const auto times = heating_events({heating});
    EXPECT_TRUE(std::is_sorted(times.begin(), times.end()));
    for (const double kink : {1000.0, 1060.0, 1600.0, 1630.0, 2800.0})
        EXPECT_EQ(std::count(times.begin(), times.end(), kink), 1) << kink;
    // The last sample leaves less than 1 mK.
    EXPECT_LT(heated_temperature(body, {heating}, times.back()) - body, 1e-3);
}

TEST(LocalHeating, ReadersSeeTheCourseWithinOneHundredthOfAnExcess) {
    couple::Wiring wiring;
    const couple::ReadHandle seen =
        couple::Ports(wiring, "release").read("tumour.temperature", "K");
    auto process =
        std::make_unique<LocalHeating>(wiring, "tumour", body, std::vector<Heating>{heating});
    const LocalHeating& local = *process;
    EXPECT_EQ(local.name(), "heating of tumour");
    std::vector<std::unique_ptr<couple::Process>> processes;
    processes.push_back(std::move(process));
    const couple::Schedule schedule(std::move(wiring), std::move(processes));
    couple::State state(schedule.wiring().slots());
    local.initialise(state);
    EXPECT_EQ(state.start(seen), body);
    double now = 0.0;
    double worst = 0.0;
    for (const double end : heating_events({heating})) {
        const couple::Window window{now, end};
        state.begin();
        local.advance(state, window);
        for (const double part : {0.0, 0.3, 0.5, 0.9, 1.0}) {
            const double t = now + part * (end - now);
            worst = std::max(worst, std::abs(state.ramp(seen, window, t) -
                                             heated_temperature(body, {heating}, t)));
        }
        state.accept();
        now = end;
    }
    // A chord of exp over a quarter of its time constant misses it by at most 1/128.
    EXPECT_GT(worst, 0.0);
    EXPECT_LT(worst, 6.0 / 128.0);
}

}  // namespace
}  // namespace caravel::stimulus
