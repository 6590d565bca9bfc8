// The kinetics solver against SUNDIALS CVODE (BDF, dense) on the same right-hand side: the 31-state
// mouse model, 0 to 168 h with 12 outputs, relative tolerance 1e-6, one thread.
#include "../tests/support/cvode_oracle.hpp"
#include "../tests/support/mouse_model.hpp"
#include "caravel/kinetics/solver.hpp"

#include <benchmark/benchmark.h>

#include <span>
#include <vector>

namespace {

using namespace caravel;

const kinetics::KineticModel& mouse() {
    static const kinetics::KineticModel model = test::mouse_model();
    return model;
}

void caravel_solver(benchmark::State& state) {
    const kinetics::CompiledModel compiled(mouse());
    kinetics::SolverOptions options;
    options.method = static_cast<kinetics::Method>(state.range(0));
    kinetics::Solver solver(compiled, options);
    const std::vector<double> times = test::mouse_output_times();
    std::vector<double> y;
    for (auto _ : state) {
        y = mouse().initial();
        double next_step = 0.0;
        solver.advance(y, 0.0, times.back(), next_step, {}, times,
                       [](std::size_t, double, std::span<const double> values) {
                           benchmark::DoNotOptimize(values.data());
                       });
    }
    state.counters["steps"] = benchmark::Counter(static_cast<double>(solver.statistics().accepted),
                                                 benchmark::Counter::kAvgIterations);
}

// one coefficient that changes with time
void caravel_forced(benchmark::State& state) {
    const kinetics::CompiledModel compiled(mouse());
    kinetics::Solver solver(compiled);
    const double end = test::mouse_output_times().back();
    const double rate = compiled.coefficients()[0];
    const kinetics::Forcing forcing = [=](double t, std::span<double> coefficients) {
        coefficients[0] = rate * (1.0 + t / end);
    };
    std::vector<double> y;
    for (auto _ : state) {
        y = mouse().initial();
        double next_step = 0.0;
        solver.advance(y, 0.0, end, next_step, forcing);
    }
    state.counters["steps"] = benchmark::Counter(static_cast<double>(solver.statistics().accepted),
                                                 benchmark::Counter::kAvgIterations);
}

void cvode(benchmark::State& state) {
    const kinetics::CompiledModel compiled(mouse());
    test::CvodeOracle oracle(compiled, {1e-6, 1e-3, state.range(0) != 0});
    const std::vector<double> times = test::mouse_output_times();
    for (auto _ : state) {
        benchmark::DoNotOptimize(oracle.run(mouse().initial(), times).data());
    }
    state.counters["steps"] = static_cast<double>(oracle.steps());
}

void rates(benchmark::State& state) {
    const kinetics::CompiledModel compiled(mouse());
    std::vector<double> dydt(mouse().initial().size());
    for (auto _ : state) {
        compiled.rates(mouse().initial(), compiled.coefficients(), dydt);
        benchmark::DoNotOptimize(dydt.data());
    }
}

BENCHMARK(caravel_solver)->ArgName("method")->DenseRange(0, 2)->Unit(benchmark::kMicrosecond);
BENCHMARK(caravel_forced)->Unit(benchmark::kMicrosecond);
BENCHMARK(cvode)->ArgName("analytic_jacobian")->DenseRange(0, 1)->Unit(benchmark::kMicrosecond);
BENCHMARK(rates);

}  // namespace

BENCHMARK_MAIN();
