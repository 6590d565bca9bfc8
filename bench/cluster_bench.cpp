// Clusters of spheres. Peer: TERMS prints 2.0 s wall (7.3 s CPU) for 10 spheres at Nmax 10.
#include "caravel/formulation/optics/cluster.hpp"

#include <benchmark/benchmark.h>

#include <complex>
#include <numbers>
#include <span>

namespace {

using namespace caravel::formulation::optics;
using Complex = std::complex<double>;

ClusterSphere metal(const Vector3& centre, double wave_number, int orders) {
    const double radius = 30e-9;
    const Complex index(0.22, 2.1);
    return layered_cluster_sphere(centre, std::span(&radius, 1), std::span(&index, 1), wave_number,
                                  orders);
}

// 10 spheres, order 10, 2400 unknowns, one wavelength and direction; argument 1 dense, 2 GMRES.
void ten_spheres(benchmark::State& state) {
    ClusterInput input;
    input.wave_number = 2.0 * std::numbers::pi * 1.33 / 550e-9;
    input.order = 10;
    input.orientation_average = false;
    input.solver = static_cast<ClusterSolver>(state.range(0));
    input.threads = static_cast<int>(state.range(1));
    for (int i = 0; i < 10; ++i) {
        input.spheres.push_back(metal({70e-9 * (i % 3), 70e-9 * ((i / 3) % 3), 70e-9 * (i / 9)},
                                      input.wave_number, 10));
    }
    for (auto _ : state) {
        benchmark::DoNotOptimize(cluster_cross_sections(input).fixed.extinction);
    }
    state.SetLabel("TERMS 2.0 s wall, 7.3 s CPU");
}

// Orientation-averaged spectrum of a dimer, 50 wavelengths; argument: order.
void dimer_spectrum(benchmark::State& state) {
    const int order = static_cast<int>(state.range(0));
    for (auto _ : state) {
        for (int i = 0; i < 50; ++i) {
            ClusterInput input;
            input.wave_number = 2.0 * std::numbers::pi * 1.33 / (400e-9 + 6e-9 * i);
            input.order = order;
            for (const double z : {-50e-9, 50e-9}) {
                input.spheres.push_back(metal({0, 0, z}, input.wave_number, order));
            }
            benchmark::DoNotOptimize(cluster_cross_sections(input).average->extinction);
        }
    }
}

BENCHMARK(ten_spheres)
    ->Args({1, 1})
    ->Args({1, 2})
    ->Args({2, 1})
    ->Args({2, 2})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(dimer_spectrum)->Arg(4)->Arg(8)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
