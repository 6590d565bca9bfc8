#include "caravel/inference/population/population_study.hpp"

#include "caravel/base/suggest.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/report/text.hpp"
#include "caravel/study/observables.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::inference::population {
namespace {

/// A distribution whose values are multiplied by a factor above 0.
Distribution scaled(Distribution d, double factor) {
    if (auto* x = std::get_if<Uniform>(&d)) *x = {x->low * factor, x->high * factor};
    if (auto* x = std::get_if<LogUniform>(&d)) *x = {x->low * factor, x->high * factor};
    if (auto* x = std::get_if<Normal>(&d)) *x = {x->mean * factor, x->standard_deviation * factor};
    if (auto* x = std::get_if<LogNormal>(&d)) x->median *= factor;
    return d;
}

bool same_output(const RequestedOutput& a, const RequestedOutput& b) {
    return a.name == b.name && a.time == b.time;
}

void add_once(std::vector<RequestedOutput>& list, const RequestedOutput& output) {
    const bool is_there = std::any_of(list.begin(), list.end(),
                                      [&](const auto& o) { return same_output(o, output); });
    if (!is_there) list.push_back(output);
}

const Column* find_observable(const StudyFacts& facts, const std::string& name) {
    for (const auto& o : facts.observables)
        if (o.name == name) return &o;
    return nullptr;
}

/// Observables shown over time when nobody asks for any: the first of blood, and the tumour.
std::vector<std::string> usual_bands(const StudyFacts& facts) {
    std::vector<std::string> names;
    const auto first = [&](const std::string& start) {
        for (const auto& o : facts.observables)
            if (o.name.rfind(start, 0) == 0) {
                names.push_back(o.name);
                return;
            }
    };
    for (const char* start : {"blood.", "tumour.concentration", "tumour.volume"}) first(start);
    return names;
}

}  // namespace

ValueModel value_model(const std::shared_ptr<const StudyFamily>& family) {
    ValueModel model{
        family->output_names(), family->output_units(), family->identity(), {}, {}, family};
    model.evaluate = [family](std::span<const double> values) { return family->evaluate(values); };
    model.command = [family](std::span<const double> values) { return family->command(values); };
    return model;
}

ModelFactory study_models(const study::DataPaths& data) {
    return [data](const StudyFamily::Plan& plan) {
        return value_model(std::make_shared<const StudyFamily>(plan, data));
    };
}

StudyFacts study_facts(const std::filesystem::path& study,
                       const std::vector<std::string>& assignments, const study::DataPaths& data) {
    const study::Prepared prepared = study::prepare(study, assignments, data);
    StudyFacts facts;
    facts.name = prepared.file.input.info.name;
    facts.species = prepared.file.input.subject.body.species;
    facts.until = prepared.file.input.run.until;
    for (const auto& o : study::make_observables(prepared.built, prepared.file.input))
        facts.observables.push_back({o.name, o.unit});
    return facts;
}

std::vector<double> band_times(double until) {
    std::vector<double> times;
    for (int k = 10; k >= 6; --k) times.push_back(until / std::ldexp(1.0, k));
    for (int k = 1; k <= 32; ++k) times.push_back(until * k / 32.0);
    return times;
}

PopulationStudy::PopulationStudy(PopulationInput plan, const study::DataPaths& data,
                                 const ModelFactory& models)
    : plan_(std::move(plan)) {
    facts_ = study_facts(plan_.study, plan_.assignments, data);
    if (plan_.population.empty()) plan_.population = default_population(facts_.species);
    std::optional<Distribution> weight;
    std::vector<VariedNumber> own;
    for (const auto& vary : plan_.varied) {
        VariedNumber varied = make_varied(vary);
        if (varied.key.key != "subject.body_weight") {
            own.push_back(std::move(varied));
            continue;
        }
        const Unit unit = parse_unit(varied.key.unit);
        if (unit.dimension != dimension::mass)
            throw InputError(
                Diagnostic{vary.where, "the body weight is in " + varied.key.unit, "a mass", ""});
        weight = scaled(varied.distribution, unit.factor);
    }
    matter::Library library(data.root);
    VirtualPopulation population(plan_.population, library, weight);
    keys_ = std::make_unique<StudyKeys>(plan_.study, plan_.assignments, population, data);
    sources_ = library.used();
    sample_ = std::make_unique<PopulationSample>(std::move(population), own, plan_.correlations,
                                                 static_cast<std::uint64_t>(plan_.seed));
    std::size_t fresh = keys_->keys().size();
    for (const auto& v : own) {
        const auto& keys = keys_->keys();
        const auto found = std::find_if(keys.begin(), keys.end(),
                                        [&](const auto& k) { return k.key == v.key.key; });
        replaced_.push_back(found == keys.end() ? fresh++
                                                : static_cast<std::size_t>(found - keys.begin()));
    }
    for (const auto& c : covariates(sample_->individual(0).subject))
        columns_.push_back({c.name, c.unit});
    for (const auto& v : own) columns_.push_back({v.key.key, v.key.unit});
    const auto outputs = request(models);
    model_ = models(family_plan(outputs));
    for (std::size_t k = 0; k < outputs.size(); ++k)
        columns_.push_back({output_name(outputs[k]), model_.units.at(k)});
    for (const auto& g : plan_.subgroups)
        if (g.where.empty())
            find_column(g.by, columns_, g.place);
        else
            bind_condition(parse_condition(g.where, g.place), columns_, g.place);
    for (const auto& r : plan_.responders)
        bind_condition(parse_condition(r.where, r.place), columns_, r.place);
}

StudyFamily::Plan PopulationStudy::family_plan(std::vector<RequestedOutput> outputs) const {
    StudyFamily::Plan plan;
    plan.study = plan_.study;
    plan.assignments = keys_->assignments();
    plan.keys = keys_->keys();
    for (std::size_t k = 0; k < replaced_.size(); ++k) {
        const VariedKey& key = sample_->own()[k].key;
        if (replaced_[k] < plan.keys.size())
            plan.keys[replaced_[k]] = key;
        else
            plan.keys.push_back(key);
    }
    plan.outputs = std::move(outputs);
    return plan;
}

bool PopulationStudy::is_trait(const std::string& name) const {
    return std::any_of(columns_.begin(), columns_.end(),
                       [&](const auto& c) { return c.name == name; });
}

void PopulationStudy::add_condition_outputs(std::vector<RequestedOutput>& numbers) {
    const auto add = [&](const std::string& text, const Location& where) {
        if (text.empty()) return;
        const Condition c = parse_condition(text, where);
        for (const auto& name : {c.left, c.right}) {
            if (name.empty() || is_trait(name)) continue;
            // A misspelt covariate must not become an unknown output.
            const RequestedOutput output = parse_output(name);
            std::vector<std::string_view> near;
            for (const auto& column : columns_) near.push_back(column.name);
            const std::string hint = did_you_mean(name, near);
            if (!output.time && !hint.empty() && name.find('.') == std::string::npos)
                throw InputError(Diagnostic{where, "individuals have no number '" + name + "'",
                                            "a covariate, a varied key or an output", hint});
            add_once(numbers, output);
        }
    };
    for (const auto& g : plan_.subgroups) add(g.where, g.place);
    for (const auto& r : plan_.responders) add(r.where, r.place);
}

/// Single numbers first, then the points of the bands.
std::vector<RequestedOutput> PopulationStudy::request(const ModelFactory& models) {
    std::vector<RequestedOutput> numbers;
    std::vector<std::string> over_time;
    for (const auto& text : plan_.outputs) {
        const RequestedOutput output = parse_output(text);
        if (!output.time && find_observable(facts_, output.name))
            over_time.push_back(output.name);
        else
            add_once(numbers, output);
    }
    if (plan_.outputs.empty()) {
        for (const auto& name : models(family_plan({})).names)
            add_once(numbers, parse_output(name));
        over_time = usual_bands(facts_);
    }
    add_condition_outputs(numbers);
    numbers_ = numbers.size();
    const std::vector<double> times = band_times(facts_.until);
    for (const auto& name : over_time) {
        bands_.push_back({name, times, numbers.size()});
        for (const double t : times) numbers.push_back({name, t});
    }
    return numbers;
}

std::vector<double> PopulationStudy::values(const Individual& individual) const {
    std::vector<double> values = keys_->values(individual.subject);
    for (std::size_t k = 0; k < replaced_.size(); ++k) {
        if (replaced_[k] < values.size())
            values[replaced_[k]] = individual.own[k];
        else
            values.push_back(individual.own[k]);
    }
    return values;
}

std::vector<double> PopulationStudy::traits(const Individual& individual) const {
    std::vector<double> traits;
    for (const auto& c : covariates(individual.subject)) traits.push_back(c.value);
    traits.insert(traits.end(), individual.own.begin(), individual.own.end());
    return traits;
}

std::string PopulationStudy::describe(const Individual& individual) const {
    const std::vector<double> values = traits(individual);
    std::string text;
    for (std::size_t k = 0; k < values.size(); ++k) {
        const std::string& unit = columns_[k].unit;
        text += (k == 0 ? "" : ", ") + columns_[k].name + " " + format_number(values[k]) +
                (unit == "1" ? "" : " " + unit);
    }
    return text;
}

std::string PopulationStudy::identity() const {
    PopulationInput plan = plan_;
    plan.study = std::filesystem::path(plan.study).filename().string();
    std::string text = echo_plan(plan) + "\n# " + model_.identity + "\n";
    for (const auto& fact : sources_)
        text += "# " + fact.name + " " + fact.property + " " + fact.context + " " +
                report::exact_text(fact.si) + "\n";
    return text;
}

}  // namespace caravel::inference::population
