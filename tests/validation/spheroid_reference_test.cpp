// Spheroids against the published results of Somerville, Auguie and Le Ru (rows SMARTIES_* of
// particle/mie_reference_cases.csv).
#include "caravel/formulation/optics/spheroid.hpp"
#include "caravel/formulation/optics/spheroid_near_field.hpp"
#include "support/shared_data.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <fstream>
#include <numbers>
#include <regex>
#include <string>
#include <vector>

namespace {

using namespace caravel::formulation::optics;
using Complex = std::complex<double>;
using std::numbers::pi;

/// Permittivity of gold by its closed form with two critical points; wavelength in nm.
Complex gold(double wavelength) {
    const Complex i(0.0, 1.0);
    const double l = wavelength;
    Complex eps = 1.54 * (1.0 - 1.0 / (177.5 * 177.5 * (1.0 / (l * l) + i / (14500.0 * l))));
    const auto critical_point = [&](double amplitude, double li, double mu) {
        const Complex turn = std::polar(1.0, -pi / 4.0);
        return amplitude / li *
               (turn / (1.0 / li - 1.0 / l - i / mu) +
                std::conj(turn) / (1.0 / li + 1.0 / l + i / mu));
    };
    return eps + critical_point(1.27, 470.0, 1900.0) + critical_point(1.1, 325.0, 1060.0);
}

/// Every decimal number with at least four digits after the point in a row of the table.
std::vector<double> numbers_of(const std::string& id) {
    const auto folder = caravel::test::shared_data();
    if (!folder) return {};
    std::ifstream file(*folder / "particle" / "mie_reference_cases.csv");
    std::vector<double> numbers;
    const std::regex number("[0-9]+\\.[0-9]{4,}");
    for (std::string line; std::getline(file, line);) {
        if (line.rfind(id + ",", 0) != 0) continue;
        for (std::sregex_iterator it(line.begin(), line.end(), number), end; it != end; ++it)
            numbers.push_back(std::stod(it->str()));
    }
    return numbers;
}

void expect_relative(double value, double expected, double tolerance) {
    EXPECT_NEAR(value / expected, 1.0, tolerance) << value << " against " << expected;
}

constexpr double k650 = 2.0 * pi * 1.33 / 650.0;  // 1/nm

TEST(SpheroidReference, GoldRodOf20By100NanometresIsThePublishedOne) {
    const Complex m = std::sqrt(gold(650.0)) / 1.33;
    EXPECT_NEAR(m.real(), 0.119065, 5e-7);
    EXPECT_NEAR(m.imag(), 2.67664, 5e-6);
    const SpheroidResult r = spheroid_cross_sections(10.0, 50.0, k650, m);  // nm, nm2
    expect_relative(r.field_along_axis.extinction, 509.797752583725, 1e-10);
    expect_relative(r.field_along_axis.scattering, 99.4834856130913, 1e-10);
    expect_relative(r.average.extinction, 249.933833915296, 1e-10);
    expect_relative(r.average.scattering, 36.3052247194948, 1e-10);
    expect_relative(r.average.absorption, 213.628609195801, 1e-10);
}

TEST(SpheroidReference, GoldRodKeepsTwelveDigitsAtATighterTolerance) {
    const Complex m = std::sqrt(gold(650.0)) / 1.33;
    const SpheroidResult r = spheroid_cross_sections(10.0, 50.0, k650, m, {1e-13, 0, 0});
    expect_relative(r.field_along_axis.extinction, 509.797752583725, 1e-12);
    expect_relative(r.average.extinction, 249.933833915296, 1e-12);
    expect_relative(r.average.scattering, 36.3052247194948, 1e-12);
}

TEST(SpheroidReference, ScalesWithTheUnitOfLength) {
    const Complex m = std::sqrt(gold(650.0)) / 1.33;
    const SpheroidResult r = spheroid_cross_sections(10e-9, 50e-9, k650 * 1e9, m);
    expect_relative(r.field_along_axis.extinction, 509.797752583725e-18, 1e-10);
}

TEST(SpheroidReference, OblateGoldAndItsSurfaceFieldAreThePublishedOnes) {
    const std::vector<double> published = numbers_of("SMARTIES_oblate");
    if (published.empty()) GTEST_SKIP() << caravel::test::data_not_present;
    ASSERT_EQ(published.size(), 8U);
    const Complex m = std::sqrt(gold(650.0)) / 1.33;
    const SpheroidResult r = spheroid_cross_sections(45.0, 15.0, k650, m);
    expect_relative(r.field_along_axis.extinction, published[0], 1e-10);
    expect_relative(r.field_along_axis.scattering, published[1], 1e-10);
    expect_relative(r.average.extinction, published[2], 1e-10);
    expect_relative(r.average.scattering, published[3], 1e-10);
    expect_relative(r.average.absorption, published[4], 1e-10);
    const SpheroidSurfaceField f =
        spheroid_surface_field(45.0, 15.0, k650, m, Incidence::field_along_axis);
    EXPECT_NEAR(f.square, published[5], 5e-6);
    EXPECT_NEAR(f.normal_square, published[6], 5e-6);
    EXPECT_NEAR(f.fourth, published[7], 5e-6);
}

TEST(SpheroidReference, TenToOneDielectricIsThePublishedOne) {
    const std::vector<double> published = numbers_of("SMARTIES_diel");
    if (published.empty()) GTEST_SKIP() << caravel::test::data_not_present;
    ASSERT_EQ(published.size(), 6U);
    const SpheroidResult r = spheroid_cross_sections(1.0, 10.0, 1.0, {1.5, 0.02});
    expect_relative(r.average.extinction, published[0], 1e-10);
    expect_relative(r.average.scattering, published[1], 1e-10);
    expect_relative(r.average.absorption, published[2], 1e-10);
    expect_relative(r.field_along_axis.extinction, published[3], 1e-10);
    expect_relative(r.field_along_axis.scattering, published[4], 1e-10);
    expect_relative(r.field_along_axis.absorption, published[5], 1e-10);
}

}  // namespace
