// What published work claims of structure (systems named in each test), as far as geometry, masses,
// capacities and the pair energy of a particle express it. Only the description of the particle
// differs between the two sides of a comparison; no sign is written anywhere else.
#include "caravel/formulation/card.hpp"
#include "caravel/input/reader.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <cmath>
#include <numbers>
#include <string>
#include <vector>

namespace caravel::formulation {
namespace {

using std::numbers::pi;

matter::Library& library() {
    static matter::Library shared(CARAVEL_SOURCE_DIR "/data");
    return shared;
}

Formulation typed(const std::string& toml) {
    return input::read<Formulation>(input::parse_toml(toml, "typed.toml").root);
}

Properties properties(const std::string& toml) {
    return compute_properties(typed(toml), library());
}

std::string sphere(const std::string& layers) { return "layer = [" + layers + "]\n"; }

constexpr const char* in_pores =
    "payload = [{agent = 'doxorubicin', place = 'pores', loading = '0.001 kg/kg'}]\n";
constexpr const char* in_shells =
    "payload = [{agent = 'doxorubicin', place = 'layer', concentration = '1 mmol/L'}]\n";

double capacity(const Properties& p) { return p.payloads.front().capacity; }

double void_fraction(const std::string& toml) {
    CardOptions options;
    options.wavelengths = {500e-9};
    const Card card = make_card(typed(toml), library(), options);
    const CardValue* value = card.find("void_fraction");
    return value ? value->si : -1.0;
}

/// Value of a card; a failure when it is refused.
double on_card(const std::string& toml, const std::string& name,
               std::vector<double> wavelengths = {500e-9}) {
    CardOptions options;
    options.wavelengths = std::move(wavelengths);
    const Card card = make_card(typed(toml), library(), options);
    const CardValue* value = card.find(name);
    const CardRefusal* refusal = card.refused(name);
    EXPECT_NE(value, nullptr) << name << ": " << (refusal ? refusal->reason : "not on the card");
    return value ? value->si : 0.0;
}

// wan-sio2-c-family: one template of silica in carbon, etched more and more.
const std::string carbon_shell =
    "{material = 'carbon', thickness = '15 nm', porosity = 0.3, pore_diameter = '3 nm'}";
const std::string full_template = sphere("{material = 'SiO2', radius = '100 nm'}, " + carbon_shell);
const std::string etched_template =
    sphere("{material = 'SiO2', radius = '60 nm'}, {material = 'water', radius = '100 nm'}, " +
           carbon_shell);
const std::string hollow_template =
    sphere("{material = 'water', radius = '100 nm'}, " + carbon_shell);

TEST(StructureTrends, EtchingATemplateLeavesItsSizeAndOpensItsVoid) {
    const double core_shell = void_fraction(full_template);
    const double yolk_shell = void_fraction(etched_template);
    const double hollow = void_fraction(hollow_template);
    EXPECT_LT(core_shell, yolk_shell);
    EXPECT_LT(yolk_shell, hollow);
    // By hand: shells of 115, 100 and 60 nm.
    const double whole = std::pow(115.0, 3);
    EXPECT_NEAR(core_shell, 0.3 * (whole - 1e6) / whole, 1e-12);
    EXPECT_NEAR(yolk_shell, (0.3 * (whole - 1e6) + 1e6 - std::pow(60.0, 3)) / whole, 1e-12);
    EXPECT_NEAR(hollow, (0.3 * (whole - 1e6) + 1e6) / whole, 1e-12);
    for (const auto& toml : {full_template, etched_template, hollow_template})
        EXPECT_NEAR(properties(toml).outer_diameter, 230e-9, 1e-15);
}

TEST(StructureTrends, EtchingATemplateRaisesWhatEachGramCarries) {
    const auto per_gram = [](const std::string& toml) {
        const Properties p = properties(toml + in_pores);
        return capacity(p) / p.carrier_mass;
    };
    EXPECT_LT(per_gram(full_template), per_gram(etched_template));
    EXPECT_LT(per_gram(etched_template), per_gram(hollow_template));
}

TEST(StructureTrends, AYolkShellHoldsMoreInItsVoidThanTheCoreShellInItsShell) {
    const double core_shell = properties(full_template + in_shells).payload_mass;
    const double yolk_shell = properties(etched_template + in_shells).payload_mass;
    EXPECT_LT(core_shell, yolk_shell);
}

// liu-double-shell-ceo2: surface and load capacity.
const std::string oxide_shell =
    "{material = 'TiO2', thickness = '15 nm', porosity = 0.4, pore_diameter = '4 nm'}";
const std::string single_shell = sphere("{material = 'water', radius = '115 nm'}, " + oxide_shell);
const std::string double_shell = sphere(
    "{material = 'water', radius = '80 nm'}, {material = 'CeO2', thickness = '15 nm', "
    "porosity = 0.4, pore_diameter = '4 nm'}, {material = 'water', thickness = '20 nm'}, " +
    oxide_shell);

TEST(StructureTrends, ASecondShellAddsSurfaceAndCapacity) {
    const Properties one = properties(single_shell + in_pores);
    const Properties two = properties(double_shell + in_pores);
    EXPECT_NEAR(one.outer_diameter, two.outer_diameter, 1e-15);
    EXPECT_LT(one.pore_surface, two.pore_surface);
    EXPECT_LT(capacity(one), capacity(two));
}

TEST(StructureTrends, HollowShellsHaveMoreSurfacePerGramThanTheSolid) {
    const auto specific = [](const std::string& toml) {
        return property(typed(toml), properties(toml), "specific_surface_area");
    };
    const double solid = specific(sphere("{material = 'TiO2', radius = '130 nm'}"));
    const double hollow =
        specific(sphere("{material = 'water', radius = '115 nm'}, {material = 'TiO2', thickness = "
                        "'15 nm'}"));
    EXPECT_LT(solid, hollow);
    EXPECT_LT(hollow, specific(single_shell));
    EXPECT_LT(solid, specific(double_shell));
}

// du-dpss-mss-yolk: the dendritic core adds area for metal and drug.
TEST(StructureTrends, APorousYolkAddsLoadingAreaToThePorousShell) {
    const std::string shell =
        "{material = 'water', radius = '80 nm'}, {material = 'SiO2', radius = '100 nm', porosity "
        "= 0.6, pore_diameter = '3 nm'}";
    const Properties solid =
        properties(sphere("{material = 'SiO2', radius = '60 nm'}, " + shell) + in_pores);
    const Properties porous =
        properties(sphere("{material = 'SiO2', radius = '60 nm', porosity = 0.75, pore_diameter = "
                          "'12 nm'}, " +
                          shell) +
                   in_pores);
    EXPECT_LT(solid.pore_surface, porous.pore_surface);
    EXPECT_LT(capacity(solid), capacity(porous));
    EXPECT_LT(capacity(solid) / solid.carrier_mass, capacity(porous) / porous.carrier_mass);
}

// Mesoporous carriers: pore size and porosity.
std::string mesoporous(double porosity, double pore_nm) {
    return sphere(fmt::format("{{material = 'SiO2', radius = '50 nm', porosity = {}, "
                              "pore_diameter = '{} nm'}}",
                              porosity, pore_nm)) +
           in_pores;
}

TEST(StructureTrends, WiderPoresLoseAreaButNotCapacity) {
    const Properties narrow = properties(mesoporous(0.6, 2.5));
    const Properties wide = properties(mesoporous(0.6, 10.0));
    EXPECT_NEAR(narrow.pore_surface / wide.pore_surface, 4.0, 1e-12);
    EXPECT_NEAR(capacity(narrow), capacity(wide), 1e-12 * capacity(wide));
    EXPECT_NEAR(narrow.pore_surface, 4.0 * 0.6 * pi / 6.0 * 1e-21 / 2.5e-9, 1e-20);
}

TEST(StructureTrends, MorePoresCarryMorePerGram) {
    double last = 0.0;
    for (const double porosity : {0.2, 0.4, 0.6, 0.8}) {
        const Properties p = properties(mesoporous(porosity, 3.0));
        const double per_gram = capacity(p) / p.carrier_mass;
        EXPECT_GT(per_gram, last) << porosity;
        // Packed doxorubicin over silica: eps rho_d/((1 - eps) rho_s).
        last = per_gram;
    }
}

// prakash-au-sio2: capacity and stability above those of bare gold.
TEST(StructureTrends, APorousShellGivesGoldACapacity) {
    const std::string gold = "{material = 'Au', radius = '10 nm'}";
    const std::string shell =
        ", {material = 'SiO2', thickness = '15 nm', porosity = 0.5, pore_diameter = '3 nm'}";
    EXPECT_GT(capacity(properties(sphere(gold + shell) + in_pores)), 0.0);
    EXPECT_THROW(properties(sphere(gold) + in_pores), InputError);
}

constexpr const char* charged = "surface_group = [{kind = 'negative', density = '0.1 1/nm2'}]\n";

TEST(StructureTrends, ASilicaShellStabilisesGoldInSaline) {
    const std::string gold = "{material = 'Au', radius = '10 nm'}";
    const double bare = on_card(sphere(gold) + charged, "stability_ratio_log10_saline");
    const double coated =
        on_card(sphere(gold + ", {material = 'SiO2', thickness = '15 nm'}") + charged,
                "stability_ratio_log10_saline");
    EXPECT_GT(coated, bare);
}

// wang-au-sno2-yolk: gold no longer aggregates. Tin oxide has no Hamaker constant in the table;
// titania stands for it.
TEST(StructureTrends, AYolkShellKeepsItsGoldApart) {
    const std::string gold = "{material = 'Au', radius = '15 nm'}";
    const std::string shell =
        ", {material = 'water', radius = '35 nm'}, {material = 'TiO2', thickness = '15 nm', "
        "porosity = 0.35, pore_diameter = '3 nm'}";
    const double bare = on_card(sphere(gold) + charged, "stability_ratio_log10_saline");
    const double yolk = on_card(sphere(gold + shell) + charged, "stability_ratio_log10_saline");
    EXPECT_GT(yolk, bare);
}

// xiong-aunr-satellite-sers, han-thermo-core-satellite: the coupled band. The rod of the first is a
// sphere here.
struct Band {
    double wavelength = 0.0;  // m
    double extinction = 0.0;  // m2
};

Band band(double gap_nm, int satellites, double satellite_nm) {
    std::vector<double> wavelengths;
    for (int i = 0; i <= 44; ++i) wavelengths.push_back((480.0 + 5.0 * i) * 1e-9);
    const std::string toml = fmt::format(
        "shape = {{kind = 'core_satellite', core_diameter = '40 nm', satellites = {}, "
        "satellite_diameter = '{} nm', gap = '{} nm'}}\n"
        "layer = [{{material = 'Au'}}, {{material = 'Au'}}]\n",
        satellites, satellite_nm, gap_nm);
    return {on_card(toml, "extinction_peak_wavelength", wavelengths),
            on_card(toml, "peak_extinction_cross_section", wavelengths)};
}

TEST(StructureTrends, SatellitesShiftTheBandToTheRedWithTheirSizeNumberAndNearness) {
    const Band base = band(3.0, 12, 10.0);
    EXPECT_GT(band(1.0, 12, 10.0).wavelength, base.wavelength);
    EXPECT_GT(band(3.0, 20, 10.0).wavelength, base.wavelength);
    EXPECT_GT(band(3.0, 12, 14.0).wavelength, base.wavelength);
}

TEST(StructureTrends, AClosingGapShiftsAndRaisesTheBand) {
    const Band open = band(10.0, 12, 10.0);
    const Band closed = band(2.0, 12, 10.0);
    EXPECT_GT(closed.wavelength, open.wavelength);
    EXPECT_GT(closed.extinction, open.extinction);
}

}  // namespace
}  // namespace caravel::formulation
