// Wide vectors are passed only between functions that are always inlined into one kernel.
#pragma GCC diagnostic ignored "-Wpsabi"

#include "caravel/kinetics/voxel_kernels.hpp"

#if defined(__x86_64__)
namespace caravel::kinetics {
namespace {

struct Avx512 : lanes::Lanes<16, 8> {
    static void solve(const LaneBlock& b, double* x);
    static void add_remainders(const VoxelBlock& b, const double* shift, double* rates);
};
[[gnu::target("avx512f")]] void Avx512::add_remainders(const VoxelBlock& b, const double* shift,
                                                       double* rates) {
    lanes::add_shared_remainders<Avx512>(b, shift, rates);
}
[[gnu::target("avx512f")]] void Avx512::solve(const LaneBlock& b, double* x) {
    lanes::solve<Avx512>(b, x);
}
[[gnu::target("avx512f")]] void load(VoxelBlock& b, const VoxelFields& f, const VoxelLimits& limits,
                                     index_t first) {
    lanes::load_run<Avx512>(b, f, limits, first);
}
[[gnu::target("avx512f")]] void step(VoxelBlock& b) {
    lanes::voxel_step<Avx512, lanes::VoxelMethod>(b, lanes::VoxelStages{});
}
[[gnu::target("avx512f")]] void store(const VoxelBlock& b, const VoxelFields& f, index_t first) {
    lanes::store_run<Avx512>(b, f, first);
}
[[gnu::target("avx512f")]] void commit(VoxelBlock& b) { lanes::commit<Avx512>(b); }

}  // namespace

VoxelKernels avx512_voxel_kernels() { return {"avx512f", 16, load, step, store, commit}; }

}  // namespace caravel::kinetics
#endif
