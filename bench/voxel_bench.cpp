// The kinetics of voxels of tumour (tests/support/voxel_tumour.hpp) over one window, one thread:
// voxel windows per second and core. Gate: 5 million for 12 species with one step per window on
// AVX-512; measured: 7.7 (AVX2 5.4, SSE2 3.6), and 2.9 for 25 species.
#include "../tests/support/voxel_tumour.hpp"
#include "caravel/kinetics/batch_solver.hpp"
#include "caravel/kinetics/solver.hpp"
#include "caravel/kinetics/voxel_lanes.hpp"

#include <benchmark/benchmark.h>

namespace {

using namespace caravel;

const test::VoxelTumour& chosen(std::int64_t species) {
    return species == 12 ? test::small_voxel_tumour : test::large_voxel_tumour;
}

constexpr index_t voxel_count = 65536;

// One hour from the start, then each amount up or down by one per cent, as transport would have it.
void settle(const kinetics::CompiledModel& model, test::VoxelArrays& arrays,
            exec::ThreadTeam& team) {
    kinetics::VoxelSolver(model).advance(team, arrays.voxels, arrays.rows(), arrays.coefficients,
                                         3600.0);
    for (std::size_t s = 0; s < arrays.amounts.size(); ++s) {
        for (std::size_t v = 0; v < arrays.amounts[s].size(); ++v) {
            arrays.amounts[s][v] *= 1.0 + 0.01 * static_cast<double>((s + 3 * v) % 3) - 0.01;
        }
    }
}

// arguments: species, window (s), kernels (0 plain, 1 AVX2, 2 AVX-512)
void voxels(benchmark::State& state) {
    const auto kernels = kinetics::usable_voxel_kernels();
    const auto which = static_cast<std::size_t>(state.range(2));
    if (which >= kernels.size()) {
        state.SkipWithError("not on this machine");
        return;
    }
    const kinetics::CompiledModel model(test::voxel_tumour_model(chosen(state.range(0))));
    const kinetics::VoxelSolver solver(model, {1e-3, 10000}, kernels[which]);
    test::VoxelArrays arrays(model.model(), voxel_count);
    exec::ThreadTeam team(1);
    settle(model, arrays, team);
    const auto start = arrays.amounts;
    kinetics::VoxelStatistics statistics;
    for (auto _ : state) {
        state.PauseTiming();
        arrays.amounts = start;
        const auto rows = arrays.rows();
        state.ResumeTiming();
        statistics = solver.advance(team, voxel_count, rows, arrays.coefficients,
                                    static_cast<double>(state.range(1)));
    }
    state.SetItemsProcessed(state.iterations() * voxel_count);
    state.counters["steps"] = static_cast<double>(statistics.accepted) / voxel_count;
    state.counters["refused"] = static_cast<double>(statistics.rejected) / voxel_count;
    state.SetLabel(std::string(kernels[which].name));
}

// Ten minutes from the start of the model, far from equilibrium: several steps of each voxel. Items
// are steps, the refused ones among them; arguments: species, digits of the tolerance.
void transients(benchmark::State& state) {
    const kinetics::CompiledModel model(test::voxel_tumour_model(chosen(state.range(0))));
    const kinetics::VoxelSolver solver(
        model, {std::pow(10.0, -static_cast<double>(state.range(1))), 10000});
    constexpr index_t count = 8192;
    test::VoxelArrays arrays(model.model(), count);
    const auto start = arrays.amounts;
    exec::ThreadTeam team(1);
    kinetics::VoxelStatistics statistics;
    for (auto _ : state) {
        state.PauseTiming();
        arrays.amounts = start;
        const auto rows = arrays.rows();
        state.ResumeTiming();
        statistics = solver.advance(team, count, rows, arrays.coefficients, 600.0);
    }
    const auto steps = statistics.accepted + statistics.rejected;
    state.SetItemsProcessed(state.iterations() * steps);
    state.counters["steps"] = static_cast<double>(statistics.accepted) / count;
    state.counters["refused"] = static_cast<double>(statistics.rejected) / count;
}

// the same windows, voxel by voxel
void scalar(benchmark::State& state) {
    const kinetics::CompiledModel model(test::voxel_tumour_model(chosen(state.range(0))));
    kinetics::SolverOptions options;
    options.relative_tolerance = 1e-3;
    kinetics::Solver solver(model, options);
    test::VoxelArrays arrays(model.model(), 1024);
    exec::ThreadTeam team(1);
    settle(model, arrays, team);
    index_t voxel = 0;
    for (auto _ : state) {
        std::vector<double> y = arrays.state(voxel);
        const auto own = arrays.coefficients_of(voxel);
        std::copy(own.begin(), own.end(), solver.coefficients().begin());
        double next = static_cast<double>(state.range(1));
        solver.advance(y, 0.0, static_cast<double>(state.range(1)), next);
        benchmark::DoNotOptimize(y.data());
        voxel = (voxel + 1) % arrays.voxels;
    }
    state.SetItemsProcessed(state.iterations());
}

// the same windows as individuals of a batch
void batch(benchmark::State& state) {
    const kinetics::CompiledModel model(test::voxel_tumour_model(chosen(state.range(0))));
    kinetics::SolverOptions options;
    options.relative_tolerance = 1e-3;
    const auto window = static_cast<double>(state.range(1));
    options.first_step = window;
    const kinetics::BatchSolver solver(model, options);
    constexpr index_t count = 8192;
    test::VoxelArrays arrays(model.model(), count);
    exec::ThreadTeam team(1);
    settle(model, arrays, team);
    const kinetics::BatchPlan plan{0.0, window, {window}};
    const kinetics::BatchCallbacks callbacks{
        [&](std::int64_t voxel, kinetics::Individual& individual) {
            for (std::size_t s = 0; s < arrays.amounts.size(); ++s) {
                individual.initial[s] = arrays.amounts[s][static_cast<std::size_t>(voxel)];
            }
            for (std::size_t c = 0; c < arrays.coefficients.size(); ++c) {
                individual.coefficients[c] = value_at(arrays.coefficients[c], voxel);
            }
        },
        [](std::int64_t, std::span<const double> states) {
            benchmark::DoNotOptimize(states.data());
        }};
    for (auto _ : state) {
        benchmark::DoNotOptimize(solver.run(team, 0, count, plan, callbacks).finished);
    }
    state.SetItemsProcessed(state.iterations() * count);
}

BENCHMARK(voxels)
    ->ArgNames({"species", "window", "kernels"})
    ->ArgsProduct({{12, 25}, {10, 60, 600}, {0, 1, 2}})
    ->Unit(benchmark::kMillisecond);
BENCHMARK(transients)
    ->ArgNames({"species", "digits"})
    ->ArgsProduct({{12, 25}, {3, 4}})
    ->Unit(benchmark::kMillisecond);
BENCHMARK(scalar)->ArgNames({"species", "window"})->ArgsProduct({{12, 25}, {10, 60, 600}});
BENCHMARK(batch)
    ->ArgNames({"species", "window"})
    ->ArgsProduct({{12, 25}, {10, 60, 600}})
    ->Unit(benchmark::kMillisecond);

}  // namespace
