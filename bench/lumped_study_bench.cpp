// A lumped study from prepared input to record. Ceiling: 50 ms on two cores (issue gate); the
// peers' figure is 23 ms for one individual of a whole-body model without particles (mrgsolve, R
// driver).
#include "caravel/study/study_run.hpp"

#include <benchmark/benchmark.h>

namespace {

void bench_prepare(benchmark::State& state) {
    const auto data = caravel::study::default_data_paths();
    for (auto _ : state)
        benchmark::DoNotOptimize(caravel::study::prepare(
            CARAVEL_SOURCE_DIR "/studies/doxil_mouse/study.toml", {}, data));
}

void bench_integrate(benchmark::State& state) {
    const auto prepared =
        caravel::study::prepare(CARAVEL_SOURCE_DIR "/studies/doxil_mouse/study.toml", {},
                                caravel::study::default_data_paths());
    for (auto _ : state)
        benchmark::DoNotOptimize(caravel::study::run_model(prepared.file.input, prepared.built, {},
                                                           caravel::study::RunnerHooks{}));
}

void bench_simulate(benchmark::State& state) {
    const auto prepared =
        caravel::study::prepare(CARAVEL_SOURCE_DIR "/studies/doxil_mouse/study.toml", {},
                                caravel::study::default_data_paths());
    for (auto _ : state)
        benchmark::DoNotOptimize(
            caravel::study::simulate(prepared, caravel::study::RunnerHooks{}, "bench"));
}

BENCHMARK(bench_prepare)->Unit(benchmark::kMillisecond);
BENCHMARK(bench_integrate)->Unit(benchmark::kMillisecond);
BENCHMARK(bench_simulate)->Unit(benchmark::kMillisecond);

}  // namespace
