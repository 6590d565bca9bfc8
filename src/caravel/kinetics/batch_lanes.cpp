// Wide vectors are passed only between functions that are always inlined into one kernel.
#pragma GCC diagnostic ignored "-Wpsabi"

#include "caravel/kinetics/batch_lanes.hpp"

#include "caravel/base/usable_variants.hpp"
#include "caravel/kinetics/batch_step.hpp"

#include <array>

namespace caravel::kinetics {

namespace {

struct Share {
    double* LaneBlock::*array;
    std::size_t entries;
};

std::vector<Share> shares(const BatchProgram& program, std::size_t stages) {
    const RateProgram& rates = program.rates();
    const std::size_t n = program.size();
    return {{&LaneBlock::y, n},
            {&LaneBlock::result, n},
            {&LaneBlock::between, n},
            {&LaneBlock::rates, n},
            {&LaneBlock::shift, n},
            {&LaneBlock::moved, n},
            {&LaneBlock::absolute, n},
            {&LaneBlock::least, n},
            {&LaneBlock::stages, stages * n},
            // the elimination reads from `linear` on into `values`
            {&LaneBlock::linear, program.value_count()},
            {&LaneBlock::values, program.value_count()},
            {&LaneBlock::uptakes, uptake_entries * program.uptakes().size()},
            {&LaneBlock::reaction_coefficients, rates.reactions.size()},
            {&LaneBlock::reaction_rates, rates.reactions.size()},
            {&LaneBlock::factor_a, rates.factors.size()},
            {&LaneBlock::factor_b, rates.factors.size()},
            {&LaneBlock::sums, rates.sum_constants.size()},
            {&LaneBlock::sum_constants, rates.sum_constants.size()},
            {&LaneBlock::sum_weights, rates.sum_terms.size()},
            {&LaneBlock::gradients, rates.gradient_columns.size()}};
}

std::size_t total(const std::vector<Share>& shares) {
    std::size_t sum = 0;
    for (const Share& share : shares) {
        sum += share.entries;
    }
    return sum;
}

using Stages = std::make_index_sequence<lanes::stage_count>;

struct Plain : lanes::Lanes<8, 2> {
    static void solve(const LaneBlock& b, double* x);
};
void Plain::solve(const LaneBlock& b, double* x) { lanes::solve<Plain>(b, x); }
void evaluate_plain(LaneBlock& b) { lanes::evaluate<Plain>(b, b.between, b.rates); }
void step_plain(LaneBlock& b) { lanes::step<Plain, Rodas5P>(b, Stages{}); }
void interpolate_plain(LaneBlock& b, std::size_t lane) {
    lanes::interpolate<Plain>(b, lane, Stages{});
}
void commit_plain(LaneBlock& b) { lanes::commit<Plain>(b); }

#if defined(__x86_64__)
struct Avx2 : lanes::Lanes<8, 4> {
    static void solve(const LaneBlock& b, double* x);
};
[[gnu::target("avx2")]] void Avx2::solve(const LaneBlock& b, double* x) {
    lanes::solve<Avx2>(b, x);
}
[[gnu::target("avx2")]] void evaluate_avx2(LaneBlock& b) {
    lanes::evaluate<Avx2>(b, b.between, b.rates);
}
[[gnu::target("avx2")]] void step_avx2(LaneBlock& b) { lanes::step<Avx2, Rodas5P>(b, Stages{}); }
[[gnu::target("avx2")]] void interpolate_avx2(LaneBlock& b, std::size_t lane) {
    lanes::interpolate<Avx2>(b, lane, Stages{});
}
[[gnu::target("avx2")]] void commit_avx2(LaneBlock& b) { lanes::commit<Avx2>(b); }

struct Avx512 : lanes::Lanes<16, 8> {
    static void solve(const LaneBlock& b, double* x);
};
[[gnu::target("avx512f")]] void Avx512::solve(const LaneBlock& b, double* x) {
    lanes::solve<Avx512>(b, x);
}
[[gnu::target("avx512f")]] void evaluate_avx512(LaneBlock& b) {
    lanes::evaluate<Avx512>(b, b.between, b.rates);
}
[[gnu::target("avx512f")]] void step_avx512(LaneBlock& b) {
    lanes::step<Avx512, Rodas5P>(b, Stages{});
}
[[gnu::target("avx512f")]] void interpolate_avx512(LaneBlock& b, std::size_t lane) {
    lanes::interpolate<Avx512>(b, lane, Stages{});
}
[[gnu::target("avx512f")]] void commit_avx512(LaneBlock& b) { lanes::commit<Avx512>(b); }

#endif

constexpr std::array all_kernels {
    LaneKernels{"plain", 8, 2, evaluate_plain, step_plain, interpolate_plain, commit_plain},
#if defined(__x86_64__)
        LaneKernels{"avx2", 8, 4, evaluate_avx2, step_avx2, interpolate_avx2, commit_avx2},
        LaneKernels{"avx512f",          16,           8, evaluate_avx512, step_avx512,
                    interpolate_avx512, commit_avx512},
#endif
};

}  // namespace

LaneBlock::LaneBlock(const BatchProgram& shared, std::size_t stage_count)
    : program(shared), memory_(total(shares(shared, stage_count)) * shared.lanes()) {
    double* next = memory_.data();
    for (const Share& share : shares(program, stage_count)) {
        this->*share.array = next;
        next += share.entries * program.lanes();
    }
}

std::span<const LaneKernels> usable_lane_kernels() { return usable_of(all_kernels); }

namespace lanes {

void evaluate_factor(Shape shape, std::size_t lane_count, const double* x, const double* a,
                     const double* b, double* value, double* derivative) {
    for (std::size_t i = 0; i < lane_count; ++i) {
        const FactorValue g = kinetics::evaluate(shape, x[i], a[i], b[i]);
        value[i] = g.value;
        derivative[i] = g.derivative;
    }
}

}  // namespace lanes

}  // namespace caravel::kinetics
