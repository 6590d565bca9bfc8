#include "caravel/formulation/optics/permittivity.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <limits>
#include <numbers>

namespace caravel::formulation::optics {
namespace {

using Complex = std::complex<double>;

const FreeElectrons gold{9.03 * electronvolt, 1.07e14, 1.40e6};

TEST(Permittivity, MeanPathOfASphereIsFourThirdsOfItsRadius) {
    const double r = 5e-9;
    const double volume = 4.0 / 3.0 * std::numbers::pi * r * r * r;
    EXPECT_NEAR(mean_electron_path(volume, 4.0 * std::numbers::pi * r * r), 4.0 / 3.0 * r, 1e-22);
}

// by hand: hbar gamma = .070429 eV, hbar vF/L = .092150 eV at L = 10 nm, so the Drude part
// -81.5409/(1.5 (1.5 + i g)) changes from -36.1607 + 1.69784i to -35.8196 + 3.88233i
TEST(Permittivity, TenNanometreShellOfGoldByHand) {
    const Complex bulk{-22.0, 1.5};
    const Complex eps = size_corrected_permittivity(bulk, gold, 1.5 * electronvolt, 10e-9);
    EXPECT_NEAR(eps.real() - bulk.real(), 0.3411, 1e-4);
    EXPECT_NEAR(eps.imag() - bulk.imag(), 2.1845, 1e-4);
}

TEST(Permittivity, BulkReturnsForLongPathsAndWithoutSurfaceScattering) {
    const Complex bulk{-22.0, 1.5};
    const double energy = 1.5 * electronvolt;
    EXPECT_LT(std::abs(size_corrected_permittivity(bulk, gold, energy, 1.0) - bulk), 1e-6);
    EXPECT_EQ(size_corrected_permittivity(bulk, gold, energy, 1e-9, 0.0), bulk);
    EXPECT_GT(size_corrected_permittivity(bulk, gold, energy, 3e-9).imag(),
              size_corrected_permittivity(bulk, gold, energy, 9e-9).imag());
}

TEST(Permittivity, MixturesEndInTheirParts) {
    const Complex a{2.1, 0.0};
    const Complex b{-10.0, 1.0};
    for (const auto mix : {maxwell_garnett, bruggeman}) {
        EXPECT_LT(std::abs(mix(a, b, 0.0) - a), 1e-14);
        EXPECT_LT(std::abs(mix(a, b, 1.0) - b), 1e-13);
    }
}

TEST(Permittivity, DiluteMixturesFollowClausiusMossotti) {
    const Complex a{1.77, 0.0};
    const Complex b{6.0, 0.5};
    const double f = 1e-4;
    const Complex dilute = a + 3.0 * f * a * (b - a) / (b + 2.0 * a);
    EXPECT_LT(std::abs(maxwell_garnett(a, b, f) - dilute), 1e-7);
    EXPECT_LT(std::abs(bruggeman(a, b, f) - dilute), 1e-7);
}

// (1-f)(a-e)/(a+2e) + f(b-e)/(b+2e) = 0, and the root that does not amplify
TEST(Permittivity, BruggemanSolvesItsEquationWithThePassiveRoot) {
    const Complex a{1.77, 0.0};
    for (const Complex b : {Complex(4.0, 0.0), Complex(-10.0, 0.5), Complex(-3.0, 8.0)})
        for (const double f : {0.1, 0.3, 0.5, 0.8}) {
            const Complex e = bruggeman(a, b, f);
            const Complex rest = (1.0 - f) * (a - e) / (a + 2.0 * e) + f * (b - e) / (b + 2.0 * e);
            EXPECT_LT(std::abs(rest), 1e-12);
            EXPECT_GE(e.imag(), 0.0);
        }
    EXPECT_NEAR(bruggeman(2.0, 2.0, 0.4).real(), 2.0, 1e-15);
    EXPECT_GT(bruggeman(1.77, 4.0, 0.5).real(), 1.77);
}

TEST(Permittivity, MaxwellGarnettByHand) {
    // host 2.1, inclusion 1.77, f .5: 2.1 (1 + 3*.5*(-.33)/(1.77+4.2+.165)) = 1.930562
    EXPECT_NEAR(maxwell_garnett(2.1, 1.77, 0.5).real(), 1.930562, 1e-6);
}

TEST(Permittivity, IndexIsTheRootThatAbsorbs) {
    const Complex m = refractive_index({-10.0, 0.0});
    EXPECT_NEAR(m.imag(), std::sqrt(10.0), 1e-15);
    EXPECT_NEAR(
        std::abs(refractive_index({2.0, 3.0}) * refractive_index({2.0, 3.0}) - Complex(2.0, 3.0)),
        0.0, 1e-14);
}

TEST(Permittivity, BadNumbersAreRefused) {
    EXPECT_THROW(maxwell_garnett(1.0, 2.0, 1.5), InputError);
    EXPECT_THROW(bruggeman(1.0, 2.0, -0.1), InputError);
    EXPECT_THROW(size_corrected_permittivity(1.0, gold, 0.0, 1e-9), InputError);
    EXPECT_THROW(size_corrected_permittivity(1.0, gold, 1e-19, 0.0), InputError);
    EXPECT_THROW(size_corrected_permittivity(1.0, gold, 1e-19, 1e-9, -1.0), InputError);
    EXPECT_THROW(mean_electron_path(std::numeric_limits<double>::quiet_NaN(), 1.0), InputError);
}

}  // namespace
}  // namespace caravel::formulation::optics
