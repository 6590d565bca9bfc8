// Photon transport on the voxel benchmarks of MCX (fangq/mcx, src/mcx_bench.c), photons per ms.
// Gates, two threads: cube60 800 (aim 2000), skinvessel 400. Peers on two 2.25 GHz cores with AVX2:
// cube60 75 to 95 (fastest open CPU code), 62 (MCX-CL on the CPU); skinvessel 40 and 37. Delta
// tracking against marching: 1/(variance time) at least 2.
#include "caravel/stimulus/light/photon_transport.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <ctime>

namespace {

using namespace caravel;
using namespace caravel::stimulus;

constexpr double mm = 1e-3;

OpticalMedium tissue(double absorption, double scattering, double g, double index) {
    return {"", absorption / mm, scattering / mm, g, index, {}, false};
}

struct Case {
    PhotonMedium medium;
    LightSourceInput source;
    PhotonRun run;
};

Case cube(bool reflects) {
    Case c;
    c.medium.grid = {60, 60, 60, {mm, mm, mm}, {}};
    c.medium.label.assign(60 * 60 * 60, 0);
    c.medium.media = {tissue(0.005, 1.0, 0.01, 1.37)};
    if (reflects) c.medium.faces.fill(LightFace::fresnel);
    c.source.position = {29.0 * mm, 29.0 * mm, 0.0};
    c.run.longest_time = 5e-9;
    c.run.roulette_below = 0.0;
    c.run.photons = 1'000'000;
    return c;
}

void add_sphere(PhotonMedium& medium, double radius) {
    for (std::size_t i = 0; i < medium.label.size(); ++i) {
        const auto n = static_cast<index_t>(i);
        const Vector3 at = medium.grid.centre(n % 60, n / 60 % 60, n / 3600);
        const double r = std::hypot(at[0] - 30.0 * mm, at[1] - 30.0 * mm, at[2] - 30.0 * mm);
        if (r <= radius) medium.label[i] = 1;
    }
}

Case planar() {
    Case c = cube(true);
    c.source.kind = "planar";
    c.source.position = {10.0 * mm, 10.0 * mm, -10.0 * mm};
    c.source.edge_1 = {40.0 * mm, 0.0, 0.0};
    c.source.edge_2 = {0.0, 40.0 * mm, 0.0};
    return c;
}

Case sphere_of_air() {
    Case c = cube(true);
    c.medium.media.push_back(tissue(0.002, 5.0, 0.9, 1.0));
    add_sphere(c.medium, 15.0 * mm);
    c.run.photons = 300'000;
    return c;
}

Case sphere_box() {
    Case c = cube(false);
    c.medium.media = {tissue(0.002, 1.0, 0.01, 1.37), tissue(0.05, 5.0, 0.9, 1.37)};
    add_sphere(c.medium, 10.0 * mm);
    c.source.position = {29.5 * mm, 29.5 * mm, 0.0};
    c.run.gates = 50;
    c.run.photons = 300'000;
    return c;
}

Case skin_vessel() {
    Case c;
    c.medium.grid = {200, 200, 200, {5e-6, 5e-6, 5e-6}, {}};
    c.medium.media = {tissue(3.564e-5, 1.0, 1.0, 1.37), tissue(23.054, 9.398, 0.9, 1.37),
                      tissue(0.04585, 35.654, 0.9, 1.37), tissue(1.6572, 37.594, 0.9, 1.37)};
    for (int k = 0; k < 200; ++k) {
        for (int j = 0; j < 200; ++j) {
            const double r = std::hypot(j + 0.5 - 100.5, k + 0.5 - 100.5);
            const int layer = k < 20 ? 0 : (k < 32 ? 3 : 2);
            c.medium.label.insert(c.medium.label.end(), 200,
                                  static_cast<std::uint16_t>(r <= 20.0 ? 1 : layer));
        }
    }
    c.source.kind = "disk";
    c.source.radius = 0.3 * mm;
    c.source.position = {0.5 * mm, 0.5 * mm, 0.1 * mm};
    c.run.longest_time = 50e-9;
    c.run.roulette_below = 0.0;
    c.run.photons = 1'000'000;
    return c;
}

// arguments: threads, lanes (0: the machine's), tracking (0 automatic, 1 marching)
void photons(benchmark::State& state, Case (*make)()) {
    Case c = make();
    exec::ThreadTeam team(static_cast<int>(state.range(0)));
    c.run.lanes = static_cast<int>(state.range(1));
    c.run.tracking = static_cast<PhotonTracking>(state.range(2));
    double absorbed = 0.0;
    for (auto _ : state) {
        absorbed = transport_photons(team, c.medium, c.source, c.run).absorbed_share();
    }
    state.counters["photons_per_ms"] = benchmark::Counter(
        1e-3 * static_cast<double>(c.run.photons * static_cast<std::int64_t>(state.iterations())),
        benchmark::Counter::kIsRate);
    state.counters["absorbed_percent"] = 100.0 * absorbed;
}

// 1/(relative variance times processor time of transport), mean over 6^3 blocks of the box; one
// thread.
void figure_of_merit(benchmark::State& state, Case (*make)()) {
    Case c = make();
    exec::ThreadTeam team(1);
    c.run.tracking = static_cast<PhotonTracking>(state.range(0));
    c.run.photons = 100'000;
    constexpr std::size_t runs = 20;
    const auto edge = static_cast<std::size_t>(c.medium.grid.nx);
    const std::size_t block = edge / 6;
    double merit = 0.0;
    for (auto _ : state) {
        std::vector<double> sums(6 * 6 * 6, 0.0);
        std::vector<double> squares(sums.size(), 0.0);
        std::clock_t clocks = 0;
        for (std::size_t r = 0; r < runs; ++r) {
            c.run.stream = static_cast<std::uint32_t>(r);
            const std::clock_t start = std::clock();
            const PhotonTally tally = transport_photons(team, c.medium, c.source, c.run);
            clocks += std::clock() - start;
            std::vector<double> part(sums.size(), 0.0);
            for (std::size_t i = 0; i < tally.absorbed.size(); ++i) {
                const auto along = [&](std::size_t n) {
                    return std::min<std::size_t>(n / block, 5);
                };
                const std::size_t voxel = i % (edge * edge * edge);
                part[along(voxel % edge) +
                     6 * (along(voxel / edge % edge) + 6 * along(voxel / (edge * edge)))] +=
                    static_cast<double>(tally.absorbed[i]) * tally.unit;
            }
            for (std::size_t b = 0; b < part.size(); ++b) {
                sums[b] += part[b];
                squares[b] += part[b] * part[b];
            }
        }
        const double time = static_cast<double>(clocks) / CLOCKS_PER_SEC;
        double mean = 0.0;
        std::size_t count = 0;
        for (std::size_t b = 0; b < sums.size(); ++b) {
            if (!(sums[b] > 0.0)) continue;
            const double average = sums[b] / runs;
            mean += (squares[b] / runs - average * average) / (average * average);
            ++count;
        }
        merit = static_cast<double>(count) / (mean * time);
    }
    state.counters["merit"] = merit;
}

void sizes(benchmark::internal::Benchmark* b) {
    b->ArgNames({"threads", "lanes", "marching"})->Unit(benchmark::kMillisecond)->UseRealTime();
    b->Args({1, 0, 0})->Args({2, 0, 0})->Args({1, 0, 1});
}

BENCHMARK_CAPTURE(
    photons, cube60, +[] { return cube(false); })
    ->Apply(sizes)
    ->Args({1, 8, 0})
    ->Args({1, 4, 0})
    ->Args({1, 1, 0});
BENCHMARK_CAPTURE(
    photons, cube60b, +[] { return cube(true); })
    ->Apply(sizes);
BENCHMARK_CAPTURE(photons, cube60planar, planar)->Apply(sizes);
BENCHMARK_CAPTURE(photons, cubesph60b, sphere_of_air)->Apply(sizes);
BENCHMARK_CAPTURE(photons, spherebox, sphere_box)->Apply(sizes);
BENCHMARK_CAPTURE(photons, skinvessel, skin_vessel)->Apply(sizes);
BENCHMARK_CAPTURE(
    figure_of_merit, cube60, +[] { return cube(false); })
    ->ArgName("marching")
    ->Arg(0)
    ->Arg(1)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
