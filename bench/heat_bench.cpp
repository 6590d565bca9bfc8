// Heat in tissue on two threads. Gates: an explicit 7-point step in single precision on 256^3
// voxels (out of cache) at 0.8e9 voxels/s and at 60 % of the triad's bandwidth (both counted
// without what stores read first: 8 bytes a voxel v. 12 an element); 100 implicit steps of 60^3
// voxels in about 1 s.
#include "caravel/tissue/heat/heat_stages.hpp"
#include "caravel/tissue/heat/pennes.hpp"

#include <benchmark/benchmark.h>

#include <utility>
#include <vector>

namespace {

using namespace caravel;

constexpr double conductivity = 0.52;         // W/m/K
constexpr double capacity = 1079.0 * 3540.0;  // J/m3/K
constexpr double spacing = 1e-3;              // m

Grid cube(index_t edge) { return {edge, edge, edge, {spacing, spacing, spacing}}; }

void count(benchmark::State& state, index_t cells, double bytes) {
    state.counters["voxels"] = benchmark::Counter(static_cast<double>(cells),
                                                  benchmark::Counter::kIsIterationInvariantRate);
    state.counters["bytes"] = benchmark::Counter(bytes * static_cast<double>(cells),
                                                 benchmark::Counter::kIsIterationInvariantRate,
                                                 benchmark::Counter::kIs1000);
}

// arguments: edge, threads, tissue (0 one, 1 two in slabs of 8 planes, 2 a chequerboard)
template <class T>
void euler(benchmark::State& state) {
    const Grid grid = cube(state.range(0));
    exec::ThreadTeam team(static_cast<int>(state.range(1)));
    std::vector<double> c{capacity};
    std::vector<double> k{conductivity};
    if (state.range(2) != 0) {
        const index_t plane = grid.nx * grid.ny;
        c.assign(static_cast<std::size_t>(grid.cell_count()), capacity);
        k = c;
        for (std::size_t p = 0; p < k.size(); ++p) {
            const auto slab = static_cast<index_t>(p) / plane / 8;
            const bool is_other = state.range(2) == 1 ? slab % 2 == 1 : p % 2 == 1;
            k[p] = is_other ? 0.21 : conductivity;
        }
    }
    const tissue::HeatStages<T> stages(team, grid, view_of(std::as_const(c)),
                                       view_of(std::as_const(k)));
    std::vector<T> u(static_cast<std::size_t>(grid.cell_count()), T(1));
    std::vector<T> next = u;
    for (auto _ : state) {
        stages.euler(team, view_of(std::as_const(u)), {}, 0.5, view_of(next));
        std::swap(u, next);
    }
    count(state, grid.cell_count(), 2.0 * sizeof(T));
}

template <class T>
void triad(benchmark::State& state) {
    exec::ThreadTeam team(static_cast<int>(state.range(0)));
    std::vector<std::vector<T>> arrays(3, std::vector<T>(std::size_t{1} << 24, T(1)));
    const auto size = static_cast<index_t>(arrays[0].size());
    const index_t piece = 1 << 16;
    for (auto _ : state) {
        team.run(size / piece, [&](index_t tile) {
            T* const a = arrays[0].data() + tile * piece;
            const T* const b = arrays[1].data() + tile * piece;
            const T* const c = arrays[2].data() + tile * piece;
            for (index_t i = 0; i < piece; ++i) a[i] = b[i] + T(3) * c[i];
        });
    }
    count(state, size, 3.0 * sizeof(T));
}

tissue::HeatMedium medium(index_t edge) {
    tissue::HeatMedium m;
    m.grid = cube(edge);
    m.label.assign(static_cast<std::size_t>(m.grid.cell_count()), 0);
    tissue::ThermalTissue liver;
    liver.name = "liver";
    liver.density = 1079.0;
    liver.heat_capacity = 3540.0;
    liver.conductivity = conductivity;
    liver.perfusion = 0.01;
    m.tissues = {liver};
    return m;
}

// arguments: edge, threads, scheme (0 explicit, 1 implicit), step in ms
void steps(benchmark::State& state) {
    const tissue::HeatMedium m = medium(state.range(0));
    exec::ThreadTeam team(static_cast<int>(state.range(1)));
    tissue::PennesSolver solver(m);
    std::vector<double> temperature(m.label.size(), 310.15);
    std::vector<double> source(m.label.size(), 0.0);
    for (index_t k = 25; k < 35; ++k) {
        for (index_t j = 25; j < 35; ++j) {
            for (index_t i = 25; i < 35; ++i) {
                source[static_cast<std::size_t>(m.grid.index(i, j, k))] = 1e6;
            }
        }
    }
    tissue::HeatDrive drive;
    drive.source = view_of(std::as_const(source));
    const auto scheme =
        state.range(2) == 0 ? tissue::HeatScheme::explicit_stages : tissue::HeatScheme::implicit;
    for (auto _ : state) {
        solver.step(team, view_of(temperature), drive, 1e-3 * static_cast<double>(state.range(3)),
                    scheme);
    }
}

BENCHMARK(euler<float>)
    ->ArgNames({"edge", "threads", "tissue"})
    ->ArgsProduct({{256}, {2}, {0, 1, 2}})
    ->Args({256, 1, 0})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(euler<double>)
    ->ArgNames({"edge", "threads", "tissue"})
    ->Args({256, 2, 0})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(triad<float>)
    ->ArgName("threads")
    ->Arg(1)
    ->Arg(2)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(steps)
    ->ArgNames({"edge", "threads", "scheme", "ms"})
    ->ArgsProduct({{60}, {2}, {0, 1}, {1000, 10000}})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
