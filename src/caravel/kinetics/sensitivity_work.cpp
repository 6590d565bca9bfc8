#include "caravel/kinetics/sensitivity_work.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

namespace caravel::kinetics {

namespace {

std::size_t weight_count(const std::vector<SensitivityParameter>& parameters) {
    std::size_t count = 0;
    for (const SensitivityParameter& parameter : parameters) {
        count += parameter.coefficients.size();
    }
    return count;
}

std::size_t stage_count(Method method) {
    switch (method) {
    case Method::rodas4: return Rodas4::stages;
    case Method::rodas4p: return Rodas4P::stages;
    case Method::rodas5p: break;
    }
    return Rodas5P::stages;
}

std::size_t rounded(std::size_t count, std::size_t group) {
    return (count + group - 1) / group * group;
}

}  // namespace

ForcingRecord::ForcingRecord(std::size_t coefficients, std::size_t weights) {
    for (Entry& entry : entries_) {
        entry.change.resize(coefficients);
        entry.weights.resize(weights);
    }
}

const ForcingRecord::Entry* ForcingRecord::find(double x) const {
    for (std::size_t i = 0; i < used_; ++i) {
        if (entries_[i].x == x) {
            return &entries_[i];
        }
    }
    return nullptr;
}

SensitivitySolver::Work::Work(const CompiledModel& model, const SolverOptions& chosen,
                              std::vector<SensitivityParameter> list,
                              const SensitivityOptions& sensitivity)
    : state(model, chosen),
      parameters(std::move(list)),
      options(sensitivity),
      weights(weight_count(parameters)),
      start_weights(weights.size()),
      slope_weights(weights.size()),
      end_weights(weights.size()),
      rates(model, state.bound, parameters, stage_count(chosen.method)),
      record(state.coefficients.size(), weights.size()),
      ones(rates.channels().size(), 1.0),
      shifts(padded(species()) * most_sensitivity_stages),
      unused(species()),
      between(species() * most_tile_lanes),
      output(species() * parameters.size()) {
    std::size_t place = 0;
    for (const SensitivityParameter& parameter : parameters) {
        for (const CoefficientWeight& link : parameter.coefficients) {
            weights[place++] = link.weight;
        }
    }
    step.stages = stage_count(chosen.method);
    make_tiles();
}

// Tiles as even as whole groups allow.
void SensitivitySolver::Work::make_tiles() {
    const std::size_t groups = rounded(parameters.size(), tile_group) / tile_group;
    const std::size_t count = rounded(groups * tile_group, most_tile_lanes) / most_tile_lanes;
    std::size_t first = 0;
    for (std::size_t t = 0; t < count; ++t) {
        const std::size_t rest = groups - first / tile_group;
        const std::size_t lanes = tile_group * ((rest + count - t - 1) / (count - t));
        SensitivityTile& tile = tiles.emplace_back(species(), lanes, state.bound.lu().program());
        tile.first_parameter = first;
        tile.parameters = std::min(lanes, parameters.size() - first);
        tile.steady = list_flows(tile, false);
        tile.forced = list_flows(tile, true);
        list_rows(tile, links.emplace_back());
        tile.start_weights = PaddedArray(tile.entries.size() * tile_group);
        stage_weights.emplace_back(step.stages * tile.entries.size() * tile_group);
        first += lanes;
    }
}

TileFlows SensitivitySolver::Work::list_flows(const SensitivityTile& tile, bool forced) const {
    using Kind = SensitivityRates::Reaction::Kind;
    const auto count = [](const auto& list) { return static_cast<std::uint32_t>(list.size()); };
    const auto place = [&](int species_index) {
        return static_cast<std::uint32_t>(static_cast<std::size_t>(species_index) * tile.lanes);
    };
    TileFlows flows;
    std::set<std::uint32_t> needed;
    for (const SensitivityRates::Reaction& reaction : rates.reactions()) {
        if (reaction.kind == Kind::linear && !forced) {
            continue;  // no remainder
        }
        SensitivityFlow flow;
        flow.column_begin = count(flows.columns);
        for (std::size_t g = reaction.column_begin; g < reaction.column_end; ++g) {
            flows.columns.push_back(place(rates.columns()[g]));
            needed.insert(flows.columns.back());
        }
        flow.columns = count(flows.columns) - flow.column_begin;
        flow.value_begin = static_cast<std::uint32_t>(reaction.column_begin);
        flow.term_begin = count(flows.terms);
        for (const FlatTerm& term : reaction.terms) {
            flows.terms.push_back({place(term.species), term.weight});
        }
        flow.terms = count(flows.terms) - flow.term_begin;
        flows.flows.push_back(flow);
    }
    for (int i = 0; i < static_cast<int>(tile.size); ++i) {
        (needed.contains(place(i)) ? flows.shifted : flows.unshifted).push_back(place(i));
    }
    return flows;
}

void SensitivitySolver::Work::list_rows(SensitivityTile& tile, std::vector<Link>& list) const {
    using Constant = SensitivityRates::Constant;
    // by place of the first lane of a group, then by channel
    std::map<std::size_t, std::map<std::size_t, std::vector<Link>>> rows;
    std::size_t place = 0;
    for (std::size_t p = 0; p < parameters.size(); ++p) {
        const SensitivityParameter& parameter = parameters[p];
        const std::size_t first_place = std::exchange(place, place + parameter.coefficients.size());
        if (p < tile.first_parameter || p >= tile.first_parameter + tile.parameters) {
            continue;
        }
        const std::size_t lane = p - tile.first_parameter;
        const auto add = [&](std::size_t reaction, std::size_t channel, Link link) {
            link.lane = lane % tile_group;
            for (const FlatTerm& term : rates.reactions()[reaction].terms) {
                link.term = term.weight;
                rows[static_cast<std::size_t>(term.species) * tile.lanes + lane - link.lane]
                    [channel]
                        .push_back(link);
            }
        };
        for (std::size_t r = 0; r < rates.reactions().size(); ++r) {
            const SensitivityRates::Reaction& reaction = rates.reactions()[r];
            for (std::size_t c = reaction.channel_begin; c < reaction.channel_end; ++c) {
                const SensitivityRates::Channel& channel = rates.channels()[c];
                if (channel.constant == Constant::coefficient) {
                    for (std::size_t i = 0; i < parameter.coefficients.size(); ++i) {
                        if (parameter.coefficients[i].coefficient.index == channel.coefficient) {
                            add(r, c, {0, 0, first_place + i, 0.0, 1.0, true});
                        }
                    }
                    continue;
                }
                for (const FactorWeight& link : channel.constant == Constant::factor_a
                                                    ? parameter.factor_a
                                                    : parameter.factor_b) {
                    if (static_cast<int>(link.place) == channel.factor) {
                        add(r, c, {0, 0, 0, link.weight, 1.0, false});
                    }
                }
            }
        }
    }
    for (const bool single : {true, false}) {
        for (auto& [first_lane, channels] : rows) {
            if ((channels.size() == 1) != single) {
                continue;
            }
            TileRow row;
            row.place = static_cast<std::uint32_t>(first_lane);
            for (auto& [channel, found] : channels) {
                for (Link& link : found) {
                    link.entry = tile.entries.size();
                    list.push_back(link);
                }
                tile.entries.push_back(static_cast<std::uint32_t>(channel));
            }
            row.entry_end = static_cast<std::uint32_t>(tile.entries.size());
            tile.rows.push_back(row);
            tile.single_rows += single ? 1 : 0;
        }
    }
}

void SensitivitySolver::Work::load(std::span<const double> sensitivities) {
    for (SensitivityTile& tile : tiles) {
        for (std::size_t i = 0; i < species(); ++i) {
            const auto row = static_cast<std::size_t>(state.bound.place()[i]) * tile.lanes;
            for (std::size_t lane = 0; lane < tile.parameters; ++lane) {
                tile.now[row + lane] =
                    sensitivities[i * parameters.size() + tile.first_parameter + lane];
            }
        }
    }
}

void SensitivitySolver::Work::gather(const SensitivityTile& tile, const double* values,
                                     std::span<double> sensitivities) const {
    for (std::size_t i = 0; i < species(); ++i) {
        const double* const row =
            values + static_cast<std::size_t>(state.bound.place()[i]) * tile.lanes;
        std::copy(row, row + tile.parameters,
                  sensitivities.begin() +
                      static_cast<std::ptrdiff_t>(i * parameters.size() + tile.first_parameter));
    }
}

void SensitivitySolver::Work::gather(PaddedArray SensitivityTile::*array,
                                     std::span<double> sensitivities) const {
    for (const SensitivityTile& tile : tiles) {
        gather(tile, (tile.*array).data(), sensitivities);
    }
}

void SensitivitySolver::Work::interpolate(double x, std::span<const double> dense) {
    for (const SensitivityTile& tile : tiles) {
        options.kernels.interpolate(tile, x, dense, between.data());
        gather(tile, between.data(), output);
    }
}

void SensitivitySolver::Work::run_tiles() {
    for (SensitivityTile& tile : tiles) {
        options.kernels.step[tile.lanes / tile_group](tile, step);
    }
}

void SensitivitySolver::Work::commit() {
    for (SensitivityTile& tile : tiles) {
        std::swap(tile.now, tile.result);
    }
}

bool SensitivitySolver::Work::find_flaw() {
    for (const SensitivityTile& tile : tiles) {
        for (std::size_t lane = 0; lane < tile.parameters; ++lane) {
            if (tile.flaw[lane] == 0.0) {
                continue;
            }
            flaw_parameter = tile.first_parameter + lane;
            for (std::size_t i = 0; i < species(); ++i) {
                const auto row = static_cast<std::size_t>(state.bound.place()[i]) * tile.lanes;
                if (!std::isfinite(tile.result[row + lane])) {
                    flaw_species = i;
                    break;
                }
            }
            return true;
        }
    }
    return false;
}

double SensitivitySolver::Work::error() const {
    double worst = 0.0;
    for (const SensitivityTile& tile : tiles) {
        const std::size_t stride = tile.size * tile.lanes;
        const double* const last = tile.stages.data() + (step.stages - 1) * stride;
        const double* const before = last - stride;
        for (std::size_t lane = 0; lane < tile.parameters; ++lane) {
            const double scale = parameters[tile.first_parameter + lane].scale;
            double squares = 0.0;
            for (std::size_t i = 0; i < tile.size; ++i) {
                const std::size_t p = i * tile.lanes + lane;
                const double size = std::max(std::abs(tile.now[p]), std::abs(tile.result[p]));
                const double error = last[p] - before[p];
                const double ratio =
                    error / (state.absolute[i] / scale + state.options.relative_tolerance * size);
                squares += ratio * ratio;
            }
            worst = std::max(worst, squares / static_cast<double>(tile.size));
        }
    }
    return std::sqrt(worst);
}

void SensitivitySolver::Work::set_start_weights() {
    for (std::size_t t = 0; t < tiles.size(); ++t) {
        SensitivityTile& tile = tiles[t];
        double* const all = tile.start_weights.data();
        std::fill(all, all + tile.start_weights.size(), 0.0);
        for (const Link& link : links[t]) {
            all[link.entry * tile_group + link.lane] +=
                link.term * (link.coefficient ? start_weights[link.place] : link.weight);
        }
        tile.flows = &tile.steady;
        tile.weights.fill(all);
    }
}

void SensitivitySolver::Work::set_stage_weights(std::size_t i, const ForcingRecord::Entry* change,
                                                double slope_weight) {
    const double* const sources = rates.sources(i);
    const double* const moved = rates.moved(i);
    for (std::size_t t = 0; t < tiles.size(); ++t) {
        SensitivityTile& tile = tiles[t];
        double* const all = stage_weights[t].data() + i * tile.entries.size() * tile_group;
        for (std::size_t p = 0; p < tile.entries.size() * tile_group; ++p) {
            all[p] = tile.start_weights[p] * sources[tile.entries[p / tile_group]];
        }
        for (const Link& link : links[t]) {
            if (link.coefficient) {
                const std::size_t c = tile.entries[link.entry];
                const double later =
                    change == nullptr ? 0.0 : change->weights[link.place] * moved[c];
                all[link.entry * tile_group + link.lane] +=
                    link.term *
                    (later + slope_weight * slope_weights[link.place] * rates.channels()[c].start);
            }
        }
        tile.flows = &tile.forced;
        tile.weights[i] = all;
    }
}

}  // namespace caravel::kinetics
