// Fluorescence of a mouse-sized body: the fast tier of 128^3 voxels, gate 0.5 s on two threads, for
// one band and for five; the acquisition tier by diffusion beside it.
#include "caravel/imaging/optical/fluorescence_scan.hpp"

#include <benchmark/benchmark.h>

#include <filesystem>

namespace {

using namespace caravel;
using namespace caravel::imaging;

matter::Library& library() {
    static matter::Library shipped(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    return shipped;
}

/// Muscle that holds a dye everywhere, least favourable: no layer is dark.
ImagedObject body(index_t n) {
    ImagedObject object;
    object.grid = {n, n, n, {0.2e-3, 0.2e-3, 0.2e-3}, {}};
    object.regions = {{"body", "muscle", false, true}, {"tumour", "tumour", true, false}};
    const auto cells = static_cast<std::size_t>(object.grid.cell_count());
    object.region.assign(cells, 0);
    LuminescentAgent dye;
    dye.excitation_peak = 789e-9;
    dye.excitation_width = 70e-9;
    dye.emission_peak = 817e-9;
    dye.emission_width = 50e-9;
    dye.absorption_cross_section = 4.47e4;
    dye.quantum_yield = 0.05;
    ImagedAgent agent;
    agent.name = "dye";
    agent.unit = "mol/m3";
    agent.luminescent = {dye};
    object.agents = {agent};
    object.fields = {{0, Compartment::free, std::vector<double>(cells, 1e-5)}};
    for (std::size_t i = cells / 10; i < cells / 8; ++i) {
        object.region[i] = 1;
        object.fields[0].concentration[i] = 1e-4;
    }
    return object;
}

void run_scan(benchmark::State& state, Tier tier) {
    const ImagedObject object = body(state.range(0));
    FluorescenceSettings settings;
    settings.bands.clear();
    for (int band = 0; band < state.range(1); ++band)
        settings.bands.push_back(
            {"band_" + std::to_string(band), (820.0 + 20.0 * band) * 1e-9, 20e-9});
    exec::ThreadTeam team(2);
    for (auto _ : state) {
        const ScanResult result =
            scan_fluorescence({team, library(), 1, {}, {}}, object, settings, tier);
        benchmark::DoNotOptimize(result.images.front().values.data());
    }
    state.SetLabel("two threads, gate of the fast tier 0.5 s");
}

void fast_tier(benchmark::State& state) { run_scan(state, Tier::image); }
void voxel_tier(benchmark::State& state) { run_scan(state, Tier::acquisition); }

BENCHMARK(fast_tier)->Args({128, 1})->Args({128, 5})->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(voxel_tier)->Args({64, 1})->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
