// Fields in balance on 100^3 voxels: a cold solve to 1e-8, one iteration (a V-cycle and the passes
// of the conjugate gradients) beside the memory's speed, and oxygen in balance every 6 min beside
// stepping it at 0.01 min. Gate: 20 times cheaper than stepping.
#include "caravel/tissue/fields/elliptic_solver.hpp"
#include "caravel/tissue/fields/elliptic_work.hpp"

#include <benchmark/benchmark.h>

#include <cmath>
#include <vector>

namespace {

using namespace caravel;
using namespace caravel::tissue;
using Values = std::vector<double>;

constexpr index_t side = 100;
constexpr double rim = 38.0;      // mmHg
constexpr double spacing = 20.0;  // um
constexpr Grid grid{side, side, side, {spacing, spacing, spacing}, {}};
constexpr auto cells = static_cast<std::size_t>(side * side * side);

Boundaries open_faces() {
    Boundaries faces{};
    for (auto& face : faces) face = {FaceCondition::Kind::value, rim, 0.0};
    return faces;
}

/// A tumour of this radius (um) in vascularised tissue; um, min, mmHg.
struct Oxygen {
    Values diffusion = Values(cells, 1e5);
    Values consumption = Values(cells);
    Values exchange = Values(cells, 0.2);
    Values vessel = Values(cells, 60.0);

    void set_radius(double radius) {
        for (index_t k = 0; k < side; ++k) {
            for (index_t j = 0; j < side; ++j) {
                for (index_t i = 0; i < side; ++i) {
                    double square = 0.0;
                    for (const double x : grid.centre(i, j, k)) {
                        square += (x - 0.5 * spacing * side) * (x - 0.5 * spacing * side);
                    }
                    const double inside =
                        0.5 - 0.5 * std::tanh((std::sqrt(square) - radius) / 20.0);
                    consumption[static_cast<std::size_t>(grid.index(i, j, k))] =
                        8.0 + 100.0 * inside;
                }
            }
        }
    }
    SaturableBalance balance() {
        return {view_of(consumption), 1.5, view_of(exchange), view_of(vessel), 0.1};
    }
};

void stream_triad(benchmark::State& state) {
    constexpr index_t count = index_t{1} << 24U;  // doubles: 128 MiB each
    Values a(count), b(count, 1.0), c(count, 2.0);
    exec::ThreadTeam team(static_cast<int>(state.range(0)));
    for (auto _ : state) {
        team.run(64, [&](index_t tile) {
            const index_t end = (tile + 1) * count / 64;
            for (index_t i = tile * count / 64; i < end; ++i) {
                const auto p = static_cast<std::size_t>(i);
                a[p] = b[p] + 3.0 * c[p];
            }
        });
        benchmark::ClobberMemory();
    }
    state.SetBytesProcessed(state.iterations() * count * 24);
}
BENCHMARK(stream_triad)->ArgName("threads")->Arg(1)->Arg(2)->UseRealTime();

void cold_linear_solve(benchmark::State& state) {
    exec::ThreadTeam team(static_cast<int>(state.range(0)));
    Oxygen oxygen;
    EllipticSolver solver(grid, open_faces());
    solver.set_conductivity(team, view_of(oxygen.diffusion));
    const Values loss(cells, 1.0);
    CellTerms terms;
    terms.loss = view_of(loss);
    Values u(cells);
    int iterations = 0;
    for (auto _ : state) {
        std::fill(u.begin(), u.end(), 0.0);
        iterations = solver.solve(team, view_of(u), terms, 1e-8).iterations;
    }
    state.counters["iterations"] = iterations;
    state.counters["bytes_per_cell"] =
        static_cast<double>(solver.memory()) / static_cast<double>(cells);
}
BENCHMARK(cold_linear_solve)
    ->ArgName("threads")
    ->Arg(1)
    ->Arg(2)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

void one_cycle(benchmark::State& state) {
    exec::ThreadTeam team(static_cast<int>(state.range(0)));
    Oxygen oxygen;
    EllipticSolver::Work work(grid, open_faces());
    work.set_conductances(team, conductances(grid, view_of(oxygen.diffusion), open_faces()));
    work.set_loss(team, {});
    std::fill_n(work.multigrid.finest().f.data(), cells, 1.0F);
    for (auto _ : state) work.multigrid.cycle(team);
    // single precision, coarser levels 1/7: first steps 24, residual 32, restriction 4,
    // prolongation 12, two steps 28 each
    state.SetBytesProcessed(state.iterations() * static_cast<index_t>(cells) * 128 * 8 / 7);
}
BENCHMARK(one_cycle)->ArgName("threads")->Arg(1)->Arg(2)->UseRealTime()->Unit(
    benchmark::kMillisecond);

// the tumour grows by 0.1 um between two solves: 6 min at 25 um a day
void oxygen_in_balance_for_6_min(benchmark::State& state) {
    exec::ThreadTeam team(static_cast<int>(state.range(0)));
    Oxygen oxygen;
    EllipticSolver solver(grid, open_faces());
    solver.set_conductivity(team, view_of(oxygen.diffusion));
    double radius = 500.0;
    oxygen.set_radius(radius);
    Values u(cells, rim);
    EllipticResult result = solve_saturable(team, solver, view_of(u), oxygen.balance(), 1e-6);
    for (auto _ : state) {
        state.PauseTiming();
        oxygen.set_radius(radius += 0.1);
        state.ResumeTiming();
        result = solve_saturable(team, solver, view_of(u), oxygen.balance(), 1e-6);
    }
    state.counters["iterations"] = result.iterations;
    state.counters["newton"] = result.newton_steps;
}
BENCHMARK(oxygen_in_balance_for_6_min)
    ->ArgName("threads")
    ->Arg(1)
    ->Arg(2)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

// cold, to 1e-8
void cold_saturable_solve(benchmark::State& state) {
    exec::ThreadTeam team(static_cast<int>(state.range(0)));
    Oxygen oxygen;
    EllipticSolver solver(grid, open_faces());
    solver.set_conductivity(team, view_of(oxygen.diffusion));
    oxygen.set_radius(500.0);
    Values u(cells);
    EllipticResult result;
    for (auto _ : state) {
        std::fill(u.begin(), u.end(), rim);
        result = solve_saturable(team, solver, view_of(u), oxygen.balance(), 1e-8);
    }
    state.counters["iterations"] = result.iterations;
    state.counters["newton"] = result.newton_steps;
}
BENCHMARK(cold_saturable_solve)
    ->ArgName("threads")
    ->Arg(2)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

// one step of 0.01 min; 600 of them stand against one solve
void one_step_of_oxygen(benchmark::State& state) {
    exec::ThreadTeam team(static_cast<int>(state.range(0)));
    Oxygen oxygen;
    oxygen.set_radius(500.0);
    VariableDiffusion stepper(grid, open_faces());
    stepper.set_conductivity(team, view_of(oxygen.diffusion));
    Values u(cells, rim);
    Values loss(cells);
    Values source(cells);
    for (std::size_t p = 0; p < cells; ++p) {
        loss[p] = oxygen.consumption[p] / (u[p] + 1.5) + 0.3;
        source[p] = oxygen.exchange[p] * oxygen.vessel[p];
    }
    CellTerms terms;
    terms.loss = view_of(loss);
    terms.source = view_of(source);
    for (auto _ : state) {
        stepper.step(team, view_of(u), terms, 0.01, TimeScheme::crank_nicolson);
    }
    state.SetLabel("600 steps stand against one solve");
}
BENCHMARK(one_step_of_oxygen)
    ->ArgName("threads")
    ->Arg(1)
    ->Arg(2)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
