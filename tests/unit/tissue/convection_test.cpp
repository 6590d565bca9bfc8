#include "caravel/tissue/fields/convection.hpp"

#include "caravel/base/error.hpp"
#include "caravel/tissue/fields/flux_rows.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace caravel::tissue {
namespace {

Grid box(index_t nx, index_t ny, index_t nz) {
    Grid grid{nx, ny, nz};
    grid.spacing = {1.0, 0.5, 2.0};
    return grid;
}

double irregular(std::size_t i, int seed) {
    const double s = 43758.5453 * std::sin(12.9898 * static_cast<double>(i) + 78.233 * seed);
    return s - std::floor(s);
}

std::vector<double> numbers(index_t size, int seed) {
    std::vector<double> values(static_cast<std::size_t>(size));
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = 0.1 + irregular(i, seed);
    return values;
}

// Any velocity of either sign, through the faces of the box too.
FaceField gusts(const Grid& grid) {
    FaceField v(grid);
    int seed = 1;
    for (std::vector<double>* const axis : {&v.x, &v.y, &v.z}) {
        for (std::size_t i = 0; i < axis->size(); ++i) (*axis)[i] = irregular(i, seed) - 0.5;
        ++seed;
    }
    return v;
}

double content(const Grid& grid, const std::vector<double>& u) {
    return std::accumulate(u.begin(), u.end(), 0.0) * grid.cell_volume();
}

Convection blown(const Grid& grid) {
    Convection convection(grid);
    convection.set_velocity(gusts(grid));
    return convection;
}

TEST(Convection, ContentChangesByWhatIsReturned) {
    exec::ThreadTeam team(2);
    for (const Grid& grid : {box(13, 11, 9), box(30, 1, 1), box(1, 1, 5), box(1, 4, 1)}) {
        Convection convection = blown(grid);
        const auto capacity = numbers(grid.cell_count(), 7);
        auto u = numbers(grid.cell_count(), 8);
        const double before = content(grid, u);
        const double left = convection.advance(team, view_of(u), view_of(capacity), 1.0, 0.3);
        EXPECT_NEAR(content(grid, u), before - left, 1e-12 * before);
        EXPECT_NE(left, 0.0);
    }
}

TEST(Convection, ValuesStayPositiveInAnyFlow) {
    exec::ThreadTeam team(1);
    const Grid grid = box(12, 10, 8);
    Convection convection = blown(grid);
    const auto capacity = numbers(grid.cell_count(), 7);
    std::vector<double> u(static_cast<std::size_t>(grid.cell_count()), 0.0);
    for (std::size_t i = 0; i < u.size(); i += 5) u[i] = irregular(i, 3);
    for (int s = 0; s < 50; ++s) {
        convection.advance(team, view_of(u), view_of(capacity), 0.5);
        EXPECT_GE(*std::min_element(u.begin(), u.end()), 0.0);
    }
}

TEST(Convection, ClosedCellsKeepTheirAmount) {
    exec::ThreadTeam team(1);
    const Grid grid = box(9, 8, 7);
    Convection convection = blown(grid);
    auto capacity = numbers(grid.cell_count(), 7);
    for (std::size_t i = 0; i < capacity.size(); i += 4) capacity[i] = 0.0;
    auto u = numbers(grid.cell_count(), 8);
    const auto start = u;
    const double left = convection.advance(team, view_of(u), view_of(capacity), 2.0, 1.0);
    EXPECT_NEAR(content(grid, u), content(grid, start) - left, 1e-12 * content(grid, start));
    for (std::size_t i = 0; i < u.size(); i += 4) EXPECT_EQ(u[i], start[i]);
}

TEST(Convection, EveryNumberOfThreadsGivesTheSameBits) {
    for (const Grid& grid : {box(13, 11, 70), box(3, 2, 1), box(1, 1, 1)}) {
        std::vector<std::vector<double>> fields;
        std::vector<double> left;
        for (const int threads : {1, 2, 4}) {
            exec::ThreadTeam team(threads);
            Convection convection = blown(grid);
            const auto capacity = numbers(grid.cell_count(), 7);
            auto u = numbers(grid.cell_count(), 8);
            left.push_back(convection.advance(team, view_of(u), view_of(capacity), 1.0, 0.3));
            left.back() += convection.advance(team, view_of(u), view_of(capacity), 0.01, 0.3);
            fields.push_back(u);
        }
        EXPECT_EQ(fields[0], fields[1]);
        EXPECT_EQ(fields[0], fields[2]);
        EXPECT_EQ(left[0], left[1]);
        EXPECT_EQ(left[0], left[2]);
    }
}

// Rows of n cells, with room for whole vectors, and what a kernel makes of them.
struct Rows {
    explicit Rows(index_t cells)
        : n(cells),
          room((cells + 7) / 8 * 8),
          kept(numbers(room, 1)),
          c(numbers(room, 2)),
          inverse(numbers(room, 4)),
          along(numbers(room + 1, 3)) {
        for (const int axis : {0, 1}) {
            before[axis] = numbers(room, 5 + axis);
            next[axis] = numbers(room, 7 + axis);
            next2[axis] = numbers(room, 9 + axis);
            low[axis] = numbers(room, 11 + axis);
            velocity[axis] = numbers(room, 13 + axis);
            for (double& v : velocity[axis]) v -= 0.6;
        }
    }

    /// What cell_row sets: the result, and the fluxes towards the next rows.
    std::array<std::vector<double>, 3> advanced(const fluxes::FluxKernels& kernel, bool keeps) {
        std::array<std::vector<double>, 3> out{std::vector<double>(kept.size()), low[0], low[1]};
        kernel.cell_row({out[0].data(),
                         keeps ? kept.data() : nullptr,
                         c.data(),
                         inverse.data(),
                         along.data(),
                         {across(0, out[1]), across(1, out[2])},
                         {0.5, 0.2, 0.3},
                         0.25,
                         0.75,
                         n});
        for (auto& row : out) row.resize(static_cast<std::size_t>(n));
        return out;
    }

    fluxes::CellRow::Across across(int axis, std::vector<double>& flux) const {
        return {flux.data(), velocity[axis].data(), before[axis].data(), next[axis].data(),
                next2[axis].data()};
    }

    index_t n;
    index_t room;
    std::vector<double> kept, c, inverse, along;
    std::vector<double> before[2], next[2], next2[2], low[2], velocity[2];
};

double face_flux(const double& velocity, const double& low2, const double& low, const double& high,
                 const double& high2) {
    double flux = 0.0;
    fluxes::usable_kernels().back().face_row({&flux, &velocity, &low2, &low, &high, &high2, 1});
    return flux;
}

TEST(Convection, EveryKernelGivesTheSameBits) {
    Rows rows(45);
    const auto kernels = fluxes::usable_kernels();
    const auto faces = [&](const fluxes::FluxKernels& kernel) {
        std::vector<double> flux(45);
        kernel.face_row({flux.data(), rows.velocity[0].data(), rows.before[0].data(), rows.c.data(),
                         rows.next[0].data(), rows.next2[0].data(), rows.n});
        return flux;
    };
    for (const fluxes::FluxKernels& kernel : kernels) {
        EXPECT_EQ(faces(kernels.front()), faces(kernel)) << kernel.name;
        for (const bool keeps : {false, true})
            EXPECT_EQ(rows.advanced(kernels.front(), keeps), rows.advanced(kernel, keeps))
                << kernel.name;
    }
}

// As the last stage does; rows end within a vector.
TEST(Convection, ARowOfAnyLengthIsUpdated) {
    for (const index_t n : {3, 8, 13, 38}) {
        Rows rows(n);
        for (const fluxes::FluxKernels& kernel : fluxes::usable_kernels()) {
            const auto euler = rows.advanced(kernel, false);
            const auto mean = rows.advanced(kernel, true);
            for (std::size_t i = 0; i < euler[0].size(); ++i) {
                double left = 0.5 * (rows.along[i + 1] - rows.along[i]);
                for (std::size_t axis = 0; axis < 2; ++axis) {
                    const double flux =
                        face_flux(rows.velocity[axis][i], rows.before[axis][i], rows.c[i],
                                  rows.next[axis][i], rows.next2[axis][i]);
                    EXPECT_DOUBLE_EQ(euler[axis + 1][i], flux);
                    left += (axis == 0 ? 0.2 : 0.3) * (flux - rows.low[axis][i]);
                }
                const double moved = rows.c[i] - rows.inverse[i] * left;
                EXPECT_DOUBLE_EQ(euler[0][i], moved);
                EXPECT_DOUBLE_EQ(mean[0][i], 0.25 * rows.kept[i] + 0.75 * moved);
            }
        }
    }
}

TEST(Convection, ConcentrationIsZeroWhereThereIsNoCapacity) {
    const std::vector<double> above{1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 0.5};
    const std::vector<double> below{2.0, 0.0, 4.0, -1.0, 0.5, 1.0, 1.0, 1.0, 0.0, 0.25};
    const std::vector<double> expected{0.5, 0.0, 0.75, 0.0, 10.0, 6.0, 7.0, 8.0, 0.0, 2.0};
    for (const fluxes::FluxKernels& kernel : fluxes::usable_kernels()) {
        std::vector<double> ratio(above.size());
        kernel.ratio_row(
            {ratio.data(), above.data(), below.data(), static_cast<index_t>(above.size())});
        EXPECT_EQ(ratio, expected) << kernel.name;
    }
}

// 2 last - before as far as 0, or what flows in.
TEST(Convection, BeyondTheBoxLiesTheLineThroughTheLastTwoCells) {
    const std::vector<double> last{3.0, 1.0, -1.0, -3.0, 0.0, 2.0, 2.0, 2.0, 2.0};
    const std::vector<double> before{2.0, 4.0, -4.0, -1.0, 5.0, 2.0, 2.0, 1.0, 1.0};
    const std::vector<double> velocity{-1.0, -1.0, -1.0, -1.0, -1.0, 1.0, 0.0, 1.0, -1.0};
    const std::vector<double> low{4.0, 0.0, 0.0, -5.0, 0.0, 7.0, 2.0, 7.0, 3.0};
    const std::vector<double> high{7.0, 7.0, 7.0, 7.0, 7.0, 2.0, 2.0, 3.0, 7.0};
    for (const fluxes::FluxKernels& kernel : fluxes::usable_kernels()) {
        std::vector<double> ghosts(last.size());
        const auto n = static_cast<index_t>(last.size());
        kernel.ghost_row({ghosts.data(), velocity.data(), last.data(), before.data(), 1.0, 7.0, n});
        EXPECT_EQ(ghosts, low) << kernel.name;
        kernel.ghost_row(
            {ghosts.data(), velocity.data(), last.data(), before.data(), -1.0, 7.0, n});
        EXPECT_EQ(ghosts, high) << kernel.name;
    }
}

// Van Leer: with differences 1 and 3 upwind, half the slope is 1 * 3 / (1 + 3).
TEST(Convection, FaceValueIsThatOfTheUpwindCellWithHalfVanLeersSlope) {
    const double low2 = 1.0, low = 2.0, high = 5.0, high2 = 4.0;
    const auto flux = [&](double velocity) { return face_flux(velocity, low2, low, high, high2); };
    EXPECT_DOUBLE_EQ(flux(2.0), 2.0 * 2.75);
    EXPECT_DOUBLE_EQ(flux(-2.0), -2.0 * 5.0);  // an extreme: no slope
}

TEST(Convection, LongestStepIsBelowHalfACellOverAllAxes) {
    exec::ThreadTeam team(2);
    const Grid grid = box(4, 4, 4);
    Convection convection(grid);
    EXPECT_EQ(convection.longest_step(team, {}), std::numeric_limits<double>::infinity());
    convection.set_velocity(FaceField(grid, 0.1));
    EXPECT_DOUBLE_EQ(convection.longest_step(team, {}), 0.49 / (0.1 / 1.0 + 0.1 / 0.5 + 0.1 / 2.0));
    const std::vector<double> capacity(64, 0.2);
    EXPECT_DOUBLE_EQ(convection.longest_step(team, view_of(capacity)),
                     0.2 * convection.longest_step(team, {}));
}

TEST(Convection, UniformConcentrationStaysWhereFlowHasNoDivergence) {
    exec::ThreadTeam team(1);
    const Grid grid = box(6, 5, 4);
    Convection convection(grid);
    convection.set_velocity(FaceField(grid, -0.3));
    const auto capacity = numbers(grid.cell_count(), 2);
    auto u = capacity;
    for (double& v : u) v *= 1.5;
    convection.advance(team, view_of(u), view_of(capacity), 3.0, 1.5);
    for (std::size_t i = 0; i < u.size(); ++i) EXPECT_NEAR(u[i], 1.5 * capacity[i], 1e-13);
}

TEST(Convection, RefusesWhatItCannotCarry) {
    exec::ThreadTeam team(1);
    const Grid grid = box(4, 3, 2);
    Convection convection(grid);
    EXPECT_THROW(convection.set_velocity(FaceField(box(3, 3, 2))), std::invalid_argument);
    FaceField broken(grid);
    broken.y[3] = std::numeric_limits<double>::quiet_NaN();
    EXPECT_THROW(convection.set_velocity(broken), std::invalid_argument);
    convection.set_velocity(FaceField(grid, 1.0));
    auto u = numbers(grid.cell_count(), 1);
    EXPECT_THROW(convection.advance(team, view_of(u), {}, -1.0), std::invalid_argument);
    EXPECT_THROW(convection.advance(team, view_of(u), view_of(u).part(0, 3), 1.0),
                 std::invalid_argument);
    EXPECT_THROW(convection.advance(team, view_of(u), {}, 1e9), NumericalError);
    EXPECT_EQ(convection.advance(team, view_of(u), {}, 0.0), 0.0);
}

}  // namespace
}  // namespace caravel::tissue
