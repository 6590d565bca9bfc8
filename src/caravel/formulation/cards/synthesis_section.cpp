#include "caravel/formulation/cards/parts.hpp"
#include "caravel/formulation/cards/synthesis_parameters.hpp"
#include "caravel/formulation/synthesis/reproducibility.hpp"

#include <algorithm>
#include <variant>

#include <fmt/format.h>

namespace caravel::formulation {
namespace {

using synthesis::RegimeNumber;
using synthesis::SynthesisOutcome;

constexpr int usual_batches = 12;
// Runs by size classes or in many steps take a tenth of a second; the interval says what fewer
// batches leave open.
constexpr int batches_of_long_runs = 4;
constexpr int fewest_batches = 3;        // of which a variation can be given
constexpr std::size_t long_run = 2'000;  // steps

/// The name whose rows in the synthesis table the recipe rests on.
std::string parameter_set(const synthesis::Recipe& recipe) {
    if (const synthesis::Solution* solution = synthesis::solution_of(recipe.method))
        return solution->chemistry;
    return std::visit(
        [](const auto& r) -> std::string {
            if constexpr (requires { r.chemistry; })
                return r.chemistry;
            else if constexpr (requires { r.polymer; })
                return r.polymer;
            else
                return "Au_citrate";
        },
        recipe.method);
}

/// How far the constants are known.
struct Provenance {
    std::string source;
    CardStatus status = CardStatus::computed;
};

Provenance provenance(const std::string& name, const matter::Library& library) {
    int fitted = 0;
    int assumed = 0;
    const auto facts = library.table("synthesis").all(name);
    for (const matter::Fact* fact : facts) {
        if (fact->status == matter::Status::fitted) ++fitted;
        if (fact->status == matter::Status::assumed) ++assumed;
    }
    Provenance p;
    p.source = fmt::format("data/synthesis.csv, {}: {} constants, {} fitted, {} assumed", name,
                           facts.size(), fitted, assumed);
    p.status = fitted > 0    ? CardStatus::calibrated
               : assumed > 0 ? CardStatus::assumed
                             : CardStatus::computed;
    return p;
}

/// Adds numbers of one outcome, all with its method, regime and source.
class Writer {
  public:
    Writer(CardSection& section, const SynthesisOutcome& outcome, Provenance provenance)
        : section_(section), outcome_(outcome), provenance_(std::move(provenance)) {}

    void add(std::string name, double si, std::string unit, std::string doc) {
        CardValue value;
        value.name = std::move(name);
        value.si = si;
        value.unit = std::move(unit);
        value.doc = std::move(doc);
        value.method = outcome_.method;
        value.validity = outcome_.event;
        value.source = provenance_.source;
        value.status = provenance_.status;
        section_.values.push_back(std::move(value));
    }

  private:
    CardSection& section_;
    const SynthesisOutcome& outcome_;
    Provenance provenance_;
};

void add_curve(CardSection& section, const SynthesisOutcome& outcome, std::string name,
               std::string label, std::string unit, const std::vector<double>& y) {
    const auto& times = outcome.history.times;
    if (y.empty() || y.size() != times.size()) return;
    CardCurve curve;
    curve.name = std::move(name);
    curve.x_label = "time";
    curve.x_unit = "s";
    curve.x = times;
    curve.y_label = label;
    curve.y_unit = std::move(unit);
    curve.lines = {{std::move(label), y}};
    curve.method = outcome.method;
    section.curves.push_back(std::move(curve));
}

void compare(Writer& write, const CardContext& context, const SynthesisOutcome& outcome) {
    if (!context.properties.is_particle()) return;
    const double stated = context.properties.layers.front().outer_diameter;
    if (!(stated > 0.0)) return;
    write.add(
        "made_to_stated_diameter", outcome.mean_diameter / stated, "1",
        fmt::format("mean diameter made over the {:.3g} nm of the first layer", 1e9 * stated));
}

void add_reproducibility(Writer& write, CardSection& section, const synthesis::Recipe& recipe,
                         const synthesis::Parameters& parameters, int batches, std::uint64_t seed) {
    const auto r = synthesis::reproduce(recipe, parameters, batches, seed);
    if (r.batches - r.failed < fewest_batches) {
        section.refusals.push_back(
            {"batch_to_batch",
             fmt::format("only {} of {} batches within the tolerances made particles",
                         r.batches - r.failed, r.batches)});
        return;
    }
    write.add("batch_to_batch", r.between_batches, "1",
              fmt::format("standard deviation of the mean diameter over {} batches within the "
                          "recipe's tolerances",
                          r.batches - r.failed));
    write.add("batch_to_batch_low", r.low, "1", "lower end of its 95 % interval");
    write.add("batch_to_batch_high", r.high, "1", "upper end of its 95 % interval");
    if (r.failed > 0)
        section.notes.push_back(
            fmt::format("{} of {} batches made no particles", r.failed, r.batches));
}

void fill(CardSection& section, const CardContext& context, const synthesis::Recipe& recipe) {
    const auto parameters = synthesis_parameters(recipe, context.library);
    const SynthesisOutcome outcome = synthesis::make(recipe, parameters);
    add_curve(section, outcome, "monomer_history", "monomer", "mmol/L", outcome.history.monomer);
    add_curve(section, outcome, "growth_history", "mean diameter", "nm",
              outcome.history.mean_diameter);
    if (!outcome.formed) {
        section.refusals.push_back({"synthesis_mean_diameter", outcome.event});
        return;
    }
    Writer write(section, outcome, provenance(parameter_set(recipe), context.library));
    write.add("synthesis_mean_diameter", outcome.mean_diameter, "nm", "number mean");
    write.add("synthesis_spread", outcome.spread, "1",
              "standard deviation over mean, in one batch");
    if (outcome.number) write.add("synthesis_number", *outcome.number, "1/mL", "particles made");
    if (outcome.yield)
        write.add("synthesis_yield", *outcome.yield, "1", "solid over what was given");
    for (const RegimeNumber& number : outcome.regime)
        write.add("synthesis_" + number.name, number.si, number.unit, number.doc);
    compare(write, context, outcome);
    const bool is_long = synthesis::solution_of(recipe.method) &&
                         (outcome.history.times.size() > long_run ||
                          outcome.method.find("size classes") != std::string::npos);
    add_reproducibility(write, section, recipe, parameters,
                        is_long ? batches_of_long_runs : usual_batches, context.options.seed);
}

}  // namespace

CardSection synthesis_section(const CardContext& context) {
    CardSection section{"Synthesis", {}, {}, {}, {}};
    const auto& recipe = context.formulation.synthesis;
    if (!recipe) {
        section.refusals.push_back(
            {"synthesis_mean_diameter", "the formulation has no recipe ([formulation.synthesis])"});
        return section;
    }
    attempt(section, "synthesis_mean_diameter", [&] {
        try {
            fill(section, context, *recipe);
        } catch (const NumericalError& error) {
            throw NotAvailable(error.what());
        }
    });
    return section;
}

}  // namespace caravel::formulation
