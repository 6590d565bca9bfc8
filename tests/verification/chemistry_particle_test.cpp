// Chemistry of particles: balances, exact solutions and published directions.
#include "caravel/base/unit.hpp"
#include "caravel/formulation/cards/parts.hpp"
#include "caravel/formulation/chemistry/dissolution.hpp"
#include "caravel/formulation/chemistry/fenton.hpp"
#include "caravel/input/document.hpp"
#include "caravel/input/reader.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

namespace caravel::formulation {
namespace {

using namespace chemistry;

TEST(ChemistryParticle, SurfaceWithoutStoreDecaysExponentially) {
    const FentonRates rates{0.07, 0.0, 0.3};
    const FentonStore store{5000.0, 0.0, 0.8};
    for (const FentonState& s : fenton_run(rates, store, 0.2, 0.0, {10.0, 100.0, 400.0})) {
        const double exact = 0.8 * std::exp(-0.014 * s.time);
        EXPECT_NEAR(s.surface, exact, 1e-9);
        EXPECT_NEAR(s.radicals, 5000.0 * (0.8 - exact), 1e-4);
    }
}

TEST(ChemistryParticle, GlutathioneCycleRelaxesExponentially) {
    const FentonRates rates{0.07, 2e-3, 0.0};
    const FentonStore store{5000.0, 0.0, 1.0};
    const double k = 0.07 * 0.1 + 2e-3 * 5.0;
    const double end = kept_up_share(rates, 0.1, 5.0);
    for (const FentonState& s : fenton_run(rates, store, 0.1, 5.0, {5.0, 50.0, 500.0}))
        EXPECT_NEAR(s.surface, end + (1.0 - end) * std::exp(-k * s.time), 1e-9);
}

TEST(ChemistryParticle, EveryElectronIsCounted) {
    const FentonRates rates{0.07, 1e-4, 0.02};
    const FentonStore store{1000.0, 30000.0, 0.9};
    for (const FentonState& s : fenton_run(rates, store, 0.5, 3.0, {1.0, 60.0, 1e3, 1e5})) {
        const double left = 1000.0 * s.surface + 30000.0 * s.store;
        const double before = 900.0 + 30000.0;
        EXPECT_NEAR((left + s.radicals - s.reduced_by_glutathione) / before, 1.0, 1e-8) << s.time;
    }
}

TEST(ChemistryParticle, WithoutGlutathioneTheYieldEndsAtTheReducedIons) {
    const FentonRates rates{0.07, 0.0, 0.1};
    const FentonStore store{1000.0, 9000.0, 1.0};
    const auto states = fenton_run(rates, store, 1.0, 0.0, {1e2, 1e5});
    EXPECT_LT(states[0].radicals, 10000.0);
    EXPECT_NEAR(states[1].radicals, 10000.0, 1e-3);
    EXPECT_NEAR(states[1].surface, 0.0, 1e-8);
}

TEST(ChemistryParticle, FastMigrationHoldsTheRateUntilTheStoreIsEmpty) {
    const FentonRates rates{0.07, 0.0, 50.0};
    const FentonStore store{1000.0, 9000.0, 1.0};
    const double rate = fenton_rate(rates, store, 0.1, 1.0);  // 7/s: 10000 last 1429 s
    const auto states = fenton_run(rates, store, 0.1, 0.0, {700.0, 1200.0});
    for (const FentonState& s : states) EXPECT_NEAR(s.radicals / (rate * s.time), 1.0, 2e-3);
    EXPECT_NEAR(states[0].store, 1.0 - 4900.0 / 9000.0, 1e-3);
    EXPECT_GT(depletion_half_life(rates, store, 0.1, 0.0), 1200.0);
}

TEST(ChemistryParticle, ShrinkingRadiusIsLinearOrItsSquareIs) {
    const ShrinkingCore core{40e-9, 14.5e-6, 3};
    const double rate = 1e-8;
    const double speed = recession(core, rate);
    // Runge-Kutta of dm/dt = -3 m^(2/3) v/r0 against the closed form.
    double share = 1.0;
    const double t = 0.6 * core.radius / speed;
    const int steps = 4000;
    const auto slope = [&](double m) {
        return -3.0 * std::pow(m, 2.0 / 3.0) * speed / core.radius;
    };
    for (int i = 0; i < steps; ++i) {
        const double h = t / steps;
        const double k1 = slope(share);
        const double k2 = slope(share + 0.5 * h * k1);
        const double k3 = slope(share + 0.5 * h * k2);
        const double k4 = slope(share + h * k3);
        share += h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4);
    }
    EXPECT_NEAR(share_left(core, rate, t), share, 1e-12);
    EXPECT_NEAR(share, 0.064, 1e-12);
    const double d = 1e-9;
    const double cs = 0.01;
    const double life = core.radius * core.radius / (2.0 * d * cs * core.molar_volume);
    EXPECT_NEAR(diffusion_limited_share(core, d, cs, 0.5 * life), std::pow(0.5, 1.5), 1e-14);
    EXPECT_DOUBLE_EQ(diffusion_limited_share(core, d, cs, 1.1 * life), 0.0);
}

TEST(ChemistryParticle, SeriesOfBothHasItsTwoLimits) {
    const ShrinkingCore core{40e-9, 14.5e-6, 3};
    const double d = 1e-9;
    EXPECT_NEAR(mixed_time(core, 1e-8, d, 1e9, 0.0), core.radius / recession(core, 1e-8), 1e-3);
    EXPECT_NEAR(mixed_time(core, 1e3, d, 1e-3, 0.0) /
                    (core.radius * core.radius / (2.0 * d * 1e-3 * core.molar_volume)),
                1.0, 1e-5);
    // The speed at each radius is the harmonic sum of both.
    const double h = 1e-12;
    const double r = 20e-9;
    const double cs = 0.5;
    const double slowness =
        (mixed_time(core, 1e-4, d, cs, r - h) - mixed_time(core, 1e-4, d, cs, r + h)) / (2.0 * h);
    EXPECT_NEAR(slowness * recession(core, 1e-4) /
                    (1.0 + r * recession(core, 1e-4) / (d * cs * core.molar_volume)),
                1.0, 1e-6);
}

CardSection section_of(const std::string& text, Properties* out = nullptr) {
    static matter::Library library(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    const auto f = input::read<Formulation>(
        input::parse_toml("name = 'test'\ncategory = 'therapy'\n" + text, "test.toml").root);
    const Properties properties = compute_properties(f, library);
    if (out != nullptr) *out = properties;
    const CardOptions options;
    return chemistry_section({f, properties, library, options});
}

const CardValue* find(const CardSection& section, const std::string& name) {
    for (const CardValue& v : section.values)
        if (v.name == name) return &v;
    return nullptr;
}

double value(const CardSection& section, const std::string& name) {
    if (const CardValue* v = find(section, name)) return v->si;
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

std::string shell(const std::string& material, const std::string& thickness,
                  const std::string& more = "") {
    return "[[layer]]\nmaterial = '" + material + "'\nthickness = '" + thickness + "'\n" + more;
}

TEST(ChemistryParticle, MagnetiteOfGaoHasItsTurnoverAndWearsOut) {
    const CardSection s = section_of(ball("Fe3O4", "150 nm") + "[medium]\nph = 3.5\n");
    EXPECT_NEAR(value(s, "peroxidase_kcat"), 8.58e4, 1.0);
    EXPECT_NEAR(value(s, "peroxidase_km"), 154.0, 1e-9);
    // 8.58e4 x 0.1 x 0.8/(154 x 0.8 + 0.098 x 0.1 + 0.08)
    EXPECT_NEAR(value(s, "peroxidase_activity"), 55.6747, 1e-3);
    EXPECT_EQ(find(s, "peroxidase_kcat")->status, CardStatus::assumed);
    const double half = value(s, "fenton_depletion_half_life");
    EXPECT_GT(half, 60.0);
    EXPECT_LT(half, 1e8);
}

TEST(ChemistryParticle, OxidisedIronIsTheSlowerFentonMetalAndCopperTheFaster) {
    const auto rate_of = [](const std::string& m) {
        return value(section_of(ball(m, "10 nm")), "fenton_rate");
    };
    EXPECT_GT(rate_of("Fe3O4"), 100.0 * rate_of("gamma-Fe2O3"));
    EXPECT_GT(rate_of("Cu2O"), 50.0 * rate_of("Fe3O4"));
    EXPECT_EQ(find(section_of(ball("gamma-Fe2O3", "10 nm")), "fenton_depletion_half_life"),
              nullptr);
}

TEST(ChemistryParticle, AcidDissolvesOxidesAndCarbonate) {
    for (const char* material : {"CaCO3", "ZnO", "MnO2", "Fe3O4", "MgO", "hydroxyapatite", "Ag"}) {
        const CardSection s = section_of(ball(material, "20 nm"));
        EXPECT_GT(value(s, "degradation_half_life_ph_7_4"),
                  value(s, "degradation_half_life_ph_6_5"))
            << material;
        EXPECT_GT(value(s, "degradation_half_life_ph_6_5"),
                  value(s, "degradation_half_life_ph_5_0"))
            << material;
    }
    const CardSection mno2 = section_of(ball("MnO2", "20 nm"));
    EXPECT_LT(value(mno2, "degradation_half_life_glutathione"),
              0.01 * value(mno2, "degradation_half_life_ph_7_4"));
}

// serpell-au-pd: activity core-shell > mixture. Only the palladium that lies on the surface counts.
TEST(ChemistryParticle, PalladiumShellOnGoldBeatsAMixtureOfTheSameMasses) {
    Properties coated;
    Properties pure;
    const double core_shell = value(section_of(ball("Au", "5 nm") + shell("Pd", "1 nm"), &coated),
                                    "peroxidase_specific_activity");
    const double palladium =
        value(section_of(ball("Pd", "6 nm"), &pure), "peroxidase_specific_activity");
    const double mixture =
        palladium * coated.layers[1].dry_mass / coated.carrier_mass;  // gold adds nothing
    EXPECT_GT(core_shell, 1.2 * mixture);
}

// liu-double-shell-ceo2, miri-ceo2: porous shells leave the inner ones active.
TEST(ChemistryParticle, InnerShellsWorkThroughPorousOnesOnly) {
    const std::string core = ball("CeO2", "20 nm");
    const CardSection bare = section_of(core);
    const CardSection open = section_of(core + shell("TiO2", "5 nm", "porosity = 0.4\n"));
    const CardSection closed = section_of(core + shell("TiO2", "5 nm"));
    EXPECT_NEAR(value(open, "catalase_activity"), value(bare, "catalase_activity"),
                1e-9 * value(bare, "catalase_activity"));
    EXPECT_EQ(find(closed, "catalase_activity"), nullptr);
    EXPECT_GT(value(open, "hydroxyl_radical_yield"), 0.0);
}

// tio2-solgel: smaller windows of size have more surface per mass; yield per photon stays.
TEST(ChemistryParticle, TitaniaNeedsUltraviolet) {
    const CardSection s = section_of(ball("TiO2", "9.75 nm"));
    EXPECT_NEAR(value(s, "photocatalytic_threshold") * 1e9, 387.4, 0.1);
    EXPECT_GT(value(s, "superoxide_yield"), 0.0);
}

TEST(ChemistryParticle, EveryLawIsHandedOnAsANote) {
    const CardSection s = section_of(ball("Fe3O4", "10 nm"));
    int laws = 0;
    for (const std::string& note : s.notes) laws += note.rfind("rate law", 0) == 0 ? 1 : 0;
    EXPECT_EQ(laws, 4);  // peroxidase, catalase, Fenton, dissolution
    for (const CardCurve& c : s.curves)
        for (const CardLine& line : c.lines) {
            ASSERT_EQ(line.y.size(), c.x.size()) << c.name;
            for (const double y : line.y) EXPECT_TRUE(std::isfinite(y)) << c.name;
        }
}

TEST(ChemistryParticle, RefusesWithTheReason) {
    const CardSection s = section_of(ball("W", "10 nm"));
    EXPECT_NE(refusal(s, "catalytic_activity").find("W"), std::string::npos);
    EXPECT_NE(refusal(s, "fenton_rate").find("no iron or copper"), std::string::npos);
    EXPECT_NE(refusal(s, "degradation_half_life").find("W"), std::string::npos);
}

}  // namespace
}  // namespace caravel::formulation
