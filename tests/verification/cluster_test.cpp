// Coupled multipoles against published numbers, conservation and an independent average.
#include "caravel/formulation/optics/cluster.hpp"
#include "caravel/formulation/optics/coupled_dipoles.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <complex>
#include <numbers>
#include <span>

namespace {

using namespace caravel::formulation::optics;
using Complex = std::complex<double>;

// Drude silver of the TERMS program, wavelength in nm.
Complex silver(double wavelength) {
    const double p = 282.0, mu = 17000.0;
    return 4.0 * (1.0 - 1.0 / (p * p *
                               Complex(1.0 / (wavelength * wavelength), 1.0 / (mu * wavelength))));
}

// Two spheres of 30 nm radius, centres 100 nm apart, in n^2 = 1.7689.
ClusterInput silver_dimer(double wavelength, int order) {
    const double n = 1.33, radius = 30e-9;
    const Complex index = std::sqrt(silver(wavelength)) / n;
    ClusterInput input;
    input.wave_number = 2.0 * std::numbers::pi * n / (wavelength * 1e-9);
    input.order = order;
    for (const double z : {-50e-9, 50e-9}) {
        input.spheres.push_back(layered_cluster_sphere(
            {0, 0, z}, std::span(&radius, 1), std::span(&index, 1), input.wave_number, order));
    }
    return input;
}

struct Published {
    double wavelength, extinction, scattering;  // nm, nm2
};

// Orientation-averaged, printed by TERMS (vignette 01, dimer of spheres).
constexpr std::array<Published, 3> terms{{{400, 37297.1124999682, 31092.3125871932},
                                          {440, 62760.0640935693, 51068.8683611153},
                                          {500, 13246.2418328716, 11263.0704292767}}};

TEST(ClusterAgainstTerms, OrderEightGivesThePublishedDimerToTenDigits) {
    for (const Published& p : terms) {
        const ClusterResult r = cluster_cross_sections(silver_dimer(p.wavelength, 8));
        EXPECT_NEAR(r.average->extinction * 1e18 / p.extinction, 1.0, 1e-10) << p.wavelength;
        EXPECT_NEAR(r.average->scattering * 1e18 / p.scattering, 1.0, 1e-10) << p.wavelength;
    }
}

TEST(ClusterAgainstTerms, ConvergedDimerAgreesTo1e8) {
    for (const Published& p : terms) {
        const ClusterResult r = cluster_cross_sections(silver_dimer(p.wavelength, 11));
        EXPECT_NEAR(r.average->extinction * 1e18 / p.extinction, 1.0, 1e-8) << p.wavelength;
        EXPECT_NEAR(r.average->scattering * 1e18 / p.scattering, 1.0, 1e-8) << p.wavelength;
    }
}

TEST(ClusterOrder, TruncationErrorFallsGeometrically) {
    // Images between equal spheres shrink by exp(-2 xi) per order, cosh xi = d / 2R: 1/9 here.
    const double fine = cluster_cross_sections(silver_dimer(500, 12)).average->extinction;
    double before = 0.0;
    for (const int order : {3, 4, 5, 6, 7}) {
        const double error =
            std::abs(cluster_cross_sections(silver_dimer(500, order)).average->extinction - fine);
        if (before > 0.0) {
            EXPECT_NEAR(error / before, 1.0 / 9.0, 0.02) << order;
        }
        before = error;
    }
}

ClusterInput glass_cluster(Complex index) {
    ClusterInput input;
    input.wave_number = 2.0 * std::numbers::pi / 400e-9;
    input.order = 7;
    const Vector3 centres[4] = {
        {0, 0, 0}, {230e-9, 10e-9, 0}, {60e-9, 220e-9, 40e-9}, {90e-9, 70e-9, -240e-9}};
    for (const Vector3& centre : centres) {
        const double radius = 100e-9;
        input.spheres.push_back(layered_cluster_sphere(centre, std::span(&radius, 1),
                                                       std::span(&index, 1), input.wave_number, 7));
    }
    input.direction = {0.36, -0.48, 0.8};
    input.polarisation = {0.8, 0.6, 0.0};
    return input;
}

TEST(ClusterConservation, LosslessSpheresScatterAllTheyTakeTo1e10) {
    const ClusterResult r = cluster_cross_sections(glass_cluster(1.6));
    EXPECT_NEAR(r.fixed.scattering / r.fixed.extinction, 1.0, 1e-10);
    EXPECT_NEAR(r.average->scattering / r.average->extinction, 1.0, 1e-10);
    EXPECT_LT(std::abs(r.fixed.absorption), 1e-10 * r.fixed.extinction);
}

TEST(ClusterConservation, AbsorptionOfTheSpheresClosesTheBalance) {
    const ClusterResult r = cluster_cross_sections(glass_cluster({1.6, 0.2}));
    EXPECT_LT(r.energy_residual, 1e-12);
    EXPECT_NEAR((r.average->extinction - r.average->scattering) / r.average->absorption, 1.0,
                1e-12);
    for (const double a : r.sphere_absorption) EXPECT_GT(a, 0.0);
}

TEST(ClusterSymmetry, OppositeIncidenceHasTheSameExtinction) {
    ClusterInput input = glass_cluster({1.6, 0.2});
    input.orientation_average = false;
    const double there = cluster_cross_sections(input).fixed.extinction;
    for (double& c : input.direction) c = -c;
    EXPECT_NEAR(cluster_cross_sections(input).fixed.extinction / there, 1.0, 1e-12);
}

TEST(ClusterAverage, EqualsAQuadratureOverDirectionsAndPolarisations) {
    // For the two-sphere axis z only the polar angle matters: 24 Gauss nodes by symmetry 12.
    ClusterInput input = silver_dimer(440, 5);
    const ClusterResult averaged = cluster_cross_sections(input);
    input.orientation_average = false;
    constexpr std::array<double, 6> nodes{0.1252334085114689, 0.3678314989981802,
                                          0.5873179542866175, 0.7699026741943047,
                                          0.9041172563704749, 0.9815606342467192};
    constexpr std::array<double, 6> weights{0.2491470458134028, 0.2334925365383548,
                                            0.2031674267230659, 0.1600783285433462,
                                            0.1069393259953184, 0.0471753363865118};
    double extinction = 0.0;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const double c = nodes[i], s = std::sqrt(1.0 - c * c);
        input.direction = {s, 0.0, c};
        input.polarisation = {0.0, 1.0, 0.0};
        extinction += 0.5 * weights[i] * cluster_cross_sections(input).fixed.extinction;
        input.polarisation = {c, 0.0, -s};
        extinction += 0.5 * weights[i] * cluster_cross_sections(input).fixed.extinction;
    }
    EXPECT_NEAR(extinction / averaged.average->extinction, 1.0, 1e-12);
}

TEST(CoupledDipoles, AreTheClusterOfElectricDipoles) {
    // Green's tensor against translated waves of order 1.
    ClusterInput input = silver_dimer(440, 1);
    input.direction = {0.6, 0.0, 0.8};
    input.polarisation = {0.8, 0.0, -0.6};
    for (ClusterSphere& sphere : input.spheres) sphere.coefficients.b[0] = 0.0;
    const ClusterResult waves = cluster_cross_sections(input);
    const CoupledDipoleResult dipoles = coupled_dipoles(input);
    EXPECT_NEAR(dipoles.fixed.extinction / waves.fixed.extinction, 1.0, 1e-12);
    EXPECT_NEAR(dipoles.fixed.scattering / waves.fixed.scattering, 1.0, 1e-12);
    EXPECT_NEAR(dipoles.sphere_absorption[1] / waves.sphere_absorption[1], 1.0, 1e-12);
}

}  // namespace
