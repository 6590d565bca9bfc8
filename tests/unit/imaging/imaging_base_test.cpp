#include "caravel/base/error.hpp"
#include "caravel/imaging/blur.hpp"
#include "caravel/imaging/fourier.hpp"
#include "caravel/imaging/noise.hpp"
#include "caravel/imaging/object.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <numeric>

namespace caravel::imaging {
namespace {

TEST(Fourier, OneWaveIsOneFrequency) {
    exec::ThreadTeam team(2);
    ComplexVolume volume({12, 5, 9});
    for (index_t k = 0; k < 9; ++k) {
        for (index_t j = 0; j < 5; ++j) {
            for (index_t i = 0; i < 12; ++i) {
                const double phase =
                    2.0 * std::numbers::pi *
                    (2.0 * static_cast<double>(i) / 12.0 - static_cast<double>(j) / 5.0 +
                     4.0 * static_cast<double>(k) / 9.0);
                const auto at = static_cast<std::size_t>(i + 12 * (j + 5 * k));
                volume.re[at] = std::cos(phase);
                volume.im[at] = std::sin(phase);
            }
        }
    }
    const auto before = volume;
    transform_forward(team, volume);
    const std::size_t peak = 2 + 12 * (4 + 5 * 4);
    for (std::size_t i = 0; i < volume.re.size(); ++i) {
        EXPECT_NEAR(volume.re[i], i == peak ? 540.0 : 0.0, 1e-11);
        EXPECT_NEAR(volume.im[i], 0.0, 1e-11);
    }
    transform_backward(team, volume);
    for (std::size_t i = 0; i < volume.re.size(); ++i)
        EXPECT_NEAR(volume.re[i], before.re[i], 1e-14);
    EXPECT_EQ(signed_frequency(4, 9), 4);
    EXPECT_EQ(signed_frequency(5, 9), -4);
    EXPECT_EQ(signed_frequency(4, 8), -4);
}

TEST(Blur, KeepsTheSumAndGivesTheWidth) {
    exec::ThreadTeam team(2);
    Grid grid{61, 41, 51, {1e-3, 2e-3, 1e-3}, {}};
    std::vector<double> values(static_cast<std::size_t>(grid.cell_count()), 0.0);
    values[static_cast<std::size_t>(grid.index(30, 20, 25))] = 1.0;
    blur(team, grid, {6e-3, 9e-3, 0.0}, values);
    EXPECT_NEAR(std::accumulate(values.begin(), values.end(), 0.0), 1.0, 1e-12);
    double second = 0.0;
    for (index_t i = 0; i < grid.nx; ++i) {
        double sum = 0.0;
        for (index_t j = 0; j < grid.ny; ++j)
            sum += values[static_cast<std::size_t>(grid.index(i, j, 25))];
        second += sum * std::pow(static_cast<double>(i - 30) * 1e-3, 2);
    }
    const double sigma = 6e-3 / fwhm_per_sigma;
    // a voxel's own width adds a twelfth of its square
    EXPECT_NEAR(second, sigma * sigma + 1e-6 / 12.0, 2e-4 * sigma * sigma);
}

TEST(Blur, AnEvenFieldStaysEvenWithItsBorderKept) {
    exec::ThreadTeam team(1);
    const Grid grid{7, 6, 1, {1.0, 1.0, 1.0}, {}};
    std::vector<double> values(42, 3.0);
    blur(team, grid, {4.0, 4.0, 4.0}, values, true);
    for (const double value : values) EXPECT_NEAR(value, 3.0, 1e-14);
}

TEST(Blur, RefusesKernelsAndGridsThatFitNoMemory) {
    exec::ThreadTeam team(1);
    const Grid grid{8, 8, 8, {1e-3, 1e-3, 1e-3}, {0.0, 0.0, 0.0}};
    std::vector<double> values(512, 1.0);
    EXPECT_THROW(blur(team, grid, {1e6, 0.0, 0.0}, values), InputError);
    EXPECT_THROW(blur(team, grid, {1e300, 0.0, 0.0}, values), InputError);
    EXPECT_THROW(covering_grid(grid, {1e-9, 1e-9, 1e-9}), InputError);
    EXPECT_THROW(covering_grid(grid, {1e-300, 1e-3, 1e-3}), InputError);
    try {
        covering_grid(grid, {1e-6, 1e-6, 1e-6});
        ADD_FAILURE();
    } catch (const InputError& error) {
        EXPECT_NE(std::string(error.what()).find("5.12e+11 voxels"), std::string::npos)
            << error.what();
    }
}

TEST(Resample, MeansAreExactOverlaps) {
    exec::ThreadTeam team(2);
    const Grid from{4, 1, 1, {1.0, 1.0, 1.0}, {}};
    const std::vector<double> values{1.0, 2.0, 4.0, 8.0};
    const Grid to{2, 1, 1, {1.5, 1.0, 1.0}, {0.5, 0.0, 0.0}};
    const auto means = resample(team, from, values, to);
    EXPECT_NEAR(means[0], (0.5 * 1.0 + 2.0) / 1.5, 1e-15);
    EXPECT_NEAR(means[1], (4.0 + 0.5 * 8.0) / 1.5, 1e-15);
    const Grid beyond{1, 1, 1, {2.0, 1.0, 1.0}, {3.0, 0.0, 0.0}};
    EXPECT_NEAR(resample(team, from, values, beyond, 10.0)[0], 9.0, 1e-15);
    const Grid cover = covering_grid(from, {1.5, 1.0, 1.0});
    EXPECT_EQ(cover.nx, 3);
    EXPECT_NEAR(cover.origin[0], -0.25, 1e-15);
}

TEST(Noise, MomentsAndThreads) {
    exec::ThreadTeam one(1);
    exec::ThreadTeam three(3);
    std::vector<double> a(100'000, 50.0);
    std::vector<double> b = a;
    add_rician_noise(one, a, 30.0, 7);
    add_rician_noise(three, b, 30.0, 7);
    EXPECT_EQ(a, b);
    const double mean = std::accumulate(a.begin(), a.end(), 0.0) / 1e5;
    EXPECT_NEAR(mean, rician_mean(50.0, 30.0), 4.0 * 30.0 / std::sqrt(1e5));
    EXPECT_NEAR(rician_mean(0.0, 2.0), 2.0 * std::sqrt(std::numbers::pi / 2.0), 1e-12);
    EXPECT_NEAR(rician_mean(400.0, 2.0), 400.0 + 4.0 / 800.0, 1e-6);
    std::vector<double> counts(100'000, 6.5);
    draw_counts(three, counts, 7, NoisePurpose::photons);
    double sum = 0.0;
    double square = 0.0;
    for (const double n : counts) {
        sum += n;
        square += (n - 6.5) * (n - 6.5);
    }
    EXPECT_NEAR(sum / 1e5, 6.5, 4.0 * std::sqrt(6.5 / 1e5));
    EXPECT_NEAR(square / 1e5, 6.5, 0.15);
    counts[0] = -1.0;
    EXPECT_THROW(draw_counts(one, counts, 7, NoisePurpose::photons), InputError);
}

TEST(ImagedObject, RefusesWhatDoesNotMatch) {
    ImagedObject object;
    object.grid = {2, 1, 1, {1.0, 1.0, 1.0}, {}};
    object.regions = {{"all", "muscle", false, true}};
    object.region = {0, 0};
    EXPECT_NO_THROW(check_object(object));
    object.agents.push_back({"gold"});
    object.fields.push_back({0, Compartment::free, {1.0, 2.0}});
    object.fields.push_back({0, Compartment::blood, {0.5, 0.0}});
    EXPECT_EQ(total_concentration(object, 0), (std::vector<double>{1.5, 2.0}));
    object.fields[0].concentration[1] = -1.0;
    EXPECT_THROW(check_object(object), InputError);
    object.fields[0].concentration = {1.0};
    EXPECT_THROW(check_object(object), InputError);
    object.fields.clear();
    object.region[0] = 4;
    EXPECT_THROW(check_object(object), InputError);
}

}  // namespace
}  // namespace caravel::imaging
