#include "caravel/kinetics/batch_program.hpp"

#include "caravel/kinetics/batch_individual.hpp"

#include <algorithm>
#include <numeric>

namespace caravel::kinetics {

namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

LaneSweep pair_up(const LuProgram::Sweep& sweep, std::uint32_t lane_count) {
    LaneSweep result{sweep.groups, {}, sweep.first_value * lane_count};
    std::size_t row = 0;
    std::size_t column = 0;
    for (const LuProgram::Group& group : sweep.groups) {
        for (std::uint32_t i = 0; i < group.rows; ++i, ++row) {
            const std::uint32_t place = sweep.rows[row] * lane_count;
            if (group.width == 0) {
                result.entries.push_back({place, 0});
            }
            for (std::uint32_t j = 0; j < group.width; ++j) {
                result.entries.push_back({place, sweep.columns[column++] * lane_count});
            }
        }
    }
    return result;
}

// The pivot that must be known before a value of the factors is final: its row or column.
std::vector<std::size_t> pivots_of_values(const LuProgram& lu, std::size_t size) {
    std::vector<std::size_t> pivots(size);
    std::iota(pivots.begin(), pivots.end(), std::size_t{0});
    pivots.resize(size + lu.lower.columns.size());
    std::uint32_t next = 0;
    for (std::size_t pivot = 0; pivot < size; ++pivot) {
        for (; next < lu.pivots[pivot].lower_end; ++next) {
            pivots[lu.lower_column[next]] = pivot;
        }
    }
    pivots.insert(pivots.end(), lu.upper_rows.begin(), lu.upper_rows.end());
    return pivots;
}

// One more than the greatest level of the pivots that change values which a pivot must have final.
std::vector<std::size_t> levels_of(const LuProgram& lu, const std::vector<std::size_t>& pivots) {
    std::vector<std::size_t> levels(lu.pivots.size(), 0);
    std::uint32_t next = 0;
    for (std::size_t pivot = 0; pivot < levels.size(); ++pivot) {
        for (; next < lu.pivots[pivot].updates_end; ++next) {
            std::size_t& level = levels[pivots[lu.updates[next].target]];
            level = std::max(level, levels[pivot] + 1);
        }
    }
    return levels;
}

// Which values of the factors uptakes and reactions change from step to step.
std::vector<bool> mark_varying(const BoundModel& bound) {
    std::vector<bool> varying(bound.lu().values().size(), false);
    for (const BoundModel::Uptake& uptake : bound.uptakes()) {
        for (const int position : uptake.positions) {
            varying[at(position)] = true;
        }
    }
    for (const int position : bound.lu_positions()) {
        varying[at(position)] = true;
    }
    return varying;
}

std::vector<std::uint32_t> list_varying(const BoundModel& bound, std::uint32_t lane_count) {
    const std::vector<bool> varying = mark_varying(bound);
    std::vector<std::uint32_t> places;
    for (auto i = at(bound.size()); i < varying.size(); ++i) {
        if (varying[i]) {
            places.push_back(static_cast<std::uint32_t>(i) * lane_count);
        }
    }
    return places;
}

// Where the values of the factors stand before the first work on them, see LaneElimination.
std::vector<std::uint32_t> first_places(const BoundModel& bound, std::uint32_t lane_count) {
    const std::vector<bool> varying = mark_varying(bound);
    std::vector<std::uint32_t> places(varying.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
        const bool copied = varying[i] || i < at(bound.size());
        places[i] = static_cast<std::uint32_t>(copied ? i + places.size() : i) * lane_count;
    }
    return places;
}

// The changes of each value in the order of the pivots.
std::vector<std::vector<LaneElimination::Update>> updates_of_values(
    const LuProgram& lu, const std::vector<std::uint32_t>& first, std::uint32_t lane_count) {
    std::vector<bool> changed(first.size(), false);
    for (const LuProgram::Update& update : lu.updates) {
        changed[update.target] = true;
    }
    std::vector<std::vector<LaneElimination::Update>> updates(first.size());
    for (const LuProgram::Update& update : lu.updates) {
        const auto upper = static_cast<std::uint32_t>(update.upper + first.size()) * lane_count;
        updates[update.target].push_back(
            {update.lower * lane_count, changed[update.upper] ? upper : first[update.upper]});
    }
    return updates;
}

LaneElimination by_levels(const BoundModel& bound, std::uint32_t lane_count) {
    const LuProgram& lu = bound.lu().program();
    const auto lanes_of = [&](std::size_t index) {
        return static_cast<std::uint32_t>(index) * lane_count;
    };
    const std::size_t size = lu.pivots.size();
    const std::vector<std::size_t> pivots = pivots_of_values(lu, size);
    const std::vector<std::size_t> levels = levels_of(lu, pivots);
    std::vector<std::uint32_t> from = first_places(bound, lane_count);
    const auto updates = updates_of_values(lu, from, lane_count);
    LaneElimination result;
    const std::size_t depth =
        levels.empty() ? 0 : 1 + *std::max_element(levels.begin(), levels.end());
    for (std::size_t level = 0; level < depth; ++level) {
        for (std::size_t value = 0; value < pivots.size(); ++value) {
            if (levels[pivots[value]] != level) {
                continue;
            }
            if (!updates[value].empty()) {
                result.updates.insert(result.updates.end(), updates[value].begin(),
                                      updates[value].end());
                result.targets.push_back({lanes_of(value), from[value],
                                          static_cast<std::uint32_t>(result.updates.size())});
                from[value] = lanes_of(value + from.size());
            }
            if (value < size) {
                result.pivots.push_back(lanes_of(value));
            } else if (value < lu.upper.first_value) {
                result.lower.push_back({lanes_of(value), from[value], lanes_of(pivots[value])});
            }
        }
        result.levels.push_back({static_cast<std::uint32_t>(result.targets.size()),
                                 static_cast<std::uint32_t>(result.pivots.size()),
                                 static_cast<std::uint32_t>(result.lower.size())});
    }
    for (std::size_t value = lu.upper.first_value; value < pivots.size(); ++value) {
        result.upper.push_back({lanes_of(value), from[value], lanes_of(pivots[value])});
    }
    return result;
}

}  // namespace

BatchProgram::BatchProgram(const CompiledModel& model, std::uint32_t lanes)
    : bound_(model),
      lanes_(lanes),
      varying_(list_varying(bound_, lanes)),
      elimination_(by_levels(bound_, lanes)),
      lower_(pair_up(bound_.lu().program().lower, lanes)),
      upper_(pair_up(bound_.lu().program().upper, lanes)),
      value_count_(bound_.lu().values().size()) {
    list_shifted();
    map_sums(model.model());
    map_uptake_sums();
}

void BatchProgram::list_shifted() {
    std::vector<bool> needed(size(), false);
    for (const BoundModel::Uptake& uptake : uptakes()) {
        needed[at(uptake.from)] = true;
        needed[at(uptake.load)] = true;
    }
    for (const FlatReaction& reaction : rates().reactions) {
        for (int g = reaction.gradient_begin; g < reaction.gradient_end; ++g) {
            needed[at(rates().gradient_columns[at(g)])] = true;
        }
    }
    for (std::size_t i = 0; i < needed.size(); ++i) {
        (needed[i] ? shifted_ : unshifted_).push_back(static_cast<std::uint32_t>(i * lanes_));
    }
}

// The program numbers the sums in the order in which the factors of the model use them.
void BatchProgram::map_sums(const KineticModel& model) {
    std::vector<bool> known(model.sums().size(), false);
    const auto use = [&](SumId sum) {
        if (sum.index < 0 || known[at(sum.index)]) {
            return;
        }
        known[at(sum.index)] = true;
        sum_constants_.push_back(at(sum.index));
        for (std::size_t term = 0; term < model.sums()[at(sum.index)].terms.size(); ++term) {
            sum_weights_.push_back(weight_place(model, sum, term));
        }
    };
    for (const Reaction& reaction : model.reactions()) {
        for (const Factor& factor : reaction.law.factors) {
            use(factor.argument);
            use(factor.divisor);
        }
    }
}

void BatchProgram::map_uptake_sums() {
    for (const BoundModel::Uptake& uptake : uptakes()) {
        const int sum = rates().factors[at(uptake.factor)].sum;
        no_constants_.push_back(sum_constants_[at(sum)]);
        unit_weights_.push_back(sum_weights_[at(rates().sum_starts[at(sum)])]);
    }
}

}  // namespace caravel::kinetics
