// What always touches tissue under treatment: air on skin, and blood in large vessels.
#include "caravel/response/treatment/treatment_sources.hpp"

#include "caravel/base/error.hpp"
#include "caravel/input/document.hpp"
#include "caravel/input/reader.hpp"
#include "caravel/response/treatment/treatment_input.hpp"

#include <gtest/gtest.h>

#include <numbers>

namespace caravel::response {
namespace {

/// Two voxels of 1 mm, air above tissue.
TreatmentPlan skin() {
    TreatmentPlan plan;
    plan.domain.grid = {1, 1, 2, {1e-3, 1e-3, 1e-3}, {}};
    plan.label = {0, 1};
    plan.tissues.resize(2);
    plan.tissues[1].optics.exterior = true;
    plan.skin_transfer = 20.0;
    plan.ambient_temperature = 295.0;
    return plan;
}

struct Contact {
    std::vector<double> conductance = std::vector<double>(2);
    std::vector<double> temperature = std::vector<double>(2);
    bool any = false;
};

Contact contact_of(const TreatmentPlan& plan) {
    matter::Library library(std::string(CARAVEL_SOURCE_DIR) + "/data");
    const TreatmentSources sources(plan, library);
    Contact c;
    c.any = sources.contacts(
        c.conductance, c.temperature, [](const std::string&) { return 1.0; }, 0.0, 1.0);
    return c;
}

TEST(TreatmentSkin, GivesHeatToTheAirAndSweatAsAConstantFlux) {
    TreatmentPlan plan = skin();
    const Contact dry = contact_of(plan);
    EXPECT_TRUE(dry.any);
    EXPECT_NEAR(dry.conductance[0], 20.0 / 1e-3, 1e-9);
    EXPECT_EQ(dry.temperature[0], 295.0);
    plan.skin_flux = 100.0;
    const Contact wet = contact_of(plan);
    EXPECT_EQ(wet.conductance[0], dry.conductance[0]);
    // at any temperature 100 W/m2 more: 5 K of 20 W/m2/K
    EXPECT_NEAR(wet.temperature[0], 290.0, 1e-12);
    EXPECT_EQ(wet.temperature[1], 295.0);  // the air itself stays as warm
}

TEST(TreatmentVessels, TouchTissueBesideTheAirAndNotTheAir) {
    TreatmentPlan plan = skin();
    tissue::HeatVessel vessel;
    vessel.start = {0.5e-3, 0.5e-3, 0.0};
    vessel.end = {0.5e-3, 0.5e-3, 2e-3};
    vessel.radius = 0.1e-3;
    vessel.temperature = 305.0;
    plan.vessels = {vessel};
    const Contact both = contact_of(plan);
    const double blood = std::numbers::pi * 0.52 * 4.36 * 1e-3 / 1e-9;  // pi k Nu L over the voxel
    EXPECT_NEAR(both.conductance[0], 2e4 + blood, 1e-6 * blood);
    EXPECT_NEAR(both.temperature[0], (2e4 * 295.0 + blood * 305.0) / (2e4 + blood), 1e-6);
    EXPECT_EQ(both.temperature[1], 295.0);
    plan.skin_transfer = 0.0;
    const Contact alone = contact_of(plan);
    EXPECT_NEAR(alone.conductance[0], blood, 1e-6 * blood);
    EXPECT_NEAR(alone.temperature[0], 305.0, 1e-9);
    plan.domain.copies = 8.0;
    EXPECT_THROW(contact_of(plan), InputError);
}

TEST(TreatmentVessels, AreNothingWhereThereAreNone) {
    TreatmentPlan plan = skin();
    plan.skin_transfer = 0.0;
    EXPECT_FALSE(contact_of(plan).any);
}

TreatmentInput read(const std::string& text) {
    return input::read<TreatmentInput>(input::parse_toml(text, "treatment.toml").root);
}

TEST(TreatmentInput, TakesSkinVesselsAndSlopes) {
    const auto t = read(
        "conductivity_slopes = true\n"
        "skin = { air_speed = \"2 m/s\", wetness = 0.5 }\n"
        "[[vessel]]\nstart = [\"-5 mm\", \"0 mm\", \"0 mm\"]\n"
        "end = [\"5 mm\", \"0 mm\", \"0 mm\"]\nradius = \"0.5 mm\"\n");
    EXPECT_TRUE(t.conductivity_slopes);
    ASSERT_TRUE(t.skin);
    EXPECT_EQ(t.skin->air_speed, 2.0);
    EXPECT_EQ(t.skin->wetness, 0.5);
    ASSERT_EQ(t.vessels.size(), 1U);
    EXPECT_NEAR(t.vessels[0].vessel.radius, 0.5e-3, 1e-15);
    const Grid grid{10, 10, 10, {1e-3, 1e-3, 1e-3}, {-5e-3, -5e-3, -5e-3}};
    const auto vessels = tissue::heat_vessels(t.vessels, grid);
    EXPECT_NEAR(vessels[0].start[0], -5e-3, 1e-15);
    EXPECT_EQ(vessels[0].temperature, 310.15);
}

TEST(TreatmentInput, RefusesASkinBesideTheNumbersThatItGives) {
    try {
        read("skin_transfer = \"12 W/(m2.K)\"\nskin = { wetness = 1.0 }\n");
        ADD_FAILURE() << "nothing was said";
    } catch (const InputError& error) {
        EXPECT_NE(std::string(error.what()).find("beside skin"), std::string::npos) << error.what();
    }
}

}  // namespace
}  // namespace caravel::response
