#include "caravel/tissue/heat/freezing.hpp"

#include "caravel/base/error.hpp"
#include "caravel/tissue/heat/enthalpy_curve.hpp"
#include "caravel/tissue/heat/enthalpy_point.hpp"
#include "caravel/tissue/heat/freezing_work.hpp"
#include "caravel/tissue/heat/phase_change_particles.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace {

using namespace caravel;
using namespace caravel::tissue;
using Values = std::vector<double>;

ThermalTissue soft_tissue() {
    ThermalTissue t;
    t.name = "soft";
    t.density = 1000.0;
    t.heat_capacity = 3600.0;
    t.conductivity = 0.5;
    t.conductivity_slope = 1e-3;
    t.perfusion = 2e-3;
    t.metabolic_heat = 700.0;
    t.frozen_heat_capacity = 1800.0;
    t.frozen_conductivity = 2.0;
    t.latent_heat = 2.5e8;
    return t;
}

/// Two tissues of which one is sharp, a gel that does not freeze, particles of all kinds, every
/// kind of face, a cold contact in the midst, perfusion and a source.
struct Everything {
    HeatMedium medium;
    Values temperature, enthalpy, source, perfusion, conductance, contact;

    Everything() {
        medium.grid = {19, 14, 11, {0.7e-3, 0.5e-3, 0.6e-3}, {}};
        ThermalTissue sharp = soft_tissue();
        sharp.solidus = sharp.liquidus = 273.15;
        sharp.conductivity = 0.3;
        ThermalTissue gel = soft_tissue();
        gel.latent_heat = 0.0;
        gel.conductivity = 0.8;
        medium.tissues = {soft_tissue(), sharp, gel};
        const auto cells = static_cast<std::size_t>(medium.grid.cell_count());
        medium.particles.solidus = 268.0;
        medium.particles.liquidus = 276.0;
        for (std::size_t p = 0; p < cells; ++p) {
            const auto x = static_cast<double>(p);
            medium.label.push_back(static_cast<std::uint16_t>(p % 19 < 9 ? 0 : (p % 14) / 5));
            medium.conductivity_factor.push_back(1.0 + 0.2 * std::sin(x));
            medium.capacity_factor.push_back(1.0 + 0.1 * std::cos(3.0 * x));
            medium.particles.latent_heat.push_back(p % 3 == 0 ? 2e7 : 0.0);
            source.push_back(1e4 * (1.0 + std::sin(0.1 * x)));
            perfusion.push_back(p % 7 == 0 ? 0.0 : 1.5);
            const bool touched = p % 19 == 7 && p / 19 % 14 > 5 && p / 19 % 14 < 9;
            conductance.push_back(touched ? 5e6 : 0.0);
            contact.push_back(77.36);
        }
        medium.faces[0] = {HeatFace::Kind::fixed, 305.0, 0.0, 0.0};
        medium.faces[1] = {HeatFace::Kind::convective, 260.0, 200.0, 150.0};
        medium.faces[3] = {HeatFace::Kind::convective, 295.0, 15.0, 0.0};
        medium.faces[4] = {HeatFace::Kind::fixed, 255.0, 0.0, 0.0};
        temperature.assign(cells, 308.0);
        enthalpy.resize(cells);
    }
    HeatDrive drive() const {
        HeatDrive d;
        d.source = view_of(source);
        d.perfusion_factor = view_of(perfusion);
        d.contact_conductance = view_of(conductance);
        d.contact_temperature = view_of(contact);
        return d;
    }
};

double largest_term(const HeatBalance& b) {
    return std::max({std::abs(b.source), std::abs(b.metabolic), std::abs(b.perfusion),
                     std::abs(b.contact), std::abs(b.faces), std::abs(b.stored)});
}

TEST(EnthalpyCurve, CountsSensibleAndLatentHeat) {
    const ThermalTissue t = soft_tissue();  // -1 to -8 Cel
    const EnthalpyCurve c = enthalpy_curve(t, {});
    EXPECT_DOUBLE_EQ(enthalpy_at(c, {}, 272.15), 0.0);
    EXPECT_NEAR(enthalpy_at(c, {}, 310.15), 38.0 * 3.6e6, 1e-3);
    const double range = 2.5e8 + 7.0 * 2.7e6;  // mean of both heat capacities
    EXPECT_NEAR(enthalpy_at(c, {}, 265.15), -range, 1e-3);
    EXPECT_NEAR(enthalpy_at(c, {}, 173.15), -range - 92.0 * 1.8e6, 1e-3);
    EXPECT_DOUBLE_EQ(frozen_share_at(c, {}, -0.25 * range), 0.25);
    EXPECT_NEAR(point_at(c, {}, -0.25 * range).temperature, 272.15 - 0.25 * 7.0, 1e-9);
    // 0.462 W/m/K at the liquidus, 2 at the solidus
    EXPECT_NEAR(point_at(c, {}, -0.5 * range).conductivity, 0.5 * (0.462 + 2.0), 1e-9);
    EXPECT_NEAR(conductivity_integral(c, 272.15), 0.5 * (0.462 + 2.0) * 7.0, 1e-9);
}

TEST(EnthalpyCurve, IsTheInverseOfItselfWithParticlesAnywhere) {
    AddedPhaseChange particles;
    particles.latent_heat = {0.0};
    const VoxelHeat voxel{1.07, 3e7};
    for (const double low : {250.0, 264.0, 267.0, 272.15, 290.0}) {
        for (const double width : {0.0, 3.0, 9.0}) {
            for (const bool sharp : {false, true}) {
                particles.solidus = low;
                particles.liquidus = low + width;
                ThermalTissue t = soft_tissue();
                if (sharp) t.solidus = t.liquidus;
                const EnthalpyCurve c = enthalpy_curve(t, particles);
                for (double at = 150.25; at < 350.0; at += 1.37) {
                    const double back = point_at(c, voxel, enthalpy_at(c, voxel, at)).temperature;
                    EXPECT_NEAR(back, at, 1e-9) << low << " " << width << " " << sharp;
                }
                const double all = enthalpy_at(c, voxel, 350.0) - enthalpy_at(c, voxel, 150.0);
                const double tissue_only =
                    enthalpy_at(c, {1.07, 0.0}, 350.0) - enthalpy_at(c, {1.07, 0.0}, 150.0);
                EXPECT_NEAR(all - tissue_only, 3e7, 1e-6);
                EXPECT_DOUBLE_EQ(frozen_share_at(c, voxel, enthalpy_at(c, voxel, 200.0)), 1.0);
                EXPECT_DOUBLE_EQ(frozen_share_at(c, voxel, enthalpy_at(c, voxel, 300.0)), 0.0);
            }
        }
    }
}

TEST(Freezing, ClosesItsBooksWithEverythingAtOnce) {
    Everything e;
    FreezingSolver solver(e.medium);
    exec::ThreadTeam team(1);
    solver.enthalpy_of(view_of(e.temperature), view_of(e.enthalpy));
    for (const double dt : {0.05, 0.5, 2.0, 10.0, 60.0}) {
        for (int step = 0; step < 4; ++step) {
            const HeatBalance b = solver.step(team, view_of(e.enthalpy), e.drive(), dt).balance;
            EXPECT_LT(std::abs(b.residual()), 1e-12 * largest_term(b)) << dt;
            EXPECT_NE(b.contact, 0.0);
            EXPECT_NE(b.faces, 0.0);
        }
    }
    solver.temperature_of(view_of(e.enthalpy), view_of(e.temperature));
    EXPECT_LT(*std::min_element(e.temperature.begin(), e.temperature.end()), 150.0);
}

TEST(Freezing, HasTheSameBitsOnAnyNumberOfThreadsAndInAnyVectors) {
    const auto run = [](int threads, StencilWidth width) {
        Everything e;
        FreezingSolver solver(e.medium);
        FreezingSolver::Work work(e.medium);
        work.width = width;
        exec::ThreadTeam team(threads);
        solver.enthalpy_of(view_of(e.temperature), view_of(e.enthalpy));
        HeatBalance books;
        for (int step = 0; step < 5; ++step) {
            EXPECT_GT(work.try_step(team, view_of(e.enthalpy), e.drive(), 1.5, books), 0);
        }
        e.enthalpy.push_back(books.stored);
        e.enthalpy.push_back(books.contact);
        return e.enthalpy;
    };
    const Values plain = run(1, StencilWidth::plain);
    EXPECT_EQ(plain, run(1, widest_stencil()));
    EXPECT_EQ(plain, run(2, widest_stencil()));
    EXPECT_EQ(plain, run(4, widest_stencil()));
    if (widest_stencil() == StencilWidth::avx512) {
        EXPECT_EQ(plain, run(2, StencilWidth::avx2));
    }
}

/// One tissue with a cold contact in its midst, and its bits after some steps.
Values steps_about_a_contact(int threads, StencilWidth width, const Values& perfusion,
                             HeatFace::Kind face) {
    HeatMedium m;
    m.grid = {37, 12, 11, {0.5e-3, 0.5e-3, 0.5e-3}, {}};
    m.tissues = {soft_tissue()};
    const auto cells = static_cast<std::size_t>(m.grid.cell_count());
    m.label.assign(cells, 0);
    const double flux = face == HeatFace::Kind::convective ? 20.0 : 0.0;
    m.faces[0] = m.faces[3] = {face, 300.0, 50.0, flux};
    Values conductance(cells, 0.0);
    conductance[static_cast<std::size_t>(m.grid.index(20, 6, 5))] = 5e7;
    const Values contact(cells, 77.36);
    const Values temperature(cells, 309.0);
    Values enthalpy(cells);
    HeatDrive drive;
    drive.contact_conductance = view_of(conductance);
    drive.contact_temperature = view_of(contact);
    drive.perfusion_factor = view_of(perfusion);
    FreezingSolver(m).enthalpy_of(view_of(temperature), view_of(enthalpy));
    FreezingSolver::Work work(m);
    work.width = width;
    exec::ThreadTeam team(threads);
    HeatBalance books;
    for (int step = 0; step < 12; ++step) {
        EXPECT_GT(work.try_step(team, view_of(enthalpy), drive, 2.0, books), 0);
    }
    EXPECT_LT(*std::min_element(enthalpy.begin(), enthalpy.end()), -1e8);  // ice
    EXPECT_LT(std::abs(books.residual()), 1e-12 * largest_term(books));
    for (const double book : {books.stored, books.contact, books.perfusion, books.metabolic}) {
        enthalpy.push_back(book);
    }
    return enthalpy;
}

TEST(Freezing, ReadsRowsOfOneExchangeAsIfEachVoxelHadItsOwn) {
    for (const auto face : {HeatFace::Kind::fixed, HeatFace::Kind::convective}) {
        // a factor of 1 in every voxel keeps all rows from counting as even
        const Values ones(37 * 12 * 11, 1.0);
        const Values each = steps_about_a_contact(1, StencilWidth::plain, ones, face);
        EXPECT_EQ(each, steps_about_a_contact(1, StencilWidth::plain, {}, face));
        EXPECT_EQ(each, steps_about_a_contact(2, widest_stencil(), {}, face));
        EXPECT_EQ(each, steps_about_a_contact(4, widest_stencil(), ones, face));
    }
}

TEST(Freezing, LooksAlongARowForIceAndContacts) {
    const Values warm(21, 1e6);
    for (std::size_t at = 0; at < 21; ++at) {
        for (const auto width : {StencilWidth::plain, widest_stencil()}) {
            Values before = warm;
            Values conductance(21, 0.0);
            freezing::ActingRow row;
            row.before = before.data();
            EXPECT_FALSE(freezing::look_along(width, row, 21).has_contact);
            row.contact_conductance = conductance.data();
            freezing::RowState state = freezing::look_along(width, row, 21);
            EXPECT_FALSE(state.has_ice || state.has_contact);
            before[at] = -1.0;
            state = freezing::look_along(width, row, 21);
            EXPECT_TRUE(state.has_ice && !state.has_contact);
            conductance[at] = 1.0;
            EXPECT_TRUE(freezing::look_along(width, row, 21).has_contact);
        }
    }
}

TEST(EnthalpyCurve, NeedsOnePieceAboveTheLiquidus) {
    for (const double slope : {0.0, 1e-3}) {
        ThermalTissue t = soft_tissue();
        t.conductivity_slope = slope;
        const EnthalpyCurve c = enthalpy_curve(t, {});
        for (double at = c.liquidus; at < 400.0; at += 3.1) {
            double integral = 0.0;
            enthalpy::conduct_unfrozen(c, at, integral);
            EXPECT_EQ(integral, conductivity_integral(c, at)) << at;
        }
    }
}

TEST(Freezing, StaysBetweenTheTemperaturesThatAct) {
    HeatMedium m;
    m.grid = {24, 24, 24, {0.5e-3, 0.5e-3, 0.5e-3}, {}};
    ThermalTissue t = soft_tissue();
    t.perfusion = t.metabolic_heat = 0.0;
    m.tissues = {t};
    m.label.assign(24 * 24 * 24, 0);
    FreezingSolver solver(m);
    exec::ThreadTeam team(1);
    Values temperature(m.label.size(), 310.15);
    Values enthalpy(m.label.size());
    Values conductance(m.label.size(), 0.0);
    Values contact(m.label.size(), 77.36);
    for (index_t k = 6; k < 18; ++k) {
        conductance[static_cast<std::size_t>(m.grid.index(12, 12, k))] = 1e8;
    }
    HeatDrive drive;
    drive.contact_conductance = view_of(conductance);
    drive.contact_temperature = view_of(contact);
    solver.enthalpy_of(view_of(temperature), view_of(enthalpy));
    for (const double dt : {0.01, 5.0, 100.0, 1000.0}) {
        solver.step(team, view_of(enthalpy), drive, dt);
        solver.temperature_of(view_of(enthalpy), view_of(temperature));
        EXPECT_GT(*std::min_element(temperature.begin(), temperature.end()), 77.36 - 1e-3);
        EXPECT_LT(*std::max_element(temperature.begin(), temperature.end()), 310.15 + 1e-3);
    }
}

TEST(Freezing, OneSweepSettlesTissueThatOnlyDrifts) {
    HeatMedium m;
    m.grid = {40, 9, 9, {0.25e-3, 0.25e-3, 0.25e-3}, {}};
    ThermalTissue t = soft_tissue();
    t.metabolic_heat = 5000.0;
    m.tissues = {t};
    m.label.assign(40 * 9 * 9, 0);
    FreezingSolver solver(m);
    exec::ThreadTeam team(1);
    Values temperature(m.label.size(), 310.15);
    Values enthalpy(m.label.size());
    solver.enthalpy_of(view_of(temperature), view_of(enthalpy));
    const FreezingStep step = solver.step(team, view_of(enthalpy), {}, 1.0);
    EXPECT_EQ(step.linear_iterations, 1);
    solver.temperature_of(view_of(enthalpy), view_of(temperature));
    // implicit: q t / (rho c + w rho_b c_b t), within the sweeps' tolerance of that rise
    const double rise = 5000.0 / (3.6e6 + 2e-3 * m.blood_heat_capacity);
    for (const double value : temperature) EXPECT_NEAR(value, 310.15 + rise, 1e-5);
}

TEST(Freezing, IceStopsPerfusionAndMetabolism) {
    HeatMedium m;
    m.grid = {2, 1, 1, {1e-3, 1e-3, 1e-3}, {}};
    m.tissues = {soft_tissue()};
    m.label = {0, 0};
    FreezingSolver solver(m);
    exec::ThreadTeam team(1);
    Values temperature{260.0, 260.0};
    Values enthalpy(2);
    solver.enthalpy_of(view_of(temperature), view_of(enthalpy));
    HeatBalance b = solver.step(team, view_of(enthalpy), {}, 1.0).balance;
    EXPECT_EQ(b.perfusion, 0.0);
    EXPECT_EQ(b.metabolic, 0.0);
    temperature = {300.15, 300.15};
    solver.enthalpy_of(view_of(temperature), view_of(enthalpy));
    b = solver.step(team, view_of(enthalpy), {}, 1e-3).balance;
    // 2 mm3, 1 ms: w rho c (310.15 - 300.15) V t and q V t
    EXPECT_NEAR(b.perfusion, 2e-3 * m.blood_heat_capacity * 10.0 * 2e-9 * 1e-3,
                1e-12);  // warms meanwhile
    EXPECT_NEAR(b.metabolic, 700.0 * 2e-9 * 1e-3, 1e-20);
    const Values killed{0.0, 0.0};
    HeatDrive drive;
    drive.perfusion_factor = view_of(killed);
    EXPECT_EQ(solver.step(team, view_of(enthalpy), drive, 1.0).balance.perfusion, 0.0);
}

TEST(Freezing, ThawsAtTheRateOfItsSource) {
    HeatMedium m;
    m.grid = {1, 1, 1, {1e-3, 1e-3, 1e-3}, {}};
    m.tissues = {soft_tissue()};
    m.label = {0};
    FreezingSolver solver(m);
    exec::ThreadTeam team(1);
    Values temperature{265.15};
    Values enthalpy(1);
    solver.enthalpy_of(view_of(temperature), view_of(enthalpy));
    const Values source{2.689e6};  // W/m3: the mushy range in 100 s
    HeatDrive drive;
    drive.source = view_of(source);
    for (int s = 0; s < 50; ++s) solver.step(team, view_of(enthalpy), drive, 1.0);
    Values share(1);
    solver.frozen_share(view_of(enthalpy), view_of(share));
    EXPECT_NEAR(share[0], 0.5, 1e-12);
}

TEST(Freezing, RefusesFieldsAndStepsThatMakeNoSense) {
    Everything e;
    FreezingSolver solver(e.medium);
    exec::ThreadTeam team(1);
    Values few(3);
    EXPECT_THROW(solver.step(team, view_of(few), {}, 1.0), std::invalid_argument);
    solver.enthalpy_of(view_of(e.temperature), view_of(e.enthalpy));
    EXPECT_THROW(solver.step(team, view_of(e.enthalpy), {}, 0.0), std::invalid_argument);
    HeatDrive drive = e.drive();
    drive.contact_temperature = {};
    EXPECT_THROW(solver.step(team, view_of(e.enthalpy), drive, 1.0), std::invalid_argument);
    e.enthalpy[5] = std::numeric_limits<double>::quiet_NaN();
    EXPECT_THROW(solver.step(team, view_of(e.enthalpy), {}, 1.0), NumericalError);
    e.medium.tissues[0].solidus = 280.0;
    EXPECT_THROW(solver.follow_medium(), InputError);
}

TEST(PhaseChangeParticles, TakeUpTheHeatOfTheLayerThatMelts) {
    matter::Library library(std::string(CARAVEL_SOURCE_DIR) + "/data");
    formulation::Properties p;
    formulation::LayerProperties core;
    core.material = "PCM_microcapsule";
    core.dry_mass = 3e-18;
    formulation::LayerProperties shell;
    shell.material = "SiO2";
    shell.dry_mass = 1e-18;
    p.layers = {core, shell};
    p.carrier_mass = 4e-18;
    const CarrierMelting m = carrier_melting(p, library);
    EXPECT_EQ(m.material, "PCM_microcapsule");
    EXPECT_NEAR(m.latent_heat, 0.75 * 200e3, 1e-6);
    EXPECT_NEAR(m.solidus, 271.15, 1e-9);
    EXPECT_NEAR(m.liquidus, 275.15, 1e-9);
    p.layers = {shell};
    try {
        carrier_melting(p, library);
        FAIL();
    } catch (const NotAvailable& error) {
        EXPECT_NE(std::string(error.what()).find("SiO2"), std::string::npos);
    }
}

}  // namespace
