// Reductions and random numbers beside what the memory of the machine can move.
#include "caravel/exec/random.hpp"
#include "caravel/exec/reduce.hpp"

#include <benchmark/benchmark.h>

#include <cstring>
#include <vector>

namespace caravel::exec {
namespace {

constexpr std::size_t large = std::size_t{1} << 23U;  // doubles: 64 MiB, beyond the caches

void set_bytes(benchmark::State& state, std::size_t per_iteration) {
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(per_iteration));
}

void copy_memory(benchmark::State& state) {
    const std::vector<double> from(large, 1.0);
    std::vector<double> to(large);
    for (auto _ : state) {
        std::memcpy(to.data(), from.data(), large * sizeof(double));
        benchmark::ClobberMemory();
    }
    set_bytes(state, 2 * large * sizeof(double));  // read and written
}
BENCHMARK(copy_memory)->UseRealTime();

void reduce_sum(benchmark::State& state) {
    const std::vector<double> values(large, 1.0);
    ThreadTeam team(static_cast<int>(state.range(0)));
    for (auto _ : state) benchmark::DoNotOptimize(sum(team, view_of(values)));
    set_bytes(state, large * sizeof(double));
}
BENCHMARK(reduce_sum)->ArgName("threads")->Arg(1)->Arg(2)->UseRealTime();

void reduce_minimum(benchmark::State& state) {
    const std::vector<double> values(large, 1.0);
    ThreadTeam team(static_cast<int>(state.range(0)));
    for (auto _ : state) benchmark::DoNotOptimize(minimum(team, view_of(values)));
    set_bytes(state, large * sizeof(double));
}
BENCHMARK(reduce_minimum)->ArgName("threads")->Arg(1)->Arg(2)->UseRealTime();

void hand_over_to_team(benchmark::State& state) {
    ThreadTeam team(2);
    for (auto _ : state) team.run(2, [](index_t tile) { benchmark::DoNotOptimize(tile); });
}
BENCHMARK(hand_over_to_team)->UseRealTime();

void philox_words(benchmark::State& state) {
    RandomStream stream(1, 2, 3);
    std::uint32_t all = 0;
    for (auto _ : state) {
        stream.skip_to(0);
        for (int i = 0; i < 4096; ++i) all ^= stream.next_32();
        benchmark::DoNotOptimize(all);
    }
    set_bytes(state, 4096 * sizeof(std::uint32_t));
}
BENCHMARK(philox_words);

template <class Draw>
void draw_numbers(benchmark::State& state, const Draw& draw) {
    RandomStream stream(1, 2, 3);
    for (auto _ : state) {
        stream.skip_to(0);
        double sum = 0.0;
        for (int i = 0; i < 1024; ++i) sum += static_cast<double>(draw(stream));
        benchmark::DoNotOptimize(sum);
    }
    state.SetItemsProcessed(state.iterations() * 1024);
}
BENCHMARK_CAPTURE(draw_numbers, uniform, uniform);
BENCHMARK_CAPTURE(draw_numbers, normal, normal);
BENCHMARK_CAPTURE(draw_numbers, poisson_5, [](RandomStream& s) { return poisson(s, 5.0); });
BENCHMARK_CAPTURE(draw_numbers, poisson_1e6, [](RandomStream& s) { return poisson(s, 1e6); });

}  // namespace
}  // namespace caravel::exec
