#include "caravel/study/study_file.hpp"

#include "caravel/base/suggest.hpp"
#include "caravel/formulation/properties.hpp"
#include "caravel/input/reader.hpp"
#include "caravel/study/document_merge.hpp"
#include "caravel/study/scanner_presets.hpp"
#include "caravel/study/study_names.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace caravel::study {
namespace {

using input::Array;
using input::Table;
using input::Value;

std::filesystem::path shipped_path(const std::string& name, const DataPaths& data,
                                   const Location& where) {
    const auto path = data.formulations() / (name + ".toml");
    if (std::filesystem::exists(path)) return path;
    const auto names = shipped_formulations(data);
    const std::vector<std::string_view> views(names.begin(), names.end());
    throw InputError(Diagnostic{where, "no shipped formulation is named '" + name + "'",
                                "a name from 'caravel list formulations'",
                                did_you_mean(name, views)});
}

/// Replaces `use = "name"` by the shipped formulation with the study's own keys on top.
void resolve_use(Table& formulation, const DataPaths& data) {
    Table::Entry* use = find_entry(formulation, "use");
    if (!use) return;
    const auto* name = std::get_if<std::string>(&use->value.data);
    if (!name)
        throw InputError(Diagnostic{use->value.where, "use is " + use->value.kind(),
                                    "the name of a shipped formulation", ""});
    input::Document shipped = input::read_document(shipped_path(*name, data, use->value.where));
    Table own = formulation;
    std::erase_if(own.entries, [](const auto& entry) { return entry.key == "use"; });
    formulation = std::get<Table>(shipped.root.data);
    merge(formulation, own);
}

/// The tables of [formulation] or [[formulation]].
std::vector<Value*> formulations_of(Table& root) {
    std::vector<Value*> tables;
    Table::Entry* formulation = find_entry(root, "formulation");
    if (!formulation) return tables;
    if (formulation->value.is_table()) tables.push_back(&formulation->value);
    if (auto* list = std::get_if<Array>(&formulation->value.data))
        for (auto& value : *list)
            if (value.is_table()) tables.push_back(&value);
    return tables;
}

/// Where each formulation of a study stands.
std::vector<Location> formulation_places(const Table& root) {
    std::vector<Location> places;
    const Table::Entry* formulation = root.find("formulation");
    if (!formulation) return places;
    if (formulation->value.is_table()) places.push_back(formulation->value.where);
    if (const auto* list = std::get_if<Array>(&formulation->value.data))
        for (const auto& value : *list)
            if (value.is_table()) places.push_back(value.where);
    return places;
}

void add_all(const InputError& error, const Location& where, input::Diagnostics& mistakes) {
    for (Diagnostic d : error.diagnostics()) {
        if (d.where.file.empty()) d.where = where;
        mistakes.add(std::move(d));
    }
}

void resolve_all(Table& root, const DataPaths& data, input::Diagnostics& mistakes) {
    for (Value* value : formulations_of(root)) {
        Table& table = std::get<Table>(value->data);
        try {
            resolve_use(table, data);
        } catch (const InputError& error) {
            add_all(error, value->where, mistakes);
            std::erase_if(table.entries, [](const auto& entry) { return entry.key == "use"; });
        }
    }
}

/// Scanners that images name.
void resolve_images(Table& root, const DataPaths& data, input::Diagnostics& mistakes) {
    Table::Entry* protocol = find_entry(root, "protocol");
    if (protocol == nullptr || !protocol->value.is_table()) return;
    Table::Entry* images = find_entry(std::get<Table>(protocol->value.data), "image");
    if (images == nullptr) return;
    auto* list = std::get_if<Array>(&images->value.data);
    if (list == nullptr) return;
    for (Value& image : *list) {
        if (!image.is_table()) continue;
        try {
            resolve_scanner(std::get<Table>(image.data), data);
        } catch (const InputError& error) {
            add_all(error, image.where, mistakes);
            image.data = std::monostate{};
        }
    }
    // Without its scanner the rest of an image says nothing.
    std::erase_if(*list, [](const Value& image) {
        return std::holds_alternative<std::monostate>(image.data);
    });
}

/// Particles that cannot be: too much payload, layers without thickness ...
void check_particles(const StudyInput& study, const Table& root, matter::Library& library,
                     input::Diagnostics& mistakes) {
    const auto places = formulation_places(root);
    for (std::size_t i = 0; i < study.formulations.size() && i < places.size(); ++i) {
        try {
            formulation::compute_properties(study.formulations[i], library);
        } catch (const InputError& error) {
            add_all(error, places[i], mistakes);
        }
    }
}

void check_stimuli(const StudyInput& study, input::Diagnostics& mistakes) {
    for (const auto& s : study.protocol.stimuli) {
        if (s.kind != "heat")
            mistakes.add({s.where, "stimulus '" + s.kind + "' is not available yet", "'heat'", ""});
        bool known = false;
        std::vector<std::string_view> names;
        for (const auto& t : study.subject.tumours) {
            names.push_back(t.tissue.name);
            known = known || t.tissue.name == s.on;
        }
        if (!known)
            mistakes.add(
                {s.where, "no tumour is named '" + s.on + "'", "", did_you_mean(s.on, names)});
    }
}

void check_data_files(const StudyInput& study, const std::filesystem::path& folder,
                      input::Diagnostics& mistakes) {
    for (const auto& data : study.data)
        if (!std::filesystem::exists(folder / data.file))
            mistakes.add({data.where, "there is no file '" + (folder / data.file).string() + "'",
                          "a table beside the study", ""});
    std::set<std::pair<std::string, std::string>> seen;
    for (const auto& data : study.data)
        if (!seen.emplace((folder / data.file).lexically_normal().string(), data.observable).second)
            mistakes.add({data.where, "the table '" + data.file + "' is read twice",
                          "each table once", "its values would count twice"});
}

/// Events after the end would silently do nothing.
void check_times(const StudyInput& study, input::Diagnostics& mistakes) {
    const auto check = [&](const Location& where, const std::string& what, double time) {
        if (time > study.run.until)
            mistakes.add(
                {where,
                 what + " at " + format_number(from_si(time, "h"), 6) + " h comes after the end",
                 "a time up to until = " + format_number(from_si(study.run.until, "h"), 6) + " h",
                 ""});
    };
    const auto check_beginning = [&](const Location& where, const std::string& what, double time) {
        if (time == study.run.until)
            mistakes.add(
                {where, what + " at the very end does nothing", "a time before until", ""});
        check(where, what, time);
    };
    for (const auto& a : study.protocol.administrations) check_beginning(a.where, "a dose", a.at);
    for (const auto& s : study.protocol.stimuli) check_beginning(s.where, "a stimulus", s.at);
    for (const auto& t : study.subject.tumours)
        if (t.tissue.grid.angiogenesis)
            for (const auto& b : t.tissue.grid.angiogenesis->blockades)
                check(b.where, "a blockade of VEGF", b.at);
    for (const auto& image : study.protocol.images)
        check(image.where, "an image", object_times({image}).back());
    for (const auto* list : {&study.protocol.samples, &study.protocol.measurements})
        for (const auto& s : *list)
            check(s.where, "a sample",
                  s.at + static_cast<double>(s.repeat - 1) * s.every.value_or(0.0));
}

/// Whether `--set` changes a key that `use` may bring in; such keys exist only after it is
/// resolved.
bool reaches_into_formulation(std::string_view assignment) {
    const std::string_view key = assignment.substr(0, assignment.find('='));
    return key.starts_with("formulation") && !key.ends_with("use");
}

input::Document resolved_document(const std::filesystem::path& path,
                                  const std::vector<std::string>& assignments,
                                  const DataPaths& data, input::Diagnostics& mistakes) {
    auto document = input::read_document(path);
    for (const auto& assignment : assignments)
        if (!reaches_into_formulation(assignment)) input::set_value(document, assignment);
    resolve_all(std::get<Table>(document.root.data), data, mistakes);
    resolve_images(std::get<Table>(document.root.data), data, mistakes);
    for (const auto& assignment : assignments)
        if (reaches_into_formulation(assignment)) input::set_value(document, assignment);
    return document;
}

/// Particles without a name are told apart by numbers.
void name_formulations(StudyInput& study) {
    for (std::size_t i = 0; i < study.formulations.size(); ++i)
        if (study.formulations[i].name.empty())
            study.formulations[i].name = i == 0 ? "particle" : "particle" + std::to_string(i + 1);
}

}  // namespace

std::vector<std::string> shipped_formulations(const DataPaths& data) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(data.formulations()))
        if (entry.path().extension() == ".toml") names.push_back(entry.path().stem().string());
    std::sort(names.begin(), names.end());
    return names;
}

formulation::Formulation read_formulation(const std::string& name_or_file, const DataPaths& data,
                                          const std::vector<std::string>& assignments,
                                          const matter::Library* library) {
    const bool is_file = name_or_file.find('/') != std::string::npos ||
                         name_or_file.ends_with(".toml") || name_or_file.ends_with(".json");
    auto document = input::read_document(is_file ? std::filesystem::path(name_or_file)
                                                 : shipped_path(name_or_file, data, {}));
    Table& root = std::get<Table>(document.root.data);
    // A study file may be given as well: its formulation is meant.
    if (Table::Entry* inner = find_entry(root, "formulation"); inner && inner->value.is_table()) {
        Value own = inner->value;
        document.root = std::move(own);
    }
    resolve_use(std::get<Table>(document.root.data), data);
    for (const auto& assignment : assignments) input::set_value(document, assignment);
    formulation::Formulation formulation;
    input::Diagnostics mistakes;
    input::read(document.root, formulation, mistakes);
    if (library != nullptr) check_formulation_names(document.root, *library, mistakes);
    mistakes.throw_if_any();
    return formulation;
}

std::string echo_toml(const StudyInput& study) { return input::to_toml(input::echo(study)); }

input::Document read_study_document(const std::filesystem::path& path,
                                    const std::vector<std::string>& assignments,
                                    const DataPaths& data) {
    input::Diagnostics mistakes;
    auto document = resolved_document(path, assignments, data, mistakes);
    mistakes.throw_if_any();
    return document;
}

void check_numbers(const StudyInput& study, const input::Document& document,
                   matter::Library& library, input::Diagnostics& mistakes) {
    check_times(study, mistakes);
    check_particles(study, std::get<Table>(document.root.data), library, mistakes);
}

StudyInput read_numbers(const input::Document& document, matter::Library& library) {
    StudyInput study;
    input::Diagnostics mistakes;
    input::read(document.root, study, mistakes);
    if (mistakes.empty()) check_numbers(study, document, library, mistakes);
    mistakes.throw_if_any();
    name_formulations(study);
    return study;
}

StudyFile read_study(const std::filesystem::path& path, const std::vector<std::string>& assignments,
                     const DataPaths& data, matter::Library& library) {
    StudyFile file;
    file.path = path;
    input::Diagnostics mistakes;
    const auto document = resolved_document(path, assignments, data, mistakes);
    input::read(document.root, file.input, mistakes);
    const bool readable = mistakes.empty();
    check_names(document.root, library, mistakes);
    if (readable) {
        check_stimuli(file.input, mistakes);
        check_times(file.input, mistakes);
        check_data_files(file.input, path.parent_path(), mistakes);
    }
    // Without its names and numbers a particle would only be blamed for what follows from them.
    if (mistakes.empty())
        check_particles(file.input, std::get<Table>(document.root.data), library, mistakes);
    mistakes.throw_if_any();
    name_formulations(file.input);
    name_images(file.input.protocol.images);
    check_image_files(file.input.protocol.images);
    file.echo = echo_toml(file.input);
    return file;
}

}  // namespace caravel::study
