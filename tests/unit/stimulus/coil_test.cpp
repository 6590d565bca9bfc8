#include "caravel/stimulus/magnetic/coil.hpp"
#include "caravel/base/constants.hpp"
#include "caravel/input/document.hpp"
#include "caravel/input/reader.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

namespace caravel::stimulus {
namespace {

matter::Library& library() {
    static matter::Library shipped(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    return shipped;
}

formulation::Formulation particle(const std::string& text) {
    return input::read<formulation::Formulation>(
        input::parse_toml("name = 'test'\ncategory = 'therapy'\n" + text, "test.toml").root);
}

formulation::Formulation magnetite() {
    return particle("[[layer]]\nmaterial = 'Fe3O4'\nradius = '7 nm'\n");
}

CoilInput coil_of(const std::string& kind) {
    CoilInput c;
    c.kind = kind;
    c.field = 10e3;
    c.radius = 0.05;
    c.length = 0.1;
    return c;
}

/// What a table of a study file is told.
std::string complaint(const std::string& text) {
    try {
        input::read<CoilInput>(
            input::parse_toml("duration = '10 min'\nfield = '10 kA/m'\n" + text, "test.toml").root);
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

bool says(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST(CoilInput, ReadsATableInItsUnits) {
    const auto c = input::read<CoilInput>(
        input::parse_toml("name = 'ring'\nkind = 'loop'\nat = '5 min'\nduration = '30 min'\n"
                          "field = '12 kA/m'\nfrequency = '110 kHz'\nradius = '60 mm'\n"
                          "position = ['0 mm', '1 mm', '2 mm']\ndirection = [0.0, 1.0, 0.0]\n",
                          "test.toml")
            .root);
    EXPECT_EQ(c.name, "ring");
    EXPECT_DOUBLE_EQ(c.at, 300.0);
    EXPECT_DOUBLE_EQ(c.duration, 1800.0);
    EXPECT_DOUBLE_EQ(c.field, 12e3);
    EXPECT_DOUBLE_EQ(c.frequency, 110e3);
    EXPECT_DOUBLE_EQ(c.radius, 0.06);
    EXPECT_DOUBLE_EQ(c.position[2], 2e-3);
    EXPECT_DOUBLE_EQ(c.direction[1], 1.0);
}

TEST(CoilInput, EchoReadsBack) {
    CoilInput c = coil_of("solenoid");
    c.duration = 600.0;
    c.frequency = 123.4e3;
    c.position = {0.01, 0.02, -0.03};
    c.body_radius = 0.1;
    const auto again =
        input::read<CoilInput>(input::parse_toml(input::to_toml(input::echo(c)), "echo").root);
    EXPECT_EQ(again.kind, c.kind);
    EXPECT_EQ(again.frequency, c.frequency);
    EXPECT_EQ(again.field, c.field);
    EXPECT_EQ(again.position, c.position);
    EXPECT_EQ(again.direction, c.direction);
    EXPECT_EQ(again.body_radius, c.body_radius);
}

TEST(CoilInput, SaysWhatCannotBe) {
    EXPECT_EQ(complaint("frequency = '100 kHz'\n"), "");
    EXPECT_TRUE(says(complaint("kind = 'loop'\n"), "a loop needs a radius"));
    EXPECT_TRUE(says(complaint("kind = 'solenoid'\nradius = '3 cm'\n"), "needs a length"));
    EXPECT_TRUE(says(complaint("frequency = '50 Hz'\n"), "10 kHz to 1 MHz"));
    EXPECT_TRUE(says(complaint("frequency = '2 MHz'\n"), "frequency"));
    EXPECT_TRUE(says(complaint("direction = [0.0, 0.0, 0.0]\n"), "three coordinates, not all 0"));
    EXPECT_TRUE(says(complaint("position = ['1 mm']\n"), "three coordinates"));
    const std::string magnet = "kind = 'magnet'\nradius = '10 mm'\nlength = '20 mm'\n";
    EXPECT_EQ(complaint(magnet), "");
    EXPECT_TRUE(says(complaint(magnet + "frequency = '100 kHz'\n"), "does not alternate"));
    EXPECT_TRUE(says(complaint("kind = 'magnet'\nradius = '100 mm'\nlength = '1 mm'\n"),
                     "remanence of 2.51 T"));
    EXPECT_TRUE(says(complaint("kind = 'ring'\n"), "kind"));
}

TEST(CoilField, IsTheStatedOneInTheMiddleAlongTheAxis) {
    for (const char* kind : {"uniform", "loop", "solenoid", "helmholtz"}) {
        CoilInput c = coil_of(kind);
        c.position = {0.01, -0.02, 0.03};
        c.direction = {1.0, 2.0, 2.0};
        const Vector3 h = coil_field(c, {0.01, -0.02, 0.03});
        EXPECT_NEAR(h[0], 10e3 / 3.0, 1e-8) << kind;
        EXPECT_NEAR(h[1], 20e3 / 3.0, 1e-8) << kind;
        EXPECT_NEAR(h[2], 20e3 / 3.0, 1e-8) << kind;
    }
    CoilInput magnet = coil_of("magnet");
    EXPECT_NEAR(coil_field(magnet, {0.0, 0.0, 0.05})[2], 10e3, 1e-8);  // on the pole
}

TEST(CoilField, OfALoopFallsOffOnTheAxis) {
    // (R^2/(R^2 + z^2))^(3/2): 2^-1.5 one radius away, 5^-1.5 two.
    const CoilField field(coil_of("loop"));
    EXPECT_NEAR(field({0.0, 0.0, 0.05})[2], 10e3 * 0.35355339059327373, 1e-8);
    EXPECT_NEAR(field({0.0, 0.0, -0.1})[2], 10e3 * 0.08944271909999159, 1e-8);
}

TEST(CoilField, FillsAGridInItsOrder) {
    Grid grid;
    grid.nx = 3;
    grid.ny = 2;
    grid.nz = 2;
    grid.spacing = {0.01, 0.02, 0.01};
    const CoilInput c = coil_of("loop");
    const auto amplitude = field_amplitude(c, grid);
    ASSERT_EQ(amplitude.size(), 12u);
    const CoilField field(c);
    EXPECT_EQ(amplitude[static_cast<std::size_t>(grid.index(2, 1, 0))],
              field.amplitude(grid.centre(2, 1, 0)));
}

TEST(CoilField, RefusesWindingsAndMagnetsInTheTissue) {
    EXPECT_THROW(coil_field(coil_of("loop"), {0.05, 0.0, 0.0}), InputError);
    EXPECT_THROW(coil_field(coil_of("loop"), {0.0, 0.0503, 0.0002}), InputError);
    EXPECT_NO_THROW(coil_field(coil_of("loop"), {0.0, 0.052, 0.0}));
    EXPECT_THROW(coil_field(coil_of("magnet"), {0.01, 0.0, 0.0}), InputError);
    EXPECT_NO_THROW(coil_field(coil_of("magnet"), {0.06, 0.0, 0.0}));
    CoilInput alternating = coil_of("magnet");
    alternating.frequency = 100e3;
    EXPECT_THROW(coil_field(alternating, {0.0, 0.0, 0.2}), InputError);
    CoilInput thin = coil_of("loop");
    thin.radius = 0.0;
    EXPECT_THROW(coil_field(thin, {0.0, 0.0, 0.2}), InputError);
}

TEST(EddyHeating, HasItsHandNumber) {
    // E = pi 4e-7 pi 1e5 0.05 1e4 = 197.392 V/m; 0.5 S/m E^2/2 = 9740.9 W/m3.
    EXPECT_NEAR(eddy_heating(0.5, 100e3, 10e3, 0.05), 9740.909, 0.01);
    EXPECT_EQ(eddy_heating(0.5, 100e3, 10e3, 0.0), 0.0);
    EXPECT_EQ(eddy_heating(0.5, 0.0, 10e3, 0.05), 0.0);
    // Atkinson 1984 allowed what 0.4 S/m at the torso's rim gives there: 16.5 kW/m3.
    EXPECT_NEAR(eddy_heating(0.4, 1.0, 4.85e8, 0.15), 16.5e3, 0.1e3);
    EXPECT_THROW(eddy_heating(-1.0, 1.0, 1.0, 1.0), InputError);
}

TEST(CoilSafety, SaysWhichLimitIsExceededAndByHowMuch) {
    CoilInput c = coil_of("uniform");
    EXPECT_EQ(coil_safety(c, 0.15), "");  // static
    c.frequency = 300e3;
    c.field = 15e3;  // H f = 4.5e9 A/m/s
    const std::string body = coil_safety(c, 0.15);
    EXPECT_TRUE(says(body, "9.28 times the Atkinson-Brezovich limit of 4.85e+08")) << body;
    EXPECT_FALSE(says(body, "Hergt"));
    EXPECT_TRUE(says(coil_safety(c, 0.0), "9.28 times"));
    // The same eddy heat in 20 mm: 4.85e8 150/20 = 3.64e9 A/m/s.
    EXPECT_TRUE(says(coil_safety(c, 0.02), "1.24 times the Atkinson-Brezovich limit of 3.64e+09"));
    EXPECT_EQ(coil_safety(c, 0.01), "");
    c.body_radius = 0.15;
    EXPECT_NE(coil_safety(c, 0.0), "");  // the coil's own
    c.field = 20e3;
    c.frequency = 400e3;  // 8e9 A/m/s
    EXPECT_TRUE(says(coil_safety(c, 0.01), "1.6 times the Hergt-Dutz limit"));
    EXPECT_TRUE(says(coil_safety(c, 0.15), "16.5 times") &&
                says(coil_safety(c, 0.15), "1.6 times"));
    c.field = 4.85e3;
    c.frequency = 100e3;
    EXPECT_EQ(coil_safety(c, 0.15), "");
    EXPECT_NEAR(safe_field_frequency(0.0), 4.85e8, 1.0);
    EXPECT_NEAR(safe_field_frequency(0.3), 2.425e8, 1.0);
    EXPECT_NEAR(safe_field_frequency(0.001), 5e9, 1.0);
}

TEST(ParticleHeating, IsAValueThatRisesWithTheField) {
    std::optional<ParticleHeating> first(std::in_place, magnetite(), library(), 300e3, 15e3);
    const double there = (*first)(7e3);
    const ParticleHeating heating = *first;
    first.reset();
    EXPECT_EQ(heating(7e3), there);
    EXPECT_EQ(heating(0.0), 0.0);
    double before = 0.0;
    for (double field = 1.0; field < 15e3; field *= 1.1) {
        EXPECT_GT(heating(field), before) << field;
        before = heating(field);
    }
    // Nothing but magnetite: the mass is that of the core.
    EXPECT_NEAR(heating.magnetic_fraction(), 1.0, 1e-12);
    EXPECT_NEAR(heating(10.0) / heating(5.0), 4.0, 1e-9);
    EXPECT_THROW(heating(15.1e3), InputError);
    EXPECT_THROW(heating(-1.0), InputError);
}

TEST(ParticleHeating, CountsPerMassOfCarrier) {
    const auto shell = particle(
        "[[layer]]\nmaterial = 'Fe3O4'\nradius = '7 nm'\n"
        "[[layer]]\nmaterial = 'SiO2'\nradius = '14 nm'\n");
    const ParticleHeating heating(shell, library(), 300e3, 15e3);
    const double iron = library().value("materials", "Fe3O4", "density");
    const double silica = 7.0 * library().value("materials", "SiO2", "density");
    EXPECT_NEAR(heating.magnetic_fraction(), iron / (iron + silica), 1e-12);
    EXPECT_DOUBLE_EQ(heating(15e3), heating.magnetic_fraction() * heating.per_magnetic_mass(15e3));
}

TEST(ParticleHeating, RefusesWhatIsNotMagneticWithTheReason) {
    const auto gold = particle("[[layer]]\nmaterial = 'Au'\nradius = '20 nm'\n");
    try {
        const ParticleHeating heating(gold, library(), 300e3, 15e3);
        FAIL() << "gold heats";
    } catch (const NotAvailable& error) {
        EXPECT_TRUE(says(error.what(), "no magnetic material")) << error.what();
    }
    const auto large = particle("[[layer]]\nmaterial = 'Fe3O4'\nradius = '200 nm'\n");
    EXPECT_THROW(ParticleHeating(large, library(), 300e3, 15e3), NotAvailable);
}

TEST(ParticleHeating, OfAStaticFieldIsNothing) {
    const ParticleHeating heating(magnetite(), library(), 0.0, 15e3);
    EXPECT_EQ(heating(15e3), 0.0);
}

TEST(MagneticDrift, IsExactlyNothingInAUniformField) {
    CoilInput c = coil_of("uniform");
    c.field = 1e6;
    for (const Vector3& place : {Vector3{0.0, 0.0, 0.0}, Vector3{0.01, 0.2, -0.03}}) {
        const Vector3 v = magnetic_drift(magnetite(), library(), c, place, 0.7e-3);
        EXPECT_EQ(v[0], 0.0);
        EXPECT_EQ(v[1], 0.0);
        EXPECT_EQ(v[2], 0.0);
    }
    c.frequency = 100e3;
    EXPECT_THROW(magnetic_drift(magnetite(), library(), c, {}, 0.7e-3), NotAvailable);
}

TEST(MagneticDrift, BesideAMagnetHasItsHandNumber) {
    // 100 nm magnetite spheres of 10 nm domains; 10 mm from the pole of a magnet 20 mm wide and
    // 40 mm long with 1.2 T: B = 0.6 (0.98058 - 0.70711) = 0.16408 T, dB/dz = 0.6 (0.7543 -
    // 35.3553) = -20.761 T/m. xi = 8.95, L = 0.888: F = 1000 2.3353e-19 0.888 20.761 = 4.306e-15 N,
    // over 3 pi 1 mPa.s 100 nm: 4.57 um/s.
    const auto cluster = particle(
        "[[layer]]\nmaterial = 'Fe3O4'\nradius = '50 nm'\n[magnetic]\ndiameter = '10 nm'\n");
    CoilInput magnet = coil_of("magnet");
    magnet.radius = 0.01;
    magnet.length = 0.04;
    magnet.field =
        0.5 * 1.2 * 0.04 / std::hypot(0.04, 0.01) / vacuum_permeability;  // 463 kA/m on the pole
    const double xi = 446e3 * 5.235987756e-25 * 0.164082 / (boltzmann * 310.15);
    const double langevin = 1.0 / std::tanh(xi) - 1.0 / xi;
    const double force = 1000.0 * 446e3 * 5.235987756e-25 * langevin * 20.7606;
    const MagneticPull pull(cluster, library());
    const double diameter = 100e-9;
    const Vector3 v = pull.drift(CoilField(magnet), {0.0, 0.0, 0.03}, 1e-3);
    EXPECT_NEAR(v[2], -force / (3.0 * std::acos(-1.0) * 1e-3 * diameter), 1e-4 * std::abs(v[2]));
    EXPECT_NEAR(v[2], -4.57e-6, 0.01e-6);  // m/s, towards the magnet
    EXPECT_NEAR(v[0], 0.0, 1e-12);
    const Vector3 away = pull.drift(CoilField(magnet), {0.0, 0.0, 0.13}, 1e-3);
    EXPECT_LT(std::abs(away[2]), 1e-3 * std::abs(v[2]));  // 110 mm away nothing is left
}

}  // namespace
}  // namespace caravel::stimulus
