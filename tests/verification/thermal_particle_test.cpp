// Heat and sound of particles against closed forms, a computed table and published directions.
#include "caravel/base/unit.hpp"
#include "caravel/formulation/cards/parts.hpp"
#include "caravel/formulation/thermal/bubble.hpp"
#include "caravel/formulation/thermal/droplet.hpp"
#include "caravel/formulation/thermal/effective_conductivity.hpp"
#include "caravel/formulation/thermal/particle_heating.hpp"
#include "caravel/formulation/thermal/small_sphere.hpp"
#include "caravel/input/document.hpp"
#include "caravel/input/reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <filesystem>
#include <numbers>
#include <string>

namespace caravel::formulation {
namespace {

using namespace thermal;

/// Equal within half a unit of the last of `digits` significant digits.
void expect_shown(double computed, double shown, int digits) {
    const double unit = std::pow(10.0, std::floor(std::log10(shown)) - digits + 1);
    EXPECT_NEAR(computed, shown, 0.5001 * unit);
}

struct BubbleRow {
    double radius;
    bool lipid;
    double tension, resonance, viscous, radiation, shell, total, scattering;
};

// Computed table of coated bubbles: p0 101.3 kPa, rho 998, kappa 1.07, chi 0.55 N/m.
const BubbleRow bubbles[] = {
    {0.5, false, 0.072, 9.8808, 0.2582, 0.02097, 0, 0.2792, 40.3},
    {0.75, true, 0, 12.126, 0.09352, 0.03861, 0.3408, 0.473, 31.6},
    {0.75, false, 0.072, 5.8154, 0.195, 0.01852, 0, 0.2135, 155},
    {1.25, true, 0, 5.8199, 0.07015, 0.03088, 0.2288, 0.3299, 180.5},
    {1.25, true, 0.02, 5.9178, 0.06899, 0.0314, 0.225, 0.3254, 185.4},
    {1.25, false, 0.072, 3.0688, 0.133, 0.01629, 0, 0.1493, 880.7},
    {1.5, true, 0.02, 4.5692, 0.06205, 0.0291, 0.206, 0.2972, 320.2},
    {1.5, false, 0.072, 2.462, 0.1152, 0.01568, 0, 0.1308, 1652},
    {2, true, 0, 3.0072, 0.05303, 0.02553, 0.197, 0.2756, 662},
    {2, false, 0.072, 1.753, 0.09097, 0.01488, 0, 0.1059, 4486},
    {2.5, true, 0, 2.2123, 0.04613, 0.02348, 0.2045, 0.2742, 1045},
    {2.5, true, 0.02, 2.2445, 0.04547, 0.02382, 0.2016, 0.2709, 1070},
    {2.5, false, 0.072, 1.3555, 0.07529, 0.01439, 0, 0.08968, 9765},
    {3, true, 0.02, 1.7516, 0.04046, 0.02231, 0.223, 0.2858, 1385},
    {3, false, 0.072, 1.1028, 0.06427, 0.01405, 0, 0.07832, 1.844e+04},
    {4, true, 0, 1.1783, 0.03384, 0.02001, 0.3113, 0.3651, 1508},
    {4, true, 0.02, 1.193, 0.03342, 0.02026, 0.3074, 0.3611, 1542},
    {4, false, 0.072, 0.80127, 0.04976, 0.01361, 0, 0.06336, 5.008e+04},
};

TEST(ThermalParticle, BubbleTableToTheDigitsShown) {
    const BubbleLiquid water;
    for (const BubbleRow& row : bubbles) {
        const double r = row.radius * 1e-6;
        const Bubble b{r, 1.07, row.tension, row.lipid ? 0.55 : 0.0,
                       row.lipid ? 1.5e-9 * std::exp(8e5 * r) : 0.0};
        const double f0 = bubble_resonance(b, water);
        const BubbleDamping d = bubble_damping(b, water, f0);
        expect_shown(f0 * 1e-6, row.resonance, 5);
        expect_shown(d.viscous, row.viscous, 4);
        expect_shown(d.radiation, row.radiation, 4);
        if (row.lipid) expect_shown(d.shell, row.shell, 4);
        expect_shown(d.total(), row.total, 4);
        expect_shown(bubble_scattering(b, water, f0) * 1e12, row.scattering, 4);
    }
}

// Urick's law of 1948 comes from the drag of an oscillating sphere, Settnes and Bruus' from the
// scattered field.
TEST(ThermalParticle, FrictionOfAnOscillatingSphereIsUricks) {
    const SoundMedium water{993.4, 1523.6, 0.692e-3};
    for (const double density : {10.0, 900.0, 1300.0, 5170.0, 19320.0})
        for (const double a : {1e-9, 30e-9, 300e-9, 3e-6, 12e-6}) {
            const double f = 5e6;
            const SoundResponse r = small_sphere_response({a, density, 1e-11}, water, f);
            const double s = density / water.density;
            const double beta = 1.0 / r.boundary_layer;
            const double drag = 9.0 / (4.0 * beta * a) * (1.0 + 1.0 / (beta * a));
            const double tau = 0.5 + 9.0 / (4.0 * beta * a);
            const double k = 2.0 * std::numbers::pi * f / water.speed;
            const double urick = 4.0 / 3.0 * std::numbers::pi * a * a * a * k * (s - 1.0) *
                                 (s - 1.0) * drag / (drag * drag + (s + tau) * (s + tau));
            EXPECT_NEAR(r.absorption / urick, 1.0, 1e-10) << a << " " << density;
        }
}

TEST(ThermalParticle, BruggemanAndMaxwellStayWithinHashinAndShtrikman) {
    for (double phi = 0.02; phi < 1.0; phi += 0.07)
        for (const double k : {0.01, 3.0, 300.0}) {
            const double a = maxwell_conductivity(0.5, k, phi);
            const double b = maxwell_conductivity(k, 0.5, 1.0 - phi);
            const double effective = bruggeman_conductivity(0.5, k, phi);
            EXPECT_GE(effective, std::min(a, b) * (1.0 - 1e-12));
            EXPECT_LE(effective, std::max(a, b) * (1.0 + 1e-12));
        }
}

// With real roots p of b x^2 + x + 1 the transform inverts to error functions.
TEST(ThermalParticle, HeatingOfAPerfectConductorIsCarslawAndJaegers) {
    const HeatedMedium medium{0.628, 4.15e6, 0.0};
    const HeatedSphere sphere{50e-9, 1e4, 0.6 * 4.15e6};
    const double b = 0.2;
    const double root = std::sqrt(1.0 - 4.0 * b);
    const double p1 = (1.0 - root) / (2.0 * b);
    const double p2 = (1.0 + root) / (2.0 * b);
    const auto term = [](double p, double t) {
        return std::exp(p * p * t) * std::erfc(p * std::sqrt(t));
    };
    const double unit = 50e-9 * 50e-9 * 4.15e6 / 0.628;
    for (const double t : {1e-3, 0.01, 0.1, 1.0, 5.0}) {
        const double exact = 1.0 - (p2 * term(p1, t) - p1 * term(p2, t)) / (p2 - p1);
        EXPECT_NEAR(relative_rise(sphere, medium, t * unit), exact, 1e-11) << t;
    }
}

TEST(ThermalParticle, HeatingHasItsShortAndLongTimes) {
    const HeatedMedium medium{0.628, 4.15e6, 0.0};
    const HeatedSphere gold{50e-9, 318.0, 2.49e6};
    const double unit = 50e-9 * 50e-9 * 4.15e6 / 0.628;
    // Store alone: 3 k t/(a^2 rho c). The medium takes its share with the root of time.
    const double t = 1e-8 * unit;
    EXPECT_NEAR(relative_rise(gold, medium, t) / (3.0 * 0.628 * t / (2.5e-15 * 2.49e6)), 1.0, 1e-3);
    const double late = 1e6;
    EXPECT_NEAR((1.0 - relative_rise(gold, medium, late * unit)) * std::sqrt(late),
                1.0 / std::sqrt(std::numbers::pi), 1e-5);
    const double rise = rise_time(gold, medium);
    EXPECT_NEAR(relative_rise(gold, medium, rise), 1.0 - std::exp(-1.0), 1e-10);
    EXPECT_GT(rise, 20.0 * internal_time(gold));
}

TEST(ThermalParticle, SteadyRiseIsGoldenbergAndTranters) {
    const HeatedMedium medium{0.5, 4.0e6, 1e8};
    const HeatedSphere s{20e-9, 2.0, 3.0e6};
    const double p = 1e-7;
    const double surface = p / (4.0 * std::numbers::pi * 0.5 * 20e-9);
    const double step = p / (4.0 * std::numbers::pi * 4e-16 * 1e8);
    EXPECT_NEAR(steady_rise(s, medium, p, 20e-9), surface + step, 1e-12);
    EXPECT_NEAR(steady_rise(s, medium, p, 40e-9), 0.5 * surface, 1e-12);
    // Centre over surface: q a^2/(6 k) with q = 3 p/(4 pi a^3).
    EXPECT_NEAR(steady_rise(s, medium, p, 0.0) - steady_rise(s, medium, p, 20e-9),
                3.0 * p / (4.0 * std::numbers::pi * 20e-9) / (6.0 * 2.0), 1e-12);
}

/// Pressure at the centre of a layer-free sphere from a direct solve of the two matching equations.
double matched_centre(double x, double y, double ratio) {
    using C = std::complex<double>;
    const auto j = [](double z) { return std::sin(z) / z; };
    const auto dj = [](double z) { return std::cos(z) / z - std::sin(z) / (z * z); };
    const C h(std::sin(x) / x, -std::cos(x) / x);
    const C dh(dj(x), std::sin(x) / x + std::cos(x) / (x * x));
    // j + R h = B j', j_x + R h_x = ratio B j'_y; solve for B by Cramer's rule.
    const C det = h * (-ratio * dj(y)) - dh * (-j(y));
    return std::abs((h * (-dj(x)) - dh * (-j(x))) / det);
}

TEST(ThermalParticle, CentreAmplificationSolvesTheMatching) {
    for (const double r : {2e-6, 8e-6, 20e-6}) {
        const double w = 2.0 * std::numbers::pi * 5e6;
        const double x = w * r / 1523.6;
        const double y = w * r / 406.0;
        const double ratio = 993.4 * 1523.6 / (1600.0 * 406.0);
        EXPECT_NEAR(centre_amplification(r, 5e6, 1600.0, 406.0, 993.4, 1523.6),
                    matched_centre(x, y, ratio), 1e-9);
    }
}

CardSection section_of(const std::string& text) {
    static matter::Library library(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    const auto f = input::read<Formulation>(
        input::parse_toml("name = 'test'\ncategory = 'therapy'\n" + text, "test.toml").root);
    const Properties properties = compute_properties(f, library);
    const CardOptions options;
    return thermal_section({f, properties, library, options});
}

double value(const CardSection& section, const std::string& name) {
    for (const CardValue& v : section.values)
        if (v.name == name) return v.si;
    ADD_FAILURE() << "no value " << name;
    for (const CardRefusal& r : section.refusals) ADD_FAILURE() << r.name << ": " << r.reason;
    return std::nan("");
}

std::string refusal(const CardSection& section, const std::string& name) {
    for (const CardRefusal& r : section.refusals)
        if (r.name == name) return r.reason;
    return "";
}

std::string ball(const std::string& material, const std::string& radius) {
    return "[[layer]]\nmaterial = '" + material + "'\nradius = '" + radius + "'\n";
}

// au-cryo prints 297.7 W/(m K) for a 3 nm particle: it never enters tissue.
TEST(ThermalParticle, GoldForCryosurgeryDoesNotChangeTissue) {
    const CardSection s = section_of(ball("Au", "1.5 nm"));
    EXPECT_LT(std::abs(value(s, "conductivity_change")), 1e-3);
    EXPECT_LT(std::abs(value(s, "heat_capacity_change")), 1e-3);
    EXPECT_LT(std::abs(value(s, "conductivity_change_10")), 1e-2);
}

// mgo-cryo: faster and more probable ice formation.
TEST(ThermalParticle, MagnesiaFreezesCellsWarmerThanCleanWater) {
    const CardSection s = section_of(
        "[shape]\nkind = 'cube'\nedge = '50 nm'\n"
        "[[layer]]\nmaterial = 'MgO'\n");
    EXPECT_GT(value(s, "ice_nucleation_temperature"), 235.3 + 5.0);
    EXPECT_LT(value(s, "ice_nucleation_temperature"), 273.15);
}

TEST(ThermalParticle, PhaseChangeCoreStatesItsLatentHeat) {
    const CardSection s = section_of(ball("lauric_acid", "50 nm"));
    EXPECT_NEAR(value(s, "latent_heat"), 178e3, 1.0);
    EXPECT_GT(value(s, "melting_end"), value(s, "melting_onset"));
}

// pfc-microbubble, oinp-folate: gas gives the backscatter; liquid fluorocarbon must vaporise first.
TEST(ThermalParticle, GasScattersAndLiquidMustVaporise) {
    const CardSection bubble = section_of(ball("perfluorobutane", "1.25 um") +
                                          "[[layer]]\nmaterial = 'lipid_bilayer'\nthickness = "
                                          "'2.25 nm'\n");
    const CardSection droplet = section_of(ball("perfluoropentane", "1.25 um"));
    EXPECT_NEAR(value(bubble, "bubble_resonance") * 1e-6, 5.83, 0.02);
    EXPECT_GT(value(bubble, "acoustic_cross_section"),
              1e4 * value(droplet, "acoustic_cross_section"));
    EXPECT_GT(value(droplet, "vaporisation_threshold"), 1e6);
    EXPECT_LT(value(droplet, "acoustic_contrast_factor"), 0.0);
}

TEST(ThermalParticle, RefusesWithTheReason) {
    const CardSection s = section_of(ball("graphdiyne", "50 nm"));
    EXPECT_NE(refusal(s, "effective_conductivity").find("graphdiyne"), std::string::npos);
    EXPECT_NE(refusal(s, "ice_nucleation_temperature").find("contact angle"), std::string::npos);
    const CardSection large = section_of(ball("Au", "20 um"));
    EXPECT_NE(refusal(large, "acoustic_cross_section").find("0.3"), std::string::npos);
}

}  // namespace
}  // namespace caravel::formulation
