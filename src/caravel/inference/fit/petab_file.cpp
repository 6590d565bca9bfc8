#include "caravel/inference/fit/petab_file.hpp"

#include "caravel/input/reader.hpp"

#include <cstdint>
#include <string>

namespace caravel::inference::fit {
namespace {

/// What the format allows to be written in more than one way is brought to one.
void normalise(input::Value& root) {
    for (auto& entry : std::get<input::Table>(root.data).entries) {
        if (const auto* number = std::get_if<std::int64_t>(&entry.value.data);
            entry.key == "format_version" && number != nullptr)
            entry.value.data = std::to_string(*number);
        if (entry.key == "parameter_file" && !entry.value.is_array())
            entry.value = {input::Array{entry.value}, entry.value.where};
    }
}

}  // namespace

void describe(input::Visitor& v, PetabProblemFiles& files) {
    using input::Presence;
    v.texts({"condition_files", "tables of conditions", Presence::required}, files.conditions);
    v.texts({"measurement_files", "tables of measurements", Presence::required},
            files.measurements);
    v.texts({"observable_files", "tables of observables", Presence::required}, files.observables);
    v.texts({"sbml_files", "the model", Presence::required}, files.models);
    v.texts({"visualization_files", "not read"}, files.visualisations);
}

void describe(input::Visitor& v, PetabFile& file) {
    using input::Presence;
    v.text({"format_version", "of PEtab", Presence::required}, file.version);
    v.texts({"parameter_file", "tables of parameters", Presence::required}, file.parameters);
    v.records({"problems", "one entry", Presence::required}, file.problems);
}

PetabFile read_petab_file(const std::filesystem::path& path) {
    auto document = input::read_document(path);
    normalise(document.root);
    const auto* version = std::get<input::Table>(document.root.data).find("format_version");
    const auto* text =
        version == nullptr ? nullptr : std::get_if<std::string>(&version->value.data);
    if (text != nullptr && *text != "1" && text->rfind("1.", 0) != 0)
        throw InputError(
            Diagnostic{version->value.where, "PEtab of version " + *text, "version 1", ""});
    auto file = input::read<PetabFile>(document.root);
    if (file.problems.size() != 1)
        throw InputError(Diagnostic{{path.string()},
                                    std::to_string(file.problems.size()) + " problems",
                                    "one problem",
                                    ""});
    return file;
}

}  // namespace caravel::inference::fit
