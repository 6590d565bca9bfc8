// Projection and filtered back projection, two threads.
// Gates: forward and back projection of 1e8 steps between planes along lines across a ring <= 1 s
// together; FDK of 256^3 voxels from 360 views <= 20 s (aim 3 s).
// Ceilings, two cores: a step along a line takes 9 loads (forward), 9 loads and 4 stores (back): 3
// to 4 cycles, so 1e8 steps of both take 0.1 to 0.15 s at 3.5 GHz; an update of FDK takes 25 vector
// operations per 16 voxels on two ports: 6e9 updates take 0.7 s beside the filter.
// Peers: general rays were estimated at 1 to 1.3e9 samples/s and FDK at 2 to 3e9 updates/s on two
// cores with AVX2; ASTRA and TIGRE have no CPU cone beam; ASTRA's GPU forward and back projection
// of 512^3 from 360 views takes < 5 s (issue 158, a GPU of 2019); published CPU back projection is
// 5.2 times as fast as RTK on many threads (arXiv 2104.13248).
#include "caravel/exec/random.hpp"
#include "caravel/imaging/tomography/filtered_back_projection.hpp"
#include "caravel/imaging/tomography/projection.hpp"

#include <benchmark/benchmark.h>

#include <cmath>
#include <numbers>

namespace {

using namespace caravel;
using namespace caravel::imaging;

constexpr double mm = 1e-3;

Grid cube(index_t n) {
    const double half = -0.5 * static_cast<double>(n) * mm;
    return {n, n, n, {mm, mm, mm}, {half, half, half}};
}

Vector3 on_ring(double radius, double angle, double z) {
    return {radius * std::cos(angle), radius * std::sin(angle), z};
}

// Lines between crystals of a ring: at random, or neighbours one after the other.
std::vector<Ray> ring_lines(index_t n, int lines, bool ordered) {
    exec::RandomStream stream(1, 0x7e570010U, 0);
    const double radius = static_cast<double>(n) * mm;
    const double height = static_cast<double>(n) * mm;
    std::vector<Ray> rays;
    for (int i = 0; i < lines; ++i) {
        const double turn = 2.0 * std::numbers::pi;
        const double place = static_cast<double>(i) / lines;
        const double a = turn * (ordered ? 0.5 * place : exec::uniform(stream));
        const double open = ordered ? static_cast<double>(i % 200) / 200.0 : exec::uniform(stream);
        const double b = a + 2.3 + 1.7 * open;
        const double z = height * (exec::uniform(stream) - 0.5);
        const double tilt = 0.3 * height * (exec::uniform(stream) - 0.5);
        rays.push_back({on_ring(radius, a, z), on_ring(radius, b, z + tilt)});
    }
    return rays;
}

void rays_both_ways(benchmark::State& state) {
    const Grid grid = cube(state.range(0));
    const auto lines = static_cast<int>(100'000'000 / (state.range(0) * 5 / 6));
    const auto rays = ring_lines(state.range(0), lines, state.range(1) != 0);
    std::vector<float> volume(static_cast<std::size_t>(grid.cell_count()), 1.0F);
    std::vector<float> back(volume.size(), 0.0F);
    std::vector<float> sums(rays.size());
    exec::ThreadTeam team(2);
    for (auto _ : state) {
        project_rays(team, grid, volume, rays, sums);
        back_project_rays(team, grid, rays, sums, back);
        benchmark::DoNotOptimize(back.data());
    }
    double steps = 0.0;  // at least: chords in voxels over the root of two
    for (const float sum : sums) steps += static_cast<double>(sum) / mm / std::sqrt(1.27);
    state.counters["steps"] = steps;
    state.counters["steps/s"] =
        benchmark::Counter(2.0 * steps, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(rays_both_ways)
    ->ArgNames({"n", "ordered"})
    ->Args({128, 0})
    ->Args({128, 1})
    ->Args({256, 0})
    ->Args({256, 1})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

ScanGeometry cone(index_t pixels, index_t views) {
    ScanGeometry scan;
    scan.source_to_centre = 600.0 * mm;
    scan.source_to_detector = 1200.0 * mm;
    scan.views = views;
    scan.columns = pixels;
    scan.rows = pixels;
    scan.column_pitch = 614.4 * mm / static_cast<double>(pixels);
    scan.row_pitch = scan.column_pitch;
    return scan;
}

void fdk(benchmark::State& state) {
    const Grid grid = cube(256);
    const ScanGeometry scan = cone(state.range(0), 360);
    const std::vector<float> projections(static_cast<std::size_t>(scan.pixel_count()), 1.0F);
    std::vector<float> volume(static_cast<std::size_t>(grid.cell_count()));
    exec::ThreadTeam team(2);
    for (auto _ : state) {
        reconstruct_filtered(team, scan, projections, {}, grid, volume);
        benchmark::DoNotOptimize(volume.data());
    }
    state.counters["updates/s"] = benchmark::Counter(256.0 * 256.0 * 256.0 * 360.0,
                                                     benchmark::Counter::kIsIterationInvariantRate);
    state.counters["memory_MB"] = filtered_memory(scan, grid, 2) / 1e6;
}
BENCHMARK(fdk)
    ->ArgName("detector")
    ->Arg(256)
    ->Arg(512)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

void scan_both_ways(benchmark::State& state) {
    const Grid grid = cube(128);
    ScanGeometry scan = cone(128, 90);
    scan.beam = state.range(0) != 0 ? BeamShape::parallel : BeamShape::cone;
    scan.column_pitch *= state.range(0) != 0 ? 0.25 : 0.5;
    scan.row_pitch = scan.column_pitch;
    std::vector<float> projections(static_cast<std::size_t>(scan.pixel_count()));
    std::vector<float> volume(static_cast<std::size_t>(grid.cell_count()), 1.0F);
    exec::ThreadTeam team(2);
    for (auto _ : state) {
        project_scan(team, scan, grid, volume, projections);
        back_project_scan(team, scan, grid, projections, volume);
        std::fill(volume.begin(), volume.end(), 1.0F);
    }
    state.counters["samples/s"] =
        benchmark::Counter(2.0 * 128.0 * static_cast<double>(scan.pixel_count()),
                           benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(scan_both_ways)
    ->ArgName("parallel")
    ->Arg(0)
    ->Arg(1)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
