// Light, heat, damage and control together: energy books, exact answers where conduction rests,
// steps, threads, resume.
#include "caravel/response/treatment/treatment.hpp"
#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <vector>

namespace caravel::response {
namespace {

matter::Library tables() {
    return matter::Library(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
}

constexpr index_t edge = 10;
constexpr double spacing = 1e-3;  // m

/// A block of one tissue under a broad beam from below that hardly loses light on its way.
TreatmentPlan block(double absorption) {
    TreatmentPlan plan;
    plan.name = "block";
    plan.domain.grid = {edge, edge, edge, {spacing, spacing, spacing}, {0.0, 0.0, 0.0}};
    const auto n = static_cast<std::size_t>(edge * edge * edge);
    plan.domain.region.assign(n, tissue::Region::tumour);
    plan.domain.tumour_share.assign(n, 1.0);
    plan.label.assign(n, 0);
    TreatedTissue tissue;
    tissue.name = "gel";
    tissue.optics = {"gel", absorption, 0.0, 0.0, 1.37, {}, false};
    tissue.thermal.name = "gel";
    tissue.thermal.density = 1000.0;
    tissue.thermal.heat_capacity = 4000.0;
    tissue.thermal.conductivity = 0.5;
    plan.tissues.push_back(tissue);
    using stimulus::LightFace;
    plan.light_faces = {LightFace::cyclic, LightFace::cyclic, LightFace::cyclic,
                        LightFace::cyclic, LightFace::open,   LightFace::open};
    plan.damage.model = "cem43";
    plan.damage.vessels = "none";
    plan.damage.coagulation = "none";
    stimulus::LightInput light;
    light.name = "laser";
    light.duration = 60.0;
    light.wavelength = 800e-9;
    light.irradiance = 1e4;  // W/m2
    light.photons = 20000;
    light.source.kind = "planar";
    light.source.position = {0.0, 0.0, 0.0};
    light.source.edge_1 = {edge * spacing, 0.0, 0.0};
    light.source.edge_2 = {0.0, edge * spacing, 0.0};
    plan.lights.push_back(light);
    return plan;
}

struct Treated {
    std::vector<double> state;
    TreatmentBooks books;
    std::vector<double> temperature;
    std::vector<stimulus::ControlMemory> controls;
};

Treated treat(const TreatmentPlan& plan, std::vector<double> ends, int threads = 1,
              bool anew = false, const TreatmentLoad& load = {}) {
    auto library = tables();
    Treatment treatment(plan, library, threads);
    Treated result;
    result.state.resize(treatment.size());
    treatment.initialise(result.state, load);
    double start = 0.0;
    for (const double end : ends) {
        if (anew) {
            // As after a resume: nothing but the state is left.
            Treatment other(plan, library, threads);
            other.advance(result.state, load, start, end);
        } else {
            treatment.advance(result.state, load, start, end);
        }
        start = end;
    }
    result.books = treatment.books(result.state);
    const auto t = treatment.temperature(result.state);
    result.temperature.assign(t.begin(), t.end());
    result.controls = treatment.controllers(result.state);
    return result;
}

double mean(const std::vector<double>& values) {
    double sum = 0.0;
    for (const double v : values) sum += v;
    return sum / static_cast<double>(values.size());
}

/// Volume (m3) of the block.
constexpr double volume = edge * spacing * edge * spacing * edge * spacing;

TEST(Treatment, HeatOfAUniformBeamFollowsTheExactRise) {
    const auto after = treat(block(5.0), {60.0});
    // Of 20000 photons about 975 are absorbed: four standard errors are 13 %.
    const double share = after.books.light_absorbed / after.books.light_launched;
    EXPECT_NEAR(share, -std::expm1(-5.0 * edge * spacing), 0.13 * share);
    const double rise = after.books.light_absorbed / (4e6 * volume);
    EXPECT_NEAR(mean(after.temperature) - 310.15, rise, 1e-9 * 310.15);
}

TEST(Treatment, PerfusionBringsTheRiseToItsExponential) {
    auto plan = block(5.0);
    plan.tissues[0].thermal.perfusion = 0.01;
    plan.lights[0].duration = 200.0;
    plan.longest_step = 1.0;
    const auto after = treat(plan, {200.0});
    const double power = after.books.light_absorbed / (200.0 * volume);
    const double cooling = 0.01 * tissue::HeatMedium{}.blood_heat_capacity;
    const double rise = power / cooling * -std::expm1(-cooling * 200.0 / 4e6);
    // Second order in steps of 1 s against a time constant of 105 s.
    EXPECT_NEAR(mean(after.temperature) - 310.15, rise, 1e-5 * rise);
}

TEST(Treatment, BooksOfLightAndHeatAgree) {
    auto plan = block(100.0);
    plan.tissues[0].thermal.perfusion = 0.005;
    plan.heat_faces[0] = {tissue::HeatFace::Kind::convective, 295.0, 50.0, 0.0};
    plan.settle_first = false;
    const auto books = treat(plan, {60.0, 120.0}).books;
    EXPECT_NEAR(books.light_launched, 1e4 * 1e-4 * 60.0, 1e-9);
    EXPECT_NEAR(books.heat.source, books.light_absorbed, 1e-9 * books.light_absorbed);
    EXPECT_NEAR(books.light_absorbed / books.light_launched, -std::expm1(-1.0), 0.01);
    EXPECT_LT(books.heat.perfusion, 0.0);
    EXPECT_LT(books.heat.faces, 0.0);
    EXPECT_LT(std::abs(books.heat.residual()), 1e-9 * books.heat.source);
    EXPECT_EQ(books.photons, 20000);
}

TEST(Treatment, ParticlesTakeTheirShareOfTheLight) {
    auto plan = block(20.0);
    TreatedAgent agent;
    agent.name = "particles";
    agent.optics = {{"particles", 400.0, 0.0, 0.0, "given"}};  // m2/kg
    plan.agents.push_back(agent);
    auto library = tables();
    Treatment treatment(plan, library, 1);
    std::vector<double> state(treatment.size());
    const std::vector<double> amount(plan.label.size(), 0.2);  // kg/m3: 80 1/m
    TreatmentLoad load;
    load.agents = {view_of(amount)};
    treatment.initialise(state, load);
    treatment.advance(state, load, 0.0, 10.0);
    const auto books = treatment.books(state);
    EXPECT_NEAR(books.light_by_agents / books.light_absorbed, 0.8, 1e-9);
    EXPECT_NEAR(books.light_absorbed / books.light_launched, -std::expm1(-1.0), 0.01);
}

TEST(Treatment, HalvedStepsConverge) {
    auto plan = block(300.0);
    plan.tissues[0].thermal.perfusion = 0.02;
    plan.damage.vessels = "microvasculature";
    plan.damage.dilation = 3.0;
    const auto at = [&](double step) {
        plan.longest_step = step;
        return mean(treat(plan, {60.0}).temperature);
    };
    const double coarse = at(4.0);
    const double middle = at(2.0);
    const double fine = at(1.0);
    // Perfusion follows with the values at the start of a step: first order.
    EXPECT_LT(std::abs(middle - fine), 0.65 * std::abs(coarse - middle));
    EXPECT_LT(std::abs(middle - fine), 0.05);
}

TEST(Treatment, HasTheSameBitsWithTwoThreadsAndAfterAResume) {
    auto plan = block(200.0);
    plan.tissues[0].optics.scattering = 2000.0;
    plan.tissues[0].optics.anisotropy = 0.9;
    plan.damage.model = "three_state";
    plan.damage.vessels = "microvasculature";
    plan.damage.coagulation = "liver_coagulation";
    plan.lights[0].irradiance = 4e4;
    const auto one = treat(plan, {30.0, 60.0, 90.0});
    const auto two = treat(plan, {30.0, 60.0, 90.0}, 2);
    const auto resumed = treat(plan, {30.0, 60.0, 90.0}, 1, true);
    const auto same = [&](const Treated& other) {
        return std::memcmp(one.state.data(), other.state.data(),
                           sizeof(double) * one.state.size()) == 0;
    };
    EXPECT_TRUE(same(two));
    EXPECT_TRUE(same(resumed));
}

TEST(Treatment, FreezingWithParticlesAndAControllerGoesOnWithTheSameBits) {
    auto plan = block(100.0);
    auto& thermal = plan.tissues[0].thermal;
    thermal.frozen_conductivity = 2.0;
    thermal.frozen_heat_capacity = 2000.0;
    thermal.latent_heat = 2.5e8;
    TreatedAgent agent;
    agent.name = "capsules";
    agent.density = 1000.0;
    agent.conductivity = 0.3;
    agent.heat_capacity = 2000.0;
    agent.latent_heat = 1e5;
    agent.solidus = 280.0;
    agent.liquidus = 285.0;
    agent.ice_nucleation = 1.0;
    plan.agents.push_back(agent);
    stimulus::ProbeInput probe;
    probe.kind = "liquid_nitrogen";
    probe.duration = 60.0;
    probe.tip = {5e-3, 5e-3, 3e-3};
    probe.active_length = 4e-3;
    probe.radius = 1e-3;
    plan.probes.push_back(probe);
    stimulus::ControlInput control;
    control.of = "laser";
    control.target = 308.15;
    control.position = {9.5e-3, 9.5e-3, 9.5e-3};
    control.noise = 0.3;
    plan.controls.push_back(control);
    std::vector<double> amount(plan.label.size(), 0.0);  // kg/m3
    for (std::size_t i = 0; i < amount.size(); i += 2) amount[i] = 200.0;
    TreatmentLoad load;
    load.agents = {view_of(std::as_const(amount))};
    const auto one = treat(plan, {20.0, 40.0, 60.0}, 1, false, load);
    const auto resumed = treat(plan, {20.0, 40.0, 60.0}, 1, true, load);
    EXPECT_LT(one.books.coldest, 250.0);
    EXPECT_LT(std::abs(one.books.heat.residual()), 1e-9 * std::abs(one.books.heat.contact));
    EXPECT_EQ(
        std::memcmp(one.state.data(), resumed.state.data(), sizeof(double) * one.state.size()), 0);
}

TEST(Treatment, WhatTissueRemembersFadesWhileNothingActs) {
    auto plan = block(100.0);
    plan.lights[0].irradiance = 3e4;
    plan.tissues[0].thermal.perfusion = 0.02;
    auto library = tables();
    const Treatment treatment(plan, library, 1);
    std::vector<double> state(treatment.size());
    treatment.initialise(state, {});
    const auto stress = [&] {
        for (const auto& field : treatment.fields(state))
            if (field.name == "heat_shock.stress")
                return *std::max_element(field.values.begin(), field.values.end());
        return -1.0;
    };
    treatment.advance(state, {}, 0.0, 3600.0);
    const double early = stress();
    treatment.advance(state, {}, 3600.0, 12.0 * 3600.0);
    EXPECT_GT(early, 0.0);
    EXPECT_LT(stress(), 0.2 * early);
}

TEST(Treatment, TissueOutOfBalanceMovesBeforeAnythingActs) {
    auto plan = block(100.0);
    plan.lights.clear();
    plan.settle_first = false;
    plan.heat_faces[4] = {tissue::HeatFace::Kind::fixed, 300.15, 0.0, 0.0};
    const auto after = treat(plan, {300.0});
    EXPECT_LT(mean(after.temperature), 308.0);
}

TEST(Treatment, HoldsATemperatureByItsController) {
    auto plan = block(100.0);
    plan.tissues[0].thermal.perfusion = 0.01;
    plan.lights[0].irradiance = 5e4;
    plan.lights[0].duration = 1200.0;
    stimulus::ControlInput control;
    control.of = "laser";
    control.kind = "pid";
    control.target = 316.15;
    control.gain = 0.2;
    control.integral_time = 60.0;
    control.interval = 2.0;
    control.position = {5e-3, 5e-3, 5e-3};
    plan.controls.push_back(control);
    const auto after = treat(plan, {1200.0});
    ASSERT_EQ(after.controls.size(), 1U);
    EXPECT_NEAR(after.controls[0].last, 316.15, 0.2);
    EXPECT_GT(after.controls[0].power, 0.0);
    EXPECT_LT(after.controls[0].power, 1.0);
}

TEST(Treatment, RestsUntilSomethingActs) {
    auto plan = block(100.0);
    plan.lights[0].at = 3600.0;
    const auto before = treat(plan, {3000.0});
    EXPECT_EQ(before.books.steps, 0);
    for (const double t : before.temperature) EXPECT_NEAR(t, 310.15, 1e-9);
}

TEST(Treatment, RefusesAControlOfNothing) {
    auto plan = block(100.0);
    stimulus::ControlInput control;
    control.of = "lamp";
    plan.controls.push_back(control);
    auto library = tables();
    EXPECT_THROW(Treatment(plan, library, 1), InputError);
}

TEST(Treatment, RefusesLightOnAPieceOfASymmetricTumour) {
    auto plan = block(100.0);
    plan.domain.copies = 8.0;
    auto library = tables();
    EXPECT_THROW(Treatment(plan, library, 1), InputError);
}

TEST(Treatment, SaysWhatSkinMaySee) {
    auto plan = block(100.0);
    auto library = tables();
    const Treatment treatment(plan, library, 1);
    ASSERT_FALSE(treatment.notes().empty());
    EXPECT_NE(treatment.notes().front().find("W/cm2"), std::string::npos);
}

}  // namespace
}  // namespace caravel::response
