// Spheres per second of the Mie kernels. The gate is 3 million two-layer spheres per second with
// two threads: silica-gold shells of 150 nm, 400 to 1100 nm. Peers as published: scattnlay 17 us
// per two-layer sphere (.06 M/s), miepython .72 M/s for homogeneous spheres of mean size
// parameter 10.
#include "caravel/formulation/optics/layered_sphere.hpp"
#include "caravel/formulation/optics/mie_batch.hpp"

#include <benchmark/benchmark.h>

#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

namespace {

using namespace caravel;
using namespace caravel::formulation;

struct Spheres {
    int layers;
    std::vector<double> x, re, im;
};

/// 120 nm silica core, 15 nm gold (a Drude metal of about the index of gold) in water.
Spheres nanoshells(std::size_t count) {
    Spheres s{2, std::vector<double>(2 * count), std::vector<double>(2 * count),
              std::vector<double>(2 * count)};
    for (std::size_t i = 0; i < count; ++i) {
        const double t = static_cast<double>(i) / static_cast<double>(count);
        const double wavelength = 400.0 + 700.0 * t;
        const double k = 2.0 * std::numbers::pi * 1.33 / wavelength;
        const double energy = 1239.84 / wavelength;
        const std::complex<double> gold =
            std::sqrt(9.5 - 9.03 * 9.03 / (energy * std::complex<double>(energy, 0.07)));
        s.x[i] = k * 60.0;
        s.x[count + i] = k * 75.0;
        s.re[i] = 1.45 / 1.33;
        s.re[count + i] = gold.real() / 1.33;
        s.im[count + i] = gold.imag() / 1.33;
    }
    return s;
}

/// Homogeneous spheres, size parameters 0.1 to 20 as in miepython's timing.
Spheres homogeneous(std::size_t count) {
    Spheres s{1, std::vector<double>(count), std::vector<double>(count, 1.5),
              std::vector<double>(count, 0.01)};
    for (std::size_t i = 0; i < count; ++i)
        s.x[i] = 0.1 + 19.9 * static_cast<double>(i) / static_cast<double>(count);
    return s;
}

void run_batch(benchmark::State& state, const Spheres& s) {
    const auto lanes = static_cast<optics::MieLanes>(state.range(1));
    if (static_cast<int>(lanes) > static_cast<int>(optics::widest_mie_lanes())) {
        state.SkipWithError("the processor lacks these lanes");
        return;
    }
    exec::ThreadTeam team(static_cast<int>(state.range(0)));
    const std::size_t count = s.x.size() / static_cast<std::size_t>(s.layers);
    std::vector<double> ext(count), sca(count), absorbed(count), back(count), g(count);
    const optics::SphereBatch batch{s.layers, s.x, s.re, s.im};
    const optics::SphereBatchResult result{ext, sca, absorbed, back, g};
    for (auto _ : state) {
        optics::layered_spheres(team, batch, result, lanes);
        benchmark::DoNotOptimize(ext.data());
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(count));
}

void two_layers(benchmark::State& state) {
    run_batch(state, nanoshells(100000));
    state.SetLabel("gate 3 M/s with two threads; scattnlay .06 M/s");
}

void one_layer(benchmark::State& state) {
    run_batch(state, homogeneous(100000));
    state.SetLabel("miepython .72 M/s");
}

void two_layers_one_by_one(benchmark::State& state) {
    const std::size_t count = 1000;
    const Spheres s = nanoshells(count);
    for (auto _ : state)
        for (std::size_t i = 0; i < count; ++i) {
            const double x[2] = {s.x[i], s.x[count + i]};
            const std::complex<double> m[2] = {{s.re[i], s.im[i]},
                                               {s.re[count + i], s.im[count + i]}};
            benchmark::DoNotOptimize(optics::layered_sphere(x, m).extinction);
        }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(count));
    state.SetLabel("scattnlay 17 us each");
}

BENCHMARK(two_layers)
    ->ArgNames({"threads", "lanes"})
    ->ArgsProduct({{1, 2}, {2, 4, 8}})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(one_layer)
    ->ArgNames({"threads", "lanes"})
    ->ArgsProduct({{1, 2}, {2, 4, 8}})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(two_layers_one_by_one)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
