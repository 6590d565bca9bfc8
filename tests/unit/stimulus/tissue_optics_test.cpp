// Optical properties of tissue, particles and dyes.
#include "caravel/stimulus/light/tissue_optics.hpp"
#include "caravel/formulation/properties.hpp"
#include "caravel/input/document.hpp"
#include "caravel/input/reader.hpp"
#include "caravel/stimulus/light/tissue_optics_spectra.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <filesystem>
#include <numbers>
#include <string>

namespace caravel::stimulus {
namespace {

constexpr double nm = 1e-9;

const std::filesystem::path data = std::filesystem::path(CARAVEL_SOURCE_DIR) / "data";

matter::Library& library() {
    static matter::Library shipped(data);
    return shipped;
}

formulation::Formulation shipped_formulation(const std::string& name) {
    return input::read<formulation::Formulation>(
        input::read_document(data / "formulations" / (name + ".toml")).root);
}

template <class Act>
std::string complaint(Act act) {
    try {
        act();
    } catch (const std::exception& error) {
        return error.what();
    }
    return "";
}

TEST(TissueOptics, BloodFollowsFromItsHaemoglobin) {
    // 816 L/(mol cm) at 800 nm: ln 10 * 81.6 m2/mol * 150 kg/m3 / 64.5 kg/mol.
    EXPECT_NEAR(chromophore_absorption(library(), "blood_oxy", 800 * nm),
                std::numbers::ln10 * 81.6 * 150.0 / 64.5, 1e-9);
    EXPECT_GT(chromophore_absorption(library(), "blood_deoxy", 660 * nm),
              5.0 * chromophore_absorption(library(), "blood_oxy", 660 * nm));
}

TEST(TissueOptics, FatIsDividedByOneHundredNotThree) {
    EXPECT_NEAR(chromophore_absorption(library(), "fat", 930 * nm) / 100.0, 0.13, 0.01);
}

TEST(TissueOptics, SpectraAreLinearBetweenRows) {
    const double low = chromophore_absorption(library(), "fat", 600 * nm);
    const double high = chromophore_absorption(library(), "fat", 601 * nm);
    EXPECT_NEAR(chromophore_absorption(library(), "fat", 600.25 * nm), 0.75 * low + 0.25 * high,
                1e-9);
    const SpectrumRange range = spectrum_range(library(), "fat");
    EXPECT_NO_THROW(chromophore_absorption(library(), "fat", range.shortest));
    EXPECT_NO_THROW(chromophore_absorption(library(), "fat", range.longest));
}

TEST(TissueOptics, ScatteringHasRayleighAndMieParts) {
    TissueOptics tissue;
    tissue.name = "made up";
    tissue.reduced_scattering = 1000.0;
    tissue.rayleigh_share = 0.25;
    tissue.mie_power = 1.0;
    tissue.anisotropy = 0.8;
    const OpticalMedium medium = optical_medium(tissue, 1000 * nm, library());
    EXPECT_NEAR(medium.scattering * 0.2, 1000.0 * (0.25 / 16.0 + 0.75 / 2.0), 1e-9);
    EXPECT_EQ(medium.absorption, 0.0);
    EXPECT_EQ(medium.anisotropy, 0.8);
}

TEST(TissueOptics, AbsorptionIsTheSumOfTheParts) {
    TissueOptics tissue;
    tissue.blood = 0.1;
    tissue.oxygenation = 0.7;
    tissue.water = 0.6;
    tissue.fat = 0.2;
    tissue.melanosomes = 0.01;
    tissue.baseline = 0.5;
    const auto part = [](const char* name) {
        return chromophore_absorption(library(), name, 700 * nm);
    };
    EXPECT_NEAR(optical_medium(tissue, 700 * nm, library()).absorption,
                0.07 * part("blood_oxy") + 0.03 * part("blood_deoxy") + 0.6 * part("water") +
                    0.2 * part("fat") + 0.01 * part("melanosome") +
                    0.5 * 0.89 * part("skin_baseline"),
                1e-9);
}

TEST(TissueOptics, EveryShippedTissueScattersOrIsWater) {
    for (const std::string& name : tissue_optics_names(library())) {
        const OpticalMedium medium =
            optical_medium(find_tissue_optics(library(), name), 808 * nm, library());
        EXPECT_GT(medium.absorption, 0.0) << name;
        EXPECT_EQ(medium.scattering > 0.0, name != "water") << name;
        EXPECT_GE(medium.refractive_index, 1.33) << name;
    }
    for (const char* name : {"tumour", "muscle", "fat", "dermis", "epidermis", "blood", "skin",
                             "brain", "liver", "bone", "gel", "phantom", "water"})
        EXPECT_NO_THROW(find_tissue_optics(library(), name)) << name;
}

TEST(TissueOptics, UnknownNamesGetSuggestions) {
    EXPECT_NE(complaint([] {
                  (void)find_tissue_optics(library(), "tumor");
              }).find("did you mean 'tumour'?"),
              std::string::npos);
    EXPECT_NE(complaint([] {
                  (void)chromophore_absorption(library(), "watr", 500 * nm);
              }).find("did you mean 'water'?"),
              std::string::npos);
}

TEST(TissueOptics, WavelengthWithoutDataIsNamed) {
    const std::string text =
        complaint([] { (void)chromophore_absorption(library(), "blood_oxy", 1064 * nm); });
    EXPECT_NE(text.find("1064 nm"), std::string::npos) << text;
    EXPECT_NE(text.find("250 nm to 1000 nm"), std::string::npos) << text;
}

TEST(TissueOptics, OnlyWhatIsThereNeedsData) {
    TissueOptics tissue = find_tissue_optics(library(), "tumour");
    EXPECT_NO_THROW(optical_medium(tissue, 425 * nm, library()));
    tissue.fat = 0.01;  // known from 429 nm on
    EXPECT_NE(complaint([&] {
                  (void)optical_medium(tissue, 425 * nm, library());
              }).find("no absorption of fat"),
              std::string::npos);
    EXPECT_NO_THROW(optical_medium(find_tissue_optics(library(), "water"), 2000 * nm, library()));
}

TEST(TissueOptics, ImpossibleTissueIsRefused) {
    const auto with = [](auto change) {
        TissueOptics tissue = find_tissue_optics(library(), "muscle");
        change(tissue);
        return complaint([&] { (void)optical_medium(tissue, 808 * nm, library()); });
    };
    EXPECT_NE(with([](auto& t) { t.blood = 1.2; }).find("blood fraction"), std::string::npos);
    EXPECT_NE(with([](auto& t) { t.oxygenation = -0.1; }).find("oxygenation"), std::string::npos);
    EXPECT_NE(with([](auto& t) { t.refractive_index = 0.9; }).find("1 or more"), std::string::npos);
    EXPECT_NE(with([](auto& t) { t.anisotropy = 1.0; }).find("anisotropy"), std::string::npos);
    EXPECT_NE(with([](auto& t) { t.reduced_scattering = std::nan(""); }).find("scattering"),
              std::string::npos);
    EXPECT_EQ(with([](auto&) {}), "");
}

TEST(TissueOptics, CoagulationDoublesReducedScattering) {
    OpticalMedium medium;
    medium.absorption = 30.0;
    medium.scattering = 10000.0;
    medium.anisotropy = 0.9;
    const CoagulatedOptics shipped = find_coagulated_optics(library());
    EXPECT_EQ(shipped.scattering_factor, CoagulatedOptics{}.scattering_factor);
    EXPECT_EQ(shipped.anisotropy_factor, CoagulatedOptics{}.anisotropy_factor);
    const OpticalMedium white = coagulated_medium(medium, 1.0);
    EXPECT_NEAR(white.scattering * (1.0 - white.anisotropy), 15000.0 * (1.0 - 0.855), 1e-9);
    EXPECT_EQ(white.absorption, 30.0);
    EXPECT_EQ(coagulated_medium(medium, 0.0).scattering, 10000.0);
    EXPECT_NEAR(coagulated_medium(medium, 0.5).scattering, 12500.0, 1e-9);
    EXPECT_THROW(coagulated_medium(medium, 1.1), InputError);
    EXPECT_THROW(coagulated_medium(medium, std::nan("")), InputError);
}

TEST(AgentOptics, IndocyanineGreenFollowsItsTable) {
    // 190720 L/(mol cm) at 810 nm, decadic.
    EXPECT_NEAR(agent_optics("indocyanine_green", library(), 810 * nm).absorption,
                std::numbers::ln10 * 19072.0, 1e-6);
    const AbsorberOptics outside = agent_optics("indocyanine_green", library(), 532 * nm);
    EXPECT_EQ(outside.absorption, 0.0);
    EXPECT_NE(outside.method.find("660 nm to 883 nm"), std::string::npos) << outside.method;
}

TEST(AgentOptics, ChlorinE6AbsorbsRedLightButNot808) {
    EXPECT_NEAR(agent_optics("chlorin_e6", library(), 401 * nm).absorption,
                std::numbers::ln10 * 16900.0, 1.0);
    EXPECT_NEAR(agent_optics("chlorin_e6", library(), 662 * nm).absorption,
                std::numbers::ln10 * 5000.0, 1.0);
    EXPECT_EQ(agent_optics("chlorin_e6", library(), 808 * nm).absorption, 0.0);
}

TEST(AgentOptics, VerteporfinHasBandsAt428And688) {
    EXPECT_NEAR(agent_optics("verteporfin", library(), 688 * nm).absorption,
                std::numbers::ln10 * 3300.0, 1.0);
    EXPECT_GT(agent_optics("verteporfin", library(), 428 * nm).absorption,
              agent_optics("verteporfin", library(), 688 * nm).absorption);
    EXPECT_LT(agent_optics("verteporfin", library(), 500 * nm).absorption,
              0.1 * agent_optics("verteporfin", library(), 688 * nm).absorption);
}

TEST(AgentOptics, OtherDyesHaveOneBandWithAShoulder) {
    const AbsorberOptics dye = agent_optics("cy7", library(), 743 * nm);
    EXPECT_GT(dye.absorption, std::numbers::ln10 * 19900.0);
    EXPECT_NE(dye.method.find("shoulder"), std::string::npos);
}

TEST(AgentOptics, UnknownSpectrumIsZeroWithTheReason) {
    for (const char* agent : {"cisplatin", "../water", ""}) {
        const AbsorberOptics none = agent_optics(agent, library(), 808 * nm);
        EXPECT_EQ(none.absorption, 0.0);
        EXPECT_NE(none.method.find("no absorption spectrum"), std::string::npos);
    }
    EXPECT_THROW(agent_optics("chlorin_e6", library(), 0.0), InputError);
}

TEST(ParticleOptics, SmallGoldSphereAbsorbsAsADipole) {
    // Rayleigh limit without size correction: a brought-along constant index.
    const auto ball = input::read<formulation::Formulation>(
        input::parse_toml("name = 'ball'\ncategory = 'imaging'\n[[layer]]\nmaterial = 'stuff'\n"
                          "radius = '2 nm'\n[[material]]\nname = 'stuff'\nn = 2.0\nk = 1.0\n"
                          "density = '2 g/mL'\n",
                          "ball.toml")
            .root);
    const double index = 1.37, wavelength = 808 * nm;
    const AbsorberOptics optics = particle_optics(ball, library(), wavelength, index);
    const std::complex<double> m = std::complex<double>(2.0, 1.0) / index;
    const std::complex<double> ratio = (m * m - 1.0) / (m * m + 2.0);
    // absorption per volume = 3 k Im(ratio), k in the medium
    const double expected = 3.0 * 2.0 * std::numbers::pi * index / wavelength * ratio.imag();
    EXPECT_NEAR(optics.absorption, expected / 2000.0, 2e-3 * expected / 2000.0);
    EXPECT_LT(optics.scattering, 1e-3 * optics.absorption);
}

TEST(ParticleOptics, PayloadDyesAdd) {
    const auto f = shipped_formulation("fa_plga_cisplatin_icg");
    const double with = particle_optics(f, library(), 808 * nm).absorption;
    const double without = particle_optics(f, library(), 808 * nm, 1.37, false).absorption;
    EXPECT_LT(without, 1e-3 * with);
    const auto properties = formulation::compute_properties(f, library());
    const double dye = agent_optics("indocyanine_green", library(), 808 * nm).absorption;
    double amount = 0.0;
    for (const auto& payload : properties.payloads)
        if (payload.agent == "indocyanine_green") amount = payload.amount;
    EXPECT_NEAR(with - without, amount * dye / properties.carrier_mass, 1e-9 * with);
}

TEST(ParticleOptics, ChlorinParticlesAnswer660ButNot808) {
    const auto f = shipped_formulation("sun_ros_sorafenib");
    EXPECT_GT(particle_optics(f, library(), 660 * nm).absorption, 100.0);
    EXPECT_EQ(particle_optics(f, library(), 808 * nm).absorption, 0.0);
}

TEST(ParticleOptics, RodsAreTunedToTheirLine) {
    const auto rod = shipped_formulation("vankayala_aunr_915");
    EXPECT_GT(particle_optics(rod, library(), 915 * nm).absorption,
              2.0 * particle_optics(rod, library(), 808 * nm).absorption);
}

TEST(ParticleOptics, WhatCannotBeGivenSaysWhy) {
    EXPECT_NE(complaint([] {
                  (void)particle_optics(shipped_formulation("au_ct_hainfeld"), library(), 808 * nm);
              }).find("too small"),
              std::string::npos);
    EXPECT_NE(complaint([] {
                  (void)particle_optics(shipped_formulation("silica_au_nanocage"), library(),
                                        808 * nm);
              }).find("--dipoles"),
              std::string::npos);
    const auto f = shipped_formulation("tin_silica_785");
    const std::string far = complaint([&] { (void)particle_optics(f, library(), 100 * nm); });
    EXPECT_NE(far.find("100 nm"), std::string::npos) << far;
    EXPECT_THROW(particle_optics(f, library(), 785 * nm, 0.5), InputError);
    const auto dissolved = input::read<formulation::Formulation>(
        input::parse_toml("name = 'free'\ncategory = 'therapy'\n[[payload]]\n"
                          "agent = 'chlorin_e6'\n",
                          "free.toml")
            .root);
    EXPECT_THROW(particle_optics(dissolved, library(), 660 * nm), NotAvailable);
}

TEST(SkinExposure, FollowsTheRecalledTable) {
    const double per_cm2 = 1e4;
    EXPECT_NEAR(skin_exposure_limit(532 * nm, 1e-8), 0.02 * per_cm2 / 1e-8, 1.0);
    EXPECT_NEAR(skin_exposure_limit(850 * nm, 1e-8) * 1e-8, 0.0399 * per_cm2, 0.5);
    EXPECT_NEAR(skin_exposure_limit(1064 * nm, 1e-8) * 1e-8, 0.1 * per_cm2, 1e-6);
    EXPECT_NEAR(skin_exposure_limit(808 * nm, 600.0), 0.2 * std::pow(10.0, 0.216) * per_cm2, 1e-6);
    EXPECT_NEAR(skin_exposure_limit(532 * nm, 1.0), 1.1 * per_cm2, 1e-6);
    EXPECT_NEAR(skin_exposure_limit(1550 * nm, 1.0), 1.0 * per_cm2, 1e-6);
    EXPECT_NEAR(skin_exposure_limit(2000 * nm, 100.0), 0.1 * per_cm2, 1e-6);
}

TEST(SkinExposure, LongerLightMayNeverBeStronger) {
    for (const double wavelength : {532 * nm, 808 * nm, 1450 * nm, 1600 * nm, 2100 * nm}) {
        double last = skin_exposure_limit(wavelength, 1e-9);
        for (double t = 2e-9; t < 1e3; t *= 2.0) {
            const double next = skin_exposure_limit(wavelength, t);
            EXPECT_LE(next, last * (1.0 + 1e-12)) << wavelength << " " << t;
            last = next;
        }
    }
}

TEST(SkinExposure, IsUnknownOutsideItsWavelengths) {
    EXPECT_TRUE(std::isnan(skin_exposure_limit(350 * nm, 1.0)));
    EXPECT_TRUE(std::isnan(skin_exposure_limit(3000 * nm, 1.0)));
    EXPECT_TRUE(std::isnan(skin_exposure_limit(808 * nm, 0.0)));
    EXPECT_FALSE(std::isnan(skin_exposure_limit(400 * nm, 1.0)));
}

}  // namespace
}  // namespace caravel::stimulus
