// A ball of ice that grows about a liquid-nitrogen probe in perfused tissue: one implicit step of
// 1 s on 256^3 voxels of 0.25 mm (the ball and the cooled tissue about it are what changes), and on
// 64^3 of 0.5 mm. Gate: 0.5 s per step on two threads, mean over a minute
// of steps; what was measured is in docs/models/freezing.md.
#include "caravel/stimulus/contact/applicator.hpp"
#include "caravel/tissue/heat/freezing.hpp"

#include <benchmark/benchmark.h>

#include <vector>

namespace {

using namespace caravel;
using namespace caravel::tissue;
using Values = std::vector<double>;

void freezing_step(benchmark::State& state) {
    const index_t n = state.range(0);
    const double width = n > 100 ? 0.25e-3 : 0.5e-3;  // m
    HeatMedium medium;
    medium.grid = {n, n, n, {width, width, width}, {}};
    ThermalTissue tissue;
    tissue.name = "tissue";
    tissue.density = 1000.0;
    tissue.heat_capacity = 3600.0;
    tissue.conductivity = 0.5;
    tissue.perfusion = 1e-3;
    tissue.metabolic_heat = 500.0;
    tissue.frozen_heat_capacity = 1800.0;
    tissue.frozen_conductivity = 2.0;
    tissue.latent_heat = 2.5e8;
    medium.tissues = {tissue};
    const auto cells = static_cast<std::size_t>(medium.grid.cell_count());
    medium.label.assign(cells, 0);
    for (HeatFace& face : medium.faces) face = {HeatFace::Kind::fixed, 310.15, 0.0, 0.0};
    stimulus::ProbeInput probe;
    probe.kind = "liquid_nitrogen";
    probe.duration = 600.0;
    probe.radius = 1.5e-3;
    probe.active_length = 15e-3;
    const double middle = 0.5 * width * static_cast<double>(n);
    probe.tip = {middle, middle, middle - 7.5e-3};
    const Values warm(cells, 310.15);
    const Values conductance = stimulus::probe_conductance(probe, medium.grid);
    const Values contact(cells, stimulus::probe_temperature(probe));
    HeatDrive drive;
    drive.contact_conductance = view_of(conductance);
    drive.contact_temperature = view_of(contact);
    exec::ThreadTeam team(static_cast<int>(state.range(1)));
    FreezingSolver solver(medium);
    Values enthalpy(cells);
    solver.enthalpy_of(view_of(warm), view_of(enthalpy));
    double sweeps = 0.0;
    for (auto _ : state) {
        sweeps += solver.step(team, view_of(enthalpy), drive, 1.0).linear_iterations;
    }
    const auto steps = static_cast<double>(state.iterations());
    state.counters["sweeps"] = sweeps / steps;
    state.SetItemsProcessed(state.iterations() * static_cast<index_t>(cells));
}
BENCHMARK(freezing_step)
    ->ArgNames({"side", "threads"})
    ->Args({64, 1})
    ->Args({64, 2})
    ->Args({256, 2})
    ->Iterations(60)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
