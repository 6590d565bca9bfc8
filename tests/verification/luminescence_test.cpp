// Exact cases of the luminescence models.
#include "caravel/base/constants.hpp"
#include "caravel/formulation/cards/luminescence_ions.hpp"
#include "caravel/formulation/luminescence/upconversion.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <numeric>
#include <vector>

namespace caravel::formulation {
namespace {

using namespace luminescence;

matter::Library& library() {
    static matter::Library shipped(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    return shipped;
}

std::vector<DopedIon> ytterbium_erbium() {
    return {{read_ion(library(), "Yb"), 0.2}, {read_ion(library(), "Er"), 0.02}};
}

HostCrystal host() { return read_host(library(), "NaYF4"); }

TEST(Luminescence, TwoLevelsHaveTheClosedFormOccupation) {
    const std::vector<DopedIon> yb{{read_ion(library(), "Yb"), 0.05}};
    for (const double power : {1e2, 1e6, 1e10, 1e13}) {
        const RateSystem s = make_rate_system(yb, host(), {976e-9, power}, 300.0);
        ASSERT_EQ(s.excitation.size(), 2u);
        double down = s.excitation[1].rate;
        for (const LevelStep& step : s.spontaneous)
            if (step.from == 1) down += step.rate;
        const double up = s.excitation[0].rate;
        EXPECT_NEAR(steady_occupations(s)[1] / (up / (up + down)), 1.0, 1e-12) << power;
    }
}

TEST(Luminescence, BleachedTwoLevelsShareByTheirDegeneracies) {
    const std::vector<DopedIon> yb{{read_ion(library(), "Yb"), 0.05}};
    const RateSystem s = make_rate_system(yb, host(), {976e-9, 1e15}, 0.0);
    EXPECT_NEAR(steady_occupations(s)[1], 6.0 / 14.0, 1e-6);
}

TEST(Luminescence, OccupationsOfEachIonAddUpAndStandStill) {
    for (const double power : {1e3, 1e5, 1e7, 1e9}) {
        const RateSystem s = make_rate_system(ytterbium_erbium(), host(), {976e-9, power}, 100.0);
        const std::vector<double> n = steady_occupations(s);
        for (const auto& [from, to] : {std::pair{0, 2}, std::pair{2, 14}})
            EXPECT_NEAR(std::accumulate(n.begin() + from, n.begin() + to, 0.0), 1.0, 1e-12);
        const std::vector<double> change = occupation_change(s, n);
        std::vector<double> gross(n.size(), 0.0);
        for (const auto* steps : {&s.spontaneous, &s.excitation})
            for (const LevelStep& step : *steps) {
                gross[step.from] += step.rate * n[step.from];
                gross[step.to] += step.rate * n[step.from];
            }
        for (std::size_t i = 0; i < n.size(); ++i)
            EXPECT_LT(std::abs(change[i]), 1e-10 * gross[i]) << i << " at " << power;
    }
}

TEST(Luminescence, AbsorbedEnergyLeavesAsLightAndHeat) {
    const RateSystem s = make_rate_system(ytterbium_erbium(), host(), {976e-9, 2e5}, 200.0);
    const std::vector<double> n = steady_occupations(s);
    const auto flow = [&](const LevelStep& step) {
        return step.rate * n[step.from] * s.densities[s.ion_of(step.from)] *
               (s.energy(step.from) - s.energy(step.to));
    };
    double absorbed = 0.0, lost = 0.0;
    for (const LevelStep& step : s.excitation) absorbed -= flow(step);
    for (const LevelStep& step : s.spontaneous) lost += flow(step);  // with light
    for (const PairStep& p : s.pairs)
        lost += p.rate * n[p.donor_from] * n[p.acceptor_from] *
                s.densities[s.ion_of(p.donor_from)] * s.densities[s.ion_of(p.acceptor_from)] *
                (s.energy(p.donor_from) - s.energy(p.donor_to) + s.energy(p.acceptor_from) -
                 s.energy(p.acceptor_to));
    EXPECT_NEAR(lost / absorbed, 1.0, 1e-9);
}

TEST(Luminescence, NoMorePhotonsLeaveThanTheEnergyAllows) {
    for (const double power : {1e3, 1e6, 1e9}) {
        const RateSystem s = make_rate_system(ytterbium_erbium(), host(), {976e-9, power}, 0.0);
        const std::vector<double> n = steady_occupations(s);
        // Two photons at least for each blue one.
        EXPECT_LT(band_quantum_yield(s, n, 0.0, 700e-9), 0.5);
    }
}

TEST(Luminescence, SlopeIsTwoInWeakLightAndFallsInStrong) {
    const auto slope = [](double power, double from, double to) {
        const auto light = [&](double p) {
            const RateSystem s = make_rate_system(ytterbium_erbium(), host(), {976e-9, p}, 1000.0);
            return band_photons(s, steady_occupations(s), from, to);
        };
        return std::log(light(1.01 * power) / light(power)) / std::log(1.01);
    };
    EXPECT_NEAR(slope(1e2, 535e-9, 560e-9), 2.0, 2e-3);
    EXPECT_NEAR(slope(1e2, 1500e-9, 1600e-9), 1.0, 1e-3);
    double before = 2.1;
    for (const double power : {1e4, 1e6, 1e7, 1e8}) {
        const double now = slope(power, 535e-9, 560e-9);
        EXPECT_LT(now, before);
        before = now;
    }
    EXPECT_LT(before, 1.3);
}

TEST(Luminescence, SteadyStateIsWhereTheTimeCourseEnds) {
    // Explicit steps of the same equations, small enough for the fastest rate (2e8 1/s).
    const std::vector<DopedIon> ions{{read_ion(library(), "Nd"), 0.05}};
    const RateSystem s = make_rate_system(ions, host(), {808e-9, 1e11}, 1e5);
    std::vector<double> n(s.size(), 0.0);
    n[0] = 1.0;
    double fastest = 0.0;
    for (const LevelStep& step : s.spontaneous) fastest = std::max(fastest, step.rate);
    for (const LevelStep& step : s.excitation) fastest = std::max(fastest, step.rate);
    const double dt = 0.2 / fastest;
    for (double t = 0.0; t < 2e-4; t += dt) {
        const std::vector<double> change = occupation_change(s, n);
        for (std::size_t i = 0; i < n.size(); ++i) n[i] += dt * change[i];
    }
    const std::vector<double> steady = steady_occupations(s);
    for (std::size_t i = 0; i < n.size(); ++i) EXPECT_NEAR(n[i] / steady[i], 1.0, 1e-4) << i;
}

}  // namespace
}  // namespace caravel::formulation
