// Photodynamic therapy of 1e5 voxels for 600 s of light (verteporfin, 0 to 10 umol/L, up to
// 150 mW/cm2, oxygen 0 to 60 umol/L), two threads. Gate: at most 1 s. `steps`: calls of advance()
// that share the 600 s.
#include "caravel/response/photodynamic/photodynamics.hpp"

#include <benchmark/benchmark.h>

#include <random>
#include <string>
#include <vector>

namespace {

using namespace caravel;

void shine(benchmark::State& state) {
    constexpr std::size_t voxels = 100000;
    exec::ThreadTeam team(static_cast<int>(state.range(0)));
    matter::Library library(std::string(CARAVEL_SOURCE_DIR) + "/data");
    response::PhotodynamicInput input;
    input.sensitiser = "verteporfin";
    if (state.range(2) != 0) {
        input.peroxide = 0.1;
        input.catalysis = 0.01;
    }
    const response::Photodynamics model(input, library);
    std::mt19937 random(3);
    std::uniform_real_distribution<double> uniform(0.0, 1.0);
    std::vector<double> released(voxels), oxygen(voxels), light(voxels);
    for (std::size_t i = 0; i < voxels; ++i) {
        released[i] = 0.01 * uniform(random);
        oxygen[i] = 0.06 * uniform(random);
        light[i] = 1500.0 * uniform(random);
    }
    response::PhotodynamicLoad load;
    load.released = view_of(released);
    load.oxygen = view_of(oxygen);
    std::vector<double> values(model.rows().size() * voxels);
    const auto steps = static_cast<int>(state.range(1));
    for (auto _ : state) {
        model.initialise(values, voxels, load);
        for (int n = 0; n < steps; ++n) {
            model.advance(team, values, load, view_of(light), {}, 600.0 / steps);
        }
        benchmark::DoNotOptimize(values.data());
    }
}

BENCHMARK(shine)
    ->ArgNames({"threads", "steps", "peroxide"})
    ->Args({2, 1, 0})
    ->Args({2, 60, 0})
    ->Args({2, 300, 0})
    ->Args({2, 1, 1})
    ->Args({2, 300, 1})
    ->Args({1, 1, 0})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
