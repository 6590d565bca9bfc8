#include "caravel/kinetics/batch_program.hpp"

#include "caravel/kinetics/batch_individual.hpp"

#include <algorithm>

namespace caravel::kinetics {

namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

void scale(std::vector<std::uint32_t>& indices) {
    for (std::uint32_t& index : indices) {
        index *= lane_count;
    }
}

LuProgram scaled(LuProgram lu) {
    lu.upper.first_value *= lane_count;
    for (LuProgram::Update& update : lu.updates) {
        update.target *= lane_count;
        update.lower *= lane_count;
        update.upper *= lane_count;
    }
    scale(lu.upper_rows);
    scale(lu.lower_column);
    return lu;
}

LaneSweep pair_up(const LuProgram::Sweep& sweep) {
    LaneSweep result{sweep.groups, {}, sweep.first_value * lane_count};
    const auto lanes_of = [](std::uint32_t index) {
        return static_cast<std::uint32_t>(index * lane_count);
    };
    std::size_t row = 0;
    std::size_t column = 0;
    for (const LuProgram::Group& group : sweep.groups) {
        for (std::uint32_t i = 0; i < group.rows; ++i, ++row) {
            const std::uint32_t place = lanes_of(sweep.rows[row]);
            if (group.width == 0) {
                result.entries.push_back({place, 0});
            }
            for (std::uint32_t j = 0; j < group.width; ++j) {
                result.entries.push_back({place, lanes_of(sweep.columns[column++])});
            }
        }
    }
    return result;
}

}  // namespace

BatchProgram::BatchProgram(const CompiledModel& model)
    : bound_(model),
      lu_(scaled(bound_.lu().program())),
      lower_(pair_up(bound_.lu().program().lower)),
      upper_(pair_up(bound_.lu().program().upper)),
      value_count_(size() + lu_.lower.columns.size() + lu_.upper.columns.size()) {
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
        (needed[i] ? shifted_ : unshifted_).push_back(static_cast<std::uint32_t>(i * lane_count));
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
