// PET and SPECT. Gates, two threads: image tier of a 128^3 object at most 0.5 s. Ceiling of an OSEM
// iteration: two projections of bins times planes at the projector's rate (see the tomography
// bench).
#include "caravel/imaging/nuclear/pet_scan.hpp"
#include "caravel/imaging/nuclear/spect_scan.hpp"
#include "support/emission_phantom.hpp"

#include <benchmark/benchmark.h>

#include <filesystem>

namespace {

using namespace caravel;
using namespace caravel::imaging;

matter::Library& library() {
    static matter::Library shipped(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    return shipped;
}

ImagedObject mouse(const char* nuclide) {
    return test::water_cylinder(15e-3, 36e-3, nuclide, 2e11, {128, 128, 128}, 0.3e-3);
}

void pet(benchmark::State& state, Tier tier, double resolution, std::int64_t iterations) {
    exec::ThreadTeam team(static_cast<int>(state.range(0)));
    const ImagedObject object = mouse("F-18");
    PetSettings settings;
    settings.resolution = resolution;
    settings.iterations = iterations;
    for (auto _ : state)
        benchmark::DoNotOptimize(scan_pet({team, library()}, object, settings, tier));
    state.counters["estimate_s"] = estimate_pet(object.grid, settings, tier).seconds;
}

void spect(benchmark::State& state, Tier tier) {
    exec::ThreadTeam team(static_cast<int>(state.range(0)));
    const ImagedObject object = mouse("Tc-99m");
    SpectSettings settings;
    for (auto _ : state)
        benchmark::DoNotOptimize(scan_spect({team, library()}, object, settings, tier));
    state.counters["estimate_s"] = estimate_spect(object.grid, settings, tier).seconds;
}

// 128^3 voxels of 0.3 mm stay 128^3 in the image.
BENCHMARK_CAPTURE(pet, image_128_fine, Tier::image, 0.3e-3, 4)
    ->Arg(1)
    ->Arg(2)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(pet, image_128, Tier::image, 0.8e-3, 4)
    ->Arg(2)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
// One OSEM iteration: the difference of these two over four.
BENCHMARK_CAPTURE(pet, acquisition_1, Tier::acquisition, 0.8e-3, 1)
    ->Arg(2)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(pet, acquisition_5, Tier::acquisition, 0.8e-3, 5)
    ->Arg(2)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(spect, image_128, Tier::image)
    ->Arg(2)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(spect, acquisition, Tier::acquisition)
    ->Arg(2)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
