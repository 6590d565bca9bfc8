// Wide vectors are passed only between functions that are always inlined into one kernel.
#pragma GCC diagnostic ignored "-Wpsabi"

#include "caravel/kinetics/voxel_lanes.hpp"

#include "caravel/kinetics/voxel_step.hpp"
#include "caravel/kinetics/voxel_tableau.hpp"

#include <algorithm>
#include <array>
#include <tuple>

namespace caravel::kinetics {

namespace {

using Method = Rodas3;
using Stages = std::make_index_sequence<Method::stages>;

std::size_t at(int index) { return static_cast<std::size_t>(index); }

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
        lanes::store<L>(b.y, i, y);
        lanes::store<L>(b.least, i, L::select(L::less(y, least), y, least));
    }
    for (const VoxelFields::LinearTarget& target : fields.linear) {
        Pack value = L::all(0.0);
        for (std::size_t t = target.begin; t < target.end; ++t) {
            const VoxelFields::LinearTerm& term = fields.linear_terms[t];
            value -= L::all(term.weight) * U::coefficient(term.coefficient, first);
        }
        lanes::store<L>(b.linear, target.value, value);
    }
    for (const VoxelFields::Copy& copy : fields.reactions) {
        lanes::store<L>(b.reaction_coefficients, copy.entry,
                        U::load(copy.coefficient.values + first));
    }
    for (const VoxelFields::Copy& copy : fields.uptakes) {
        lanes::store<L>(b.uptakes, copy.entry, U::load(copy.coefficient.values + first));
    }
}

template <class L>
[[gnu::always_inline]] inline void store_run(const VoxelBlock& b, const VoxelFields& fields,
                                             index_t first) {
    for (std::size_t i = 0; i < fields.y.size(); ++i) {
        Unaligned<L>::store(fields.y[i] + first, lanes::load<L>(b.result, i));
    }
}

struct Plain : lanes::Lanes<8, 2> {
    static void solve(const LaneBlock& b, double* x);
    static void add_remainders(const VoxelBlock& b, const double* shift, double* rates);
};
void Plain::add_remainders(const VoxelBlock& b, const double* shift, double* rates) {
    lanes::add_shared_remainders<Plain>(b, shift, rates);
}
void Plain::solve(const LaneBlock& b, double* x) { lanes::solve<Plain>(b, x); }
void load_plain(VoxelBlock& b, const VoxelFields& f, const VoxelLimits& limits, index_t first) {
    load_run<Plain>(b, f, limits, first);
}
void step_plain(VoxelBlock& b) { lanes::voxel_step<Plain, Method>(b, Stages{}); }
void store_plain(const VoxelBlock& b, const VoxelFields& f, index_t first) {
    store_run<Plain>(b, f, first);
}
void commit_plain(VoxelBlock& b) { lanes::commit<Plain>(b); }

#if defined(__x86_64__)
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
[[gnu::target("avx2")]] void load_avx2(VoxelBlock& b, const VoxelFields& f,
                                       const VoxelLimits& limits, index_t first) {
    load_run<Avx2>(b, f, limits, first);
}
[[gnu::target("avx2")]] void step_avx2(VoxelBlock& b) {
    lanes::voxel_step<Avx2, Method>(b, Stages{});
}
[[gnu::target("avx2")]] void store_avx2(const VoxelBlock& b, const VoxelFields& f, index_t first) {
    store_run<Avx2>(b, f, first);
}
[[gnu::target("avx2")]] void commit_avx2(VoxelBlock& b) { lanes::commit<Avx2>(b); }

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
[[gnu::target("avx512f")]] void load_avx512(VoxelBlock& b, const VoxelFields& f,
                                            const VoxelLimits& limits, index_t first) {
    load_run<Avx512>(b, f, limits, first);
}
[[gnu::target("avx512f")]] void step_avx512(VoxelBlock& b) {
    lanes::voxel_step<Avx512, Method>(b, Stages{});
}
[[gnu::target("avx512f")]] void store_avx512(const VoxelBlock& b, const VoxelFields& f,
                                             index_t first) {
    store_run<Avx512>(b, f, first);
}
[[gnu::target("avx512f")]] void commit_avx512(VoxelBlock& b) { lanes::commit<Avx512>(b); }
#endif

constexpr std::array all_kernels {
    VoxelKernels{"plain", 8, load_plain, step_plain, store_plain, commit_plain},
#if defined(__x86_64__)
        VoxelKernels{"avx2", 8, load_avx2, step_avx2, store_avx2, commit_avx2},
        VoxelKernels{"avx512f", 16, load_avx512, step_avx512, store_avx512, commit_avx512},
#endif
};

std::size_t count_usable() {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) {
        return 3;
    }
    if (__builtin_cpu_supports("avx2")) {
        return 2;
    }
#endif
    return 1;
}

}  // namespace

int voxel_stages() { return Method::stages; }
int voxel_order() { return Method::order; }

std::span<const VoxelKernels> usable_voxel_kernels() {
    return {all_kernels.data(), count_usable()};
}

SharedFactors::SharedFactors(const RateProgram& program) {
    const auto key = [](const FlatFactor& f) {
        return std::tuple(f.shape, f.sum, f.divisor, f.a, f.b);
    };
    for (const FlatFactor& factor : program.factors) {
        const auto found = std::find_if(factors.begin(), factors.end(),
                                        [&](const FlatFactor& f) { return key(f) == key(factor); });
        place.push_back(at(static_cast<int>(found - factors.begin())));
        if (found == factors.end()) {
            factors.push_back(factor);
        }
    }
}

VoxelBlock::VoxelBlock(const BatchProgram& lane_program, const SharedFactors& shared_factors,
                       std::size_t stage_count)
    : LaneBlock(lane_program, stage_count),
      shared(shared_factors),
      factor_memory_(3 * shared_factors.factors.size() * lane_program.lanes()) {
    const std::size_t entries = shared.factors.size() * lane_program.lanes();
    factor_values = factor_memory_.data();
    factor_slopes = factor_values + entries;
    divisor_slopes = factor_slopes + entries;
}

VoxelFields::VoxelFields(const BatchProgram& program, std::span<double* const> species,
                         std::span<const VoxelCoefficient> all)
    : y(species.size()), coefficients(all.begin(), all.end()) {
    for (std::size_t i = 0; i < species.size(); ++i) {
        y[at(program.place()[i])] = species[i];
    }
    sort_linear(program);
    const auto add = [](std::size_t entry, const VoxelCoefficient& coefficient,
                        std::vector<Copy>& varying, std::vector<Copy>& shared) {
        (coefficient.values != nullptr ? varying : shared).push_back({entry, coefficient});
    };
    const RateProgram& rates = program.rates();
    for (std::size_t i = 0; i < rates.reactions.size(); ++i) {
        add(i, all[at(rates.reactions[i].coefficient)], reactions, shared_reactions);
    }
    std::size_t entry = 0;
    for (const BoundModel::Uptake& uptake : program.uptakes()) {
        add(entry + uptake_coefficient, all[at(uptake.coefficient)], uptakes, shared_uptakes);
        entry += uptake_entries;
    }
}

void VoxelFields::sort_linear(const BatchProgram& program) {
    std::vector<std::vector<LinearTerm>> terms(program.value_count());
    const RateProgram& rates = program.rates();
    for (std::size_t i = 0; i < rates.linear.size(); ++i) {
        terms[at(program.linear_positions()[i])].push_back(
            {rates.linear[i].weight, coefficients[at(rates.linear[i].coefficient)]});
    }
    for (std::size_t value = 0; value < terms.size(); ++value) {
        const bool varying =
            std::any_of(terms[value].begin(), terms[value].end(),
                        [](const LinearTerm& term) { return term.coefficient.values != nullptr; });
        const std::size_t begin = linear_terms.size();
        linear_terms.insert(linear_terms.end(), terms[value].begin(), terms[value].end());
        (varying ? linear : shared_linear).push_back({value, begin, linear_terms.size()});
    }
}

namespace {

void set_linear(VoxelBlock& b, const VoxelFields& fields,
                const std::vector<VoxelFields::LinearTarget>& targets, std::size_t lane,
                index_t voxel) {
    for (const VoxelFields::LinearTarget& target : targets) {
        double value = 0.0;
        for (std::size_t t = target.begin; t < target.end; ++t) {
            const VoxelFields::LinearTerm& term = fields.linear_terms[t];
            value -= term.weight * value_at(term.coefficient, voxel);
        }
        b.linear[target.value * b.program.lanes() + lane] = value;
    }
}

void fill(double* array, std::size_t entry, std::size_t lanes, double value) {
    std::fill_n(array + entry * lanes, lanes, value);
}

}  // namespace

void prepare(VoxelBlock& b, const VoxelFields& fields, const VoxelLimits& limits) {
    const std::size_t lanes = b.program.lanes();
    for (std::size_t i = 0; i < b.program.size(); ++i) {
        fill(b.y, i, lanes, 0.0);
        fill(b.absolute, i, lanes, limits.absolute[i]);
        fill(b.least, i, lanes, limits.least[i]);
    }
    double* entries = b.uptakes;
    for (const BoundModel::Uptake& uptake : b.program.uptakes()) {
        fill(entries, uptake_capacity, lanes, uptake.capacity);
        fill(entries, uptake_inverse_capacity, lanes, uptake.inverse_capacity);
        entries += uptake_entries * lanes;
    }
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        set_linear(b, fields, fields.shared_linear, lane, 0);
    }
    for (const VoxelFields::Copy& copy : fields.shared_reactions) {
        fill(b.reaction_coefficients, copy.entry, lanes, copy.coefficient.uniform);
    }
    for (const VoxelFields::Copy& copy : fields.shared_uptakes) {
        fill(b.uptakes, copy.entry, lanes, copy.coefficient.uniform);
    }
    std::fill_n(b.h, lanes, 1.0);
}

void load_lane(VoxelBlock& b, const VoxelFields& fields, const VoxelLimits& limits,
               std::size_t lane, index_t voxel) {
    const std::size_t lanes = b.program.lanes();
    for (std::size_t i = 0; i < fields.y.size(); ++i) {
        const double y = fields.y[i][voxel];
        b.y[i * lanes + lane] = y;
        b.least[i * lanes + lane] = std::min(y, limits.least[i]);
    }
    set_linear(b, fields, fields.linear, lane, voxel);
    for (const VoxelFields::Copy& copy : fields.reactions) {
        b.reaction_coefficients[copy.entry * lanes + lane] = copy.coefficient.values[voxel];
    }
    for (const VoxelFields::Copy& copy : fields.uptakes) {
        b.uptakes[copy.entry * lanes + lane] = copy.coefficient.values[voxel];
    }
}

}  // namespace caravel::kinetics
