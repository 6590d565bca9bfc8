// The macroscopic singlet-oxygen model against closed forms and a fine reference.
#include "caravel/response/photodynamic/singlet_oxygen.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

namespace caravel::response {
namespace {

// share, oxygen, reacted, radicals, peroxide, supplied, from peroxide
using Values = std::array<double, 7>;

Values slopes(const SingletOxygenRates& r, const Values& v) {
    const double active = r.sensitiser * v[0];
    const double met = v[1] / (v[1] + r.oxygen_half);
    const double events = (1.0 - r.radical_share) * r.activation;
    Values d{};
    d[0] = -events * r.bleaching * (active + r.self) * v[0] * met;
    d[2] = events * active * met;
    d[3] = r.radical_share * r.activation * active;
    d[4] = r.peroxide_turnover * (r.peroxide_level - v[4]) - r.catalysis * v[4];
    d[6] = 0.5 * r.catalysis * v[4];
    d[5] = v[1] > r.oxygen_start  ? r.excess_rate * (r.oxygen_start - v[1])
           : r.oxygen_start > 0.0 ? r.supply * (1.0 - v[1] / r.oxygen_start)
                                  : 0.0;
    d[1] = d[5] - d[2] + d[6];
    return d;
}

/// Classical Runge-Kutta steps.
SingletOxygenState reference(const SingletOxygenState& y, const SingletOxygenRates& rates,
                             double dt, int steps) {
    Values v{y.share, y.oxygen, y.reacted, y.radicals, y.peroxide, y.supplied, y.from_peroxide};
    const double h = dt / steps;
    const auto ahead = [](const Values& a, double f, const Values& b) {
        Values sum{};
        for (std::size_t i = 0; i < sum.size(); ++i) sum[i] = a[i] + f * b[i];
        return sum;
    };
    for (int n = 0; n < steps; ++n) {
        const Values k1 = slopes(rates, v);
        const Values k2 = slopes(rates, ahead(v, h / 2.0, k1));
        const Values k3 = slopes(rates, ahead(v, h / 2.0, k2));
        const Values k4 = slopes(rates, ahead(v, h, k3));
        for (std::size_t i = 0; i < v.size(); ++i) {
            v[i] += h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
        }
    }
    return {v[0], v[1], v[2], v[3], v[4], v[5], v[6]};
}

/// Verteporfin of a concentration (mol/m3) at a fluence rate (W/m2).
SingletOxygenRates verteporfin(double sensitiser, double fluence_rate, double oxygen_start) {
    SingletOxygenRates r;
    r.activation = 5.1e-3 * fluence_rate;
    r.sensitiser = sensitiser;
    r.self = 0.033;
    r.bleaching = 0.017;
    r.oxygen_half = 0.0119;
    r.supply = 1.7e-3;
    r.oxygen_start = oxygen_start;
    r.excess_rate = r.supply / 0.04;
    return r;
}

SingletOxygenState at_rest(const SingletOxygenRates& r, double peroxide = 0.0) {
    SingletOxygenState state;
    state.oxygen = r.oxygen_start;
    state.peroxide = peroxide;
    return state;
}

double imbalance(const SingletOxygenState& before, const SingletOxygenState& after) {
    return after.oxygen - before.oxygen -
           (after.supplied - before.supplied - (after.reacted - before.reacted) +
            after.from_peroxide - before.from_peroxide);
}

TEST(PhotodynamicsExact, OxygenRichLimitIsLinearInFluence) {
    SingletOxygenRates r = verteporfin(1e-3, 1000.0, 0.04);
    r.bleaching = 0.0;
    r.supply = 1e6;  // mol/m3/s: oxygen stays where it is
    for (const double dt : {1e-3, 1.0, 600.0}) {
        SingletOxygenState state = at_rest(r);
        advance_singlet_oxygen(state, r, dt);
        const double exact = 5.1e-3 * 1000.0 * 1e-3 * dt * 0.04 / (0.04 + 0.0119);
        EXPECT_NEAR(state.reacted, exact, 1e-6 * exact) << dt;
    }
}

TEST(PhotodynamicsExact, ReactedNeverExceedsWhatIsThere) {
    for (const double sensitiser : {1e-3, 1e-2, 1.0}) {
        for (const double fluence_rate : {1e2, 1e4, 1e7}) {
            for (const double dt : {0.1, 60.0, 6000.0}) {
                SingletOxygenRates r = verteporfin(sensitiser, fluence_rate, 0.04);
                r.bleaching = 0.0;
                r.catalysis = 1e-3;
                const SingletOxygenState before = at_rest(r, 0.1);
                SingletOxygenState state = before;
                advance_singlet_oxygen(state, r, dt);
                EXPECT_LE(state.reacted, 0.04 + r.supply * dt + state.from_peroxide);
                EXPECT_NEAR(state.from_peroxide, 0.5 * (0.1 - state.peroxide), 1e-15);
                EXPECT_GE(state.oxygen, 0.0);
                EXPECT_NEAR(imbalance(before, state), 0.0, 1e-9 * (state.reacted + 0.04));
            }
        }
    }
}

TEST(PhotodynamicsExact, SupplyLimitedLightReactsWhatIsSupplied) {
    SingletOxygenRates r = verteporfin(0.05, 1e5, 0.04);
    r.bleaching = 0.0;
    SingletOxygenState state = at_rest(r);
    advance_singlet_oxygen(state, r, 600.0);
    const double most = 0.04 + r.supply * 600.0;
    EXPECT_LT(state.reacted, most);
    EXPECT_NEAR(state.reacted, most, 1e-3 * most);
}

TEST(PhotodynamicsExact, BleachingFollowsSigma) {
    // d ln S / d reacted = -sigma (S + delta) / S integrates to
    // sigma reacted = ln((S0 + delta) / (S + delta)) however oxygen and light run.
    for (const double oxygen : {0.002, 0.04}) {
        for (const double fluence_rate : {100.0, 1500.0}) {
            const SingletOxygenRates r = verteporfin(5e-3, fluence_rate, oxygen);
            SingletOxygenState state = at_rest(r);
            for (int step = 0; step < 5; ++step) {
                advance_singlet_oxygen(state, r, 240.0);
                const double left = r.sensitiser * state.share + r.self;
                const double slope = std::log((r.sensitiser + r.self) / left) / state.reacted;
                EXPECT_NEAR(slope, r.bleaching, 1e-5 * r.bleaching) << oxygen << fluence_rate;
            }
        }
    }
}

TEST(PhotodynamicsExact, BleachingAloneIsExponentialWithoutDelta) {
    // Oxygen held, S far above what bleaches itself: 1/S grows linearly.
    SingletOxygenRates r = verteporfin(1e-2, 500.0, 0.04);
    r.self = 0.0;
    r.supply = 1e6;
    SingletOxygenState state = at_rest(r);
    advance_singlet_oxygen(state, r, 3000.0);
    const double rate = r.activation * r.bleaching * r.sensitiser * 0.04 / 0.0519;
    EXPECT_NEAR(state.share, 1.0 / (1.0 + rate * 3000.0), 1e-6);
}

TEST(PhotodynamicsExact, RecoveryInTheDarkIsExponential) {
    SingletOxygenRates r = verteporfin(1e-3, 0.0, 0.04);
    SingletOxygenState state;
    state.oxygen = 0.01;
    advance_singlet_oxygen(state, r, 20.0);
    EXPECT_NEAR(state.oxygen, 0.04 - 0.03 * std::exp(-1.7e-3 / 0.04 * 20.0), 1e-15);
    EXPECT_EQ(state.reacted, 0.0);
    EXPECT_EQ(state.share, 1.0);
    state.oxygen = 0.1;  // leaves at the rate of the excess
    r.excess_rate = 0.02;
    advance_singlet_oxygen(state, r, 20.0);
    EXPECT_NEAR(state.oxygen, 0.04 + 0.06 * std::exp(-0.4), 1e-15);
}

struct Case {
    double sensitiser, fluence_rate, oxygen, peroxide, catalysis, radical_share, turnover;
};
const std::vector<Case> cases{
    {1e-3, 1000.0, 0.04, 0.0, 0.0, 0.0, 0.0},    {1e-2, 1500.0, 0.04, 0.0, 0.0, 0.0, 0.0},
    {5e-3, 1000.0, 0.001, 0.0, 0.0, 0.1, 0.0},   {5e-3, 1000.0, 0.002, 0.1, 0.01, 0.0, 0.0},
    {5e-3, 1000.0, 0.002, 0.1, 1.0, 0.3, 0.0},   {1e-3, 50.0, 0.04, 0.0, 0.0, 0.0, 0.0},
    {5e-3, 1000.0, 0.002, 0.1, 0.05, 0.0, 0.02},
};

SingletOxygenRates rates_of(const Case& c) {
    SingletOxygenRates r = verteporfin(c.sensitiser, c.fluence_rate, c.oxygen);
    r.catalysis = c.catalysis;
    r.radical_share = c.radical_share;
    r.peroxide_level = c.peroxide;
    r.peroxide_turnover = c.turnover;
    return r;
}

TEST(PhotodynamicsExact, AgreesWithAFineReferenceInOneStepOrMany) {
    for (const Case& c : cases) {
        const SingletOxygenRates r = rates_of(c);
        const SingletOxygenState start = at_rest(r, c.peroxide);
        const SingletOxygenState exact = reference(start, r, 600.0, 60000);
        for (const int steps : {1, 60, 300}) {
            SingletOxygenState state = start;
            for (int n = 0; n < steps; ++n) advance_singlet_oxygen(state, r, 600.0 / steps);
            EXPECT_NEAR(state.reacted, exact.reacted, 2e-6 * exact.reacted) << steps;
            EXPECT_NEAR(state.share, exact.share, 2e-6) << steps;
            EXPECT_NEAR(state.oxygen, exact.oxygen, 2e-5 * exact.oxygen) << steps;
            EXPECT_NEAR(state.supplied, exact.supplied, 2e-6 * exact.reacted) << steps;
            EXPECT_NEAR(state.radicals, exact.radicals, 2e-6 * exact.radicals) << steps;
            EXPECT_NEAR(state.peroxide, exact.peroxide, 1e-12) << steps;
            EXPECT_NEAR(state.from_peroxide, exact.from_peroxide, 1e-10) << steps;
        }
    }
}

TEST(PhotodynamicsExact, ErrorFallsWithTheTolerance) {
    for (const Case& c : cases) {
        const SingletOxygenRates r = rates_of(c);
        const SingletOxygenState start = at_rest(r, c.peroxide);
        const SingletOxygenState exact = reference(start, r, 600.0, 60000);
        for (const double tolerance : {1e-3, 1e-5, 1e-7}) {
            SingletOxygenState state = start;
            advance_singlet_oxygen(state, r, 600.0, tolerance);
            EXPECT_NEAR(state.reacted, exact.reacted, 0.1 * tolerance * exact.reacted);
        }
    }
}

TEST(PhotodynamicsExact, EveryKernelAndEveryCompanyGivesTheSameBits) {
    std::vector<SingletOxygenRates> rates;
    std::vector<SingletOxygenState> starts;
    for (int n = 0; n < 60; ++n) {
        const Case& c = cases[static_cast<std::size_t>(n) % cases.size()];
        rates.push_back(rates_of(c));
        rates.back().sensitiser *= 1.0 + 0.1 * n;
        starts.push_back(at_rest(rates.back(), c.peroxide));
    }
    for (const SingletOxygenKernel& kernel : singlet_oxygen_kernels()) {
        std::vector<SingletOxygenState> states = starts;
        advance_singlet_oxygen(states, rates, 600.0, singlet_oxygen_tolerance, kernel);
        for (std::size_t i = 0; i < states.size(); ++i) {
            SingletOxygenState alone = starts[i];
            advance_singlet_oxygen(std::span(&alone, 1), std::span(&rates[i], 1), 600.0,
                                   singlet_oxygen_tolerance, singlet_oxygen_kernels().front());
            EXPECT_EQ(states[i].share, alone.share) << kernel.name << i;
            EXPECT_EQ(states[i].oxygen, alone.oxygen) << kernel.name << i;
            EXPECT_EQ(states[i].reacted, alone.reacted) << kernel.name << i;
            EXPECT_EQ(states[i].radicals, alone.radicals) << kernel.name << i;
            EXPECT_EQ(states[i].peroxide, alone.peroxide) << kernel.name << i;
            EXPECT_EQ(states[i].from_peroxide, alone.from_peroxide) << kernel.name << i;
            EXPECT_EQ(states[i].supplied, alone.supplied) << kernel.name << i;
        }
    }
}

TEST(PhotodynamicsExact, StaysPositiveAndBalancedForAnyStepAndRate) {
    std::mt19937 random(11);
    std::uniform_real_distribution<double> decades(0.0, 1.0);
    const auto log_uniform = [&](double low, double high) {
        return low * std::pow(high / low, decades(random));
    };
    for (int n = 0; n < 2000; ++n) {
        SingletOxygenRates r =
            verteporfin(log_uniform(1e-9, 10.0), log_uniform(1e-3, 1e9), log_uniform(1e-9, 1.0));
        r.bleaching = n % 3 == 0 ? 0.0 : log_uniform(1e-6, 1e3);
        r.supply = n % 5 == 0 ? 0.0 : log_uniform(1e-9, 10.0);
        r.excess_rate = r.supply / std::max(r.oxygen_start, 0.04);
        r.catalysis = n % 2 == 0 ? 0.0 : log_uniform(1e-6, 1e3);
        r.radical_share = n % 7 == 0 ? 1.0 : 0.0;
        r.peroxide_level = log_uniform(1e-6, 1.0);
        r.peroxide_turnover = n % 4 == 0 ? 0.0 : log_uniform(1e-6, 1e2);
        const SingletOxygenState before = at_rest(r, n % 2 == 0 ? 0.0 : log_uniform(1e-6, 1.0));
        SingletOxygenState state = before;
        const std::int64_t tried = advance_singlet_oxygen(state, r, log_uniform(1e-3, 1e5));
        EXPECT_LT(tried, 3000) << n;
        const double scale = state.reacted + std::abs(state.supplied) + before.oxygen +
                             before.peroxide + state.from_peroxide;
        EXPECT_NEAR(imbalance(before, state), 0.0, 1e-11 * scale) << n;
        EXPECT_GE(state.oxygen, 0.0) << n;
        EXPECT_GE(state.share, 0.0) << n;
        EXPECT_LE(state.share, 1.0 + 1e-9) << n;
        EXPECT_GE(state.reacted, 0.0) << n;
        EXPECT_GE(state.peroxide, 0.0) << n;
        EXPECT_TRUE(std::isfinite(state.reacted + state.radicals + state.supplied)) << n;
    }
}

}  // namespace
}  // namespace caravel::response
