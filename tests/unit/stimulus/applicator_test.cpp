#include "caravel/stimulus/contact/applicator.hpp"

#include "caravel/base/error.hpp"
#include "caravel/stimulus/contact/applicator_surface.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace {

using namespace caravel;
using namespace caravel::stimulus;

ProbeInput nitrogen() {
    ProbeInput p;
    p.name = "cold";
    p.kind = "liquid_nitrogen";
    p.duration = 300.0;
    p.tip = {0.010, 0.010, 0.005};
    p.active_length = 0.012;
    p.radius = 0.0015;
    return p;
}

constexpr Grid block(index_t n) {
    const double h = 0.020 / static_cast<double>(n);
    return {n, n, n, {h, h, h}, {}};
}

std::string message_of(const std::vector<ProbeInput>& probes) {
    try {
        check_probes(probes, block(20));
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

TEST(Applicator, TransfersItsAreaTimesTheCoefficientAtAnyResolution) {
    ProbeInput p = nitrogen();
    const double area = 2.0 * std::numbers::pi * 0.0015 * 0.012;  // m2
    for (const index_t n : {5, 17, 40}) {
        for (const auto& direction : {std::vector<double>{0, 0, 1}, {0.3, -0.2, 0.5}}) {
            p.direction = direction;
            const auto given = probe_conductance(p, block(n));
            const double sum =
                std::accumulate(given.begin(), given.end(), 0.0) * block(n).cell_volume();
            EXPECT_NEAR(sum, area * 5000.0, 1e-9 * area * 5000.0) << n;
        }
    }
}

TEST(Applicator, TouchesOnlyVoxelsThatTheSurfaceRunsThrough) {
    const ProbeInput p = nitrogen();
    const Grid g = block(40);
    const auto given = probe_conductance(p, g);
    for (index_t k = 0; k < 40; ++k) {
        for (index_t j = 0; j < 40; ++j) {
            for (index_t i = 0; i < 40; ++i) {
                if (given[static_cast<std::size_t>(g.index(i, j, k))] == 0.0) continue;
                const Vector3 c = g.centre(i, j, k);
                const double side = std::hypot(c[0] - 0.010, c[1] - 0.010);
                const double z = c[2] - 0.005;
                const double from_axis = z > 0.0015 ? side : std::hypot(side, z - 0.0015);
                EXPECT_NEAR(from_axis, 0.0015, 0.00044);  // half a diagonal of 0.5 mm
                EXPECT_LT(z, 0.01225);
            }
        }
    }
}

TEST(Applicator, PatchesOfTheTipLieOnTheSphere) {
    const ProbeInput p = nitrogen();
    double area = 0.0;
    for (const SurfacePatch& patch : probe_patches(p, 1e-4)) {
        area += patch.area;
        const double z = patch.centre[2] - 0.005;
        const double side = std::hypot(patch.centre[0] - 0.010, patch.centre[1] - 0.010);
        EXPECT_NEAR(z > 0.0015 ? side : std::hypot(side, z - 0.0015), 0.0015, 1e-12);
    }
    EXPECT_NEAR(area, probe_area(p), 1e-12 * area);
}

TEST(Applicator, RunsFreezeThawCyclesWithActiveThawing) {
    ProbeInput p = nitrogen();
    p.at = 60.0;
    p.cycles = 2;
    p.pause = 120.0;
    p.thaw_temperature = 313.15;
    EXPECT_FALSE(probe_state(p, 59.0).active);
    EXPECT_TRUE(probe_state(p, 60.0).active);
    EXPECT_DOUBLE_EQ(probe_state(p, 60.0).temperature, 77.36);
    EXPECT_TRUE(probe_state(p, 400.0).active);
    EXPECT_DOUBLE_EQ(probe_state(p, 400.0).temperature, 313.15);
    EXPECT_DOUBLE_EQ(probe_state(p, 500.0).temperature, 77.36);
    EXPECT_FALSE(probe_state(p, 780.0).active);
    EXPECT_EQ(probe_events(p), (std::vector<double>{60.0, 360.0, 480.0, 780.0}));
    p.thaw_temperature.reset();
    EXPECT_FALSE(probe_state(p, 400.0).active);
}

TEST(Applicator, GetsColdWithItsTimeConstant) {
    ProbeInput p = nitrogen();
    p.time_constant = 20.0;
    EXPECT_DOUBLE_EQ(probe_state(p, 0.0).temperature, 310.15);
    EXPECT_NEAR(probe_state(p, 20.0).temperature, 77.36 + 232.79 * std::exp(-1.0), 1e-12);
    const auto events = probe_events(p);
    EXPECT_EQ(events.front(), 0.0);
    EXPECT_EQ(events.back(), 300.0);
    EXPECT_TRUE(std::is_sorted(events.begin(), events.end()));
}

TEST(Applicator, KindsStandInForWhatIsLeftOpen) {
    ProbeInput p = nitrogen();
    p.kind = "argon";
    EXPECT_DOUBLE_EQ(probe_temperature(p), 133.15);
    EXPECT_DOUBLE_EQ(probe_transfer(p), 3000.0);
    p.transfer = 800.0;
    EXPECT_DOUBLE_EQ(probe_transfer(p), 800.0);
}

TEST(Applicator, RefusesOverlappingProbes) {
    ProbeInput other = nitrogen();
    other.name = "second";
    other.tip = {0.0125, 0.010, 0.005};
    const std::string message = message_of({nitrogen(), other});
    EXPECT_NE(message.find("\"cold\" and \"second\" overlap by 0.5 mm"), std::string::npos)
        << message;
    other.at = 300.0;  // after the first has ended
    EXPECT_EQ(message_of({nitrogen(), other}), "");
    other.at = 0.0;
    other.tip = {0.0131, 0.010, 0.005};
    EXPECT_EQ(message_of({nitrogen(), other}), "");
    other.tip = {0.0085, 0.010, 0.008};
    other.direction = {1.0, 0.0, 0.0};  // crosses the first one's shaft at a right angle
    other.active_length = 0.004;
    EXPECT_NE(message_of({nitrogen(), other}).find("overlap"), std::string::npos);
}

TEST(Applicator, RefusesWhatNoProbeIs) {
    ProbeInput p = nitrogen();
    p.tip = {0.010, 0.010, 0.010};
    EXPECT_NE(message_of({p}).find("reaches out of the grid along z"), std::string::npos);
    p = nitrogen();
    p.radius = 0.0;
    EXPECT_NE(message_of({p}).find("a radius of 0 mm"), std::string::npos);
    p = nitrogen();
    p.temperature = 40.0;
    EXPECT_NE(message_of({p}).find("63.15 to 273.15 K"), std::string::npos);
    p = nitrogen();
    p.temperature = 310.15;
    EXPECT_NE(message_of({p}).find("a temperature of 310.15 K"), std::string::npos);
    p = nitrogen();
    p.kind = "custom";
    EXPECT_NE(message_of({p}).find("needs its temperature and transfer"), std::string::npos);
    p = nitrogen();
    p.direction = {0.0, 0.0, 0.0};
    EXPECT_NE(message_of({p}).find("direction without length"), std::string::npos);
    p = nitrogen();
    p.active_length = 0.001;
    EXPECT_NE(message_of({p}).find("at least the radius"), std::string::npos);
    p = nitrogen();
    p.duration = 0.0;
    EXPECT_NE(message_of({p}).find("a duration of 0 s"), std::string::npos);
}

}  // namespace
