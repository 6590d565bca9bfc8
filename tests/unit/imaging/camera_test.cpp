#include "caravel/imaging/optical/camera.hpp"
#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <numeric>
#include <vector>

namespace caravel::imaging {
namespace {

matter::Library& library() {
    static matter::Library shipped(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    return shipped;
}

struct Moments {
    double mean = 0.0, variance = 0.0;
};
Moments moments(const std::vector<double>& values) {
    Moments m;
    const auto n = static_cast<double>(values.size());
    m.mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
    for (const double v : values) m.variance += (v - m.mean) * (v - m.mean) / (n - 1.0);
    return m;
}

TEST(Camera, TakesInTheConeOfItsLens) {
    CameraSettings c;  // f/1.4, 25 mm, 25 cm: radius 8.93 mm
    EXPECT_NEAR(collected_share(c), std::pow(8.9286e-3, 2) / (std::pow(8.9286e-3, 2) + 0.0625),
                1e-7);
    c.numerical_aperture = 0.1;
    EXPECT_DOUBLE_EQ(collected_share(c), 0.01);
}

TEST(Camera, SiliconEndsWhereIndiumGalliumArsenideBegins) {
    EXPECT_NEAR(sensor_efficiency(library(), "silicon", 500e-9), 0.9, 1e-12);
    EXPECT_NEAR(sensor_efficiency(library(), "silicon", 825e-9), 0.65, 1e-9);  // between its rows
    EXPECT_EQ(sensor_efficiency(library(), "silicon", 1100e-9), 0.0);
    EXPECT_EQ(sensor_efficiency(library(), "silicon", 1300e-9), 0.0);
    EXPECT_EQ(sensor_efficiency(library(), "silicon", 250e-9), 0.0);
    EXPECT_NEAR(sensor_efficiency(library(), "ingaas", 1300e-9), 0.85, 1e-12);
    EXPECT_EQ(sensor_efficiency(library(), "ingaas", 800e-9), 0.0);
}

TEST(Camera, NoiseIsThatOfLightDarkCurrentReadingAndSteps) {
    CameraSettings settings;
    settings.dark_current = 300.0;
    settings.read_noise = 20.0;
    settings.full_well = 65535.0;
    settings.exposure = 0.5;
    settings.bits = 12;  // steps of 16 electrons
    for (const std::int64_t frames : {1, 4}) {
        settings.frames = frames;
        const Camera camera = make_camera(settings, library());
        EXPECT_NEAR(camera.step, 65535.0 / 4095.0, 1e-9);
        // 1000 electrons, 150 of dark current, 400 of reading and 21.3 of steps per frame
        const double one = 150.0 + 400.0 + 65535.0 * 65535.0 / 4095.0 / 4095.0 / 12.0;
        const auto n = static_cast<double>(frames);
        EXPECT_NEAR(pixel_variance(camera, 1000.0), 1000.0 + n * one, 1e-6);
        exec::ThreadTeam team(2);
        std::vector<double> electrons(200'000, 1000.0);
        EXPECT_EQ(expose(team, camera, electrons, 3, 0), 0);
        const Moments m = moments(electrons);
        const double variance = 1000.0 + n * one;
        EXPECT_NEAR(m.mean, 1000.0, 5.0 * std::sqrt(variance / 2e5));
        EXPECT_NEAR(m.variance / variance, 1.0, 5.0 * std::sqrt(2.0 / 2e5));
    }
}

TEST(Camera, BinningReadsSeveralPixelsAsOne) {
    CameraSettings settings;
    settings.dark_current = 10.0;
    settings.read_noise = 2.0;
    settings.exposure = 1.0;
    settings.binning = 3;
    const Camera camera = make_camera(settings, library());
    EXPECT_DOUBLE_EQ(camera.pixel, 0.6e-3);
    EXPECT_DOUBLE_EQ(camera.dark(), 90.0);
    EXPECT_DOUBLE_EQ(camera.read_variance, 36.0);
}

TEST(Camera, IsFullAtItsWell) {
    CameraSettings settings;
    settings.full_well = 1000.0;
    settings.dark_current = 0.0;
    const Camera camera = make_camera(settings, library());
    exec::ThreadTeam team(1);
    std::vector<double> electrons{100.0, 5000.0, 900.0, 1e6};
    EXPECT_EQ(expose(team, camera, electrons, 1, 0), 2);
    EXPECT_DOUBLE_EQ(electrons[1], 1000.0);
    EXPECT_DOUBLE_EQ(electrons[3], 1000.0);
}

TEST(Camera, IsMeteredToSevenTenthsOfItsWell) {
    CameraSettings settings;
    settings.full_well = 10'000.0;
    settings.dark_current = 100.0;
    settings.longest_exposure = 2.0;
    const Camera camera = make_camera(settings, library());
    EXPECT_DOUBLE_EQ(camera.exposure, 2.0);
    EXPECT_DOUBLE_EQ(metered_exposure(camera, 69'900.0), 0.1);
    EXPECT_DOUBLE_EQ(metered_exposure(camera, 10.0), 2.0);
    EXPECT_DOUBLE_EQ(metered_exposure(camera, 0.0), 2.0);
}

TEST(Camera, AnyNumberOfThreadsGivesTheSameBits) {
    const Camera camera = make_camera({}, library());
    std::vector<double> first(30'000, 50.0);
    exec::ThreadTeam one(1);
    expose(one, camera, first, 9, 1);
    for (const int threads : {2, 4}) {
        exec::ThreadTeam team(threads);
        std::vector<double> again(30'000, 50.0);
        expose(team, camera, again, 9, 1);
        EXPECT_EQ(again, first);
    }
}

TEST(Camera, RefusesWhatNoLensHas) {
    CameraSettings settings;
    settings.numerical_aperture = 1.2;
    EXPECT_THROW(make_camera(settings, library()), InputError);
    settings.numerical_aperture.reset();
    settings.sensor = "germanium";
    EXPECT_THROW(make_camera(settings, library()), InputError);
}

}  // namespace
}  // namespace caravel::imaging
