// Thermal and freezing damage: one step of 1e6 voxels, two threads. Gate: 20 ms for heat.
#include "caravel/response/damage/tissue_damage.hpp"

#include <benchmark/benchmark.h>

#include <array>
#include <filesystem>
#include <string>
#include <vector>

namespace {

using namespace caravel;

constexpr std::size_t voxels = 1000000;
const std::array<std::string, 3> models{"three_state", "arrhenius", "cem43"};

/// Temperatures (K) from 310.15 to `far`, moved by `change`.
std::vector<double> course(double far, double change) {
    std::vector<double> t(voxels);
    for (std::size_t i = 0; i < voxels; ++i)
        t[i] =
            310.15 + (far - 310.15) * static_cast<double>(i) / static_cast<double>(voxels) + change;
    return t;
}

// arguments: model, farthest temperature (Cel), threads
void step(benchmark::State& state) {
    matter::Library library(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    response::DamageInput input;
    input.model = models[static_cast<std::size_t>(state.range(0))];
    const response::TissueDamage damage(input, library);
    const double far = static_cast<double>(state.range(1)) + 273.15;
    exec::ThreadTeam team(static_cast<int>(state.range(2)));
    std::vector<double> rows(damage.rows().size() * voxels);
    damage.initialise(rows, voxels);
    const auto start = course(far, 0.0);
    const auto end = course(far, far == 310.15 ? 0.0 : 0.5);
    for (auto _ : state) damage.advance(team, rows, view_of(start), view_of(end), 1.0);
    state.counters["voxels"] = benchmark::Counter(static_cast<double>(voxels),
                                                  benchmark::Counter::kIsIterationInvariantRate);
}

// what is asked for after a step; two threads
void outputs(benchmark::State& state) {
    matter::Library library(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    const response::TissueDamage damage({}, library);
    exec::ThreadTeam team(2);
    std::vector<double> rows(damage.rows().size() * voxels);
    damage.initialise(rows, voxels);
    const auto hot = course(333.15, 0.0);
    damage.advance(team, rows, view_of(hot), view_of(hot), 10.0);
    std::vector<double> share(voxels);
    for (auto _ : state) {
        if (state.range(0) == 0)
            damage.survival(team, rows, share);
        else if (state.range(0) == 1)
            damage.perfusion(team, rows, view_of(hot), share);
        else
            damage.coagulated(team, rows, share);
        benchmark::ClobberMemory();
    }
}

BENCHMARK(step)
    ->ArgNames({"model", "far_Cel", "threads"})
    ->ArgsProduct({{0, 1, 2}, {37, 60, -60}, {2}})
    ->Args({0, 60, 1})
    ->Args({0, -60, 1})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(outputs)->ArgName("what")->DenseRange(0, 2)->Unit(benchmark::kMillisecond);

}  // namespace
