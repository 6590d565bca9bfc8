// Diffusion of light against exact solutions of the diffusion equation, and its order.
#include "caravel/stimulus/light/diffuse_light.hpp"
#include "caravel/base/quadrature.hpp"
#include "caravel/stimulus/light/photon_transport.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace caravel::stimulus {
namespace {

constexpr double mm = 1e-3;
constexpr double pi = std::numbers::pi;

PhotonMedium cube(index_t cells, double edge, double absorption, double reduced) {
    PhotonMedium medium;
    const double h = edge / static_cast<double>(cells);
    medium.grid = {cells, cells, cells, {h, h, h}, {0.0, 0.0, 0.0}};
    medium.label.assign(static_cast<std::size_t>(cells * cells * cells), 0);
    medium.media.resize(1);
    medium.media[0].absorption = absorption;
    medium.media[0].scattering = 10.0 * reduced;
    medium.media[0].anisotropy = 0.9;
    medium.media[0].refractive_index = 1.0;
    return medium;
}

double diffusion_coefficient(double absorption, double reduced) {
    return 1.0 / (3.0 * (absorption + reduced));
}

// A point source in an infinite medium: exp(-mu r)/(4 pi D r).
double point_fluence(double r, double absorption, double reduced) {
    const double d = diffusion_coefficient(absorption, reduced);
    return std::exp(-std::sqrt(absorption / d) * r) / (4.0 * pi * d * r);
}

// The same in the middle of a cube of mirrors: the sum over all images.
double mirrored_fluence(const Vector3& at, double edge, double absorption, double reduced) {
    double sum = 0.0;
    constexpr int shells = 4;
    for (int i = -shells; i <= shells; ++i)
        for (int j = -shells; j <= shells; ++j)
            for (int k = -shells; k <= shells; ++k)
                sum += point_fluence(std::hypot(at[0] - (i + 0.5) * edge, at[1] - (j + 0.5) * edge,
                                                at[2] - (k + 0.5) * edge),
                                     absorption, reduced);
    return sum;
}

// Largest relative error beyond `least` (m) from the source.
double point_source_error(index_t cells) {
    const double edge = 12.0 * mm, absorption = 20.0, reduced = 1000.0, least = 3.0 * mm;
    PhotonMedium medium = cube(cells, edge, absorption, reduced);
    medium.faces.fill(LightFace::mirror);
    LightSourceInput source;
    source.kind = "isotropic";
    source.position = {0.5 * edge, 0.5 * edge, 0.5 * edge};
    exec::ThreadTeam team(1);
    const DiffuseLight light = diffuse_light(team, medium, source);
    EXPECT_NEAR(light.absorbed, 1.0, 1e-8);
    EXPECT_EQ(light.left, 0.0);
    double worst = 0.0;
    for (index_t k = 0; k < cells; ++k)
        for (index_t i = 0; i < cells; ++i) {
            const index_t j = cells / 2;
            const Vector3 at = medium.grid.centre(i, j, k);
            const double r = std::hypot(at[0] - 0.5 * edge, at[1] - 0.5 * edge, at[2] - 0.5 * edge);
            if (r < least) continue;
            const double exact = mirrored_fluence(at, edge, absorption, reduced);
            const double found =
                light.fluence[static_cast<std::size_t>(medium.grid.index(i, j, k))];
            worst = std::max(worst, std::abs(found / exact - 1.0));
        }
    return worst;
}

TEST(DiffuseLight, PointSourceConvergesToSecondOrder) {
    const double coarse = point_source_error(12), middle = point_source_error(24),
                 fine = point_source_error(48);
    RecordProperty("errors", std::to_string(coarse) + " " + std::to_string(middle) + " " +
                                 std::to_string(fine));
    EXPECT_LT(fine, 4e-3);
    EXPECT_NEAR(std::log2(middle / fine), 2.0, 0.25) << coarse << " " << middle << " " << fine;
}

// A pencil beam on a half space whose surface lets flux phi/(2 A) out: source one transport length
// deep, its image, and a line of sinks behind the image (exact for that condition).
struct HalfSpace {
    double absorption, reduced, factor;

    double fluence(double rho, double z) const {
        const double d = diffusion_coefficient(absorption, reduced);
        const double mu = std::sqrt(absorption / d);
        const double depth = 1.0 / (absorption + reduced), length = 2.0 * factor * d;
        const auto green = [&](double r) { return std::exp(-mu * r) / (4.0 * pi * d * r); };
        double sum = green(std::hypot(rho, z - depth)) + green(std::hypot(rho, z + depth));
        const QuadratureRule rule = gauss_legendre(200, 0.0, 40.0);  // in units of the length
        for (std::size_t i = 0; i < rule.size(); ++i)
            sum -= 2.0 * rule.weight[i] * std::exp(-rule.node[i]) *
                   green(std::hypot(rho, z + depth + rule.node[i] * length));
        return sum * reduced / (absorption + reduced);
    }
};

PhotonMedium half_space(index_t cells, double edge, double index, double absorption,
                        double reduced) {
    PhotonMedium medium = cube(cells, edge, absorption, reduced);
    medium.media[0].refractive_index = index;
    medium.faces = {LightFace::mirror, LightFace::mirror,  LightFace::mirror,
                    LightFace::mirror, LightFace::fresnel, LightFace::mirror};
    return medium;
}

// Images of the pencil beam in the four mirrors at the sides; the floor is too deep to matter.
double half_space_error(index_t cells) {
    const double edge = 16.0 * mm, absorption = 30.0, reduced = 1000.0, index = 1.4;
    const PhotonMedium medium = half_space(cells, edge, index, absorption, reduced);
    LightSourceInput source;
    source.position = {0.5 * edge, 0.5 * edge, -1.0 * mm};
    exec::ThreadTeam team(1);
    const DiffuseLight light = diffuse_light(team, medium, source);
    const double specular = std::pow(0.4 / 2.4, 2);
    EXPECT_NEAR(light.specular, specular, 1e-12);
    EXPECT_NEAR(light.absorbed + light.left + light.specular, 1.0, 1e-8);
    const double r = effective_reflection(index);
    const HalfSpace exact{absorption, reduced, (1.0 + r) / (1.0 - r)};
    double worst = 0.0;
    const index_t j = cells / 2;
    for (index_t k = 0; k < cells; ++k)
        for (index_t i = 0; i < cells; ++i) {
            const Vector3 at = medium.grid.centre(i, j, k);
            const double x = at[0] - 0.5 * edge, y = at[1] - 0.5 * edge;
            if (std::abs(x) < 3.0 * mm || std::abs(x) > 6.0 * mm || at[2] > 6.0 * mm) continue;
            double sum = 0.0;
            for (int a = -1; a <= 1; ++a)
                for (int b = -1; b <= 1; ++b)
                    sum += exact.fluence(std::hypot(x - a * edge, y - b * edge), at[2]);
            const double found =
                light.fluence[static_cast<std::size_t>(medium.grid.index(i, j, k))];
            worst = std::max(worst, std::abs(found / (sum * (1.0 - specular)) - 1.0));
        }
    return worst;
}

TEST(DiffuseLight, PencilOnHalfSpaceFollowsTheExactSolution) {
    const double coarse = half_space_error(16), middle = half_space_error(32),
                 fine = half_space_error(64);
    RecordProperty("errors", std::to_string(coarse) + " " + std::to_string(middle) + " " +
                                 std::to_string(fine));
    EXPECT_LT(fine, 1e-2) << coarse << " " << middle << " " << fine;
    EXPECT_GT(std::log2(middle / fine), 1.5) << coarse << " " << middle << " " << fine;
}

// The usual dipole (Farrell, Patterson and Wilson 1992; extrapolated border) differs from the exact
// solution of the same equation by a few per cent: both describe the surface to first order.
TEST(DiffuseLight, DipoleOfTheExtrapolatedBorderIsNearby) {
    const double absorption = 10.0, reduced = 1000.0;
    const double r = effective_reflection(1.4), factor = (1.0 + r) / (1.0 - r);
    const HalfSpace exact{absorption, reduced, factor};
    const double d = diffusion_coefficient(absorption, reduced);
    const double depth = 1.0 / (absorption + reduced), beyond = 2.0 * factor * d;
    for (const double rho : {5.0 * mm, 8.0 * mm}) {
        const double z = 3.0 * mm;
        const double dipole =
            (point_fluence(std::hypot(rho, z - depth), absorption, reduced) -
             point_fluence(std::hypot(rho, z + depth + 2.0 * beyond), absorption, reduced)) *
            reduced / (absorption + reduced);
        EXPECT_NEAR(dipole / exact.fluence(rho, z), 1.0, 0.05) << rho;
    }
}

// A wide beam on a half space: a sheet of sources one transport length deep and its image.
TEST(DiffuseLight, WideBeamFallsExponentially) {
    const double edge = 16.0 * mm, absorption = 30.0, reduced = 1000.0;
    PhotonMedium medium = half_space(32, edge, 1.4, absorption, reduced);
    LightSourceInput source;
    source.kind = "planar";
    source.position = {0.0, 0.0, -1.0 * mm};
    source.edge_1 = {edge, 0.0, 0.0};
    source.edge_2 = {0.0, edge, 0.0};
    exec::ThreadTeam team(1);
    const DiffuseLight light = diffuse_light(team, medium, source);
    const double d = diffusion_coefficient(absorption, reduced);
    const double mu = std::sqrt(absorption / d);
    const double r = effective_reflection(1.4);
    const double length = 2.0 * d * (1.0 + r) / (1.0 - r), depth = 1.0 / (absorption + reduced);
    const double area = edge * edge, specular = std::pow(0.4 / 2.4, 2);
    // The floor mirrors.
    for (const index_t k : {8, 12, 16}) {
        const double z = (static_cast<double>(k) + 0.5) * edge / 32.0;
        const double up = std::exp(-mu * (z - depth)) +
                          (mu * length - 1.0) / (mu * length + 1.0) * std::exp(-mu * (z + depth));
        const double exact = up / (2.0 * mu * d * area) * reduced / (absorption + reduced) *
                             (1.0 - specular) * (1.0 + std::exp(-2.0 * mu * (edge - z)));
        const double found = light.fluence[static_cast<std::size_t>(medium.grid.index(15, 17, k))];
        EXPECT_NEAR(found / exact, 1.0, 0.01) << z;
    }
}

/// Mean fluence (1/m2) of the voxels whose middle is between two distances (m) from a place.
double shell_mean(const Grid& grid, const std::vector<double>& fluence, const Vector3& from,
                  double low, double high) {
    double sum = 0.0, count = 0.0;
    for (index_t k = 0; k < grid.nz; ++k)
        for (index_t j = 0; j < grid.ny; ++j)
            for (index_t i = 0; i < grid.nx; ++i) {
                const Vector3 at = grid.centre(i, j, k);
                const double r = std::hypot(at[0] - from[0], at[1] - from[1], at[2] - from[2]);
                if (r < low || r >= high) continue;
                sum += fluence[static_cast<std::size_t>(grid.index(i, j, k))];
                count += 1.0;
            }
    return sum / count;
}

// Photons and diffusion agree where both hold: beyond three transport lengths, little absorption.
TEST(DiffuseLight, AgreesWithPhotonsDeepInside) {
    PhotonMedium medium = cube(30, 15.0 * mm, 20.0, 1000.0);
    medium.media[0].refractive_index = 1.37;
    medium.faces.fill(LightFace::fresnel);
    LightSourceInput source;
    source.kind = "isotropic";
    source.position = {7.5 * mm, 7.5 * mm, 7.5 * mm};
    exec::ThreadTeam team(2);
    const DiffuseLight light = diffuse_light(team, medium, source);
    PhotonRun run;
    run.photons = 100'000;
    const PhotonTally tally = transport_photons(team, medium, source, run);
    const std::vector<double> photons = fluence(tally, medium);
    EXPECT_NEAR(light.absorbed, tally.absorbed_share(), 0.01);
    for (const double r : {3.0 * mm, 4.0 * mm, 5.0 * mm, 6.0 * mm}) {
        const double ratio =
            shell_mean(medium.grid, light.fluence, {7.5 * mm, 7.5 * mm, 7.5 * mm}, r, r + mm) /
            shell_mean(medium.grid, photons, {7.5 * mm, 7.5 * mm, 7.5 * mm}, r, r + mm);
        RecordProperty("at_" + std::to_string(static_cast<int>(r / mm)), std::to_string(ratio));
        EXPECT_NEAR(ratio, 1.0, 0.05) << r;
    }
}

}  // namespace
}  // namespace caravel::stimulus
