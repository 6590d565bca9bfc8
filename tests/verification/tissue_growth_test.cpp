// A tumour that grows and shrinks: exact radii, orders, balances, stepped against balanced oxygen.
#include "caravel/tissue/cells/radial_spheroid.hpp"
#include "caravel/tissue/cells/spheroid.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace caravel::tissue {
namespace {

constexpr std::array<bool, 6> octant{true, false, true, false, true, false};
constexpr double um = 1e-6;
constexpr double day = 86400.0;
constexpr double mmhg = 133.322;

matter::Library& library() {
    static matter::Library shipped(std::string(CARAVEL_SOURCE_DIR) + "/data");
    return shipped;
}

CellBiology biology_of(const std::string& line) {
    CellBiologyInput input;
    input.line = line;
    return make_cell_biology(input, library());
}

/// Cells that divide at this rate (1/s), die and are cleared never, whatever the oxygen.
CellBiology uniform(double growth) {
    CellBiology b;
    b.growth_rate = growth;
    b.oxygen_half = 1.0;
    return b;
}

/// Tissue that shrinks at this rate (1/s) everywhere: dead cells being cleared.
CellBiology shrinking(double clearance) {
    CellBiology b = uniform(0.0);
    b.apoptosis_rate = 1.0;  // at once
    b.clearance_rate = clearance;
    return b;
}

const SpheroidSurroundings medium{100.0 * mmhg, 900.0 * um, 3e-9, 1.667e-9};

/// Distance from the middle, in voxels, at which the filling passes `level` along a direction.
double crossing(const Spheroid& s, const Vector3& along, double level) {
    const Grid& g = s.grid();
    const auto n = static_cast<std::size_t>(g.cell_count());
    const double length =
        std::sqrt(along[0] * along[0] + along[1] * along[1] + along[2] * along[2]);
    const auto filling = [&](double r) {
        std::array<index_t, 3> low{};
        std::array<double, 3> share{};
        for (std::size_t a = 0; a < 3; ++a) {
            const double x = std::max(0.0, r * along[a] / length - 0.5);
            low[a] = std::min(static_cast<index_t>(x), g.nx - 2);
            share[a] = x - static_cast<double>(low[a]);
        }
        double sum = 0.0;
        for (unsigned corner = 0; corner < 8; ++corner) {
            double weight = 1.0;
            std::array<index_t, 3> at = low;
            for (std::size_t a = 0; a < 3; ++a) {
                const bool high = (corner >> a & 1U) != 0;
                weight *= high ? share[a] : 1.0 - share[a];
                at[a] += high ? 1 : 0;
            }
            const auto c = static_cast<std::size_t>(g.index(at[0], at[1], at[2]));
            sum += weight * (s.states()[c] + s.states()[n + c] + s.states()[2 * n + c]);
        }
        return sum;
    };
    for (double r = static_cast<double>(g.nx) - 1.0; r > 0.0; r -= 0.01)
        if (filling(r) >= level) return r;
    return 0.0;
}

struct Surface {
    double least = 1e9;  // voxels, of the three directions
    double greatest = 0.0;
    double widest = 0.0;  // 10 to 90 %
};

Surface surface_of(const Spheroid& s) {
    Surface out;
    for (const Vector3& along : {Vector3{1, 0, 0}, Vector3{1, 1, 0}, Vector3{1, 1, 1}}) {
        const double r = crossing(s, along, 0.5);
        out.least = std::min(out.least, r);
        out.greatest = std::max(out.greatest, r);
        out.widest = std::max(out.widest, crossing(s, along, 0.1) - crossing(s, along, 0.9));
    }
    return out;
}

TEST(TissueGrowth, UniformGrowthFollowsTheExponentialOverSixteenVoxels) {
    const double rate = 4.3 / (10.0 * day);
    Spheroid s(uniform(rate), medium, {16.0 * um, 432.0 * um}, 80.0 * um);
    exec::ThreadTeam team(2);
    const double start = s.structure().radius;
    for (int i = 0; i < 60; ++i) s.advance(team, day / 6.0);
    const double exact = start * std::exp(rate * 10.0 * day / 3.0);
    EXPECT_NEAR(s.structure().radius / exact, 1.0, 1e-10);  // 21 voxels
    const Surface surface = surface_of(s);
    EXPECT_LT(surface.greatest - surface.least, 1.0);
    EXPECT_LT(surface.widest, 3.0);
    EXPECT_NEAR(surface.least, exact / (16.0 * um), 0.5);
    EXPECT_NEAR(surface.greatest, exact / (16.0 * um), 0.5);
    EXPECT_GT(s.packing(48.0 * um)[0], 0.98);
    EXPECT_LT(s.packing(48.0 * um)[1], 1.02);
}

TEST(TissueGrowth, UniformShrinkageKeepsTheSphere) {
    const double rate = 4.0 / (10.0 * day);
    Spheroid s(shrinking(rate), medium, {16.0 * um, 384.0 * um}, 340.0 * um);
    exec::ThreadTeam team(2);
    for (int i = 0; i < 4; ++i) s.advance(team, 10.0);  // all are dead then
    const double start = s.structure().volume;
    for (int i = 0; i < 60; ++i) s.advance(team, day / 6.0);
    EXPECT_NEAR(s.structure().volume / (start * std::exp(-4.0)), 1.0, 1e-9);
    const Surface surface = surface_of(s);
    EXPECT_LT(surface.greatest - surface.least, 1.0);
    EXPECT_LT(surface.widest, 3.0);
    EXPECT_GT(s.packing(48.0 * um)[0], 0.99);
}

TEST(TissueGrowth, VelocityInAGrowingSphereIsOfSecondOrder) {
    std::array<double, 3> errors{};
    exec::ThreadTeam team(2);
    for (int level = 0; level < 3; ++level) {
        Grid g;
        g.nx = g.ny = g.nz = index_t{12} << level;
        const double h = 1.0 / static_cast<double>(g.nx);
        g.spacing = {h, h, h};
        std::vector<double> growth(static_cast<std::size_t>(g.cell_count()));
        for (index_t c = 0; c < g.cell_count(); ++c) {
            const Vector3 r = g.centre(c % g.nx, c / g.nx % g.nx, c / (g.nx * g.nx));
            const double x = (r[0] * r[0] + r[1] * r[1] + r[2] * r[2]) / 0.25;
            growth[static_cast<std::size_t>(c)] = x < 1.0 ? std::pow(1.0 - x, 3) : 0.0;
        }
        TissueMotion motion(g, octant);
        const FaceField& v = motion.velocity(team, view_of(std::as_const(growth)));
        double square = 0.0;
        double count = 0.0;
        for (index_t i = 1; i < g.nx; ++i) {  // along the first line of x
            const double x = static_cast<double>(i) * h;
            const double r = std::sqrt(x * x + 0.5 * h * h);
            const double t = std::min(1.0, r / 0.5);
            const double inside = 0.125 * (t * t * t / 3.0 - 3.0 * std::pow(t, 5) / 5.0 +
                                           3.0 * std::pow(t, 7) / 7.0 - std::pow(t, 9) / 9.0);
            const double exact = inside / (r * r) * x / r;
            square += std::pow(v.x[static_cast<std::size_t>(i)] - exact, 2);
            count += 1.0;
        }
        errors[static_cast<std::size_t>(level)] = std::sqrt(square / count);
    }
    EXPECT_NEAR(std::log2(errors[0] / errors[1]), 2.0, 0.25);
    EXPECT_NEAR(std::log2(errors[1] / errors[2]), 2.0, 0.25);
}

double volume_after(int steps, double spacing) {
    Spheroid s(biology_of("983b"), make_surroundings("983b", library()), {spacing * um, 360.0 * um},
               180.0 * um);
    exec::ThreadTeam team(2);
    for (int i = 0; i < steps; ++i) s.advance(team, 6.0 * day / steps);
    return s.structure().volume;
}

TEST(TissueGrowth, StepsOfUpToTwelveHoursMoveTheVolumeByAFifthOfAPercent) {
    const double fine = volume_after(96, 30.0);
    for (const int steps : {12, 24, 48})
        EXPECT_NEAR(volume_after(steps, 30.0) / fine, 1.0, 0.002) << steps;
}

TEST(TissueGrowth, ErrorOfTheRadiusFallsWithTheVoxel) {
    RadialSpheroid exact(biology_of("983b"), make_surroundings("983b", library()), 180.0 * um, 200);
    for (int i = 0; i < 240; ++i) exact.advance(6.0 * day / 240.0);
    std::array<double, 3> errors{};
    for (int level = 0; level < 3; ++level) {
        const double radius =
            std::cbrt(volume_after(24, 48.0 / (1 << level)) * 0.75 / std::acos(-1.0));
        errors[static_cast<std::size_t>(level)] = radius / exact.radius() - 1.0;
    }
    // known miss of second order: the surface is two voxels thick
    EXPECT_NEAR(std::log2(errors[0] / errors[1]), 1.2, 0.4) << errors[0] << ' ' << errors[1];
    EXPECT_NEAR(std::log2(errors[1] / errors[2]), 1.2, 0.5) << errors[2];
    EXPECT_LT(errors[0], 0.025);
    EXPECT_LT(errors[1], 0.012);
}

TEST(TissueGrowth, CellsBornLessClearedLessLeftIsTheChange) {
    CellBiology b = biology_of("983b");
    b.growth_rate *= 3.0;  // reaches the box
    Spheroid s(b, make_surroundings("983b", library()), {25.0 * um, 300.0 * um}, 200.0 * um);
    exec::ThreadTeam team(2);
    const double start = s.structure().volume;
    for (int i = 0; i < 40; ++i) s.advance(team, 0.25 * day);
    const double change = s.structure().volume - start;
    const CellTurnover& t = s.turnover();
    EXPECT_GT(s.left(), 0.1 * start);
    EXPECT_GT(t.cleared, 0.1 * start);
    EXPECT_NEAR(change, t.born - t.cleared - s.left(), 1e-12 * (t.born + t.cleared));
    EXPECT_GE(*std::min_element(s.states().begin(), s.states().end()), 0.0);
}

TEST(TissueGrowth, GivesTheSameBitsForAnyNumberOfThreads) {
    const auto run = [](int threads) {
        Spheroid s(biology_of("983b"), make_surroundings("983b", library()),
                   {30.0 * um, 300.0 * um}, 180.0 * um);
        exec::ThreadTeam team(threads);
        for (int i = 0; i < 6; ++i) s.advance(team, 0.5 * day);
        return s.states();
    };
    const std::vector<double> one = run(1);
    EXPECT_EQ(one, run(2));
    EXPECT_EQ(one, run(4));
}

TEST(TissueGrowth, RadialSpheroidMeetsTheUptakeSphere) {
    // D 1e5 um2/min, uptake 10/min and decay 0.1/min, 38 mmHg at 200 um: 20.843 mmHg in the middle
    CellBiology b;
    b.oxygen_uptake = 10.0 / 60.0;
    const double d = 1e5 * um * um / 60.0;
    const SpheroidSurroundings held{38.0 * mmhg, 200.0001 * um, 1e3 * d, d, 0.1 / 60.0};
    const RadialSpheroid s(b, held, 200.0 * um, 400);
    const double q = std::sqrt(10.1 / 1e5) * 200.0;
    const double r = q * 0.5 / 400.0;  // the middle of the innermost shell
    EXPECT_NEAR(s.oxygen().front() / mmhg, 38.0 * q / std::sinh(q) * std::sinh(r) / r, 2e-3);
    EXPECT_NEAR(38.0 * q / std::sinh(q), 20.843, 5e-4);
}

TEST(TissueGrowth, RadialSpheroidGrowsExponentiallyAndKeepsItsBalance) {
    RadialSpheroid s(uniform(std::log(2.0) / day), medium, 100.0 * um);
    for (int i = 0; i < 30; ++i) s.advance(0.1 * day);
    EXPECT_NEAR(s.radius() / (200.0 * um), 1.0, 1e-12);
    RadialSpheroid limited(biology_of("983b"), make_surroundings("983b", library()), 180.0 * um);
    const double start = limited.structure().volume;
    for (int i = 0; i < 200; ++i) limited.advance(0.1 * day);
    const CellTurnover& t = limited.turnover();
    EXPECT_NEAR((limited.structure().volume - start) / (t.born - t.cleared), 1.0, 1e-11);
    const double dead = t.died - t.cleared;
    const SpheroidStructure seen = limited.structure();
    EXPECT_NEAR((seen.volume - seen.living_volume) / dead, 1.0, 1e-9);
}

TEST(TissueGrowth, HangingDropGrowsLinearlyFromDay4To18) {
    RadialSpheroid s(biology_of("hanging_drop"), make_surroundings("hanging_drop", library()),
                     150.0 * um, 160);
    double n = 0.0, st = 0.0, sr = 0.0, stt = 0.0, str = 0.0, srr = 0.0;
    for (int i = 1; i <= 360; ++i) {
        s.advance(0.05 * day);
        const double t = 0.05 * i;
        if (t < 4.0) continue;
        const double r = s.radius() / um;
        n += 1.0;
        st += t;
        sr += r;
        stt += t * t;
        str += t * r;
        srr += r * r;
    }
    const double covariance = n * str - st * sr;
    const double spread = n * stt - st * st;
    EXPECT_GT(covariance * covariance / (spread * (n * srr - sr * sr)), 0.99);
    EXPECT_NEAR(covariance / spread, 40.2, 0.5);  // um/d
}

TEST(TissueGrowth, BalancedOxygenReplacesSteppedOxygen) {
    // oxygen in 20 s steps, tissue every 6 min, against balance every 3 h, over 5 days
    SpheroidSurroundings drop = make_surroundings("hanging_drop", library());
    SpheroidGrid grid{80.0 * um, 640.0 * um, true};
    Spheroid balanced(biology_of("hanging_drop"), drop, grid, 150.0 * um);
    grid.stepped = true;
    grid.oxygen_step = 20.0;
    Spheroid stepped(biology_of("hanging_drop"), drop, grid, 150.0 * um);
    exec::ThreadTeam team(2);
    for (int i = 0; i < 40; ++i) balanced.advance(team, day / 8.0);
    for (int i = 0; i < 1200; ++i) stepped.advance(team, day / 240.0);
    double worst = 0.0;
    for (std::size_t i = 0; i < stepped.oxygen().size(); ++i)
        worst = std::max(worst, std::abs(balanced.oxygen()[i] / stepped.oxygen()[i] - 1.0));
    EXPECT_LT(worst, 0.005);
    const SpheroidStructure a = balanced.structure();
    const SpheroidStructure b = stepped.structure();
    EXPECT_NEAR(a.living_volume / b.living_volume, 1.0, 0.01);
    EXPECT_NEAR(a.volume / b.volume, 1.0, 0.01);
}

}  // namespace
}  // namespace caravel::tissue
