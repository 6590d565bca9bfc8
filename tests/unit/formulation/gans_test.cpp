#include "caravel/formulation/optics/gans.hpp"

#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>

namespace {

using namespace caravel::formulation::optics;
using Complex = std::complex<double>;

TEST(DepolarisationFactors, AreOneThirdForASphereAndSumToOne) {
    const auto sphere = depolarisation_factors({2e-8, 2e-8, 2e-8});
    EXPECT_NEAR(sphere[0], 1.0 / 3.0, 1e-15);
    const auto ellipsoid = depolarisation_factors({1.0, 2.0, 3.0});
    EXPECT_NEAR(ellipsoid[0] + ellipsoid[1] + ellipsoid[2], 1.0, 1e-14);
    EXPECT_GT(ellipsoid[0], ellipsoid[1]);
    EXPECT_GT(ellipsoid[1], ellipsoid[2]);
}

TEST(DepolarisationFactors, MeetTheClosedFormsOfSpheroids) {
    for (const double aspect : {1.5, 5.0, 40.0}) {
        const double e2 = 1.0 - 1.0 / (aspect * aspect);
        const double e = std::sqrt(e2);
        const double prolate = (1.0 - e2) / e2 * (std::atanh(e) / e - 1.0);
        EXPECT_NEAR(depolarisation_factors({1.0, 1.0, aspect})[2], prolate, 1e-14) << aspect;
        const double oblate = (1.0 - std::sqrt(1.0 - e2) / e * std::asin(e)) / e2;
        EXPECT_NEAR(depolarisation_factors({aspect, aspect, 1.0})[2], oblate, 1e-14) << aspect;
    }
}

TEST(Gans, GivesTheDipoleOfASmallSphere) {
    const double k = 0.01;
    const Complex eps(-11.0, 1.3);
    const GansResult r = gans_cross_sections({1.0, 1.0, 1.0}, k, std::sqrt(eps));
    const Complex clausius = (eps - 1.0) / (eps + 2.0);
    EXPECT_NEAR(r.average.absorption / (4.0 * std::numbers::pi * k * clausius.imag()), 1.0, 1e-13);
    EXPECT_NEAR(r.average.scattering /
                    (8.0 * std::numbers::pi / 3.0 * std::pow(k, 4) * std::norm(clausius)),
                1.0, 1e-13);
}

TEST(Gans, RodOfGoldHasTheKnownQuasiStaticValue) {
    // k Im(alpha) = 575 nm2 against 509.8 nm2 of the T-matrix
    const GansResult r = gans_cross_sections(
        {10.0, 10.0, 50.0}, 2.0 * std::numbers::pi * 1.33 / 650.0, {0.119065, 2.67664});
    EXPECT_NEAR(r.along[2].absorption, 575.0, 0.5);
}

TEST(Gans, ModifiedModelConservesEnergyWithoutLoss) {
    const GansResult r =
        gans_cross_sections({1.0, 2.0, 3.0}, 0.2, 1.5, GansModel::modified_long_wavelength);
    for (const CrossSections& c : r.along) EXPECT_NEAR(c.absorption, 0.0, 1e-12 * c.scattering);
}

TEST(Gans, RefusesWhatIsNoSmallEllipsoid) {
    EXPECT_THROW(depolarisation_factors({1.0, 0.0, 1.0}), caravel::InputError);
    EXPECT_THROW(gans_cross_sections({1.0, 1.0, 1.1}, 1.0, 1.5), caravel::InputError);
    EXPECT_THROW(gans_cross_sections({1.0, 1.0, 1.0}, -1.0, 1.5), caravel::InputError);
    EXPECT_THROW(gans_cross_sections({1.0, 1.0, 1.0}, 0.1, {1.5, -0.1}), caravel::InputError);
}

}  // namespace
