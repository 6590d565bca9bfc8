// Diffusion with coefficients that vary in space: 100^3 voxels in double, conductances of every
// face per species, two threads, against a STREAM triad of the same arrays. Gate: one l_stable step
// of 10 species within 40 ms (twice that of constant coefficients).
#include "caravel/base/large_pages.hpp"
#include "caravel/tissue/fields/convection.hpp"
#include "caravel/tissue/fields/variable_diffusion.hpp"

#include <benchmark/benchmark.h>

#include <array>
#include <cmath>
#include <vector>

namespace {

using namespace caravel;
using tissue::TimeScheme;

constexpr index_t edge = 100;
constexpr int species = 10;

Grid grid() {
    Grid grid{edge, edge, edge};
    grid.spacing = {20e-6, 20e-6, 20e-6};
    return grid;
}

std::vector<double> wave(double mean, double swing) {
    auto values = large_vector<double>(static_cast<std::size_t>(grid().cell_count()));
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = mean + swing * std::sin(0.37 * static_cast<double>(i));
    }
    return values;
}

// Bytes that every cell must move per step: u and stage in and out, three faces in single precision
// (once more in two stages, those of z twice).
double bytes_per_step(TimeScheme scheme) {
    const double words = scheme == TimeScheme::backward_euler ? 5.5 : 11.5;
    return 8.0 * words * static_cast<double>(grid().cell_count());
}

// arguments: scheme (0 backward Euler, 1 Crank-Nicolson, 2 L-stable), threads, terms (0 none,
// 1 capacity, loss and source)
void step(benchmark::State& state) {
    const auto scheme = static_cast<TimeScheme>(state.range(0));
    exec::ThreadTeam team(static_cast<int>(state.range(1)));
    std::vector<tissue::VariableDiffusion> diffusions;
    std::vector<std::vector<double>> fields;
    for (int s = 0; s < species; ++s) {
        diffusions.emplace_back(grid(), tissue::Boundaries{});
        const auto conductivity = wave(1e-10 * (s + 1), 0.5e-10);
        diffusions.back().set_conductivity(team, view_of(conductivity));
        fields.push_back(wave(1.0, 0.5));
    }
    const auto capacity = wave(0.5, 0.2);
    const auto loss = wave(1e-3, 1e-4);
    const auto source = wave(1e-3, 1e-4);
    tissue::CellTerms terms;
    if (state.range(2) != 0) {
        terms = {view_of(capacity), view_of(loss), view_of(source)};
    }
    std::vector<double> scratch;
    for (auto _ : state) {
        for (std::size_t s = 0; s < species; ++s) {
            diffusions[s].step(team, view_of(fields[s]), terms, 60.0, scheme, scratch);
        }
    }
    state.counters["bytes"] = benchmark::Counter(species * bytes_per_step(scheme),
                                                 benchmark::Counter::kIsIterationInvariantRate,
                                                 benchmark::Counter::kIs1000);
}

void convect(benchmark::State& state) {
    exec::ThreadTeam team(static_cast<int>(state.range(0)));
    tissue::Convection convection(grid());
    convection.set_velocity(tissue::FaceField(grid(), 1e-6));
    auto u = wave(1.0, 0.5);
    const double dt = convection.longest_step(team, {});
    for (auto _ : state) {
        benchmark::DoNotOptimize(convection.advance(team, view_of(u), {}, dt));
    }
}

void triad(benchmark::State& state) {
    exec::ThreadTeam team(static_cast<int>(state.range(0)));
    std::array<std::vector<double>, 3> arrays;
    for (auto& array : arrays) array = large_vector(std::size_t{1} << 24, 1.0);
    const auto size = static_cast<index_t>(arrays[0].size());
    const index_t piece = 1 << 14;
    for (auto _ : state) {
        team.run(size / piece, [&](index_t tile) {
            double* const a = arrays[0].data() + tile * piece;
            const double* const b = arrays[1].data() + tile * piece;
            const double* const c = arrays[2].data() + tile * piece;
            for (index_t i = 0; i < piece; ++i) {
                a[i] = b[i] + 3.0 * c[i];
            }
        });
    }
    state.counters["bytes"] = benchmark::Counter(24.0 * static_cast<double>(size),
                                                 benchmark::Counter::kIsIterationInvariantRate,
                                                 benchmark::Counter::kIs1000);
}

BENCHMARK(step)
    ->ArgNames({"scheme", "threads", "terms"})
    ->ArgsProduct({{0, 1, 2}, {2}, {0, 1}})
    ->Args({2, 1, 0})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(convect)->ArgName("threads")->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(triad)->ArgName("threads")->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
