// Batches of individuals against CVODE (BDF, dense) and the scalar solver on the same right-hand
// sides: the 31-state mouse model with individual coefficients, capacities and dose, 0 to 168 h
// with 12 outputs, relative tolerance 1e-6, one thread. Gates: 20,000 individuals/s per core, 100
// times CVODE; measured: 55,000 and 96 to 102 (AVX-512), 44,000 and 79 (AVX2) on a Zen 5, 25,000
// and 78 to 109 (AVX-512) on a slow Zen 4.
#include "../tests/support/cvode_oracle.hpp"
#include "../tests/support/mouse_model.hpp"
#include "../tests/support/mouse_population.hpp"
#include "caravel/kinetics/batch_solver.hpp"

#include <benchmark/benchmark.h>

#include <span>
#include <vector>

namespace {

using namespace caravel;

const kinetics::KineticModel& mouse() {
    static const kinetics::KineticModel model = test::mouse_model();
    return model;
}

const kinetics::BatchPlan& plan() {
    static const kinetics::BatchPlan plan{0.0, test::mouse_output_times().back(),
                                          test::mouse_output_times()};
    return plan;
}

kinetics::BatchCallbacks callbacks() {
    return {test::vary_mouse, [](std::int64_t, std::span<const double> states) {
                benchmark::DoNotOptimize(states.data());
            }};
}

// items: individuals; arguments: kernels (0 plain, 1 AVX2, 2 AVX-512), threads
void batch(benchmark::State& state) {
    const auto kernels = kinetics::usable_lane_kernels();
    const auto chosen = static_cast<std::size_t>(state.range(0));
    if (chosen >= kernels.size()) {
        state.SkipWithError("not on this machine");
        return;
    }
    const kinetics::CompiledModel compiled(mouse());
    const kinetics::BatchSolver solver(compiled, {}, kernels[chosen]);
    exec::ThreadTeam team(static_cast<int>(state.range(1)));
    constexpr std::int64_t count = 4096;
    kinetics::BatchResult result;
    for (auto _ : state) {
        result = solver.run(team, 0, count, plan(), callbacks());
    }
    state.SetItemsProcessed(state.iterations() * count);
    state.counters["steps"] = static_cast<double>(result.accepted) / count;
    state.counters["refused"] = static_cast<double>(result.rejected) / count;
    state.SetLabel(std::string(kernels[chosen].name));
}

// the coefficients and doses of the same individuals one by one, with the capacities of the model
void scalar(benchmark::State& state) {
    const kinetics::CompiledModel compiled(mouse());
    kinetics::Solver solver(compiled);
    const kinetics::Individual defaults = individual_of(mouse());
    kinetics::Individual individual;
    std::int64_t i = 0;
    for (auto _ : state) {
        individual = defaults;
        test::vary_mouse(i++, individual);
        std::copy(individual.coefficients.begin(), individual.coefficients.end(),
                  solver.coefficients().begin());
        double next_step = 0.0;
        solver.advance(individual.initial, 0.0, plan().end, next_step, {}, plan().output_times,
                       [](std::size_t, double, std::span<const double> values) {
                           benchmark::DoNotOptimize(values.data());
                       });
    }
    state.SetItemsProcessed(state.iterations());
    state.counters["steps"] = benchmark::Counter(static_cast<double>(solver.statistics().accepted),
                                                 benchmark::Counter::kAvgIterations);
}

void cvode(benchmark::State& state) {
    const kinetics::CompiledModel compiled(mouse());
    test::CvodeOracle oracle(compiled, {1e-6, 1e-3, true});
    for (auto _ : state) {
        benchmark::DoNotOptimize(oracle.run(mouse().initial(), plan().output_times).data());
    }
    state.SetItemsProcessed(state.iterations());
    state.counters["steps"] = static_cast<double>(oracle.steps());
}

// One thread by its processor time, as the others below; two by the clock.
BENCHMARK(batch)
    ->ArgNames({"kernels", "threads"})
    ->ArgsProduct({{0, 1, 2}, {1}})
    ->Unit(benchmark::kMillisecond);
BENCHMARK(batch)
    ->ArgNames({"kernels", "threads"})
    ->ArgsProduct({{0, 1, 2}, {2}})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(scalar)->Unit(benchmark::kMicrosecond);
BENCHMARK(cvode)->Unit(benchmark::kMicrosecond);

}  // namespace
