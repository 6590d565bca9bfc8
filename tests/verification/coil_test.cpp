// Fields of coils against Biot and Savart's integral, and the table of heat against its model.
#include "caravel/stimulus/magnetic/coil.hpp"
#include "caravel/base/constants.hpp"
#include "caravel/base/quadrature.hpp"
#include "caravel/formulation/cards/magnetism_part.hpp"
#include "caravel/formulation/magnetism/magnetic_force.hpp"
#include "caravel/formulation/magnetism/specific_absorption.hpp"
#include "caravel/input/document.hpp"
#include "caravel/input/reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numbers>
#include <string>
#include <vector>

namespace caravel::stimulus {
namespace {

using std::numbers::pi;
constexpr double radius = 0.04;

CoilInput coil_of(const std::string& kind) {
    CoilInput c;
    c.kind = kind;
    c.field = 1e4;
    c.radius = radius;
    c.length = 0.09;
    return c;
}

/// Field of a turn around z at height z0 with `current` (A): I/(4 pi) integral dl x d/d^3 by the
/// trapezium rule, which converges faster than any power on a circle.
Vector3 biot_savart(double current, double z0, const Vector3& p) {
    constexpr int points = 600;
    Vector3 sum{};
    for (int i = 0; i < points; ++i) {
        const double t = 2.0 * pi * i / points;
        const Vector3 d{p[0] - radius * std::cos(t), p[1] - radius * std::sin(t), p[2] - z0};
        const Vector3 dl{-radius * std::sin(t), radius * std::cos(t), 0.0};
        const double r = std::hypot(d[0], d[1], d[2]);
        const double w = current / (4.0 * pi) * 2.0 * pi / points / (r * r * r);
        sum[0] += w * (dl[1] * d[2]);
        sum[1] += w * (-dl[0] * d[2]);
        sum[2] += w * (dl[0] * d[1] - dl[1] * d[0]);
    }
    return sum;
}

const std::vector<Vector3> places{{0.0, 0.0, 0.01},   {0.01, 0.0, 0.0},   {0.02, -0.01, 0.015},
                                  {0.03, 0.0, 0.004}, {0.0, 0.05, 0.03},  {0.08, 0.06, -0.02},
                                  {1e-9, 0.0, 0.02},  {0.0, -0.3, -0.15}, {0.015, 0.015, -0.06}};

void expect_field(const Vector3& h, const Vector3& exact, double tolerance) {
    const double size = std::hypot(exact[0], exact[1], exact[2]);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(h[i], exact[i], tolerance * size);
}

TEST(CoilField, OfALoopIsBiotAndSavarts) {
    const CoilField field(coil_of("loop"));
    for (const Vector3& p : places)
        expect_field(field(p), biot_savart(2.0 * radius * 1e4, 0.0, p), 1e-12);
}

TEST(CoilField, OfAHelmholtzPairIsTwoLoopsAndFlatInTheMiddle) {
    const CoilField field(coil_of("helmholtz"));
    // (4/5)^(3/2) I/R in the middle.
    const double current = 1e4 * radius / std::pow(0.8, 1.5);
    for (const Vector3& p : places) {
        const Vector3 low = biot_savart(current, -0.5 * radius, p);
        const Vector3 high = biot_savart(current, 0.5 * radius, p);
        expect_field(field(p), {low[0] + high[0], low[1] + high[1], low[2] + high[2]}, 1e-12);
    }
    // 1 - 144/125 (z/R)^4 along the axis.
    const double z = 0.05 * radius;
    EXPECT_NEAR(field({0.0, 0.0, z})[2] / 1e4, 1.0 - 1.152 * std::pow(0.05, 4), 5e-8);
}

TEST(CoilField, OfASolenoidIsBiotAndSavartsOverItsLength) {
    const CoilInput c = coil_of("solenoid");
    const CoilField field(c);
    // H = n I L/sqrt(L^2 + 4 R^2) in the middle.
    const double sheet = 1e4 * std::hypot(c.length, 2.0 * radius) / c.length;  // A/m
    for (const Vector3& p : places) {
        // Panels, so that the turns near a place outside are resolved.
        Vector3 exact{};
        constexpr int panels = 8;
        for (int k = 0; k < panels; ++k) {
            const double low = c.length * (static_cast<double>(k) / panels - 0.5);
            const QuadratureRule rule = gauss_legendre(24, low, low + c.length / panels);
            for (std::size_t i = 0; i < rule.size(); ++i) {
                const Vector3 h = biot_savart(sheet * rule.weight[i], rule.node[i], p);
                for (std::size_t a = 0; a < 3; ++a) exact[a] += h[a];
            }
        }
        expect_field(field(p), exact, 1e-10);
    }
}

TEST(CoilField, OfAMagnetIsThatOfItsFluxAndADipoleFarAway) {
    CoilInput c = coil_of("magnet");
    c.field = 4e5;
    const CoilField field(c);
    const double remanence =
        2.0 * vacuum_permeability * c.field * std::hypot(c.length, radius) / c.length;
    const formulation::magnetism::CylinderMagnet magnet{radius, c.length, remanence};
    for (const double z : {0.046, 0.06, 0.1, 0.5})
        EXPECT_NEAR(field({0.0, 0.0, z})[2] * vacuum_permeability, axial_flux_density(magnet, z),
                    1e-13);
    const double moment = remanence / vacuum_permeability * pi * radius * radius * c.length;
    const double far = 10.0;
    const double size = moment / (4.0 * pi * far * far * far);
    EXPECT_NEAR(field({0.0, 0.0, far})[2], 2.0 * size, 1e-4 * size);
    EXPECT_NEAR(field({far, 0.0, 0.0})[2], -size, 1e-4 * size);
}

TEST(CoilField, HasNoSources) {
    // Sum of central differences of three components, against the slopes themselves.
    for (const char* kind : {"loop", "solenoid", "helmholtz", "magnet"}) {
        CoilInput c = coil_of(kind);
        c.direction = {0.3, -0.5, 0.8};
        const CoilField field(c);
        const Vector3 p{0.07, 0.05, 0.06};
        const double h = 1e-4;
        double sum = 0.0;
        double size = 0.0;
        for (std::size_t i = 0; i < 3; ++i) {
            Vector3 up = p;
            Vector3 down = p;
            up[i] += h;
            down[i] -= h;
            const double slope = (field(up)[i] - field(down)[i]) / (2.0 * h);
            sum += slope;
            size += std::abs(slope);
        }
        EXPECT_LT(std::abs(sum), 1e-5 * size) << kind;
    }
}

TEST(MagneticDrift, FollowsTheClosedFormOnTheAxisOfAMagnet) {
    matter::Library library(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    const auto f = input::read<formulation::Formulation>(
        input::parse_toml("name = 'test'\ncategory = 'therapy'\n[[layer]]\nmaterial = 'Fe3O4'\n"
                          "radius = '7 nm'\n",
                          "test.toml")
            .root);
    CoilInput c = coil_of("magnet");
    c.field = 4e5;
    const double remanence =
        2.0 * vacuum_permeability * c.field * std::hypot(c.length, radius) / c.length;
    const formulation::magnetism::CylinderMagnet magnet{radius, c.length, remanence};
    const MagneticPull pull(f, library);
    const CoilField field(c);
    for (const double z : {0.05, 0.08, 0.15}) {
        const double b = axial_flux_density(magnet, z);
        const double force = pull.moment(b / vacuum_permeability) * axial_flux_slope(magnet, z);
        const Vector3 v = pull.drift(field, {0.0, 0.0, z}, 1e-3);
        EXPECT_NEAR(v[2], force / (3.0 * pi * 1e-3 * 14e-9), 1e-8 * std::abs(v[2])) << z;
        EXPECT_LT(std::hypot(v[0], v[1]), 1e-8 * std::abs(v[2]));
    }
}

struct HeatCase {
    const char* text;
    double frequency, largest;
};

TEST(ParticleHeating, InterpolatesWithinOnePercent) {
    matter::Library library(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    const std::vector<HeatCase> cases{
        {"[[layer]]\nmaterial = 'Fe3O4'\nradius = '7 nm'\n[magnetic]\nsize_spread = 0.1\n", 300e3,
         15e3},
        {"[[layer]]\nmaterial = 'Fe3O4'\nradius = '5 nm'\n", 100e3, 50e3},
        {"[[layer]]\nmaterial = 'Fe3O4'\nradius = '10 nm'\n", 110e3, 30e3},
        {"[[layer]]\nmaterial = 'Fe3O4'\nradius = '6 nm'\n[magnetic]\nsize_spread = 0.25\n", 500e3,
         20e3}};
    double worst = 0.0;
    for (const HeatCase& c : cases) {
        const auto f = input::read<formulation::Formulation>(
            input::parse_toml(std::string("name = 'test'\ncategory = 'therapy'\n") + c.text,
                              "test.toml")
                .root);
        const ParticleHeating heating(f, library, c.frequency, c.largest);
        const auto properties = compute_properties(f, library);
        const formulation::CardOptions options;
        const auto part = formulation::find_magnetic_part({f, properties, library, options});
        for (double field = 0.0053 * c.largest; field < c.largest; field *= 1.37) {
            const double exact =
                formulation::magnetism::specific_absorption(part.ensemble(8), {field, c.frequency})
                    .power_density /
                part.density;
            const double error = std::abs(heating.per_magnetic_mass(field) / exact - 1.0);
            EXPECT_LT(error, 0.01) << c.text << field;
            worst = std::max(worst, error);
        }
    }
    RecordProperty("worst", std::to_string(worst));
    EXPECT_GT(worst, 0.0);
}

}  // namespace
}  // namespace caravel::stimulus
