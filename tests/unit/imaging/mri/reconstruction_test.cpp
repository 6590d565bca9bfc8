#include "caravel/imaging/mri/reconstruction.hpp"

#include "caravel/imaging/mri/gridding.hpp"
#include "caravel/imaging/mri/isochromat.hpp"
#include "caravel/imaging/mri/kspace_rows.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <set>

namespace caravel::imaging {
namespace {

constexpr double two_pi = 2.0 * std::numbers::pi;

TEST(KSpace, RowsAreAddedInOrder) {
    const index_t n = 37;
    std::vector<double> rows(5 * 40);
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = std::sin(1.0 + static_cast<double>(i));
    const std::vector<double> weights{0.3, -1.2, 2.0, 0.7, 0.1};
    std::vector<double> out(static_cast<std::size_t>(n));
    weighted_rows(out.data(), n, weights.data(), 5, rows.data(), 40);
    for (std::size_t i = 0; i < out.size(); ++i) {
        double sum = 0.0;
        for (std::size_t r = 0; r < 5; ++r) sum += weights[r] * rows[r * 40 + i];
        EXPECT_EQ(out[i], sum);
    }
}

TEST(KSpace, SpreadIsEncodingAndDecoding) {
    const Grid object{20, 1, 1, {1.0, 1.0, 1.0}, {}};
    const Grid image{9, 1, 1, {2.5, 1.0, 1.0}, {-1.25, 0.0, 0.0}};
    const Axis axis = axis_of(object, image, 0);
    for (const char* filter : {"none", "hamming", "hann"}) {
        const AxisMatrix spread = spread_matrix(axis, filter);
        const ComplexMatrix encode = encoding_matrix(axis);
        const ComplexMatrix decode = decoding_matrix(axis, filter);
        for (index_t i = 0; i < 9; ++i) {
            for (index_t j = 0; j < 20; ++j) {
                std::complex<double> sum;
                for (index_t n = 0; n < 9; ++n) {
                    const auto d = static_cast<std::size_t>(i * 9 + n);
                    const auto e = static_cast<std::size_t>(n * 20 + j);
                    sum += std::complex<double>(decode.re.weights[d], decode.im.weights[d]) *
                           std::complex<double>(encode.re.weights[e], encode.im.weights[e]);
                }
                EXPECT_NEAR(spread.weights[static_cast<std::size_t>(i * 20 + j)], sum.real(),
                            1e-12);
                EXPECT_NEAR(sum.imag(), 0.0, 1e-12);
            }
        }
    }
}

TEST(KSpace, AxesAreTransformedAlike) {
    exec::ThreadTeam team(2);
    const AxisMatrix spread = spread_matrix({7, 2.0, 0.0, 14, 1.0, 0.0}, "hamming");
    for (int axis = 0; axis < 3; ++axis) {
        std::array<index_t, 3> size{3, 4, 5};
        size[static_cast<std::size_t>(axis)] = 14;
        const auto before = size;
        std::vector<double> values(static_cast<std::size_t>(size[0] * size[1] * size[2]));
        for (std::size_t v = 0; v < values.size(); ++v)
            values[v] = std::cos(0.7 * static_cast<double>(v));
        const auto result = apply_axis(team, values, size, axis, spread);
        std::array<index_t, 3> at{2, 3, 4};
        double sum = 0.0;
        for (index_t c = 0; c < 14; ++c) {
            at[static_cast<std::size_t>(axis)] = c;
            sum +=
                spread.weights[static_cast<std::size_t>(5 * 14 + c)] *
                values[static_cast<std::size_t>(at[0] + before[0] * (at[1] + before[1] * at[2]))];
        }
        at[static_cast<std::size_t>(axis)] = 5;
        EXPECT_NEAR(result[static_cast<std::size_t>(at[0] + size[0] * (at[1] + size[1] * at[2]))],
                    sum, 1e-14);
    }
}

/// A row of voxels that differ in everything.
MriMaps row_of_voxels(index_t n) {
    MriMaps maps;
    maps.grid = {n, 1, 1, {1e-3, 1e-3, 1e-3}, {}};
    maps.field = 7.0;
    for (index_t i = 0; i < n; ++i) {
        const auto x = static_cast<double>(i);
        maps.proton_density.push_back(0.5 + 0.1 * std::sin(x));
        maps.r1.push_back(1.0);
        maps.r2.push_back(20.0 + x);
        maps.r2_star.push_back(40.0 + 3.0 * x);
        maps.off_resonance.push_back(300.0 * std::cos(0.4 * x));
    }
    return maps;
}

TEST(Acquisition, LineIsThatOfTheSpins) {
    // 90 degrees, prephaser, readout: the engine's samples, voxels as points
    constexpr index_t n = 16;
    constexpr double dwell = 2e-5;
    const MriMaps maps = row_of_voxels(n);
    const Grid image = maps.grid;
    const double amplitude = two_pi / (mri::proton_gamma * n * 1e-3 * dwell);
    mri::Sequence sequence;
    mri::Block pulse;
    pulse.rf = sequence.add(mri::block_pulse(std::numbers::pi / 2.0, std::numbers::pi / 2.0));
    sequence.append(pulse);
    mri::Block prephase;
    const double strength = -amplitude * (n / 2 + 0.5) * dwell / 1e-3;
    prephase.gradient[0] = sequence.add(mri::Gradient{0.0, {0.0, 1e-3}, {strength, strength}});
    prephase.duration = 1e-3;
    sequence.append(prephase);
    mri::Block read;
    read.gradient[0] = sequence.add(mri::Gradient{0.0, {0.0, n * dwell}, {amplitude, amplitude}});
    read.adc = sequence.add(mri::Adc{n, dwell, 0.0, 0.0, 0.0});
    sequence.append(read);
    mri::SpinPopulation spins;
    const Axis axis = axis_of(maps.grid, image, 0);
    for (index_t i = 0; i < n; ++i) spins.x.push_back(axis.cell_place(i));
    spins.density = maps.proton_density;
    spins.r1 = maps.r1;
    spins.r2 = maps.r2_star;
    spins.off_resonance = maps.off_resonance;
    mri::BlochOptions options;
    options.precision = mri::Precision::double_precision;
    exec::ThreadTeam team(1);
    const auto samples = mri::simulate_signal(team, sequence, spins, options).value;

    MriSettings settings;
    settings.bandwidth = 1.0 / dwell;
    settings.matrix = {n, 1};
    Exposure exposure;
    exposure.echo_time = 1e-3 + (n / 2 + 0.5) * dwell;
    Shot shot;
    for (std::size_t v = 0; v < n; ++v)
        shot.amplitude.push_back(maps.proton_density[v] *
                                 std::exp(-exposure.echo_time * maps.r2_star[v]));
    shot.lines = {0};
    matter::Library library(CARAVEL_SOURCE_DIR "/data");
    const auto coil = coil_sensitivities(maps.grid, 1).front();
    const ComplexField raw =
        acquire_cartesian({team, library}, maps, settings, exposure, {shot}, image, coil);
    for (index_t k = 0; k < n; ++k) {
        const double y = std::numbers::pi * static_cast<double>(frequency_of(k, n)) / n;
        const double box = (y == 0.0 ? 1.0 : std::sin(y) / y) / n;
        const auto at = static_cast<std::size_t>(k);
        // the pulse about y leaves the signal along x
        EXPECT_NEAR(raw.re[at], box * samples[at].real(), 1e-7);
        EXPECT_NEAR(raw.im[at], box * samples[at].imag(), 1e-7);
    }
}

TEST(Acquisition, SpinEchoRefocusesTheMiddle) {
    const MriMaps maps = row_of_voxels(16);
    MriSettings settings;
    settings.bandwidth = 2e4;
    settings.matrix = {16, 1};
    Exposure exposure;
    exposure.refocused = true;
    exposure.echo_time = 0.02;
    exec::ThreadTeam team(1);
    matter::Library library(CARAVEL_SOURCE_DIR "/data");
    const Shot shot{maps.proton_density, {0}};
    const auto coil = coil_sensitivities(maps.grid, 1).front();
    const ComplexField raw =
        acquire_cartesian({team, library}, maps, settings, exposure, {shot}, maps.grid, coil);
    double sum = 0.0;
    for (const double density : maps.proton_density) sum += density;
    EXPECT_NEAR(raw.re[8], sum / 16.0, 1e-12);
    EXPECT_NEAR(raw.im[8], 0.0, 1e-12);
}

TEST(Acquisition, EveryLineOfATrainIsReadOnce) {
    for (const index_t points : {12, 37, 64}) {
        for (const std::int64_t effective : {1, 3, 8}) {
            const auto lines = train_lines(points, 8, effective);
            std::set<index_t> all;
            for (const auto& echo : lines) all.insert(echo.begin(), echo.end());
            EXPECT_EQ(static_cast<index_t>(all.size()), points);
            const auto& middle = lines[static_cast<std::size_t>(effective - 1)];
            EXPECT_NE(std::find(middle.begin(), middle.end(), points / 2), middle.end());
        }
    }
}

TEST(Coils, SensitivitiesAreNormalised) {
    const auto coils = coil_sensitivities({5, 6, 2, {1.0, 1.0, 1.0}, {}}, 6);
    for (const double value : sum_of_squares(coils)) EXPECT_NEAR(value, 1.0, 1e-12);
    const ComplexField one = matched_sum(coils, coils);
    for (std::size_t v = 0; v < one.re.size(); ++v) {
        EXPECT_NEAR(one.re[v], 1.0, 1e-12);
        EXPECT_NEAR(one.im[v], 0.0, 1e-12);
    }
}

ComplexField disc(index_t n, double radius) {
    ComplexField field;
    field.size = {n, n, 1};
    const double middle = 0.5 * static_cast<double>(n - 1);
    for (index_t v = 0; v < n * n; ++v) {
        const double r =
            std::hypot(static_cast<double>(v % n) - middle, static_cast<double>(v / n) - middle);
        field.re.push_back(r < radius ? 1.0 : 0.0);
    }
    return field;
}

TEST(Gridding, ForwardIsTheFourierSum) {
    exec::ThreadTeam team(1);
    for (const index_t n : {24, 25}) {
        const ComplexField plane = disc(n, 8.0);
        Trajectory t;
        for (int i = 0; i < 40; ++i) {
            t.kx.push_back(11.0 * std::cos(1.3 * i));
            t.ky.push_back(11.5 * std::sin(0.7 * i));
        }
        const auto samples = Gridder(n, n).forward(team, plane, t);
        const double middle = 0.5 * static_cast<double>(n - 1);
        for (std::size_t s = 0; s < samples.size(); ++s) {
            std::complex<double> sum;
            for (index_t v = 0; v < n * n; ++v) {
                const double phase = two_pi / static_cast<double>(n) *
                                     (t.kx[s] * (static_cast<double>(v % n) - middle) +
                                      t.ky[s] * (static_cast<double>(v / n) - middle));
                sum += plane.re[static_cast<std::size_t>(v)] * std::polar(1.0, phase);
            }
            EXPECT_LT(std::abs(samples[s] - sum / static_cast<double>(n * n)), 1e-5);
        }
    }
}

TEST(Gridding, SpiralAndSpokesReturnADisc) {
    exec::ThreadTeam team(1);
    const Grid grid{48, 48, 1, {1.0, 1.0, 1.0}, {}};
    const ComplexField plane = disc(48, 15.0);
    for (const char* sequence : {"spiral", "ute"}) {
        MriSettings mri;
        mri.sequence = sequence;
        mri.matrix = {48.0, 48.0};
        const Trajectory t = plane_trajectory(mri, grid);
        const Gridder gridder(48, 48);
        const ComplexField back = gridder.adjoint(team, gridder.forward(team, plane, t), t);
        double inside = 0.0;
        double outside = 0.0;
        double counts[2] = {};
        for (std::size_t v = 0; v < back.re.size(); ++v) {
            const double r =
                std::hypot(static_cast<double>(v % 48) - 23.5, static_cast<double>(v / 48) - 23.5);
            if (r < 12.0) inside += back.re[v];
            if (r < 12.0) counts[0] += 1.0;
            if (r > 18.0 && r < 23.0) outside += back.re[v];
            if (r > 18.0 && r < 23.0) counts[1] += 1.0;
        }
        EXPECT_NEAR(inside / counts[0], 1.0, 0.01) << sequence;
        EXPECT_NEAR(outside / counts[1], 0.0, 0.015) << sequence;
    }
}

}  // namespace
}  // namespace caravel::imaging
