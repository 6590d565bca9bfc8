#include "caravel/inference/population/sensitivity_plan.hpp"

#include "caravel/base/suggest.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/input/reader.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace caravel::inference::population {
namespace {

using input::Presence;

constexpr std::size_t most_for_sobol = 8;  // parameters with which auto takes Sobol indices
constexpr std::int64_t usual_trajectories = 20;
constexpr std::int64_t usual_base = 256;
constexpr double population_tail = 0.05;
constexpr double male = 1.0 - 1e-9;  // of the uniform number for the sex

Factor make_factor(const RangeInput& range) {
    const UnitRange ends = parse_range(range.low + ".." + range.high, range.key, range.where);
    Factor factor{range.key, ends.unit, ends.low, ends.high, range.scale == "log"};
    if (factor.logarithmic && !(factor.low > 0.0))
        throw InputError(Diagnostic{range.where,
                                    "low of " + range.key + " is " + format_number(factor.low),
                                    "a number above 0 on a logarithmic scale", ""});
    return factor;
}

double between(const Factor& f, double u) {
    if (f.logarithmic) return f.low * std::pow(f.high / f.low, u);
    return f.low + u * (f.high - f.low);
}

double inner(double u) { return population_tail + (1.0 - 2.0 * population_tail) * u; }

/// An observable needs a time here: one number for each point.
void check_outputs(const SensitivityInput& plan, const StudyFacts& facts) {
    for (const auto& text : plan.outputs) {
        const RequestedOutput output = parse_output(text);
        if (output.time) continue;
        for (const auto& o : facts.observables)
            if (o.name == output.name)
                throw InputError(Diagnostic{{},
                                            "output '" + text + "' is a curve",
                                            "a number or an observable at a time",
                                            "for example " + text + "@24 h"});
    }
}

}  // namespace

void describe(input::Visitor& v, RangeInput& range) {
    v.text({"key", "key of the study file as --set writes it", Presence::required}, range.key);
    v.text({"low", "lower end with its unit", Presence::required}, range.low);
    v.text({"high", "upper end with its unit", Presence::required}, range.high);
    v.choice({"scale", "linear or log"}, range.scale, {"linear", "log"});
    if (v.reads()) range.where = v.where();
}

void describe(input::Visitor& v, SensitivityInput& plan) {
    v.text({"study", "study file, relative to this plan", Presence::required}, plan.study);
    v.texts({"set", "values of the study to replace, key=value"}, plan.assignments);
    v.choice({"method", "morris, sobol, or auto: sobol up to 8 parameters"}, plan.method,
             {"auto", "morris", "sobol"});
    v.integer({"count", "trajectories (morris) or base points (sobol); 0: 20 or 256"}, plan.count,
              0, 100'000'000);
    v.integer({"seed", "of the points"}, plan.seed, 0, std::numeric_limits<std::int64_t>::max());
    v.text({"population", "whose quantities vary when no key is named"}, plan.population);
    v.texts({"outputs", "numbers of the results or observables at a time"}, plan.outputs);
    v.records({"vary", "keys with their ranges"}, plan.varied);
}

SensitivityInput read_sensitivity_plan(const std::filesystem::path& path) {
    SensitivityInput plan;
    if (!is_plan(path)) {
        plan.study = path.string();
        return plan;
    }
    auto document = input::read_document(path);
    numbers_to_texts(document, "vary", {"low", "high"});
    plan = input::read<SensitivityInput>(document.root);
    plan.study = (path.parent_path() / plan.study).lexically_normal().string();
    return plan;
}

RangeInput parse_vary(const std::string& text) {
    const Location where{"--vary " + text, 0, 0};
    const std::size_t equals = text.find('=');
    if (equals == 0 || equals == std::string::npos)
        throw InputError(
            Diagnostic{where, "no key and range", "key=low..high", "subject.body_weight=18..26 g"});
    RangeInput range;
    range.key = text.substr(0, equals);
    range.where = where;
    const UnitRange ends = parse_range(text.substr(equals + 1), range.key, where);
    const std::string unit = ends.unit == "1" ? "" : " " + ends.unit;
    range.low = format_number(ends.low) + unit;
    range.high = format_number(ends.high) + unit;
    return range;
}

std::string echo_plan(const SensitivityInput& plan) { return input::to_toml(input::echo(plan)); }

SensitivityDesign::SensitivityDesign(const std::string& method, std::size_t factors,
                                     std::int64_t count, std::uint64_t seed) {
    const std::array<std::string_view, 3> methods{"auto", "morris", "sobol"};
    if (std::find(methods.begin(), methods.end(), method) == methods.end())
        throw InputError(Diagnostic{{},
                                    "no method of sensitivity is named '" + method + "'",
                                    "morris, sobol or auto",
                                    did_you_mean(method, methods)});
    if (factors == 0) throw InputError(Diagnostic{{}, "nothing varies", "one key or more", ""});
    const bool is_sobol = method == "sobol" || (method == "auto" && factors <= most_for_sobol);
    const auto number = [&](std::int64_t usual) {
        return static_cast<std::uint64_t>(count > 0 ? count : usual);
    };
    if (!is_sobol) {
        morris_ = {factors, number(usual_trajectories), 4, seed};
        morris_point(morris_, 0);  // refuses a plan that cannot be
        return;
    }
    sobol_ = {factors, number(usual_base), seed};
    design_ = std::make_unique<SobolIndexDesign>(sobol_);
}

std::uint64_t SensitivityDesign::points() const {
    return is_morris() ? morris_.points() : sobol_.points();
}

std::vector<double> SensitivityDesign::point(std::uint64_t i) const {
    return is_morris() ? morris_point(morris_, i) : design_->point(i);
}

SensitivityStudy::SensitivityStudy(SensitivityInput plan, const study::DataPaths& data,
                                   const ModelFactory& models)
    : plan_(std::move(plan)) {
    if (plan_.varied.empty())
        bind_population(data, models);
    else
        bind_ranges(data, models);
    design_ = std::make_unique<SensitivityDesign>(plan_.method, factors_.size(), plan_.count,
                                                  static_cast<std::uint64_t>(plan_.seed));
}

void SensitivityStudy::bind_ranges(const study::DataPaths& data, const ModelFactory& models) {
    const StudyFacts facts = study_facts(plan_.study, plan_.assignments, data);
    check_outputs(plan_, facts);
    name_ = facts.name;
    StudyFamily::Plan family;
    family.study = plan_.study;
    family.assignments = plan_.assignments;
    for (const auto& range : plan_.varied) {
        factors_.push_back(make_factor(range));
        family.keys.push_back({range.key, factors_.back().unit});
    }
    for (const auto& text : plan_.outputs) family.outputs.push_back(parse_output(text));
    model_ = models(family);
    for (std::size_t k = 0; k < model_.names.size(); ++k)
        outputs_.push_back(
            {family.outputs.empty() ? model_.names[k] : output_name(family.outputs[k]),
             model_.units[k]});
}

void SensitivityStudy::bind_population(const study::DataPaths& data, const ModelFactory& models) {
    PopulationInput input;
    input.study = plan_.study;
    input.assignments = plan_.assignments;
    input.population = plan_.population;
    input.seed = plan_.seed;
    input.outputs = plan_.outputs;
    population_ = std::make_unique<PopulationStudy>(std::move(input), data, models);
    check_outputs(plan_, population_->facts());
    plan_.population = population_->plan().population;
    name_ = population_->facts().name;
    model_ = population_->model();
    const auto& columns = population_->columns();
    for (std::size_t k = 0; k < population_->numbers(); ++k)
        outputs_.push_back(columns[population_->first_output() + k]);
    const auto& names = population_->sample().population().quantities();
    std::vector<double> u(names.size(), 0.5);
    for (std::size_t q = 0; q < names.size(); ++q) {
        const std::size_t column = find_column(names[q], columns, {});
        const auto end = [&](double at) {
            u[q] = at;
            return population_->traits(population_->sample().at(male, u))[column];
        };
        const double low = end(inner(0.0));
        const double high = end(inner(1.0));
        u[q] = 0.5;
        factors_.push_back({names[q], columns[column].unit, low, high, false});
    }
}

std::vector<double> SensitivityStudy::values_at(std::span<const double> u) const {
    std::vector<double> values;
    if (population_) {
        for (const double x : u) values.push_back(inner(x));
        return population_->values(population_->sample().at(male, values));
    }
    for (std::size_t k = 0; k < factors_.size(); ++k) values.push_back(between(factors_[k], u[k]));
    return values;
}

std::vector<double> SensitivityStudy::values(std::uint64_t i) const {
    return values_at(design_->point(i));
}

std::string SensitivityStudy::describe(std::uint64_t i) const {
    const std::vector<double> u = design_->point(i);
    std::string text;
    for (std::size_t k = 0; k < factors_.size(); ++k) {
        const Factor& f = factors_[k];
        text += (k == 0 ? "" : ", ") + f.name + " ";
        if (population_)
            text += "at its " + format_number(100.0 * inner(u[k]), 4) + " % value";
        else
            text += format_number(between(f, u[k])) + (f.unit == "1" ? "" : " " + f.unit);
    }
    return text;
}

std::string SensitivityStudy::identity() const {
    SensitivityInput plan = plan_;
    plan.study = std::filesystem::path(plan.study).filename().string();
    plan.method = design_->is_morris() ? "morris" : "sobol";
    std::string text = echo_plan(plan) + "\n# " + model_.identity + "\n";
    if (population_) text += population_->identity();
    return text;
}

}  // namespace caravel::inference::population
