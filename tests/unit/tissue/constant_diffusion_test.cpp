#include "caravel/tissue/fields/constant_diffusion.hpp"

#include "caravel/tissue/fields/constant_diffusion_kernels.hpp"
#include "support/plain_diffusion.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <numeric>

namespace {

using namespace caravel;
using namespace caravel::tissue;
using Kind = FaceCondition::Kind;

constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr std::array schemes{TimeScheme::backward_euler, TimeScheme::crank_nicolson,
                             TimeScheme::l_stable};

Grid box(index_t nx, index_t ny, index_t nz, Vector3 spacing = {1e-5, 1e-5, 1e-5}) {
    return {nx, ny, nz, spacing, {}};
}

// values between 0 and 1 without any order
std::vector<double> rough(index_t count) {
    std::vector<double> u(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < u.size(); ++i) {
        u[i] = std::fmod(static_cast<double>(i) * 0.6180339887 + 0.1, 1.0);
    }
    return u;
}

DiffusingSpecies closed_species() { return {1e-9, 0.01, 0.3, {}}; }

DiffusingSpecies open_species() {
    DiffusingSpecies s{1e-9, 0.02, 0.01, {}};
    s.boundaries[0] = {Kind::value, 0.7, 0.0};
    s.boundaries[1] = {Kind::exchange, 0.2, 3e-5};
    s.boundaries[3] = {Kind::value, 0.4, 0.0};
    s.boundaries[4] = {Kind::exchange, 0.9, 1e-4};
    return s;
}

std::vector<double> stepped(const Grid& grid, const std::vector<DiffusingSpecies>& species,
                            std::vector<double> u, TimeScheme scheme, int steps = 1,
                            double dt = 0.3, int threads = 1) {
    const ConstantDiffusion<double> diffusion(grid, species, dt, scheme);
    exec::ThreadTeam team(threads);
    for (int i = 0; i < steps; ++i) diffusion.step(team, view_of(u));
    return u;
}

double difference(const std::vector<double>& a, const std::vector<double>& b) {
    double greatest = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        greatest = std::max(greatest, std::abs(a[i] - b[i]));
    }
    return greatest;
}

std::string message(const Grid& grid, const DiffusingSpecies& species, double dt = 1.0) {
    try {
        const ConstantDiffusion<double> diffusion(grid, {species}, dt, TimeScheme::backward_euler);
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return "accepted";
}

// Per value and axis: 2 solves of 2 x 3 operations and the stages' 4, along with what the
// neighbours carry (a few cells' worth at these steps).
constexpr double operations = 3.0 * 2.0 * 10.0;

// Where the faces are not even, what they feed is tested by the steady state it keeps.
void expect_plain(const Grid& grid, const DiffusingSpecies& species, std::size_t lossy,
                  bool even = true) {
    const test::PlainDiffusion plain(grid, species, lossy);
    for (const TimeScheme scheme : schemes) {
        std::vector<double> expected = rough(grid.cell_count());
        auto u = stepped(grid, {species}, rough(grid.cell_count()), scheme);
        if (even || scheme == TimeScheme::backward_euler) {
            plain.step(expected, 0.3, scheme);
        } else {
            plain.step_unfed(expected, 0.3, scheme);
            const std::vector<double> none(u.size());
            const auto fed = stepped(grid, {species}, none, scheme);
            for (std::size_t i = 0; i < u.size(); ++i) u[i] -= fed[i];
        }
        EXPECT_LE(difference(u, expected), 10.0 * epsilon * operations)
            << grid.nx << " x " << grid.ny << " x " << grid.nz << ", scheme "
            << static_cast<int>(scheme);
    }
}

TEST(ConstantDiffusion, AgreesWithTheTextbookOnBoxesOfAllSizes) {
    for (index_t nx = 1; nx <= 40; nx += nx < 18 ? 1 : 7) {
        expect_plain(box(nx, 5, 11, {1e-5, 2e-5, 1.5e-5}), open_species(), 0, false);
    }
    for (index_t ny = 1; ny <= 40; ny += ny < 18 ? 1 : 7) {
        expect_plain(box(9, ny, 3, {1e-5, 2e-5, 1.5e-5}), open_species(), 0, false);
    }
    for (index_t nz = 1; nz <= 19; ++nz) {
        expect_plain(box(4, 3, nz, {1e-5, 2e-5, 1.5e-5}), open_species(), 0, false);
    }
}

TEST(ConstantDiffusion, AgreesWithTheTextbookOnLinesAndPlanes) {
    expect_plain(box(50, 1, 1), closed_species(), 0);
    expect_plain(box(1, 50, 1), closed_species(), 1);
    expect_plain(box(1, 1, 50), closed_species(), 2);
    expect_plain(box(50, 1, 13), closed_species(), 0);
    expect_plain(box(1, 1, 1), closed_species(), 2);
    expect_plain(box(1, 1, 1), open_species(), 0, false);
}

TEST(ConstantDiffusion, AgreesWithTheTextbookWhereRowsLieAPageApart) {
    expect_plain(box(64, 8, 9), open_species(), 0, false);
    expect_plain(box(512, 5, 3), closed_species(), 0);
}

TEST(ConstantDiffusion, EveryInstructionSetGivesTheSameBits) {
    const Grid grid = box(37, 21, 13);
    const std::vector<DiffusingSpecies> species{open_species(), closed_species()};
    exec::ThreadTeam team(1);
    const auto kernels = usable_line_kernels<double>();
    for (const TimeScheme scheme : schemes) {
        std::vector<double> expected = rough(2 * grid.cell_count());
        ConstantDiffusion<double>(grid, species, 0.3, scheme, kernels[0])
            .step(team, view_of(expected));
        for (const LineKernels<double>& kernel : kernels) {
            std::vector<double> u = rough(2 * grid.cell_count());
            ConstantDiffusion<double>(grid, species, 0.3, scheme, kernel).step(team, view_of(u));
            EXPECT_EQ(u, expected) << kernel.name;
        }
    }
}

TEST(ConstantDiffusion, EveryInstructionSetGivesTheSameBitsInFloat) {
    const Grid grid = box(37, 21, 13);
    const std::vector<DiffusingSpecies> species{open_species()};
    exec::ThreadTeam team(1);
    const auto kernels = usable_line_kernels<float>();
    for (const TimeScheme scheme : schemes) {
        const std::vector<double> start = rough(grid.cell_count());
        std::vector<float> expected(start.begin(), start.end());
        ConstantDiffusion<float>(grid, species, 0.3, scheme, kernels[0])
            .step(team, view_of(expected));
        for (const LineKernels<float>& kernel : kernels) {
            std::vector<float> u(start.begin(), start.end());
            ConstantDiffusion<float>(grid, species, 0.3, scheme, kernel).step(team, view_of(u));
            EXPECT_EQ(u, expected) << kernel.name;
        }
    }
}

TEST(ConstantDiffusion, AnyNumberOfThreadsGivesTheSameBits) {
    for (const index_t nz : {1, 5, 40}) {
        const Grid grid = box(61, 33, nz);
        const std::vector<DiffusingSpecies> species(9, open_species());
        const auto start = rough(9 * grid.cell_count());
        const auto one = stepped(grid, species, start, TimeScheme::crank_nicolson, 2);
        for (const int threads : {2, 4}) {
            EXPECT_EQ(stepped(grid, species, start, TimeScheme::crank_nicolson, 2, 0.3, threads),
                      one);
        }
    }
}

TEST(ConstantDiffusion, SpeciesDoNotTouchEachOther) {
    const Grid grid = box(12, 7, 9);
    const auto cells = static_cast<std::ptrdiff_t>(grid.cell_count());
    const DiffusingSpecies still{};
    const auto start = rough(3 * cells);
    const auto all =
        stepped(grid, {open_species(), still, closed_species()}, start, TimeScheme::l_stable);
    const auto third =
        stepped(grid, {closed_species()}, {start.end() - cells, start.end()}, TimeScheme::l_stable);
    EXPECT_EQ(std::vector<double>(all.end() - cells, all.end()), third);
    EXPECT_TRUE(std::equal(start.begin() + cells, start.end() - cells, all.begin() + cells))
        << "nothing moves without diffusion, loss and supply";
}

TEST(ConstantDiffusion, SupplyOverLossIsReachedAndKept) {
    for (const TimeScheme scheme : schemes) {
        for (const Grid& grid : {box(20, 13, 9), box(20, 1, 1), box(1, 1, 9), box(1, 1, 1)}) {
            const std::vector<double> steady(static_cast<std::size_t>(grid.cell_count()), 30.0);
            // 10 rounding errors a step, none of which is damped away in 100 steps
            const auto kept = stepped(grid, {closed_species()}, steady, scheme, 100);
            EXPECT_LE(difference(kept, steady), 30.0 * 100.0 * 10.0 * epsilon);
            const auto reached =
                stepped(grid, {closed_species()}, rough(grid.cell_count()), scheme, 1600, 5.0);
            EXPECT_LE(difference(reached, steady), 30.0 * 100.0 * 10.0 * epsilon);
        }
    }
}

TEST(ConstantDiffusion, TheValueCommonToAllFacesIsKept) {
    DiffusingSpecies s{1e-9, 0.05, 0.05 * 38.0, {}};
    s.boundaries.fill({Kind::value, 38.0, 0.0});
    s.boundaries[2] = {Kind::exchange, 38.0, 1e-5};
    const Grid grid = box(11, 12, 13);
    const std::vector<double> steady(static_cast<std::size_t>(grid.cell_count()), 38.0);
    for (const TimeScheme scheme : schemes) {
        EXPECT_LE(difference(stepped(grid, {s}, steady, scheme, 50, 100.0), steady),
                  38.0 * 200.0 * epsilon);
    }
}

TEST(ConstantDiffusion, ValuesOnOneAxisGiveTheStraightLine) {
    const Grid grid = box(6, 20, 5);
    DiffusingSpecies s{1e-9, 0.0, 0.0, {}};
    s.boundaries[2] = {Kind::value, 1.0, 0.0};
    s.boundaries[3] = {Kind::value, 3.0, 0.0};
    std::vector<double> line(static_cast<std::size_t>(grid.cell_count()));
    for (std::size_t i = 0; i < line.size(); ++i) {
        line[i] = 1.0 + 2.0 * (static_cast<double>(i / 6 % 20) + 0.5) / 20.0;
    }
    for (const TimeScheme scheme : schemes) {
        EXPECT_LE(difference(stepped(grid, {s}, line, scheme, 50, 5.0), line), 1e-13);
    }
}

TEST(ConstantDiffusion, UnevenFacesReachTheirSteadyStateWithLargeSteps) {
    for (const Grid& grid : {box(7, 9, 12, {1e-5, 2e-5, 1.5e-5}), box(1, 9, 4), box(5, 1, 1),
                             box(3, 2, 70), box(1, 1, 1)}) {
        const test::PlainDiffusion plain(grid, open_species(), 0);
        auto u = rough(grid.cell_count());
        for (const TimeScheme scheme : {TimeScheme::crank_nicolson, TimeScheme::l_stable}) {
            u = stepped(grid, {open_species()}, u, TimeScheme::l_stable, 60, 20.0);
            u = stepped(grid, {open_species()}, u, scheme, 20, 20.0);
            const auto rates = plain.rate(u);
            // 40 1/s is the rate of the fastest mode
            for (const double rate : rates) EXPECT_LE(std::abs(rate), 1e-12 * 40.0);
        }
    }
}

TEST(ConstantDiffusion, NothingIsLostBetweenClosedFaces) {
    const Grid grid = box(31, 18, 22);
    const DiffusingSpecies s{1e-9, 0.0, 0.0, {}};
    const auto start = rough(grid.cell_count());
    const double before = std::accumulate(start.begin(), start.end(), 0.0);
    for (const TimeScheme scheme : schemes) {
        const auto u = stepped(grid, {s}, start, scheme, 200, 0.7);
        const double after = std::accumulate(u.begin(), u.end(), 0.0);
        EXPECT_NEAR(after / before, 1.0, 200.0 * 10.0 * epsilon);
    }
}

TEST(ConstantDiffusion, BackwardEulerStaysBetweenItsBoundsForAnyStep) {
    const Grid grid = box(17, 15, 16);
    DiffusingSpecies s{1e-9, 0.0, 0.0, {}};
    s.boundaries[0] = {Kind::value, 0.0, 0.0};
    s.boundaries[3] = {Kind::value, 1.0, 0.0};
    s.boundaries[5] = {Kind::exchange, 0.5, 1e-4};
    std::vector<double> start = rough(grid.cell_count());
    for (double& v : start) v = v < 0.5 ? 0.0 : 1.0;
    for (const double dt : {1e-4, 0.1, 10.0, 1e6}) {
        for (const double v : stepped(grid, {s}, start, TimeScheme::backward_euler, 3, dt)) {
            EXPECT_GE(v, 0.0);
            EXPECT_LE(v, 1.0 + 100.0 * epsilon);
        }
    }
}

TEST(ConstantDiffusion, LargeStepsAreDampedByTheLStableSchemeOnly) {
    const Grid grid = box(32, 32, 32);
    DiffusingSpecies s{1e-9, 0.0, 0.0, {}};
    s.boundaries[0] = {Kind::value, 0.0, 0.0};
    const auto start = rough(grid.cell_count());
    const auto greatest = [&](TimeScheme scheme) {
        const auto u = stepped(grid, {s}, start, scheme, 2, 1e5);
        return difference(u, std::vector<double>(u.size(), 0.0));
    };
    EXPECT_LT(greatest(TimeScheme::l_stable), 1e-4);
    EXPECT_GT(greatest(TimeScheme::crank_nicolson), 0.1);
}

TEST(ConstantDiffusion, FloatFollowsDouble) {
    const Grid grid = box(40, 30, 20);
    exec::ThreadTeam team(2);
    for (const TimeScheme scheme : schemes) {
        const auto start = rough(grid.cell_count());
        std::vector<float> u(start.begin(), start.end());
        const ConstantDiffusion<float> diffusion(grid, {open_species()}, 0.3, scheme);
        for (int i = 0; i < 20; ++i) diffusion.step(team, view_of(u));
        const auto expected = stepped(grid, {open_species()}, start, scheme, 20);
        const std::vector<double> values(u.begin(), u.end());
        EXPECT_LE(difference(values, expected),
                  20.0 * 10.0 * static_cast<double>(std::numeric_limits<float>::epsilon()));
    }
}

TEST(ConstantDiffusion, HugeAndTinyStepsStayFinite) {
    for (const TimeScheme scheme : schemes) {
        for (const double dt : {1e-300, 1e-12, 1e12, 1e290}) {
            const Grid grid = box(9, 8, 10);
            const auto u = stepped(grid, {open_species()}, rough(grid.cell_count()), scheme, 2, dt);
            for (const double v : u) EXPECT_LE(std::abs(v), 10.0);
        }
    }
}

TEST(ConstantDiffusion, MemoryCountsFactorsAlone) {
    const ConstantDiffusion<double> closed(box(100, 100, 100), {{1e-9, 0.0, 0.0, {}}}, 0.3,
                                           TimeScheme::crank_nicolson);
    EXPECT_EQ(closed.memory(), 3u * 2u * 100u * sizeof(double));
    const ConstantDiffusion<double> fed(box(100, 100, 100), {closed_species()}, 0.3,
                                        TimeScheme::crank_nicolson);
    EXPECT_EQ(fed.memory(), closed.memory() + 5u * 100u * sizeof(double));
    const ConstantDiffusion<double> uneven(box(100, 10, 10), {open_species()}, 0.3,
                                           TimeScheme::crank_nicolson);
    EXPECT_NEAR(static_cast<double>(uneven.memory()), 1e4 * sizeof(double), 3000.0);
}

TEST(ConstantDiffusion, SaysWhatIsWrong) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    EXPECT_NE(message(box(0, 1, 1), {}).find("0 x 1 x 1"), std::string::npos);
    EXPECT_NE(message(box(2, 2, 2, {1e-5, 0.0, 1e-5}), {}).find("cell sizes (m)"),
              std::string::npos);
    EXPECT_NE(message(box(2, 2, 2), {-1e-9, 0.0, 0.0, {}})
                  .find("species 0: diffusion (m2/s) must be finite and not negative, is -1e-09"),
              std::string::npos);
    EXPECT_NE(message(box(2, 2, 2), {1e-9, nan, 0.0, {}}).find("loss (1/s)"), std::string::npos);
    EXPECT_NE(message(box(2, 2, 2), {1e-9, 0.0, nan, {}}).find("supply"), std::string::npos);
    EXPECT_NE(message(box(2, 2, 2), {}, 0.0).find("the step (s)"), std::string::npos);
    EXPECT_NE(message(box(2, 2, 2), {1e300, 0.0, 0.0, {}}, 1e10).find("too large"),
              std::string::npos);
    DiffusingSpecies s = closed_species();
    s.boundaries[3] = {Kind::exchange, 0.0, -1.0};
    EXPECT_NE(message(box(2, 2, 2), s).find("exchange"), std::string::npos);
    s.boundaries[3] = {Kind::value, nan, 0.0};
    EXPECT_NE(message(box(2, 2, 2), s).find("values on faces"), std::string::npos);
}

TEST(ConstantDiffusion, RefusesAnotherNumberOfValues) {
    const ConstantDiffusion<double> diffusion(box(3, 3, 3), {{}, {}}, 1.0,
                                              TimeScheme::backward_euler);
    std::vector<double> u(53);
    exec::ThreadTeam team(1);
    EXPECT_THROW(diffusion.step(team, view_of(u)), std::invalid_argument);
}

TEST(ConstantDiffusion, NoSpeciesIsNoWork) {
    const ConstantDiffusion<double> diffusion(box(3, 3, 3), {}, 1.0, TimeScheme::l_stable);
    std::vector<double> u;
    exec::ThreadTeam team(1);
    diffusion.step(team, view_of(u));
    EXPECT_EQ(diffusion.memory(), 0u);
}

}  // namespace
