// The card of every formulation that ships: finite numbers with units, methods and single names,
// refusals with reasons; and what is known of some of them.
#include "caravel/base/unit.hpp"
#include "caravel/formulation/card.hpp"
#include "caravel/input/document.hpp"
#include "caravel/input/reader.hpp"
#include "caravel/report/particle_card.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace caravel::formulation {
namespace {

const std::filesystem::path data = std::filesystem::path(CARAVEL_SOURCE_DIR) / "data";

std::vector<std::string> shipped_names() {
    std::vector<std::string> list;
    for (const auto& entry : std::filesystem::directory_iterator(data / "formulations"))
        if (entry.path().extension() == ".toml") list.push_back(entry.path().stem().string());
    std::sort(list.begin(), list.end());
    return list;
}

Formulation shipped(const std::string& name) {
    return input::read<Formulation>(
        input::read_document(data / "formulations" / (name + ".toml")).root);
}

Card card_of(const Formulation& f, std::vector<double> wavelengths = {}) {
    matter::Library library(data);
    CardOptions options;
    options.wavelengths = std::move(wavelengths);
    return make_card(f, library, options);
}

/// The card at few wavelengths: for what has nothing to do with light.
Card dark_card(const std::string& name) { return card_of(shipped(name), {500e-9, 800e-9}); }

Card typed(const char* toml, std::vector<double> wavelengths = {500e-9, 800e-9}) {
    return card_of(input::read<Formulation>(input::parse_toml(toml, "typed.toml").root),
                   std::move(wavelengths));
}

/// SI value; a failure (and 0) when the card does not give it.
double value(const Card& card, const std::string& name) {
    const CardValue* found = card.find(name);
    const CardRefusal* refusal = card.refused(name);
    EXPECT_NE(found, nullptr) << name << ": " << (refusal ? refusal->reason : "not on the card");
    return found ? found->si : 0.0;
}

void expect_sound(const CardValue& v) {
    EXPECT_TRUE(std::isfinite(v.si)) << v.name;
    EXPECT_FALSE(v.method.empty()) << v.name;
    EXPECT_FALSE(v.doc.empty()) << v.name;
    double shown = 0.0;
    EXPECT_NO_THROW(shown = from_si(v.si, v.unit)) << v.name << " [" << v.unit << "]";
    EXPECT_TRUE(std::isfinite(shown)) << v.name;
    if (!v.interval) return;
    EXPECT_TRUE(std::isfinite(v.interval->first) && std::isfinite(v.interval->second)) << v.name;
    EXPECT_LE(v.interval->first, v.interval->second) << v.name;
}

void expect_sound(const CardCurve& c) {
    EXPECT_FALSE(c.method.empty()) << c.name;
    EXPECT_FALSE(c.lines.empty()) << c.name;
    EXPECT_TRUE(std::is_sorted(c.x.begin(), c.x.end())) << c.name;
    EXPECT_NO_THROW(from_si(1.0, c.x_unit)) << c.name;
    EXPECT_NO_THROW(from_si(1.0, c.y_unit)) << c.name;
    for (const CardLine& line : c.lines) {
        EXPECT_EQ(line.y.size(), c.x.size()) << c.name << ", " << line.label;
        const bool finite =
            std::all_of(line.y.begin(), line.y.end(), [](double y) { return std::isfinite(y); });
        EXPECT_TRUE(finite) << c.name << ", " << line.label;
    }
}

void expect_single(std::set<std::string>& seen, const std::string& name) {
    EXPECT_FALSE(name.empty());
    EXPECT_TRUE(seen.insert(name).second) << name << " stands twice";
}

/// A value and the curve or refusal of the same name would hide each other.
void expect_names_single(const Card& card) {
    std::set<std::string> names;
    for (const CardSection& section : card.sections) {
        for (const CardValue& v : section.values) expect_single(names, v.name);
        for (const CardCurve& c : section.curves) expect_single(names, c.name);
        for (const CardRefusal& r : section.refusals) expect_single(names, r.name);
    }
}

std::size_t entries(const input::Document& document, const std::string& key) {
    const auto* found = std::get<input::Table>(document.root.data).find(key);
    if (found == nullptr) return 0;
    return std::get<input::Table>(found->value.data).entries.size();
}

void expect_readable_json(const Card& card) {
    std::size_t values = 0;
    std::size_t refusals = 0;
    for (const CardSection& section : card.sections) {
        values += section.values.size();
        refusals += section.refusals.size();
    }
    const auto json = input::parse_json(report::card_json(card), card.name);
    EXPECT_EQ(entries(json, "properties"), values);
    EXPECT_EQ(entries(json, "refused"), refusals);
}

class ShippedCard : public testing::TestWithParam<std::string> {};

TEST_P(ShippedCard, IsSound) {
    const Card card = card_of(shipped(GetParam()));
    EXPECT_EQ(card.name, GetParam());
    EXPECT_GE(card.sections.size(), 4u);
    for (const CardSection& section : card.sections) {
        for (const CardValue& v : section.values) expect_sound(v);
        for (const CardCurve& c : section.curves) expect_sound(c);
        for (const CardRefusal& r : section.refusals) EXPECT_FALSE(r.reason.empty()) << r.name;
    }
    expect_names_single(card);
    expect_readable_json(card);
    EXPECT_NE(report::card_html(card).find("</html>"), std::string::npos);
    EXPECT_EQ(report::card_text(card).find(" nan "), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(All, ShippedCard, testing::ValuesIn(shipped_names()),
                         [](const auto& shown) { return shown.param; });

TEST(ParticleCard, GoldSphereOfTwentyNanometresPeaksAtItsPlasmon) {
    const Card card = typed("name = 'gold'\nlayer = [{material = 'Au', radius = '10 nm'}]", {});
    EXPECT_NEAR(value(card, "extinction_peak_wavelength"), 523e-9, 2.5e-9);
}

TEST(ParticleCard, GoldHasItsEdgeAndEnhancesDose) {
    const Card card = dark_card("schmutzler2021_aunp_xfi");
    EXPECT_NEAR(value(card, "k_edge") / 1.602176634e-16, 80.72, 0.02);  // keV
    EXPECT_GT(value(card, "dose_enhancement_monochromatic"), 1.05);
    EXPECT_GT(value(card, "dose_enhancement_monochromatic"),
              value(card, "dose_enhancement_ir_192"));
}

TEST(ParticleCard, DoxilHasTensOfThousandsOfLipids) {
    const double lipids = value(dark_card("doxil"), "lipids_per_particle");
    EXPECT_GT(lipids, 5e4);
    EXPECT_LT(lipids, 1.2e5);
}

TEST(ParticleCard, DoxilNeitherIsMagneticNorHasARecipe) {
    const Card card = dark_card("doxil");
    EXPECT_NE(card.refused("magnetic_moment"), nullptr);
    EXPECT_NE(card.refused("synthesis_mean_diameter"), nullptr);
}

TEST(ParticleCard, IronOxideDarkensMoreThanItBrightens) {
    for (const char* name : {"ferumoxytol", "fe3o4_coprecipitation", "idris_iron_oxide_time",
                             "polyglycerol_corona_mps", "kim2013_68ga_fe3o4"}) {
        const Card card = dark_card(name);
        EXPECT_GT(value(card, "relaxivity_r2"), value(card, "relaxivity_r1")) << name;
    }
}

TEST(ParticleCard, MagneticMomentFollowsTheIronOfTheLabel) {
    const Card card = dark_card("ma_osnc_fe3o4_hifu");
    // One of 200 grains: 268.1 nm3 at 446 kA/m.
    EXPECT_NEAR(value(card, "magnetic_moment"), 1.1956e-19, 0.0005e-19);
    EXPECT_NE(card.find("magnetic_moment")->validity.find("200 domain"), std::string::npos)
        << card.find("magnetic_moment")->validity;
}

TEST(ParticleCard, MagnetiteAboveOneDomainIsRefused) {
    const Card card = dark_card("jeon_fe3o4_palmitic");
    ASSERT_NE(card.refused("magnetic_moment"), nullptr);
    EXPECT_NE(card.refused("magnetic_moment")->reason.find("single domain"), std::string::npos);
}

TEST(ParticleCard, FrensGoldComesOutNearItsSize) {
    const Card card = dark_card("tran_au_citrate");
    EXPECT_NEAR(value(card, "synthesis_mean_diameter"), 16e-9, 0.3 * 16e-9);
    EXPECT_GT(value(card, "batch_to_batch"), 0.0);
}

TEST(ParticleCard, RecipesMakeTheSizesTheyAreShippedFor) {
    for (const char* name :
         {"hippolyte_au_nhc_borane", "jeon_fe3o4_palmitic", "idris_iron_oxide_time",
          "yuan_tib2_temperature", "mott_cu_temperature", "beck_broichsitter_solvent",
          "zweers_plga", "kim_pd_surfactant", "au_photochemical", "cu_sn_oxide_wire_explosion",
          "magnetite_ball_milling", "fe3o4_coprecipitation", "miri_ceo2_pfarcta"})
        EXPECT_NEAR(value(dark_card(name), "made_to_stated_diameter"), 1.0, 0.3) << name;
}

TEST(ParticleCard, RecipesThatMissTheirSizeSaySo) {
    // Known misses: outside 30 %. The ratios stand in tests/validation/synthesis_sizes_test.cpp.
    EXPECT_GT(value(dark_card("magnetite_hydrothermal"), "made_to_stated_diameter"), 1.3);
    EXPECT_LT(value(dark_card("peg_fe_pda_microemulsion"), "made_to_stated_diameter"), 0.7);
}

TEST(ParticleCard, DendrimersHaveTheirEndGroups) {
    EXPECT_DOUBLE_EQ(value(dark_card("xu2016_fa_pamam_dox"), "surface_groups"), 128.0);
    const Card fourth = dark_card("zou2017_ptx_borneol");
    EXPECT_DOUBLE_EQ(value(fourth, "surface_groups"), 64.0);
    EXPECT_NEAR(value(fourth, "dendrimer_molar_mass"), 14.214, 0.02);  // kg/mol, PAMAM G4
}

TEST(ParticleCard, ChargeReversalPolymersTurnPositiveInAcid) {
    for (const char* name : {"ou_pmpc_pae", "hu_mof_dox_cisplatin"}) {
        Formulation f = shipped(name);
        const double blood = value(card_of(f, {500e-9}), "zeta_potential");
        f.medium.ph = 5.0;
        EXPECT_GT(value(card_of(f, {500e-9}), "zeta_potential"), blood) << name;
    }
}

TEST(ParticleCard, CationicAndAnionicSurfacesHaveTheirSign) {
    EXPECT_GT(value(dark_card("patil_plga_pei_sirna"), "zeta_potential"), 0.0);
    EXPECT_GT(value(dark_card("barhoum_caco3_ctab_oleate"), "zeta_potential"), 0.0);
    EXPECT_LT(value(dark_card("tran_au_citrate"), "zeta_potential"), 0.0);
    EXPECT_LT(value(dark_card("stober_silica"), "zeta_potential"), 0.0);
}

TEST(ParticleCard, CellMembranesCarryTheirMarkers) {
    const auto markers = [](const char* name, const char* marker) {
        const Card card = dark_card(name);
        for (const CardSection& section : card.sections)
            for (const CardValue& v : section.values)
                if (v.name.find(marker) != std::string::npos) return v.si;
        return 0.0;
    };
    EXPECT_GT(markers("su_rvpn", "CD47"), 1.0);
    EXPECT_GT(markers("kang_tcmnp", "PD_1"), 0.1);
    EXPECT_GT(markers("tian_ccm_hb_dox", "EpCAM"), 1.0);
    EXPECT_GT(markers("zhang2023_raw_panp", "CD11b"), 1.0);
}

TEST(ParticleCard, RadiolabelsDecayWithTheirHalfLives) {
    EXPECT_NEAR(value(dark_card("kim2013_68ga_fe3o4"), "radiolabel_half_life") / 60.0, 67.8, 0.3);
    EXPECT_NEAR(value(dark_card("xie2010_hsa_fe3o4"), "radiolabel_half_life") / 3600.0, 12.70,
                0.02);
    EXPECT_NEAR(value(dark_card("spect_probe_generic"), "radiolabel_half_life") / 86400.0, 6.65,
                0.02);
}

TEST(ParticleCard, GadoliniumAndManganeseBrighten) {
    const double gd = value(dark_card("detappe2017_sibignd"), "Gd_relaxivity_r1");
    const double mn = value(dark_card("mi2016_pegmncap"), "Mn_relaxivity_r1");
    // m3/(mol s): a free chelate has 4 L/(mmol s), slow rotation raises it.
    EXPECT_GT(gd, 4.0);
    EXPECT_LT(gd, 60.0);
    EXPECT_GT(mn, 3.0);
    EXPECT_LT(mn, 60.0);
}

TEST(ParticleCard, YolkShellsAreMostlyVoid) {
    EXPECT_GT(value(dark_card("liu_double_shell_ceo2"), "void_fraction"), 0.5);
    EXPECT_GT(value(dark_card("wan_sio2_c_family"), "void_fraction"), 0.4);
    EXPECT_NEAR(value(dark_card("serpell_au_pd"), "void_fraction"), 0.0, 1e-12);
}

TEST(ParticleCard, MesoporousSilicaHasHundredsOfSquareMetresPerGram) {
    const double area = value(dark_card("huang2012_msn_triple"), "layer_1_pore_surface_per_mass");
    EXPECT_NEAR(area, 4.0 * 0.664 / (0.336 * 2200.0 * 3e-9), 1.0);  // 4 eps/((1-eps) rho d), m2/kg
    EXPECT_GT(area, 5e5);
}

TEST(ParticleCard, PolyethyleneGlycolIsABrushWhereItIsDense) {
    const Card dense = dark_card("spect_probe_generic");
    EXPECT_GT(value(dense, "grafting_overlap"), 1.0);
    EXPECT_GT(value(dense, "hydrodynamic_diameter_without_corona"), 30e-9);
}

TEST(ParticleCard, MagneticInclusionsCountAsGrains) {
    const Card card = typed(
        "layer = [{material = 'PLGA', radius = '60 nm'}]\n"
        "inclusion = [{material = 'Fe3O4', diameter = '10 nm', count = 100}]\n");
    const Card grain = typed("layer = [{material = 'Fe3O4', radius = '5 nm'}]");
    EXPECT_NEAR(value(card, "magnetic_moment") / value(grain, "magnetic_moment"), 1.0, 1e-9);
    EXPECT_GT(value(card, "relaxivity_r2"), 0.0);
}

TEST(ParticleCard, LayersOfOneMaterialActAsOneSurface) {
    const Card one = dark_card("han_thermo_core_satellite");
    EXPECT_GT(value(one, "oxidase_activity"), 0.0);
}

TEST(ParticleCard, EnergiesOfHugeParticlesStayFinite) {
    // 100 um: the barrier is 1e6 kT, its flanks are too steep for even panels.
    const Card card = typed(
        "layer = [{material = 'polystyrene', radius = '100 um'}]\n"
        "coating = [{material = 'PEG5000', density = '0.3 1/nm2'}]");
    for (const char* name : {"stability_ratio_log10_water", "stability_ratio_log10_saline",
                             "stability_ratio_log10_serum"}) {
        EXPECT_TRUE(std::isfinite(value(card, name))) << name;
        EXPECT_GE(value(card, name), 0.0) << name;
    }
}

TEST(ParticleCard, TooManyChainsAreAnErrorOfTheDescription) {
    EXPECT_THROW(typed("layer = [{material = 'Au', radius = '10 nm'}]\n"
                       "coating = [{material = 'PEG2000', density = '50 1/nm2'}]"),
                 InputError);
}

TEST(ParticleCard, LengthsHaveBounds) {
    for (const char* radius : {"1e-9 nm", "1e12 nm", "1.01 mm"})
        EXPECT_THROW(
            typed(("layer = [{material = 'Au', radius = '" + std::string(radius) + "'}]").c_str()),
            InputError)
            << radius;
    EXPECT_NO_THROW(typed("layer = [{material = 'SiO2', radius = '0.05 nm'}]"));
    EXPECT_NO_THROW(typed("layer = [{material = 'SiO2', radius = '1 mm'}]"));
    // Each layer is within its bounds, their sum is not.
    EXPECT_THROW(typed("layer = [{material = 'SiO2', radius = '1 mm'}, "
                       "{material = 'Au', thickness = '1 mm'}]"),
                 InputError);
}

TEST(ParticleCard, SatellitesBeyondTheirRoomAreAnError) {
    EXPECT_THROW(typed("shape = {kind = 'core_satellite', core_diameter = '10 nm', satellites = "
                       "500, satellite_diameter = '10 nm'}\n"
                       "layer = [{material = 'Au'}, {material = 'Au'}]"),
                 InputError);
}

}  // namespace
}  // namespace caravel::formulation
