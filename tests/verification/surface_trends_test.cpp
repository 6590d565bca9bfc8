// Claims of the table of published systems about surfaces: every sign below is computed.
#include "caravel/base/constants.hpp"
#include "caravel/formulation/cards/parts.hpp"
#include "caravel/formulation/colloid/adsorption.hpp"
#include "caravel/formulation/colloid/charge_regulation.hpp"
#include "caravel/formulation/colloid/corona.hpp"
#include "caravel/formulation/colloid/grafting.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

namespace caravel::formulation {
namespace {

constexpr double nm = 1e-9;
constexpr double per_nm2 = 1e18;

matter::Library& library() {
    static matter::Library shared(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    return shared;
}

Formulation sphere(std::string material, double radius) {
    Formulation f;
    Layer layer;
    layer.material = std::move(material);
    layer.radius = radius;
    f.layers = {layer};
    return f;
}

Formulation coated(Formulation f, std::string material, double density_per_nm2,
                   double thickness_nm = 0.0, std::string attachment = "grafted") {
    Coating coating;
    coating.material = std::move(material);
    if (density_per_nm2 > 0.0) coating.density = density_per_nm2 * per_nm2;
    if (thickness_nm > 0.0) coating.thickness = thickness_nm * nm;
    coating.attachment = std::move(attachment);
    f.coatings.push_back(coating);
    return f;
}

CardSection section_of(const Formulation& f) {
    const Properties properties = compute_properties(f, library());
    const CardOptions options;
    return surface_section({f, properties, library(), options});
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

const Formulation plga = sphere("PLGA", 50.0 * nm);

// pegylation: opsonisation and protein binding down. wang-peg-derivative: by more than half.
TEST(Pegylation, HalvesProteinBindingAndMore) {
    const auto bare = section_of(plga);
    const auto pegylated = section_of(coated(plga, "PEG5000", 0.2));
    EXPECT_LT(value(pegylated, "corona_mass_per_area"), 0.5 * value(bare, "corona_mass_per_area"));
    EXPECT_LT(value(pegylated, "opsonin_mass_per_area"),
              0.5 * value(bare, "opsonin_mass_per_area"));
    EXPECT_GT(value(pegylated, "stability_ratio_log10_saline"),
              value(bare, "stability_ratio_log10_saline"));
}

/// Chains per nm2 at which a measure of the corona falls to half of that without PEG.
template <class Measure>
double half_density(const Measure& measure) {
    const double bare = measure(0.001);
    double density = 0.001;
    while (measure(density) > 0.5 * bare) density *= 1.02;
    return density;
}

// Bertrand 2017: about 20 PEG chains per 100 nm2 keep PLGA-PEG particles in the blood.
TEST(Pegylation, HalfOfTheCoronaGoesNearTwentyChainsPer100SquareNanometres) {
    const double mass = half_density([](double density) {
        return value(section_of(coated(plga, "PEG5000", density)), "corona_mass_per_area");
    });
    const double opsonins = half_density([](double density) {
        return value(section_of(coated(plga, "PEG5000", density)), "opsonin_mass_per_area");
    });
    EXPECT_GT(mass, 0.05);
    EXPECT_LT(mass, 0.20);
    EXPECT_LT(opsonins, mass);
}

// Pelaz 2015: albumin alone makes 3 nm on the bare polymer, half of it under PEG; fibrinogen less.
TEST(Pegylation, AlbuminLayerOf3NanometresIsHalvedAndFibrinogenMore) {
    const auto thickness = [](const char* name, double concentration, double density) {
        const auto get = [&](const char* p) { return library().value("proteins", name, p); };
        const std::vector<colloid::PlasmaProtein> one{
            {name, get("molar_mass"), concentration, get("footprint"), get("thickness"),
             get("volume"), get("charge"), get("on_rate"), get("off_rate"), 0.0}};
        colloid::CoronaConditions at;
        at.temperature = 298.15;
        if (density > 0.0)
            at.coat = {colloid::brush_pressure(density * per_nm2, 298.15), 15.0 * nm};
        return colloid::corona_layer(one, colloid::corona_equilibrium(one, at)).thickness;
    };
    const double bare = thickness("albumin", 0.6, 0.0);
    EXPECT_NEAR(bare / nm, 3.0, 0.5);
    double half = 0.001;
    while (thickness("albumin", 0.6, half) > 0.5 * bare) half *= 1.01;
    EXPECT_GT(half, 0.1);
    EXPECT_LT(half, 0.3);
    EXPECT_LT(thickness("fibrinogen", 8.8e-3, half) / thickness("fibrinogen", 8.8e-3, 0.0), 0.5);
}

// polyglycerol-corona-mps: adsorbed protein and opsonins down with grafting.
TEST(PolyglycerolAndPolybetaine, AdsorbedProteinFallsWithGrafting) {
    for (const char* polymer : {"polyglycerol", "PMPC"}) {
        const double bare_mass = value(section_of(plga), "corona_mass_per_area");
        const double bare_opsonin = value(section_of(plga), "opsonin_mass_per_area");
        const auto layer = section_of(coated(plga, polymer, 0.0, 5.0));
        EXPECT_LT(value(layer, "corona_mass_per_area"), 0.5 * bare_mass) << polymer;
        EXPECT_LT(value(layer, "opsonin_mass_per_area"), 0.5 * bare_opsonin) << polymer;
    }
}

// dextran-coating: stability; the bare iron oxide falls out in saline within a minute.
TEST(Dextran, KeepsIronOxideApartInSaline) {
    const Formulation core = sphere("Fe3O4", 4.0 * nm);
    const auto bare = section_of(core);
    const auto dextran = section_of(coated(core, "dextran", 0.0, 8.0, "adsorbed"));
    EXPECT_LT(value(bare, "aggregation_half_time_saline"), 60.0);
    EXPECT_GT(value(dextran, "stability_ratio_log10_saline"),
              value(bare, "stability_ratio_log10_saline") + 3.0);
}

// cell-membrane-coated: recognition below that of the uncoated particle; markers come along.
TEST(CellMembrane, NamedCellsBringTheirMarkers) {
    Formulation f = coated(plga, "red_blood_cell_membrane", 0.0, 7.0, "membrane");
    MaterialDefinition membrane;
    membrane.name = "red_blood_cell_membrane";
    membrane.density = 1100.0;
    f.materials = {membrane};
    matter::Library own(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    define_materials(f, own);
    const Properties properties = compute_properties(f, own);
    const CardOptions options;
    const auto section = surface_section({f, properties, own, options});
    // 180 per um2 on 4 pi (50 nm)2.
    EXPECT_NEAR(value(section, "marker_count_CD47"), 180.0 * 0.0314159, 0.01);
    EXPECT_NEAR(value(section, "self_signal"), 0.9, 1e-9);
}

TEST(CellMembrane, LowersOpsonisationAndIsKnownByItsMarkers) {
    const auto bare = section_of(plga);
    const auto cloaked = section_of(coated(plga, "cell_membrane", 0.0, 7.0, "membrane"));
    EXPECT_LT(value(cloaked, "opsonin_mass_per_area"), value(bare, "opsonin_mass_per_area"));
    EXPECT_NE(refusal(cloaked, "membrane_markers").find("which cell"), std::string::npos);
    EXPECT_LT(value(cloaked, "zeta_potential"), 0.0);
    for (const char* cell : {"red_blood_cell_membrane", "cancer_cell_membrane", "t_cell_membrane",
                             "macrophage_membrane"})
        EXPECT_TRUE(library().find("coatings", cell, "marker_density", "CD47").has_value()) << cell;
    EXPECT_TRUE(library().find("coatings", "t_cell_membrane", "marker_density", "PD_1"));
    const auto cd47 =
        library().value("coatings", "red_blood_cell_membrane", "marker_density", "CD47");
    EXPECT_GT(colloid::marker_occupancy(
                  cd47, library().value("coatings", "CD47", "half_occupancy_density")),
              0.5);
}

// park-sio2-atrp: dispersion up with the brush; a brush from the surface beats chains grafted to
// it.
TEST(Atrp, BrushKeepsSilicaApart) {
    const Formulation silica = sphere("SiO2", 50.0 * nm);
    double last = value(section_of(silica), "interaction_barrier_saline");
    for (const double density : {0.05, 0.1, 0.2, 0.4}) {
        const double here =
            value(section_of(coated(silica, "PEG5000", density)), "interaction_barrier_saline");
        EXPECT_GT(here, last) << density;
        last = here;
    }
}

// kim-sio2-pmma-photo: light decides density; more dose, more chains, until initiators are spent.
TEST(PhotoGraftedSilica, DensityRisesWithTheDoseOfUltraviolet) {
    colloid::PhotoGrafting light{per_nm2, 1e-21, 0.5, 1e19, 60.0, 1e3, 1e-15};
    double last = 0.0;
    for (const double minutes : {1.0, 5.0, 30.0, 120.0}) {
        light.time = 60.0 * minutes;
        const auto grafted = colloid::photo_grafting(light);
        EXPECT_GT(grafted.density, last);
        EXPECT_GT(grafted.segments, 0.0);
        last = grafted.density;
    }
    EXPECT_LE(last, per_nm2);
}

/// Calcium carbonate in 1 mmol/L of one surfactant at pH 8.5.
struct Dressed {
    double coverage = 0.0;
    double potential = 0.0;
};

Dressed dress(double valence, double carbons) {
    const double iep = library().value("colloid", "CaCO3", "isoelectric_point");
    const double half = 0.5 * library().value("colloid", "CaCO3", "delta_pk");
    const double sites = library().value("colloid", "CaCO3", "site_density");
    const std::vector<colloid::SurfaceGroup> groups{{"acid", sites, iep + half},
                                                    {"base", sites, iep - half}};
    const double t = 298.15;
    const double per_carbon = -0.5 * boltzmann * t;
    const double k = colloid::adsorption_constant(carbons, per_carbon, 0.0, 0.0, 0.0, t);
    const colloid::AdsorbingIon ion{valence, 1.0, k, 2.0 * per_nm2};
    const auto salt = colloid::salt_water(10.0, t, 8.5);
    const std::span<const colloid::AdsorbingIon> ions(&ion, valence == 0.0 ? 0 : 1);
    const double psi = colloid::regulated_potential(groups, ions, 100.0 * nm, 8.5, salt);
    return {ions.empty() ? 0.0 : colloid::ion_coverage(ions, psi, t)[0], psi};
}

// barhoum-caco3-ctab-oleate: adsorption oleate > CTAB, also with tails of the same length.
TEST(CalciumCarbonate, TakesUpOleateMoreThanCtab) {
    const Dressed oleate = dress(-1.0, 17.0);
    const Dressed ctab = dress(1.0, 16.0);
    EXPECT_GT(oleate.coverage, ctab.coverage);
    EXPECT_GT(dress(-1.0, 16.0).coverage, ctab.coverage);
}

// ... and dispersion up with both, here as the size of the surface potential. Known miss: oleate
// reverses the charge, but 29 mV is less than the 42 mV of the bare surface; what its tails do to
// dispersion in oils is not described.
TEST(CalciumCarbonate, CtabRaisesThePotentialAndOleateReversesIt) {
    const double bare = dress(0.0, 0.0).potential;
    EXPECT_GT(bare, 0.0);
    EXPECT_GT(dress(1.0, 16.0).potential, bare);
    const double oleate = dress(-1.0, 17.0).potential;
    EXPECT_LT(oleate, 0.0);
    EXPECT_LT(std::abs(oleate), bare);
}

// ou-pmpc-pae: positive in acid; at pH 7.4 not.
TEST(ChargeSwitch, PolyBetaAminoEsterIsPositiveInAcidOnly) {
    const auto zeta = [](double ph) {
        Formulation f = sphere("poly(beta-amino_ester)", 45.0 * nm);
        f.medium.ph = ph;
        return value(section_of(f), "zeta_potential");
    };
    EXPECT_GT(zeta(5.5), 0.005);
    EXPECT_GT(zeta(6.5), 0.0);
    EXPECT_LE(zeta(7.4), 0.0);
}

// li-kh550-tio2, barabanova-sio2-tespsa: amines and carboxyls charge the surface.
TEST(Silanes, ChargeTheSurfaceAndHoldItApartInWater) {
    Formulation titania = sphere("TiO2", 30.0 * nm);
    titania.medium.ph = 5.8;
    titania.medium.ionic_strength = 1.0;
    const auto bare = section_of(titania);
    titania.surface_groups = {{"base", 1.0 * per_nm2, 9.5}};
    const auto amino = section_of(titania);
    EXPECT_NEAR(value(bare, "zeta_potential"), 0.0, 1e-6);
    EXPECT_GT(value(amino, "zeta_potential"), 0.03);
    EXPECT_GT(value(amino, "interaction_barrier_water"), value(bare, "interaction_barrier_water"));
}

// kelestemur-zno-bsa: amines, then albumin coupled to them.
TEST(ZincOxide, CoupledAlbuminCoversHalfAndTurnsTheZetaPotential) {
    const double area = 4.0 * std::numbers::pi * 400.0 * nm * nm;
    const double count = colloid::coupled_count({area, per_nm2, 1e4, 0.5, 24.4e-18});
    EXPECT_NEAR(count, 0.547 * area / 24.4e-18, 1e-6);
    const Formulation zno = sphere("ZnO", 20.0 * nm);
    const auto bare = section_of(zno);
    const auto bsa = section_of(coated(zno, "BSA", 0.0, 3.3));
    EXPECT_GT(value(bare, "zeta_potential"), 0.0);
    EXPECT_LT(value(bsa, "zeta_potential"), 0.0);
}

// Growth in serum of 105 gold and silver surfaces: 10 to 90 % from -2 to +37 nm. Known misses:
// their zeta potential in serum, 10 to 90 % from -10.9 to -4.4 mV, and a pattern that stands within
// a minute; here -3.9 mV and a time constant of 16 min.
TEST(Corona, GrowthIsInTheMeasuredBandZetaAndSettlingAreNot) {
    const auto section = section_of(sphere("SiO2", 7.5 * nm));
    const double growth = value(section, "hydrodynamic_diameter_with_corona") - 15.0 * nm;
    EXPECT_GT(growth, -2.0 * nm);
    EXPECT_LT(growth, 37.0 * nm);
    EXPECT_NEAR(value(section, "zeta_potential_with_corona"), -3.9e-3, 0.2e-3);
    EXPECT_NEAR(value(section, "corona_settling_time"), 16.4 * 60.0, 30.0);
}

TEST(SurfaceSection, RefusesWhatItCannotKnow) {
    const auto unknown = section_of(sphere("COF", 20.0 * nm));
    EXPECT_NE(refusal(unknown, "zeta_potential").find("COF"), std::string::npos);
    EXPECT_NE(refusal(unknown, "interaction_energy").find("Hamaker"), std::string::npos);
    EXPECT_TRUE(section_of(Formulation{}).values.empty());
}

TEST(SurfaceSection, ChainsBeyondTheirRoomAreAnErrorThatNamesTheMost) {
    try {
        section_of(coated(plga, "PEG5000", 30.0));
        FAIL();
    } catch (const InputError& error) {
        EXPECT_NE(std::string(error.what()).find("at most 4.76 per nm2"), std::string::npos);
    }
}

TEST(SurfaceSection, EveryNumberIsFiniteAndSaysWhereItComesFrom) {
    for (const Formulation& f :
         {plga, coated(plga, "PEG2000", 0.1), coated(sphere("Au", 5.0 * nm), "citrate", 0.0)}) {
        const auto section = section_of(f);
        EXPECT_GT(section.values.size(), 15U);
        for (const CardValue& v : section.values) {
            EXPECT_TRUE(std::isfinite(v.si)) << v.name;
            EXPECT_FALSE(v.method.empty()) << v.name;
            EXPECT_FALSE(v.source.empty()) << v.name;
        }
        for (const CardCurve& curve : section.curves)
            for (const CardLine& line : curve.lines)
                for (const double y : line.y) EXPECT_TRUE(std::isfinite(y)) << curve.name;
    }
}

TEST(SurfaceSection, MeasuredZetaStandsAndIsCarriedToOtherSalts) {
    Formulation f = sphere("Au", 10.0 * nm);
    f.zeta_potential = -0.03;
    f.medium.ionic_strength = 1.0;
    const auto section = section_of(f);
    EXPECT_EQ(value(section, "zeta_potential"), -0.03);
    EXPECT_LT(value(section, "stability_ratio_log10_saline"),
              value(section, "stability_ratio_log10_water"));
}

}  // namespace
}  // namespace caravel::formulation
