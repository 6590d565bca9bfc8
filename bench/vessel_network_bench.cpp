// Blood flow with phase separation in a tree of 19,700 segments (37 rounds to 1e-8), and its map on
// 100^3 voxels. No gate; measured on one core: 0.28 s and 1.9 s of processor time.
#include "caravel/tissue/vessels/network_growth.hpp"
#include "caravel/tissue/vessels/network_map.hpp"

#include <benchmark/benchmark.h>

#include <cmath>

namespace {

using namespace caravel;

const tissue::Domain& sphere() {
    static const tissue::Domain domain = [] {
        tissue::Domain d;
        constexpr double h = 11e-6;
        d.grid = {100, 100, 100, {h, h, h}, {-50.0 * h, -50.0 * h, -50.0 * h}};
        for (index_t k = 0; k < 100; ++k)
            for (index_t j = 0; j < 100; ++j)
                for (index_t i = 0; i < 100; ++i) {
                    const Vector3 x = d.grid.centre(i, j, k);
                    const bool inside = std::hypot(x[0], x[1], x[2]) < 0.5e-3;
                    d.tumour_share.push_back(inside ? 1.0 : 0.0);
                    d.region.push_back(inside ? tissue::Region::tumour : tissue::Region::normal);
                }
        return d;
    }();
    return domain;
}

const tissue::VesselNetwork& tree() {
    static const tissue::VesselNetwork network = [] {
        tissue::TreeInput input;
        input.spacing = 30e-6;
        return tissue::grow_tree(sphere(), input);
    }();
    return network;
}

void flow(benchmark::State& state) {
    int rounds = 0;
    for (auto _ : state) rounds = tissue::solve_flow(tree()).rounds;
    state.counters["rounds"] = rounds;
    state.counters["segments"] = static_cast<double>(tree().segments.size());
}

void map(benchmark::State& state) {
    const auto solved = tissue::solve_flow(tree());
    for (auto _ : state)
        benchmark::DoNotOptimize(
            tissue::map_network(sphere().grid, tree(), solved).distance.data());
}

}  // namespace

BENCHMARK(flow)->Unit(benchmark::kMillisecond);
BENCHMARK(map)->Unit(benchmark::kMillisecond);
