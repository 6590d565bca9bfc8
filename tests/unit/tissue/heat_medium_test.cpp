// What heat meets: refusals, tissues by name, skin, vessels, particles.
#include "caravel/tissue/heat/heat_medium.hpp"

#include "caravel/base/error.hpp"
#include "caravel/tissue/heat/heat_particles.hpp"
#include "caravel/tissue/heat/heat_tissues.hpp"
#include "caravel/tissue/heat/heat_vessels.hpp"
#include "caravel/tissue/heat/skin_surface.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <functional>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

namespace caravel::tissue {
namespace {

ThermalTissue soft() {
    ThermalTissue t;
    t.name = "soft";
    t.density = 1000.0;
    t.heat_capacity = 3600.0;
    t.conductivity = 0.5;
    t.frozen_heat_capacity = 1800.0;
    t.frozen_conductivity = 2.0;
    t.latent_heat = 2.5e8;
    return t;
}

HeatMedium cube() {
    HeatMedium m;
    m.grid = Grid{4, 3, 2, {1e-3, 1e-3, 1e-3}};
    m.label.assign(24, 0);
    m.tissues = {soft()};
    return m;
}

std::string complaint(const std::function<void(HeatMedium&)>& spoil) {
    HeatMedium m = cube();
    spoil(m);
    try {
        check(m);
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

TEST(HeatMediumCheck, TakesWhatIsRight) {
    EXPECT_EQ(complaint([](HeatMedium&) {}), "");
    EXPECT_EQ(complaint([](HeatMedium& m) { m.tissues[0].solidus = m.tissues[0].liquidus; }), "");
}

TEST(HeatMediumCheck, SaysWhatIsWrongAndWhatWasExpected) {
    const std::vector<std::pair<std::function<void(HeatMedium&)>, std::string>> cases{
        {[](HeatMedium& m) { m.grid.spacing[1] = 0.0; }, "spacing is 0"},
        {[](HeatMedium& m) { m.grid.nz = 0; }, "4 x 3 x 0 voxels"},
        {[](HeatMedium& m) { m.label.pop_back(); }, "23 labels"},
        {[](HeatMedium& m) { m.label[7] = 1; }, "voxel 7 has the label 1"},
        {[](HeatMedium& m) { m.tissues.clear(); }, "without tissues"},
        {[](HeatMedium& m) { m.tissues[0].density = 0.0; }, "\"soft\": density is 0"},
        {[](HeatMedium& m) { m.tissues[0].heat_capacity = -1.0; }, "heat capacity is -1"},
        {[](HeatMedium& m) { m.tissues[0].conductivity = std::nan(""); }, "conductivity is nan"},
        {[](HeatMedium& m) { m.tissues[0].conductivity_slope = -0.01; }, "373.15 K"},
        {[](HeatMedium& m) { m.tissues[0].perfusion = -1e-3; }, "perfusion is -0.001"},
        {[](HeatMedium& m) { m.tissues[0].latent_heat = -1.0; }, "latent heat is -1"},
        {[](HeatMedium& m) { m.tissues[0].frozen_conductivity = 0.0; }, "frozen conductivity"},
        {[](HeatMedium& m) { m.tissues[0].solidus = 280.0; }, "solidus 280 K above"},
        {[](HeatMedium& m) { m.conductivity_factor.assign(23, 1.0); }, "has 23 values"},
        {[](HeatMedium& m) { m.capacity_factor.assign(24, 0.0); }, "of voxel 0 is 0"},
        {[](HeatMedium& m) { m.particles.latent_heat.assign(24, 1e7); }, "particles: liquidus"},
        {[](HeatMedium& m) {
             m.faces[3].kind = HeatFace::Kind::fixed;
             m.faces[3].temperature = 0.0;
         },
         "face y high: temperature is 0"},
        {[](HeatMedium& m) {
             m.faces[0].kind = HeatFace::Kind::convective;
             m.faces[0].transfer = -5.0;
         },
         "face x low: transfer is -5"},
        {[](HeatMedium& m) {
             m.faces[0].kind = HeatFace::Kind::fixed;
             m.faces[0].heat_flux = 20.0;
         },
         "where the temperature is fixed"},
        {[](HeatMedium& m) { m.blood_heat_capacity = -1.0; }, "blood: heat capacity"}};
    for (const auto& [spoil, text] : cases) {
        const std::string said = complaint(spoil);
        EXPECT_NE(said.find(text), std::string::npos) << "said \"" << said << "\", not " << text;
        EXPECT_NE(said.find("expected"), std::string::npos) << said;
    }
}

matter::Library library() {
    return matter::Library(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
}

TEST(HeatTissues, AreFoundByName) {
    matter::Library tables = library();
    const ThermalTissue liver = find_thermal_tissue(tables, "liver");
    EXPECT_DOUBLE_EQ(liver.density, 1079.0);
    EXPECT_DOUBLE_EQ(liver.heat_capacity, 3540.0);
    EXPECT_DOUBLE_EQ(liver.conductivity, 0.52);
    EXPECT_NEAR(liver.perfusion, 860e-6 / 60.0 * 1079.0, 1e-12);  // 1/s, of 860 mL/min/kg
    EXPECT_DOUBLE_EQ(liver.conductivity_slope, 0.0);
    EXPECT_DOUBLE_EQ(find_heated_tissue(tables, "liver").conductivity_slope, 0.001161);
    EXPECT_EQ(find_thermal_tissue(tables, "air").latent_heat, 0.0);
    const ThermalTissue water = find_thermal_tissue(tables, "water");
    EXPECT_EQ(water.solidus, water.liquidus);
}

TEST(HeatTissues, AllPassTheChecks) {
    matter::Library tables = library();
    for (const std::string& name : tables.table("tissue_thermal").names()) {
        HeatMedium m = cube();
        m.tissues = {find_heated_tissue(tables, name)};
        EXPECT_NO_THROW(check(m)) << name;
        if (m.tissues[0].latent_heat > 0.0) {
            EXPECT_GT(m.tissues[0].frozen_conductivity, m.tissues[0].conductivity) << name;
            EXPECT_LT(m.tissues[0].frozen_heat_capacity, m.tissues[0].heat_capacity) << name;
        }
    }
}

TEST(HeatTissues, SuggestANameForAnUnknownOne) {
    matter::Library tables = library();
    try {
        find_thermal_tissue(tables, "livre");
        FAIL();
    } catch (const InputError& error) {
        EXPECT_NE(std::string(error.what()).find("liver"), std::string::npos) << error.what();
    }
}

TEST(SkinSurface, VapourPressureIsThatOfTables) {
    // Tables of steam: 2339 Pa at 20 degC, 7384 Pa at 40 degC.
    EXPECT_NEAR(saturated_vapour_pressure(293.15), 2339.0, 0.003 * 2339.0);
    EXPECT_NEAR(saturated_vapour_pressure(313.15), 7384.0, 0.003 * 7384.0);
}

TEST(SkinSurface, TransferAndEvaporationByHand) {
    SkinSurroundings skin;
    EXPECT_DOUBLE_EQ(air_transfer(0.0), 3.3);
    EXPECT_NEAR(air_transfer(4.0), 16.6, 1e-12);
    const double gradient =
        saturated_vapour_pressure(306.15) - 0.5 * saturated_vapour_pressure(295.15);
    EXPECT_NEAR(evaporation(skin), 0.0165 * 3.3 * 0.06 * gradient, 1e-9);
    const HeatFace face = skin_face(skin);
    EXPECT_EQ(face.kind, HeatFace::Kind::convective);
    // Radiation at a mean of 300.65 K: 4 sigma T^3 = 6.16 W/m2/K, times 0.98.
    EXPECT_NEAR(face.transfer, 3.3 + 0.98 * 6.165, 0.01);
    EXPECT_DOUBLE_EQ(face.heat_flux, evaporation(skin));
    skin.humidity = 1.0;
    skin.air_temperature = 313.15;
    EXPECT_EQ(evaporation(skin), 0.0);
}

TEST(SkinSurface, CoolingTakesTheAirsPlace) {
    SkinSurroundings skin;
    skin.cooling_transfer = 500.0;
    skin.cooling_temperature = 278.15;
    const HeatFace face = skin_face(skin);
    EXPECT_EQ(face.transfer, 500.0);
    EXPECT_EQ(face.temperature, 278.15);
    EXPECT_EQ(face.heat_flux, 0.0);
    skin.cooling_temperature = 0.0;
    EXPECT_THROW(skin_face(skin), InputError);
    skin = {};
    skin.humidity = 50.0;
    EXPECT_THROW(skin_face(skin), InputError);
}

TEST(HeatVessels, GiveTheirWholeConductanceToTheVoxels) {
    const Grid grid{20, 20, 20, {1e-3, 1e-3, 1e-3}};
    HeatVessel vessel;
    vessel.start = {2e-3, 3e-3, 4e-3};
    vessel.end = {15e-3, 12e-3, 17e-3};
    vessel.radius = 1.6e-3;
    vessel.temperature = 309.0;
    const HeatContacts contacts = vessel_contacts(grid, {vessel});
    const double length = std::hypot(13e-3, 9e-3, 13e-3);
    double sum = 0.0;
    for (std::size_t p = 0; p < contacts.conductance.size(); ++p) {
        sum += contacts.conductance[p] * grid.cell_volume();
        if (contacts.conductance[p] == 0.0) continue;
        EXPECT_NEAR(contacts.temperature[p], 309.0, 1e-9);
    }
    // k Nu/(2 R) times 2 pi R L, whatever the radius.
    EXPECT_NEAR(sum, std::numbers::pi * 0.52 * 4.36 * length, 1e-12);
}

TEST(HeatVessels, ThinOnesHoldTheVoxelsOfTheirAxis) {
    const Grid grid{5, 5, 5, {1e-3, 1e-3, 1e-3}};
    HeatVessel vessel;
    vessel.start = {0.2e-3, 2.2e-3, 2.2e-3};
    vessel.end = {4.8e-3, 2.2e-3, 2.2e-3};
    vessel.radius = 20e-6;
    const HeatContacts contacts = vessel_contacts(grid, {vessel, vessel});
    for (index_t i = 0; i < 5; ++i) {
        EXPECT_GT(contacts.conductance[static_cast<std::size_t>(grid.index(i, 2, 2))], 0.0);
        EXPECT_EQ(contacts.conductance[static_cast<std::size_t>(grid.index(i, 1, 2))], 0.0);
    }
    vessel.radius = 0.0;
    EXPECT_THROW(vessel_contacts(grid, {vessel}), InputError);
}

TEST(HeatParticles, FollowMaxwellAndTheMixingRule) {
    const ThermalTissue tissue = soft();
    const ThermalParticle gold{318.0, 2.49e6};
    EXPECT_EQ(particle_factors(tissue, gold, 0.0).conductivity, 1.0);
    // Maxwell by hand at 1 percent: 1 + 3 f b/(1 - f b), b = (318 - 0.5)/(318 + 1).
    const double b = 317.5 / 319.0;
    const ParticleFactors few = particle_factors(tissue, gold, 0.01);
    EXPECT_NEAR(few.conductivity, 1.0 + 0.03 * b / (1.0 - 0.01 * b), 1e-12);
    EXPECT_NEAR(few.capacity, 0.99 + 0.01 * 2.49e6 / 3.6e6, 1e-12);
    EXPECT_THROW(particle_factors(tissue, gold, 1.5), InputError);
    HeatMedium m = cube();
    std::vector<double> fraction(24, 0.0);
    fraction[5] = 0.01;
    load_particles(m, gold, view_of(std::as_const(fraction)));
    EXPECT_EQ(m.conductivity_factor[5], few.conductivity);
    EXPECT_EQ(m.conductivity_factor[4], 1.0);
    fraction.pop_back();
    EXPECT_THROW(load_particles(m, gold, view_of(std::as_const(fraction))), InputError);
}

}  // namespace
}  // namespace caravel::tissue
