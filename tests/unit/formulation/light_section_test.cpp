// The light part of a card: which solver a shape gets, what it covers, and what it refuses.
#include "caravel/base/unit.hpp"
#include "caravel/formulation/cards/parts.hpp"
#include "caravel/input/document.hpp"
#include "caravel/input/reader.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

namespace caravel::formulation {
namespace {

constexpr double nm = 1e-9;

const std::filesystem::path data = std::filesystem::path(CARAVEL_SOURCE_DIR) / "data";

CardSection section_of(const Formulation& f, const CardOptions& options = {}) {
    matter::Library library(data);
    define_materials(f, library);
    const Properties properties = compute_properties(f, library);
    return light_section({f, properties, library, options});
}

CardSection section_of(const std::string& text, std::vector<double> wavelengths = {}) {
    CardOptions options;
    options.wavelengths = std::move(wavelengths);
    return section_of(
        input::read<Formulation>(
            input::parse_toml("name = 'test'\ncategory = 'imaging'\n" + text, "test.toml").root),
        options);
}

double in_unit(const CardSection& section, const std::string& name) {
    for (const CardValue& v : section.values)
        if (v.name == name) return from_si(v.si, v.unit);
    ADD_FAILURE() << "no value " << name;
    return 0.0;
}

bool has(const CardSection& section, const std::string& name) {
    for (const CardValue& v : section.values)
        if (v.name == name) return true;
    return false;
}

std::string refusal(const CardSection& section, const std::string& name) {
    for (const CardRefusal& r : section.refusals)
        if (r.name == name) return r.reason;
    return "";
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::string sphere(const std::string& material, const std::string& radius_nm) {
    return "[[layer]]\nmaterial = '" + material + "'\nradius = '" + radius_nm + " nm'\n";
}

const std::string water133 = "[medium]\nrefractive_index = 1.33\n";
const std::string bulk_gold =
    "[[material]]\nname = 'gold'\ndensity = '19.3 g/mL'\ntable = 'Au_Johnson'\n";

// computed_mie_reference.csv, row Au_JC_sphere 40: bulk constants, index 1.33, 524 nm.
TEST(LightSection, GoldBroughtAlongIsBulkAndGivesTheReferenceDigits) {
    const CardSection s =
        section_of(sphere("gold", "20") + water133 + bulk_gold, {524 * nm, 808 * nm});
    EXPECT_NEAR(in_unit(s, "extinction_cross_section_524"), 3719.44, 0.005);
    EXPECT_NEAR(in_unit(s, "scattering_cross_section_524"), 225.912, 0.0005);
    EXPECT_NEAR(in_unit(s, "absorption_cross_section_524"), 3493.52, 0.005);
    EXPECT_NEAR(in_unit(s, "anisotropy_524"), 0.00368, 0.000005);
    EXPECT_NEAR(in_unit(s, "molar_extinction_524"), 9.7278e9, 5e4);
    // computed_mass_absorption.csv, Au_sphere40 at 808 nm.
    EXPECT_NEAR(in_unit(s, "mass_extinction_808"), 0.2146, 0.00005);
    EXPECT_NEAR(in_unit(s, "mass_absorption_808"), 0.1458, 0.00005);
    EXPECT_NEAR(in_unit(s, "photothermal_efficiency_808"), 0.6793, 0.00005);
    // 1 W/cm2: sigma I/(4 pi k R) with k = 0.6 W/(m K).
    EXPECT_NEAR(in_unit(s, "single_particle_heating_524"),
                3493.52e-18 * 1e4 / (4 * 3.141592653589793 * 0.6 * 20e-9), 1e-9);
}

TEST(LightSection, ShippedGoldIsDampedAtItsSurface) {
    const std::string rest = sphere("Au", "20") + water133;
    const CardSection s = section_of(rest, {524 * nm});
    // 7.2 % below the bulk: damping A vF/(4 R/3) = 5.3e13/s on top of 1.07e14/s.
    EXPECT_NEAR(in_unit(s, "extinction_cross_section_524"), 3453.0, 2.0);
    EXPECT_TRUE(contains(s.values.front().method, "A = 1, mean path 26.7 nm"));
}

TEST(LightSection, SpectrumKeepsExtinctionEqualToAbsorptionAndScattering) {
    for (const std::string& text :
         {sphere("Au", "30"),
          sphere("SiO2", "60") + "[[layer]]\nmaterial = 'Au'\nthickness = '15 nm'\n",
          std::string("[shape]\nkind = 'rod'\nlength = '40 nm'\ndiameter = '10 nm'\n[[layer]]\n"
                      "material = 'Au'\n")}) {
        const CardSection s = section_of(text);
        ASSERT_EQ(s.curves.size(), 2u);
        const CardCurve& c = s.curves.front();
        ASSERT_GE(c.x.size(), 176u);
        for (std::size_t i = 0; i < c.x.size(); ++i)
            EXPECT_NEAR(c.lines[1].y[i] + c.lines[2].y[i], c.lines[0].y[i], 1e-8 * c.lines[0].y[i]);
    }
}

TEST(LightSection, SpheroidOfAspectOneMeetsMie) {
    const CardSection mie = section_of(sphere("gold", "25") + bulk_gold, {530 * nm, 700 * nm});
    const CardSection t = section_of(
        "[shape]\nkind = 'spheroid'\npolar_diameter = '50 nm'\nequatorial_diameter = '50 nm'\n"
        "[[layer]]\nmaterial = 'gold'\n" +
            bulk_gold,
        {530 * nm, 700 * nm});
    for (const char* name : {"extinction_cross_section_530", "scattering_cross_section_530",
                             "absorption_cross_section_700", "anisotropy_700"})
        EXPECT_NEAR(in_unit(t, name) / in_unit(mie, name), 1.0, 1e-6) << name;
}

TEST(LightSection, CoatOfTheMediumsIndexChangesNothing) {
    const std::string rod =
        "[shape]\nkind = 'rod'\nlength = '40 nm'\ndiameter = '10 nm'\n"
        "[[layer]]\nmaterial = 'Au'\n";
    const std::string coat = "[[layer]]\nmaterial = 'gel'\nthickness = '8 nm'\n";
    const std::string gel = "[[material]]\nname = 'gel'\ndensity = '1 g/mL'\nn = 1.33\n";
    const double bare = in_unit(section_of(rod + water133), "extinction_peak_wavelength");
    const double same =
        in_unit(section_of(rod + coat + water133 + gel), "extinction_peak_wavelength");
    EXPECT_NEAR(same, bare, 1e-6);
    // A thick coat is as good as a medium of its index: silica-like 1.45.
    const std::string glass = "[[material]]\nname = 'gel'\ndensity = '2 g/mL'\nn = 1.45\n";
    const std::string thick = "[[layer]]\nmaterial = 'gel'\nthickness = '500 nm'\n";
    const double inside = in_unit(section_of(rod + "[medium]\nrefractive_index = 1.45\n"),
                                  "extinction_peak_wavelength");
    EXPECT_NEAR(in_unit(section_of(rod + thick + water133 + glass), "extinction_peak_wavelength"),
                inside, 0.5);
}

TEST(LightSection, SpreadOfSizesBroadensTheBandAndRaisesTheMeanMass) {
    const std::string gold = sphere("Au", "20");
    const CardSection one = section_of(gold);
    const CardSection many = section_of("polydispersity_index = 0.05\n" + gold);
    const CardSection hardly = section_of("polydispersity_index = 1e-10\n" + gold);
    EXPECT_NEAR(in_unit(hardly, "peak_extinction_cross_section") /
                    in_unit(one, "peak_extinction_cross_section"),
                1.0, 1e-4);
    // Mean of d^3: exp(9/2 ln(1 + PDI)).
    EXPECT_NEAR(in_unit(many, "molar_extinction_808") / in_unit(many, "mass_extinction_808"),
                std::pow(1.05, 4.5) * in_unit(one, "molar_extinction_808") /
                    in_unit(one, "mass_extinction_808"),
                1e-6 * in_unit(many, "molar_extinction_808"));
    EXPECT_TRUE(contains(many.values.front().method, "geometric deviation 1.247"));
}

TEST(LightSection, TableThatEndsIsNamedWithItsRange) {
    const CardSection s = section_of(sphere("PLA", "50"));
    ASSERT_FALSE(s.curves.empty());
    EXPECT_NEAR(s.curves[0].x.front(), 406 * nm, 1e-12);
    EXPECT_NEAR(s.curves[0].x.back(), 634 * nm, 1e-12);
    EXPECT_TRUE(contains(refusal(s, "extinction_cross_section_808"), "lactic"));
    EXPECT_TRUE(contains(refusal(s, "extinction_cross_section_808"), "635 nm"));
    ASSERT_GE(s.notes.size(), 2u);
    EXPECT_TRUE(contains(s.notes[0], "400 nm to below 405 nm"));
    EXPECT_TRUE(contains(s.notes[1], "above 635 nm to 1100 nm"));
}

TEST(LightSection, NothingCoveredIsRefused) {
    const CardSection s = section_of(sphere("PLA", "50"), {900 * nm, 950 * nm});
    EXPECT_TRUE(s.values.empty());
    EXPECT_TRUE(s.curves.empty());
    EXPECT_TRUE(contains(refusal(s, "extinction_spectrum"), "635 nm"));
}

TEST(LightSection, SpectrumWithoutMaximumHasNoPeak) {
    const CardSection s = section_of(sphere("SiO2", "40"));
    EXPECT_FALSE(has(s, "extinction_peak_wavelength"));
    EXPECT_TRUE(contains(refusal(s, "extinction_peak_wavelength"), "no peak between 400 nm"));
    EXPECT_EQ(in_unit(s, "photothermal_efficiency_808"), 0.0);
}

TEST(LightSection, ShapesThatNeedMinutesAreRefusedWithoutDipoles) {
    const std::string gold = "[[layer]]\nmaterial = 'Au'\n";
    const CardSection cage =
        section_of("[shape]\nkind = 'cage'\nedge = '50 nm'\nwall = '5 nm'\n" + gold);
    EXPECT_TRUE(contains(refusal(cage, "extinction_spectrum"), "needs --dipoles"));
    const CardSection janus = section_of("[shape]\nkind = 'janus'\ndiameter = '20 nm'\n" + gold +
                                         "[[layer]]\nmaterial = 'Fe3O4'\n");
    EXPECT_TRUE(contains(refusal(janus, "extinction_spectrum"), "needs --dipoles"));
}

TEST(LightSection, CubeIsQuickAndRedderThanTheSphere) {
    const CardSection cube =
        section_of("[shape]\nkind = 'cube'\nedge = '30 nm'\n[[layer]]\nmaterial = 'Au'\n");
    const CardSection ball = section_of(sphere("Au", "18.61"));  // equal volume
    EXPECT_GT(in_unit(cube, "extinction_peak_wavelength"),
              in_unit(ball, "extinction_peak_wavelength") + 10.0);
    EXPECT_EQ(cube.curves.size(), 1u);  // a dipole has no mean cosine
}

TEST(LightSection, CageOfThickWallIsQuickAndItsCavityShiftsItRed) {
    const std::string gold = "[[layer]]\nmaterial = 'Au'\n";
    const CardSection cage =
        section_of("[shape]\nkind = 'cage'\nedge = '30 nm'\nwall = '7.5 nm'\n" + gold);
    const CardSection cube = section_of("[shape]\nkind = 'cube'\nedge = '30 nm'\n" + gold);
    EXPECT_GT(in_unit(cage, "extinction_peak_wavelength"),
              in_unit(cube, "extinction_peak_wavelength"));
}

// Far satellites of glass-like index hardly couple: the particle is the sum of its parts.
TEST(LightSection, DistantSatellitesAddUp) {
    const std::string glass =
        "[[material]]\nname = 'glass'\ndensity = '2 g/mL'\nn = 1.36\nk = 0.01\n";
    const CardSection s = section_of(
        "[shape]\nkind = 'core_satellite'\ncore_diameter = '10 nm'\nsatellites = 8\n"
        "satellite_diameter = '8 nm'\ngap = '40 nm'\n[[layer]]\nmaterial = 'glass'\n"
        "[[layer]]\nmaterial = 'glass'\n" +
        glass + water133);
    const double core = in_unit(section_of(sphere("glass", "5") + glass + water133),
                                "absorption_cross_section_808");
    const double satellite = in_unit(section_of(sphere("glass", "4") + glass + water133),
                                     "absorption_cross_section_808");
    EXPECT_NEAR(in_unit(s, "absorption_cross_section_808") / (core + 8.0 * satellite), 1.0, 0.002);
    EXPECT_TRUE(contains(s.values.back().method, "coupled dipoles"));
}

TEST(LightSection, TouchingSatellitesHaveNoHotSpotsAndSoNoField) {
    const CardSection s = section_of(
        "[shape]\nkind = 'core_satellite'\ncore_diameter = '40 nm'\nsatellites = 8\n"
        "satellite_diameter = '20 nm'\n[[layer]]\nmaterial = 'Au'\n[[layer]]\nmaterial = 'Au'\n");
    EXPECT_TRUE(has(s, "peak_extinction_cross_section"));
    EXPECT_FALSE(has(s, "field_enhancement"));
    EXPECT_TRUE(contains(refusal(s, "raman_enhancement"), "give a gap of at least 1.5 nm"));
}

TEST(LightSection, PiecesWithoutBulkPermittivityAreRefused) {
    EXPECT_TRUE(contains(refusal(section_of(sphere("Au", "0.85")), "extinction_spectrum"),
                         "the particle is 1.7 nm wide: below 2 nm"));
    const std::string coat = "[[layer]]\nmaterial = 'SiO2'\nthickness = '0.1 nm'\n";
    EXPECT_TRUE(contains(refusal(section_of(sphere("Au", "20") + coat), "extinction_spectrum"),
                         "layer 2 'SiO2' is 0.1 nm thick: below 0.5 nm"));
    EXPECT_TRUE(has(section_of(sphere("Au", "1")), "extinction_cross_section_808"));
}

TEST(LightSection, EveryRowHasItsOwnSizeParameter) {
    const CardSection s = section_of(sphere("Au", "50") + water133, {632.8 * nm});
    for (const CardValue& v : s.values) {
        const bool is_red = v.name.find("632_8") != std::string::npos;
        EXPECT_TRUE(contains(v.validity, is_red ? "0.66 at 632.8 nm" : "0.517 at 808 nm"))
            << v.name << ": " << v.validity;
    }
}

// The band of small silver lies below the default window; gold absorbs more in the ultraviolet
// than in its plasmon.
TEST(LightSection, AMaximumAtTheEndOfTheWindowIsSaid) {
    const CardSection s = section_of(sphere("Ag", "10"));
    const std::string reason = refusal(s, "extinction_peak_wavelength");
    EXPECT_TRUE(contains(reason, "rises towards 400 nm")) << reason;
    EXPECT_TRUE(contains(reason, "--wavelengths 300:700:1")) << reason;
    std::vector<double> blue;
    for (int i = 0; i <= 90; ++i) blue.push_back((250.0 + 5.0 * i) * nm);
    const CardSection small = section_of(sphere("Au", "3"), blue);
    ASSERT_TRUE(has(small, "extinction_peak_wavelength"));
    ASSERT_FALSE(small.notes.empty());
    EXPECT_TRUE(contains(small.notes[0], "is higher there than at the peak given here"));
}

TEST(LightSection, UnknownIndexAndTooSlenderBodySayWhy) {
    EXPECT_TRUE(contains(refusal(section_of(sphere("ZIF-67x", "20") +
                                            "[[material]]\nname = 'ZIF-67x'\ndensity = '1 g/mL'\n"),
                                 "extinction_spectrum"),
                         "no refractive index is known for 'ZIF-67x'"));
    EXPECT_TRUE(contains(refusal(section_of("[shape]\nkind = 'disc'\ndiameter = '500 nm'\n"
                                            "thickness = '1 nm'\n[[layer]]\nmaterial = "
                                            "'graphene_oxide'\n"),
                                 "extinction_spectrum"),
                         "aspect ratio"));
}

TEST(LightSection, ModelsAndFitsAreMarked) {
    const auto status = [](const CardSection& s) { return s.values.front().status; };
    EXPECT_EQ(status(section_of(sphere("Au", "20"))), CardStatus::computed);
    EXPECT_EQ(status(section_of(sphere("PLGA", "50"))), CardStatus::assumed);
    EXPECT_EQ(status(section_of(sphere("Cu2Se", "8"))), CardStatus::calibrated);
}

TEST(LightSection, PoresLowerTheIndexTowardsTheWater) {
    const std::string solid = sphere("SiO2", "40");
    const double dense = in_unit(section_of(solid), "extinction_cross_section_808");
    const double porous =
        in_unit(section_of(solid + "porosity = 0.5\n"), "extinction_cross_section_808");
    EXPECT_LT(porous, 0.3 * dense);  // contrast halved: a quarter
    EXPECT_GT(porous, 0.2 * dense);
}

TEST(LightSection, VesicleEqualsItsLayersTypedIn) {
    const CardSection vesicle = section_of(
        "[shape]\nkind = 'vesicle'\ndiameter = '100 nm'\nwall = '5 nm'\nwalls = 1\n"
        "[[layer]]\nmaterial = 'lipid_bilayer'\n");
    const CardSection layers = section_of(sphere("water", "45") +
                                          "[[layer]]\nmaterial = 'lipid_bilayer'\n"
                                          "thickness = '5 nm'\n");
    EXPECT_NEAR(in_unit(vesicle, "extinction_cross_section_808") /
                    in_unit(layers, "extinction_cross_section_808"),
                1.0, 1e-9);
}

TEST(LightSection, DissolvedDrugHasNone) {
    const CardSection s = section_of("[[payload]]\nagent = 'doxorubicin'\n");
    EXPECT_TRUE(s.values.empty() && s.refusals.empty() && s.curves.empty() && s.notes.empty());
}

TEST(LightSection, EveryShippedFormulationHasFiniteNumbersOrReasons) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(data / "formulations"))
        if (entry.path().extension() == ".toml") files.push_back(entry.path());
    ASSERT_GE(files.size(), 70u);
    for (const auto& file : files) {
        Formulation f;
        try {
            f = input::read<Formulation>(input::read_document(file).root);
        } catch (const InputError&) {
            continue;  // others test the reading
        }
        if (f.layers.empty()) continue;
        const CardSection s = section_of(f);
        EXPECT_FALSE(s.values.empty() && s.refusals.empty()) << file;
        for (const CardValue& v : s.values) {
            EXPECT_TRUE(std::isfinite(v.si)) << file << v.name;
            EXPECT_FALSE(v.method.empty() || v.source.empty()) << file << v.name;
            EXPECT_NO_THROW(from_si(v.si, v.unit)) << file << v.name;
        }
        for (const CardRefusal& r : s.refusals) EXPECT_GT(r.reason.size(), 10u) << file << r.name;
        for (const CardCurve& c : s.curves)
            for (const CardLine& line : c.lines)
                for (const double y : line.y) ASSERT_TRUE(std::isfinite(y)) << file << c.name;
    }
}

}  // namespace
}  // namespace caravel::formulation
