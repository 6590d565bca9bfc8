#include "caravel/formulation/optics/size_ensemble.hpp"

#include "caravel/base/error.hpp"
#include "caravel/formulation/optics/layered_sphere.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

namespace caravel::formulation::optics {
namespace {

double moment(const std::vector<SizeNode>& nodes, int power) {
    double sum = 0.0;
    for (const SizeNode& node : nodes) sum += node.weight * std::pow(node.diameter, power);
    return sum;
}

TEST(SizeEnsemble, LogNormalMomentsAreExact) {
    const double s = std::log(1.3);
    for (const int count : {16, 33, 64}) {
        const std::vector<SizeNode> nodes = log_normal_nodes(40.0, 1.3, count);
        ASSERT_EQ(nodes.size(), static_cast<std::size_t>(count));
        EXPECT_NEAR(moment(nodes, 0), 1.0, 1e-13) << count;
        EXPECT_NEAR(moment(nodes, 3) / (64000.0 * std::exp(4.5 * s * s)), 1.0, 1e-11) << count;
        EXPECT_NEAR(moment(nodes, 6) / (64000.0 * 64000.0 * std::exp(18.0 * s * s)), 1.0, 1e-6);
    }
}

// Abramowitz and Stegun, table 25.10: largest root .2020182870 10^1 for n = 5
TEST(SizeEnsemble, NodesAreHermites) {
    const std::vector<SizeNode> nodes = log_normal_nodes(1.0, std::numbers::e, 5);
    EXPECT_NEAR(std::log(nodes.back().diameter), std::sqrt(2.0) * 2.0201828705, 1e-9);
    EXPECT_NEAR(nodes.back().weight, 0.0199532421 / std::sqrt(std::numbers::pi), 1e-10);
}

TEST(SizeEnsemble, OneSizeAndHistogram) {
    const std::vector<SizeNode> one = log_normal_nodes(5.0, 1.0);
    ASSERT_EQ(one.size(), 1u);
    EXPECT_DOUBLE_EQ(one[0].diameter, 5.0);
    const std::vector<SizeNode> two =
        histogram_nodes(std::vector<double>{1.0, 2.0}, std::vector<double>{30.0, 10.0});
    EXPECT_DOUBLE_EQ(two[0].weight, 0.75);
    EXPECT_DOUBLE_EQ(moment(two, 1), 1.25);
}

TEST(SizeEnsemble, AveragesWeighAsTheyShould) {
    const std::vector<SizeNode> nodes{{1.0, 0.5}, {2.0, 0.5}};
    const EnsembleOptics mean = ensemble_average(nodes, [](double d) {
        return SizedOptics{{3.0 * d, d, 2.0 * d, d == 1.0 ? 0.0 : 0.6}, d * d * d};
    });
    EXPECT_DOUBLE_EQ(mean.per_particle.extinction, 4.5);
    EXPECT_DOUBLE_EQ(mean.per_particle.scattering, 1.5);
    EXPECT_DOUBLE_EQ(mean.mean_volume, 4.5);
    EXPECT_DOUBLE_EQ(mean.per_volume.extinction, 1.0);
    EXPECT_NEAR(mean.per_particle.anisotropy, 0.4, 1e-15);  // (1*0 + 2*.6)/3
}

// small spheres: absorption per volume does not depend on size, scattering goes with <d^6>/<d^3>
TEST(SizeEnsemble, RayleighSpheresOverALogNormal) {
    const double wavelength = 10e-6;
    const std::vector<std::complex<double>> m{{1.5, 0.5}};
    const auto optics = [&](double d) {
        const std::vector<double> radius{d / 2.0};
        return SizedOptics{sphere_cross_sections(radius, m, 1.0, wavelength),
                           std::numbers::pi / 6.0 * d * d * d};
    };
    const EnsembleOptics mono = ensemble_average(log_normal_nodes(20e-9, 1.0), optics);
    const EnsembleOptics poly = ensemble_average(log_normal_nodes(20e-9, 1.2), optics);
    const double s = std::log(1.2);
    EXPECT_NEAR(poly.per_volume.absorption / mono.per_volume.absorption, 1.0, 1e-4);
    EXPECT_NEAR(poly.per_volume.scattering / mono.per_volume.scattering, std::exp(13.5 * s * s),
                1e-3);
}

// 40 nm gold at 524 nm: 3719.44 nm2 is 9.7278e9 L/(mol cm)
TEST(SizeEnsemble, ChemistsUnits) {
    EXPECT_NEAR(10.0 * molar_coefficient(3719.44e-18) / 9.7278e9, 1.0, 1e-5);
    const double mass = 19300.0 * std::numbers::pi / 6.0 * std::pow(40e-9, 3);
    EXPECT_NEAR(mass_coefficient(3719.44e-18, mass) / 100.0, 24.976, 1e-3);
    EXPECT_DOUBLE_EQ(photothermal_bound({4.0, 3.0, 1.0, 0.0}), 0.25);
    EXPECT_DOUBLE_EQ(photothermal_bound({}), 0.0);
}

TEST(SizeEnsemble, BadDistributionsAreRefused) {
    EXPECT_THROW(log_normal_nodes(0.0, 1.2), InputError);
    EXPECT_THROW(log_normal_nodes(1.0, 0.9), InputError);
    EXPECT_THROW(log_normal_nodes(1.0, 1.2, 0), InputError);
    EXPECT_THROW(log_normal_nodes(1.0, 1.2, 201), InputError);
    EXPECT_THROW(histogram_nodes({}, {}), InputError);
    EXPECT_THROW(histogram_nodes(std::vector<double>{1.0}, std::vector<double>{0.0}), InputError);
    EXPECT_THROW(histogram_nodes(std::vector<double>{-1.0}, std::vector<double>{1.0}), InputError);
    EXPECT_THROW(mass_coefficient(1.0, 0.0), InputError);
}

}  // namespace
}  // namespace caravel::formulation::optics
