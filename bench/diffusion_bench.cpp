// Diffusion with constant coefficients, two threads. Gates for 100^3 voxels in double and a
// second-order step: 10 species 20 ms (aim 14), 1 species 2 ms (aim 1.2), at least 60 % of the
// triad's bandwidth at 32 B per value and step. Peers, first order, same machine class: DARE
// diffusion-benchmarking 18.7 ms for 10 species, 1.6 to 2.0 ms for 1; BioFVM 103 and 45 ms.
#include "../tests/support/plain_diffusion.hpp"
#include "caravel/base/large_pages.hpp"
#include "caravel/tissue/fields/constant_diffusion.hpp"
#include "caravel/tissue/fields/constant_diffusion_kernels.hpp"

#include <benchmark/benchmark.h>

#include <numbers>
#include <string>

namespace {

using namespace caravel;
using namespace caravel::tissue;

constexpr double micrometre = 1e-6;                              // m
constexpr double oxygen = 1e5 * micrometre * micrometre / 60.0;  // m2/s
constexpr double bytes_per_value = 4.0;                          // x and y, z: read, write
const char* const scheme_names[] = {"backward Euler", "Crank-Nicolson", "L-stable"};

Grid cube(index_t n, double spacing = 10.0 * micrometre) {
    return {n, n, n, {spacing, spacing, spacing}, {}};
}

template <class T>
std::vector<T> start(const Grid& grid, index_t species) {
    auto u = large_vector<T>(static_cast<std::size_t>(species * grid.cell_count()));
    for (std::size_t i = 0; i < u.size(); ++i) {
        u[i] = static_cast<T>(1.0 + 0.001 * static_cast<double>(i % 997));
    }
    return u;
}

std::vector<DiffusingSpecies> species(index_t count, double supply) {
    std::vector<DiffusingSpecies> list;
    for (index_t i = 0; i < count; ++i) {
        const double spread = 0.75 + 0.5 * static_cast<double>(i) / static_cast<double>(count);
        list.push_back({spread * oxygen, 0.1 / 60.0, supply, {}});
    }
    return list;
}

// a = b + scalar c over 240 MB by two threads; counted as 24 B per element
void triad(benchmark::State& state) {
    constexpr index_t n = 10'000'000;
    std::vector<double> a = large_vector(n, 1.0);
    const std::vector<double> b = large_vector(n, 2.0);
    const std::vector<double> c = large_vector(n, 3.0);
    exec::ThreadTeam team(2);
    for (auto _ : state) {
        team.run(2, [&](index_t half) {
            const auto first = static_cast<std::size_t>(half * n / 2);
            for (std::size_t k = first; k < first + n / 2; ++k) a[k] = b[k] + 0.4 * c[k];
        });
        benchmark::ClobberMemory();
    }
    state.SetBytesProcessed(state.iterations() * n * 24);
}

// arguments: voxels along an edge, species, scheme, kernels, threads
template <class T>
void step(benchmark::State& state) {
    const auto kernels = usable_line_kernels<T>();
    const auto chosen = static_cast<std::size_t>(state.range(3));
    if (chosen >= kernels.size()) {
        state.SkipWithError("not on this machine");
        return;
    }
    const Grid grid = cube(state.range(0));
    const index_t count = state.range(1);
    const auto scheme = static_cast<std::size_t>(state.range(2));
    const ConstantDiffusion<T> diffusion(grid, species(count, 0.0), 0.6,
                                         static_cast<TimeScheme>(scheme), kernels[chosen]);
    std::vector<T> u = start<T>(grid, count);
    exec::ThreadTeam team(static_cast<int>(state.range(4)));
    for (auto _ : state) diffusion.step(team, view_of(u));
    state.SetBytesProcessed(static_cast<std::int64_t>(bytes_per_value * sizeof(T)) *
                            state.iterations() * static_cast<std::int64_t>(u.size()));
    state.SetLabel(std::string(kernels[chosen].name) + ", " + scheme_names[scheme]);
}

// the same with a supply that is carried through faces of different values
void step_fed(benchmark::State& state) {
    const Grid grid = cube(100);
    std::vector<DiffusingSpecies> list = species(10, 0.1);
    for (DiffusingSpecies& s : list) {
        s.boundaries.fill({FaceCondition::Kind::value, 1.0, 0.0});
        s.boundaries[0].value = 2.0;
    }
    const ConstantDiffusion<double> diffusion(grid, list, 0.6, TimeScheme::crank_nicolson);
    std::vector<double> u = start<double>(grid, 10);
    exec::ThreadTeam team(2);
    for (auto _ : state) diffusion.step(team, view_of(u));
    state.SetBytesProcessed(static_cast<std::int64_t>(bytes_per_value * sizeof(double)) *
                            state.iterations() * static_cast<std::int64_t>(u.size()));
}

// textbook sweeps line by line, one thread, one species, first order
void textbook(benchmark::State& state) {
    const Grid grid = cube(100);
    const test::PlainDiffusion diffusion(grid, species(1, 0.0)[0], 0);
    std::vector<double> u = start<double>(grid, 1);
    for (auto _ : state) diffusion.step(u, 0.6, TimeScheme::backward_euler);
}

// The cosine test in three dimensions at t = 0.5 min on 100^3 voxels of 10 um: the error against
// the decay that the grid allows, and the time to get there.
struct CosineBox {
    static constexpr index_t n = 100;
    Grid grid = cube(n);
    std::vector<double> u = large_vector<double>(static_cast<std::size_t>(n * n * n));

    static double cosine(index_t i) {
        return std::cos(std::numbers::pi * (static_cast<double>(i) + 0.5) / static_cast<double>(n));
    }
    void fill() {
        for (index_t cell = 0; cell < n * n * n; ++cell) {
            u[static_cast<std::size_t>(cell)] =
                cosine(cell % n) * cosine(cell / n % n) * cosine(cell / (n * n));
        }
    }
    double relative_error(double time) const {
        const double s = std::sin(0.5 * std::numbers::pi / static_cast<double>(n));
        const double rate = 3.0 * oxygen * 4.0 / (grid.spacing[0] * grid.spacing[0]) * s * s;
        return std::abs(u[0] / (cosine(0) * cosine(0) * cosine(0)) * std::exp(rate * time) - 1.0);
    }
};

// arguments: scheme, steps. 30 s; gate: the second-order step needs at least 20 times less time for
// the same error.
void time_to_error(benchmark::State& state) {
    const auto scheme = static_cast<std::size_t>(state.range(0));
    const auto steps = static_cast<int>(state.range(1));
    constexpr double time = 30.0;  // s
    CosineBox box;
    const ConstantDiffusion<double> diffusion(box.grid, {{oxygen, 0.0, 0.0, {}}}, time / steps,
                                              static_cast<TimeScheme>(scheme));
    exec::ThreadTeam team(2);
    for (auto _ : state) {
        state.PauseTiming();
        box.fill();
        state.ResumeTiming();
        for (int i = 0; i < steps; ++i) diffusion.step(team, view_of(box.u));
    }
    state.counters["relative_error"] = box.relative_error(time);
    state.SetLabel(scheme_names[scheme]);
}

constexpr auto unit = benchmark::kMillisecond;
BENCHMARK(triad)->UseRealTime()->Unit(unit);
BENCHMARK_TEMPLATE(step, double)
    ->ArgNames({"edge", "species", "scheme", "kernels", "threads"})
    ->ArgsProduct({{100}, {10, 1}, {0, 1, 2}, {2}, {2}})
    ->ArgsProduct({{100}, {10}, {1}, {0, 1, 2}, {1}})
    ->Args({128, 4, 1, 2, 2})
    ->Args({300, 1, 1, 2, 2})
    ->UseRealTime()
    ->Unit(unit);
BENCHMARK_TEMPLATE(step, float)
    ->ArgNames({"edge", "species", "scheme", "kernels", "threads"})
    ->Args({100, 10, 1, 2, 2})
    ->Args({256, 10, 1, 2, 2})
    ->UseRealTime()
    ->Unit(unit);
BENCHMARK(step_fed)->UseRealTime()->Unit(unit);
BENCHMARK(triad)->UseRealTime()->Unit(unit);
BENCHMARK(textbook)->Unit(unit);
BENCHMARK(time_to_error)
    ->ArgNames({"scheme", "steps"})
    ->Args({1, 10})
    ->Args({2, 10})
    ->Args({0, 1220})
    ->UseRealTime()
    ->Unit(unit);

}  // namespace
