// Cryosurgery: pork beside a liquid-nitrogen probe, and what particles change.
#include "caravel/stimulus/contact/applicator.hpp"
#include "caravel/tissue/heat/freezing.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <vector>

namespace {

using namespace caravel;
using namespace caravel::tissue;
using Values = std::vector<double>;

ThermalTissue pork() {  // excised: no perfusion; constants of Micromachines 2025, 16, 1321
    ThermalTissue t;
    t.name = "pork";
    t.density = 1000.0;
    t.heat_capacity = 3600.0;
    t.conductivity = 0.5;
    t.frozen_heat_capacity = 1800.0;
    t.frozen_conductivity = 2.0;
    t.latent_heat = 2.5e8;
    return t;
}

constexpr index_t side = 40;
constexpr double width = 1e-3;  // m

stimulus::ProbeInput probe() {
    stimulus::ProbeInput p;
    p.kind = "liquid_nitrogen";
    p.duration = 900.0;
    p.radius = 2.5e-3;  // assumed: the article's is not stated in the text at hand
    p.active_length = 15e-3;
    p.tip = {0.5 * side * width, 0.5 * side * width, 12e-3};
    return p;
}

/// Temperature (K) 2 mm off the probe's surface and volume of the ice (ml).
struct Frozen {
    double near_probe = 0.0;
    double ice = 0.0;
};

Frozen freeze(HeatMedium& m, double start, double seconds) {
    const stimulus::ProbeInput p = probe();
    const Values conductance = stimulus::probe_conductance(p, m.grid);
    Values contact(conductance.size(), stimulus::probe_temperature(p));
    HeatDrive drive;
    drive.contact_conductance = view_of(conductance);
    drive.contact_temperature = view_of(contact);
    FreezingSolver solver(m);
    exec::ThreadTeam team(1);
    Values temperature(conductance.size(), start);
    Values enthalpy(conductance.size());
    solver.enthalpy_of(view_of(temperature), view_of(enthalpy));
    for (double t = 0.0; t < seconds; t += 2.0) solver.step(team, view_of(enthalpy), drive, 2.0);
    solver.temperature_of(view_of(enthalpy), view_of(temperature));
    Values share(conductance.size());
    solver.frozen_share(view_of(enthalpy), view_of(share));
    Frozen f;
    for (const double s : share) f.ice += s * m.grid.cell_volume() * 1e6;
    f.near_probe = temperature[static_cast<std::size_t>(m.grid.index(24, 20, 20))];
    return f;
}

HeatMedium block() {
    HeatMedium m;
    m.grid = {side, side, side, {width, width, width}, {}};
    m.tissues = {pork()};
    m.label.assign(static_cast<std::size_t>(m.grid.cell_count()), 0);
    return m;
}

TEST(FreezingProbe, CoolsPorkBelowMinus100CelBesideLiquidNitrogen) {
    HeatMedium m = block();
    const Frozen f = freeze(m, 293.15, 300.0);
    std::printf("2 mm off the probe after 300 s: %.1f Cel, ice %.2f ml\n", f.near_probe - 273.15,
                f.ice);
    EXPECT_LT(f.near_probe, 173.15);  // hit: below -100 Cel; read -115 Cel with particles
    EXPECT_GT(f.near_probe, 77.36);
}

// Maxwell's rule for 1 % by volume of spheres that conduct much better: k by (1 + 3 phi).
TEST(FreezingProbe, ConductingParticlesSpeedTheIceUpOnlyByEffectiveProperties) {
    HeatMedium plain = block();
    const Frozen without = freeze(plain, 310.15, 120.0);
    HeatMedium loaded = block();
    const double phi = 0.01;
    const double ratio = 36.0 / 0.5;  // alumina in tissue
    const double factor =
        (ratio + 2.0 + 2.0 * phi * (ratio - 1.0)) / (ratio + 2.0 - phi * (ratio - 1.0));
    loaded.conductivity_factor.assign(loaded.label.size(), factor);
    loaded.capacity_factor.assign(loaded.label.size(), 1.0 + phi * (3.04e6 / 3.6e6 - 1.0));
    const Frozen with = freeze(loaded, 310.15, 120.0);
    const double more = 100.0 * (with.ice / without.ice - 1.0);
    std::printf("1 %% by volume of Al2O3: %.2f %% more ice after 120 s\n", more);
    EXPECT_GT(more, 0.5);
    EXPECT_LT(more, 6.0);  // twice what the conductivity gains
}

TEST(FreezingProbe, ARimThatChangesPhaseHoldsTheIceBack) {
    HeatMedium plain = block();
    const Frozen without = freeze(plain, 310.15, 240.0);
    HeatMedium rim = block();
    rim.particles.solidus = 271.15;
    rim.particles.liquidus = 275.15;
    for (index_t k = 0; k < side; ++k) {
        for (index_t j = 0; j < side; ++j) {
            for (index_t i = 0; i < side; ++i) {
                const Vector3 at = rim.grid.centre(i, j, k);
                const double r = std::hypot(at[0] - 20e-3, at[1] - 20e-3);
                // 20 % by volume of a capsule of 850 kg/m3 and 200 J/g
                rim.particles.latent_heat.push_back(r > 7e-3 && r < 12e-3 ? 0.2 * 850.0 * 2e5
                                                                          : 0.0);
            }
        }
    }
    const Frozen with = freeze(rim, 310.15, 240.0);
    std::printf("rim of phase-change particles: ice %.2f instead of %.2f ml\n", with.ice,
                without.ice);
    EXPECT_LT(with.ice, 0.99 * without.ice);
}

}  // namespace
