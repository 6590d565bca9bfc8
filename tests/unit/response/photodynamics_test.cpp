// Input, data, activation and bookkeeping of photodynamic therapy.
#include "caravel/response/photodynamic/photodynamics.hpp"

#include "caravel/response/photodynamic/activation.hpp"
#include "caravel/response/photodynamic/sensitiser_data.hpp"
#include "caravel/response/photodynamic/singlet_oxygen.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace caravel::response {
namespace {

matter::Library shipped() { return matter::Library(std::string(CARAVEL_SOURCE_DIR) + "/data"); }

PhotodynamicInput named(const std::string& sensitiser) {
    PhotodynamicInput input;
    input.sensitiser = sensitiser;
    return input;
}

/// Own keys; nothing bleaches, no supply.
PhotodynamicInput plain() {
    PhotodynamicInput input = named("dye_x");
    input.photochemical_rate = 5e-3;
    input.bleaching = 0.0;
    input.oxygen_supply = 0.0;
    input.wavelength = 650e-9;
    return input;
}

std::string message(const PhotodynamicInput& input) {
    matter::Library library = shipped();
    try {
        const Photodynamics model(input, library);
    } catch (const InputError& error) {
        return format(error.diagnostics().front());
    }
    return "";
}

/// One voxel under light.
struct Voxel {
    std::vector<double> state = std::vector<double>(8, 0.0);
    double released = 0.0;
    double carried = 0.0;
    double oxygen = 0.04;
    double ph = 7.4;

    PhotodynamicLoad load() const {
        return {{&released, 1}, {&carried, 1}, {&oxygen, 1}, {&ph, 1}};
    }
    void start(const Photodynamics& model) { model.initialise(state, 1, load()); }
    void shine(const Photodynamics& model, double fluence_rate, double dt, double perfusion = 1.0) {
        exec::ThreadTeam team(1);
        model.advance(team, state, load(), {&fluence_rate, 1}, {&perfusion, 1}, dt);
    }
    double singlet_oxygen() const { return state[2]; }
    double radicals() const { return state[3]; }
};

TEST(Photodynamics, TableOfMilliwattsAndMicromolesIsReadInSi) {
    matter::Library library = shipped();
    const SensitiserData d = find_sensitiser(named("verteporfin"), library);
    EXPECT_DOUBLE_EQ(d.photochemical_rate, 0.051 * 0.1);  // 1 cm2/(mW s) = 0.1 m2/J
    EXPECT_DOUBLE_EQ(d.bleaching, 1.7e-5 * 1e3);          // 1 L/umol = 1000 m3/mol
    EXPECT_DOUBLE_EQ(d.oxygen_half, 11.9e-3);
    EXPECT_DOUBLE_EQ(d.low_concentration, 33e-3);
    EXPECT_DOUBLE_EQ(d.oxygen_supply, 1.7e-3);
    EXPECT_DOUBLE_EQ(d.threshold, 0.67);
    EXPECT_DOUBLE_EQ(d.threshold_spread, 0.19);
    EXPECT_DOUBLE_EQ(d.reference_oxygen, 40e-3);
    EXPECT_DOUBLE_EQ(d.wavelength, 690e-9);
    EXPECT_FALSE(d.estimated);
}

TEST(Photodynamics, RateOfAHandMadeDye) {
    // 10,000 m2/mol, 660 nm: 1 W/m2 excites 1e4 / (0.119626566 J m / 660e-9 m) = 0.0551717 per s
    EXPECT_NEAR(photochemical_rate(1e4, 1.0, 1.0, 660e-9), 0.05517169, 1e-8);
    EXPECT_NEAR(photochemical_rate(1e4, 0.65, 0.14, 660e-9), 0.05517169 * 0.091, 1e-9);
    EXPECT_NEAR(reacting_share(3.0e-6, 3.5e-6), 1.0 / 7.0, 1e-15);
    EXPECT_THROW(reacting_share(4e-6, 3.5e-6), InputError);
}

TEST(Photodynamics, ChlorinE6IsEstimatedFromAbsorptionYieldAndLifetimes) {
    matter::Library library = shipped();
    const SensitiserData d = find_sensitiser(named("chlorin_e6"), library);
    EXPECT_TRUE(d.estimated);
    EXPECT_DOUBLE_EQ(d.wavelength, 660e-9);
    // bands: 50,000 at 662 nm, 20 nm wide, and little else: 0.65 / 7 of the absorbed photons
    const double absorption = std::log(10.0) * 0.1 * 50000.0 * std::exp2(-4.0 * 0.01);
    EXPECT_NEAR(d.photochemical_rate, photochemical_rate(absorption, 0.65, 1.0 / 7.0, 660e-9),
                1e-3 * d.photochemical_rate);
    EXPECT_GT(d.photochemical_rate, 4e-3);
    EXPECT_LT(d.photochemical_rate, 7e-3);  // verteporfin and hpph: 5.1e-3 and 7.0e-3
}

TEST(Photodynamics, EverySensitiserOfTheTableCanBeUsed) {
    matter::Library library = shipped();
    for (const std::string& name : library.table("photosensitisers").names()) {
        if (name == "generic") continue;
        const Photodynamics model(named(name), library);
        EXPECT_GT(model.photochemical_rate(), 0.0) << name;
        EXPECT_GT(model.threshold(), 0.0) << name;
        EXPECT_DOUBLE_EQ(model.spectral_factor(model.wavelength()), 1.0) << name;
    }
}

TEST(Photodynamics, UnknownSensitiserSaysWhatIsMissingAndWhichKeysWouldDo) {
    const std::string text = message(named("verteporfine"));
    for (const char* part : {"'verteporfine'", "wavelength", "photochemical_rate", "bleaching",
                             "did you mean 'verteporfin'?", "or give", "chlorin_e6"}) {
        EXPECT_NE(text.find(part), std::string::npos) << part << " in " << text;
    }
    EXPECT_EQ(text.find("generic"), std::string::npos) << text;
    PhotodynamicInput partly = named("dye_x");
    partly.photochemical_rate = 5e-3;
    partly.wavelength = 650e-9;
    const std::string shorter = message(partly);
    EXPECT_NE(shorter.find("has no bleaching in"), std::string::npos) << shorter;
    EXPECT_EQ(message(plain()), "");
}

TEST(Photodynamics, ValuesOutOfRangeAreRefusedByName) {
    const auto expect_refused = [](const PhotodynamicInput& input, const std::string& key) {
        const std::string text = message(input);
        EXPECT_NE(text.find(key), std::string::npos) << key << " in " << text;
        EXPECT_NE(text.find("expected"), std::string::npos) << text;
    };
    PhotodynamicInput input = plain();
    input.bleaching = -1.0;
    expect_refused(input, "bleaching");
    input = plain();
    input.photochemical_rate = 0.0;
    expect_refused(input, "photochemical_rate");
    input = plain();
    input.radical_share = 1.5;
    expect_refused(input, "radical_share");
    input = plain();
    input.threshold = std::numeric_limits<double>::quiet_NaN();
    expect_refused(input, "threshold");
    input = plain();
    input.catalysis = -0.1;
    expect_refused(input, "catalysis");
    input = plain();
    input.ph_width = 0.0;
    expect_refused(input, "ph_width");
    input = plain();
    input.activity_in_carrier = -0.5;
    expect_refused(input, "activity_in_carrier");
    input = named("verteporfin");
    input.wavelength = 425e-9;  // the table's rate holds at 690 nm
    expect_refused(input, "425 nm");
}

TEST(Photodynamics, StartsWithWhatTheVoxelHolds) {
    matter::Library library = shipped();
    PhotodynamicInput input = plain();
    input.peroxide = 0.05;
    const Photodynamics model(input, library);
    EXPECT_EQ(model.rows().size(), 8u);
    EXPECT_EQ(model.rows()[2], "singlet_oxygen");
    std::vector<double> state(16, -1.0);
    const std::vector<double> oxygen{0.01, 0.03};
    PhotodynamicLoad load;
    load.oxygen = view_of(oxygen);
    model.initialise(state, 2, load);
    const std::vector<double> expected{1.0,  1.0,  0.01, 0.03, 0.0, 0.0, 0.0,  0.0,
                                       0.05, 0.05, 0.0,  0.0,  0.0, 0.0, 0.01, 0.03};
    EXPECT_EQ(state, expected);
    EXPECT_THROW(model.initialise(state, 3, load), std::invalid_argument);
    model.initialise(state, 2, {});
    EXPECT_DOUBLE_EQ(state[2], 0.04);  // the reference where no oxygen is given
}

TEST(Photodynamics, RefusesLoadsAndLightThatAreNegativeOrNotFinite) {
    matter::Library library = shipped();
    const Photodynamics model(plain(), library);
    Voxel voxel;
    voxel.released = -1e-3;
    EXPECT_THROW(voxel.start(model), std::invalid_argument);
    voxel.released = 1e-3;
    voxel.start(model);
    EXPECT_THROW(voxel.shine(model, -1.0, 1.0), std::invalid_argument);
    EXPECT_THROW(voxel.shine(model, std::numeric_limits<double>::infinity(), 1.0),
                 std::invalid_argument);
    EXPECT_THROW(voxel.shine(model, 1.0, -1.0), std::invalid_argument);
    EXPECT_THROW(voxel.shine(model, 1.0, 1.0, -0.1), std::invalid_argument);
    voxel.oxygen = std::numeric_limits<double>::quiet_NaN();
    EXPECT_THROW(voxel.start(model), std::invalid_argument);
}

TEST(Photodynamics, DarknessAndAbsentSensitiserLeaveEverythingAsItWas) {
    matter::Library library = shipped();
    const Photodynamics model(named("verteporfin"), library);
    for (const double dose : {0.0, 1e-3}) {
        Voxel voxel;
        voxel.released = dose;
        voxel.start(model);
        const std::vector<double> before = voxel.state;
        voxel.shine(model, dose > 0.0 ? 0.0 : 1000.0, 600.0);
        EXPECT_EQ(voxel.state, before);
    }
}

TEST(Photodynamics, SensitiserInCarriersCountsByItsActivity) {
    matter::Library library = shipped();
    PhotodynamicInput input = plain();
    input.activity_in_carrier = 0.2;
    const Photodynamics model(input, library);
    Voxel mixed;
    mixed.released = 1e-4;
    mixed.carried = 5e-4;
    Voxel free;
    free.released = 2e-4;
    for (Voxel* v : {&mixed, &free}) {
        v->start(model);
        v->shine(model, 10.0, 20.0);
    }
    EXPECT_GT(free.singlet_oxygen(), 0.0);
    EXPECT_NEAR(mixed.singlet_oxygen(), free.singlet_oxygen(), 1e-12 * free.singlet_oxygen());
}

TEST(Photodynamics, SwitchesOnInAcid) {
    EXPECT_DOUBLE_EQ(acid_activity(6.5, 6.5, 0.3), 0.5);
    EXPECT_NEAR(acid_activity(6.8, 6.5, 0.3), 1.0 / (1.0 + std::exp(1.0)), 1e-15);
    EXPECT_DOUBLE_EQ(acid_activity(7.4, 0.0, 0.3), 1.0);
    matter::Library library = shipped();
    PhotodynamicInput input = plain();
    input.ph_midpoint = 6.5;
    const Photodynamics model(input, library);
    Voxel acid;
    Voxel neutral;
    acid.ph = 6.0;
    for (Voxel* v : {&acid, &neutral}) {
        v->released = 1e-4;
        v->start(model);
        v->shine(model, 1.0, 1.0);
    }
    const double expected = (1.0 + std::exp(0.9 / 0.3)) / (1.0 + std::exp(-0.5 / 0.3));
    EXPECT_NEAR(acid.singlet_oxygen() / neutral.singlet_oxygen(), expected, 1e-3 * expected);
}

TEST(Photodynamics, RadicalsNeedNoOxygen) {
    matter::Library library = shipped();
    PhotodynamicInput input = plain();
    input.radical_share = 0.3;
    const Photodynamics model(input, library);
    Voxel anoxic;
    anoxic.released = 1e-3;
    anoxic.oxygen = 0.0;
    anoxic.start(model);
    anoxic.shine(model, 100.0, 60.0);
    EXPECT_EQ(anoxic.singlet_oxygen(), 0.0);
    EXPECT_NEAR(anoxic.radicals(), 0.3 * 5e-3 * 100.0 * 1e-3 * 60.0, 1e-15);
}

TEST(Photodynamics, PeroxideTurnsIntoHalfAsMuchOxygen) {
    matter::Library library = shipped();
    PhotodynamicInput input = plain();
    input.peroxide = 0.1;
    input.catalysis = 0.01;
    const Photodynamics model(input, library);
    Voxel voxel;
    voxel.oxygen = 0.0;
    voxel.start(model);
    voxel.shine(model, 0.0, 100.0);
    EXPECT_NEAR(voxel.state[4], 0.1 * std::exp(-1.0), 1e-15);
    EXPECT_NEAR(voxel.state[1], 0.05 * (1.0 - std::exp(-1.0)), 1e-15);
    EXPECT_DOUBLE_EQ(voxel.state[6], voxel.state[1]);
}

TEST(Photodynamics, CellsMakePeroxideAnew) {
    matter::Library library = shipped();
    PhotodynamicInput input = plain();
    input.peroxide = 0.1;
    input.catalysis = 0.03;
    input.peroxide_turnover = 0.01;  // rests at a quarter of 0.1 mol/m3
    const Photodynamics model(input, library);
    Voxel voxel;
    voxel.oxygen = 0.0;
    voxel.start(model);
    voxel.shine(model, 0.0, 100.0);
    const double gone = 1.0 - std::exp(-4.0);
    EXPECT_NEAR(voxel.state[4], 0.025 + 0.075 * (1.0 - gone), 1e-15);
    EXPECT_NEAR(voxel.state[1], 0.5 * 0.03 * (0.025 * 100.0 + 0.075 * gone / 0.04), 1e-14);
    EXPECT_DOUBLE_EQ(voxel.state[6], voxel.state[1]);
}

TEST(Photodynamics, ShutVesselsSupplyNothing) {
    matter::Library library = shipped();
    const Photodynamics model(named("verteporfin"), library);
    Voxel voxel;
    voxel.released = 5e-3;
    voxel.start(model);
    voxel.shine(model, 1000.0, 600.0, 0.0);
    EXPECT_EQ(voxel.state[5], 0.0);
    EXPECT_NEAR(voxel.singlet_oxygen(), 0.04, 1e-9);  // all there was
}

TEST(Photodynamics, HalfTheCellsDieAtTheThreshold) {
    EXPECT_EQ(surviving_share(0.0, 0.6, 0.3), 1.0);
    EXPECT_DOUBLE_EQ(surviving_share(0.6, 0.6, 0.3), 0.5);
    const double deviation = std::sqrt(std::log(1.09));
    EXPECT_NEAR(surviving_share(0.6 * std::exp(deviation), 0.6, 0.3), 0.158655253931457, 1e-12);
    EXPECT_NEAR(surviving_share(0.6 * std::exp(-2.0 * deviation), 0.6, 0.3), 0.977249868051821,
                1e-12);
    matter::Library library = shipped();
    PhotodynamicInput input = plain();
    input.threshold = 0.5;
    const Photodynamics model(input, library);
    std::vector<double> state(16, 0.0);
    state[4] = 0.4;  // singlet oxygen of the first voxel
    state[6] = 0.1;  // radicals
    std::vector<double> share(2);
    model.survival(state, share);
    EXPECT_DOUBLE_EQ(share[0], 0.5);
    EXPECT_EQ(share[1], 1.0);
}

TEST(Photodynamics, LightIsWeighedByTheDyesAbsorption) {
    matter::Library library = shipped();
    const Photodynamics ce6(named("chlorin_e6"), library);
    EXPECT_EQ(ce6.spectral_factor(660e-9), 1.0);
    EXPECT_LT(ce6.spectral_factor(808e-9), 1e-9);
    EXPECT_GT(ce6.spectral_factor(401e-9), 1.0);  // Soret band
    EXPECT_LT(ce6.spectral_factor(401e-9), 169000.0 / 45000.0 * 401.0 / 660.0);
    const Photodynamics own(plain(), library);
    EXPECT_EQ(own.spectral_factor(650e-9), 1.0);
    EXPECT_EQ(own.spectral_factor(652e-9), 1.0);
    EXPECT_THROW(own.spectral_factor(808e-9), InputError);
    EXPECT_THROW(own.spectral_factor(0.0), InputError);
}

TEST(Photodynamics, UpconversionAndScintillationActAsAFluenceRate) {
    EXPECT_DOUBLE_EQ(upconversion_yield(0.01, 1e4, 1e4), 0.005);
    EXPECT_DOUBLE_EQ(emitted_power(20.0, 1e4, 0.005), 1000.0);
    EXPECT_DOUBLE_EQ(uniform_fluence_rate(1000.0, 50.0), 20.0);
    EXPECT_NEAR(transfer_fluence_rate(1000.0, 0.5, 10.0, 540e-9, 660e-9), 50.0 * 540.0 / 660.0,
                1e-12);
    // 0.05 Gy/s in 1 kg/m3, 15 photons per keV at 545 nm: 4.68e18 photons/(s m3) of 3.645e-19 J
    const double per_joule = 15.0 / 1.602176634e-16;
    EXPECT_NEAR(scintillation_power(0.05, 1.0, per_joule, 545e-9), 1.70619e-3, 1e-7);
    EXPECT_THROW(emitted_power(-1.0, 1.0, 1.0), InputError);
    EXPECT_THROW(uniform_fluence_rate(1.0, 0.0), InputError);
}

TEST(Photodynamics, EveryNumberOfThreadsGivesTheSameBits) {
    matter::Library library = shipped();
    PhotodynamicInput input = named("chlorin_e6");
    input.peroxide = 0.05;
    input.catalysis = 0.02;
    input.radical_share = 0.1;
    const Photodynamics model(input, library);
    constexpr std::size_t voxels = 5000;
    std::mt19937 random(7);
    std::uniform_real_distribution<double> uniform(0.0, 1.0);
    std::vector<double> released(voxels), oxygen(voxels), light(voxels);
    for (std::size_t i = 0; i < voxels; ++i) {
        released[i] = 0.01 * uniform(random);
        oxygen[i] = 0.06 * uniform(random);
        light[i] = 2000.0 * uniform(random);
    }
    PhotodynamicLoad load;
    load.released = view_of(released);
    load.oxygen = view_of(oxygen);
    std::vector<std::vector<double>> results;
    for (const int threads : {1, 2, 4}) {
        exec::ThreadTeam team(threads);
        std::vector<double> state(8 * voxels);
        model.initialise(state, voxels, load);
        model.advance(team, state, load, view_of(light), {}, 30.0);
        model.advance(team, state, load, view_of(light), {}, 2.0);
        results.push_back(state);
    }
    EXPECT_EQ(results[0], results[1]);
    EXPECT_EQ(results[0], results[2]);
}

}  // namespace
}  // namespace caravel::response
