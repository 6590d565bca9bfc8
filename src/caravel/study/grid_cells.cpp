// Cells of a tumour in space: growth, necrosis, kill.
#include "caravel/base/error.hpp"
#include "caravel/study/grid_parts.hpp"

#include <fmt/format.h>

#include <numbers>

namespace caravel::study {
namespace {

using tissue::Law;

double growth_rate(const Tumour& input) {
    if (std::holds_alternative<response::NoGrowth>(input.growth.law)) return 0.0;
    if (const auto* e = std::get_if<response::ExponentialGrowth>(&input.growth.law))
        return std::numbers::ln2 / e->doubling_time;
    throw InputError(Diagnostic{
        input.tissue.where,
        "a tumour in space is limited by its oxygen, not by a law of its volume",
        "growth law 'exponential' (the doubling time with oxygen in plenty) or 'none'", ""});
}

void add_growth(GridParts& parts, std::size_t i, double rate) {
    const std::string name = parts.place(".growth.") + parts.parameters.populations[i].name;
    const auto id = parts.local().add_coefficient(name, rate);
    const auto cells = parts.tumour.population(i);
    parts.local().add_reaction({name, {{cells, 1.0}}, {id, cells, {}, {}}});
    if (parts.plan.input.oxygen) parts.vary(name, Law::proliferation, -1, rate);
}

void add_necrosis(GridParts& parts, std::size_t i) {
    const std::string name = parts.place(".necrosis.") + parts.parameters.populations[i].name;
    const auto id = parts.local().add_coefficient(name, 0.0);
    const auto cells = parts.tumour.population(i);
    parts.local().add_reaction(
        {name, {{cells, -1.0}, {parts.tumour.dying().front(), 1.0}}, {id, cells, {}, {}}});
    for (const auto& [agent, drug] : parts.drugs)
        for (const auto& inside : parts.tumour.inside_cells(i, agent)) {
            const bool cytosol = inside == parts.tumour.cell_place(i);
            parts.local().add_transfer(
                fmt::format("{}.drug.{}{}", name, agent, cytosol ? "" : ".nucleus"),
                drug.pool(inside), drug.pool(parts.place(".interstitium")), id);
        }
    parts.vary(name, Law::necrosis, -1, 1.0);
}

/// What a treatment that kills population i moves.
void add_deaths(GridParts& parts, std::size_t i) {
    auto& deaths = parts.plan.deaths;
    deaths.push_back({parts.tumour.population(i).index, parts.tumour.dying().front().index});
    for (const auto& [agent, drug] : parts.drugs)
        for (const auto& inside : parts.tumour.inside_cells(i, agent))
            deaths.push_back(
                {drug.pool(inside).index, drug.pool(parts.place(".interstitium")).index});
}

}  // namespace

void add_grid_cells(GridParts& parts, const Tumour& input) {
    for (const auto& kill : input.kills)
        response::add_kill(parts.local(), parts.tumour, kill, parts.drugs, parts.built.physiology);
    const double rate = growth_rate(input);
    for (std::size_t i = 0; i < parts.parameters.populations.size(); ++i) {
        const double own = rate * parts.parameters.populations[i].growth_factor;
        if (own > 0.0) add_growth(parts, i, own);
        if (parts.plan.input.oxygen) add_necrosis(parts, i);
        if (parts.plan.treated) add_deaths(parts, i);
    }
}

}  // namespace caravel::study
