// The gradient by 20 parameters against one solve of the scalar solver: the 31-state mouse model,
// 0 to 168 h with 12 outputs, relative tolerance 1e-6, one thread. Gate: at most 5 times; 4.9 with
// AVX-512, missed with AVX2 (5.7). Beside it finite differences with perturbed individuals in
// the lanes of the batch solver, 20 for forward and 40 for central differences.
#include "../tests/support/mouse_model.hpp"
#include "caravel/kinetics/batch_solver.hpp"
#include "caravel/kinetics/sensitivity.hpp"

#include <benchmark/benchmark.h>

#include <cmath>
#include <span>
#include <string>
#include <vector>

namespace {

using namespace caravel;

const kinetics::KineticModel& mouse() {
    static const kinetics::KineticModel model = test::mouse_model();
    return model;
}

int coefficient(const std::string& name) {
    for (std::size_t i = 0; i < mouse().coefficients().size(); ++i) {
        if (mouse().coefficients()[i].name == name) {
            return static_cast<int>(i);
        }
    }
    throw std::invalid_argument(name);
}

// Logarithms of the uptake and extravasation of nine organs, a capacity and the dose.
std::vector<kinetics::SensitivityParameter> parameters(std::size_t count) {
    std::vector<kinetics::SensitivityParameter> list;
    for (const char* const organ :
         {"lung", "liver", "spleen", "gut", "kidney", "brain", "muscle", "tumour", "rest"}) {
        for (const char* const process : {".uptake", ".extravasation"}) {
            kinetics::SensitivityParameter parameter;
            parameter.name = std::string(organ) + process;
            const int index = coefficient(parameter.name);
            parameter.coefficients = {
                {{index}, mouse().coefficients()[static_cast<std::size_t>(index)].value}};
            list.push_back(parameter);
        }
    }
    const std::size_t place = kinetics::factor_place(mouse(), "liver.uptake");
    kinetics::SensitivityParameter capacity;
    capacity.name = "liver.capacity";
    capacity.factor_a = {{place, kinetics::individual_of(mouse()).factor_a[place]}};
    list.push_back(capacity);
    kinetics::SensitivityParameter dose;
    dose.name = "dose";
    const kinetics::SpeciesId venous = mouse().species("venous.particle");
    dose.initial = {{venous, mouse().initial()[static_cast<std::size_t>(venous.index)]}};
    list.push_back(dose);
    const std::size_t own = list.size();
    while (list.size() < count) {
        list.push_back(list[list.size() % own]);
    }
    list.resize(count);
    return list;
}

void one_solve(benchmark::State& state) {
    const kinetics::CompiledModel compiled(mouse());
    kinetics::Solver solver(compiled);
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
}

// arguments: kernels (0 plain, 1 AVX2, 2 AVX-512), parameters
void sensitivities(benchmark::State& state) {
    const auto kernels = kinetics::usable_sensitivity_kernels();
    const auto chosen = static_cast<std::size_t>(state.range(0));
    if (chosen >= kernels.size()) {
        state.SkipWithError("not on this machine");
        return;
    }
    const kinetics::CompiledModel compiled(mouse());
    kinetics::SensitivityOptions options;
    options.kernels = kernels[chosen];
    kinetics::SensitivitySolver solver(
        compiled, {}, parameters(static_cast<std::size_t>(state.range(1))), options);
    const std::vector<double> times = test::mouse_output_times();
    std::vector<double> y;
    std::vector<double> s(solver.species_count() * solver.parameter_count());
    for (auto _ : state) {
        y = mouse().initial();
        solver.start(s);
        double next_step = 0.0;
        solver.advance(
            y, s, 0.0, times.back(), next_step, {}, times,
            [](std::size_t, double, std::span<const double>, std::span<const double> values) {
                benchmark::DoNotOptimize(values.data());
            });
    }
    state.SetLabel(std::string(kernels[chosen].name));
}

// arguments: kernels, individuals beside the nominal one
void differences(benchmark::State& state) {
    const auto kernels = kinetics::usable_lane_kernels();
    const auto chosen = static_cast<std::size_t>(state.range(0));
    if (chosen >= kernels.size()) {
        state.SkipWithError("not on this machine");
        return;
    }
    const kinetics::CompiledModel compiled(mouse());
    const kinetics::BatchSolver solver(compiled, {}, kernels[chosen]);
    const std::vector<kinetics::SensitivityParameter> list = parameters(20);
    const kinetics::BatchPlan plan{0.0, test::mouse_output_times().back(),
                                   test::mouse_output_times()};
    kinetics::BatchCallbacks callbacks;
    callbacks.prepare = [&](std::int64_t index, kinetics::Individual& numbers) {
        if (index == 0) {
            return;
        }
        const auto& p = list[static_cast<std::size_t>(index - 1) % list.size()];
        const double step = index > 20 ? -1e-4 : 1e-4;
        for (const auto& link : p.coefficients) {
            numbers.coefficients[static_cast<std::size_t>(link.coefficient.index)] +=
                step * link.weight;
        }
        for (const auto& link : p.factor_a) {
            numbers.factor_a[link.place] += step * link.weight;
        }
        for (const auto& term : p.initial) {
            numbers.initial[static_cast<std::size_t>(term.species.index)] += step * term.weight;
        }
    };
    callbacks.finish = [](std::int64_t, std::span<const double> states) {
        benchmark::DoNotOptimize(states.data());
    };
    exec::ThreadTeam team(1);
    for (auto _ : state) {
        benchmark::DoNotOptimize(solver.run(team, 0, 1 + state.range(1), plan, callbacks));
    }
    state.SetLabel(std::string(kernels[chosen].name));
}

BENCHMARK(one_solve)->Unit(benchmark::kMicrosecond);
BENCHMARK(sensitivities)
    ->ArgNames({"kernels", "parameters"})
    ->ArgsProduct({{0, 1, 2}, {1, 8, 20, 40}})
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(differences)
    ->ArgNames({"kernels", "individuals"})
    ->ArgsProduct({{0, 1, 2}, {20, 40}})
    ->Unit(benchmark::kMicrosecond);

}  // namespace
