// Observed orders of the projector and of filtered back projection on a smooth object.
#include "caravel/imaging/tomography/filtered_back_projection.hpp"
#include "caravel/imaging/tomography/projection.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace caravel::imaging {
namespace {

constexpr double pi = std::numbers::pi;
constexpr double sigma = 0.11;  // of the normal density around (0.03, -0.05, 0.02)
constexpr Vector3 middle{0.03, -0.05, 0.02};

Grid cube(index_t n) {
    const double h = 2.0 / static_cast<double>(n);
    return {n, n, n, {h, h, h}, {-1.0, -1.0, -1.0}};
}

double density(const Vector3& at) {
    double squares = 0.0;
    for (std::size_t a = 0; a < 3; ++a) squares += std::pow(at[a] - middle[a], 2);
    return std::exp(-squares / (2.0 * sigma * sigma));
}

// Integral of the density along a line through both points.
double integral(const Ray& ray) {
    double along = 0.0, length = 0.0, squares = 0.0;
    for (std::size_t a = 0; a < 3; ++a) {
        const double way = ray.to[a] - ray.from[a];
        along += way * (middle[a] - ray.from[a]);
        length += way * way;
        squares += std::pow(middle[a] - ray.from[a], 2);
    }
    const double distance = squares - along * along / length;
    return std::exp(-distance / (2.0 * sigma * sigma)) * sigma * std::sqrt(2.0 * pi);
}

std::vector<Ray> fan_of_rays() {
    std::vector<Ray> rays;
    for (int i = 0; i < 400; ++i) {
        const double a = 0.61803 * 2.0 * pi * i;
        const double tilt = 0.9 * std::sin(1.7 * i);
        const double s = 0.25 * std::cos(2.3 * i);
        const Vector3 way{std::cos(a) * std::cos(tilt), std::sin(a) * std::cos(tilt),
                          std::sin(tilt)};
        const Vector3 across{-std::sin(a) * s, std::cos(a) * s, 0.1 * s};
        Ray ray;
        for (std::size_t k = 0; k < 3; ++k) {
            ray.from[k] = across[k] - 3.0 * way[k];
            ray.to[k] = across[k] + 3.0 * way[k];
        }
        rays.push_back(ray);
    }
    return rays;
}

double projector_error(index_t n) {
    exec::ThreadTeam team(2);
    const Grid grid = cube(n);
    std::vector<float> volume;
    for (index_t i = 0; i < grid.cell_count(); ++i) {
        volume.push_back(static_cast<float>(density(grid.centre(i % n, i / n % n, i / (n * n)))));
    }
    const std::vector<Ray> rays = fan_of_rays();
    std::vector<float> sums(rays.size());
    project_rays(team, grid, volume, rays, sums);
    double squares = 0.0;
    for (std::size_t i = 0; i < rays.size(); ++i) {
        squares += std::pow(static_cast<double>(sums[i]) - integral(rays[i]), 2);
    }
    return std::sqrt(squares / static_cast<double>(rays.size()));
}

TEST(ProjectorOrder, IsTwoOnASmoothObject) {
    const double coarse = projector_error(32);
    const double middle_error = projector_error(64);
    const double fine = projector_error(128);
    EXPECT_NEAR(std::log2(coarse / middle_error), 2.0, 0.15);
    EXPECT_NEAR(std::log2(middle_error / fine), 2.0, 0.1);
}

double back_projection_error(index_t n) {
    exec::ThreadTeam team(2);
    ScanGeometry scan;
    scan.beam = BeamShape::parallel;
    scan.views = 3 * n;
    scan.arc = pi;
    scan.columns = n;
    scan.column_pitch = 2.0 / static_cast<double>(n);
    const Grid grid{n,
                    n,
                    1,
                    {2.0 / static_cast<double>(n), 2.0 / static_cast<double>(n), 0.01},
                    {-1.0, -1.0, -0.005}};
    std::vector<float> projections;
    for (index_t i = 0; i < scan.pixel_count(); ++i) {
        Ray ray = pixel_ray(scan, i / n, static_cast<double>(i % n), 0.0);
        ray.from[2] = ray.to[2] = middle[2];
        for (std::size_t k = 0; k < 2; ++k) {  // the same line, between closer points
            const double half = 0.5 * (ray.to[k] + ray.from[k]);
            const double way = (ray.to[k] - ray.from[k]) / 1e3;
            ray.from[k] = half - way;
            ray.to[k] = half + way;
        }
        projections.push_back(static_cast<float>(integral(ray)));
    }
    std::vector<float> volume(static_cast<std::size_t>(grid.cell_count()));
    reconstruct_filtered(team, scan, projections, {}, grid, volume);
    double squares = 0.0;
    for (index_t i = 0; i < grid.cell_count(); ++i) {
        Vector3 at = grid.centre(i % n, i / n, 0);
        at[2] = middle[2];
        if (std::hypot(at[0], at[1]) > 0.9) continue;  // not seen by every view
        squares +=
            std::pow(static_cast<double>(volume[static_cast<std::size_t>(i)]) - density(at), 2);
    }
    return std::sqrt(squares / static_cast<double>(grid.cell_count()));
}

TEST(FilteredBackProjectionOrder, IsTwoOnASmoothObject) {
    const double coarse = back_projection_error(64);
    const double fine = back_projection_error(128);
    EXPECT_NEAR(std::log2(coarse / fine), 2.0, 0.2);
}

}  // namespace
}  // namespace caravel::imaging
