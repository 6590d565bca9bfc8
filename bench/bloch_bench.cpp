// Isochromats through the EPI of 100 x 100 samples, spin-samples per second.
// Gate: 25,841 spins <= 0.2 s on two threads. Peers (their machines): JEMRIS 2.9 138 s on three
// workers, KomaMRI 0.241 s on an RTX 2080 Ti. Ceiling of the window's loop on AVX-512 with two
// multipliers and two adders of 16 lanes: 8 operations of which 4 multiply = 2 cycles per 16
// spin-samples, 8 spin-samples per cycle and thread.
#include "caravel/imaging/mri/epg.hpp"
#include "caravel/imaging/mri/isochromat.hpp"
#include "caravel/imaging/mri/pulseq_reader.hpp"

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <numbers>

namespace {

using namespace caravel;
using namespace caravel::imaging::mri;

// As JEMRIS has it: field of view 230 mm, echo time 100 ms, dwell 10 us.
Sequence built_in_epi() {
    const double hz = 2.0 * std::numbers::pi / proton_gamma;  // T/m per Hz/m
    Sequence s;
    Adc adc;
    adc.samples = 100;
    adc.dwell = 1e-5;
    adc.delay = 280e-6;
    const int receiver = s.add(adc);
    const int forth = s.add(trapezoid(434782.6 * hz, 280e-6, 1e-3, 280e-6));
    const int back = s.add(trapezoid(-434782.6 * hz, 280e-6, 1e-3, 280e-6));
    const int blip = s.add(trapezoid(-72463.77 * hz, 60e-6, 0.0, 60e-6));
    const int x = s.add(trapezoid(-662525.9 * hz, 420e-6, 0.0, 420e-6));
    const int y = s.add(trapezoid(587544.1 * hz, 370e-6, 0.0, 370e-6));
    s.append({0.0, s.add(block_pulse(0.5 * std::numbers::pi, 0.0, 1e-4)), {-1, -1, -1}, -1});
    s.append({0.0, -1, {x, y, -1}, -1});
    s.append_delay(15.17e-3);
    for (int line = 0; line < 100; ++line) {
        s.append({0.0, -1, {line % 2 == 0 ? forth : back, -1, -1}, receiver});
        s.append({0.0, -1, {-1, blip, -1}, -1});
    }
    return s;
}

Sequence epi() {
    const char* folder = std::getenv("CARAVEL_SHARED_DATA");
    const std::filesystem::path path =
        std::filesystem::path(folder != nullptr ? folder : "../shared/data") /
        "imaging/jemris_koma/epi_100x100_TE100_FOV230.seq";
    return std::filesystem::exists(path) ? read_pulseq(path) : built_in_epi();
}

SpinPopulation disc(std::size_t count) {
    SpinPopulation spins;
    for (std::size_t i = 0; i < count; ++i) {
        const double s = static_cast<double>(i);
        const double radius = 0.09 * std::sqrt((s + 0.5) / static_cast<double>(count));
        spins.x.push_back(radius * std::cos(2.399963 * s));
        spins.y.push_back(radius * std::sin(2.399963 * s));
        spins.density.push_back(1.0);
        spins.r1.push_back(i % 3 == 0 ? 0.64 : 1.2);
        spins.r2.push_back(i % 3 == 0 ? 12.0 : 13.3);
        spins.off_resonance.push_back(100.0 * std::sin(0.001 * s));
    }
    return spins;
}

void echo_planar(benchmark::State& state) {
    const TimeLine line = compile_sequence(epi());
    const SpinPopulation spins = disc(25841);
    exec::ThreadTeam team(static_cast<int>(state.range(0)));
    BlochOptions options;
    options.precision =
        state.range(1) != 0 ? Precision::double_precision : Precision::single_precision;
    options.variant = static_cast<int>(state.range(2));
    for (auto _ : state) {
        SpinPopulation fresh = spins;
        benchmark::DoNotOptimize(simulate_signal(team, line, fresh, options));
    }
    state.counters["spin_samples/s"] =
        benchmark::Counter(25841.0 * static_cast<double>(line.sample_time.size()),
                           benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(echo_planar)
    ->ArgNames({"threads", "double", "variant"})
    ->Args({2, 0, -1})
    ->Args({1, 0, -1})
    ->Args({1, 0, 1})
    ->Args({1, 0, 0})
    ->Args({2, 1, -1})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

void phase_graph(benchmark::State& state) {
    const std::size_t voxels = 4096;
    const EpgTissue tissue{std::vector<double>(voxels, 1.0),
                           std::vector<double>(voxels, 1.0),
                           std::vector<double>(voxels, 12.0),
                           {},
                           {}};
    EchoTrain train;
    train.refocusing.assign(32, 2.0);
    for (auto _ : state) benchmark::DoNotOptimize(echo_train(tissue, train));
    state.counters["voxels/s"] = benchmark::Counter(static_cast<double>(voxels),
                                                    benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(phase_graph)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
