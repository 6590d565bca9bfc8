// X-ray scanners on two threads. Gate: tier image of an object of 128^3 voxels in 0.5 s. Beside it:
// signals of many rays (an exponential per ray and energy; ceiling about 1 ns each with AVX2), the
// noise map, tier acquisition of ten slices, X-ray fluorescence of the same object.
#include "caravel/base/constants.hpp"
#include "caravel/imaging/xray/ct_image.hpp"
#include "caravel/imaging/xray/ct_scan.hpp"
#include "caravel/imaging/xray/xfi_scan.hpp"

#include <benchmark/benchmark.h>

#include <cmath>
#include <vector>

namespace {

using namespace caravel;
using namespace caravel::imaging;

matter::Library& library() {
    static matter::Library shipped(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    return shipped;
}

/// A mouse of muscle, 25 mm across, with a spine and gold in a tumour.
ImagedObject mouse(index_t across, index_t slices) {
    ImagedObject object;
    const double spacing = 27e-3 / static_cast<double>(across);
    object.grid = {across, across, slices, {spacing, spacing, spacing}, {-13.5e-3, -13.5e-3, 0.0}};
    object.regions = {{"outside", "air", false, false},
                      {"body", "muscle", false, true},
                      {"spine", "bone", false, false},
                      {"tumour", "tumour", true, false}};
    std::vector<double> gold;
    for (index_t k = 0; k < slices; ++k) {
        for (index_t j = 0; j < across; ++j) {
            for (index_t i = 0; i < across; ++i) {
                const Vector3 c = object.grid.centre(i, j, k);
                const bool tumour = std::hypot(c[0] - 6e-3, c[1]) < 3e-3;
                const bool spine = std::hypot(c[0], c[1] + 8e-3) < 1.5e-3;
                const bool body = std::hypot(c[0], c[1]) < 12.5e-3;
                object.region.push_back(tumour ? 3 : spine ? 2 : body ? 1 : 0);
                gold.push_back(tumour ? 5.0 : 0.0);
            }
        }
    }
    ImagedAgent agent;
    agent.name = "gold";
    agent.attenuating = AttenuatingAgent{{{{"Au", 1.0}}}, 1.0};
    object.agents = {agent};
    object.fields = {{0, Compartment::free, gold}};
    return object;
}

// arguments: threads, counting with decomposition
void image_tier(benchmark::State& state) {
    const ImagedObject object = mouse(128, 128);
    exec::ThreadTeam team(static_cast<int>(state.range(0)));
    const ScanContext context{team, library(), 1, {}, {}};
    CtSettings settings;
    settings.resolution = object.grid.spacing[0];
    if (state.range(1) != 0) {
        settings.tube_voltage = 120e3;
        settings.detector.kind = "photon_counting";
        settings.detector.thresholds = {30.0 * kiloelectronvolt, 53.0 * kiloelectronvolt,
                                        81.0 * kiloelectronvolt};
        settings.decomposition = "image";
        settings.elements = {"Au"};
    }
    for (auto _ : state) benchmark::DoNotOptimize(scan_ct(context, object, settings, Tier::image));
}

void acquisition_tier(benchmark::State& state) {
    const ImagedObject object = mouse(128, 10);
    exec::ThreadTeam team(static_cast<int>(state.range(0)));
    const ScanContext context{team, library(), 1, {}, {}};
    CtSettings settings;
    settings.resolution = object.grid.spacing[0];
    for (auto _ : state)
        benchmark::DoNotOptimize(scan_ct(context, object, settings, Tier::acquisition));
}

void fluorescence(benchmark::State& state) {
    const ImagedObject object = mouse(128, 128);
    exec::ThreadTeam team(static_cast<int>(state.range(0)));
    const ScanContext context{team, library(), 1, {}, {}};
    const Tier tier = state.range(1) == 0 ? Tier::image : Tier::acquisition;
    for (auto _ : state) benchmark::DoNotOptimize(scan_xfi(context, object, XfiSettings{}, tier));
}

void signals(benchmark::State& state) {
    const CtModel model(library(), mouse(64, 2), CtSettings{});
    exec::ThreadTeam team(static_cast<int>(state.range(0)));
    constexpr std::size_t rays = 1 << 17;
    std::vector<float> integrals(model.object.basis * rays, 0.01F);
    std::vector<double> means(rays);
    std::vector<double> variances(rays);
    for (auto _ : state) project_signals(team, model.scan, integrals, rays, means, variances);
    state.counters["exponentials"] =
        benchmark::Counter(static_cast<double>(rays * model.scan.energies()),
                           benchmark::Counter::kIsIterationInvariantRate);
}

BENCHMARK(image_tier)
    ->ArgNames({"threads", "bins"})
    ->ArgsProduct({{2}, {0, 1}})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(acquisition_tier)
    ->ArgName("threads")
    ->Arg(2)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(fluorescence)
    ->ArgNames({"threads", "tier"})
    ->ArgsProduct({{2}, {0, 1}})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(signals)->ArgName("threads")->Arg(1)->Arg(2)->UseRealTime()->Unit(
    benchmark::kMillisecond);

}  // namespace
