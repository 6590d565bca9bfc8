#include "caravel/formulation/properties.hpp"

#include "caravel/base/unit.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numbers>
#include <set>
#include <string>
#include <vector>

namespace caravel::formulation {
namespace {

using std::numbers::pi;

constexpr double nm = 1e-9;
constexpr double nm3 = 1e-27;
constexpr double avogadro = 6.02214076e23;

/// The tests below use gold (19.32 g/mL), water (1), lipid_bilayer (1.01) and SiO2 of the tables.
matter::Library& library() {
    static matter::Library shared(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    return shared;
}

Layer layer_of(std::string material, double radius) {
    Layer layer;
    layer.material = std::move(material);
    layer.radius = radius;
    return layer;
}

Layer layer_thick(std::string material, double thickness) {
    Layer layer;
    layer.material = std::move(material);
    layer.thickness = thickness;
    return layer;
}

Payload payload_of(std::string agent) {
    Payload payload;
    payload.agent = std::move(agent);
    return payload;
}

Formulation gold(double radius) {
    Formulation f;
    f.layers = {layer_of("Au", radius)};
    return f;
}

Formulation liposome() {
    Formulation f;
    f.layers = {layer_of("water", 37.0 * nm), layer_thick("lipid_bilayer", 4.5 * nm)};
    return f;
}

Properties compute(const Formulation& f) { return compute_properties(f, library()); }

std::string message(const Formulation& f) {
    try {
        compute(f);
    } catch (const InputError& error) {
        return error.what();
    }
    return "no error";
}

TEST(Properties, GoldSphereByHand) {
    const Properties p = compute(gold(10.0 * nm));
    EXPECT_TRUE(p.is_particle());
    EXPECT_NEAR(p.outer_diameter, 20.0 * nm, 1e-20);
    EXPECT_NEAR(p.hydrodynamic_diameter, 20.0 * nm, 1e-20);
    EXPECT_NEAR(p.volume / nm3, 4188.790204786391, 1e-8);
    EXPECT_NEAR(p.surface_area, 400.0 * pi * nm * nm, 1e-27);
    EXPECT_NEAR(p.carrier_mass, 8.092742675647306e-20, 1e-32);
    EXPECT_NEAR(p.particle_mass, p.carrier_mass, 1e-32);
    EXPECT_NEAR(p.density, 19320.0, 1e-7);
    EXPECT_NEAR(p.particle_molar_mass, 48735.63, 0.01);
    EXPECT_TRUE(p.notes.empty());
}

TEST(Properties, LiposomeKeepsWaterApartFromTheDryCarrier) {
    const Properties p = compute(liposome());
    const double core = 4.0 / 3.0 * pi * 37.0 * 37.0 * 37.0;
    const double all = 4.0 / 3.0 * pi * 41.5 * 41.5 * 41.5;
    ASSERT_EQ(p.layers.size(), 2u);
    EXPECT_NEAR(p.layers[0].volume / nm3, core, 1e-8);
    EXPECT_NEAR(p.layers[1].volume / nm3, all - core, 1e-8);
    EXPECT_NEAR(p.layers[1].outer_diameter, 83.0 * nm, 1e-20);
    EXPECT_DOUBLE_EQ(p.layers[0].dry_mass, 0.0);
    EXPECT_NEAR(p.water_mass / (core * nm3), 1000.0, 1e-9);
    EXPECT_NEAR(p.carrier_mass / ((all - core) * nm3), 1010.0, 1e-9);
    EXPECT_NEAR(p.particle_mass, p.water_mass + p.carrier_mass, 1e-32);
}

TEST(Properties, PoresHoldWhatFillsThem) {
    Formulation f = gold(10.0 * nm);
    f.layers.push_back(layer_of("SiO2", 20.0 * nm));
    f.layers[1].porosity = 0.25;
    const Properties p = compute(f);
    const double shell = 4.0 / 3.0 * pi * (8000.0 - 1000.0) * nm3;
    const double silica = library().value("materials", "SiO2", "density");
    EXPECT_NEAR(p.pore_volume, 0.25 * shell, 1e-34);
    EXPECT_NEAR(p.layers[1].dry_mass, 0.75 * shell * silica, 1e-32);
    EXPECT_NEAR(p.layers[1].mass, 0.75 * shell * silica + 0.25 * shell * 1000.0, 1e-32);
    EXPECT_NEAR(p.water_mass, 0.25 * shell * 1000.0, 1e-32);
}

TEST(Properties, CageHoldsWater) {
    Formulation f;
    f.shape.form = Cage{50.0 * nm, 5.0 * nm};
    Layer wall;
    wall.material = "Au";
    f.layers = {wall};
    const Properties p = compute(f);
    EXPECT_NEAR(p.carrier_mass, 61000.0 * nm3 * 19320.0, 1e-30);
    EXPECT_NEAR(p.water_mass, 64000.0 * nm3 * 1000.0, 1e-30);
    EXPECT_NEAR(p.volume, 125000.0 * nm3, 1e-34);
}

TEST(Properties, ChainsOfACoatingWeigh) {
    Formulation f = gold(10.0 * nm);
    Coating peg;
    peg.material = "PEG2000";
    peg.density = 0.5e18;
    f.coatings = {peg};
    const Properties p = compute(f);
    EXPECT_NEAR(p.coating_chains, 200.0 * pi, 1e-9);
    EXPECT_NEAR(p.coatings[0].mass, 200.0 * pi * 2.0 / avogadro, 1e-32);
    EXPECT_NEAR(p.carrier_mass - 8.092742675647306e-20, p.coatings[0].mass, 1e-32);
    EXPECT_NEAR(p.density, 19320.0, 1e-6);
    EXPECT_NEAR(p.hydrodynamic_diameter, 20.0 * nm, 1e-20);
    ASSERT_EQ(p.notes.size(), 1u);
    EXPECT_NE(p.notes[0].find("thickness of coating 'PEG2000'"), std::string::npos);
}

TEST(Properties, CoatingThicknessCountsTwiceInTheHydrodynamicDiameter) {
    Formulation f = gold(10.0 * nm);
    Coating peg;
    peg.material = "PEG2000";
    peg.thickness = 4.0 * nm;
    f.coatings = {peg};
    EXPECT_NEAR(compute(f).hydrodynamic_diameter, 28.0 * nm, 1e-20);
    f.hydrodynamic_diameter = 31.0 * nm;
    EXPECT_DOUBLE_EQ(compute(f).hydrodynamic_diameter, 31.0 * nm);
    const std::size_t notes = compute(f).notes.size();
    f.hydrodynamic_diameter = 19.0 * nm;
    EXPECT_EQ(compute(f).notes.size(), notes + 1);  // smaller than the gold
    f.hydrodynamic_diameter = 5.0 * nm;
    EXPECT_EQ(
        message(f),
        "hydrodynamic_diameter = 5 nm is smaller than the layers, expected at least the 20 nm "
        "of the particle without coatings");
}

TEST(Properties, MembraneWeighsAsAShell) {
    Formulation f = gold(10.0 * nm);
    Coating membrane;
    membrane.material = "cell_membrane";
    membrane.thickness = 7.0 * nm;
    membrane.attachment = "membrane";
    f.coatings = {membrane};
    const double density = library().value("materials", "cell_membrane", "density");
    EXPECT_NEAR(compute(f).coatings[0].mass, 400.0 * pi * 7.0 * nm3 * density, 1e-32);
}

TEST(Properties, LoadingIsTheShareOfTheLoadedDryParticle) {
    Formulation f = liposome();
    f.payloads = {payload_of("doxorubicin"), payload_of("vincristine")};
    f.payloads[0].loading = 0.1;
    f.payloads[1].loading = 0.3;
    const Properties p = compute(f);
    EXPECT_NEAR(p.payloads[0].mass, 0.1 / 0.6 * p.carrier_mass, 1e-33);
    EXPECT_NEAR(p.payloads[1].mass, 0.3 / 0.6 * p.carrier_mass, 1e-33);
    const double molar_mass = library().value("agents", "doxorubicin", "molar_mass");
    EXPECT_NEAR(p.payloads[0].amount, p.payloads[0].mass / molar_mass, 1e-33);
    EXPECT_NEAR(p.payloads[0].molecules, p.payloads[0].amount * avogadro, 1e-6);
    EXPECT_NEAR(p.particle_mass, p.carrier_mass + p.water_mass + p.payload_mass, 1e-32);
}

TEST(Properties, CountAndConcentrationGiveMolecules) {
    Formulation f = liposome();
    f.payloads = {payload_of("doxorubicin"), payload_of("cisplatin")};
    f.payloads[0].count = 12000.0;
    f.payloads[1].concentration = 100.0;  // mol/m3 in the core
    const Properties p = compute(f);
    EXPECT_NEAR(p.payloads[0].molecules, 12000.0, 1e-9);
    EXPECT_NEAR(p.payloads[0].amount, 12000.0 / avogadro, 1e-30);
    EXPECT_NEAR(p.payloads[1].amount, 100.0 * p.layers[0].volume, 1e-30);
}

TEST(Properties, PayloadInPoresHasACapacity) {
    Formulation f = gold(10.0 * nm);
    f.layers.push_back(layer_of("SiO2", 40.0 * nm));
    f.layers[1].porosity = 0.5;
    f.payloads = {payload_of("doxorubicin")};
    f.payloads[0].place = "pores";
    f.payloads[0].loading = 0.1;
    const Properties p = compute(f);
    EXPECT_NEAR(p.payloads[0].capacity, p.pore_volume * 1300.0, 1e-32);
    EXPECT_TRUE(p.notes.empty());
    f.payloads[0].loading = 0.7;
    try {
        compute(f);
        FAIL();
    } catch (const InputError& error) {
        EXPECT_NE(std::string(error.what()).find("times the volume of the pores"),
                  std::string::npos);
    }
}

TEST(Properties, PoresAddSurface) {
    Formulation f = gold(10.0 * nm);
    f.layers.push_back(layer_of("SiO2", 40.0 * nm));
    f.layers[1].porosity = 0.5;
    f.layers[1].pore_diameter = 3.0 * nm;
    const Properties p = compute(f);
    EXPECT_NEAR(p.pore_surface, 4.0 * p.pore_volume / (3.0 * nm), 1e-12 * p.pore_surface);
    EXPECT_GT(property(f, p, "specific_surface_area"),
              (p.surface_area + 0.99 * p.pore_surface) / p.carrier_mass);
}

TEST(Properties, InclusionsTakeThePlaceOfTheLayer) {
    Formulation f = gold(50.0 * nm);
    f.layers[0].material = "PLGA";
    const double bare = compute(f).carrier_mass;
    f.inclusions.push_back({"Fe3O4", 10.0 * nm, 20, 1});
    const Properties p = compute(f);
    const double volume = 20.0 * std::acos(-1.0) / 6.0 * 1e-24;
    EXPECT_NEAR(p.layers[0].inclusion_volume, volume, 1e-12 * volume);
    matter::Library& shared = library();
    const double added = volume * (shared.value("materials", "Fe3O4", "density") -
                                   shared.value("materials", "PLGA", "density"));
    EXPECT_NEAR(p.carrier_mass - bare, added, 1e-9 * added);
    f.inclusions[0].count = 1000;
    EXPECT_THROW(compute(f), InputError);
    f.inclusions[0] = {"Fe3O4", 10.0 * nm, 20, 2};
    EXPECT_THROW(compute(f), InputError);
}

TEST(Properties, MeasuredDensityReplacesThatOfTheLayers) {
    Formulation f = gold(10.0 * nm);
    f.density = 10000.0;
    f.payloads = {payload_of("doxorubicin")};
    f.payloads[0].place = "surface";  // solid gold holds none inside
    f.payloads[0].loading = 0.2;
    const Properties p = compute(f);
    EXPECT_NEAR(p.particle_mass / p.volume, 10000.0, 1e-8);
    EXPECT_NEAR(p.payload_mass, 0.2 * p.particle_mass, 1e-33);
    EXPECT_NEAR(p.density, 10000.0, 1e-8);
}

Formulation polymer() {
    Formulation f;
    f.layers = {layer_of("PLGA", 50.0 * nm)};
    f.payloads = {payload_of("paclitaxel")};
    return f;
}

/// Sizes stay: PLGA gives way to the drug, volume for volume.
TEST(Properties, PayloadInAPolymerMixesTheDensities) {
    Formulation f = polymer();
    f.payloads[0].loading = 0.1;
    const Properties p = compute(f);
    const double plga = library().value("materials", "PLGA", "density");
    EXPECT_NEAR(p.density, 1.0 / (0.1 / packed_drug_density + 0.9 / plga), 1e-9 * plga);
    EXPECT_LT(p.density, std::max(plga, packed_drug_density));
    EXPECT_GT(p.density, std::min(plga, packed_drug_density));
    EXPECT_NEAR(p.payload_mass, 0.1 * p.particle_mass, 1e-12 * p.particle_mass);
}

TEST(Properties, CountedPayloadTakesTheVolumeOfItsMass) {
    Formulation f = polymer();
    const double bare = compute(f).carrier_mass;
    f.payloads[0].count = 1e4;
    const Properties p = compute(f);
    const double plga = library().value("materials", "PLGA", "density");
    EXPECT_NEAR(bare - p.carrier_mass, p.payload_mass / packed_drug_density * plga, 1e-12 * bare);
    f.payloads[0].count = 1e9;
    EXPECT_NE(message(f).find("payload 'paclitaxel' needs "), std::string::npos) << message(f);
    EXPECT_NE(message(f).find("times the volume of the core"), std::string::npos) << message(f);
}

TEST(Properties, PayloadDisplacesWaterFirst) {
    Formulation f = liposome();
    const Properties empty = compute(f);
    f.payloads = {payload_of("doxorubicin")};
    f.payloads[0].loading = 0.111;
    const Properties p = compute(f);
    EXPECT_DOUBLE_EQ(p.carrier_mass, empty.carrier_mass);
    EXPECT_NEAR(empty.water_mass - p.water_mass, p.payload_mass / packed_drug_density * 1000.0,
                1e-12 * empty.water_mass);
}

TEST(Properties, SolidMetalHoldsNoPayload) {
    Formulation f = gold(10.0 * nm);
    f.payloads = {payload_of("doxorubicin")};
    f.payloads[0].loading = 0.9;
    EXPECT_NE(message(f).find("payload 'doxorubicin' sits inside solid metal (the core)"),
              std::string::npos)
        << message(f);
    f.payloads[0].place = "surface";
    EXPECT_EQ(message(f), "no error");
}

TEST(Properties, CoreOfAVesicleIsTheWaterInIt) {
    Formulation f;
    f.shape.form = Vesicle{100.0 * nm, 4.5 * nm, 1, 2.0 * nm};
    f.layers.resize(1);
    f.layers[0].material = "lipid_bilayer";
    f.payloads = {payload_of("cisplatin")};
    f.payloads[0].concentration = 100.0;
    const Properties p = compute(f);
    EXPECT_NEAR(p.payloads[0].amount, 100.0 * pi / 6.0 * 91.0 * 91.0 * 91.0 * nm3, 1e-30);
}

/// PAMAM of generation 4: 64 ends, 124 cells and the core are 14.2 kg/mol; the rest is water.
TEST(Properties, DendrimerWeighsItsMolarMassAndHoldsWater) {
    Formulation f;
    f.shape.form = Dendrimer{4.5 * nm, 4, 4, 2};
    f.layers.resize(1);
    f.layers[0].material = "PAMAM";
    const Properties p = compute(f);
    const double molar_mass = 60.098e-3 + 124.0 * 114.147e-3;
    EXPECT_NEAR(p.carrier_mass, molar_mass / avogadro, 1e-12 * p.carrier_mass);
    const double matter = p.carrier_mass / library().value("materials", "PAMAM", "density");
    EXPECT_NEAR(p.water_mass, 1000.0 * (p.volume - matter), 1e-12 * p.water_mass);
    f.shape.form = Dendrimer{2.0 * nm, 4, 4, 2};
    EXPECT_NE(message(f).find("do not fit into the dendrimer"), std::string::npos) << message(f);
}

TEST(Properties, CoreOfSatellitesHasItsOwnDiameter) {
    Formulation f;
    f.shape.form = CoreSatellite{60.0 * nm, 10, 20.0 * nm, 2.0 * nm};
    f.layers.resize(2);
    f.layers[0].material = f.layers[1].material = "Au";
    const Properties p = compute(f);
    EXPECT_DOUBLE_EQ(p.layers[0].outer_diameter, 60.0 * nm);
    EXPECT_NEAR(p.layers[1].outer_diameter, 104.0 * nm, 1e-20);
}

TEST(Properties, LigandsNeedRoomOnTheSurface) {
    Formulation f = gold(10.0 * nm);
    f.ligands.resize(1);
    f.ligands[0].molecule = "folate";
    f.ligands[0].count = 1000;
    EXPECT_TRUE(compute(f).notes.empty());
    f.ligands[0].count = 3000;  // 2.4 per nm2
    EXPECT_EQ(compute(f).notes.size(), 1u);
    f.ligands[0].count = 20000;
    EXPECT_NE(message(f).find("at most 12566 (10 per nm2)"), std::string::npos) << message(f);
}

TEST(Properties, MaterialWithoutDensityHasNoMassButASize) {
    Formulation f = gold(10.0 * nm);
    f.layers[0].material = "glass_ball";
    f.materials.resize(1);
    f.materials[0].name = "glass_ball";
    f.materials[0].n = 1.55;
    matter::Library own(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    const Properties p = compute_properties(f, own, Masses::where_known);
    EXPECT_NEAR(p.outer_diameter, 20.0 * nm, 1e-20);
    EXPECT_EQ(p.unknown_densities, std::vector<std::string>{"glass_ball"});
    EXPECT_DOUBLE_EQ(p.particle_mass, 0.0);
    try {
        compute_properties(f, own);
        FAIL();
    } catch (const InputError& error) {
        EXPECT_NE(std::string(error.what()).find("no value for 'density' of material 'glass_ball'"),
                  std::string::npos)
            << error.what();
    }
    f.materials.push_back(f.materials[0]);
    EXPECT_THROW(compute_properties(f, own), InputError);
}

TEST(PropertiesErrors, CommonNamesFindTheShippedOnes) {
    Formulation f = gold(10.0 * nm);
    f.layers[0].material = "Gold";
    EXPECT_NE(message(f).find("did you mean 'Au'?"), std::string::npos) << message(f);
    f = gold(10.0 * nm);
    f.payloads = {payload_of("dox")};
    EXPECT_NE(message(f).find("did you mean 'doxorubicin'?"), std::string::npos) << message(f);
}

TEST(PropertiesErrors, LayersAreCounted) {
    Formulation f = gold(10.0 * nm);
    for (int i = 0; i < 100; ++i) f.layers.push_back(layer_thick("SiO2", 1.0 * nm));
    EXPECT_NE(message(f).find("the particle has 101 layers, expected at most 100"),
              std::string::npos)
        << message(f);
}

TEST(Properties, DissolvedDrugIsNoParticle) {
    Formulation f;
    f.payloads = {payload_of("doxorubicin")};
    const Properties p = compute(f);
    EXPECT_FALSE(p.is_particle());
    EXPECT_DOUBLE_EQ(p.particle_mass, 0.0);
    ASSERT_EQ(p.payloads.size(), 1u);
    EXPECT_GT(p.payloads[0].molar_mass, 0.5);
    f.payloads[0].loading = 0.1;
    EXPECT_NE(message(f).find("there are no layers"), std::string::npos) << message(f);
}

TEST(PropertiesErrors, SayWhatIsWrongWithTheLayers) {
    Formulation f = gold(20.0 * nm);
    f.layers.push_back(layer_of("SiO2", 10.0 * nm));
    EXPECT_EQ(message(f),
              "layer 2 'SiO2' has outer radius 10 nm, expected more than the 20 nm of the layer "
              "below");
    f.layers[1].radius.reset();
    EXPECT_EQ(message(f), "layer 2 'SiO2' has no size, expected radius or thickness");
    f.shape.form = Cube{20.0 * nm};
    EXPECT_NE(message(f).find("layer 1 'Au' has a size, but the shape 'cube' fixes it"),
              std::string::npos)
        << message(f);
    f.layers.clear();
    f.shape.form = Janus{20.0 * nm, 0.5};
    EXPECT_NE(message(f).find("at least 2"), std::string::npos) << message(f);
}

TEST(PropertiesErrors, NameUnknownMaterialsAndAgents) {
    Formulation f = gold(10.0 * nm);
    f.layers[0].material = "SiO3";
    EXPECT_NE(message(f).find("unknown material 'SiO3'"), std::string::npos) << message(f);
    f = gold(10.0 * nm);
    f.payloads = {payload_of("doxorubicine")};
    EXPECT_NE(message(f).find("did you mean 'doxorubicin'"), std::string::npos) << message(f);
    f = gold(10.0 * nm);
    f.coatings.resize(1);
    f.coatings[0].material = "PEG2001";
    EXPECT_NE(message(f).find("unknown material 'PEG2001'"), std::string::npos) << message(f);
}

TEST(PropertiesErrors, RejectImpossibleLoadings) {
    Formulation f = gold(10.0 * nm);
    f.payloads = {payload_of("doxorubicin"), payload_of("vincristine")};
    f.payloads[0].loading = 0.6;
    f.payloads[1].loading = 0.4;
    EXPECT_NE(message(f).find("add up to 1 kg/kg"), std::string::npos) << message(f);
    f = gold(10.0 * nm);
    f.layers[0].material = "water";
    f.payloads = {payload_of("doxorubicin")};
    f.payloads[0].loading = 0.1;
    EXPECT_NE(message(f).find("count or concentration"), std::string::npos) << message(f);
    f = gold(10.0 * nm);
    f.payloads = {payload_of("doxorubicin")};
    f.payloads[0].place = "pores";
    f.payloads[0].concentration = 10.0;
    EXPECT_NE(message(f).find("of which the particle has none"), std::string::npos) << message(f);
}

TEST(Dose, CountsParticlesForAnAgentMass) {
    Formulation f = liposome();
    f.payloads = {payload_of("doxorubicin")};
    f.payloads[0].loading = 0.111;
    f.dose_form.concentration = 2.0;  // kg/m3
    const Properties p = compute(f);
    const double particles = particles_for_agent_mass(p, "doxorubicin", 1e-6);
    EXPECT_NEAR(particles * p.payloads[0].mass, 1e-6, 1e-18);
    const DoseProperties dose = compute_dose(f, p, particles);
    EXPECT_NEAR(dose.carrier_mass, 1e-6 * 0.889 / 0.111, 1e-15);
    EXPECT_NEAR(*dose.suspension_volume, 1e-6 / 2.0, 1e-18);
    EXPECT_NEAR(*dose.volume_fraction, dose.volume / *dose.suspension_volume, 1e-12);
    EXPECT_NEAR(dose.surface_area, particles * p.surface_area, 1e-9);
}

TEST(Dose, WithoutPayloadTheConcentrationIsThatOfTheCarrier) {
    Formulation f = gold(10.0 * nm);
    const Properties p = compute(f);
    EXPECT_FALSE(particle_concentration(f, p).has_value());
    f.dose_form.concentration = 19.32;
    EXPECT_NEAR(*compute_dose(f, p, 1e12).volume_fraction, 1e-3, 1e-12);
    f.dose_form.particle_concentration = 1e18;
    EXPECT_DOUBLE_EQ(*particle_concentration(f, p), 1e18);
}

TEST(Dose, RejectsAnAgentThatIsNotCarried) {
    Formulation f = gold(10.0 * nm);
    f.payloads = {payload_of("doxorubicin")};
    const Properties p = compute(f);
    EXPECT_THROW(particles_for_agent_mass(p, "vincristine", 1e-6), InputError);
    EXPECT_THROW(particles_for_agent_mass(p, "doxorubicin", 1e-6), InputError);  // amount unknown
}

TEST(NamedProperty, GivesTheSameNumbers) {
    Formulation f = gold(10.0 * nm);
    f.ligands.resize(1);
    f.ligands[0].count = 12;
    const Properties p = compute(f);
    EXPECT_DOUBLE_EQ(property(f, p, "volume"), p.volume);
    EXPECT_DOUBLE_EQ(property(f, p, "particle_molar_mass"), p.particle_molar_mass);
    EXPECT_DOUBLE_EQ(property(f, p, "ligands"), 12.0);
    EXPECT_NEAR(property(f, p, "specific_surface_area"), 3.0 / (19320.0 * 10.0 * nm), 1e-8);
}

TEST(NamedProperty, SuggestsTheNameThatWasMeant) {
    const Formulation f = gold(10.0 * nm);
    const Properties p = compute(f);
    try {
        property(f, p, "volum");
        FAIL();
    } catch (const InputError& error) {
        EXPECT_STREQ(error.what(), "unknown property 'volum' (did you mean 'volume'?)");
    }
}

TEST(NamedProperty, EveryKindHasAUnitAndAValue) {
    const Formulation f = gold(10.0 * nm);
    const Properties p = compute(f);
    std::set<std::string_view> names;
    for (const PropertyKind& kind : property_kinds()) {
        EXPECT_TRUE(names.insert(kind.name).second) << kind.name;
        EXPECT_NO_THROW(parse_unit(kind.unit)) << kind.name;
        EXPECT_TRUE(std::isfinite(property(f, p, kind.name))) << kind.name;
    }
}

}  // namespace
}  // namespace caravel::formulation
