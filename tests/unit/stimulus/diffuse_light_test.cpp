// Diffusion of light: borders, energy, sources, validity, refusals.
#include "caravel/stimulus/light/diffuse_light.hpp"
#include "caravel/stimulus/light/diffuse_light_rays.hpp"
#include "caravel/stimulus/light/diffuse_light_source.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace caravel::stimulus {
namespace {

constexpr double mm = 1e-3;

PhotonMedium block(index_t cells = 20, double h = 0.5 * mm) {
    PhotonMedium medium;
    medium.grid = {cells, cells, cells, {h, h, h}, {0.0, 0.0, 0.0}};
    medium.label.assign(static_cast<std::size_t>(cells * cells * cells), 0);
    medium.media.resize(1);
    medium.media[0].absorption = 20.0;
    medium.media[0].scattering = 10000.0;
    medium.media[0].anisotropy = 0.9;
    medium.faces.fill(LightFace::fresnel);
    return medium;
}

LightSourceInput source_of(const std::string& kind) {
    LightSourceInput source;
    source.kind = kind;
    source.position = {5.0 * mm, 5.0 * mm, 0.0};
    source.radius = 2.0 * mm;
    source.length = 4.0 * mm;
    source.half_angle = 0.4;
    source.numerical_aperture = 0.3;
    source.edge_1 = {3.0 * mm, 0.0, 0.0};
    source.edge_2 = {0.0, 3.0 * mm, 0.0};
    return source;
}

double books(const DiffuseLight& light) { return light.absorbed + light.left + light.specular; }

// The integrals by brute force over the angle, without any substitution.
double plain_reflection(double n) {
    double fluence = 0.0, current = 0.0;
    constexpr int steps = 2'000'000;
    for (int i = 0; i < steps; ++i) {
        const double c = (i + 0.5) / steps;
        const double sine = n * n * (1.0 - c * c);
        double r = 1.0;
        if (sine < 1.0) {
            const double t = std::sqrt(1.0 - sine);
            const double a = (n * c - t) / (n * c + t), b = (n * t - c) / (n * t + c);
            r = 0.5 * (a * a + b * b);
        }
        fluence += 2.0 * c * r / steps;
        current += 3.0 * c * c * r / steps;
    }
    return (fluence + current) / (2.0 - fluence + current);
}

TEST(EffectiveReflection, AgreesWithTheIntegralsByBruteForce) {
    for (const double n : {0.8, 1.1, 1.33, 1.37, 1.4, 1.5, 2.0})
        EXPECT_NEAR(effective_reflection(n), plain_reflection(n), 2e-6) << n;
}

// Haskell and others 1994 J Opt Soc Am A 11:2727: 0.493 at 1.40, 0.431 at 1.33.
TEST(EffectiveReflection, HasThePublishedValues) {
    EXPECT_NEAR(effective_reflection(1.40), 0.493, 5e-4);
    EXPECT_NEAR(effective_reflection(1.33), 0.431, 5e-4);
    EXPECT_EQ(effective_reflection(1.0), 0.0);
    EXPECT_NEAR(effective_reflection(1.0 + 1e-7), 0.0, 1e-5);
}

TEST(EffectiveReflection, RefusesImpossibleIndices) {
    EXPECT_THROW(effective_reflection(0.0), InputError);
    EXPECT_THROW(effective_reflection(std::nan("")), InputError);
}

TEST(DiffuseLight, KeepsItsBooksForEverySource) {
    exec::ThreadTeam team(2);
    PhotonMedium medium = block();
    for (const char* kind : {"pencil", "disk", "gaussian", "planar", "cone", "isotropic", "line",
                             "fibre", "pattern", "volume"}) {
        LightSourceInput source = source_of(kind);
        if (source.kind == "pattern") {
            source.weights = {1.0, 0.0, 2.0, 1.0};
            source.columns = 2;
        }
        if (source.kind == "volume") {
            source.weights.assign(medium.label.size(), 0.0);
            source.weights[4210] = 3.0;
        }
        const DiffuseLight light = diffuse_light(team, medium, source);
        EXPECT_NEAR(books(light), 1.0, 1e-7) << kind;
        EXPECT_GT(light.absorbed, 0.05) << kind;
        EXPECT_TRUE(std::all_of(light.fluence.begin(), light.fluence.end(), [](double f) {
            return f >= 0.0 && std::isfinite(f);
        })) << kind;
    }
}

TEST(DiffuseLight, IsTheSameForAnyNumberOfThreads) {
    const PhotonMedium medium = block();
    const LightSourceInput source = source_of("disk");
    exec::ThreadTeam one(1), two(2), four(4);
    const DiffuseLight light = diffuse_light(one, medium, source);
    EXPECT_EQ(light.fluence, diffuse_light(two, medium, source).fluence);
    EXPECT_EQ(light.fluence, diffuse_light(four, medium, source).fluence);
}

TEST(DiffuseLight, AirReflectsAtTheSurfaceAndInside) {
    exec::ThreadTeam team(1);
    PhotonMedium medium = block();
    LightSourceInput source = source_of("pencil");
    source.position[2] = -1.0 * mm;
    const DiffuseLight reflecting = diffuse_light(team, medium, source);
    EXPECT_NEAR(reflecting.specular, std::pow(0.37 / 2.37, 2), 1e-12);
    medium.faces.fill(LightFace::open);
    const DiffuseLight open = diffuse_light(team, medium, source);
    EXPECT_EQ(open.specular, 0.0);
    EXPECT_GT(reflecting.absorbed, 1.1 * open.absorbed);
}

// The same body cut out of a larger box by exterior voxels: the same light.
TEST(DiffuseLight, ExteriorVoxelsAreASurface) {
    exec::ThreadTeam team(1);
    PhotonMedium inner = block(16);
    LightSourceInput source = source_of("disk");
    source.position = {4.0 * mm, 4.0 * mm, -1.5 * mm};
    source.radius = 1.0 * mm;
    const DiffuseLight plain = diffuse_light(team, inner, source);
    PhotonMedium outer = block(20);
    outer.grid.origin = {-1.0 * mm, -1.0 * mm, -1.0 * mm};
    outer.media.push_back(outer.media[0]);
    outer.media[1].exterior = true;
    outer.media[1].refractive_index = 1.0;
    for (index_t k = 0; k < 20; ++k)
        for (index_t j = 0; j < 20; ++j)
            for (index_t i = 0; i < 20; ++i)
                if (std::min({i, j, k}) < 2 || std::max({i, j, k}) > 17)
                    outer.label[static_cast<std::size_t>(outer.grid.index(i, j, k))] = 1;
    const DiffuseLight cut = diffuse_light(team, outer, source);
    EXPECT_NEAR(cut.absorbed, plain.absorbed, 1e-7);
    EXPECT_NEAR(cut.specular, plain.specular, 1e-9);
    const auto at = static_cast<std::size_t>(inner.grid.index(8, 8, 8));
    const auto same = static_cast<std::size_t>(outer.grid.index(10, 10, 10));
    EXPECT_NEAR(cut.fluence[same] / plain.fluence[at], 1.0, 1e-6);
    EXPECT_EQ(cut.fluence[0], 0.0);
}

TEST(DiffuseLight, AddedAbsorptionTakesLightAway) {
    exec::ThreadTeam team(1);
    PhotonMedium medium = block();
    const LightSourceInput source = source_of("disk");
    const DiffuseLight plain = diffuse_light(team, medium, source);
    medium.added_absorption.assign(medium.label.size(), 0.0);
    medium.added_absorption[static_cast<std::size_t>(medium.grid.index(10, 10, 6))] = 500.0;
    const DiffuseLight shaded = diffuse_light(team, medium, source);
    EXPECT_GT(shaded.absorbed, plain.absorbed);
    const auto behind = static_cast<std::size_t>(medium.grid.index(10, 10, 9));
    EXPECT_LT(shaded.fluence[behind], plain.fluence[behind]);
}

TEST(DiffuseLight, ValidityIsAboutScatteringAndDistance) {
    exec::ThreadTeam team(1);
    PhotonMedium medium = block(24, 1.0 * mm);
    medium.faces.fill(LightFace::mirror);
    LightSourceInput deep = source_of("isotropic");
    deep.position = {12.0 * mm, 12.0 * mm, 12.0 * mm};
    medium.media[0].absorption = 2.0;
    const DiffuseLight good = diffuse_light(team, medium, deep);
    EXPECT_GT(good.valid_share, 0.9);
    EXPECT_EQ(good.warning, "");
    medium.media[0].absorption = 200.0;
    const DiffuseLight absorbed = diffuse_light(team, medium, deep);
    EXPECT_EQ(absorbed.valid_share, 0.0);
    EXPECT_NE(absorbed.warning.find("less than 10 times absorption"), std::string::npos);
}

TEST(DiffuseLight, DistancesAreInTransportLengths) {
    PhotonMedium medium = block(21, 0.5 * mm);
    medium.faces.fill(LightFace::mirror);
    const TransportCoefficients coefficients(medium);
    LightSourceInput source = source_of("isotropic");
    source.position = {5.25 * mm, 5.25 * mm, 5.25 * mm};  // the middle of a voxel
    const FirstFlight flight = first_flight(medium, coefficients, source);
    EXPECT_NEAR(std::accumulate(flight.source.begin(), flight.source.end(), 0.0) *
                    medium.grid.cell_volume(),
                1.0, 1e-9);
    EXPECT_NEAR(coefficients.reduced[0], 1000.0, 1e-9);
}

TEST(DiffuseLight, CollimatedLightStartsOneTransportLengthInside) {
    PhotonMedium medium = block(20, 0.5 * mm);
    medium.faces.fill(LightFace::open);
    const TransportCoefficients coefficients(medium);
    const FirstFlight flight = first_flight(medium, coefficients, source_of("pencil"));
    double sum = 0.0, depth = 0.0, on_the_way = 0.0;
    for (index_t k = 0; k < 20; ++k)
        for (index_t j = 0; j < 20; ++j)
            for (index_t i = 0; i < 20; ++i) {
                const auto n = static_cast<std::size_t>(medium.grid.index(i, j, k));
                sum += flight.source[n];
                depth += flight.source[n] * medium.grid.centre(i, j, k)[2];
                on_the_way += flight.fluence[n] * 20.0 * medium.grid.cell_volume();
            }
    EXPECT_NEAR(depth / sum, 1.0 / 1020.0, 1e-9);
    EXPECT_NEAR(sum * medium.grid.cell_volume(), 1000.0 / 1020.0, 1e-12);
    EXPECT_NEAR(on_the_way, 20.0 / 1020.0, 1e-12);
}

TEST(DiffuseLight, MeanCosineFollowsThePhaseFunction) {
    OpticalMedium medium;
    medium.anisotropy = 0.8;
    EXPECT_EQ(mean_cosine(medium), 0.8);
    medium.phase.kind = PhaseFunction::Kind::modified_henyey_greenstein;
    medium.phase.beta = 0.5;
    EXPECT_EQ(mean_cosine(medium), 0.4);
    medium.phase.kind = PhaseFunction::Kind::tabulated;
    medium.phase.cosines = {-1.0, 0.0, 1.0};
    EXPECT_EQ(mean_cosine(medium), 0.0);
}

TEST(LightRays, FillTheSourceEvenly) {
    LightSourceInput gaussian = source_of("gaussian");
    double square = 0.0, within = 0.0, total = 0.0;
    for (const LightRay& ray : light_rays(gaussian, 1.0)) {
        const double r = std::hypot(ray.position[0] - 5.0 * mm, ray.position[1] - 5.0 * mm);
        square += ray.weight * r * r;
        within += r <= gaussian.radius ? ray.weight : 0.0;
        total += ray.weight;
    }
    EXPECT_NEAR(total, 1.0, 1e-9);
    EXPECT_NEAR(square, 0.5 * std::pow(gaussian.radius, 2), 1e-3 * std::pow(gaussian.radius, 2));
    EXPECT_NEAR(within, 1.0 - std::exp(-2.0), 1e-3);
    double cosine = 0.0;
    for (const LightRay& ray : light_rays(source_of("cone"), 1.0))
        cosine += ray.weight * ray.direction[2];
    EXPECT_NEAR(cosine, 0.5 * (1.0 + std::cos(0.4)), 1e-4);
}

template <class Act>
std::string complaint(Act act) {
    try {
        act();
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

TEST(DiffuseLight, RefusesWhatCannotBe) {
    exec::ThreadTeam team(1);
    const auto with = [&](auto change) {
        PhotonMedium medium = block();
        LightSourceInput source = source_of("pencil");
        change(medium, source);
        return complaint([&] { (void)diffuse_light(team, medium, source); });
    };
    EXPECT_NE(with([](auto& m, auto&) { m.media[0].scattering = 0.0; }).find("no medium scatters"),
              std::string::npos);
    EXPECT_NE(with([](auto&, auto& s) {
                  s.position = {50.0 * mm, 0.0, 0.0};
              }).find("misses"),
              std::string::npos);
    EXPECT_NE(with([](auto& m, auto&) { m.faces.fill(LightFace::cyclic); }).find("cyclic"),
              std::string::npos);
    EXPECT_NE(with([](auto& m, auto&) { m.media[0].refractive_index = 0.9; }).find("index"),
              std::string::npos);
    EXPECT_NE(with([](auto&, auto& s) { s.kind = "disc"; }).find("kind is"), std::string::npos);
    EXPECT_NE(with([](auto&, auto& s) {
                  s.kind = "disk";
                  s.radius = 0.0;
              }).find("radius"),
              std::string::npos);
    EXPECT_NE(with([](auto&, auto& s) {
                  s.direction = {0.0, 0.0, 0.0};
              }).find("direction"),
              std::string::npos);
}

}  // namespace
}  // namespace caravel::stimulus
