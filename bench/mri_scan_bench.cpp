// Magnetic resonance images of 128^3 voxels. Gate, two threads: image tier 0.5 s. The acquisition
// tier (every sample of every line at its own time) has no gate.
#include "caravel/imaging/mri/mri_scan.hpp"

#include <benchmark/benchmark.h>

#include <cmath>
#include <string>

namespace {

using namespace caravel;
using namespace caravel::imaging;

ImagedObject mouse(index_t n, bool magnetised) {
    ImagedObject object;
    object.grid = {n, n, n, {0.2e-3, 0.2e-3, 0.2e-3}, {}};
    object.regions = {{"air", "air"}, {"body", "muscle"}, {"tumour", "tumour"}};
    ImagedAgent agent;
    agent.name = "iron";
    agent.relaxing.emplace();
    agent.relaxing->relaxivity.fill({10.0, 100.0, 120.0});
    if (magnetised) agent.relaxing->magnetisation = 80.0;
    object.agents = {agent};
    AgentField field;
    const double half = 0.5 * static_cast<double>(n);
    for (index_t v = 0; v < n * n * n; ++v) {
        const double x = static_cast<double>(v % n) + 0.5 - half;
        const double y = static_cast<double>(v / n % n) + 0.5 - half;
        const double z = static_cast<double>(v / (n * n)) + 0.5 - half;
        const double r = std::sqrt(x * x + y * y + z * z);
        object.region.push_back(r < 0.3 * half ? 2 : r < 0.8 * half ? 1 : 0);
        field.concentration.push_back(r < 0.3 * half ? 0.05 + 0.001 * r : 0.0);
    }
    object.fields = {field};
    return object;
}

void scan(benchmark::State& state, const std::string& sequence, Tier tier, bool magnetised) {
    exec::ThreadTeam team(2);
    matter::Library library(CARAVEL_SOURCE_DIR "/data");
    const ImagedObject object = mouse(128, magnetised);
    MriSettings mri;
    mri.sequence = sequence;
    mri.slice_thickness = 0.2e-3;
    if (sequence == "se" || sequence == "tse") mri.repetition_time = 2.5;
    if (sequence == "tse") mri.echo_time = 32e-3;
    for (auto _ : state) benchmark::DoNotOptimize(scan_mri({team, library}, object, mri, tier));
    state.SetLabel(tier == Tier::image ? "gate 0.5 s" : "no gate");
}

}  // namespace

BENCHMARK_CAPTURE(scan, image_se, "se", Tier::image, false)
    ->Unit(benchmark::kSecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(scan, image_gre, "gre", Tier::image, false)
    ->Unit(benchmark::kSecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(scan, image_tse, "tse", Tier::image, true)
    ->Unit(benchmark::kSecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(scan, image_gre_magnetised, "gre", Tier::image, true)
    ->Unit(benchmark::kSecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(scan, acquisition_gre, "gre", Tier::acquisition, false)
    ->Unit(benchmark::kSecond)
    ->UseRealTime();
