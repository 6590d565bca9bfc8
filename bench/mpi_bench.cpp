// Magnetic particle imaging, two threads. System matrix of a 3-D Lissajous scan, 19^3 = 6859 voxels
// and 3 coils: estimate 0.5 to 1 s for 53856 time samples of every voxel (imaging reference,
// section 8); here the same information as received orders. Gate: image tier on 128^3 at most 0.5
// s.
#include "caravel/imaging/mpi/mpi_scan.hpp"
#include "caravel/imaging/mpi/system_solver.hpp"
#include "caravel/imaging/mri/susceptibility.hpp"

#include <benchmark/benchmark.h>

#include <filesystem>

namespace {

using namespace caravel;
using namespace caravel::imaging;

MagneticAgent particle() {
    MagneticAgent a;
    a.core_diameter = 25e-9;
    a.spread = 0.1;
    a.saturation_magnetisation = 474e3;
    a.core_volume = 1.0 / (0.724 * 5180.0);
    a.iron = 1.0;
    a.hydrodynamic_diameter = 40e-9;
    return a;
}

ImagedObject ball(index_t n, double spacing) {
    ImagedObject o;
    const double low = -0.5 * spacing * static_cast<double>(n);
    o.grid = {n, n, n, {spacing, spacing, spacing}, {low, low, low}};
    o.region.assign(static_cast<std::size_t>(n * n * n), 0);
    o.regions = {{"body", "muscle", false, true}};
    ImagedAgent agent;
    agent.name = "iron";
    agent.magnetic = particle();
    o.agents = {agent};
    o.fields = {{0, Compartment::free, std::vector<double>(o.region.size(), 1.0)}};
    return o;
}

void system_matrix_lissajous(benchmark::State& state) {
    exec::ThreadTeam team(static_cast<int>(state.range(0)));
    matter::Library library(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    const ScanContext context{team, library, 1, {}, {}};
    const MpiSettings s;
    const ParticleResponse response(particle(), {}, 0.08);
    const Grid image{19, 19, 19, {1e-3, 1e-3, 0.5e-3}, {}};
    const auto orders = received_orders(s, response.relaxation_time(), 1e-9);
    for (auto _ : state)
        benchmark::DoNotOptimize(system_matrix(context, s, response, image, orders).entries.data());
    state.counters["rows"] = static_cast<double>(orders.size());
}

void image_tier(benchmark::State& state) {
    exec::ThreadTeam team(static_cast<int>(state.range(0)));
    matter::Library library(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    const ScanContext context{team, library, 1, {}, {}};
    MpiSettings s;
    if (state.range(1) == 1) {
        s.reconstruction = "x_space";
        s.drive_amplitude = {0.012, 0.0, 0.0};
    }
    // 128^3 voxels of the object; the scanner resolves 1 mm
    const double spacing = 12e-3 / 128.0;
    const ImagedObject o = ball(128, spacing);
    s.resolution = {1e-3, 1e-3, 1e-3};
    for (auto _ : state)
        benchmark::DoNotOptimize(scan_mpi(context, o, s, Tier::image).images.data());
}

void particle_field_shift(benchmark::State& state) {
    exec::ThreadTeam team(2);
    const ImagedObject o = ball(128, 1e-3);
    const auto& m = o.fields[0].concentration;
    for (auto _ : state) benchmark::DoNotOptimize(susceptibility_shift(team, o.grid, m).data());
}

BENCHMARK(system_matrix_lissajous)
    ->ArgName("threads")
    ->Arg(1)
    ->Arg(2)
    ->Unit(benchmark::kSecond)
    ->UseRealTime();
BENCHMARK(image_tier)
    ->ArgNames({"threads", "x_space"})
    ->Args({2, 0})
    ->Args({2, 1})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(particle_field_shift)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
