// The kernels of VoxelKernels for one vector width; a source for each instruction set, since each
// takes the compiler ten seconds.
#pragma once

#include "caravel/kinetics/voxel_lanes.hpp"
#include "caravel/kinetics/voxel_step.hpp"
#include "caravel/kinetics/voxel_tableau.hpp"

#include <utility>

namespace caravel::kinetics {

#if defined(__x86_64__)
VoxelKernels avx2_voxel_kernels();
VoxelKernels avx512_voxel_kernels();
#endif

namespace lanes {

using VoxelMethod = Rodas3;
using VoxelStages = std::make_index_sequence<VoxelMethod::stages>;

/// Vectors at any address of doubles.
template <class L>
struct Unaligned {
    struct [[gnu::packed, gnu::may_alias]] Memory {
        typename L::Values v;
    };

    [[gnu::always_inline]] static typename L::Pack load(const double* from) {
        typename L::Pack pack;
#pragma GCC unroll 4
        for (std::size_t i = 0; i < L::parts; ++i) {
            pack.v[i] = reinterpret_cast<const Memory*>(from)[i].v;
        }
        return pack;
    }
    [[gnu::always_inline]] static void store(double* to, const typename L::Pack& pack) {
#pragma GCC unroll 4
        for (std::size_t i = 0; i < L::parts; ++i) reinterpret_cast<Memory*>(to)[i].v = pack.v[i];
    }
    [[gnu::always_inline]] static typename L::Pack coefficient(const VoxelCoefficient& c,
                                                               index_t first) {
        return c.values != nullptr ? load(c.values + first) : L::all(c.uniform);
    }
};

template <class L>
[[gnu::always_inline]] inline void load_run(VoxelBlock& b, const VoxelFields& fields,
                                            const VoxelLimits& limits, index_t first) {
    using Pack = typename L::Pack;
    using U = Unaligned<L>;
    for (std::size_t i = 0; i < fields.y.size(); ++i) {
        const Pack y = U::load(fields.y[i] + first);
        const Pack least = L::all(limits.least[i]);
        store<L>(b.y, i, y);
        store<L>(b.least, i, L::select(L::less(y, least), y, least));
    }
    for (const VoxelFields::LinearTarget& target : fields.linear) {
        Pack value = L::all(0.0);
        for (std::size_t t = target.begin; t < target.end; ++t) {
            const VoxelFields::LinearTerm& term = fields.linear_terms[t];
            value -= L::all(term.weight) * U::coefficient(term.coefficient, first);
        }
        store<L>(b.linear, target.value, value);
    }
    for (const VoxelFields::Copy& copy : fields.reactions) {
        store<L>(b.reaction_coefficients, copy.entry, U::load(copy.coefficient.values + first));
    }
    for (const VoxelFields::Copy& copy : fields.uptakes) {
        store<L>(b.uptakes, copy.entry, U::load(copy.coefficient.values + first));
    }
}

template <class L>
[[gnu::always_inline]] inline void store_run(const VoxelBlock& b, const VoxelFields& fields,
                                             index_t first) {
    for (std::size_t i = 0; i < fields.y.size(); ++i) {
        Unaligned<L>::store(fields.y[i] + first, load<L>(b.result, i));
    }
}

}  // namespace lanes

}  // namespace caravel::kinetics
