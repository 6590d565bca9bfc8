#include "caravel/stimulus/microwave/antenna.hpp"
#include "caravel/input/document.hpp"
#include "caravel/input/reader.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <string>

namespace caravel::stimulus {
namespace {

matter::Library& library() {
    static matter::Library shipped(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    return shipped;
}

std::string complaint(const std::string& text) {
    try {
        input::read<MicrowaveInput>(
            input::parse_toml("duration = '10 min'\npower = '30 W'\n" + text, "test.toml").root);
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

bool says(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

const Dielectric muscle{52.73, 1.739};

MicrowaveInput applicator(const std::string& kind) {
    MicrowaveInput m;
    m.kind = kind;
    m.power = 30.0;
    m.length = 0.02;
    m.radius = 1e-3;
    m.spot_radius = 0.02;
    return m;
}

TEST(MicrowaveInput, ReadsATableInItsUnits) {
    const auto m = input::read<MicrowaveInput>(
        input::parse_toml("kind = 'needle'\nduration = '12 min'\nfrequency = '480 kHz'\n"
                          "power = '20 W'\nefficiency = 0.9\nlength = '30 mm'\nradius = '0.8 mm'\n",
                          "test.toml")
            .root);
    EXPECT_DOUBLE_EQ(m.frequency, 480e3);
    EXPECT_DOUBLE_EQ(m.duration, 720.0);
    EXPECT_DOUBLE_EQ(m.power, 20.0);
    EXPECT_DOUBLE_EQ(m.length, 0.03);
    EXPECT_DOUBLE_EQ(m.radius, 0.8e-3);
}

TEST(MicrowaveInput, EchoReadsBack) {
    MicrowaveInput m = applicator("needle");
    m.duration = 600.0;
    m.frequency = 100e3;
    const auto again =
        input::read<MicrowaveInput>(input::parse_toml(input::to_toml(input::echo(m)), "echo").root);
    EXPECT_EQ(again.kind, m.kind);
    EXPECT_EQ(again.frequency, m.frequency);
    EXPECT_EQ(again.length, m.length);
    EXPECT_EQ(again.spot_radius, m.spot_radius);
    EXPECT_EQ(again.efficiency, m.efficiency);
}

TEST(MicrowaveInput, SaysWhatCannotBe) {
    const std::string size = "length = '20 mm'\nradius = '1 mm'\n";
    EXPECT_EQ(complaint(size), "");
    EXPECT_TRUE(says(complaint(""), "needs an active length"));
    EXPECT_TRUE(says(complaint("length = '20 mm'\n"), "needs the radius"));
    EXPECT_TRUE(says(complaint("length = '3 mm'\nradius = '1 mm'\n"), "at least 4 radii"));
    EXPECT_TRUE(says(complaint(size + "frequency = '1 MHz'\n"), "100 MHz to 10 GHz"));
    EXPECT_TRUE(says(complaint(size + "kind = 'needle'\n"), "100 kHz to 1 MHz"));
    EXPECT_EQ(complaint(size + "kind = 'needle'\nfrequency = '100 kHz'\n"), "");
    EXPECT_TRUE(says(complaint("kind = 'plane'\n"), "radius of its spot"));
    EXPECT_TRUE(says(complaint(size + "efficiency = 1.5\n"), "efficiency"));
    EXPECT_TRUE(says(complaint(size + "power = '5 kW'\n"), "power"));
    EXPECT_TRUE(says(complaint(size + "direction = [0.0, 0.0]\n"), "direction"));
}

TEST(TissueDielectric, OfOneDebyeTermIsItsFormula) {
    // Skin without its slow term: 4 + 32/(1 + i w tau), tau = 7.234 ps, + sigma/(i w eps0).
    const auto define = [&](const char* property, const char* context, double si) {
        matter::Fact fact;
        fact.name = "one_term";
        fact.property = property;
        fact.context = context;
        fact.si = fact.value = si;
        fact.unit = "1";
        fact.source = "this test";
        fact.licence = "facts";
        library().define("dielectric", fact);
    };
    define("permittivity_at_infinity", "", 4.0);
    define("relaxation_strength", "1", 32.0);
    define("relaxation_time", "1", 7.234e-12);
    define("relaxation_broadening", "1", 0.0);
    define("ionic_conductivity", "", 0.1);
    const double wt = 2.0 * std::acos(-1.0) * 2.45e9 * 7.234e-12;  // 0.11136
    const Dielectric d = tissue_dielectric(library(), "one_term", 2.45e9);
    EXPECT_NEAR(d.permittivity, 4.0 + 32.0 / (1.0 + wt * wt), 1e-12);
    EXPECT_NEAR(
        d.conductivity,
        0.1 + 32.0 * wt / (1.0 + wt * wt) * 2.0 * std::acos(-1.0) * 2.45e9 * 8.8541878128e-12,
        1e-12);
}

TEST(TissueDielectric, RefusesUnknownTissuesAndFrequencies) {
    EXPECT_THROW(tissue_dielectric(library(), "cheese", 2.45e9), InputError);
    EXPECT_THROW(tissue_dielectric(library(), "muscle", 1.0), InputError);
    EXPECT_THROW(tissue_dielectric(library(), "muscle", 1e12), InputError);
}

TEST(PenetrationDepth, HasItsLimits) {
    // Good conductor: 1/(2 alpha) = sqrt(1/(4 pi f mu0 sigma)); insulator: eps0 c sqrt(eps)/sigma.
    EXPECT_NEAR(penetration_depth({1.0, 1.0}, 1e3),
                std::sqrt(1.0 / (4.0 * std::acos(-1.0) * 1e3 * 1.25663706212e-6)), 1e-3);
    EXPECT_NEAR(penetration_depth({4.0, 1e-6}, 1e9), 2.0 * 8.8541878128e-12 * 299792458.0 / 1e-6,
                1e-2);
    EXPECT_THROW(penetration_depth({0.0, 1.0}, 1e9), InputError);
    EXPECT_THROW(penetration_depth({1.0, 0.0}, 1e9), InputError);
}

TEST(PowerPattern, OfAPlaneApplicatorIsAnExponentialUnderItsSpot) {
    const PowerPattern p(applicator("plane"), muscle);
    const double depth = penetration_depth(muscle, 2.45e9);
    const double surface = 30.0 / (std::acos(-1.0) * 4e-4 * depth);
    EXPECT_NEAR(p({0.0, 0.0, 0.0}), surface, 1e-6 * surface);
    EXPECT_NEAR(p({0.01, -0.01, depth}), surface / std::exp(1.0), 1e-6 * surface);
    EXPECT_EQ(p({0.021, 0.0, 0.001}), 0.0);
    EXPECT_EQ(p({0.0, 0.0, -0.001}), 0.0);
    // The mean over a cell is the integral: depth/h (1 - e^(-h/depth)).
    const double h = 0.004;
    EXPECT_NEAR(p.mean({0.0, 0.0, 0.5 * h}, {h, h, h}),
                surface * depth / h * -std::expm1(-h / depth), 1e-9 * surface);
}

TEST(PowerPattern, OfANeedleIsThatOfAnEllipsoidOfCurrent) {
    MicrowaveInput m = applicator("needle");
    m.frequency = 500e3;
    const PowerPattern p(m, {3000.0, 0.45});
    EXPECT_EQ(p({0.0, 0.0, 0.0}), 0.0);
    EXPECT_EQ(p({0.0009, 0.0, 0.0}), 0.0);
    // c = sqrt(99) mm, beside the middle at 1 mm: P c/(2 pi ln((10 + c)^2)) / (r1 r2 b^2), r = 10
    // mm, b = 1 mm.
    const double c = std::sqrt(99.0) * 1e-3;
    const double spread = 2.0 * std::log((10e-3 + c) / 1e-3);
    const double there = 30.0 * c / (2.0 * std::acos(-1.0) * spread) / (1e-4 * 1e-6);
    EXPECT_NEAR(p({0.0, 0.001 * (1.0 + 1e-12), 0.0}), there, 1e-9 * there);
    // Far away it is a point: P c/(2 pi spread)/r^4.
    const double r = 1.0;
    EXPECT_NEAR(p({r, 0.0, 0.0}), 30.0 * c / (2.0 * std::acos(-1.0) * spread), 1e-3 * 0.008);
    // Hotter at the tip than beside the middle, as every needle is.
    EXPECT_GT(p({0.0, 0.0, 0.01001}), 5.0 * there);
}

TEST(PowerPattern, OfAnAntennaFadesWithItsDepth) {
    const PowerPattern p(applicator("antenna"), muscle);
    const double depth = penetration_depth(muscle, 2.45e9);
    EXPECT_EQ(p({0.0005, 0.0, 0.0}), 0.0);
    // Far away a point: e^(-r/depth)/r^2.
    const double ratio = p({0.3, 0.0, 0.0}) / p({0.2, 0.0, 0.0});
    EXPECT_NEAR(ratio, std::exp(-0.1 / depth) * 4.0 / 9.0, 5e-3 * ratio);
    // More beside the middle than beside the ends, and the same on both sides.
    EXPECT_GT(p({0.005, 0.0, 0.0}), 2.0 * p({0.005, 0.0, 0.01}));
    EXPECT_NEAR(p({0.005, 0.0, 0.007}), p({0.0, -0.005, -0.007}), 1e-9 * p({0.005, 0.0, 0.007}));
}

TEST(PowerPattern, RefusesWhatHasNoSize) {
    MicrowaveInput m = applicator("antenna");
    m.radius = 0.0;
    EXPECT_THROW(PowerPattern(m, muscle), InputError);
    m = applicator("antenna");
    m.length = 0.003;
    EXPECT_THROW(PowerPattern(m, muscle), InputError);
    EXPECT_THROW(PowerPattern(applicator("horn"), muscle), InputError);
}

TEST(PowerDensity, RefusesAnApplicatorOutsideOfTheDomain) {
    Grid grid;
    grid.nx = grid.ny = grid.nz = 4;
    grid.spacing = {0.005, 0.005, 0.005};
    MicrowaveInput m = applicator("antenna");
    m.position = {0.01, 0.01, 0.01};
    EXPECT_EQ(power_density(m, grid, muscle).size(), 64u);
    m.position = {0.01, 0.01, 0.05};
    EXPECT_THROW(power_density(m, grid, muscle), InputError);
    m.position = {0.01, 0.01, 0.028};  // only its end is inside
    EXPECT_NO_THROW(power_density(m, grid, muscle));
}

}  // namespace
}  // namespace caravel::stimulus
