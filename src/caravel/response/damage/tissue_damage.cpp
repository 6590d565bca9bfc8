#include "caravel/response/damage/tissue_damage.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/expects.hpp"
#include "caravel/exec/for_each.hpp"
#include "caravel/response/damage/damage_kernels.hpp"
#include "caravel/response/damage/damage_plan.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace caravel::response {

struct TissueDamage::Work {
    DamagePlan plan{};
    DamageKernels kernels{};
};

namespace {

constexpr index_t blocks_per_tile = 16;
constexpr double longest_piece = 600.0;  // s, over which tolerance and rates are linear enough
constexpr auto block_size = static_cast<index_t>(block_voxels);

using State = std::span<double>;

/// Rows of the state, and where they lie.
struct Field {
    double* state = nullptr;
    index_t voxels = 0;

    double* row(int number) const { return state + static_cast<index_t>(number) * voxels; }
};

/// Whether a voxel of [first, first + count) has something to fade at body temperature.
bool unsettled(const DamageConstants& c, const Field& field, index_t first, index_t count) {
    const DamageRows& rows = c.rows;
    const auto any = [&](int row, auto holds) {
        if (row < 0) return false;
        const double* const values = field.row(row) + first;
        for (index_t i = 0; i < count; ++i)
            if (holds(values[i], i)) return true;
        return false;
    };
    const auto some = [](double value, index_t) { return value > 0.0; };
    if (any(rows.stress, some) || any(rows.tolerance, some)) return true;
    if (rows.alive < 0) return false;
    const double* const alive = field.row(rows.alive) + first;
    const double limit = c.three_state.resting_share * (1.0 + 1e-12);
    return any(rows.vulnerable, [&](double v, index_t i) { return v > limit * (alive[i] + v); });
}

bool frozen_before(const DamageConstants& c, const Field& field, index_t first, index_t count) {
    const double* const lowest = field.row(c.rows.lowest) + first;
    return std::any_of(lowest, lowest + count,
                       [&](double t) { return t < c.freezing.freezing_point; });
}

void refuse_temperature(double value) {
    throw NumericalError({"thermal damage", "temperature", "", 0.0, 0.0,
                          fmt::format("is {} K", value), "a shorter step of the heat equation"});
}

struct BlockRange {
    double lowest = 0.0;
    double highest = 0.0;
    double largest_change = 0.0;
    double sum = 0.0;
};

/// Eight running values each, which compilers turn into vectors.
BlockRange range_of(const DamageBlock& b) {
    constexpr std::size_t wide = 8;
    double low[wide], high[wide], change[wide] = {}, sum[wide] = {};
    std::copy(b.start, b.start + wide, low);
    std::copy(b.start, b.start + wide, high);
    for (std::size_t i = 0; i < block_voxels; i += wide)
        for (std::size_t j = 0; j < wide; ++j) {
            const double start = b.start[i + j];
            const double end = b.end[i + j];
            const double less = start < end ? start : end;
            const double more = start < end ? end : start;
            low[j] = less < low[j] ? less : low[j];
            high[j] = more > high[j] ? more : high[j];
            change[j] = more - less > change[j] ? more - less : change[j];
            sum[j] += start + end;
        }
    BlockRange range{low[0], high[0], change[0], 0.0};
    for (std::size_t j = 0; j < wide; ++j) {
        range.lowest = std::min(range.lowest, low[j]);
        range.highest = std::max(range.highest, high[j]);
        range.largest_change = std::max(range.largest_change, change[j]);
        range.sum += sum[j];
    }
    return range;
}

/// Copies temperatures into the block, filled up with its first voxel; finds their range.
void read_temperatures(DamageBlock& b, const double* start, const double* end, index_t count) {
    std::copy(start, start + count, b.start);
    std::copy(end, end + count, b.end);
    std::fill(b.start + count, b.start + block_voxels, start[0]);
    std::fill(b.end + count, b.end + block_voxels, end[0]);
    const BlockRange range = range_of(b);
    if (!std::isfinite(range.sum) || range.lowest <= 0.0)
        refuse_temperature(std::isfinite(range.sum) ? range.lowest : range.sum);
    b.lowest = range.lowest;
    b.highest = range.highest;
    b.largest_change = range.largest_change;
}

enum class Direction { in, out };

/// Copies rows [first_row, last_row) of the voxels from `first` on.
void copy_rows(const Field& field, int first_row, int last_row, index_t first, index_t count,
               DamageBlock& b, Direction direction) {
    for (int r = first_row; r < last_row; ++r) {
        double* const outside = field.row(r) + first;
        double* const inside = b.at(r);
        if (direction == Direction::out) {
            std::copy(inside, inside + count, outside);
            continue;
        }
        std::copy(outside, outside + count, inside);
        std::fill(inside + count, inside + block_voxels, outside[0]);
    }
}

/// Long steps are cut so that what builds up over hours follows.
void heat(const DamageConstants& c, const DamageKernels& kernels, DamageBlock& b) {
    const int pieces = std::max(1, static_cast<int>(std::ceil(b.dt / longest_piece)));
    if (pieces == 1) return kernels.heat(c, b);
    alignas(64) double start[block_voxels];
    alignas(64) double end[block_voxels];
    std::copy(b.start, b.start + block_voxels, start);
    std::copy(b.end, b.end + block_voxels, end);
    const double dt = b.dt;
    const double change = b.largest_change;
    b.dt = dt / pieces;
    b.largest_change = change / pieces;
    for (int piece = 0; piece < pieces; ++piece) {
        const double from = static_cast<double>(piece) / pieces;
        const double to = static_cast<double>(piece + 1) / pieces;
        for (std::size_t i = 0; i < block_voxels; ++i) {
            b.start[i] = start[i] + from * (end[i] - start[i]);
            b.end[i] = start[i] + to * (end[i] - start[i]);
        }
        kernels.heat(c, b);
    }
    std::copy(start, start + block_voxels, b.start);
    std::copy(end, end + block_voxels, b.end);
    b.dt = dt;
    b.largest_change = change;
}

}  // namespace

TissueDamage::TissueDamage(const DamageInput& input, matter::Library& library)
    : work_(std::make_unique<Work>(
          Work{plan_damage(input, library), usable_damage_kernels().back()})) {}
TissueDamage::~TissueDamage() = default;
TissueDamage::TissueDamage(TissueDamage&&) noexcept = default;
TissueDamage& TissueDamage::operator=(TissueDamage&&) noexcept = default;

const std::vector<std::string>& TissueDamage::rows() const { return work_->plan.names; }

void TissueDamage::initialise(std::span<double> state, std::size_t voxels) const {
    const DamageConstants& c = work_->plan.constants;
    CARAVEL_EXPECTS(state.size() == rows().size() * voxels);
    std::fill(state.begin(), state.end(), 0.0);
    const auto fill = [&](int row, double value) {
        if (row < 0) return;
        const auto first = state.begin() + static_cast<index_t>(row) * static_cast<index_t>(voxels);
        std::fill(first, first + static_cast<index_t>(voxels), value);
    };
    const CellShares cells = resting_cells(c.three_state);
    fill(c.rows.alive, cells.alive);
    fill(c.rows.vulnerable, cells.vulnerable);
    fill(c.rows.lowest, c.freezing.freezing_point);
    fill(c.rows.coldest, c.freezing.freezing_point);
}

void TissueDamage::advance(exec::ThreadTeam& team, std::span<double> state,
                           View<const double> start, View<const double> end, double dt,
                           View<const double> ice_sites) const {
    const index_t voxels = start.size();
    CARAVEL_EXPECTS(end.size() == voxels);
    CARAVEL_EXPECTS(ice_sites.empty() || ice_sites.size() == voxels);
    CARAVEL_EXPECTS(static_cast<index_t>(state.size()) ==
                    static_cast<index_t>(rows().size()) * voxels);
    if (!(std::isfinite(dt) && dt >= 0.0))
        throw InputError(Diagnostic{
            {}, fmt::format("a step of damage of {} s", dt), "a finite time, not below 0 s", ""});
    if (dt == 0.0 || voxels == 0) return;
    const DamageConstants& c = work_->plan.constants;
    const Field field{state.data(), voxels};
    const auto advance_block = [&](DamageBlock& b, index_t first) {
        const index_t count = std::min(block_size, voxels - first);
        read_temperatures(b, start.data() + first, end.data() + first, count);
        const bool warm = b.highest >= c.coldest_heat || unsettled(c, field, first, count);
        const bool cold = c.rows.hazard >= 0 && (b.lowest < c.freezing.freezing_point ||
                                                 frozen_before(c, field, first, count));
        const int ice = c.heat_rows;
        if (warm) {
            copy_rows(field, 0, ice, first, count, b, Direction::in);
            heat(c, work_->kernels, b);
            copy_rows(field, 0, ice, first, count, b, Direction::out);
        }
        if (cold) {
            if (!ice_sites.empty()) std::copy_n(ice_sites.data() + first, count, b.sites);
            copy_rows(field, ice, c.row_count, first, count, b, Direction::in);
            freeze(c, b);
            copy_rows(field, ice, c.row_count, first, count, b, Direction::out);
        }
    };
    const index_t blocks = (voxels + block_size - 1) / block_size;
    team.run((blocks + blocks_per_tile - 1) / blocks_per_tile, [&](index_t tile) {
        DamageBlock b;
        b.dt = dt;
        const index_t last = std::min(blocks, (tile + 1) * blocks_per_tile);
        for (index_t block = tile * blocks_per_tile; block < last; ++block)
            advance_block(b, block * block_size);
    });
}

void TissueDamage::survival(exec::ThreadTeam& team, std::span<const double> state,
                            std::span<double> share) const {
    const DamageConstants& c = work_->plan.constants;
    const std::size_t n = share.size();
    CARAVEL_EXPECTS(state.size() == rows().size() * n);
    const auto row = [&](int number) {
        return state.data() + static_cast<std::size_t>(number) * n;
    };
    exec::for_each(team, static_cast<index_t>(n), [&](index_t voxel) {
        const auto i = static_cast<std::size_t>(voxel);
        if (c.rows.alive >= 0)
            share[i] = std::clamp(row(c.rows.alive)[i] + row(c.rows.vulnerable)[i], 0.0, 1.0);
        else
            share[i] = c.rows.cells >= 0
                           ? std::exp(-row(c.rows.cells)[i])
                           : survival_of_dose(row(c.rows.felt_dose)[i], c.lethal_dose);
        if (c.rows.hazard >= 0 && row(c.rows.hazard)[i] > 0.0)
            share[i] *= std::exp(-row(c.rows.hazard)[i]);
    });
}

void TissueDamage::perfusion(exec::ThreadTeam& team, std::span<const double> state,
                             View<const double> temperature, std::span<double> factor) const {
    const DamageConstants& c = work_->plan.constants;
    const std::size_t n = factor.size();
    CARAVEL_EXPECTS(state.size() == rows().size() * n);
    CARAVEL_EXPECTS(temperature.empty() || temperature.size() == static_cast<index_t>(n));
    const auto row = [&](int number) {
        return state.data() + static_cast<std::size_t>(number) * n;
    };
    const double gain = temperature.empty() ? 1.0 : c.largest_gain;
    exec::for_each(team, static_cast<index_t>(n), [&](index_t voxel) {
        const auto i = static_cast<std::size_t>(voxel);
        const double omega = c.rows.vessels >= 0 ? row(c.rows.vessels)[i] : 0.0;
        factor[i] = perfusion_factor(c.dilation, omega,
                                     gain == 1.0 ? c.dilation.rest : temperature[voxel], gain);
        if (c.rows.coldest >= 0 && row(c.rows.coldest)[i] < c.freezing.freezing_point)
            factor[i] *= vessels_open(c.freezing, row(c.rows.coldest)[i]);
    });
}

void TissueDamage::coagulated(exec::ThreadTeam& team, std::span<const double> state,
                              std::span<double> share) const {
    const int row = work_->plan.constants.rows.coagulation;
    CARAVEL_EXPECTS(state.size() == rows().size() * share.size());
    if (row < 0) {
        std::fill(share.begin(), share.end(), 0.0);
        return;
    }
    const double* const omega = state.data() + static_cast<std::size_t>(row) * share.size();
    exec::for_each(team, static_cast<index_t>(share.size()), [&](index_t voxel) {
        const auto i = static_cast<std::size_t>(voxel);
        share[i] = -std::expm1(-omega[i]);
    });
}

}  // namespace caravel::response
