// Individuals of a shipped study per second and core, end to end: values in, outputs out. Gate: as
// near as possible to the 20,000/s to 41,000/s that the bare integrator reaches on a model of 31
// states (batch_bench); `species` says how large each study's model is.
#include "caravel/inference/population/study_family.hpp"

#include <benchmark/benchmark.h>

namespace {

using namespace caravel;
using inference::population::RequestedOutput;
using inference::population::StudyFamily;

struct Case {
    const char* study;
    const char* dose_unit;
};
constexpr Case cases[] = {{"doxorubicin_free_mouse", "mg/kg"}, {"doxil_mouse", "mg/kg"}};

StudyFamily family(const Case& c, std::vector<RequestedOutput> outputs) {
    const auto root = study::default_data_paths().root;
    return StudyFamily(
        {root.parent_path() / "studies" / c.study / "study.toml",
         {},
         {{"subject.body_weight", "g"}, {"protocol.administer[0].dose", c.dose_unit}},
         std::move(outputs),
         "bench"},
        {root});
}

std::vector<double> rows(std::size_t count) {
    std::vector<double> values;
    for (std::size_t i = 0; i < count; ++i) {
        values.push_back(18.0 + 6.0 * static_cast<double>(i) / static_cast<double>(count));
        values.push_back(2.0 + static_cast<double>(i % 7));
    }
    return values;
}

// items: individuals
void evaluate(benchmark::State& state, std::vector<RequestedOutput> outputs) {
    const auto& c = cases[state.range(0)];
    const auto mice = family(c, std::move(outputs));
    constexpr std::size_t count = 1024;
    const auto values = rows(count);
    for (auto _ : state) benchmark::DoNotOptimize(mice.evaluate_block(values).outputs.data());
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(count));
    state.SetLabel(c.study);
}

void amounts_at_times(benchmark::State& state) {
    evaluate(state, {{"plasma.concentration", 4.0 * 3600.0}, {"tumour.volume", 48.0 * 3600.0}});
}

void numbers_of_results(benchmark::State& state) {
    evaluate(state, {{"plasma.auc", {}}, {"tumour.volume_end", {}}});
}

// what the whole reading, building and running of a study costs: caravel run without its files
void complete_runs(benchmark::State& state) {
    const auto root = study::default_data_paths().root;
    const auto path = root.parent_path() / "studies" / cases[state.range(0)].study / "study.toml";
    for (auto _ : state) {
        const auto prepared = study::prepare(path, {"subject.body_weight=21 g"}, {root});
        benchmark::DoNotOptimize(study::simulate(prepared, {}, "").quantities.data());
    }
    state.SetItemsProcessed(state.iterations());
    state.SetLabel(cases[state.range(0)].study);
}

BENCHMARK(amounts_at_times)->DenseRange(0, 1)->Unit(benchmark::kMillisecond);
BENCHMARK(numbers_of_results)->DenseRange(0, 1)->Unit(benchmark::kMillisecond);
BENCHMARK(complete_runs)->DenseRange(0, 1)->Unit(benchmark::kMillisecond);

}  // namespace
