// Wide vectors are passed only between functions that are always inlined into one kernel.
#pragma GCC diagnostic ignored "-Wpsabi"

#include "caravel/kinetics/voxel_lanes.hpp"

#include "caravel/base/usable_variants.hpp"
#include "caravel/kinetics/voxel_kernels.hpp"

#include <algorithm>
#include <array>
#include <tuple>

namespace caravel::kinetics {

namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

struct Plain : lanes::Lanes<8, 2> {
    static void solve(const LaneBlock& b, double* x);
    static void add_remainders(const VoxelBlock& b, const double* shift, double* rates);
};
void Plain::add_remainders(const VoxelBlock& b, const double* shift, double* rates) {
    lanes::add_shared_remainders<Plain>(b, shift, rates);
}
void Plain::solve(const LaneBlock& b, double* x) { lanes::solve<Plain>(b, x); }
void load_plain(VoxelBlock& b, const VoxelFields& f, const VoxelLimits& limits, index_t first) {
    lanes::load_run<Plain>(b, f, limits, first);
}
void step_plain(VoxelBlock& b) {
    lanes::voxel_step<Plain, lanes::VoxelMethod>(b, lanes::VoxelStages{});
}
void store_plain(const VoxelBlock& b, const VoxelFields& f, index_t first) {
    lanes::store_run<Plain>(b, f, first);
}
void commit_plain(VoxelBlock& b) { lanes::commit<Plain>(b); }

}  // namespace

int voxel_stages() { return lanes::VoxelMethod::stages; }
int voxel_order() { return lanes::VoxelMethod::order; }

std::span<const VoxelKernels> usable_voxel_kernels() {
    static const std::array all {
        VoxelKernels{"plain", 8, load_plain, step_plain, store_plain, commit_plain},
#if defined(__x86_64__)
            avx2_voxel_kernels(), avx512_voxel_kernels(),
#endif
    };
    return usable_of(all);
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
