// Whole particle cards; the gate is one second for every shipped formulation without dipoles.
#include "caravel/formulation/card.hpp"
#include "caravel/input/document.hpp"
#include "caravel/input/reader.hpp"

#include <benchmark/benchmark.h>

#include <filesystem>
#include <string>

namespace {

using namespace caravel;

void card(benchmark::State& state, const std::string& name) {
    const std::filesystem::path data = std::filesystem::path(CARAVEL_SOURCE_DIR) / "data";
    const auto document = input::read_document(data / "formulations" / (name + ".toml"));
    const auto formulation = input::read<formulation::Formulation>(document.root);
    for (auto _ : state) {
        matter::Library library(data);  // tables are read anew, as by the command
        benchmark::DoNotOptimize(formulation::make_card(formulation, library));
    }
    state.SetLabel("gate 1 s");
}

BENCHMARK_CAPTURE(card, liposome, "doxil")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(card, gold_shell, "aurolase")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(card, gold_rod, "vankayala_aunr_915")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(card, satellites, "xiong_aunr_satellite_sers")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(card, recipe, "magnetite_hydrothermal")->Unit(benchmark::kMillisecond);

}  // namespace
