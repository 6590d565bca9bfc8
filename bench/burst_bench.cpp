// A LaMer run by moments (gate: 20 ms) and by finite volumes, one thread.
#include "caravel/formulation/synthesis/burst.hpp"

#include <benchmark/benchmark.h>

namespace {

using namespace caravel::formulation::synthesis;

/// 0: ends with 11 nm particles; 1: half the nuclei dissolve again.
BurstSystem la_mer(bool dissolving) {
    BurstSystem s;
    s.precursor = 20.0;
    s.conversion = {dissolving ? 1e-2 : 1e-3};
    s.solubility = {dissolving ? 1e-2 : 1e-3};
    s.molar_volume = 3e-5;
    s.interfacial_energy = dissolving ? 0.1 : 0.08;
    s.nucleation_prefactor = dissolving ? 1e33 : 1e20;
    s.diffusivity = {dissolving ? 1e-10 : 1e-9};
    s.surface_rate = {dissolving ? 1e-4 : 1e-5};
    s.temperature = {{0.0}, {500.0}};
    s.duration = 2000.0;
    return s;
}

void count_steps(benchmark::State& state, const BurstResult& result) {
    state.counters["steps"] = static_cast<double>(result.times.size() - 1);
}

void burst_moments(benchmark::State& state) {
    const BurstSystem system = la_mer(state.range(0) != 0);
    BurstResult result;
    for (auto _ : state) result = run_burst_moments(system);
    count_steps(state, result);
}

void burst_volumes(benchmark::State& state) {
    const BurstSystem system = la_mer(false);
    BurstResult result;
    for (auto _ : state) result = run_burst_volumes(system, static_cast<int>(state.range(0)));
    count_steps(state, result);
}

BENCHMARK(burst_moments)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);
BENCHMARK(burst_volumes)->Arg(400)->Arg(800)->Unit(benchmark::kMillisecond);

}  // namespace
BENCHMARK_MAIN();
