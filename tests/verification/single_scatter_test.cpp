// The single-scatter simulation against Monte Carlo of the same physics, written on its own.
#include "caravel/imaging/nuclear/single_scatter.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/exec/random.hpp"
#include "caravel/imaging/blur.hpp"
#include "caravel/imaging/nuclear/pet_ring.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <numbers>
#include <numeric>

namespace caravel::imaging {
namespace {

constexpr double pi = std::numbers::pi;
constexpr double radius = 0.0805;
constexpr double length = 0.127;
constexpr double body_radius = 0.015;
constexpr double body_length = 0.040;
constexpr double attenuation = 9.6;  // 1/m
constexpr double off_axis = 0.005;   // m, middle of the active rod
constexpr double rod_radius = 0.006;

/// Water cylinder with an active rod beside its axis, on voxels of `spacing`.
ScatterObject scattering_rod(exec::ThreadTeam& team, double spacing) {
    const Grid fine{96, 96, 128, {0.35e-3, 0.35e-3, 0.35e-3}, {-0.0168, -0.0168, -0.0224}};
    std::vector<double> rate(static_cast<std::size_t>(fine.cell_count()), 0.0);
    std::vector<double> mu(rate.size(), 0.0);
    std::size_t i = 0;
    for (index_t z = 0; z < fine.nz; ++z) {
        for (index_t y = 0; y < fine.ny; ++y) {
            for (index_t x = 0; x < fine.nx; ++x, ++i) {
                const Vector3 p = fine.centre(x, y, z);
                if (std::abs(p[2]) > 0.5 * body_length) continue;
                if (std::hypot(p[0], p[1]) < body_radius) mu[i] = attenuation;
                if (std::hypot(p[0] - off_axis, p[1]) < rod_radius) rate[i] = 1e9;
            }
        }
    }
    ScatterObject object;
    object.grid = covering_grid(fine, {spacing, spacing, spacing});
    object.coarsening = 2;
    const auto coarse_rate = resample(team, fine, rate, object.grid);
    const auto coarse_mu = resample(team, fine, mu, object.grid);
    object.rate.assign(coarse_rate.begin(), coarse_rate.end());
    object.attenuation.assign(coarse_mu.begin(), coarse_mu.end());
    return object;
}

EnergyWindow window() {
    return {350.0 * kiloelectronvolt, 650.0 * kiloelectronvolt, 0.146, annihilation_energy()};
}

/// Length of the way from inside along a direction to the surface of the body.
double way_in_body(const Vector3& p, const Vector3& u) {
    const double a = u[0] * u[0] + u[1] * u[1];
    const double b = p[0] * u[0] + p[1] * u[1];
    const double c = p[0] * p[0] + p[1] * p[1] - body_radius * body_radius;
    const double side = a > 0.0 ? (-b + std::sqrt(b * b - a * c)) / a : 1e9;
    const double end = u[2] != 0.0 ? (std::copysign(0.5 * body_length, u[2]) - p[2]) / u[2] : 1e9;
    return std::min(side, end);
}

/// Azimuth and height where a photon crosses the ring's cylinder.
std::pair<double, double> hit(const Vector3& p, const Vector3& u) {
    const double a = u[0] * u[0] + u[1] * u[1];
    const double b = p[0] * u[0] + p[1] * u[1];
    const double c = p[0] * p[0] + p[1] * p[1] - radius * radius;
    const double t = (-b + std::sqrt(b * b - a * c)) / a;
    return {std::atan2(p[1] + t * u[1], p[0] + t * u[0]), p[2] + t * u[2]};
}

Vector3 turned(const Vector3& u, double cosine, double phi) {
    const double sine = std::sqrt(1.0 - cosine * cosine);
    const Vector3 helper = std::abs(u[2]) < 0.9 ? Vector3{0, 0, 1} : Vector3{1, 0, 0};
    Vector3 v{u[1] * helper[2] - u[2] * helper[1], u[2] * helper[0] - u[0] * helper[2],
              u[0] * helper[1] - u[1] * helper[0]};
    const double norm = std::hypot(v[0], v[1], v[2]);
    for (double& x : v) x /= norm;
    const Vector3 w{u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2],
                    u[0] * v[1] - u[1] * v[0]};
    Vector3 out{};
    for (std::size_t a = 0; a < 3; ++a)
        out[a] = cosine * u[a] + sine * (std::cos(phi) * v[a] + std::sin(phi) * w[a]);
    return out;
}

/// Rates (1/s) by offset |s| of the line, in eighths of the radius.
struct ByOffset {
    std::array<double, 8> rate{};
    double total() const { return std::accumulate(rate.begin(), rate.end(), 0.0); }
    double& at(double offset) {
        return rate[std::min(rate.size() - 1, static_cast<std::size_t>(8.0 * offset))];
    }
};

/// Cosine drawn from Klein-Nishina's cross-section by rejection.
double draw_cosine(exec::RandomStream& stream, double energy) {
    const double most = klein_nishina(energy, 1.0);
    for (;;) {
        const double cosine = 2.0 * exec::uniform(stream) - 1.0;
        if (exec::uniform(stream) * most < klein_nishina(energy, cosine)) return cosine;
    }
}

/// Place and direction of a pair.
struct Pair {
    Vector3 at{};
    Vector3 direction{};
};

Pair draw_pair(exec::RandomStream& stream) {
    const double r = rod_radius * std::sqrt(exec::uniform(stream));
    const double phi = 2.0 * pi * exec::uniform(stream);
    const double height = body_length * (exec::uniform(stream) - 0.5);
    const double cosine = 2.0 * exec::uniform(stream) - 1.0;
    const double sine = std::sqrt(1.0 - cosine * cosine);
    const double azimuth = 2.0 * pi * exec::uniform(stream);
    return {{off_axis + r * std::cos(phi), r * std::sin(phi), height},
            {sine * std::cos(azimuth), sine * std::sin(azimuth), cosine}};
}

Vector3 along(const Vector3& p, const Vector3& u, double way) {
    return {p[0] + way * u[0], p[1] + way * u[1], p[2] + way * u[2]};
}

double attenuation_at(double energy) {
    return attenuation * klein_nishina_total(energy) / klein_nishina_total(annihilation_energy());
}

/// One scattering forced on one photon; its cosine is drawn evenly, which counts large angles well.
ByOffset monte_carlo(int histories) {
    exec::RandomStream stream(7, 1, 0);
    const double energy = annihilation_energy();
    const double least_cosine = -0.2;  // 232 keV: 5.5 deviations below the window
    ByOffset sum;
    for (int n = 0; n < histories; ++n) {
        const auto [p, u] = draw_pair(stream);
        const Vector3 back{-u[0], -u[1], -u[2]};
        const double chord = way_in_body(p, back);
        const double share = -std::expm1(-attenuation * chord);
        const double depth = -std::log1p(-share * exec::uniform(stream)) / attenuation;
        const Vector3 q = along(p, back, depth);
        const double cosine = 1.0 - (1.0 - least_cosine) * exec::uniform(stream);
        const double probability = 2.0 * pi * (1.0 - least_cosine) * klein_nishina(energy, cosine) /
                                   klein_nishina_total(energy);
        const Vector3 v = turned(back, cosine, 2.0 * pi * exec::uniform(stream));
        const double left = scattered_energy(energy, cosine);
        const auto [phi_a, z_a] = hit(p, u);
        const auto [phi_b, z_b] = hit(q, v);
        if (std::abs(z_a) > 0.5 * length || std::abs(z_b) > 0.5 * length) continue;
        // Either photon may be the scattered one.
        const double weight = 2.0 * share * probability *
                              std::exp(-attenuation * way_in_body(p, u)) *
                              std::exp(-attenuation_at(left) * way_in_body(q, v)) *
                              window().accepts(left) / window().accepts(energy);
        sum.at(std::abs(std::cos(0.5 * (phi_a - phi_b)))) += weight;
    }
    const double strength = 1e9 * pi * rod_radius * rod_radius * body_length;
    for (double& rate : sum.rate) rate *= strength / histories;
    return sum;
}

/// One photon on its way out of the body.
struct Photon {
    Vector3 at{};
    Vector3 direction{};
    double energy = annihilation_energy();
    int scatterings = 0;

    void leave(exec::RandomStream& stream) {
        for (;;) {
            const double way = exec::exponential(stream, 1.0 / attenuation_at(energy));
            if (way > way_in_body(at, direction)) return;
            at = along(at, direction, way);
            const double cosine = draw_cosine(stream, energy);
            direction = turned(direction, cosine, 2.0 * pi * exec::uniform(stream));
            energy = scattered_energy(energy, cosine);
            ++scatterings;
        }
    }
};

/// Coincidences in the window after no, one, more scatterings of both photons together.
std::array<double, 3> by_scatterings(int histories) {
    exec::RandomStream stream(7, 2, 0);
    std::array<double, 3> counts{};
    for (int n = 0; n < histories; ++n) {
        const auto [p, u] = draw_pair(stream);
        Photon a{p, u};
        Photon b{p, {-u[0], -u[1], -u[2]}};
        a.leave(stream);
        b.leave(stream);
        if (std::abs(hit(a.at, a.direction).second) > 0.5 * length) continue;
        if (std::abs(hit(b.at, b.direction).second) > 0.5 * length) continue;
        counts[static_cast<std::size_t>(std::min(2, a.scatterings + b.scatterings))] +=
            window().accepts(a.energy) * window().accepts(b.energy);
    }
    return counts;
}

ByOffset integrated(const ScatterPlanes& planes) {
    ByOffset sum;
    constexpr int offsets = 2400;
    constexpr int angles = 10;
    for (int a = 0; a < angles; ++a) {
        for (int s = 0; s < offsets; ++s) {
            // Steps of the angle delta of the offset R cos(delta): no singular ends.
            const double delta = pi * (s + 0.5) / offsets;
            const double offset = radius * std::cos(delta);
            double planes_sum = 0.0;
            for (index_t k = 0; k < planes.planes; ++k)
                planes_sum +=
                    planes.at(offset, pi * (a + 0.5) / angles,
                              planes.first_plane + static_cast<double>(k) * planes.plane_spacing);
            const double cell = pi / angles * radius * std::sin(delta) * pi / offsets;
            sum.at(std::abs(offset) / radius) += planes_sum * planes.plane_spacing * cell;
        }
    }
    return sum;
}

// The settings of a scan: 20 voxels across, blocks of two scatter.
TEST(SingleScatter, AgreesWithMonteCarloWithinThreePercentAtAllOffsets) {
    exec::ThreadTeam team(2);
    const ByOffset expected = monte_carlo(4'000'000);
    const ByOffset found = integrated(simulate_single_scatter(
        team, scattering_rod(team, 1.68e-3), {{}, radius, length, 8, 40, window()}));
    EXPECT_NEAR(found.total() / expected.total(), 1.0, 0.03);
    for (std::size_t i = 0; i < 6; ++i) {
        std::printf("offset up to %zu/8 R: share %.1e, simulation over Monte Carlo %.4f\n", i + 1,
                    expected.rate[i] / expected.total(), found.rate[i] / expected.rate[i]);
        EXPECT_NEAR(found.rate[i] / expected.rate[i], 1.0, 0.03) << "eighth " << i;
    }
    // The outer quarter holds less than 1e-5 of the scatter.
    EXPECT_LT((expected.rate[6] + expected.rate[7]) / expected.total(), 1e-5);
    EXPECT_LT((found.rate[6] + found.rate[7]) / expected.total(), 1e-5);
}

// What single scatter leaves out: in a mouse 5 % of the scatter in the window.
TEST(SingleScatter, MultipleScatterIsASmallShareInAMouse) {
    const auto counts = by_scatterings(1'500'000);
    const double multiple = counts[2] / (counts[1] + counts[2]);
    std::printf("true %.0f, scattered once %.0f, more often %.0f: %.3f of the scatter\n", counts[0],
                counts[1], counts[2], multiple);
    EXPECT_LT(multiple, 0.06);
    EXPECT_GT(multiple, 0.04);
}

TEST(SingleScatter, SameBitsForAnyNumberOfThreads) {
    exec::ThreadTeam one(1);
    exec::ThreadTeam three(3);
    const ScatterObject object = scattering_rod(one, 6.72e-3);
    const ScatterRing ring{{}, radius, length, 3, 12, window()};
    EXPECT_EQ(simulate_single_scatter(one, object, ring).value,
              simulate_single_scatter(three, object, ring).value);
}

TEST(Compton, HandNumbers) {
    const double energy = annihilation_energy();
    EXPECT_NEAR(scattered_energy(energy, 0.0) / energy, 0.5, 1e-12);
    EXPECT_NEAR(scattered_energy(energy, -1.0) / energy, 1.0 / 3.0, 1e-12);
    EXPECT_NEAR(scattering_cosine(energy, 0.5 * energy), 0.0, 1e-12);
    // Thomson: r_e^2 = 7.9407877e-30 m2; total at 511 keV 0.2867 barn (0.4314 of Thomson's
    // 0.66525).
    EXPECT_NEAR(klein_nishina(energy, 1.0) / 7.9407877e-30, 1.0, 1e-6);
    EXPECT_NEAR(klein_nishina_total(energy) / 28.67e-30, 1.0, 3e-3);
    EXPECT_NEAR(scattered_into(energy, kiloelectronvolt, energy), 1.0, 1e-9);
}

}  // namespace
}  // namespace caravel::imaging
