// How fast the particle dissolves or falls apart, on a card.
#include "caravel/formulation/cards/chemistry_part.hpp"
#include "caravel/formulation/chemistry/dissolution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace caravel::formulation {
namespace {

using namespace chemistry;

constexpr double ph_values[] = {7.4, 6.5, 5.0};
constexpr const char* ph_names[] = {"ph_7_4", "ph_6_5", "ph_5_0"};
constexpr ChemistryConditions at;

std::string text(double value) { return format_number(value, 3); }

SurfaceRate surface_rate_of(FactReader& facts, const std::string& m) {
    return {facts.get(m, "acid_dissolution", 0.0),    facts.get(m, "acid_order", 1.0),
            facts.get(m, "neutral_dissolution", 0.0), facts.get(m, "reductive_dissolution", 0.0),
            facts.get(m, "acid_activation", 0.0),     facts.get(m, "neutral_activation", 0.0)};
}

/// What shrinks: the wall of a porous body, else the piece itself.
ShrinkingCore core_of(const CardContext& c, const ExposedMatter& matter) {
    ShrinkingCore core;
    core.molar_volume = c.library.value("materials", matter.material, "molar_mass") /
                        c.library.value("materials", matter.material, "density");
    const ShapeVariant& form = c.formulation.shape.form;
    const bool shell = matter.layer > 0 && matter.layer >= layers_in_shape(form);
    if (matter.porous || shell || std::holds_alternative<Vesicle>(form) ||
        std::holds_alternative<Cage>(form)) {
        core.dimensions = 1;
        core.radius = matter.volume / matter.area;
    } else if (const auto* rod = std::get_if<Rod>(&form)) {
        core.dimensions = 2;
        core.radius = 0.5 * rod->diameter;
    } else if (const auto* disc = std::get_if<Disc>(&form)) {
        core.dimensions = 1;
        core.radius = 0.5 * disc->thickness;
    } else {
        core.radius = 3.0 * matter.volume / matter.area;
    }
    return core;
}

std::string body_of(const ShrinkingCore& core) {
    const char* shapes[] = {"", "wall of half thickness", "rod of radius", "sphere of radius"};
    return fmt::format("{} {} nm", shapes[core.dimensions], text(core.radius * 1e9));
}

void add_dissolution(const CardContext& c, CardSection& section, FactReader& facts,
                     const ExposedMatter& matter) {
    const SurfaceRate law = surface_rate_of(facts, matter.material);
    const ShrinkingCore core = core_of(c, matter);
    const double t = c.formulation.medium.temperature;
    const std::string method = "shrinking core, surface reaction";
    CardCurve curve{"dissolution", "time", "h", {}, "share left", "1", {}, {}, true, false};
    double fastest = 1e300;
    double slowest = 0.0;
    std::vector<std::pair<std::string, double>> rates;
    for (std::size_t i = 0; i < std::size(ph_values); ++i) {
        const double rate = surface_rate(law, ph_values[i], t);
        const double half = dissolution_half_life(core, rate);
        add_value(section, facts, fmt::format("degradation_half_life_{}", ph_names[i]), half, "h",
                  fmt::format("half of {} dissolved at pH {}", matter.material, ph_values[i]),
                  method,
                  fmt::format("{} mol/(m2.s), {}, into clean liquid, rates often uncertain tenfold",
                              text(rate), body_of(core)));
        fastest = std::min(fastest, half);
        slowest = std::max(slowest, half);
        rates.emplace_back(fmt::format("pH {}", ph_values[i]), rate);
    }
    if (law.reductive > 0.0) {
        const double rate = surface_rate(law, 7.4, t, at.glutathione);
        add_value(section, facts, "degradation_half_life_glutathione",
                  dissolution_half_life(core, rate), "h",
                  fmt::format("at pH 7.4 with {} mmol/L glutathione", text(at.glutathione)), method,
                  fmt::format("{} mol/(m2.s), {}", text(rate), body_of(core)));
        rates.emplace_back("pH 7.4, glutathione", rate);
        fastest = std::min(fastest, dissolution_half_life(core, rate));
    }
    const double decades = std::log10(slowest / fastest) + 2.0;
    for (int i = 0; i <= 60; ++i)
        curve.x.push_back(0.03 * fastest * std::pow(10.0, decades * i / 60.0));
    for (const auto& [label, rate] : rates) {
        CardLine line{label, {}};
        for (const double x : curve.x) line.y.push_back(share_left(core, rate, x));
        curve.lines.push_back(std::move(line));
    }
    curve.method = method;
    section.curves.push_back(std::move(curve));
    section.notes.push_back(fmt::format(
        "rate law {}_dissolution: {} x 10^(-{} pH) + {} + {} m/s x [GSH], mol/(m2.s), 25 Cel",
        matter.material, text(law.acid), text(law.acid_order), text(law.neutral),
        text(law.reductive)));
}

void add_hydrolysis(const CardContext& c, CardSection& section, FactReader& facts,
                    const std::string& m) {
    const BulkRate law{facts.need(m, "hydrolysis_rate"), facts.get(m, "acid_hydrolysis_rate", 0.0),
                       facts.get(m, "hydrolysis_acid_order", 1.0),
                       facts.get(m, "hydrolysis_activation", 0.0)};
    for (std::size_t i = 0; i < std::size(ph_values); ++i) {
        const double k = bulk_rate(law, ph_values[i], c.formulation.medium.temperature);
        add_value(section, facts, fmt::format("degradation_half_life_{}", ph_names[i]),
                  std::numbers::ln2 / k, "d", fmt::format("mass of {} at pH {}", m, ph_values[i]),
                  "bulk hydrolysis, first order", "autocatalysis inside left out");
    }
    section.notes.push_back(fmt::format("rate law {}_hydrolysis: {} 1/d at pH 7.4, 37 Cel", m,
                                        text(law.neutral * 86400.0)));
}

}  // namespace

void add_degradation(const CardContext& c, const std::vector<ExposedMatter>& exposed,
                     CardSection& section) {
    std::string materials;
    for (const ExposedMatter& matter : exposed) {
        materials += (materials.empty() ? "" : ", ") + matter.material;
        FactReader facts(c.library, "catalysis");
        const bool bulk =
            c.library.find("catalysis", matter.material, "hydrolysis_rate").has_value();
        const bool surface =
            c.library.find("catalysis", matter.material, "acid_dissolution").has_value() ||
            c.library.find("catalysis", matter.material, "neutral_dissolution").has_value();
        if (!bulk && !surface) continue;
        attempt(section, "degradation_half_life", [&] {
            if (bulk)
                add_hydrolysis(c, section, facts, matter.material);
            else
                add_dissolution(c, section, facts, matter);
        });
        return;
    }
    section.refusals.push_back(
        {"degradation_half_life", fmt::format("no rate of dissolution or hydrolysis of {} in "
                                              "data/catalysis.csv",
                                              materials.empty() ? "its matter" : materials)});
}

}  // namespace caravel::formulation
