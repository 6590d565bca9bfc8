// Light out of depth: layers against closed forms, diffusion and Monte Carlo against each other.
#include "caravel/base/quadrature.hpp"
#include "caravel/imaging/optical/layered_light.hpp"
#include "caravel/imaging/optical/voxel_light.hpp"
#include "caravel/stimulus/light/diffuse_light.hpp"
#include "caravel/stimulus/light/photon_transport.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <iostream>
#include <numbers>
#include <numeric>

namespace caravel::imaging {
namespace {

constexpr double mm = 1e-3;
constexpr double absorption = 10.0;  // 1/m
constexpr double reduced = 1000.0;   // 1/m
constexpr double index_inside = 1.37;

double border_factor() {
    const double r = stimulus::effective_reflection(index_inside);
    return (1.0 + r) / (1.0 - r);
}

LightLayers even_layers(std::size_t count, double thickness) {
    LightLayers layers;
    layers.thickness = thickness;
    layers.absorption.assign(count, absorption);
    layers.reduced.assign(count, reduced);
    layers.index = index_inside;
    layers.top_factor = layers.bottom_factor = border_factor();
    return layers;
}

stimulus::PhotonMedium block(const Grid& grid, double index = index_inside, double g = 0.9,
                             double absorbed = absorption) {
    stimulus::PhotonMedium medium;
    medium.grid = grid;
    medium.label.assign(static_cast<std::size_t>(grid.cell_count()), 0);
    medium.media = {{"tissue", absorbed, reduced / (1.0 - g), g, index, {}, false}};
    medium.faces.fill(stimulus::LightFace::mirror);
    medium.faces[4] = medium.faces[5] = stimulus::LightFace::fresnel;
    return medium;
}

double effective_attenuation() { return std::sqrt(3.0 * absorption * (absorption + reduced)); }

/// What leaves a half-space per wave k out of depth z, with Robin's condition: exact.
double exact_escape(double k, double z) {
    const double q = std::hypot(k, effective_attenuation());
    const double d = 1.0 / (3.0 * (absorption + reduced));
    return std::exp(-q * z) / (1.0 + 2.0 * border_factor() * d * q);
}

double worst_escape(double thickness) {
    const auto count = static_cast<std::size_t>(std::lround(60.0 * mm / thickness));
    const LayeredLight light(even_layers(count, thickness));
    double worst = 0.0;
    for (const double k : {0.0, 200.0, 600.0}) {
        const double lateral = k * k;
        std::vector<double> escape(light.size());
        light.escape({&lateral, 1}, escape);
        // a depth that is the middle of a layer on every grid
        for (const double z : {2.5 * mm, 7.5 * mm}) {
            const double at = z / thickness - 0.5;
            const auto low = static_cast<std::size_t>(at);
            const double part = at - static_cast<double>(low);
            const double value =
                std::exp((1.0 - part) * std::log(escape[low]) + part * std::log(escape[low + 1]));
            worst = std::max(worst, std::abs(value / exact_escape(k, z) - 1.0));
        }
    }
    return worst;
}

TEST(FluorescenceLight, LayersComeToTheHalfSpaceAtSecondOrder) {
    const double coarse = worst_escape(1.0 * mm);
    const double middle = worst_escape(0.5 * mm);
    const double fine = worst_escape(0.25 * mm);
    std::cout << "escape errors " << coarse << " " << middle << " " << fine << "\n";
    EXPECT_NEAR(std::log2(coarse / middle), 2.0, 0.25);
    EXPECT_NEAR(std::log2(middle / fine), 2.0, 0.1);
    EXPECT_LT(fine, 0.01);
}

/// Flux at distance r from the place above a point source in a half-space with Robin's condition
/// phi = l dphi/dz: a source of the same sign in the mirror and a line of sinks behind it that
/// fades as exp(-s/l). Exact.
double robin_profile(double r, double z) {
    const double mu = effective_attenuation();
    const double d = 1.0 / (3.0 * (absorption + reduced));
    const double l = 2.0 * border_factor() * d;
    const auto green = [&](double depth) {
        const double distance = std::hypot(r, depth);
        return std::exp(-mu * distance) / (4.0 * std::numbers::pi * d * distance);
    };
    double fluence = 2.0 * green(z);
    const QuadratureRule along = gauss_legendre(200, 0.0, 30.0);
    for (std::size_t i = 0; i < along.size(); ++i)
        fluence -= 2.0 * along.weight[i] * std::exp(-along.node[i]) * green(z + l * along.node[i]);
    return fluence * d / l;
}

/// The same by a negative image beyond the extrapolated border (Farrell, Patterson, Wilson 1992 Med
/// Phys 19:879).
double image_profile(double r, double z) {
    const double mu = effective_attenuation();
    const double border = 2.0 * border_factor() / (3.0 * (absorption + reduced));
    const double near = std::hypot(r, z), far = std::hypot(r, z + 2.0 * border);
    const auto part = [mu](double depth, double distance) {
        return depth * (mu + 1.0 / distance) * std::exp(-mu * distance) / (distance * distance);
    };
    return (part(z, near) + part(z + 2.0 * border, far)) / (4.0 * std::numbers::pi);
}

/// The layers' flux at distance r; z is the middle of a layer.
double layered_profile(double r, double z, double thickness) {
    const LayeredLight light(
        even_layers(static_cast<std::size_t>(std::lround(80.0 * mm / thickness)), thickness));
    const QuadratureRule waves = gauss_legendre(400, 0.0, 8000.0);
    std::vector<double> lateral(waves.size());
    for (std::size_t i = 0; i < waves.size(); ++i) lateral[i] = waves.node[i] * waves.node[i];
    std::vector<double> escape(light.size() * waves.size());
    light.escape(lateral, escape);
    const auto layer = static_cast<std::size_t>(z / thickness);
    double flux = 0.0;
    for (std::size_t i = 0; i < waves.size(); ++i)
        flux += waves.weight[i] * waves.node[i] / (2.0 * std::numbers::pi) *
                std::cyl_bessel_j(0.0, waves.node[i] * r) * escape[layer * waves.size() + i];
    return flux;
}

double worst_profile(double thickness, double (*exact)(double, double)) {
    const double z = 5.0 * mm;
    double worst = 0.0;
    for (const double r : {0.0, 1.0 * mm, 3.0 * mm, 6.0 * mm, 10.0 * mm})
        worst = std::max(worst, std::abs(layered_profile(r, z, thickness) / exact(r, z) - 1.0));
    return worst;
}

TEST(FluorescenceLight, PointSourceHasTheExactProfileAtSecondOrder) {
    const double coarse = worst_profile(2.0 / 3.0 * mm, robin_profile);
    const double fine = worst_profile(2.0 / 9.0 * mm, robin_profile);
    const double finest = worst_profile(2.0 / 27.0 * mm, robin_profile);
    std::cout << "profile errors " << coarse << " " << fine << " " << finest << "\n";
    EXPECT_NEAR(std::log(coarse / fine) / std::log(3.0), 2.0, 0.25);
    EXPECT_NEAR(std::log(fine / finest) / std::log(3.0), 2.0, 0.1);
    EXPECT_LT(finest, 0.002);
}

TEST(FluorescenceLight, TheExtrapolatedBorderErrsByLessThanATenth) {
    const double image = worst_profile(2.0 / 9.0 * mm, image_profile);
    std::cout << "against the image beyond the extrapolated border " << image << "\n";
    EXPECT_LT(image, 0.1);
    EXPECT_GT(image, 0.05);  // five transport lengths deep it is no better
}

struct Buried {
    stimulus::PhotonMedium medium;
    std::vector<BodyColumn> columns;
    std::vector<double> source;
};

Buried buried_source(index_t depth, double absorbed = absorption) {
    const Grid grid{40, 40, 40, {0.5 * mm, 0.5 * mm, 0.5 * mm}, {}};
    Buried b{block(grid, index_inside, 0.9, absorbed), {}, std::vector<double>(64000, 0.0)};
    b.columns = body_columns(b.medium);
    for (index_t k = depth; k < depth + 2; ++k)
        for (index_t j = 19; j < 21; ++j)
            for (index_t i = 19; i < 21; ++i)
                b.source[static_cast<std::size_t>(grid.index(i, j, k))] = 1e9;
    return b;
}

double sum_of(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0);
}

/// Sum over columns within `radius` of the middle.
double within(const std::vector<double>& surface, double radius) {
    double sum = 0.0;
    for (std::size_t n = 0; n < surface.size(); ++n) {
        const double x = (static_cast<double>(n % 40) + 0.5) * 0.5 * mm - 10.0 * mm;
        const double y = (static_cast<double>(n / 40) + 0.5) * 0.5 * mm - 10.0 * mm;
        if (std::hypot(x, y) < radius) sum += surface[n];
    }
    return sum;
}

TEST(FluorescenceLight, DiffusionAndMonteCarloSeeTheSameSurface) {
    exec::ThreadTeam team(2);
    matter::Library library(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    const ScanContext context{team, library, 7, {}, {}};
    const Buried b = buried_source(9);  // 4.5 to 5.5 mm
    const auto diffuse = diffuse_surface(team, b.medium, b.columns, b.source);
    const auto counted = photon_surface(context, b.medium, b.columns, b.source, 200'000, 1);
    const LightLayers layers = light_layers(b.medium, b.columns);
    const auto layered =
        layered_escape(team, {b.medium.grid, b.columns, layers}, b.source, {}).first;
    for (const double radius : {2.0 * mm, 4.0 * mm, 8.0 * mm, 20.0 * mm})
        std::cout << "radius " << radius << " diffusion/MC "
                  << within(diffuse, radius) / within(counted, radius) << " layers/diffusion "
                  << within(layered, radius) / within(diffuse, radius) << "\n";
    EXPECT_NEAR(sum_of(diffuse) / sum_of(counted), 1.0, 0.03);
    for (const double radius : {2.0 * mm, 4.0 * mm, 8.0 * mm})
        EXPECT_NEAR(within(diffuse, radius) / within(counted, radius), 1.0, 0.04);
    // the layers solve the same cells
    for (std::size_t n = 0; n < layered.size(); ++n)
        EXPECT_NEAR(layered[n], diffuse[n], 1e-7 * diffuse[820]);
}

// Diffusion takes absorption for small against scattering: at 0.002 of it the two agree on all
// light within 1 %, at 0.01 within 1.5 %.
TEST(FluorescenceLight, DiffusionAndMonteCarloMeetWhereAbsorptionIsWeak) {
    exec::ThreadTeam team(2);
    matter::Library library(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    const ScanContext context{team, library, 7, {}, {}};
    const Buried b = buried_source(9, 2.0);
    const auto diffuse = diffuse_surface(team, b.medium, b.columns, b.source);
    const auto counted = photon_surface(context, b.medium, b.columns, b.source, 200'000, 1);
    std::cout << "weak absorption: diffusion/MC " << sum_of(diffuse) / sum_of(counted) << "\n";
    EXPECT_NEAR(sum_of(diffuse) / sum_of(counted), 1.0, 0.01);
    for (const double radius : {2.0 * mm, 4.0 * mm, 8.0 * mm})
        EXPECT_NEAR(within(diffuse, radius) / within(counted, radius), 1.0, 0.03);
}

TEST(FluorescenceLight, DiffusionAndMonteCarloExciteAlike) {
    exec::ThreadTeam team(2);
    matter::Library library(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    const ScanContext context{team, library, 7, {}, {}};
    const Grid grid{20, 20, 40, {0.5 * mm, 0.5 * mm, 0.5 * mm}, {}};
    const stimulus::PhotonMedium medium = block(grid);
    FluorescenceSettings settings;
    settings.photons = 150'000;
    const auto diffuse = diffuse_excitation(team, medium, body_columns(medium), settings);
    const auto counted = photon_excitation(context, medium, settings);
    const auto layered = layered_fluence(light_layers(medium, body_columns(medium)), false);
    for (index_t k = 0; k < 20; k += 2) {
        double a = 0.0, b = 0.0;
        for (index_t n = 0; n < 400; ++n) {
            a += diffuse[static_cast<std::size_t>(k * 400 + n)];
            b += counted[static_cast<std::size_t>(k * 400 + n)];
        }
        std::cout << "depth " << k << " diffusion/MC " << a / b << "\n";
        EXPECT_NEAR(a / 400.0, 100.0 * layered[static_cast<std::size_t>(k)], 1e-6 * a / 400.0);
        if (k >= 6) {
            EXPECT_NEAR(a / b, 1.0, 0.04);
        }
    }
}

TEST(FluorescenceLight, OneAdjointRunTellsWhatEveryVoxelSends) {
    exec::ThreadTeam team(2);
    const Buried b = buried_source(9);
    stimulus::PhotonMedium medium = b.medium;  // with a dark rod, so that nothing is symmetric
    medium.media.push_back({"dark", 200.0, 5000.0, 0.9, index_inside, {}, false});
    for (index_t k = 4; k < 16; ++k)
        for (index_t j = 10; j < 20; ++j)
            medium.label[static_cast<std::size_t>(medium.grid.index(17, j, k))] = 1;
    const auto shares = escape_shares(team, medium, b.columns);
    const auto forward = diffuse_surface(team, medium, b.columns, b.source);
    double adjoint = 0.0;
    for (std::size_t i = 0; i < shares.size(); ++i) adjoint += shares[i] * b.source[i];
    adjoint *= medium.grid.cell_volume();
    EXPECT_NEAR(adjoint, sum_of(forward) * 0.25 * mm * mm, 1e-7 * adjoint);
}

TEST(FluorescenceLight, PhotonsObeyReciprocity) {
    // straight light from above against light that leaves straight up, of an index that is matched:
    // fluence per irradiance = 4 pi times the chance per solid angle (tissue goes on sideways)
    exec::ThreadTeam team(2);
    matter::Library library(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    const ScanContext context{team, library, 3, {}, {}};
    const Grid grid{10, 10, 30, {0.5 * mm, 0.5 * mm, 0.5 * mm}, {}};
    const stimulus::PhotonMedium medium = block(grid, 1.0);
    FluorescenceSettings settings;
    settings.irradiance = 1.0;
    settings.photons = 150'000;
    const auto fluence = photon_excitation(context, medium, settings);
    const index_t k = 5;
    double down = 0.0;
    for (index_t n = 0; n < 100; ++n)
        down += fluence[static_cast<std::size_t>(k * 100 + n)] / 100.0;

    stimulus::LightSourceInput source;
    source.kind = "volume";
    source.weights.assign(3000, 0.0);
    for (index_t n = 0; n < 100; ++n) source.weights[static_cast<std::size_t>(k * 100 + n)] = 1.0;
    stimulus::PhotonRun run;
    run.photons = 250'000;
    run.seed = 5;
    run.fluence = false;
    run.detectors = {{{}, 1.0}};
    double up = 0.0;
    const double least = 0.95;  // cosine
    for (const auto& exit : stimulus::transport_photons(team, medium, source, run).exits)
        if (-exit.direction[2] > least) up += exit.weight;
    up /= static_cast<double>(run.photons);
    const double per_angle = up / (2.0 * std::numbers::pi * (1.0 - least));
    // flux through the surface carries the cosine; within the cone it is 0.975 on average, and
    // the radiance falls with it by (1 + 1.5 c)
    const double mean = (0.975 * (1.0 + 1.5 * 0.975)) / 2.5;
    std::cout << "reciprocity " << 4.0 * std::numbers::pi * per_angle / mean / down << "\n";
    EXPECT_NEAR(4.0 * std::numbers::pi * per_angle / mean / down, 1.0, 0.02);
}

}  // namespace
}  // namespace caravel::imaging
