// Wide vectors are passed only between functions that are always inlined into one kernel.
#pragma GCC diagnostic ignored "-Wpsabi"

#include "caravel/kinetics/voxel_kernels.hpp"

#if defined(__x86_64__)
namespace caravel::kinetics {
namespace {

struct Avx2 : lanes::Lanes<8, 4> {
    static void solve(const LaneBlock& b, double* x);
    static void add_remainders(const VoxelBlock& b, const double* shift, double* rates);
};
[[gnu::target("avx2")]] void Avx2::add_remainders(const VoxelBlock& b, const double* shift,
                                                  double* rates) {
    lanes::add_shared_remainders<Avx2>(b, shift, rates);
}
[[gnu::target("avx2")]] void Avx2::solve(const LaneBlock& b, double* x) {
    lanes::solve<Avx2>(b, x);
}
[[gnu::target("avx2")]] void load(VoxelBlock& b, const VoxelFields& f, const VoxelLimits& limits,
                                  index_t first) {
    lanes::load_run<Avx2>(b, f, limits, first);
}
[[gnu::target("avx2")]] void step(VoxelBlock& b) {
    lanes::voxel_step<Avx2, lanes::VoxelMethod>(b, lanes::VoxelStages{});
}
[[gnu::target("avx2")]] void store(const VoxelBlock& b, const VoxelFields& f, index_t first) {
    lanes::store_run<Avx2>(b, f, first);
}
[[gnu::target("avx2")]] void commit(VoxelBlock& b) { lanes::commit<Avx2>(b); }

}  // namespace

VoxelKernels avx2_voxel_kernels() { return {"avx2", 8, load, step, store, commit}; }

}  // namespace caravel::kinetics
#endif
