#include "caravel/inference/population/varied_study.hpp"

#include "caravel/base/suggest.hpp"
#include "caravel/input/number_reader.hpp"
#include "caravel/input/rule_text.hpp"
#include "caravel/study/dispositions.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace caravel::inference::population {
namespace {

using input::Array;
using input::Table;
using input::Value;

bool is_number_text(const std::string& text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

/// The key without "[0]", as KeyFinder writes it.
std::string without_first(const std::string& key) {
    std::string text = key;
    for (std::size_t at = text.find("[0]"); at != std::string::npos; at = text.find("[0]"))
        text.erase(at, 3);
    return text;
}

const KeyPlace* find_place(const std::vector<KeyPlace>& places, const std::string& key) {
    const std::string path = without_first(key);
    for (const auto& place : places)
        if (place.path == path) return &place;
    return nullptr;
}

bool takes_whole_numbers(const KeyPlace& place) {
    return std::holds_alternative<std::int64_t*>(place.target);
}

/// What is wrong with the unit of a key; nothing in `what` when it is right.
Diagnostic unit_mistake(const VariedKey& key, const KeyPlace& place) {
    if (takes_whole_numbers(place)) {
        if (key.unit.empty()) return {};
        return {{}, "'" + key.key + "' is varied in '" + key.unit + "'", "a whole number", ""};
    }
    const std::string expected = input::expected_kind(place.rules);
    if (key.unit.empty()) {
        for (const auto& rule : place.rules)
            if (input::is_plain(rule)) return {};
        return {{}, "'" + key.key + "' is varied without a unit", expected, ""};
    }
    try {
        const Unit unit = parse_unit(key.unit);
        for (const auto& rule : place.rules)
            if (parse_unit(rule.unit).dimension == unit.dimension) return {};
        return {{},
                "'" + key.key + "' is varied in '" + key.unit + "', " +
                    input::with_article(unit.dimension),
                expected,
                ""};
    } catch (const UnitError& error) {
        return {{}, "'" + key.key + "': " + error.what(), expected, error.hint()};
    }
}

std::string quoted(const std::string& text) {
    std::string result = "'";
    for (const char c : text) result += c == '\'' ? "'\\''" : std::string(1, c);
    return result + "'";
}

}  // namespace

std::vector<VariedStudy::Step> VariedStudy::steps_of(const std::string& key) {
    std::vector<Step> steps;
    std::size_t i = 0;
    while (i < key.size()) {
        const bool bracket = key[i] == '[';
        if (bracket || key[i] == '.') ++i;
        const std::size_t end = std::min(key.find_first_of(bracket ? "]" : ".[", i), key.size());
        const std::string part = key.substr(i, end - i);
        i = bracket ? end + 1 : end;
        if (is_number_text(part) && part.size() < 9 && !steps.empty())
            steps.push_back({"", std::stoul(part)});
        else
            steps.push_back({part, 0});
    }
    return steps;
}

std::vector<VariedStudy::Step> VariedStudy::settable(std::vector<Step> steps) const {
    const Value* at = &document_.root;
    for (std::size_t i = 0; i < steps.size() && at != nullptr; ++i) {
        if (!steps[i].name.empty()) {
            const auto* table = std::get_if<Table>(&at->data);
            const auto* entry = table ? table->find(steps[i].name) : nullptr;
            at = entry ? &entry->value : nullptr;
        } else if (at->is_table() && steps[i].index == 0) {
            steps.erase(steps.begin() + static_cast<std::ptrdiff_t>(i--));
        } else {
            const auto* list = std::get_if<Array>(&at->data);
            at = list && steps[i].index < list->size() ? &(*list)[steps[i].index] : nullptr;
        }
    }
    return steps;
}

std::string VariedStudy::text_of(const std::vector<Step>& steps) {
    std::string text;
    for (const auto& step : steps)
        text += step.name.empty() ? "[" + std::to_string(step.index) + "]"
                                  : (text.empty() ? "" : ".") + step.name;
    return text;
}

std::vector<VariedStudy::Step> VariedStudy::entering_lists(std::vector<Step> steps) const {
    const Value* at = &document_.root;
    for (std::size_t i = 0; at != nullptr && (i < steps.size() || at->is_array()); ++i) {
        if (at->is_array()) {
            if (i == steps.size() || !steps[i].name.empty())
                steps.insert(steps.begin() + static_cast<std::ptrdiff_t>(i), {"", 0});
            const auto& list = std::get<Array>(at->data);
            at = steps[i].index < list.size() ? &list[steps[i].index] : nullptr;
        } else {
            const auto* table = std::get_if<Table>(&at->data);
            const auto* entry = table ? table->find(steps[i].name) : nullptr;
            at = entry ? &entry->value : nullptr;
        }
    }
    return steps;
}

std::string VariedStudy::suggestion(const std::vector<KeyPlace>& places,
                                    const std::string& key) const {
    std::vector<std::string> names;
    for (const auto& place : places)
        if (place.target.index() != 0) names.push_back(place.path);
    const std::string found =
        nearest(without_first(key), std::vector<std::string_view>(names.begin(), names.end()));
    return found.empty() ? "" : "did you mean '" + text_of(entering_lists(steps_of(found))) + "'?";
}

VariedStudy::VariedStudy(const StudyFamily::Plan& plan, const study::DataPaths& data)
    : path_(plan.study), assignments_(plan.assignments), keys_(plan.keys) {
    base_ = study::prepare(plan.study, plan.assignments, data);
    document_ = study::read_study_document(plan.study, plan.assignments, data);
    const auto places = KeyFinder::find(base_.file.input);
    std::vector<Diagnostic> mistakes;
    for (auto& key : keys_) {
        auto steps = settable(steps_of(key.key));
        const std::string asked = key.key;
        key.key = text_of(steps);
        check_key(key, find_place(places, key.key), places, mistakes);
        for (const auto* other = keys_.data(); other != &key; ++other)
            if (other->key == key.key)
                mistakes.push_back({{}, "'" + asked + "' varies twice", "once each", ""});
        steps_.push_back(std::move(steps));
    }
    if (!mistakes.empty()) throw InputError(std::move(mistakes));
    for (std::size_t i = 0; i < keys_.size(); ++i) {
        base_values_.push_back(base_value(i));
        // Creates the key where the study leaves it out; the value is replaced in every variant.
        if (std::isnan(base_values_[i])) input::set_value(document_, keys_[i].key + "=0");
        direct_ = direct_ && keys_[i].key.find("synthesis") == std::string::npos;
    }
    const auto& species = base_.built.physiology.species;
    for (const auto& [agent, drug] : base_.built.drugs)
        if (auto known = study::find_drug(base_.file.input, agent, species, data.drugs()))
            drugs_.push_back(std::move(*known));
    for (const auto& f : base_.file.input.formulations)
        dispositions_.push_back(study::find_disposition(f, species, data.dispositions()));
}

void VariedStudy::check_key(const VariedKey& key, const KeyPlace* place,
                            const std::vector<KeyPlace>& places,
                            std::vector<Diagnostic>& mistakes) const {
    if (place == nullptr) {
        mistakes.push_back({{},
                            "the study has no key '" + key.key + "'",
                            "a number of " + path_.string(),
                            suggestion(places, key.key)});
    } else if (place->target.index() == 0) {
        mistakes.push_back({{}, "'" + key.key + "' does not take a number", "a number", ""});
    } else if (const auto entered = text_of(entering_lists(steps_of(key.key)));
               entered != key.key) {
        mistakes.push_back({{},
                            "'" + key.key + "' passes through a list",
                            "the number of an entry in brackets",
                            "the first is '" + entered + "'"});
    } else if (Diagnostic mistake = unit_mistake(key, *place); !mistake.what.empty()) {
        mistakes.push_back(std::move(mistake));
    }
}

double VariedStudy::base_value(std::size_t key) const {
    const Value* at = &document_.root;
    for (const auto& step : steps_[key]) {
        if (step.name.empty()) {
            at = &std::get<Array>(at->data)[step.index];
            continue;
        }
        const auto* entry = std::get<Table>(at->data).find(step.name);
        if (entry == nullptr) return std::numeric_limits<double>::quiet_NaN();
        at = &entry->value;
    }
    if (const auto* i = std::get_if<std::int64_t>(&at->data)) return static_cast<double>(*i);
    if (const auto* d = std::get_if<double>(&at->data)) return *d;
    const auto written = parse_quantity(std::get<std::string>(at->data));
    if (written.unit.text == keys_[key].unit) return written.value;
    return keys_[key].unit.empty() ? written.si : from_si(written.si, keys_[key].unit);
}

input::Value VariedStudy::value_of(std::size_t key, double value) const {
    Value result{{}, {"--set " + assignment(key, value), 0, 0}};
    if (keys_[key].unit.empty())
        result.data = value;
    else
        result.data = format_number(value) + " " + keys_[key].unit;
    return result;
}

std::string VariedStudy::assignment(std::size_t key, double value) const {
    const auto& k = keys_[key];
    return k.key + "=" + format_number(value) + (k.unit.empty() ? "" : " " + k.unit);
}

std::string VariedStudy::command(std::span<const double> values) const {
    std::string text = "caravel run " + quoted(path_.string());
    for (const auto& fixed : assignments_) text += " --set " + quoted(fixed);
    for (std::size_t i = 0; i < keys_.size() && i < values.size(); ++i)
        text += " --set " + quoted(assignment(i, values[i]));
    return text;
}

void VariedStudy::add_tables(study::StudyInput& study) const {
    study.drugs.insert(study.drugs.end(), drugs_.begin(), drugs_.end());
    for (std::size_t f = 0; f < study.formulations.size() && f < dispositions_.size(); ++f)
        study.formulations[f].dispositions.push_back(dispositions_[f]);
}

VariantReader::VariantReader(const VariedStudy& study, matter::Library& library)
    : study_(study),
      library_(library),
      patched_(study.base().file.input),
      document_(study.document()) {
    study_.add_tables(patched_);
    const auto places = KeyFinder::find(patched_);
    for (const auto& key : study_.keys()) places_.push_back(*find_place(places, key.key));
    own_complaints_ = complaints(patched_);
}

const study::StudyInput& VariantReader::read(std::span<const double> values) {
    if (values.size() != study_.keys().size())
        throw InputError(Diagnostic{{},
                                    std::to_string(values.size()) + " values",
                                    std::to_string(study_.keys().size()) + ", one for each key",
                                    ""});
    // Whatever the short way finds wrong, the complete reader says at its place.
    if (study_.direct_ && study_.complete_ && write_directly(values)) return patched_;
    read_completely(values);
    study_.complete_ = true;
    return read_;
}

bool VariantReader::write_directly(std::span<const double> values) {
    input::Diagnostics mistakes;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const KeyPlace& place = places_[i];
        const Value value = study_.value_of(i, values[i]);
        if (auto* const* whole = std::get_if<std::int64_t*>(&place.target)) {
            const auto n =
                input::read_integer(place.name, value, place.minimum, place.maximum, mistakes);
            if (!n) return false;
            **whole = *n;
            continue;
        }
        const auto q = input::read_quantity(place.name, value, place.rules, mistakes);
        if (!q) return false;
        if (auto* const* si = std::get_if<double*>(&place.target)) **si = q->si;
        if (auto* const* si = std::get_if<std::optional<double>*>(&place.target)) **si = q->si;
        if (auto* const* any = std::get_if<AnyQuantity*>(&place.target)) **any = *q;
    }
    if (complaints(patched_) != own_complaints_) return false;
    study::check_numbers(patched_, study_.document(), library_, mistakes);
    return mistakes.empty();
}

void VariantReader::read_completely(std::span<const double> values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        Value* at = &document_.root;
        for (const auto& step : study_.steps_[i]) {
            if (step.name.empty()) {
                at = &std::get<Array>(at->data)[step.index];
                continue;
            }
            auto& entries = std::get<Table>(at->data).entries;
            at = &std::find_if(entries.begin(), entries.end(), [&](const auto& entry) {
                      return entry.key == step.name;
                  })->value;
        }
        *at = study_.value_of(i, values[i]);
    }
    read_ = study::read_numbers(document_, library_);
    study_.add_tables(read_);
}

}  // namespace caravel::inference::population
