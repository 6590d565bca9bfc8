#include "caravel/tissue/fields/convection.hpp"

#include "caravel/base/error.hpp"
#include "caravel/tissue/fields/flux_rows.hpp"

#include <gtest/gtest.h>

#include <algorithm>
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

TEST(Convection, EveryKernelGivesTheSameBits) {
    constexpr index_t n = 45;
    auto velocity = numbers(n, 1);
    for (double& v : velocity) v -= 0.6;
    const auto low2 = numbers(n, 2), low = numbers(n, 3), high = numbers(n, 4),
               high2 = numbers(n, 5);
    std::vector<std::vector<double>> results;
    for (const fluxes::FluxKernels& kernel : fluxes::usable_kernels()) {
        std::vector<double> flux(n), result(n);
        kernel.face_row(
            {flux.data(), velocity.data(), low2.data(), low.data(), high.data(), high2.data(), n});
        for (const double* const kept : {static_cast<const double*>(nullptr), low.data()}) {
            kernel.update_row({result.data(),
                               kept,
                               high.data(),
                               high2.data(),
                               {flux.data(), low2.data(), low.data()},
                               {velocity.data(), high.data(), high2.data()},
                               {0.1, 0.2, 0.3},
                               0.5,
                               0.5,
                               n});
            flux.insert(flux.end(), result.begin(), result.end());
        }
        result.insert(result.end(), flux.begin(), flux.end());
        results.push_back(result);
        EXPECT_EQ(results.front(), result) << kernel.name;
    }
}

// As the last stage does; rows end within a vector.
TEST(Convection, ARowOfAnyLengthIsUpdated) {
    for (const index_t n : {3, 8, 13, 38}) {
        const auto kept = numbers(n, 1), c = numbers(n, 2), flux = numbers(n + 1, 3);
        const auto inverse = numbers(n, 4);
        const auto zero = std::vector<double>(static_cast<std::size_t>(n), 0.0);
        for (const fluxes::FluxKernels& kernel : fluxes::usable_kernels()) {
            std::vector<double> euler(kept.size()), mean(kept.size());
            fluxes::UpdateRow row{euler.data(),
                                  nullptr,
                                  c.data(),
                                  inverse.data(),
                                  {flux.data(), zero.data(), zero.data()},
                                  {flux.data() + 1, zero.data(), zero.data()},
                                  {0.5, 1.0, 1.0},
                                  0.25,
                                  0.75,
                                  n};
            kernel.update_row(row);
            row.result = mean.data();
            row.kept = kept.data();
            kernel.update_row(row);
            for (std::size_t i = 0; i < mean.size(); ++i) {
                const double moved = c[i] - inverse[i] * 0.5 * (flux[i + 1] - flux[i]);
                EXPECT_DOUBLE_EQ(euler[i], moved);
                EXPECT_DOUBLE_EQ(mean[i], 0.25 * kept[i] + 0.75 * moved);
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
    const auto flux = [&](double velocity) {
        double result = 0.0;
        fluxes::usable_kernels().back().face_row(
            {&result, &velocity, &low2, &low, &high, &high2, 1});
        return result;
    };
    EXPECT_DOUBLE_EQ(flux(2.0), 2.0 * 2.75);
    EXPECT_DOUBLE_EQ(flux(-2.0), -2.0 * 5.0);  // an extreme: no slope
}

TEST(Convection, LongestStepIsBelowHalfACellOverAllAxes) {
    const Grid grid = box(4, 4, 4);
    Convection convection(grid);
    EXPECT_EQ(convection.longest_step({}), std::numeric_limits<double>::infinity());
    convection.set_velocity(FaceField(grid, 0.1));
    EXPECT_DOUBLE_EQ(convection.longest_step({}), 0.49 / (0.1 / 1.0 + 0.1 / 0.5 + 0.1 / 2.0));
    const std::vector<double> capacity(64, 0.2);
    EXPECT_DOUBLE_EQ(convection.longest_step(view_of(capacity)), 0.2 * convection.longest_step({}));
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
